"""Quantiles of many series at once: centres and scales that errors do not move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["NORMAL_MAD", "quantiles"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# The median absolute deviation of a normal distribution, in standard deviations.
NORMAL_MAD = 0.674489750196
_SHORT = 200  # figures in a series, on average, below which one sort is quicker


def quantiles(
    values: Floats, starts: Integers, shares: tuple[float, ...], *, skip: int = 0
) -> Floats:
    """Return quantiles of each series.

    Parameters
    ----------
    values : array of float, (n,)
        Without NaN but where `skip` passes over it.
    starts : array of int, (m + 1,)
        Series i has the values starts[i] to starts[i + 1].
    shares : tuple of float, (q,)
        0 to 1. The value at or just below that share of the ranks is returned, so
        that a quantile is always a figure of the series.
    skip : int
        How many values at the start of each series are left out.

    Returns
    -------
    array of float, (q, m)
        NaN where a series has no value.

    Examples
    --------
    >>> quantiles(np.array([3.0, 1.0, 2.0, 9.0]), np.array([0, 3, 4, 4]), (0.5,))
    array([[ 2.,  9., nan]])
    """
    begins = np.minimum(starts[:-1] + skip, starts[1:])
    lengths = starts[1:] - begins
    ranks = [np.floor(share * np.maximum(lengths - 1, 0)) for share in shares]
    wanted = np.array(ranks, np.int64).reshape(len(shares), len(lengths))
    found = np.full(wanted.shape, np.nan)
    some = np.flatnonzero(lengths)
    if len(values) < _SHORT * len(lengths):
        # NaN at the places passed over sorts to the end of its series.
        owner = np.repeat(np.arange(len(lengths)), np.diff(starts))
        kept = np.arange(len(values)) >= np.repeat(begins, np.diff(starts))
        passed = np.where(kept, values, np.nan)
        ranked = passed[np.lexsort((passed, owner))]
        found[:, some] = ranked[starts[:-1][some] + wanted[:, some]]
        return found
    for number in some:
        kth = wanted[:, number]
        part = np.partition(values[begins[number] : starts[number + 1]], kth)
        found[:, number] = part[kth]
    return found
