"""Periods by the calendar: each begins a number of days or months after the first.

Every period is counted from the first one, never from the one before it: what begins on
31 January begins anew on 28 February and then on 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from waternet.errors import NotAcceptable
from waternet.observation.datastream import calendar_interval

__all__ = ["begun_by", "date_after", "midnight", "moment_after", "verify_days"]

_MONTHS = {"year": 12, "month": 1}
_DAYS = {"week": 7, "day": 1}
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}


def verify_days(interval: str, at: str) -> None:
    """Raise `NotAcceptable` unless a duration is of whole days, at least one."""
    count, unit = calendar_interval(interval)
    if unit in _SECONDS or not count:
        raise NotAcceptable(
            f"{at}: {interval!r} is not a duration of whole days",
            hint="ISO 8601 in one part: P1D, P1W, P1M, P3M, P1Y",
        )


def date_after(first: date, interval: str, times: int) -> date:
    """Return the date that lies `times` durations of whole days after `first`.

    Where that month has no such day, its last one.

    Raises
    ------
    NotAcceptable
        It lies past the year 9999.

    Examples
    --------
    >>> str(date_after(date(2024, 1, 31), "P1M", 1))
    '2024-02-29'
    >>> str(date_after(date(2024, 1, 31), "P1M", 2))
    '2024-03-31'
    """
    count, unit = calendar_interval(interval)
    try:
        if unit in _DAYS:
            return first + timedelta(days=times * count * _DAYS[unit])
        months = first.year * 12 + first.month - 1 + times * count * _MONTHS[unit]
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, min(first.day, last))
    except (OverflowError, ValueError) as error:
        raise NotAcceptable(
            f"{times} times {interval} after {first} is past the year 9999"
        ) from error


def begun_by(day: date, first: date, interval: str) -> int:
    """Return how many periods have begun on `day` or before; 0 before the first."""
    if day < first:
        return 0
    count, unit = calendar_interval(interval)
    if unit in _DAYS:
        return (day - first).days // (count * _DAYS[unit]) + 1
    months = (day.year - first.year) * 12 + day.month - first.month
    number = months // (count * _MONTHS[unit])
    # Within the month of its beginning it may not have begun yet.
    return number + (date_after(first, interval, number) <= day)


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins by the clock of a zone, in UTC.

    Where clocks leave midnight out, the day begins as they are put forward.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def moment_after(day: date, interval: str, zone: tzinfo) -> datetime:
    """Return the moment that lies a duration after the beginning of a day, in UTC."""
    count, unit = calendar_interval(interval)
    if unit in _SECONDS:
        return midnight(day, zone) + timedelta(seconds=count * _SECONDS[unit])
    return midnight(date_after(day, interval, 1), zone)
