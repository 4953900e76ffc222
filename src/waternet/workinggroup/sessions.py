"""Sessions: called, opened by one who holds the gavel, closed with minutes.

Every member is invited to every session, those with a standing invitation too, and
nothing waits for one that does not come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from waternet.record.fields import verify_name
from waternet.workinggroup.act import Act
from waternet.workinggroup.attendance import present_members
from waternet.workinggroup.consenting import REASON
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.session_forms import (
    ATTEND,
    CLOSE,
    MAY_BE_TOLD,
    MINUTES,
    PAPER,
    PAPER_OPTIONAL,
    TOLD,
)
from waternet.workinggroup.verb import Taken, Verb
from waternet.workinggroup.when import day_span

__all__ = ["STANDINGS", "VERBS", "Decision", "Item", "Session"]

STANDINGS = ("called", "open", "closed", "cancelled")
"""Where a session may be."""

_DAY, _MOMENT = len("2026-11-28"), len("2026-11-28T08:00:00Z")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an agenda.

    Attributes
    ----------
    id : str
    titles : mapping of language to str
    """

    id: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a session decided, as its chair wrote it down.

    Attributes
    ----------
    id : str
    words : mapping of language to str
    acts : tuple of str
        The acts by which it was decided: a text's adoption, a project's move.
    """

    id: str
    words: Mapping[str, str]
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it stands after a change.

    Attributes
    ----------
    body : str
        The committee or group that meets.
    titles : mapping of language to str
    sort : str
        One of `session_forms.SORTS`.
    begins, ends : str
        Days ('2026-11-28', both included), or moments in UTC ('2026-11-28T08:00:00Z').
        In a report of what was long ago, '1992-01' where no more is known.
    invited : tuple of str
        Every member of the charter under which it was last called or changed, by id.
    place : mapping of language to str
        Empty where it is held at a distance, or a report does not tell it.
    host : str
        The member that receives the others; '' untold.
    zone : str
        IANA name of the zone by which clocks go there: 'Asia/Amman'; '' untold.
    agenda : tuple of Item
    standing : str
        One of `STANDINGS`.
    chair : str
        The member whose delegate opened it; '' before that.
    attended : tuple of str
        Members that were there, as the chair saw when closing it.
    minutes : mapping of language to tuple of str
        Paragraphs; empty in a report that has none.
    decisions : tuple of Decision
    reason : str
        Why it was last changed, or cancelled.
    """

    body: str
    titles: Mapping[str, str]
    sort: str
    begins: str
    ends: str
    invited: tuple[str, ...]
    place: Mapping[str, str] = field(default_factory=dict)
    host: str = ""
    zone: str = ""
    agenda: tuple[Item, ...] = ()
    standing: str = "called"
    chair: str = ""
    attended: tuple[str, ...] = ()
    minutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    reason: str = ""

    @property
    def is_timed(self) -> bool:
        """Whether it begins at a moment, or is told by days alone."""
        return len(self.begins) == _MOMENT


def _told(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of a session as a call or a change tells them."""
    names = {"from": "begins", "to": "ends"}
    plain = ("titles", "sort", "from", "to", "place", "host", "zone")
    told = {names.get(name, name): body[name] for name in plain if name in body}
    if "agenda" in body:
        told["agenda"] = tuple(
            Item(one["id"], dict(one["titles"])) for one in body["agenda"]
        )
    return told


def _verify_told(floor: Floor, session: Session) -> None:
    """Refuse a session that ends before it begins, or is hosted by a stranger."""
    begins, ends = session.begins, session.ends
    known = {len(begins), len(ends)}
    if not floor.act.of and known not in ({_DAY}, {_MOMENT}):
        told = f"from {begins} to {ends}: expected two days, or two moments"
        raise Refused("unreadable-act", told)
    if len(known) == 1:
        turned = begins > ends
    else:
        turned = day_span(begins[:_DAY])[0] > day_span(ends[:_DAY])[1]
    if turned:
        raise Refused("unreadable-act", f"from {begins} to {ends}: it ends before")
    if session.host and floor.charter.member(session.host) is None:
        raise Refused("not-a-member", f"the host {session.host!r} is no member")


def _invited(floor: Floor) -> tuple[str, ...]:
    return tuple(one.id for one in floor.charter.members)


def _call(floor: Floor, act: Act) -> Session:
    session = Session(body=act.body["body"], invited=_invited(floor), **_told(act.body))
    _verify_told(floor, session)
    return session


def _change(floor: Floor, act: Act) -> Session:
    before = _verify_standing(floor, "called", "open")
    if before.standing == "open":
        _verify_chair(before, act)
    _verify_one_chair(floor, before.chair)
    told = _told(act.body)
    if not told:
        raise Refused("unreadable-act", "it changes nothing")
    session = replace(
        before, invited=_invited(floor), reason=act.body["reason"], **told
    )
    _verify_told(floor, session)
    return session


def _cancel(floor: Floor, act: Act) -> Session:
    before = _verify_standing(floor, "called")
    _verify_one_chair(floor, before.chair)
    return replace(before, standing="cancelled", reason=act.body["reason"])


def _open(floor: Floor, act: Act) -> Session:
    """Open the session; or give way to one who opened it at the same time."""
    before = _verify_standing(floor, "called", "open")
    floor.verify_gavel(before.body)
    if before.standing == "open":
        opened = [one for one in _named_changes(floor) if one.value.chair]
        if len(opened) == 1:
            raise Refused("two-chairs", f"{before.chair!r} opened it")
        _verify_one_chair(floor, before.chair)
        return before
    _verify_one_chair(floor, act.member)
    return replace(before, standing="open", chair=act.member, invited=_invited(floor))


def _attend(floor: Floor, act: Act) -> None:
    _verify_standing(floor, "open")
    if not act.body["delegates"] and not act.of:
        raise Refused("unreadable-act", "it names no delegate: a report alone may")
    for delegate in act.body["delegates"]:
        held = sorted(set(delegate.get("offices", ())) & set(floor.charter.excluded))
        if held:
            told = f"a delegate of {act.member!r} holds {held[0]!r}"
            raise Refused("excluded-office", f"{told}, which the parties excluded")


def _paper(floor: Floor, _act: Act) -> None:
    _verify_standing(floor, "called", "open", "closed")


def _close(floor: Floor, act: Act) -> Session:
    before = _verify_standing(floor, "open")
    _verify_chair(before, act)
    _verify_one_chair(floor, before.chair)
    _verify_no_rival(floor, before.chair)
    minutes = act.body.get("minutes", {})
    if not minutes and not act.of:
        raise Refused("unreadable-act", "it has no minutes: a report alone may")
    decisions = tuple(
        Decision(one["id"], dict(one["words"]), tuple(one.get("acts", ())))
        for one in act.body["decisions"]
    )
    for one in decisions:
        if unnamed := sorted({*one.acts} - {*act.on}):
            told = f"decision {one.id!r} was by {unnamed[0][:16]}"
            raise Refused("unmet-condition", f"{told}, which the act does not name")
    seen = [one for one in floor.beside("session.attend") if floor.was_there(one)]
    return replace(
        before,
        standing="closed",
        attended=present_members(floor.charter, {one.act.member for one in seen}),
        minutes={language: tuple(words) for language, words in minutes.items()},
        decisions=decisions,
    )


def _verify_standing(floor: Floor, *standings: str) -> Session:
    """Return the session that an act is about; refuse what cannot be done to it."""
    session: Session = floor.base
    if session.standing not in standings:
        expected = " or ".join(standings)
        told = f"the session is {session.standing}, expected {expected}"
        raise Refused("not-open", told)
    return session


def _verify_chair(session: Session, act: Act) -> None:
    if act.member != session.chair:
        told = f"{session.chair!r} chairs it, not {act.member!r}"
        raise Refused("two-chairs", told)


def _named_changes(floor: Floor) -> Iterator[Taken]:
    """Yield the changes of this session that the act names."""
    changes = floor.thing.changes if floor.thing else ()
    for one in changes:
        if one.act.id in floor.act.on:
            yield one


def _verify_one_chair(floor: Floor, chair: str) -> None:
    """Refuse an act that would end another's chair.

    Of two that opened at once, each may give way, and nobody else decides it.
    """
    for one in _named_changes(floor):
        other = one.value.chair
        gives_way = floor.act.verb == "session.open" and other == floor.act.member
        if other not in ("", chair) and not gives_way:
            told = f"{other!r} opened it, too, and did not give way to {chair!r}"
            raise Refused("two-chairs", told)


def _verify_no_rival(floor: Floor, chair: str) -> None:
    """Refuse to close while another's opening stands, that was there in time."""
    changes = {one.act.id: one for one in (floor.thing.changes if floor.thing else ())}
    past, waiting = set(), [*floor.act.on]
    while waiting:
        one = waiting.pop()
        if one in changes and one not in past:
            past.add(one)
            waiting += changes[one].act.on
    for one, rival in changes.items():
        other = rival.value.chair
        if one not in past and other not in ("", chair) and floor.was_there(rival):
            raise Refused("two-chairs", f"{other!r} opened it, too")


def _body(floor: Floor, act: Act) -> str:
    return str(act.body["body"] if floor.base is None else floor.base.body)


VERBS = (
    Verb(
        "session.call",
        {"body": verify_name, **TOLD},
        "call",
        True,
        _call,
        _body,
        MAY_BE_TOLD,
        begins=True,
    ),
    Verb(
        "session.change",
        REASON,
        "call",
        True,
        _change,
        _body,
        {**TOLD, **MAY_BE_TOLD},
    ),
    Verb("session.cancel", REASON, "call", True, _cancel, _body, {}),
    Verb("session.open", {}, "chair", True, _open, _body, {}),
    Verb("session.attend", ATTEND, "attend", False, _attend, _body, {}),
    Verb("session.paper", PAPER, "attend", False, _paper, _body, PAPER_OPTIONAL),
    Verb("session.close", CLOSE, "chair", True, _close, _body, MINUTES, seals=True),
)
