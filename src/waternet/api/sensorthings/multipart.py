"""A batch as parts of MIME, each with a request of HTTP in it; and its answers.

References
----------
OData 4.01 Part 1, section 11.7.7 (multipart batch format); RFC 2046, section 5.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any

import orjson

from waternet.api.sensorthings.batch import Request, make_request
from waternet.errors import NotAcceptable

__all__ = ["MULTIPART", "read_parts", "write_parts"]

MULTIPART = "multipart/mixed"
_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?')
_LINE = re.compile(r"([A-Za-z]+) (\S+) HTTP/1\.[01]")
_MOST = 1_000  # requests
_BREAK = "\r\n"


def read_parts(content: bytes, content_type: str) -> list[Request]:
    """Read the requests of a batch.

    Parameters
    ----------
    content : bytes
    content_type : str
        Of all of it, with its boundary.

    Raises
    ------
    NotAcceptable
        It is not UTF-8, a part is none, or there are too many.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise NotAcceptable("the batch is not UTF-8") from error
    requests: list[Request] = []
    for place, (headers, body) in enumerate(_parts(text, content_type, "the batch")):
        kind = headers.get("content-type", "")
        if kind.lower().startswith(MULTIPART):
            for inner, part in _parts(body, kind, f"part {place}"):
                requests.append(_request(inner, part, len(requests), f"changes{place}"))
        else:
            requests.append(_request(headers, body, len(requests), ""))
        if len(requests) > _MOST:
            raise NotAcceptable(f"a batch has at most {_MOST} requests")
    return requests


def write_parts(
    requests: Sequence[Request], responses: Sequence[Mapping[str, Any]], boundary: str
) -> bytes:
    """Return the answers of a batch, in the order of its requests."""
    parts = list[str]()
    both = zip(requests, responses, strict=True)
    for group, members in groupby(both, lambda one: one[0].group):
        answers = [_answer(request, response) for request, response in members]
        if not group:
            parts += answers
            continue
        inner = f"{boundary}-{group}"
        head = f"Content-Type: {MULTIPART}; boundary={inner}{_BREAK}{_BREAK}"
        parts.append(head + _joined(answers, inner))
    return _joined(parts, boundary).encode()


def _joined(parts: Sequence[str], boundary: str) -> str:
    written = "".join(f"--{boundary}{_BREAK}{part}{_BREAK}" for part in parts)
    return f"{written}--{boundary}--{_BREAK}"


def _answer(request: Request, response: Mapping[str, Any]) -> str:
    status = HTTPStatus(response["status"])
    lines = ["Content-Type: application/http"]
    if request.group:
        lines.append(f"Content-ID: {request.id}")
    lines += ["", f"HTTP/1.1 {status.value} {status.phrase}"]
    if "location" in response:
        lines.append(f"Location: {response['location']}")
    body = response.get("body")
    if body is not None:
        lines += ["Content-Type: application/json", "", orjson.dumps(body).decode()]
    else:
        lines += ["", ""]
    return _BREAK.join(lines)


def _parts(text: str, kind: str, where: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the headers and the body of each part."""
    found = _BOUNDARY.search(kind)
    if found is None:
        raise NotAcceptable(
            f"{where} names no boundary between its parts",
            hint=f"Content-Type: {MULTIPART}; boundary=batch_1",
        )
    pieces = re.split(
        rf"(?:^|\r?\n)--{re.escape(found[1])}(--)?[ \t]*(?:\r?\n|$)", text
    )
    # What comes before the first and after the last boundary is nothing.
    for piece in pieces[2::2]:
        if piece.strip():
            yield _head(piece)


def _head(text: str) -> tuple[dict[str, str], str]:
    head, _, body = _normal(text).partition("\n\n")
    headers: dict[str, str] = {}
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers, body


def _normal(text: str) -> str:
    return text.replace(_BREAK, "\n").lstrip("\n")


def _request(headers: Mapping[str, str], text: str, place: int, group: str) -> Request:
    first, _, rest = _normal(text).partition("\n")
    found = _LINE.fullmatch(first.strip()) or re.fullmatch(
        r"(\w+) (\S+)", first.strip()
    )
    if found is None:
        raise NotAcceptable(
            f"request {place}: expected a line like 'GET Things HTTP/1.1', "
            f"got {first!r:.60}"
        )
    # A blank line at once: it has no headers.
    inner, body = ({}, rest) if rest.startswith("\n") else _head(rest)
    parsed = None
    if body.strip():
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise NotAcceptable(f"request {place}: its body is not JSON") from error
    return make_request(
        id_=headers.get("content-id", str(place)),
        method=found[1],
        url=found[2],
        body=parsed,
        content_type=inner.get("content-type", ""),
        group=group,
    )
