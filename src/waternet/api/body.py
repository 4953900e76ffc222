"""A request's body: no larger than its operation reads, and in time."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.types import Receive

from waternet.api.asked import Body
from waternet.api.operation import Operation
from waternet.api.problem import Problem

__all__ = ["receive_body"]

_IN_MEMORY = 1 << 20  # bytes; more lies on disk until it is answered
_PATIENCE = 10  # s for the first piece, and between two
_SLOWEST = 16_384  # bytes/s, over all of it, after that patience


@asynccontextmanager
async def receive_body(
    operation: Operation, headers: Mapping[str, str], receive: Receive
) -> AsyncIterator[Body]:
    """Receive what a request brings; it is gone afterwards.

    Raises
    ------
    Problem
        TooLarge, TooLate or WrongMediaType.
    """
    if not operation.most_body:
        yield Body()
        return
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > operation.most_body:
        raise _too_large(operation)
    told = headers.get("content-type", "")
    with tempfile.NamedTemporaryFile(prefix="waternet-") as file:
        held, size = bytearray(), 0
        async for piece in _pieces(receive):
            size += len(piece)
            if size > operation.most_body:
                raise _too_large(operation)
            held += piece
            if len(held) > _IN_MEMORY:
                await asyncio.to_thread(file.write, held)
                held.clear()
        if size > _IN_MEMORY:
            await asyncio.to_thread(file.write, held)
        if size and operation.body and media_type not in operation.body:
            raise _wrong_type(operation, media_type)
        if size <= _IN_MEMORY:
            yield Body(bytes(held), told)
        else:
            file.flush()
            yield Body(Path(file.name), told)


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    began, size = clock(), 0
    while True:
        latest = began + _PATIENCE + size / _SLOWEST
        try:
            async with asyncio.timeout_at(min(latest, clock() + _PATIENCE)):
                message = await receive()
        except TimeoutError:
            raise Problem(
                "TooLate",
                f"{size} bytes came; the next ones did not follow in time",
                headers={"connection": "close"},
            ) from None
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the reader has gone")
        piece = message.get("body", b"")
        size += len(piece)
        yield piece
        if not message.get("more_body", False):
            return


def _too_large(operation: Operation) -> Problem:
    return Problem(
        "TooLarge",
        f"{operation.name} reads at most {operation.most_body} bytes",
        headers={"connection": "close"},
    )


def _wrong_type(operation: Operation, media_type: str) -> Problem:
    known = ", ".join(sorted(operation.body))
    return Problem(
        "WrongMediaType",
        f"{operation.name} reads {known}; got {media_type[:100] or 'none named'!r}",
        headers={"accept": known},
    )
