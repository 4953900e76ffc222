"""What went wrong, told to a reader: the one place where errors become answers.

==================  ======  ====================================================
kind                status  meaning
==================  ======  ====================================================
NotAcceptable       400     a parameter or body breaks a rule: mend it
NotSignedIn         401     NotAllowed, where nobody is signed in
NotAllowed          403     the terms, or the viewer's roles, do not allow it
NotFound            404     there is no such path, datastream, release...
WrongMethod         405     the path is there, and cannot be asked so
TooLate             408     the request came too slowly
Conflict            409     somebody was first
NotAgreed           409     the group has not consented
TooLarge            413     the body, or the answer, is larger than one may be
WrongMediaType      415     the body is of a kind that is not read
OutsideRange        416     no such part in the file
TooOften            429     the caller's share is used up for the moment
Unexpected          500     a fault of Waternet itself; logged under a number
NotVerified         502     what another party gave does not verify
NotReached          503     not to be had at the moment
TooLong             503     the question took longer than questions may
==================  ======  ====================================================

References
----------
RFC 9457 (problem details); RFC 9110 (Content-Language, WWW-Authenticate).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final

import orjson
from starlette.datastructures import Headers
from starlette.types import Scope, Send

from waternet.api.answer import FOR_EVERYBODY, Answer, send_answer
from waternet.api.preference import preferred_language
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAgreed,
    NotAllowed,
    NotFound,
    NotReached,
    NotVerified,
    WaternetError,
)

__all__ = [
    "PROBLEM",
    "STATUSES",
    "Problem",
    "problem_answer",
    "problem_of",
    "send_problem",
]

PROBLEM: Final = "application/problem+json"
STATUSES: Final[dict[str, int]] = {
    "NotAcceptable": 400,
    "NotSignedIn": 401,
    "NotAllowed": 403,
    "NotFound": 404,
    "WrongMethod": 405,
    "TooLate": 408,
    "Conflict": 409,
    "NotAgreed": 409,
    "TooLarge": 413,
    "WrongMediaType": 415,
    "OutsideRange": 416,
    "TooOften": 429,
    "Unexpected": 500,
    "NotVerified": 502,
    "NotReached": 503,
    "TooLong": 503,
}
# What is listed by command is listed at an address of the same name.
_LISTING = re.compile(
    r"'waternet (stations|datastreams|observations|releases)"
    r"(?: --party ([\w.-]+))?(?: --json)?'"
)
_PROPERTIES = "'waternet vocabulary observed_property'"
_ERRORS: dict[type[WaternetError], str] = {
    NotAcceptable: "NotAcceptable",
    NotFound: "NotFound",
    NotAllowed: "NotAllowed",
    NotVerified: "NotVerified",
    Conflict: "Conflict",
    NotAgreed: "NotAgreed",
    NotReached: "NotReached",
}


class Problem(Exception):
    """A request that HTTP itself refuses; what the field refuses are WaternetErrors.

    Parameters
    ----------
    kind : str
        One of `STATUSES`.
    detail : str
        What was expected, what came, and where.
    hint : str
        The next step, where there is a better one than the kind's.
    headers : mapping of str to str
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        hint: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.hint = kind, detail, hint
        self.headers = dict(headers or {})


def problem_of(error: WaternetError, *, is_signed_in: bool) -> Problem:
    """Return the problem that an error is to its reader."""
    kind = next(name for one, name in _ERRORS.items() if isinstance(error, one))
    headers: dict[str, str] = {}
    if kind == "NotAllowed" and not is_signed_in:
        kind = "NotSignedIn"
        headers["www-authenticate"] = 'Bearer realm="waternet"'
    if kind == "NotReached":
        headers["retry-after"] = "5"
    return Problem(kind, str(error), _by_address(error.hint), headers)


def _by_address(hint: str) -> str:
    """Return a hint with addresses in place of the commands that list the same.

    Examples
    --------
    >>> _by_address("'waternet datastreams --party jordan' lists all 22")
    '/data/datastreams?party=jordan lists all 22'
    """
    hint = hint.replace(_PROPERTIES, "/sta/v1.1/ObservedProperties")
    return _LISTING.sub(
        lambda found: f"/data/{found[1]}" + (f"?party={found[2]}" if found[2] else ""),
        hint,
    )


def problem_answer(problem: Problem, language: str) -> Answer:
    """Return a problem as problem+json, its title and next step in that language."""
    words = _words()[problem.kind]
    status = STATUSES[problem.kind]
    told: dict[str, Any] = {
        "title": words["title"][language],
        "status": status,
        "detail": problem.detail,
        "kind": problem.kind,
        "next": words["next"][language],
        "hint": problem.hint,
    }
    content = orjson.dumps({name: value for name, value in told.items() if value})
    headers = {
        "cache-control": "no-store" if status >= 500 else "no-cache",
        "content-language": language,
        **problem.headers,
    }
    return Answer(content, PROBLEM, status, headers)


async def send_problem(scope: Scope, send: Send, problem: Problem) -> None:
    """Send a problem by itself, where no operation is asked."""
    query = scope["query_string"].decode("latin-1")
    language = preferred_language(query, Headers(scope=scope))
    answer = problem_answer(problem, language)
    headers = {**FOR_EVERYBODY, **answer.headers, "content-type": PROBLEM}
    body = answer.content if isinstance(answer.content, bytes) else b""
    headers["content-length"] = str(len(body))
    await send_answer(send, HTTPStatus(answer.status), headers, body)


@cache
def _words() -> Mapping[str, Any]:
    """Return the titles and next steps by kind, then language."""
    text = files(__package__).joinpath("problems.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
