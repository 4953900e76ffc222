"""Sessions and tasks as iCalendar (RFC 5545), and a session read from such a file.

Two nodes that hold the same entries write the same bytes: nothing is told of the moment
of writing, and clocks are told in UTC, as tables of zones differ from machine to
machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from icalendar import Calendar, Component, Event, Todo, vCalAddress, vText

from waternet.workinggroup.charter import Charter
from waternet.workinggroup.interchange.calendar_words import reported_words
from waternet.workinggroup.session_record import (
    SessionRecord,
    list_sessions,
    session_days,
)
from waternet.workinggroup.state import State
from waternet.workinggroup.tasks import Task
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import moment

__all__ = ["in_language", "write_calendar"]

_PRODUCT = "-//waternet//working group//EN"
_SESSION_STATUS = {
    "called": "CONFIRMED",
    "open": "CONFIRMED",
    "closed": "CONFIRMED",
    "cancelled": "CANCELLED",
}
_TASK_STATUS = {"set": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED"}


def write_calendar(state: State, language: str, body: str = "") -> bytes:
    """Return a feed of a group's sessions and tasks.

    Parameters
    ----------
    state : State
    language : str
        Of titles, where they are there in it; else the first of their languages.
    body : str
        Only of that body of the charter; '' for all.

    Returns
    -------
    bytes
        One VCALENDAR. The UID of what is in it is the id of the act that began it, its
        SEQUENCE the number of later changes.

    Raises
    ------
    NotFound
        The charter has no such body.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if state.charter:
        if body:
            state.charter.body(body)
        title = in_language(state.charter.titles, language)
        calendar.add("name", title)
        calendar.add("x-wr-calname", title)
        for record in list_sessions(state):
            if body in ("", record.session.body):
                writer = _Writer(state.charter, language)
                calendar.add_component(writer.session(record))
        for thing in state.of("task"):
            if thing.value and body in ("", thing.value.body):
                writer = _Writer(state.charter, language)
                calendar.add_component(writer.task(thing))
    return bytes(calendar.to_ical())


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in the first by code in which it is there.

    Examples
    --------
    >>> in_language({"he": "באר", "ar": "بئر"}, "en")
    'بئر'
    """
    return texts.get(language) or next((texts[one] for one in sorted(texts)), "")


class _Writer:
    """What writes components in one language."""

    def __init__(self, charter: Charter, language: str) -> None:
        self._charter = charter
        self._language = language

    def session(self, record: SessionRecord) -> Event:
        """Return a session as a VEVENT."""
        session = record.session
        event = Event()
        self._begin(event, record.thing, session.titles)
        if session.is_timed:
            event.add("dtstart", moment(session.begins))
            event.add("dtend", moment(session.ends))
        else:
            first, last = map(date.fromisoformat, session_days(session))
            event.add("dtstart", first)
            event.add("dtend", last + timedelta(days=1))
        status = _SESSION_STATUS[session.standing]
        event.add("status", "TENTATIVE" if record.thing.in_conflict else status)
        event.add("categories", [session.sort])
        if session.place:
            event.add("location", in_language(session.place, self._language))
        if session.zone:
            event.add("x-waternet-zone", session.zone)
        if session.host:
            event.add("organizer", self._member(session.host, ""), encode=False)
        for member in record.invited:
            came = "ACCEPTED" if member in record.present else "NEEDS-ACTION"
            event.add("attendee", self._member(member, came), encode=False)
        _add_lines(event, self._session_lines(record))
        return event

    def task(self, thing: Thing) -> Todo:
        """Return a task as a VTODO."""
        task: Task = thing.value
        todo = Todo()
        self._begin(todo, thing, task.titles)
        todo.add("due", date.fromisoformat(task.due))
        status = _TASK_STATUS[task.standing]
        todo.add("status", "NEEDS-ACTION" if thing.in_conflict else status)
        last = thing.standing()[-1]
        if task.standing == "done" and not last.act.of:
            todo.add("completed", moment(last.act.issued))
        todo.add("attendee", self._member(task.owner, "ACCEPTED"), encode=False)
        if task.session:
            todo.add("related-to", _uid(task.session))
        reason = [task.reason] if task.reason else []
        _add_lines(todo, [*task.evidence, *reason, *self._reported(thing.standing())])
        return todo

    def _begin(
        self, component: Component, thing: Thing, titles: Mapping[str, str]
    ) -> None:
        standing = thing.standing()
        component.add("uid", _uid(thing.root))
        stamp = moment(standing[-1].act.issued)
        component.add("dtstamp", stamp)
        component.add("last-modified", stamp)
        component.add("created", moment(standing[0].act.issued))
        component.add("sequence", len(thing.changes) - 1)
        component.add("summary", in_language(titles, self._language))

    def _member(self, name: str, came: str) -> vCalAddress:
        address = vCalAddress(f"urn:waternet:{name}")
        member = self._charter.member(name)
        if member:
            address.params["CN"] = vText(in_language(member.names, self._language))
        address.params["CUTYPE"] = vText("GROUP")
        if came:
            address.params["PARTSTAT"] = vText(came)
        return address

    def _session_lines(self, record: SessionRecord) -> Iterator[str]:
        """Yield the body, the agenda, why it changed, and who reported it."""
        session = record.session
        names = {one.id: one.names for one in self._charter.bodies}
        yield in_language(names.get(session.body, {}), self._language) or session.body
        for place, item in enumerate(session.agenda, 1):
            yield f"{place}. {in_language(item.titles, self._language)}"
        if session.reason:
            yield session.reason
        yield from self._reported(record.thing.standing())

    def _reported(self, changes: tuple[Taken, ...]) -> Iterator[str]:
        told = {(one.act.party, one.act.source): None for one in changes if one.act.of}
        for party, source in told:
            member = self._charter.member(party)
            names = member.names if member else {}
            name = in_language(names, self._language) or party
            yield reported_words(self._language, name, source)


def _add_lines(component: Component, lines: Iterator[str] | list[str]) -> None:
    told = "\n".join(lines)
    if told:
        component.add("description", told)


def _uid(root: str) -> str:
    return f"{root}@waternet"
