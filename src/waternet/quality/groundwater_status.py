"""Groundwater status: how a level stands among those of the same month or day."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "CLASSES",
    "LEAST_YEARS",
    "Monthly",
    "Percentiles",
    "class_of",
    "groundwater_index",
    "monthly_means",
    "percentiles_of_year",
    "share_within",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Classes of the U.S. Geological Survey's maps of conditions, by the percentile at
# which each begins; 25 and 75 are normal, 10 is below normal, 90 above normal.
CLASSES: tuple[tuple[float, str], ...] = (
    (0.0, "much below normal"),
    (10.0, "below normal"),
    (25.0, "normal"),
    (75.0, "above normal"),
    (90.0, "much above normal"),
)
LEAST_YEARS = 10


@dataclass(frozen=True, eq=False)
class Monthly:
    """Means of calendar months.

    Attributes
    ----------
    month : array of int, (k,)
        Months since January of the year 0; rising.
    mean : array of float, (k,) [unit]
    count : array of int, (k,)
        How many values went in.
    """

    month: Integers
    mean: Floats
    count: Integers


@dataclass(frozen=True, eq=False)
class Percentiles:
    """Where values stand among those of the same day or month of other years.

    Attributes
    ----------
    percentile : array of float, (n,) [%]
        NaN where the value is missing or there are too few years.
    years : array of int, (n,)
        How many years have a value of that day or month.
    """

    percentile: Floats
    years: Integers


def monthly_means(time: Integers, value: Floats, offset: int = 0) -> Monthly:
    """Return the mean of each calendar month that has a value.

    Parameters
    ----------
    time : array of int, (n,) [us since 1970, UTC]
    value : array of float, (n,) [unit]
        NaN is missing.
    offset : int [min]
        How far the clock runs ahead of UTC by which months begin.
    """
    kept = np.isfinite(value)
    local = (time[kept] + offset * 60_000_000).view("datetime64[us]")
    month = local.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    found, place = np.unique(month, return_inverse=True)
    count = np.bincount(place, minlength=len(found)).astype(np.int64)
    total = np.bincount(place, value[kept], len(found))
    return Monthly(found, total / np.maximum(count, 1), count)


def groundwater_index(
    month: Integers, level: Floats, least_years: int = LEAST_YEARS
) -> Floats:
    """Return the standardised groundwater index (SGI) of monthly levels.

    Parameters
    ----------
    month : array of int, (n,)
        Months since January of the year 0, each once.
    level : array of float, (n,) [unit]
        Upwards; NaN is missing. Give depths to groundwater with their sign turned.
    least_years : int
        Calendar months with fewer values have no index.

    Returns
    -------
    array of float, (n,) [standard deviations]
        Normal scores of the levels of each calendar month by itself: of the k-th
        lowest of n, the normal quantile at (k - 1/2) / n. Equal levels share one
        score. NaN where missing or of too few years.

    References
    ----------
    Bloomfield, J.P., Marchant, B.P. (2013). Analysis of groundwater drought building
    on the standardised precipitation index approach. Hydrology and Earth System
    Sciences 17, 4769-4787, section 3.2 (non-parametric normal scores).
    """
    share, count = share_within(month % 12, level, middle=True)
    share[count < least_years] = np.nan
    return _normal_quantiles(share)


def percentiles_of_year(
    time: Integers,
    value: Floats,
    by: Literal["day", "month"] = "day",
    offset: int = 0,
    least_years: int = LEAST_YEARS,
) -> Percentiles:
    """Return where each value stands among those of its day or month of all years.

    Parameters
    ----------
    time : array of int, (n,) [us since 1970, UTC]
    value : array of float, (n,) [unit]
        NaN is missing. Give depths to groundwater with their sign turned.
    by : 'day' or 'month'
        29 February is held against 28 February.
    offset : int [min]
        How far the clock runs ahead of UTC by which days begin.
    least_years : int
        The U.S. Geological Survey asks for 10.

    Returns
    -------
    Percentiles
        100 i / (n + 1) for the i-th lowest of n (Weibull); equal values share the
        mean.

    References
    ----------
    Helsel et al. (2020). Statistical methods in water resources. USGS Techniques and
    Methods 4-A3, section 2.1.1 (plotting positions). U.S. Geological Survey,
    WaterWatch and Groundwater Watch: percentile classes by day and by month of year.
    """
    local = (time + offset * 60_000_000).view("datetime64[us]")
    months = local.astype("datetime64[M]")
    number = months.astype(np.int64) % 12
    if by == "day":
        day = (local.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(
            np.int64
        )
        number = number * 31 + np.where((number == 1) & (day == 28), 27, day)
    share, _count = share_within(number, value)
    years = _years_within(
        number, months.astype("datetime64[Y]").astype(np.int64), value
    )
    share[years < least_years] = np.nan
    return Percentiles(100 * share, years)


def class_of(percentile: float) -> str:
    """Return the class of a percentile; '' for NaN.

    Examples
    --------
    >>> class_of(9.9), class_of(10.0), class_of(75.0), class_of(90.0), class_of(90.1)
    ('much below normal', 'below normal', 'normal', 'above normal', 'much above normal')
    """
    if not percentile >= 0:
        return ""
    for least, name in reversed(CLASSES):
        # A class above normal begins after its percentile, one below it at it.
        if percentile > least or (percentile == least and least <= 25):
            return name
    return ""


def share_within(
    group: Integers, value: Floats, *, middle: bool = False
) -> tuple[Floats, Integers]:
    """Return each value's rank among its group as a share, and the group's size.

    Of the k-th lowest of n values k / (n + 1), with `middle` (k - 1/2) / n; equal
    values share the mean rank. NaN and 0 where the value is NaN.

    Examples
    --------
    >>> share, size = share_within(np.array([7, 7, 7]), np.array([1.0, 3.0, 2.0]))
    >>> share.tolist(), size.tolist()
    ([0.25, 0.75, 0.5], [3, 3, 3])
    """
    share = np.full(len(value), np.nan)
    sizes = np.zeros(len(value), np.int64)
    at = np.flatnonzero(np.isfinite(value))
    order = at[np.lexsort((value[at], group[at]))]
    if not len(order):
        return share, sizes
    ordered, owner = value[order], group[order]
    new_group = np.append(True, owner[1:] != owner[:-1])
    first = np.flatnonzero(new_group)
    size = np.diff(np.append(first, len(order)))
    number = np.cumsum(new_group) - 1
    new_value = new_group | np.append(True, ordered[1:] != ordered[:-1])
    begin = np.flatnonzero(new_value)
    run = np.diff(np.append(begin, len(order)))
    rank = (begin + (run + 1) / 2)[np.cumsum(new_value) - 1] - first[number]
    n = size[number]
    share[order] = (rank - 0.5) / n if middle else rank / (n + 1)
    sizes[order] = n
    return share, sizes


def _years_within(group: Integers, year: Integers, value: Floats) -> Integers:
    """Return in how many years each value's group has a value."""
    kept = np.isfinite(value)
    pairs = np.unique(np.column_stack([group[kept], year[kept]]), axis=0)
    groups, counts = np.unique(pairs[:, 0], return_counts=True)
    place = np.searchsorted(groups, group)
    found = np.zeros(len(group), np.int64)
    known = place < len(groups)
    known[known] = groups[place[known]] == group[known]
    found[known] = counts[place[known]]
    return found


def _normal_quantiles(share: Floats) -> Floats:
    """Return normal quantiles; there are as many different shares as years, at most."""
    quantile = np.full(len(share), np.nan)
    at = np.isfinite(share)
    different, place = np.unique(share[at], return_inverse=True)
    normal = NormalDist()
    scores = np.array([normal.inv_cdf(float(one)) for one in different])
    if len(different):
        quantile[at] = scores[place]
    return quantile
