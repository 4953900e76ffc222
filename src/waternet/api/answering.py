"""From a request to its answer, in a reading thread."""

from __future__ import annotations

import gzip
import hashlib
import logging
import math
from functools import cache
from importlib.metadata import version
from uuid import uuid4

import duckdb

from waternet.api.answer import Answer
from waternet.api.asked import Asked, Body
from waternet.api.banks import Banks, Lent
from waternet.api.conditions import accepts_gzip, is_unchanged
from waternet.api.limits import Limits
from waternet.api.noting import Noting
from waternet.api.parameters import ParameterReader
from waternet.api.problem import Problem, problem_answer, problem_of
from waternet.api.request import Request
from waternet.api.session_cookie import (
    cookie_of,
    is_own_reading,
    verify_own_page,
)
from waternet.api.viewer import Viewer, Viewers, verify_no_key
from waternet.errors import NotAllowed, WaternetError
from waternet.node.folder import Node
from waternet.node.trail import Trail

__all__ = ["Answering", "Request"]

_LOG = logging.getLogger("waternet.api")
_WORTH_PACKING = 100  # bytes
_WRONG_KEY = 50.0  # requests that one costs
_TEXTS = ("json", "xml", "text/", "javascript")
_VARIES = "Accept, Accept-Encoding, Accept-Language, Authorization, Cookie, X-API-Key"


class Answering:
    """Answers requests, one a call; many threads may call it at once.

    Parameters
    ----------
    node : Node
    viewers : Viewers
    limits : Limits
    """

    def __init__(self, node: Node, viewers: Viewers, limits: Limits) -> None:
        self._node = node
        self._viewers = viewers
        self._limits = limits
        self._noting = Noting(None if viewers.is_unguarded else Trail(node.audit))
        self.banks = Banks(node)
        self._readers: dict[str, ParameterReader] = {}

    def close(self) -> None:
        """Close every file that nobody reads."""
        self.banks.close()
        self._noting.close()
        self._viewers.close()

    def admit(self, request: Request) -> Viewer:
        """Return who asks, if they may ask this.

        Raises
        ------
        NotAcceptable
            They show a key where others may read it.
        NotAllowed
            What they show as a key is none.
        Problem
            They ask too often, or their roles do not suffice.
        """
        asked_for = {one.name for one in request.operation.parameters}
        verify_no_key(request.query, asked_for)
        if request.operation.is_form or request.is_ambient_write:
            verify_own_page(request.headers, request.url)
        if request.shows_key:
            viewer = self._known(request)
        else:
            viewer = self._viewers.of(request.headers)
            if secret := self._session(request):
                viewer = self._viewers.by_session(secret)
        request.noted["viewer"] = viewer.name
        role = request.operation.role
        if not viewer.may(role):
            error = NotAllowed(
                f"{request.operation.name} needs the role "
                f"{' or '.join(map(repr, role.split()))}",
                hint="the node's operator gives roles to people and programs",
            )
            self._noting.refused(request, viewer, str(error))
            raise problem_of(error, is_signed_in=bool(viewer.name))
        if (more := request.operation.cost - 1) > 0:
            payer = _payer(viewer) if request.shows_key else request.caller
            self._limits.charge(payer, more)
        return viewer

    def verify_rate(self, caller: str, cost: float = 1.0) -> None:
        """Raise a Problem where a caller asks too often."""
        wait = self._limits.wait(caller, cost)
        if wait:
            raise Problem(
                "TooOften",
                "more requests came than one caller's share",
                headers={"retry-after": str(math.ceil(wait))},
            )

    def _session(self, request: Request) -> str:
        """Return the session that a browser shows, where it may show one.

        What writes through the interfaces for programs takes none: a page from
        elsewhere could have its reader's browser send it.
        """
        operation = request.operation
        is_reading = operation.method == "GET" and is_own_reading(request.headers)
        if not (operation.is_form or is_reading):
            return ""
        return cookie_of(request.headers, request.url)

    def _known(self, request: Request) -> Viewer:
        """Return who shows a key; guessing keys soon ends."""
        self.verify_rate(request.caller, 0)
        try:
            viewer = self._viewers.of(request.headers)
        except NotAllowed as error:
            self._limits.charge(request.caller, _WRONG_KEY)
            self._noting.refused(request, Viewer(), str(error))
            raise
        self.verify_rate(_payer(viewer))
        return viewer

    def answer(self, request: Request, body: Body, viewer: Viewer | None) -> Answer:
        """Return the answer; what goes wrong is one, too.

        Parameters
        ----------
        viewer : Viewer or None
            As `admit` returned them; None where nobody asked it yet.
        """
        try:
            viewer = viewer or self.admit(request)
            return self._answered(request, body, viewer)
        except Problem as problem:
            return problem_answer(problem, request.language)
        except WaternetError as error:
            return self.refuse(request, error, viewer)
        except duckdb.InterruptException:
            return problem_answer(Problem("TooLong"), request.language)
        except Exception:  # noqa: BLE001  whatever it is, its reader sees none of it
            return self._fault(request)
        finally:
            request.bank = None

    def refuse(
        self, request: Request, error: WaternetError, viewer: Viewer | None
    ) -> Answer:
        """Return an error as an answer."""
        is_signed_in = viewer is not None and bool(viewer.name)
        problem = problem_of(error, is_signed_in=is_signed_in)
        return problem_answer(problem, request.language)

    def _fault(self, request: Request) -> Answer:
        number = uuid4().hex[:12]
        _LOG.exception("fault %s in %s", number, request.operation.name)
        detail = f"the node's log says more under {number}"
        return problem_answer(Problem("Unexpected", detail), request.language)

    def _answered(self, request: Request, body: Body, viewer: Viewer) -> Answer:
        operation = request.operation
        reader = self._readers.get(operation.name)
        if reader is None:
            reader = self._readers[operation.name] = ParameterReader(operation)
        values = reader.read(request.query, request.path, request.headers)
        asked = Asked(
            operation=operation,
            values=values,
            query=request.query,
            path=request.path,
            headers=request.headers,
            url=request.url,
            viewer=viewer,
            node=self._node,
            language=request.language,
            body=body,
            caller=request.caller,
            access=self._viewers.access,
        )
        try:
            return self._noted(request, asked, viewer)
        finally:
            self._tell(request, asked)

    def _tell(self, request: Request, asked: Asked) -> None:
        """Note what the operation wants noted; guessing keys by a form soon ends."""
        for event in asked.events:
            if event.kind == "refused":
                self._limits.charge(request.caller, _WRONG_KEY)
            self._noting.event(request, event)

    def _noted(self, request: Request, asked: Asked, viewer: Viewer) -> Answer:
        operation = request.operation
        with self._noting.write(request, viewer):
            if not operation.reads_bank:
                return _packed(request, _by_content(request, asked))
            with self.banks.lend(viewer.reader) as lent:
                asked.leased = request.bank = lent.bank
                with self._noting.read(request, viewer, lent.bank):
                    if operation.method != "GET":
                        return _packed(request, operation.answer(asked))
                    return self._conditional(request, asked, lent)

    def _conditional(self, request: Request, asked: Asked, lent: Lent) -> Answer:
        tag = _tag(request, asked, lent)
        headers = {"etag": tag, "cache-control": _control(asked), "vary": _VARIES}
        held = request.headers.get("if-none-match", "")
        # Of any tag, '*', it is not known yet whether there is such an answer.
        if held.strip() != "*" and is_unchanged(held, None, tag, 0):
            return Answer(b"", "", 304, headers)
        before = lent.tag
        try:
            answer = asked.operation.answer(asked)
        except Exception as error:
            # A writer may have replaced files meanwhile that were still to be read.
            if isinstance(error, WaternetError) or lent.tag == before:
                raise
            answer = asked.operation.answer(asked)
        if asked.took_now:
            headers = {"cache-control": "no-store", "vary": _VARIES}
        headers |= answer.headers
        return _packed(
            request, Answer(answer.content, answer.media_type, answer.status, headers)
        )


def _payer(viewer: Viewer) -> str:
    """Return whose share is taken of by who shows a key."""
    return f"{viewer.party} {viewer.name}"


def _by_content(request: Request, asked: Asked) -> Answer:
    """Return an answer that needs no bank, with a tag of what it says."""
    answer = asked.operation.answer(asked)
    content = answer.content
    is_kept = request.operation.method == "GET" and answer.status == 200
    if not is_kept or not isinstance(content, bytes):
        return answer
    if answer.headers.get("cache-control") == "no-store":
        return answer
    tag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"cache-control": _control(asked), "vary": _VARIES, **answer.headers}
    headers["etag"] = tag
    if is_unchanged(request.headers.get("if-none-match"), None, tag, 0):
        return Answer(b"", "", 304, headers)
    return Answer(content, answer.media_type, answer.status, headers)


def _control(asked: Asked) -> str:
    """Return who may keep an answer: no cache that is shared, of who signed in."""
    return "private, no-cache" if asked.viewer.name else "no-cache"


def _tag(request: Request, asked: Asked, lent: Lent) -> str:
    """Return the ETag of an answer before it is made: weak, for how it is written.

    It changes with the bank, drafts, what the node says of itself, this program, the
    request and who asks.
    """
    viewer = asked.viewer
    parts = (
        _version(),
        request.raw_path,
        request.query,
        request.headers.get("accept", ""),
        request.language,
        request.url,
        viewer.name,
        viewer.party,
        viewer.session.number if viewer.session else "",
        repr(asked.node.profile),
        *sorted(viewer.roles),
        lent.drafts(asked.node.folder) if _sees_drafts(viewer) else "",
        request.operation.varies(request.headers) if request.operation.varies else "",
    )
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=12)
    digest.update(lent.tag)
    return f'W/"{digest.hexdigest()}"'


def _sees_drafts(viewer: Viewer) -> bool:
    return viewer.may("steward") or viewer.may("reviewer")


def _packed(request: Request, answer: Answer) -> Answer:
    """Return an answer compressed, if it is worth it and its reader takes it."""
    content = answer.content
    if (
        not isinstance(content, bytes)
        or len(content) < _WORTH_PACKING
        or "content-encoding" in answer.headers
        or not any(one in answer.media_type for one in _TEXTS)
        or not accepts_gzip(request.headers.get("accept-encoding", ""))
    ):
        return answer
    headers = {"vary": _VARIES, **answer.headers, "content-encoding": "gzip"}
    packed = gzip.compress(content, 1, mtime=0)
    return Answer(packed, answer.media_type, answer.status, headers)


@cache
def _version() -> str:
    return version("waternet")
