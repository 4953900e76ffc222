"""What a node answers over HTTP: questions, its record, others that it mirrors."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from waternet.api.here import operations as here
from waternet.api.interfaces import Interfaces
from waternet.api.operation import Operation
from waternet.api.record_files import RecordFiles
from waternet.api.viewer import Viewers
from waternet.api.witness import witness_route
from waternet.errors import NotAllowed
from waternet.node.folder import Node

__all__ = ["all_operations", "make_app"]


def make_app(node: Node, *, url: str = "", is_unguarded: bool = False) -> Interfaces:
    """Return the application that `waternet serve` runs.

    It takes what it finds at each request: another process may publish to the same node
    meanwhile. What it writes itself is what it cosigns, where its user may read the
    witness's key, and what stewards write.

    Parameters
    ----------
    node : Node
    url : str
        Where readers find it; '' for where they asked.
    is_unguarded : bool
        Everybody is a steward.

    Raises
    ------
    NotVerified
        The witness's key is not that of the party's card.
    """
    witness = _witness_routes(node)
    rest = Starlette(routes=[*witness, Mount("", RecordFiles(node.folder))])
    operations = all_operations(node, is_witness=bool(witness))
    viewers = Viewers(node, is_unguarded=is_unguarded)
    return Interfaces(node, operations, rest, viewers, url=url)


def all_operations(node: Node, *, is_witness: bool = False) -> tuple[Operation, ...]:
    """Return what can be asked of a node, interface by interface."""
    return here(node, is_witness=is_witness)


def _witness_routes(node: Node) -> list[Route]:
    """Return the route of a witness; none where its key is not to be read here."""
    try:
        return [witness_route(node)]
    except (NotAllowed, PermissionError):
        return []
