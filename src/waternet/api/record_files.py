"""The files of a record over HTTP, as the C2SP layout and its caches want them.

A file is opened below the node's folder name by name, following no link, so that it is
the public one or none. Small files are read where they are asked for: a change of
thread would cost more than the reading. Files appear by rename, whole: what is open
stays as it was while another process publishes.

References
----------
C2SP tlog-tiles; RFC 9110.
"""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from waternet.api.answer import (
    FOR_EVERYBODY,
    compress,
    send_answer,
    start_answer,
)
from waternet.api.conditions import accepts_gzip, asked_range, is_unchanged
from waternet.api.problem import Problem, send_problem
from waternet.api.published import Publication, find_publication
from waternet.errors import NotAcceptable

__all__ = ["RecordFiles"]

_SMALL = 1 << 20  # bytes; read at once, and more than that piece by piece
_TAKEN_WITHIN = 60  # s, for a piece: slower readers make room for others
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES)
_ALLOWED = "GET, HEAD, OPTIONS"
_PREFLIGHT = {
    **FOR_EVERYBODY,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Range, If-None-Match, If-Range",
    "access-control-max-age": "86400",
    "allow": _ALLOWED,
}


@dataclass(frozen=True, slots=True)
class _Opened:
    """A public file that is open, and how it is told to caches."""

    number: int
    size: int
    modified: int
    tag: str


class RecordFiles:
    """Gives out a node's own record, and others' that it mirrors.

    Parameters
    ----------
    folder : Path
        The node's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["method"] == "OPTIONS":
            await send_answer(send, HTTPStatus.NO_CONTENT, _PREFLIGHT)
            return
        publication = find_publication(scope["path"].removeprefix("/"))
        if publication is None:
            await send_problem(scope, send, _nothing(scope))
            return
        if scope["method"] not in ("GET", "HEAD"):
            allow = Problem("WrongMethod", headers={"allow": _ALLOWED})
            await send_problem(scope, send, allow)
            return
        try:
            with _opened(self._folder, publication) as file:
                await _Sending(scope, receive, send, file).send(publication)
        except OSError as error:
            absent = error.errno in _ABSENT
            problem = _nothing(scope) if absent else Problem("NotReached")
            await send_problem(scope, send, problem)


def _nothing(scope: Scope) -> Problem:
    return Problem("NotFound", f"nothing is at {scope['path'][:200]}")


@contextmanager
def _opened(folder: Path, publication: Publication) -> Iterator[_Opened]:
    number = _open_beneath(folder, publication.path)
    try:
        told = os.fstat(number)
        # A pipe or device in the place of a file would keep its reader waiting.
        if not stat.S_ISREG(told.st_mode):
            raise OSError(errno.ENOENT, "not a file")
        tag = publication.digest or f"{told.st_mtime_ns:x}-{told.st_size:x}"
        yield _Opened(number, told.st_size, int(told.st_mtime), tag)
    finally:
        os.close(number)


def _open_beneath(folder: Path, names: Sequence[str]) -> int:
    """Open a file by names below a folder, none of which may be a link."""
    below = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names[:-1]:
            inner = os.open(name, below | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(names[-1], below | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One file on its way to one reader; an OSError comes before the answer begins."""

    scope: Scope
    receive: Receive
    answer: Send
    file: _Opened

    async def send(self, publication: Publication) -> None:
        file, asked = self.file, Headers(scope=self.scope)
        packs = (
            publication.is_compressible
            and file.size <= _SMALL
            and "range" not in asked  # which is of the bytes as they lie there
            and accepts_gzip(asked.get("accept-encoding", ""))
        )
        tag = f'"{file.tag}-gzip"' if packs else f'"{file.tag}"'
        headers = {
            **FOR_EVERYBODY,
            "cache-control": publication.cache_control,
            "etag": tag,
            "last-modified": formatdate(file.modified, usegmt=True),
        }
        if publication.is_compressible:
            headers["vary"] = "Accept-Encoding"
        none_match = asked.get("if-none-match")
        since = asked.get("if-modified-since")
        if is_unchanged(none_match, since, tag, file.modified):
            await send_answer(self.answer, HTTPStatus.NOT_MODIFIED, headers)
            return
        headers["content-type"] = publication.media_type
        if packs:
            body = await compress(os.pread(file.number, file.size, 0))
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(body))
            await send_answer(self.answer, HTTPStatus.OK, headers, body)
        else:
            await self._send_bytes(asked, headers)

    async def _send_bytes(self, asked: Headers, headers: dict[str, str]) -> None:
        """Send the file as it lies there, or the part of it that is asked for."""
        file, tag = self.file, headers["etag"]
        headers["accept-ranges"] = "bytes"
        try:
            part = asked_range(
                asked.get("range"), asked.get("if-range"), tag, file.size
            )
        except NotAcceptable:
            outside = {"content-range": f"bytes */{file.size}"}
            problem = Problem("OutsideRange", headers=outside)
            await send_problem(self.scope, self.answer, problem)
            return
        status = HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT
        start, stop = part or (0, file.size)
        if part:
            headers["content-range"] = f"bytes {start}-{stop - 1}/{file.size}"
        headers["content-length"] = str(stop - start)
        if self.scope["method"] == "HEAD":
            await send_answer(self.answer, status, headers)
        elif stop - start <= _SMALL:
            body = os.pread(file.number, stop - start, start)
            await send_answer(self.answer, status, headers, body)
        else:
            await start_answer(self.answer, status, headers)
            await self._send_pieces(start, stop)

    async def _send_pieces(self, start: int, stop: int) -> None:
        """Send a large part piece by piece, as fast as its reader takes it.

        Where the disk or the reader fails, the answer ends before its length, which
        its reader sees.
        """
        gone = asyncio.create_task(_leaving(self.receive))
        try:
            for at in range(start, stop, _SMALL):
                length, number = min(_SMALL, stop - at), self.file.number
                piece = await asyncio.to_thread(os.pread, number, length, at)
                if gone.done() or len(piece) < length:
                    return
                more = at + length < stop
                body = {"type": "http.response.body", "body": piece, "more_body": more}
                await asyncio.wait_for(self.answer(body), _TAKEN_WITHIN)
        except OSError:  # a TimeoutError is one
            return
        finally:
            gone.cancel()


async def _leaving(receive: Receive) -> None:
    """Return when the reader has gone: sending to nobody raises nothing."""
    while (await receive())["type"] != "http.disconnect":
        pass
