"""Local periods, from hours to hydrological years, as instants of UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.datastream import calendar_interval
from waternet.observation.zone import find_zone

__all__ = [
    "DAY",
    "PERIODS",
    "RECORD",
    "Calendar",
    "Periods",
    "count_between",
    "counts_days",
    "retell",
]

Numbers = npt.NDArray[np.int64]

RECORD = "record"
# Months in each; None is told in hours or days, or is all there is.
PERIODS = {
    "hour": None,
    "day": None,
    "month": 1,
    "season": 3,
    "hydrological-year": 12,
    "year": 12,
    RECORD: None,
}
_SEASONS = {12: "DJF", 3: "MAM", 6: "JJA", 9: "SON"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
DAY = 86_400 * _SECOND  # us
_FEW_PERIODS = 10_000  # of which some are remembered
_MOST_PERIODS = 5_000_000  # hours of 570 years; one wrong year makes many
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods that follow one another without a gap.

    Attributes
    ----------
    labels : tuple of str, (n,)
        '2015-06-30T05', '2015-06-30', '2015-06', '2015-DJF' (December 2014 to
        February 2015), '2014/15', '2015'. On a day on which clocks change, hours
        carry their offset.
    starts : array, (n + 1,) [us since 1970, UTC]
        The last is where the last period ends.
    days, months : arrays, (n,)
        Length by the local calendar; months 0 where it is not whole months.
    """

    labels: tuple[str, ...]
    starts: Numbers
    days: Numbers
    months: int

    def expected(self, interval: str) -> npt.NDArray[np.float64]:
        """Return how many values a regular datastream has in each period.

        Returns
        -------
        array of float, (n,)
            NaN where `interval` is '' or 'PT0S', or longer than the period. A day
            on which clocks change has 23 or 25 hours.
        """
        unknown = np.full(len(self.labels), np.nan)
        if interval in ("", "PT0S"):
            return unknown
        count, unit = calendar_interval(interval)
        if unit in _SECONDS:
            lengths = np.diff(self.starts) / (_SECOND * _SECONDS[unit])
        elif unit in _DAYS:
            lengths = self.days / _DAYS[unit]
        else:
            lengths = np.full(len(unknown), self.months / _MONTHS[unit])
        whole = np.floor(lengths / count)
        return np.where(whole >= 1, whole, np.nan)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How figures are gathered: by which period, in which zone.

    Attributes
    ----------
    period : str
        'hour', 'day', 'month', 'season' (December to February, March to May, June to
        August, September to November), 'hydrological-year', 'year' or 'record' (all
        that there is, from the first figure of a datastream to its last).
    zone : str
        IANA name or '+02:00'.
    first_month : int
        With which a hydrological year begins: no region's is taken for granted.
        It is named for both its years.

    Examples
    --------
    >>> Calendar("hydrological-year", "Asia/Amman", 10).first_month
    10
    """

    period: str
    zone: str = "UTC"
    first_month: int = 0

    def __post_init__(self) -> None:
        if self.period not in PERIODS:
            raise NotAcceptable(
                f"{self.period!r} is not a period", hint=f"one of {', '.join(PERIODS)}"
            )
        is_hydrological = self.period == "hydrological-year"
        if is_hydrological and not 1 <= self.first_month <= 12:
            raise NotAcceptable(
                "a hydrological year begins with a month from 1 to 12, "
                f"got {self.first_month}",
                hint="state it: 10 for October, for example",
            )
        find_zone(self.zone)

    def periods(self, start: int, end: int) -> Periods:
        """Return the periods that hold every instant from `start` to `end` [us].

        Raises
        ------
        NotAcceptable
            They are more than five million.
        """
        if self.period == RECORD:
            whole, unknown = np.array([start, end + 1]), np.zeros(1, np.int64)
            return Periods((RECORD,), whole, unknown, 0)
        length = 3600 * _SECOND if self.period == "hour" else DAY
        if (end - start) // length > _MOST_PERIODS:
            raise NotAcceptable(
                f"figures from {np.datetime64(start, 'us').astype('datetime64[D]')} to "
                f"{np.datetime64(end, 'us').astype('datetime64[D]')} are too many "
                f"periods of one {self.period}",
                hint="state start and end, or leave the datastream with odd years out",
            )
        clock = find_zone(self.zone)
        first = (_EPOCH + timedelta(microseconds=start)).astimezone(clock).date()
        last = (_EPOCH + timedelta(microseconds=end)).astimezone(clock).date()
        few = (end - start) // length <= _FEW_PERIODS
        return _remembered(self, first, last) if few else self.between(first, last)

    def between(self, first: date, last: date) -> Periods:
        """Return the periods that hold every instant of some local days."""
        clock = find_zone(self.zone)
        days = list(self._starts(first, last))
        starts = np.array([_instant(day, clock) for day in days], np.int64)
        labels = [self._label(day) for day in days[:-1]]
        lengths = np.diff(np.array(days, "datetime64[D]")).astype(np.int64)
        if self.period == "hour":
            return _hours(labels, starts, clock)
        return Periods(tuple(labels), starts, lengths, PERIODS[self.period] or 0)

    def _starts(self, first: date, last: date) -> Iterator[date]:
        """Yield the first days of the periods, one past `last` included."""
        months = PERIODS[self.period]
        if months is None:
            for number in range((last - first).days + 2):
                yield first + timedelta(days=number)
            return
        anchor = {"season": 12, "hydrological-year": self.first_month}
        month = first.year * 12 + first.month - 1
        month -= (month - (anchor.get(self.period, 1) - 1)) % months
        while True:
            day = date(month // 12, month % 12 + 1, 1)
            yield day
            if day > last:
                return
            month += months

    def _label(self, day: date) -> str:
        if self.period == "year":
            return f"{day.year:04}"
        if self.period == "month":
            return f"{day.year:04}-{day.month:02}"
        if self.period == "season":
            return f"{day.year + (day.month == 12):04}-{_SEASONS[day.month]}"
        if self.period == "hydrological-year":
            return f"{day.year:04}/{(day.year + 1) % 100:02}"
        return day.isoformat()


def counts_days(interval: str) -> bool:
    """Whether an interval begins with a day of its owner: days, months, years."""
    return calendar_interval(interval)[1] not in _SECONDS


def count_between(first: int, last: int, interval: str, zone: str) -> float:
    """Return how many values a regular datastream has from one time to another.

    Parameters
    ----------
    first, last : int [us since 1970, UTC]
        Of the first value and of the last one.
    interval : str
        ISO 8601 duration between values.
    zone : str
        In which its days begin.

    Returns
    -------
    float
        NaN where `interval` is '' or 'PT0S'.

    Examples
    --------
    >>> count_between(0, 23 * 3_600_000_000, "PT1H", "UTC")
    24.0
    """
    if interval in ("", "PT0S"):
        return np.nan
    count, unit = calendar_interval(interval)
    if unit in _SECONDS:
        return float((last - first) // (count * _SECONDS[unit] * _SECOND) + 1)
    clock = find_zone(zone)
    start, end = (
        (_EPOCH + timedelta(microseconds=t)).astimezone(clock).date()
        for t in (first, last)
    )
    if unit in _DAYS:
        return float((end - start).days // (count * _DAYS[unit]) + 1)
    months = (end.year - start.year) * 12 + end.month - start.month
    return float(months // (count * _MONTHS[unit]) + 1)


def retell(t: Numbers, owner: str, zone: str) -> Numbers:
    """Return when clocks in `zone` show what clocks in the zone `owner` showed at `t`.

    So the year 2015 of one owner is the year 2015 of every other.

    Parameters
    ----------
    t : array of int64, (n,) [us since 1970, UTC]
    owner, zone : str
        IANA names or fixed offsets.

    Examples
    --------
    >>> start = np.array([-2 * 3_600_000_000])  # midnight at +02:00
    >>> retell(start, "+02:00", "UTC")
    array([0])
    """
    clock, other = find_zone(owner), find_zone(zone)
    moments, place = np.unique(t, return_inverse=True)
    told = [
        ((_EPOCH + timedelta(microseconds=moment)).astimezone(clock)).replace(
            tzinfo=other, fold=0
        )
        for moment in moments.tolist()
    ]
    retold = [(moment - _EPOCH) // timedelta(microseconds=1) for moment in told]
    return np.array(retold, np.int64)[place]


@lru_cache(128)
def _remembered(calendar: Calendar, first: date, last: date) -> Periods:
    """Return what many ask for again, such as the days of a year; nobody alters it."""
    periods = calendar.between(first, last)
    for array in (periods.starts, periods.days):
        array.flags.writeable = False
    return periods


def _instant(day: date, clock: tzinfo) -> int:
    # Where clocks skip midnight, this is the moment at which they do.
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock)
    return (midnight - _EPOCH) // timedelta(microseconds=1)


def _hours(days: list[str], starts: Numbers, clock: tzinfo) -> Periods:
    labels: list[str] = []
    hours: list[Numbers] = []
    for label, (start, end) in zip(days, pairwise(starts.tolist()), strict=True):
        within = np.arange(start, end, 3600 * _SECOND)
        hours.append(within)
        if len(within) == 24:
            labels += [f"{label}T{hour:02}" for hour in range(24)]
        else:  # clocks change: an hour is missing, or comes twice
            labels += [
                (_EPOCH + timedelta(microseconds=int(t)))
                .astimezone(clock)
                .isoformat(timespec="minutes")
                for t in within
            ]
    told = np.concatenate([*hours, starts[-1:]])
    return Periods(tuple(labels), told, np.zeros(len(labels), np.int64), 0)
