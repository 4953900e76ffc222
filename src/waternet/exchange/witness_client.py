"""Asking witnesses over HTTP: for a cosignature, and for what they know of a log.

A witness that is away, slow or unwilling is told of and never waited for long: what is
signed can be used before it is cosigned.

References
----------
C2SP tlog-witness (c2sp.org/tlog-witness).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import httpx

from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.web import Patience, web_client
from waternet.record.cosignature import WitnessVerifier
from waternet.record.note import Signature, read_note

__all__ = ["Asked", "Reply", "Shown", "ask_for_cosignatures", "ask_what_they_show"]

Prove: TypeAlias = Callable[[int], bytes]
"""Returns the body of a request whose proof leads from a size."""

_Answer = TypeVar("_Answer")
_PATIENCE = Patience(connect=2, silence=3)
_LONGEST = 6  # s, for all that one witness is asked
_MOST = 1 << 17  # bytes of an answer
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,15})\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """A witness with where it is asked, and the size that it cosigned last."""

    party: str
    verifier: WitnessVerifier
    address: str
    old: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answered.

    Attributes
    ----------
    party : str
    line : Signature or None
        Its cosignature, verified.
    old : int
        The size that it cosigned last, as it says.
    trouble : str
        Why there is no cosignature: that it is away, or what it objects to.
    """

    party: str
    line: Signature | None
    old: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a party shows of logs.

    Attributes
    ----------
    party : str
    files : dict of path to bytes
        Those that it has; not verified.
    answered : bool
        Whether it answered for every path, be it that it has no such file.
    """

    party: str
    files: dict[str, bytes]
    answered: bool


def ask_for_cosignatures(
    asked: Sequence[Asked], text: str, size: int, prove: Prove
) -> list[Reply]:
    """Ask witnesses for their cosignatures of one head, all at once.

    Parameters
    ----------
    asked : sequence of Asked
    text : str
        Of the checkpoint, as it is signed.
    size : int
        Entries in it.
    prove : function of the size from which the proof leads
        Returns the request's body; called from several threads.
    """
    ask = partial(_ask_one, text=text, size=size, prove=prove)
    return _at_once(ask, asked, _late_reply)


def ask_what_they_show(asked: Sequence[Asked], paths: Sequence[str]) -> list[Shown]:
    """Read the same small files from several parties, all at once.

    Parameters
    ----------
    asked : sequence of Asked
    paths : sequence of str
        Below their addresses.
    """
    return _at_once(partial(_shown_by, paths=paths), asked, _late_shown)


def _at_once(
    ask: Callable[[Asked, list[httpx.Client]], _Answer],
    asked: Sequence[Asked],
    late: Callable[[Asked], _Answer],
) -> list[_Answer]:
    """Ask all at once; who has not done with all its requests in time is given up.

    The clock is kept outside of the sockets, which only tell silence: a byte of a
    header now and then is none. Closed under its thread, a client fails and ends it.
    """
    if not asked:
        return []
    ends = time.monotonic() + _LONGEST
    opened: list[httpx.Client] = []
    threads = ThreadPoolExecutor(len(asked))
    try:
        begun = [(one, threads.submit(ask, one, opened)) for one in asked]
        wait([future for _one, future in begun], ends - time.monotonic())
        return [
            future.result() if future.done() else late(one) for one, future in begun
        ]
    finally:
        for client in list(opened):
            client.close()
        threads.shutdown(wait=False, cancel_futures=True)


def _late_reply(asked: Asked) -> Reply:
    return Reply(asked.party, None, asked.old, "no answer: its answer does not end")


def _late_shown(asked: Asked) -> Shown:
    return Shown(asked.party, {}, answered=False)


def _client(asked: Asked, opened: list[httpx.Client]) -> httpx.Client:
    client = web_client(asked.address, _PATIENCE)
    opened.append(client)
    return client


def _ask_one(
    asked: Asked, opened: list[httpx.Client], *, text: str, size: int, prove: Prove
) -> Reply:
    old = min(asked.old, size)
    try:
        with closing(_client(asked, opened)) as client:
            status, content = _posted(client, asked, prove(old))
            if status == 409 and (found := _SIZE.fullmatch(content)):
                old = int(found[1])
                if old <= size:
                    status, content = _posted(client, asked, prove(old))
    except (httpx.HTTPError, TimeoutError) as error:
        return Reply(asked.party, None, asked.old, f"no answer: {error}")
    except NotAcceptable as error:
        return Reply(asked.party, None, asked.old, str(error))
    if status != 200:
        # On one line: with more, a witness could add lines of its own to what is said.
        told = " ".join(content[:200].decode("utf-8", "replace").split())
        return Reply(asked.party, None, old, f"it answers {status}: {told}")
    try:
        return Reply(asked.party, _verified(asked, text, content), size)
    except (NotVerified, NotAcceptable) as error:
        return Reply(asked.party, None, old, f"its cosignature does not hold: {error}")


def _verified(asked: Asked, text: str, content: bytes) -> Signature:
    note = read_note(text.encode() + b"\n" + content)
    key = (asked.verifier.name, asked.verifier.key_id)
    for line in note.signatures:
        if (line.name, line.key_id) == key and note.text == text:
            asked.verifier.verify(text, line.signature)
            return line
    raise NotVerified("none by the key on its card")


def _shown_by(
    asked: Asked, opened: list[httpx.Client], *, paths: Sequence[str]
) -> Shown:
    files: dict[str, bytes] = {}
    try:
        with closing(_client(asked, opened)) as client:
            for path in paths:
                url = f"{asked.address.rstrip('/')}/{path}"
                status, content = _sent(client, client.build_request("GET", url))
                if status == 200:
                    files[path] = content
                elif status != 404:
                    return Shown(asked.party, files, answered=False)
    except (httpx.HTTPError, TimeoutError, NotAcceptable):
        return Shown(asked.party, files, answered=False)
    return Shown(asked.party, files, answered=True)


def _posted(client: httpx.Client, asked: Asked, body: bytes) -> tuple[int, bytes]:
    url = f"{asked.address.rstrip('/')}/add-checkpoint"
    return _sent(client, client.build_request("POST", url, content=body))


def _sent(client: httpx.Client, request: httpx.Request) -> tuple[int, bytes]:
    """Return status and content; what never ends is given up."""
    content = bytearray()
    request.headers["accept-encoding"] = "identity"  # nothing may swell as it is read
    answer = client.send(request, stream=True)
    with closing(answer):
        for chunk in answer.iter_raw():
            content += chunk
            if len(content) > _MOST:
                raise TimeoutError("its answer does not end")
    return answer.status_code, bytes(content)
