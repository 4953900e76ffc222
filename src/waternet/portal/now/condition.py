"""How a latest figure stands: against a year earlier, and among those of its season.

The figures of one year are one figure here: the nearest to the anniversary of the
latest, so that a year with daily figures counts no more than one with monthly ones.
docs/method/now.md gives the definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from waternet.quality.groundwater_status import LEAST_YEARS, share_within

__all__ = [
    "REACH",
    "WINDOW",
    "YEAR",
    "Conditions",
    "Figures",
    "conditions",
    "near_anniversary",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

DAY: Final = 86_400_000_000  # us
WINDOW: Final = 15  # days on each side of an anniversary
YEAR: Final = 31_556_952_000_000  # us, of the mean Gregorian year
# By how much anniversaries differ from whole mean years, at most; 29 February too.
_DRIFT: Final = 3
REACH: Final = (WINDOW + _DRIFT) * DAY  # us


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of several datastreams, by datastream and time.

    Attributes
    ----------
    series : array of int, (n,)
        Rising; equal for figures of one datastream.
    time : array of int, (n,) [us since 1970, by the owner's clock]
    value : array of float, (n,)
    exact : array of bool, (n,)
        The value is the figure itself, and no limit.
    usable : array of bool, (n,)
        Not graded bad.
    """

    series: Integers
    time: Integers
    value: Floats
    exact: Truths
    usable: Truths


@dataclass(frozen=True, eq=False)
class Conditions:
    """How the latest figure of each datastream stands.

    Attributes
    ----------
    series : array of int, (k,)
    latest : array of int, (k,)
        Which of the figures is the latest.
    before : array of int, (k,)
        Which one stands for a year earlier; -1 where there is none.
    change : array of float, (k,)
        The latest less that one; NaN where there is none, or one is a limit.
    rank : array of float, (k,) [%]
        Percentile rank among the figures of that season of all years, its own too; NaN
        where there are too few years, or the latest is a limit or graded bad.
    years : array of int, (k,)
        With a figure of that season.
    """

    series: Integers
    latest: Integers
    before: Integers
    change: Floats
    rank: Floats
    years: Integers


def conditions(figures: Figures, falls: Truths | None = None) -> Conditions:
    """Return how the latest figure of each datastream stands.

    Parameters
    ----------
    figures : Figures
        Of the whole record, or those `near_anniversary` keeps of it.
    falls : array of bool, (n,), or None
        The value grows as there is less water, as the depth to groundwater does: its
        rank is then that of its opposite.

    References
    ----------
    Percentile ranks: 100 i / (n + 1) for the i-th lowest of n (Weibull), as in
    `waternet.quality.groundwater_status.percentiles_of_year`.
    """
    if not len(figures.series):
        none, empty = np.empty(0, np.int64), np.empty(0)
        return Conditions(none, none, none, empty, empty, none)
    last_of = np.append(figures.series[1:] != figures.series[:-1], True)
    latest = np.flatnonzero(last_of)
    owner = np.cumsum(last_of) - last_of
    year, away = _anniversaries(figures.time, figures.time[latest][owner])
    stands = (figures.usable & figures.exact & (away <= WINDOW * DAY)) | last_of
    chosen = _nearest(owner, year, away, stands)
    value = np.where(figures.exact & figures.usable, figures.value, np.nan)
    if falls is not None:
        value = np.where(falls, -value, value)
    share, count = share_within(owner[chosen], value[chosen])
    at = np.searchsorted(chosen, latest)
    rank = np.where(count[at] >= LEAST_YEARS, 100 * share[at], np.nan)
    before = _year_before(owner, year, chosen, latest)
    # A change is told upwards or downwards as the figures go.
    plain = np.where(figures.exact & figures.usable, figures.value, np.nan)
    change = np.where(before >= 0, plain[latest] - plain[before], np.nan)
    years = np.bincount(owner[chosen], minlength=len(latest)).astype(np.int64)
    return Conditions(figures.series[latest], latest, before, change, rank, years)


def near_anniversary(time: Integers, latest: Integers) -> Truths:
    """Return which figures can matter, given the latest time of their datastream.

    It keeps some days more than `conditions` needs, since it counts in mean years.
    """
    kept: Truths = (latest - time + REACH) % YEAR <= 2 * REACH
    return kept


def _anniversaries(time: Integers, latest: Integers) -> tuple[Integers, Integers]:
    """Return of each figure the year of the nearest anniversary, and how far it is.

    The anniversary of 29 February is 28 February.
    """
    moment = latest.view("datetime64[us]")
    month = moment.astype("datetime64[M]")
    day = (moment.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    months = month.astype(np.int64)
    day = np.where((months % 12 == 1) & (day == 28), 27, day)
    clock = latest - moment.astype("datetime64[D]").astype(np.int64) * DAY
    own = time.view("datetime64[us]").astype("datetime64[Y]").astype(np.int64)
    best, away = own, np.full(len(time), np.iinfo(np.int64).max)
    for year in (own - 1, own, own + 1):
        start = (year * 12 + months % 12).view("datetime64[M]")
        days = start.astype("datetime64[D]").astype(np.int64) + day
        distance = np.abs(time - (days * DAY + clock))
        best = np.where(distance < away, year, best)
        away = np.minimum(distance, away)
    return best, away


def _nearest(
    owner: Integers, year: Integers, away: Integers, stands: Truths
) -> Integers:
    """Return the figure nearest to each anniversary; of two as near, the earlier."""
    kept = np.flatnonzero(stands)
    order = kept[np.lexsort((kept, away[kept], year[kept], owner[kept]))]
    first = np.append(
        True,
        (np.diff(owner[order]) != 0) | (np.diff(year[order]) != 0),
    )
    return np.sort(order[first])


def _year_before(
    owner: Integers, year: Integers, chosen: Integers, latest: Integers
) -> Integers:
    """Return which figure stands for a year before each latest one; -1 for none."""
    span = int(year.max() - year.min()) + 2
    key = owner[chosen] * span + (year[chosen] - year.min() + 1)
    order = np.argsort(key, kind="stable")
    wanted = owner[latest] * span + (year[latest] - year.min())
    at = np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)
    found = chosen[order][at]
    return np.where(key[order][at] == wanted, found, -1)
