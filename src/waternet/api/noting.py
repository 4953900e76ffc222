"""What goes into the audit trail: writes, refusals, reads of what is restricted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from waternet.api.request import Request
from waternet.api.viewer import Viewer
from waternet.bank.sharing import restricted_among
from waternet.bank.store import Bank
from waternet.errors import NotReached, WaternetError
from waternet.node.trail import Event, Trail

__all__ = ["Noting"]


class Noting:
    """Notes what somebody did; what cannot be noted is not answered.

    Parameters
    ----------
    trail : Trail or None
        None where nothing is noted: of a scratch node.
    """

    def __init__(self, trail: Trail | None) -> None:
        self._trail = trail

    def close(self) -> None:
        """Close the trail."""
        if self._trail is not None:
            self._trail.close()

    def refused(self, request: Request, viewer: Viewer, why: str) -> None:
        """Note that a key was none, or that somebody may not do what they asked."""
        self._note("refused", request, viewer, why)

    def event(self, request: Request, event: Event) -> None:
        """Note what an operation tells of itself: who signed in, or was turned away."""
        viewer = Viewer(event.who, event.party)
        self._note(event.kind, request, viewer, event.outcome)

    @contextmanager
    def write(self, request: Request, viewer: Viewer) -> Iterator[None]:
        """Note a write, and how it ended; of what is no write, nothing."""
        operation = request.operation
        if operation.method == "GET" or not operation.role:
            yield
            return
        try:
            yield
        except Exception as error:
            name = type(error).__name__
            told = f"{name}: {error}" if isinstance(error, WaternetError) else name
            self._note("write", request, viewer, told)
            raise
        self._note("write", request, viewer, "done")

    @contextmanager
    def read(self, request: Request, viewer: Viewer, bank: Bank) -> Iterator[None]:
        """Note which restricted releases somebody read figures of.

        Named are those that have figures of the datastreams asked for.
        """
        try:
            yield
        finally:
            looked_at = bank.take_looked_at()
        releases = restricted_among(bank, looked_at) if viewer.name else []
        if releases:
            self._note("read", request, viewer, "done", tuple(releases))

    def _note(
        self,
        kind: str,
        request: Request,
        viewer: Viewer,
        outcome: str,
        releases: tuple[str, ...] = (),
    ) -> None:
        if self._trail is None:
            return
        event = Event(
            kind=kind,
            who=viewer.name,
            party=viewer.party,
            operation=request.operation.name,
            caller=request.caller,
            outcome=outcome,
            releases=releases,
        )
        try:
            self._trail.note(event)
        except OSError as error:
            raise NotReached(
                "what is asked must be noted in the audit trail, and cannot be",
                hint="the node's operator looks at its disk",
            ) from error
