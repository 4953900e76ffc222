"""Times that mark the end of an interval, taken back to its start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from waternet.formats.times import Times
from waternet.formats.zones import DAY, offsets_at, to_utc
from waternet.observation.datastream import calendar_interval
from waternet.observation.table import EARLIEST

__all__ = ["begin_intervals", "end_intervals"]

Moments = npt.NDArray[np.int64]
_MINUTE = 60_000_000
_ELAPSED = {"second": 1_000_000, "minute": _MINUTE, "hour": 60 * _MINUTE}
_DAYS = {"day": DAY, "week": 7 * DAY}


def begin_intervals(
    times: Times, interval: str, zone: str, default_clock: int = 0
) -> Times:
    """Return when intervals begin, from when they end.

    Parameters
    ----------
    times : Times
        Ends.
    interval : str
        ISO 8601 duration of one part. Hours and less are elapsed time; days, months
        and years are those of the calendar in `zone`, from the same time of day.
    zone : str
    default_clock : int [us]
        Time of day of dates without one. The last day of a month at this clock, or
        at midnight, ends months and years with itself: 31 January ends January.

    Returns
    -------
    Times
        With the offset of `zone` at the start, unless the end stated another one.
    """
    count, unit = calendar_interval(interval)
    here = offsets_at(times.utc, zone)
    if unit in _ELAPSED:
        utc = times.utc - count * _ELAPSED[unit]
    else:
        local = times.utc + here
        if unit in _DAYS:
            start = local - count * _DAYS[unit]
        else:
            months = count * (12 if unit == "year" else 1)
            start = _months_before(local, months, default_clock)
        utc = to_utc(start, zone)[0]
    stated = times.offset != (here // _MINUTE).astype(np.int16)
    offset = np.where(stated, times.offset, offsets_at(utc, zone) // _MINUTE)
    good, refused = times.good, dict(times.refused)
    early = good & (utc < EARLIEST)
    if early.any():
        good = good & ~early
        for row in np.flatnonzero(early).tolist():
            refused[row] = ("", "", "its interval begins before the year 2", "")
    return replace(
        times, utc=utc, offset=offset.astype(np.int16), good=good, refused=refused
    )


def end_intervals(utc: Moments, interval: str, zone: str) -> Moments:
    """Return when intervals end, from when they begin [us, UTC].

    Examples
    --------
    >>> end_intervals(np.array([0]), "P1M", "UTC") // DAY
    array([31])
    """
    count, unit = calendar_interval(interval)
    if unit in _ELAPSED:
        return utc + count * _ELAPSED[unit]
    local = utc + offsets_at(utc, zone)
    # A day that the clock began late began at its first instant, after midnight.
    midnight = local // DAY * DAY
    local = np.where(to_utc(midnight, zone)[0] == utc, midnight, local)
    if unit in _DAYS:
        return to_utc(local + count * _DAYS[unit], zone)[0]
    months = count * (12 if unit == "year" else 1)
    return to_utc(_months_back(local, -months), zone)[0]


def _months_before(local: Moments, months: int, default_clock: int) -> Moments:
    clock = local % DAY
    next_day = (local // DAY + 1).astype("datetime64[D]")
    is_last = next_day.astype("datetime64[M]").astype("datetime64[D]") == next_day
    without_clock = (clock == 0) | (clock == default_clock)
    return _months_back(local + DAY * (is_last & without_clock), months)


def _months_back(local: Moments, months: int) -> Moments:
    """Return the same day so many months before, or the last of a shorter month."""
    clock, days = local % DAY, local // DAY
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    day = days - month.astype("datetime64[D]").astype(np.int64)
    first = (month - months).astype("datetime64[D]").astype(np.int64)
    after = (month - months + 1).astype("datetime64[D]").astype(np.int64)
    start: Moments = (first + np.minimum(day, after - first - 1)) * DAY + clock
    return start
