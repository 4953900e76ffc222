"""The application: operations are answered, the record's files given out."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, BinaryIO, TypeVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from waternet.api.answer import FOR_EVERYBODY, Answer, SpooledFile, start_answer
from waternet.api.answering import Answering
from waternet.api.asked import Body
from waternet.api.body import receive_body
from waternet.api.limits import Limits, Turns
from waternet.api.observing import caller_of
from waternet.api.operation import Operation
from waternet.api.preference import base_url, preferred_language
from waternet.api.problem import Problem, problem_answer
from waternet.api.request import Request
from waternet.api.routing import Found, Routing
from waternet.api.viewer import Viewer, Viewers
from waternet.errors import WaternetError
from waternet.node.folder import Node

__all__ = ["Interfaces"]

T = TypeVar("T")

_READERS = 4  # threads; each has a bank, and they share the processor
_LONGEST = 60  # s for a question
_PIECE = 1 << 20  # bytes of a large answer at once
_TAKEN_WITHIN = 60  # s, for a piece
_ALLOWED_HEADERS = (
    "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-None-Match, "
    "Prefer, Range, X-API-Key"
)


class Interfaces:
    """An ASGI application of operations; what is none of theirs is handed on.

    Parameters
    ----------
    node : Node
    operations : iterable of Operation
    rest : ASGI application
        The record's files, and what else has routes of its own.
    viewers : Viewers
    limits : Limits
    url : str
        Where readers find this node; '' for where they asked.
    """

    def __init__(
        self,
        node: Node,
        operations: Iterable[Operation],
        rest: ASGIApp,
        viewers: Viewers,
        limits: Limits,
        url: str,
    ) -> None:
        self.routing = Routing(operations)
        self._rest = rest
        self._url = url.rstrip("/")
        self._answering = Answering(node, viewers, limits)
        self._turns = Turns(_READERS - 1)
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="reading")

    def close(self) -> None:
        """End the reading threads, and close the banks."""
        self._threads.shutdown()
        self._answering.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        method = scope["method"]
        found = self.routing.find(scope["raw_path"].decode("latin-1"), method)
        if found is None:
            await self._rest(scope, receive, send)
            return
        if found.operation is not None:
            request = self._request(scope, found.operation, found.values)
            try:
                answer = await self._answer(request, receive)
            except ConnectionResetError:
                return
        elif method == "OPTIONS":
            answer = _preflight(found)
        else:
            answer = _refuse_method(scope, found)
        await _send(send, answer, method)

    def _request(
        self, scope: Scope, operation: Operation, path: Mapping[str, str]
    ) -> Request:
        headers = Headers(scope=scope)
        query = scope["query_string"].decode("latin-1")
        noted = scope.setdefault("waternet", {})
        noted["operation"] = operation.name
        return Request(
            operation=operation,
            path=path,
            raw_path=scope["raw_path"].decode("latin-1"),
            query=query,
            headers=headers,
            url=base_url(scope, headers, self._url),
            language=preferred_language(query, headers),
            caller=caller_of(scope),
            noted=noted,
        )

    async def _answer(self, request: Request, receive: Receive) -> Answer:
        answering = self._answering
        try:
            if not request.shows_key:
                answering.verify_rate(request.caller)
            if not request.operation.most_body:
                return await self._read(request, Body(), None)
            # Who may not ask need not send it, either.
            viewer = await self._in_thread(answering.admit, request)
            async with receive_body(
                request.operation, request.headers, receive
            ) as body:
                return await self._read(request, body, viewer)
        except WaternetError as error:
            return answering.refuse(request, error, None)
        except Problem as problem:
            return problem_answer(problem, request.language)

    async def _read(
        self, request: Request, body: Body, viewer: Viewer | None
    ) -> Answer:
        """Return the answer of a reading thread; a question may take so long."""
        async with self._turns.turn(request.caller):
            loop, later = asyncio.get_running_loop(), None
            if request.operation.method == "GET":
                later = loop.call_later(_LONGEST, request.interrupt)
            try:
                return await self._in_thread(
                    self._answering.answer, request, body, viewer
                )
            finally:
                if later is not None:
                    later.cancel()

    async def _in_thread(self, work: Callable[..., T], *given: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *given)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Close what was opened once the server ends."""
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.shutdown":
                self.close()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return


def _refuse_method(scope: Scope, found: Found) -> Answer:
    headers = Headers(scope=scope)
    query = scope["query_string"].decode("latin-1")
    allow = {"allow": ", ".join(found.methods)}
    detail = f"{scope['method'][:20]} of {scope['path'][:200]}"
    problem = Problem("WrongMethod", detail, headers=allow)
    return problem_answer(problem, preferred_language(query, headers))


def _preflight(found: Found) -> Answer:
    headers = {
        "allow": ", ".join(found.methods),
        "access-control-allow-methods": ", ".join(found.methods),
        "access-control-allow-headers": _ALLOWED_HEADERS,
        "access-control-max-age": "86400",
    }
    return Answer(b"", "", 204, headers)


async def _send(send: Send, answer: Answer, method: str) -> None:
    headers = {**FOR_EVERYBODY, **answer.headers}
    content = answer.content
    if answer.media_type:
        headers["content-type"] = answer.media_type
    status = HTTPStatus(answer.status)
    size = content.size if isinstance(content, SpooledFile) else len(content)
    if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        headers["content-length"] = str(size)
    try:
        await start_answer(send, status, headers)
        if method == "HEAD" or not size:
            await send({"type": "http.response.body", "body": b""})
        elif isinstance(content, bytes) and size <= _PIECE:
            await send({"type": "http.response.body", "body": content})
        else:
            await _send_pieces(send, content, size)
    finally:
        if isinstance(content, SpooledFile):
            content.path.unlink(missing_ok=True)


async def _send_pieces(send: Send, content: bytes | SpooledFile, size: int) -> None:
    """Send a large answer as fast as its reader takes it.

    Where the disk or the reader fails, it ends before its length, which its reader
    sees.
    """
    if isinstance(content, bytes):
        file: BinaryIO = io.BytesIO(content)
    else:
        file = content.path.open("rb")
    with file:
        left = size
        try:
            while left:
                piece = await asyncio.to_thread(file.read, min(_PIECE, left))
                if not piece:
                    return
                left -= len(piece)
                body = {"type": "http.response.body", "body": piece}
                more = {**body, "more_body": bool(left)}
                await asyncio.wait_for(send(more), _TAKEN_WITHIN)
        except OSError:  # a TimeoutError is one: the reader took too long, or has gone
            return
