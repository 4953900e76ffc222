"""A connection whose reader must say in time what it asks.

uvicorn waits for the head of a request as long as bytes drip in; enough such
connections leave no room for others.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_WITHIN", "Connection"]

HEAD_WITHIN = 10  # s, from the first byte on, and for the first one


class Connection(H11Protocol):
    """uvicorn's, cut off where a request's head takes too long."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
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
