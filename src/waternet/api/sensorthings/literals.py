"""Values as filters spell them: times, intervals, durations, geometries.

References
----------
ISO 8601; OData 4.0 part 2, section 5.1.1.6 (literals); OGC 06-103r4 (well-known text).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

import shapely

from waternet.api.sensorthings.expression import Literal, Sort
from waternet.errors import NotAcceptable

__all__ = ["TIME", "read_duration", "read_geometry", "read_time"]

T = TypeVar("T")

_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_MOMENT = rf"{_DAY}(?:T{_CLOCK}(?:Z|[+ -]\d{{2}}:?\d{{2}})?)?"
TIME = rf"(?:{_MOMENT}/{_MOMENT}|{_MOMENT}|{_CLOCK})(?![\w:])"

_DURATION = re.compile(
    r"(-?)P(?:(\d{1,6})W)?(?:(\d{1,7})D)?"
    r"(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10}(?:\.\d{1,6})?)S)?)?",
    re.IGNORECASE,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


def read_time(text: str, at: int = 0) -> Literal:
    """Read an instant, an interval, a bare date or a time of day.

    A time without a zone is in UTC. A date is the whole day, in UTC.

    Raises
    ------
    NotAcceptable
        There is no such time, or an interval ends before it starts.

    Examples
    --------
    >>> read_time("1970-01-02T00:00:00+02:00").value
    79200000000
    >>> read_time("1970-01-01/1970-01-02").value
    (0, 86400000000)
    """
    if "/" in text:
        start, end = (_moment(part, at) for part in text.split("/"))
        if end < start:
            raise NotAcceptable(
                f"at character {at}: the interval {text} ends before it starts"
            )
        return Literal(Sort.PERIOD, (start, end), at)
    if text[2] == ":":
        return Literal(Sort.CLOCK, _of_day(_parsed(time.fromisoformat, text, at)), at)
    sort = Sort.INSTANT if "T" in text else Sort.DATE
    return Literal(sort, _moment(text, at), at)


def read_duration(text: str, at: int = 0) -> Literal:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds.

    Raises
    ------
    NotAcceptable
        It is none, or counts years or months, whose length depends on the calendar.

    Examples
    --------
    >>> read_duration("PT1H").value
    3600000000
    """
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        raise NotAcceptable(
            f"at character {at}: {text!r:.40} is not a duration",
            hint="weeks, days, hours, minutes, seconds: P1W, P1D, PT1H, PT15M, PT0.5S",
        )
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[1:5])
    seconds = round(float(found[6] or 0) * 1_000_000)
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    whole = length // _MICROSECOND + seconds
    return Literal(Sort.DURATION, -whole if found[1] else whole, at)


def read_geometry(text: str, at: int = 0) -> Literal:
    """Read well-known text, with an SRID before it or none; longitude comes first.

    Raises
    ------
    NotAcceptable
        It is no well-known text, or not in WGS 84.

    Examples
    --------
    >>> read_geometry("SRID=4326;POINT (35.6 32.8)").value
    'POINT (35.6 32.8)'
    """
    system, semicolon, rest = text.rpartition(";")
    if semicolon and system.upper() not in ("SRID=4326", "SRID=0"):
        raise NotAcceptable(
            f"at character {at}: geometries here are in SRID=4326, got {system!r:.20}"
        )
    try:
        read = shapely.from_wkt(rest)
    except shapely.errors.ShapelyError as error:
        raise NotAcceptable(
            f"at character {at}: {rest!r:.60} is not well-known text",
            hint="for example geography'POINT(35.6 32.8)', longitude first",
        ) from error
    return Literal(Sort.GEOMETRY, shapely.to_wkt(read, rounding_precision=-1), at)


def _moment(text: str, at: int) -> int:
    if "T" not in text:
        day = _parsed(date.fromisoformat, text, at)
        return (day - date(1970, 1, 1)) // _DAYS * 86_400_000_000
    # A plus that was not encoded comes out of an address as a blank.
    whole = text.replace("Z", "+00:00").replace(" ", "+")
    read = _parsed(datetime.fromisoformat, whole, at)
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    return (read - _EPOCH) // _MICROSECOND


def _of_day(clock: time) -> int:
    whole = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return whole * 1_000_000 + clock.microsecond


def _parsed(read: Callable[[str], T], text: str, at: int) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise NotAcceptable(
            f"at character {at}: there is no time {text!r}: {error}"
        ) from error
