"""Times as the CF conventions write them: numbers since a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["is_time_unit", "read_times"]

_UNIT = re.compile(
    r"(?P<unit>[A-Za-z]+)\s+since\s+(?P<year>-?\d{1,4})-(?P<month>\d{1,2})"
    r"(?:-(?P<day>\d{1,2}))?(?:[T ]+(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2}(?:\.\d*)?))?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]?\d{1,2}(?::?\d{2})?)?",
    re.I | re.ASCII,
)
_MICROSECONDS = {
    **dict.fromkeys(("microseconds", "microsecond", "microsec", "us"), 1),
    **dict.fromkeys(("milliseconds", "millisecond", "millisec", "msec", "ms"), 1000),
    **dict.fromkeys(("seconds", "second", "sec", "secs", "s"), 1_000_000),
    **dict.fromkeys(("minutes", "minute", "min", "mins"), 60_000_000),
    **dict.fromkeys(("hours", "hour", "hr", "hrs", "h"), 3_600_000_000),
    **dict.fromkeys(("days", "day", "d"), 86_400_000_000),
    **dict.fromkeys(("weeks", "week"), 604_800_000_000),
}
_CALENDARS = ("", "standard", "gregorian", "proleptic_gregorian")
_ADOPTED = int(np.datetime64("1582-10-15", "us").astype(np.int64))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_time_unit(text: str) -> bool:
    """Whether a unit is one of time since a moment.

    Examples
    --------
    >>> is_time_unit("days since 1970-01-01"), is_time_unit("days")
    (True, False)
    """
    return _UNIT.fullmatch(text.strip()) is not None


def read_times(values: npt.NDArray[Any], unit: str, calendar: str) -> list[str]:
    """Return moments in UTC as ISO text.

    Parameters
    ----------
    values : array of numbers, (n,)
        NaN gives ''.
    unit : str
        'days since 1970-01-01 00:00:00 +02:00'; without a zone UTC, as CF has it.
    calendar : str
        The Gregorian one, by any of its names.

    Raises
    ------
    NotAcceptable
        Another calendar or unit; a time before the calendar was, in the mixed one,
        or of no year that can be told.

    Examples
    --------
    >>> read_times(np.array([0.5, 1.0]), "days since 2015-06-30 00:00:00", "standard")
    ['2015-06-30T12:00:00Z', '2015-07-01T00:00:00Z']
    """
    if calendar.lower() not in _CALENDARS:
        raise NotAcceptable(
            f"times by the calendar {calendar!r:.40}",
            hint="only the Gregorian one is read: a model's calendar has other days",
        )
    start, step = _read_unit(unit)
    good = np.isfinite(values.astype(np.float64))
    if values.dtype.kind in "iu":
        limit = 2**62 // step
        if (np.abs(values.astype(np.float64)) > limit).any():
            raise _untold()
        moments = values.astype(np.int64) * step + start
    else:
        with np.errstate(over="ignore"):
            scaled = np.where(good, values, 0).astype(np.float64) * step
        if (np.abs(scaled) > 2**62).any():
            raise _untold()
        # A float of days is exact to some microseconds: milliseconds are meant.
        moments = np.rint(scaled / 1000).astype(np.int64) * 1000 + start
    mixed = calendar.lower() != "proleptic_gregorian"
    if mixed and (moments[good] < _ADOPTED).any():
        raise NotAcceptable(
            "times before 15 October 1582 by the mixed calendar",
            hint="write them by 'proleptic_gregorian', or leave them out",
        )
    texts = np.datetime_as_string(moments.astype("datetime64[us]"))
    return [
        _short(text) if is_good else ""
        for text, is_good in zip(texts.tolist(), good.tolist(), strict=True)
    ]


def _read_unit(unit: str) -> tuple[int, int]:
    """Return the moment [us since 1970, UTC] and the step [us]."""
    match = _UNIT.fullmatch(unit.strip())
    step = _MICROSECONDS.get(match["unit"].lower(), 0) if match else 0
    if match is None or not step:
        raise NotAcceptable(
            f"times in {unit!r:.80}",
            hint="expected seconds, minutes, hours, days or weeks since a moment; "
            "months and years have no one length",
        )
    second = float(match["second"] or 0)
    try:
        start = datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"] or 1),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            tzinfo=_zone(match["zone"] or ""),
        )
        since = start + timedelta(seconds=second) - _EPOCH
    except (ValueError, OverflowError) as error:
        raise NotAcceptable(f"times in {unit!r:.80}: {error}") from error
    return since // timedelta(microseconds=1), step


def _zone(text: str) -> timezone:
    if text.upper() in ("", "Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    hours, _, minutes = digits.partition(":")
    if not minutes and len(digits) > 2:
        hours, minutes = digits[:-2], digits[-2:]
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes or 0)))


def _short(text: str) -> str:
    return text.removesuffix(".000000") + "Z"


def _untold() -> NotAcceptable:
    return NotAcceptable("times of no year that can be told", hint="is the unit right?")
