"""Schedules: how often a party said, or all agreed, that something is measured."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.datastream import INSTANT, Datastream, calendar_interval
from waternet.observation.zone import find_zone

__all__ = ["Agreed", "frequency_of", "read_schedule", "slot_starts"]

Integers = npt.NDArray[np.int64]

_SECOND = 1_000_000  # us
_LENGTHS = {  # s, about
    "year": 31_556_952,
    "month": 2_629_746,
    "week": 604_800,
    "day": 86_400,
    "hour": 3600,
    "minute": 60,
    "second": 1,
}
_CLOCK = ("hour", "minute", "second")
_MOST = 10_000_000  # slots
_LONGEST = 100 * _LENGTHS["year"] * _SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One line of a schedule; what is '' fits all.

    Attributes
    ----------
    interval : str
        ISO 8601 duration of one part: once in each month is 'P1M'.
    dataset, feature, observed_property : str
    """

    interval: str
    dataset: str = ""
    feature: str = ""
    observed_property: str = ""

    def __post_init__(self) -> None:
        if not calendar_interval(self.interval)[0]:
            raise NotAcceptable(f"{self.interval!r} is an interval of no length")

    def fits(self, one: Datastream) -> bool:
        """Whether it speaks of a datastream."""
        return all(
            getattr(self, name) in ("", getattr(one, name))
            for name in ("dataset", "feature", "observed_property")
        )


def read_schedule(text: str) -> tuple[Agreed, ...]:
    r"""Read a schedule from TOML: a table `[[sampling]]` for each line.

    Raises
    ------
    NotAcceptable
        It is not TOML, has no line, or a line holds an unknown or wrong key.

    Examples
    --------
    >>> read_schedule('[[sampling]]\ndataset = "lab"\ninterval = "P3M"')[0].dataset
    'lab'
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotAcceptable(f"a schedule is not TOML: {error}") from error
    lines = written.get("sampling")
    if set(written) != {"sampling"} or not isinstance(lines, list) or not lines:
        raise NotAcceptable(
            "a schedule has tables [[sampling]] and nothing else",
            hint='write [[sampling]], then observed_property = "..", interval = "P1M"',
        )
    return tuple(_agreed(number, line) for number, line in enumerate(lines, 1))


def frequency_of(one: Datastream, schedule: Sequence[Agreed] = ()) -> str:
    """Return how often a datastream is to have a value; '' where nobody said.

    The first line of the schedule that fits, else the owner's `sampling`, else the
    interval that each value stands for.
    """
    for line in schedule:
        if line.fits(one):
            return line.interval
    return one.sampling or (one.interval if one.interval != INSTANT else "")


@cache
def slot_starts(interval: str, zone: str, first: int, last: int) -> Integers:
    """Return when the slots of an interval begin, by the clock of a zone.

    Years, months and weeks begin by the calendar (weeks on Monday; several years or
    months count from the year 0, so that quarters are the year's own); several days
    and clock times count from 1970.

    Parameters
    ----------
    interval : str
        ISO 8601 duration of one part.
    zone : str
    first, last : int [us since 1970, UTC]

    Returns
    -------
    array of int, (k,) [us since 1970, UTC]
        Rising; from the slot that holds `first` to the first one after `last`.

    Raises
    ------
    NotAcceptable
        The interval is of more than a hundred years, or would have more than ten
        million slots.
    """
    count, unit = calendar_interval(interval)
    length = count * _LENGTHS[unit] * _SECOND
    if not (last - first) / _MOST <= length <= _LONGEST:
        raise NotAcceptable(
            f"cannot count {interval} between {_told(first)} and {_told(last)}",
            hint="a frequency lies under 100 years and over a ten-millionth of the "
            "time; begin later",
        )
    if unit in _CLOCK:
        return np.arange(first // length, last // length + 2, dtype=np.int64) * length
    clock = find_zone(zone)
    begin, end = (_local(one, clock) for one in (first, last))
    if unit in ("year", "month"):
        months = count * (12 if unit == "year" else 1)
        one = (begin.year * 12 + begin.month - 1) // months * months
        stop = end.year * 12 + end.month - 1
        # There is no year 0 in a calendar: its slots begin with the year 1.
        numbers = [max(n, 12) for n in range(one, stop + months + 1, months)]
        dates = [datetime(n // 12, n % 12 + 1, 1, tzinfo=clock) for n in numbers]
    else:
        days = count * (7 if unit == "week" else 1)
        # 29 December 1969, from which weeks are counted, was a Monday.
        origin = date(1969, 12, 29) if unit == "week" else date(1970, 1, 1)
        one = (begin.date() - origin).days // days
        stop = (end.date() - origin).days // days
        dates = [
            datetime.combine(origin + timedelta(days=n * days), time(), clock)
            for n in range(one, stop + 2)
        ]
    return np.array([_microseconds(date) for date in dates], np.int64)


def _agreed(number: int, line: object) -> Agreed:
    known = {one.name for one in fields(Agreed)}
    if not isinstance(line, dict) or not set(line) <= known or "interval" not in line:
        raise NotAcceptable(
            f"line {number} of the schedule: expected interval, and any of dataset, "
            f"feature, observed_property; got {line!r:.80}"
        )
    if not all(isinstance(value, str) for value in line.values()):
        raise NotAcceptable(f"line {number} of the schedule: every value is a text")
    return Agreed(**line)


def _local(when: int, clock: tzinfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=when)).astimezone(clock)


def _microseconds(when: datetime) -> int:
    return (when - _EPOCH) // timedelta(microseconds=1)


def _told(when: int) -> str:
    return f"{_local(when, UTC):%Y-%m-%d}"
