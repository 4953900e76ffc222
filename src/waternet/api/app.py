"""What a node answers over HTTP: its record, others that it mirrors, how it is."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from waternet.api.answer import send_answer, send_made, send_problem
from waternet.api.record_files import RecordFiles
from waternet.api.witness import witness_route
from waternet.errors import NotAllowed
from waternet.exchange.location import WELL_KNOWN
from waternet.node.folder import Node

__all__ = ["make_app"]

_PARTY = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def make_app(node: Node) -> Starlette:
    """Return the application that `waternet serve` runs.

    It takes what it finds at each request: another process may publish to the same node
    meanwhile. All it writes is what it cosigns, where its user may read the witness's
    key.

    Parameters
    ----------
    node : Node

    Raises
    ------
    NotVerified
        The witness's key is not that of the party's card.
    """
    witness = _witness_routes(node)
    routes = [
        *witness,
        Route("/health", _Health(node), methods=["GET"]),
        Route(f"/{WELL_KNOWN}", _WellKnown(node, bool(witness)), methods=["GET"]),
        Mount("", RecordFiles(node.folder)),
    ]
    return Starlette(routes=routes)


def _witness_routes(node: Node) -> list[Route]:
    """Return the route of a witness; none where its key is not to be read here."""
    try:
        return [witness_route(node)]
    except (NotAllowed, PermissionError):
        return []


class _WellKnown:
    """Says whose record is here, which others lie below it, and where heads go."""

    def __init__(self, node: Node, is_witness: bool) -> None:
        self._node = node
        self._is_witness = is_witness

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        fields: dict[str, Any] = {
            "party": self._node.party,
            "names": dict(self._node.profile.names),
            "records": [
                {"party": party, "path": f"mirror/{party}"}
                for party in _mirrored(self._node)
            ],
        }
        if self._is_witness:
            fields["witness"] = "add-checkpoint"
        await send_made(scope, send, json.dumps(fields, ensure_ascii=False).encode())


class _Health:
    """Says whether there is a record to be given out."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        if (self._node.public / "card.json").is_file():
            headers = {"content-type": "text/plain", "cache-control": "no-store"}
            await send_answer(send, HTTPStatus.OK, headers, b"ok\n")
        else:
            await send_problem(send, HTTPStatus.SERVICE_UNAVAILABLE)


def _mirrored(node: Node) -> list[str]:
    """Return the parties of whose records this node holds a verified head."""
    heads = (node.folder / "mirror").glob("*/checkpoint")
    return sorted(
        head.parent.name for head in heads if _PARTY.fullmatch(head.parent.name)
    )
