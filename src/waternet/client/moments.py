"""Times, spans and pasts, as people write them in a script."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from waternet.bank.when import read_past, read_time
from waternet.errors import NotAcceptable

__all__ = ["Time", "past", "period", "written"]

Time = str | date | datetime | None
"""A year, month, day or time; one that says no zone is of UTC, or of `zone`."""

_SPAN = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?"
)
_OPEN = ("", "..")


def period(
    start: Time, end: Time, now: datetime, clock: tzinfo = UTC
) -> tuple[datetime | None, datetime | None]:
    """Return a half-open period from how it was written.

    Parameters
    ----------
    start, end : str, date, datetime or None
        '2015', '2015-06', '2015-06-30', '2015-06-30T08:00+03:00'; a length such as
        'P7D' is counted from the other, or back from now; `start` alone may be an
        interval of ISO 8601: '2015/2016', '2015-06/P1M', '2015/..'. None is open.
    now : datetime
        With time zone.
    clock : tzinfo
        Of times that say no zone; by it days, months and years are counted.

    Returns
    -------
    (datetime or None, datetime or None), UTC

    Raises
    ------
    NotAcceptable
        It is none of these, or ends before it starts.

    Examples
    --------
    >>> now = datetime(2026, 11, 22, tzinfo=UTC)
    >>> [time.isoformat() for time in period("2015-06/P1M", None, now)]
    ['2015-06-01T00:00:00+00:00', '2015-07-01T00:00:00+00:00']
    >>> period("P7D", None, now)[0].isoformat()
    '2026-11-15T00:00:00+00:00'
    """
    if isinstance(start, str) and "/" in start:
        if end is not None:
            raise NotAcceptable(
                f"the interval {start!r} has an end, and end={end!r} names another",
                hint="leave end= out",
            )
        start, _slash, end = start.partition("/")
    if _is_span(start):
        until = now if end in (None, *_OPEN) else _read(end, clock)
        return _ordered(_moved(until, str(start), -1, clock), until)
    since = _read(start, clock) if start not in (None, *_OPEN) else None
    if _is_span(end):
        if since is None:
            raise NotAcceptable(
                f"{end!r} is a length, counted from a start that is not given",
                hint="P7D as start= means the last seven days",
            )
        return since, _moved(since, str(end), 1, clock)
    return _ordered(since, _read(end, clock) if end not in (None, *_OPEN) else None)


def past(as_of: Time) -> str:
    """Return a past as a node reads it: a day, a time, or PARTY:RELEASE.

    Raises
    ------
    NotAcceptable
        It is none of these. A year or month could mean its beginning or its end.

    Examples
    --------
    >>> past(date(2026, 11, 22)), past("jordan:4"), past(None)
    ('2026-11-22', 'jordan:4', '')
    """
    if as_of in (None, ""):
        return ""
    if isinstance(as_of, datetime):
        return written(_read(as_of, UTC))
    if isinstance(as_of, date):
        return as_of.isoformat()
    text = str(as_of)
    read_past(text)
    return text


def written(time: datetime) -> str:
    """Return a time as it stands in an address: '2015-06-30T05:00:00Z'."""
    utc = time.astimezone(UTC)
    return utc.isoformat().replace("+00:00", "Z")


def _is_span(time: Time) -> bool:
    return isinstance(time, str) and time.startswith("P")


def _read(time: Time, clock: tzinfo) -> datetime:
    if isinstance(time, datetime):
        # pandas' own kind has nanoseconds, and another way to add days.
        when = datetime.fromisoformat(time.isoformat(timespec="microseconds"))
    elif isinstance(time, date):
        when = datetime(time.year, time.month, time.day, tzinfo=clock)
    else:
        when = read_time(str(time), clock)
    return (when if when.tzinfo else when.replace(tzinfo=clock)).astimezone(UTC)


def _moved(time: datetime, span: str, sign: int, clock: tzinfo) -> datetime:
    """Return a time so much later, or earlier: days and longer by the clock."""
    found = _SPAN.fullmatch(span)
    if found is None:
        raise NotAcceptable(
            f"{span!r} is not a length of time", hint="P7D, P1M, P1Y, PT6H"
        )
    years, months, weeks, days, hours, minutes, seconds = (
        sign * int(text or 0) for text in found.groups()
    )
    try:
        local = _told(time, clock)
        month = local.year * 12 + local.month - 1 + 12 * years + months
        year, month = month // 12, month % 12 + 1
        day = min(local.day, _days(year, month))
        moved = local.replace(year=year, month=month, day=day)
        moved += timedelta(weeks=weeks, days=days)
        return moved.astimezone(UTC) + timedelta(
            hours=hours, minutes=minutes, seconds=seconds
        )
    except (ValueError, OverflowError) as error:
        raise NotAcceptable(f"{span!r} leads out of the calendar: {error}") from error


def _told(time: datetime, clock: tzinfo) -> datetime:
    """Return a time as a clock tells it; where clocks skip midnight, as midnight."""
    local = time.astimezone(clock)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight.astimezone(UTC) == time else local


def _days(year: int, month: int) -> int:
    first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return (after - first).days


def _ordered(
    since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    if since is not None and until is not None and until < since:
        raise NotAcceptable(
            f"a period from {written(since)} to {written(until)} ends before it starts"
        )
    return since, until
