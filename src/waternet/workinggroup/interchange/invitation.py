"""A session read from an iCalendar file (RFC 5545) of another calendar.

What such a file says is somebody's word: it is bounded, checked, and becomes the draft
of a call that a delegate signs or not.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Component

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.legible import verify_legible
from waternet.observation.zone import find_zone
from waternet.record.fields import verify_labels

__all__ = ["MOST_CALENDAR", "Invitation", "read_invitation", "read_invitations"]

MOST_CALENDAR = 256 << 10  # bytes
_MOST_EVENTS = 1_000
_MOST_TEXT = 2_000  # letters of a title or a place
_READ = ("UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION")
_SERIES = ("RRULE", "RDATE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An event of another calendar.

    Attributes
    ----------
    uid : str
    titles : mapping of language to str
    begins, ends : str
        Days, both included, or moments in UTC, as `Session` has them.
    place : mapping of language to str
    zone : str
        IANA name, where the file tells one; '' else.
    """

    uid: str
    titles: dict[str, str]
    begins: str
    ends: str
    place: dict[str, str]
    zone: str

    def to_call(self) -> dict[str, Any]:
        """Return the fields of a 'session.call' that the file tells."""
        told: dict[str, Any] = {
            "titles": self.titles,
            "from": self.begins,
            "to": self.ends,
            "agenda": [],
        }
        optional = {"place": self.place, "zone": self.zone}
        return told | {name: held for name, held in optional.items() if held}


def read_invitation(content: bytes, language: str, uid: str = "") -> Invitation:
    """Read one event of a file.

    Parameters
    ----------
    content : bytes
    language : str
        Of titles of which the file does not tell it; '' where it must.
    uid : str
        Of the event that is meant; '' where the file has only one.

    Raises
    ------
    NotAcceptable
        As `read_invitations`; or there are several events and no `uid`.
    NotFound
        There is no event of that UID.
    """
    found = read_invitations(content, language)
    if uid:
        found = tuple(one for one in found if one.uid == uid)
        if not found:
            raise NotFound(f"the calendar has no event {uid!r:.80}")
    if len(found) > 1:
        ids = ", ".join(one.uid[:60] for one in found[:5])
        raise NotAcceptable(
            f"the calendar has {len(found)} events: expected one",
            hint=f"say which by its UID: {ids}",
        )
    return found[0]


def read_invitations(content: bytes, language: str) -> tuple[Invitation, ...]:
    """Read the events of a file.

    Raises
    ------
    NotAcceptable
        It is too long, no calendar, has no event; or an event repeats, has no zone for
        its clock, or a part that cannot be read.
    """
    if len(content) > MOST_CALENDAR:
        raise NotAcceptable(
            f"a calendar of at most {MOST_CALENDAR:,} bytes is read, this one has "
            f"{len(content):,}",
            hint="export the one session alone",
        )
    try:
        calendar = Calendar.from_ical(content)
        events = calendar.walk("VEVENT")
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"this is no iCalendar file: {error!s:.200}") from error
    if not 1 <= len(events) <= _MOST_EVENTS:
        raise NotAcceptable(
            f"expected 1 to {_MOST_EVENTS:,} events in the calendar, found "
            f"{len(events):,}"
        )
    return tuple(
        _read_event(event, place, language) for place, event in enumerate(events, 1)
    )


def _read_event(event: Component, place: int, language: str) -> Invitation:
    at = f"event {place} of the calendar"
    for name, fault in event.errors:
        if name in _READ:
            raise NotAcceptable(f"{at}: {name}: {fault!s:.200}")
    for name in _SERIES:
        if name in event:
            raise NotAcceptable(
                f"{at} repeats ({name})", hint="call each session by itself"
            )
    begins, zone = _start(event, at)
    return Invitation(
        uid=_text(event, "UID", at),
        titles=_texts(event, "SUMMARY", at, language),
        begins=_write(begins),
        ends=_write(_end(event, begins, at)),
        place=_texts(event, "LOCATION", at, language),
        zone=zone or _zone(_text(event, "X-WATERNET-ZONE", at)),
    )


def _start(event: Component, at: str) -> tuple[date, str]:
    """Return when an event begins, and the zone that is told with it."""
    start = _one(event, "DTSTART", at)
    if start is None:
        raise NotAcceptable(f"{at}: DTSTART is missing")
    return _when(start, "DTSTART", at), _zone(str(start.params.get("TZID", "")))


def _end(event: Component, begins: date, at: str) -> date:
    """Return the last day of an event told by days, or the moment of its end."""
    end, lasts = _one(event, "DTEND", at), _one(event, "DURATION", at)
    by_days = not isinstance(begins, datetime)
    if end is not None:
        ends = _when(end, "DTEND", at)
        if isinstance(ends, datetime) == by_days:
            raise NotAcceptable(f"{at}: DTSTART and DTEND: one is a day, one a moment")
    elif lasts is not None and isinstance(lasts.dt, timedelta):
        try:
            ends = begins + lasts.dt
        except OverflowError as error:
            raise NotAcceptable(f"{at}: DURATION is too long") from error
    else:
        ends = begins + timedelta(days=1) if by_days else begins
    if by_days and ends > begins:
        ends -= timedelta(days=1)  # the day after the last one is told
    if ends < begins:
        raise NotAcceptable(f"{at} ends before it begins")
    return ends


def _when(held: Any, name: str, at: str) -> date:
    """Return a day, or a moment in UTC."""
    told = held.dt
    if not isinstance(told, date):
        raise NotAcceptable(f"{at}: {name}: expected a day or a moment")
    if not isinstance(told, datetime):
        return told
    if told.tzinfo is None:
        zone = str(held.params.get("TZID", ""))
        raise NotAcceptable(
            f"{at}: {name}: no zone {zone[:60]!r} is known"
            if zone
            else f"{at}: {name} tells a clock without a zone",
            hint="export it in UTC, or with its zone",
        )
    try:
        return told.astimezone(UTC)
    except OverflowError as error:
        raise NotAcceptable(f"{at}: {name}: not in the years 1 to 9999") from error


def _write(told: date) -> str:
    if isinstance(told, datetime):
        return f"{told.replace(microsecond=0, tzinfo=None).isoformat()}Z"
    return told.isoformat()


def _zone(name: str) -> str:
    """Return a zone's name where it is an IANA name; else ''."""
    try:
        find_zone(name)
    except NotAcceptable:
        return ""  # the moments are known all the same
    return "" if name[:1] in "+-" else name


def _one(event: Component, name: str, at: str) -> Any:
    held = event.get(name)
    if isinstance(held, list):
        raise NotAcceptable(f"{at}: {name} is there {len(held)} times")
    return held


def _text(event: Component, name: str, at: str) -> str:
    held = _one(event, name, at)
    words = " ".join(str(held).split()) if held is not None else ""
    text = unicodedata.normalize("NFC", words)
    if len(text) > _MOST_TEXT:
        raise NotAcceptable(f"{at}: {name}: expected at most {_MOST_TEXT:,} letters")
    verify_legible(text, f"{at}: {name}")
    return text


def _texts(event: Component, name: str, at: str, language: str) -> dict[str, str]:
    text = _text(event, name, at)
    if not text:
        if name == "SUMMARY":
            raise NotAcceptable(f"{at}: SUMMARY is missing: a session has a title")
        return {}
    told = str(event[name].params.get("LANGUAGE", "")) or language
    if not told:
        raise NotAcceptable(
            f"{at}: {name} does not tell its language", hint="say which it is"
        )
    texts = {told.split("-")[0].lower(): text}
    verify_labels(texts, f"{at}: {name}")
    return texts
