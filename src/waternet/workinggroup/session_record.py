"""The record of a session: who was invited, who came, papers, tasks, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waternet.workinggroup.attendance import present_members
from waternet.workinggroup.citing import cite
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.sessions import Session
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = [
    "Attendance",
    "Paper",
    "SessionRecord",
    "list_sessions",
    "session_days",
    "session_record",
]


@dataclass(frozen=True, slots=True)
class Attendance:
    """A member's word that its delegates are there.

    Attributes
    ----------
    member : str
    delegates : tuple of mapping
        'names' by language, 'office' and 'offices' where told.
    in_time : bool
        Whether the chair had it when the session was closed.
    taken : Taken
    """

    member: str
    delegates: tuple[Mapping[str, Any], ...]
    in_time: bool
    taken: Taken

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        delegates = [dict(one) for one in self.delegates]
        return {**cite(self.taken), "delegates": delegates, "in_time": self.in_time}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a session, open to every member.

    Attributes
    ----------
    name : str
        Of its file.
    titles : mapping of language to str
    media_type : str
    language : str
        '' where it is in several, or in none.
    sha256 : str
        Of its bytes.
    size : int
        Number of them.
    taken : Taken
        In entry `taken.index` of the log of `taken.act.party` the file is kept.
    """

    name: str
    titles: Mapping[str, str]
    media_type: str
    language: str
    sha256: str
    size: int
    taken: Taken

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            **cite(self.taken),
            "name": self.name,
            "titles": dict(self.titles),
            "media_type": self.media_type,
            "language": self.language,
            "sha256": self.sha256,
            "bytes": self.size,
            "party": self.taken.act.party,
            "entry": self.taken.index,
        }


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """All that is told of one session.

    Attributes
    ----------
    thing : Thing
    session : Session
    invited : tuple of str
        Members, by id: of a session that is to come, all of the charter in force.
    present : tuple of str
        Members that came, with those of one delegation with them.
    attendances : tuple of Attendance
    papers : tuple of Paper
        By name.
    tasks : tuple of Thing
        That were set in it.
    chairs : tuple of str
        Members that opened it at once, until they agree who chairs; () else.
    """

    thing: Thing
    session: Session
    invited: tuple[str, ...]
    present: tuple[str, ...]
    attendances: tuple[Attendance, ...]
    papers: tuple[Paper, ...]
    tasks: tuple[Thing, ...]
    chairs: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Members that were invited and did not come; () while it is still to come."""
        if self.session.standing in ("called", "cancelled"):
            return ()
        return tuple(one for one in self.invited if one not in self.present)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.session.standing in ("closed", "cancelled")

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        told: dict[str, Any] = to_plain(self.session)
        return {
            "id": self.thing.id,
            "root": self.thing.root,
            **told,
            "agenda": [to_plain(one) for one in self.session.agenda],
            "decisions": [to_plain(one) for one in self.session.decisions],
            "called_by": cite(self.thing.changes[0]),
            "changed_by": [cite(one) for one in self.thing.standing()[1:]],
            "invited": list(self.invited),
            "present": list(self.present),
            "missing": list(self.missing),
            "attendances": [one.to_json() for one in self.attendances],
            "papers": [one.to_json() for one in self.papers],
            "tasks": [
                {"id": one.id, "root": one.root, **to_plain(one.value)}
                for one in self.tasks
            ],
            "chairs": list(self.chairs),
            "in_conflict": self.thing.in_conflict,
        }


def session_record(state: State, thing: Thing) -> SessionRecord:
    """Return what is told of a session.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'session'.
    """
    session: Session = thing.value
    attended = [one for one in thing.beside if one.act.verb == "session.attend"]
    over = session.standing in ("closed", "cancelled")
    members = state.charter.members if state.charter else ()
    present = session.attended
    if state.charter and session.standing != "closed":
        there = [one.act.member for one in attended]
        present = present_members(state.charter, there)
    tips = [state.taken[one].value for one in thing.tips]
    chairs = {one.chair for one in tips} - {""}
    return SessionRecord(
        thing=thing,
        session=session,
        invited=session.invited if over else tuple(one.id for one in members),
        present=present,
        attendances=_attendances(attended, thing),
        papers=_papers(thing),
        tasks=tuple(
            one
            for one in state.of("task")
            if one.value and one.value.session == thing.root
        ),
        chairs=tuple(sorted(chairs)) if len(chairs) > 1 else (),
    )


def list_sessions(state: State) -> tuple[SessionRecord, ...]:
    """Return every session, the earliest first."""
    found = [session_record(state, thing) for thing in state.of("session")]
    found.sort(key=lambda one: (session_days(one.session), one.session.begins))
    return tuple(found)


def session_days(session: Session) -> tuple[str, str]:
    """Return the first and the last day of a session, as far as they are known.

    Of one that is told by moments, the days are those of UTC.
    """
    first, last = session.begins[:10], session.ends[:10]
    return day_span(first)[0].isoformat(), day_span(last)[1].isoformat()


def _attendances(attended: list[Taken], thing: Thing) -> tuple[Attendance, ...]:
    closings = [one for one in thing.standing() if one.act.verb == "session.close"]
    seen: Mapping[str, int] | None = None
    if closings:
        seen = closings[-1].act.body["seen"]
    found = [
        Attendance(
            member=one.act.member,
            delegates=tuple(one.act.body["delegates"]),
            in_time=seen is None or one.index < seen.get(one.act.party, 0),
            taken=one,
        )
        for one in attended
    ]
    found.sort(key=lambda one: (one.member, one.taken.act.party, one.taken.index))
    return tuple(found)


def _papers(thing: Thing) -> tuple[Paper, ...]:
    found = []
    for one in thing.beside:
        body = one.act.body
        if one.act.verb == "session.paper":
            found.append(
                Paper(
                    name=body["name"],
                    titles=dict(body["titles"]),
                    media_type=body["media_type"],
                    language=body.get("language", ""),
                    sha256=body["sha256"],
                    size=body["bytes"],
                    taken=one,
                )
            )
    found.sort(key=lambda one: (one.name, one.taken.act.id))
    return tuple(found)
