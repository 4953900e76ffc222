"""Kendall's score of a series with time, and its variance, with ties in both."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["average_ranks", "score", "score_variance", "tie_counts"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def score(time: Floats, value: Floats) -> int:
    """Return Mann's S: pairs that rise with time less pairs that fall.

    Parameters
    ----------
    time : array of float, (n,)
        In rising order; equal times are allowed.
    value : array of float, (n,)
        Finite, each.

    Returns
    -------
    int
        Pairs of one time, and pairs of one value, count as neither. Takes
        O(n log^2 n) time and O(n) memory.

    References
    ----------
    Mann, H.B. (1945). Nonparametric tests against trend. Econometrica 13, 245-259.
    Knight, W.R. (1966). A computer method for calculating Kendall's tau with ungrouped
    data. J. Am. Stat. Assoc. 61, 436-439 (counting by merging).

    Examples
    --------
    >>> score(np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 7.0, 6.0, 8.0]))
    4
    """
    order = np.lexsort((value, time))
    time, value = time[order], value[order]
    ranks = np.unique(value, return_inverse=True)[1].astype(np.int64)
    total = _rising_less_falling(ranks)
    # Within one time the values were put in rising order: those pairs are no evidence.
    same_time = tie_counts(time)
    if (same_time > 1).any():
        both = np.unique(np.column_stack([time, value]), axis=0, return_counts=True)[1]
        total -= _pairs(same_time) - _pairs(both.astype(np.int64))
    return total


def score_variance(time: Floats, value: Floats) -> float:
    """Return the variance of S where there is no trend, with ties in value and time.

    Parameters
    ----------
    time, value : arrays of float, (n,)

    Returns
    -------
    float

    References
    ----------
    Kendall, M.G. (1975). Rank correlation methods, 4th ed. Griffin, London. Gilbert,
    R.O. (1987). Statistical methods for environmental pollution monitoring, section
    16.4 (ties in value, several values at one time).

    Examples
    --------
    Nine values, of which two are 23, three 24, three 'trace' and one 6 (Gilbert 1987,
    section 16.4): [9 x 8 x 23 - 18 - 66 - 66] / 18.

    >>> value = np.array([23.0, 24, 0, 6, 0, 24, 24, 0, 23])
    >>> round(score_variance(np.arange(9.0), value), 3)
    83.667
    """
    n = len(value)
    t, u = tie_counts(value), tie_counts(time)
    variance = (_five(np.array([n])) - _five(t) - _five(u)) / 18
    if n > 2:
        variance += _three(t) * _three(u) / (9 * n * (n - 1) * (n - 2))
    if n > 1:
        variance += 4 * _pairs(t) * _pairs(u) / (2 * n * (n - 1))
    return max(float(variance), 0.0)  # values all equal: nothing but rounding


def tie_counts(values: Floats) -> Integers:
    """Return how often each distinct value occurs, in order of value."""
    return np.unique(values, return_counts=True)[1].astype(np.int64)


def average_ranks(values: Floats) -> Floats:
    """Return ranks from 1; equal values share the mean of theirs.

    Examples
    --------
    >>> average_ranks(np.array([7.0, 3.0, 7.0]))
    array([2.5, 1. , 2.5])
    """
    _values, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2)[place]
    return ranks


def _rising_less_falling(ranks: Integers) -> int:
    """Count pairs of places i < j with rank i below rank j, less those above it.

    Stretches of doubling length are merged; what each right half adds is counted
    against its left half by one search for all stretches.
    """
    n = len(ranks)
    if n < 2:
        return 0
    top = int(ranks.max()) + 1
    length = 1 << math.ceil(math.log2(n))
    keys = np.full(length, top, np.int64)
    keys[:n] = ranks
    total, width = 0, 1
    while width < length:
        stretches = keys.reshape(-1, 2 * width)
        count = len(stretches)
        offset = np.arange(count)[:, None] * (top + 1)
        left = (stretches[:, :width] + offset).ravel()
        right = stretches[:, width:]
        sought = (right + offset).ravel()
        real = right.ravel() < top
        before = np.repeat(np.arange(count) * width, width)
        lower = np.searchsorted(left, sought, "left") - before
        not_higher = np.searchsorted(left, sought, "right") - before
        total += int((lower - (width - not_higher))[real].sum())
        stretches.sort(axis=1)
        width *= 2
    return total


def _pairs(counts: Integers) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _three(counts: Integers) -> float:
    return float((counts * (counts - 1.0) * (counts - 2)).sum())


def _five(counts: Integers) -> float:
    return float((counts * (counts - 1.0) * (2 * counts + 5)).sum())
