"""What is noted of each request: counted, timed, and written to the access log."""

from __future__ import annotations

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waternet.api.access_log import AccessLog
from waternet.api.metrics import Metrics

__all__ = ["Observing", "caller_of"]


class Observing:
    """An ASGI application around another one, which it leaves as it is.

    Who answers may set ``scope["waternet"]`` to a dictionary with 'operation' and
    'viewer'.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, log: AccessLog | None) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        noted: dict[str, Any] = {"operation": "record", "viewer": ""}
        scope["waternet"] = noted
        status, size = 0, 0

        async def tell(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        self._metrics.under_way.inc()
        try:
            await self._app(scope, receive, tell)
        finally:
            self._metrics.under_way.dec()
            took = time.perf_counter() - began
            operation, method = noted["operation"], scope["method"]
            self._metrics.count(operation, method, status, took, size)
            if self._log is not None:
                self._log.write(
                    {
                        "method": method[:20],
                        "path": scope["path"],
                        "status": status,
                        "bytes": size,
                        "ms": round(took * 1000, 2),
                        "operation": operation,
                        "viewer": noted["viewer"],
                        "caller": caller_of(scope),
                    }
                )


def caller_of(scope: Scope) -> str:
    """Return the address that asks.

    Where a program on this machine hands requests on, it is the one that this program
    names last (X-Forwarded-For); of anybody else the header says nothing.
    """
    client = scope.get("client")
    address = client[0] if client else ""
    if address in ("127.0.0.1", "::1"):
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                address = value.decode("latin-1").rpartition(",")[2].strip()[:64]
    return address
