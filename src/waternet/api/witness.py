"""``POST /add-checkpoint``: other parties' logs ask this node for a cosignature."""

from __future__ import annotations

import asyncio
import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from waternet.exchange.witness import LARGEST_SUBMISSION
from waternet.node.folder import Node
from waternet.node.witness import answer_log, read_witness_key

__all__ = ["witness_route"]

_SENT_WITHIN = 10  # s; a log that drips its request makes room for others


def witness_route(node: Node) -> Route:
    """Return the route by which a node is a witness of the logs that it follows.

    Parameters
    ----------
    node : Node
        Need not be held for writing: it cosigns while another process publishes.

    Raises
    ------
    NotAllowed, NotVerified
        The witness's key is not here, or is not that of the party's card.
    """
    signer = read_witness_key(node)

    async def add_checkpoint(request: Request) -> Response:
        try:
            async with asyncio.timeout(_SENT_WITHIN):
                body = await _limited(request)
        except TimeoutError:
            return Response("the request did not come in time\n", 408)
        answer = await run_in_threadpool(
            answer_log, node, signer, body, int(time.time())
        )
        # Given as a header: of a media type, a charset would be made part.
        kind = {"content-type": answer.media_type}
        return Response(answer.text, answer.status, kind)

    return Route("/add-checkpoint", add_checkpoint, methods=["POST"])


async def _limited(request: Request) -> bytes:
    """Return the body, or so much of it that its reader refuses it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_SUBMISSION:
            break
    return bytes(body)
