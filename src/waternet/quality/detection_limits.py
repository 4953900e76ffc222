"""Detection limits: whether a laboratory's limits have a history that makes sense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.observation.vocabulary import Censor
from waternet.quality.findings import Hits
from waternet.quality.robust import quantiles
from waternet.quality.series import SeriesTable

__all__ = ["DetectionLimit", "find_strange_limits"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DetectionLimit:
    """What is strange about detection limits.

    Attributes
    ----------
    factor : float
        A limit that rises or falls by so much from the one before: between methods
        limits differ by some 2 to 5; a slip of unit or point by 10 or more.
    usual : float
        A limit above this share of the series' detected values says little: 0.5 is
        their median.
    least : int
        Detected values that a series needs for `usual`.
    """

    factor: float = 10.0
    usual: float = 0.5
    least: int = 8


def find_strange_limits(series: SeriesTable, parameters: DetectionLimit) -> Hits:
    """Find limits, and values below them, that the history of limits does not explain.

    Of the limits ('<0.05') of one datastream: a value that is less than both the limit
    before and the limit after it; a limit that is `factor` times the one before, or
    that part of it; a limit above what is usually detected.

    Returns
    -------
    Hits
        `expected` is the limit before, for a changed limit, or the lower of the limits
        around a value. Series without a limit are not judged.

    References
    ----------
    Helsel, D.R. (2012). Statistics for censored environmental data using Minitab and
    R, 2nd ed., chapter 3 (reporting limits that change); U.S. Geological Survey,
    Open-File Report 99-193 (long-term method detection levels).
    """
    value, count = series.value, len(series.datastreams)
    limits = np.flatnonzero((series.censor == Censor.BELOW) & np.isfinite(value))
    figures = series.figures
    figure_rows = figures.to_rows(np.arange(len(figures.value)))
    before, after = _neighbours(series, limits, figure_rows)
    around = np.minimum(before, after)
    below = figures.value < around
    owner = series.owner[limits]
    previous = np.full(len(limits), np.nan)
    previous[1:] = np.where(owner[1:] == owner[:-1], value[limits[:-1]], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = value[limits] / previous
    jumped = (change >= parameters.factor) | (change <= 1 / parameters.factor)
    usual = quantiles(figures.value, figures.starts, (parameters.usual,))[0]
    usual[figures.lengths < parameters.least] = np.nan
    high = value[limits] > usual[owner]
    parts = (
        (figure_rows[below], around[below], "below the limits around it"),
        (limits[jumped], previous[jumped], "a limit unlike the one before"),
        (limits[high], np.full(int(high.sum()), np.nan), "a limit above usual values"),
    )
    return Hits.make(
        np.concatenate([rows for rows, _expected, _note in parts]),
        np.concatenate([expected for _rows, expected, _note in parts]),
        np.repeat([note for *_rest, note in parts], [len(part[0]) for part in parts]),
        unjudged=np.setdiff1d(np.arange(count), owner),
    )


def _neighbours(
    series: SeriesTable, limits: Integers, rows: Integers
) -> tuple[Floats, Floats]:
    """Return the limit before and after each row, within its series; NaN for none."""
    place = np.searchsorted(limits, rows)
    found = []
    for neighbour in (place - 1, place):
        inside = (neighbour >= 0) & (neighbour < len(limits))
        limit = np.full(len(rows), np.nan)
        at = limits[neighbour[inside]]
        same = series.owner[at] == series.owner[rows[inside]]
        limit[inside] = np.where(same, series.value[at], np.nan)
        found.append(limit)
    return found[0], found[1]
