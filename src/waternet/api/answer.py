"""Answers to a reader over HTTP, as every route here gives them.

References
----------
RFC 9110 (HTTP semantics); RFC 9457 (problem details); Fetch (cross-origin reading).
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson
from starlette.types import Send

__all__ = [
    "FOR_EVERYBODY",
    "Answer",
    "SpooledFile",
    "compress",
    "json_answer",
    "send_answer",
    "start_answer",
]

_PACKED_HERE = 1 << 14  # bytes; more is compressed in another thread

# What a page of another host may read of an answer besides its content.
_EXPOSED = "Content-Disposition, Content-Range, ETag, Link, Location, Waternet-Releases"
FOR_EVERYBODY: Final = MappingProxyType(
    {
        "access-control-allow-origin": "*",  # public data: any page may read it
        "access-control-expose-headers": _EXPOSED,
        "x-content-type-options": "nosniff",
    }
)


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """A large answer that lies on disk; it is deleted once it was sent."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers.

    Attributes
    ----------
    content : bytes or SpooledFile
    media_type : str
    status : int
    headers : mapping of str to str
        Beside those that every answer has; names in lower case.
    """

    content: bytes | SpooledFile
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(
    value: Any, media_type: str = "application/json", status: int = 200
) -> Answer:
    """Return a value as JSON; what is not finite is written as null."""
    return Answer(orjson.dumps(value), media_type, status)


async def start_answer(send: Send, status: HTTPStatus, headers: dict[str, str]) -> None:
    """Send the status and the headers; a body follows."""
    raw = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": status.value, "headers": raw})


async def send_answer(
    send: Send, status: HTTPStatus, headers: dict[str, str], body: bytes = b""
) -> None:
    """Send a whole answer; of one to HEAD, the server leaves the body out."""
    await start_answer(send, status, headers)
    await send({"type": "http.response.body", "body": body})


async def compress(content: bytes) -> bytes:
    """Return the content as gzip, at the level that costs least time."""
    if len(content) <= _PACKED_HERE:
        return gzip.compress(content, 1, mtime=0)
    return await asyncio.to_thread(gzip.compress, content, 1, mtime=0)
