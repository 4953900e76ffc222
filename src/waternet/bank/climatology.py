"""What is usual on each day of the year: percentiles over the years of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from waternet.bank.percentile import percentiles
from waternet.errors import NotAcceptable

__all__ = ["LEAST_YEARS", "Climatology", "climatology", "day_of_year"]

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

LEAST_YEARS: Final = 10
_DAYS: Final = 366  # 29 February has a day of its own
_DAY: Final = 86_400_000  # ms
_SPARSE = 7 * _DAY  # between two values, as a rule: then a wider window
_WINDOW, _SPARSE_WINDOW = 7, 15  # days on either side
# By number of month: how many days of a leap year come before it.
_BEFORE = np.cumsum([0, 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30])


@dataclass(frozen=True, slots=True)
class Climatology:
    """Percentiles of the days of a year.

    Attributes
    ----------
    percents : tuple of int
    values : array, (percent, 366) [unit of the datastream]
        From 1 January to 31 December of a leap year; NaN where fewer than
        `LEAST_YEARS` years say anything of the day.
    years : array of int, (366,)
        How many do.
    window : int [d]
        Days on either side that a day takes its values from.
    """

    percents: tuple[int, ...]
    values: Floats
    years: Numbers
    window: int


def climatology(
    time: Numbers, value: Floats, percents: tuple[int, ...] = (10, 50, 90)
) -> Climatology:
    """Return what is usual on each day of the year.

    Each year says one thing of a day: the mean of its values from 7 days before to
    7 days after it; 15 days where values as a rule come more than a week apart. Of
    these yearly means the percentiles are taken (definition 7 of Hyndman and Fan).

    Parameters
    ----------
    time : array of int, (n,) [ms since 1970, local standard time]
        Rising. Of a value that stands for an interval: its middle.
    value : array of float, (n,)
        NaN where nothing is known.
    percents : tuple of int, 0 to 100

    References
    ----------
    docs/method/climatology.md
    """
    if len(time) != len(value):
        raise NotAcceptable(f"{len(time)} times and {len(value)} values")
    known = np.isfinite(value)
    time, value = time[known], value[known]
    spacing = float(np.median(np.diff(time))) if len(time) > 1 else 0.0
    window = _SPARSE_WINDOW if spacing > _SPARSE else _WINDOW
    table = np.full((len(percents), _DAYS), np.nan)
    if not len(time):
        return Climatology(percents, table, np.zeros(_DAYS, np.int64), window)
    means = _yearly_means(time, value, window)
    said = np.isfinite(means)
    years = said.sum(axis=0)
    enough = np.flatnonzero(years >= LEAST_YEARS)
    if len(enough):
        told = means.T[enough][said.T[enough]]
        starts = np.concatenate([[0], np.cumsum(years[enough])[:-1]])
        for row, found in enumerate(percentiles(told, starts, percents)):
            table[row, enough] = found
    return Climatology(percents, table, years, window)


def day_of_year(time: Numbers) -> tuple[Numbers, Numbers]:
    """Return the year and the day in it, 0 to 365, as of a leap year.

    Examples
    --------
    >>> year, day = day_of_year(np.array([1_425_168_000_000]))  # 1 March 2015
    >>> int(year[0]), int(day[0])
    (2015, 60)
    """
    days = np.floor_divide(time, _DAY).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    return year, _BEFORE[month] + (days - months).astype(np.int64)


def _yearly_means(time: Numbers, value: Floats, window: int) -> Floats:
    """Return the mean around each day of each year, (year, 366); NaN for none.

    A window goes over the end of a year into the next.
    """
    year, day = day_of_year(time)
    first, count = int(year.min()), int(year.max() - year.min()) + 1
    # One row of days, year after year, with room for a window at both ends.
    place = (year - first) * _DAYS + day + window
    length = count * _DAYS + 2 * window
    total = np.bincount(place, value, length).astype(np.float64)
    number = np.bincount(place, minlength=length).astype(np.float64)
    span = 2 * window + 1
    totals = _moving(total, span)
    numbers = np.round(_moving(number, span))
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(numbers > 0, totals / numbers, np.nan)
    found: Floats = means.reshape(count, _DAYS)
    return found


def _moving(values: Floats, span: int) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    found: Floats = sums[span:] - sums[:-span]
    return found
