"""Beginning and ending a session of whoever asks, told to the audit trail."""

from __future__ import annotations

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.session_cookie import cookie_of, ended_cookie, session_cookie
from waternet.errors import NotAllowed, NotFound
from waternet.node.access import Access
from waternet.node.people import UNGUARDED
from waternet.node.sessions import Beginning
from waternet.node.trail import Event
from waternet.portal.page import Visit, see_other

__all__ = ["access_of", "enter", "lead_on", "leave", "note", "refuse"]

SIGN_IN = "sign-in"


def access_of(visit: Visit) -> Access:
    """Return whom the node knows.

    Raises
    ------
    NotAllowed
        It is served to everybody as a steward: nobody signs in.
    """
    access = visit.asked.access
    if access is None:
        raise NotFound("this node knows nobody")
    if visit.viewer.name == UNGUARDED:
        raise NotAllowed(
            "nobody signs in here: this node is served unguarded",
            hint="serve it without --unguarded",
        )
    return access


def enter(visit: Visit, by: Beginning, party: str, onward: str) -> Answer:
    """Begin a session, in place of the one before, and lead on.

    The secret is always a new one: what a browser held before is known to whoever gave
    it that.
    """
    asked, access = visit.asked, access_of(visit)
    access.sessions.end(cookie_of(asked.headers, asked.url))
    agent = asked.headers.get("user-agent", "")
    secret = access.sessions.begin(by, caller=asked.caller, agent=agent)
    how = {"key": f"key {by.key}", "passkey": f"passkey of key {by.key}"}
    told = f"signed in by {how.get(by.way, by.issuer)}"
    asked.events.append(Event(SIGN_IN, by.name, party, outcome=told))
    return lead_on(onward, {"set-cookie": session_cookie(secret, asked.url)})


def leave(visit: Visit) -> Answer:
    """End the session of whoever asks, and lead to where anybody may be."""
    asked = visit.asked
    if asked.access is not None and asked.viewer.session is not None:
        asked.access.sessions.end(cookie_of(asked.headers, asked.url))
        note(asked, "signed out")
    return _with(see_other(visit, "/sign-in"), {"set-cookie": ended_cookie(asked.url)})


def lead_on(onward: str, headers: dict[str, str]) -> Answer:
    """Return an answer that leads to an address of this node."""
    told = {"location": onward, "cache-control": "no-store", **headers}
    return Answer(b"", "", 303, told)


def note(asked: Asked, what: str) -> None:
    """Have the audit trail told what somebody did who is signed in."""
    viewer = asked.viewer
    asked.events.append(Event(SIGN_IN, viewer.name, viewer.party, outcome=what))


def refuse(asked: Asked, error: NotAllowed) -> None:
    """Have the audit trail told that a sign-in failed; it costs as a wrong key does."""
    asked.events.append(Event("refused", outcome=f"sign-in: {error}"))


def _with(answer: Answer, headers: dict[str, str]) -> Answer:
    return Answer(
        answer.content, answer.media_type, answer.status, {**answer.headers, **headers}
    )
