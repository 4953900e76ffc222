"""A connection whose reader must say in time what it asks, and is answered at once.

uvicorn waits for the head of a request as long as bytes drip in; enough such
connections leave no room for others. It sends the head and the body of an answer one
by one; there are readers that take the body for empty when they look in between.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_WITHIN", "Connection"]

HEAD_WITHIN = 10  # s, from the first byte on, and for the first one
_TOGETHER = 65_536  # bytes at most that wait for what follows


class Connection(H11Protocol):
    """uvicorn's, cut off where a request's head takes too long."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self.transport = cast(asyncio.Transport, _Together(transport, self.loop))
        self._late = self.loop.call_later(HEAD_WITHIN, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that began must end in time."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(HEAD_WITHIN, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _Together:
    """A transport that sends at once what is written in one turn of the loop."""

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting = bytearray()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if data and not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting += data
        if len(self._waiting) >= _TOGETHER:
            self._send()

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._waiting and not self._transport.is_closing():
            self._transport.write(self._waiting)
        self._waiting = bytearray()
