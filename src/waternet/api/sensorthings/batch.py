"""Several requests in one: each by itself, or a group of which all count or none.

References
----------
OGC 18-088, section 11 (batch requests); OData JSON Format 4.01, section 19.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from waternet.api.problem import STATUSES, Problem, problem_of
from waternet.api.sensorthings.desk_session import DeskSession, open_session
from waternet.api.sensorthings.model import EntityKind
from waternet.api.sensorthings.writing import Written, carry_out
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, WaternetError
from waternet.node.folder import Node

__all__ = ["Request", "answer_batch", "make_request", "read_requests"]

_MOST = 1_000
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_REFERENCE = re.compile(r"\$([A-Za-z0-9_.-]+)(?=/|$)")
_SERVICE = "/v1.1/"
Read = Callable[[str, str], tuple[int, Any]]
Made = dict[str, tuple[EntityKind, int]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a batch."""

    id: str
    method: str
    path: str
    query: str
    body: Any
    media_type: str
    group: str


def read_requests(body: Any) -> list[Request]:
    """Read the requests of a batch.

    Raises
    ------
    NotAcceptable
        It is no batch, or has too many requests.
    """
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or len(requests) > _MOST:
        raise NotAcceptable(
            f"expected an object with at most {_MOST} requests",
            hint='{"requests": [{"id": "1", "method": "post", "url": "Things", '
            '"body": {}}]}',
        )
    return [_read(one, place) for place, one in enumerate(requests)]


def answer_batch(
    bank: Bank,
    node: Node,
    language: str,
    requests: Sequence[Request],
    read: Read,
    address: Callable[[Written], str],
) -> list[dict[str, Any]]:
    """Carry out the requests of a batch, in order.

    Parameters
    ----------
    bank, node, language
        As `open_session` takes them.
    requests : sequence of Request
        Neighbours of one group count together: all of them, or none.
    read : function of (path, query)
        Answers a GET with its status and its body.
    address : function of Written
        Where a new entity is found.

    Returns
    -------
    list of dict
        A response each: id, status, and location or body where there is one.
    """
    made: Made = {}
    told: list[dict[str, Any]] = []
    for group, members in groupby(requests, lambda one: one.group):
        if group:
            told += _together(bank, node, language, list(members), made, address)
            continue
        for one in members:
            if one.method == "GET":
                told.append(_get(one, made, read))
            else:
                told += _together(bank, node, language, [one], made, address)
    return told


def make_request(
    *, id_: str, method: str, url: str, body: Any, content_type: str, group: str
) -> Request:
    """Return one request, its address taken below the service.

    Raises
    ------
    NotAcceptable
        A batch has no such method.
    """
    if method.upper() not in _METHODS:
        raise NotAcceptable(
            f"request {id_!r:.40}: no method {method!r:.20}",
            hint=f"methods are {', '.join(_METHODS)}",
        )
    path, _, query = url.rpartition(_SERVICE)[2].partition("?")
    return Request(
        id=id_,
        method=method.upper(),
        path=unquote(path).strip("/"),
        query=query,
        body=body,
        media_type=content_type.partition(";")[0].strip().lower(),
        group=group,
    )


def _read(given: Any, place: int) -> Request:
    if not isinstance(given, dict):
        raise NotAcceptable(f"requests[{place}]: expected an object, got {given!r:.60}")
    if not isinstance(given.get("url"), str):
        raise NotAcceptable(f"requests[{place}]: expected a method and a url")
    headers = given.get("headers")
    named = {
        str(name).lower(): str(value)
        for name, value in (headers if isinstance(headers, dict) else {}).items()
    }
    return make_request(
        id_=str(given.get("id", place)),
        method=str(given.get("method", "")),
        url=given["url"],
        body=given.get("body"),
        content_type=named.get("content-type", ""),
        group=str(given.get("atomicityGroup") or ""),
    )


def _get(request: Request, made: Made, read: Read) -> dict[str, Any]:
    try:
        status, body = read(_referred(request.path, made), request.query)
    except (WaternetError, Problem) as error:
        return _refusal(request, error)
    return {"id": request.id, "status": status, "body": body}


def _together(
    bank: Bank,
    node: Node,
    language: str,
    requests: Sequence[Request],
    made: Made,
    address: Callable[[Written], str],
) -> list[dict[str, Any]]:
    """Carry out requests of which all count or none."""
    new: Made = {}
    told: list[dict[str, Any]] = []
    at = requests[0]
    try:
        with open_session(bank, node, language) as session:
            session.made = {**made}
            for at in requests:
                told.append(_write(session, at, address))
            new = session.made
    except WaternetError as error:
        return [
            _refusal(one, error) if one is at else {"id": one.id, "status": 424}
            for one in requests
        ]
    made |= new
    return told


def _write(
    session: DeskSession, request: Request, address: Callable[[Written], str]
) -> dict[str, Any]:
    if request.method == "GET":
        raise NotAcceptable(
            f"request {request.id!r:.40}: a group that counts together only writes"
        )
    path = _referred(request.path, session.made)
    written = carry_out(session, request.method, path, request.body, request.media_type)
    if not written.is_new:
        return {"id": request.id, "status": 200}
    session.made[request.id] = (written.kind, written.number)
    return {"id": request.id, "status": 201, "location": address(written)}


def _referred(path: str, made: Mapping[str, tuple[EntityKind, int]]) -> str:
    """Put in place of '$sensor1' the path of what the request 'sensor1' made."""
    found = _REFERENCE.match(path)
    if found is None or found[1] not in made:
        return path
    kind, number = made[found[1]]
    return f"{kind.plural}({number}){path[found.end() :]}"


def _refusal(request: Request, error: WaternetError | Problem) -> dict[str, Any]:
    problem = (
        problem_of(error, is_signed_in=True)
        if isinstance(error, WaternetError)
        else error
    )
    told = {"kind": problem.kind, "detail": problem.detail, "hint": problem.hint}
    body = {name: text for name, text in told.items() if text}
    return {"id": request.id, "status": STATUSES[problem.kind], "body": body}
