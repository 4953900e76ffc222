"""Fewer points for the same picture: the extremes of each column of pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from waternet.portal.chart.line import Floats

__all__ = ["decimate", "runs_of"]

Numbers = npt.NDArray[np.int64]
_EACH = 4  # points that are kept of a column: first, least, greatest, last


def decimate(column: Numbers, value: Floats, piece: Numbers) -> Numbers:
    """Return the places of the values that a drawing of some width needs.

    Of each piece and column that is its first, least, greatest and last value: a
    line through them covers the same pixels as one through all (Jugel et al. 2014,
    M4: A visualization-oriented time series data aggregation, PVLDB 7(10)).

    Parameters
    ----------
    column : array of int, (n,), not falling
        In which column of pixels each value lies.
    value : array of float, (n,)
        Without NaN.
    piece : array of int, (n,), not falling
        Which unbroken piece of the line it belongs to.

    Returns
    -------
    array of int, (k,), rising
        All of them where that is no more.

    Examples
    --------
    >>> value = np.array([0.0, 5, 1, 1, -3, 1, 1, 1, 9])
    >>> one = np.zeros(9, np.int64)
    >>> decimate(one, value, one).tolist()
    [0, 4, 8]
    """
    count = len(value)
    if not count:
        return np.empty(0, np.int64)
    new = np.ones(count, bool)
    new[1:] = (np.diff(column) != 0) | (np.diff(piece) != 0)
    starts = np.flatnonzero(new)
    if len(starts) * _EACH >= count:
        return np.arange(count)
    group = np.cumsum(new) - 1
    order = np.lexsort((value, group))  # stable: by column, then by value
    ends = np.append(starts[1:], count) - 1
    kept = np.concatenate([starts, ends, order[starts], order[ends]])
    return np.unique(kept)


def runs_of(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where each run of True begins, and where it has ended.

    Examples
    --------
    >>> runs_of(np.array([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    padded = np.concatenate([[False], flags, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
