"""A node's answer over HTTP: as a table, or as the error that it stands for."""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pyarrow as pa
import pyarrow.ipc

from waternet.client.asking import Query
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAllowed,
    NotFound,
    NotReached,
    NotVerified,
    WaternetError,
)
from waternet.exchange.web import (
    Patience,
    TryAgain,
    is_loopback,
    read_retry_after,
    user_agent,
    web_settings,
)

__all__ = [
    "Body",
    "TooLarge",
    "asking_headers",
    "close_at_end",
    "question_url",
    "read_answer",
    "read_object",
    "verify_safe",
]

_MEDIA_TYPE = "application/vnd.apache.arrow.stream"
_JSON = "application/json"
# Refusals that may be other the next time: timeout, too early, too many.
_PASSING = (408, 425, 429)
_TOO_LARGE = (413, 414)
_MOST = 4 << 30  # bytes of one answer
_REFUSALS: Mapping[int, type[WaternetError]] = {
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    410: NotFound,
}


class TooLarge(NotAcceptable):
    """More was asked for than the node answers at once; parts of it may pass."""


# What a node tells by a status of 500 and more, and asking again does not change.
_LASTING: Mapping[str, type[WaternetError]] = {
    "NotVerified": NotVerified,
    "TooLong": TooLarge,
    "Unexpected": NotReached,
}


def verify_safe(address: str, key: str) -> None:
    """Raise unless the address can be asked, and the key is not sent in the open.

    Raises
    ------
    NotAcceptable
        The address is none of http or https; or the key would be read by whoever
        carries it.
    """
    web_settings(address)
    url = httpx.URL(address)
    if key and url.scheme != "https" and not is_loopback(url.host):
        raise NotAcceptable(
            f"a key would go to {url.host} in the open: others could read it",
            hint="give the node's https:// address; it is served behind a web server",
        )


def asking_headers(key: str, language: str) -> dict[str, str]:
    """Return the headers of every question."""
    told = {
        "user-agent": user_agent(),
        "accept": f"{_MEDIA_TYPE}, application/problem+json",
        "accept-language": language,
    }
    return {**told, "authorization": f"Bearer {key}"} if key else told


def close_at_end(owner: object, web: httpx.Client | httpx.AsyncClient) -> None:
    """Let connections go with their owner: notebooks seldom close what they open.

    Those of a loop can only be closed while it runs, by ``async with``.
    """
    if isinstance(web, httpx.Client):
        weakref.finalize(owner, web.close)


def question_url(address: str, what: str, query: Query) -> str:
    """Return the address of a question.

    Examples
    --------
    >>> question_url("https://water.example", "stations", {"kind": "well"})
    'https://water.example/data/stations?kind=well&format=arrow'
    """
    asked = urlencode({**query, "format": "arrow"}, safe=":/,")
    return f"{address}/data/{what}?{asked}"


class Body:
    """What comes in answer, piece by piece, as long as it may and in time.

    Parameters
    ----------
    url : str
        For messages.
    patience : Patience
    """

    def __init__(self, url: str, patience: Patience) -> None:
        self._url, self._patience = url, patience
        self._pieces, self._length = list[bytes](), 0
        self._since = time.monotonic()

    def add(self, piece: bytes) -> None:
        """Take a piece.

        Raises
        ------
        NotReached
            No answer of a node is as long.
        TryAgain
            The answer drips.
        """
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > _MOST:
            raise NotReached(
                f"{self._url}: more than {_MOST >> 20:,} MiB came in one answer",
                hint="is this the address of a Waternet node? ask for less at once",
            )
        waited = time.monotonic() - self._since
        slowest = self._patience.slowest
        if waited > self._patience.silence and self._length < waited * slowest:
            raise TryAgain(f"the answer came too slowly ({self._length} bytes)")

    @property
    def content(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)


def read_answer(response: httpx.Response, content: bytes) -> pa.Table:
    """Return the table that an answer brings.

    Parameters
    ----------
    response : httpx.Response
        Its status and headers.
    content : bytes
        Its body.

    Raises
    ------
    TryAgain
        The server could not answer now, or the answer broke off.
    TooLarge, NotAcceptable, NotAllowed, NotFound, Conflict, NotVerified
        As the node says.
    NotReached
        What came is no answer of a node.
    """
    _verify_answered(response, content, _MEDIA_TYPE, "a table")
    try:
        with pa.ipc.open_stream(content) as stream:
            table = stream.read_all()
        # Whoever sent it may have written offsets that lead anywhere.
        table.validate(full=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise TryAgain(f"the answer broke off ({error})") from error
    return table


def read_object(response: httpx.Response, content: bytes) -> dict[str, Any]:
    """Return the object of JSON that an answer brings; see `read_answer`."""
    _verify_answered(response, content, _JSON, "an object")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TryAgain(f"the answer broke off ({error})") from error
    if not isinstance(told, dict):
        raise NotReached(f"{response.url}: expected an object of JSON")
    return told


def _verify_answered(
    response: httpx.Response, content: bytes, media_type: str, what: str
) -> None:
    """Raise what the node says, or what is wrong with its answer."""
    status = response.status_code
    told = _problem(content) if status >= 400 else {}
    if told.get("kind") in _LASTING:
        message, hint = _words(response, told)
        raise _LASTING[told["kind"]](message, hint=hint)
    if status in _PASSING or status >= 500:
        after = read_retry_after(response.headers.get("retry-after", ""))
        raise TryAgain(f"the server answered {_said(response)}", after)
    if 400 <= status < 500:
        raise _refusal(response, told)
    kind = response.headers.get("content-type", "").partition(";")[0]
    if status != 200 or kind != media_type:
        raise NotReached(
            f"{response.url}: expected {what} ({media_type}), came "
            f"{_said(response)} {kind[:60]}".rstrip(),
            hint="is this the address of a Waternet node?",
        )


def _refusal(response: httpx.Response, problem: Mapping[str, Any]) -> WaternetError:
    """Return the error that a problem document stands for."""
    message, hint = _words(response, problem)
    if response.status_code in _TOO_LARGE:
        return TooLarge(message, hint=hint)
    kind = _REFUSALS.get(response.status_code, NotAcceptable)
    if response.status_code == 401:
        hint = "open the node with key=, if you were given one"
    return kind(message, hint=hint)


def _words(response: httpx.Response, told: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a problem document says, and the next step."""
    said = f"{response.url}: the server answered {_said(response)}"
    message = str(told.get("detail") or told.get("title") or said)
    hint = str(told.get("hint") or told.get("next") or "")
    return message, hint if told else "is this the address of a Waternet node?"


def _problem(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _said(response: httpx.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".strip()
