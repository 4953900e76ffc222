"""Refusals as pages: what a browser is told where programs get problem details.

Whatever answers with problem+json, an operation, a file of the record or a path that is
not there, a browser gets the same status with a page that says what happened and what
to do next.

References
----------
RFC 9457 (problem details).
"""

from __future__ import annotations

import gzip
from typing import Any

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waternet.api.asked import Asked
from waternet.api.operation import Operation
from waternet.api.preference import base_url
from waternet.api.problem import PROBLEM
from waternet.api.viewer import Viewer
from waternet.node.folder import Node
from waternet.portal.language.language import Language
from waternet.portal.page import SECURITY, View, Visit, visit_of, wants_html
from waternet.portal.rendering import render

__all__ = ["Refusing"]

_REPLACED = ("content-length", "content-type", "content-encoding")


class Refusing:
    """An ASGI application around another one, of which it dresses refusals.

    Parameters
    ----------
    app : ASGI application
    node : Node
    url : str
        Where readers find it; '' for where they asked.
    """

    def __init__(self, app: ASGIApp, node: Node, url: str) -> None:
        self._app = app
        self._node = node
        self._url = url.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or not _is_browser(scope):
            await self._app(scope, receive, send)
            return
        begun: Message | None = None
        content = bytearray()

        async def dress(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith(PROBLEM):
                    begun = message
                    return
            elif begun is not None:
                content.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._send(scope, begun, bytes(content), send)
                return
            await send(message)

        await self._app(scope, receive, dress)

    async def _send(
        self, scope: Scope, begun: Message, content: bytes, send: Send
    ) -> None:
        headers = MutableHeaders(raw=list(begun["headers"]))
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        body = b""
        if content:  # an answer to HEAD has none, and does not say its length
            body = self._page(scope, orjson.loads(content)).encode()
        for name in _REPLACED:
            if name in headers:
                del headers[name]
        headers["content-type"] = "text/html; charset=utf-8"
        if body:
            headers["content-length"] = str(len(body))
        for name, text in SECURITY.items():
            headers[name] = text
        await send({**begun, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    def _page(self, scope: Scope, problem: dict[str, Any]) -> str:
        visit = self._visit(scope)
        kind = problem.get("kind", "")
        told = {
            "detail": problem.get("detail", ""),
            "hint": problem.get("hint", ""),
            "next": _for_people(visit.language).get(kind, problem.get("next", "")),
            "kind": kind,
            "status": problem.get("status", 0),
        }
        return render(visit, View("refusal.html", problem["title"], told))

    def _visit(self, scope: Scope) -> Visit:
        headers = Headers(scope=scope)
        path = "/" + scope["raw_path"].decode("latin-1").lstrip("/\\")
        noted = scope.get("waternet") or {}
        asked = Asked(
            operation=_nowhere(path),
            values={},
            query=_legible(scope["query_string"].decode("latin-1")),
            path={},
            headers=headers,
            url=base_url(scope, headers, self._url),
            viewer=Viewer(name=str(noted.get("viewer", ""))),
            node=self._node,
        )
        return visit_of(asked)


def _for_people(language: Language) -> dict[str, str]:
    """Return the next step of kinds whose own one speaks of headers and paths."""
    gettext = language.gettext
    return {
        "NotFound": gettext(
            "The address may be mistyped, or lead to what is not on this node. "
            "Search for it by name."
        ),
        "NotSignedIn": gettext(
            "Sign in with the key that the node's operator gave you. Whoever has none "
            "asks the operator for one."
        ),
        "NotVerified": gettext(
            "Below stands what does not hold. The page Findings says what it means "
            "and what to do."
        ),
        "WrongMethod": gettext("Go back to the page that led here, and try again."),
        "TooOften": gettext("Wait a minute, then try again."),
    }


def _is_browser(scope: Scope) -> bool:
    query = scope["query_string"].decode("latin-1")
    return wants_html(query, Headers(scope=scope))


def _legible(query: str) -> str:
    """Return only the language of a query that may be what was refused."""
    kept = [one for one in query.split("&") if one.startswith("lang=")]
    return kept[0][:20] if kept and kept[0][5:].isalnum() else ""


def _nowhere(path: str) -> Operation:
    def refuse(asked: Asked) -> Any:
        raise NotImplementedError(asked.operation.path)

    return Operation("GET", path.replace("{", "%7B"), "nowhere", "portal", "", refuse)
