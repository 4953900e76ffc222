"""What a node answers over HTTP: questions, its record, others that it mirrors."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from waternet.api.access_log import AccessLog
from waternet.api.downloads.routes import operations as downloads
from waternet.api.edr.operations import operations as edr
from waternet.api.entrances import operations as entrances
from waternet.api.features.ogc import operations as features
from waternet.api.groups.routes import operations as groups
from waternet.api.here import operations as here
from waternet.api.interfaces import Interfaces
from waternet.api.limits import DEFAULT_RATE, Limits
from waternet.api.metrics import Metrics, metrics_operation
from waternet.api.observing import Observing
from waternet.api.openapi import openapi_operation
from waternet.api.operation import Operation
from waternet.api.record_files import RecordFiles
from waternet.api.sensorthings.routes import operations as sensorthings
from waternet.api.sensorthings.write_operations import operations as desk
from waternet.api.uploads.routes import operations as uploads
from waternet.api.usgs.routes import operations as usgs
from waternet.api.viewer import Viewers
from waternet.api.wateroneflow import operations as wateroneflow
from waternet.api.witness import witness_route
from waternet.errors import NotAllowed
from waternet.node.folder import Node

__all__ = ["all_operations", "make_app"]


def make_app(
    node: Node,
    *,
    url: str = "",
    is_unguarded: bool = False,
    rate: float = DEFAULT_RATE,
    log: AccessLog | None = None,
    widened: Callable[[tuple[Operation, ...]], tuple[Operation, ...]] = tuple,
) -> ASGIApp:
    """Return the application that `waternet serve` runs.

    It takes what it finds at each request: another process may publish to the same node
    meanwhile. What it writes itself is what it cosigns, where its user may read the
    witness's key, and what stewards write. It closes what it opened at the end of its
    lifespan.

    Parameters
    ----------
    node : Node
    url : str
        Where readers find it; '' for where they asked.
    is_unguarded : bool
        Everybody is a steward.
    rate : float [1/s]
        Of one caller's requests; 0 for no limit.
    log : AccessLog or None
    widened : function of operations to operations
        Adds what rooms above this one answer: pages.

    Raises
    ------
    NotVerified
        The witness's key is not that of the party's card.
    """
    witness = _witness_routes(node)
    files = RecordFiles(node.folder)
    rest = Router(routes=witness, redirect_slashes=False, default=files)
    metrics = Metrics()
    asked = widened(all_operations(is_witness=bool(witness)))
    asked = (*asked, metrics_operation(metrics))
    operations = (*asked, openapi_operation(asked))
    viewers = Viewers(node, is_unguarded=is_unguarded)
    app = Interfaces(node, operations, rest, viewers, Limits(rate), url)
    return Observing(app, metrics, log)


def all_operations(*, is_witness: bool = False) -> tuple[Operation, ...]:
    """Return what can be asked of a node, interface by interface."""
    interfaces: tuple[Operation, ...] = (
        *downloads(),
        *edr(),
        *sensorthings(),
        *desk(),
        *features(),
        *wateroneflow(),
        *uploads(),
        *groups(),
        *usgs(),
    )
    starts = entrances(interfaces)
    return (*interfaces, *starts, *here(interfaces, is_witness=is_witness))


def _witness_routes(node: Node) -> list[Route]:
    """Return the route of a witness; none where its key is not to be read here."""
    try:
        return [witness_route(node)]
    except (NotAllowed, PermissionError):
        return []
