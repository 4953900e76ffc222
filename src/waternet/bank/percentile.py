"""Percentiles of many runs of figures at once, by one stated definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["percentiles"]

Floats = npt.NDArray[np.float64]


def percentiles(
    value: Floats, starts: npt.NDArray[np.int64], percents: Sequence[int]
) -> Iterator[Floats]:
    """Yield, for each percent, that percentile of every run of values.

    Between two values it is interpolated: of n values in order x(0) to x(n - 1), the
    percentile p lies at x(h) with h = (n - 1) p / 100. So percentile 0 is the least
    value, 100 the greatest, and 50 the median.

    Parameters
    ----------
    value : array of float, (n,)
        Without NaN.
    starts : array of int, (k,), ascending
        Where each run begins; the last ends with the values.
    percents : sequence of int, 0 to 100

    Yields
    ------
    array of float, (k,)

    References
    ----------
    Hyndman, R. J. and Fan, Y. (1996): Sample quantiles in statistical packages. The
    American Statistician 50(4), 361-365: definition 7.

    Examples
    --------
    >>> runs = percentiles(np.array([4.0, 1.0, 3.0, 2.0, 7.0]), np.array([0, 4]), [50])
    >>> [run.tolist() for run in runs]
    [[2.5, 7.0]]
    """
    if not percents:  # then nothing need be sorted
        return
    lengths = np.diff(np.append(starts, len(value)))
    run = np.repeat(np.arange(len(starts)), lengths)
    ordered = value[np.lexsort((value, run))]
    for percent in percents:
        place = (lengths - 1) * percent / 100
        below = np.floor(place).astype(np.int64)
        low = ordered[starts + below]
        high = ordered[starts + np.minimum(below + 1, lengths - 1)]
        yield low + (place - below) * (high - low)
