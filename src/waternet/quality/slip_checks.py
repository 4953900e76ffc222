"""Slips: figures in another unit, or with the sign lost or gained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.findings import Hits
from waternet.quality.robust import NORMAL_MAD, quantiles
from waternet.quality.series import Figures, SeriesTable

__all__ = ["SignSlip", "UnitSlip", "find_sign_slips", "find_unit_slips"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_FEWEST = 8  # figures below which a series has no centre
_NORMAL_90 = 1.64485362695
# Quartiles stay put while a fifth of the figures have slipped.
_SHARES = (0.25, 0.5, 0.75)
_NARROWEST = 0.01  # of the scatter in decimal logarithms: 2 %
_FOOT = 0.3048  # m, exactly
_WORDS = {1 / _FOOT: "in feet rather than metres", _FOOT: "in metres rather than feet"}


@dataclass(frozen=True, slots=True)
class UnitSlip:
    """A figure that would fit, were it divided by a usual factor.

    Attributes
    ----------
    times : float
        How many times the series' scatter (of decimal logarithms) a figure lies off
        before it may have slipped.
    fit : float
        Within how many times that scatter it must lie once divided.
    factors : tuple of float
        What a figure may have been multiplied by.
    """

    times: float = 6.0
    fit: float = 3.0
    factors: tuple[float, ...] = (
        1000.0,
        100.0,
        10.0,
        1 / _FOOT,
        _FOOT,
        0.1,
        0.01,
        0.001,
    )


@dataclass(frozen=True, slots=True)
class SignSlip:
    """A figure that would fit with the other sign.

    Attributes
    ----------
    share : float
        Most of a series' figures that may have the sign of fewer.
    times : float
        How many times the series' scatter it lies off as it stands.
    fit : float
        Within how many times that scatter it must lie with the other sign.
    """

    share: float = 0.05
    times: float = 6.0
    fit: float = 4.0


def find_unit_slips(series: SeriesTable, parameters: UnitSlip) -> Hits:
    """Find figures that are off by the factor of another unit or a slipped point.

    A figure is held against its two neighbours where they agree with one another, and
    against the series' own median, so that whole stretches in another unit are found
    too.

    `expected` is the figure divided by the factor.
    """
    figures = series.figures
    size = np.abs(figures.value)
    with np.errstate(divide="ignore"):
        logs = np.log10(size)  # -inf at 0, which has no factor
        low, centre, high = np.log10(quantiles(size, figures.starts, _SHARES))
        unlike = (
            low == -np.inf
        )  # a quarter of the figures are 0: there is no usual size
        low, centre = np.where(unlike, np.nan, [low, centre])
        scatter = np.fmax(high - centre, centre - low) / NORMAL_MAD
        scatter = np.fmax(scatter, _NARROWEST)
        off = logs - np.repeat(centre, figures.lengths)
    judged = (figures.lengths >= _FEWEST) & ~unlike
    scatter[~judged] = np.nan
    reach = np.repeat(parameters.times * scatter, figures.lengths)
    far = np.flatnonzero((np.abs(off) > reach) & (size > 0))
    factor = _factor(off[far], scatter[figures.owner[far]], parameters)
    alone, alone_factor = _beside_neighbours(figures, logs, parameters)
    places = np.concatenate([alone[alone_factor >= 0], far[factor >= 0]])
    kinds = np.concatenate([alone_factor[alone_factor >= 0], factor[factor >= 0]])
    return Hits.make(
        places,
        figures.value[places] / np.array(parameters.factors)[kinds],
        np.array([_say(factor) for factor in parameters.factors], np.str_)[kinds],
        unjudged=np.flatnonzero(figures.lengths < _FEWEST),
        figures=figures,
    )


def _beside_neighbours(
    figures: Figures, logs: Floats, parameters: UnitSlip
) -> tuple[Integers, Integers]:
    """Return figures that stand off both neighbours, and which factor explains them."""
    with np.errstate(invalid="ignore"):
        change = np.diff(logs, prepend=np.nan)
    change[figures.first | ~np.isfinite(change)] = 0
    (largest,) = quantiles(np.abs(change), figures.starts, (0.9,), skip=1)
    scatter = np.maximum(largest / _NORMAL_90, _NARROWEST)
    scatter[figures.lengths < _FEWEST] = np.nan
    far = np.abs(change) > np.repeat(parameters.times * scatter, figures.lengths)
    places = np.flatnonzero(far[:-1] & far[1:])
    places = places[change[places] * change[places + 1] < 0]
    off = (change[places] - change[places + 1]) / 2
    return places, _factor(off, scatter[figures.owner[places]], parameters)


def _factor(off: Floats, scatter: Floats, parameters: UnitSlip) -> Integers:
    """Return which of the factors brings each figure back, -1 where none does."""
    left = np.abs(off[:, None] - np.log10(parameters.factors)[None, :])
    nearest: Integers = left.argmin(axis=1) if left.size else np.empty(0, np.int64)
    best = left[np.arange(len(off)), nearest]
    return np.where(best <= parameters.fit * scatter, nearest, -1)


def _say(factor: float) -> str:
    """Return a factor in words; feet to the nearest percent."""
    for known, words in _WORDS.items():
        if abs(factor / known - 1) < 0.01:
            return words
    if factor > 1:
        return f"{factor:,.6g} times too large"
    return f"{1 / factor:,.6g} times too small"


def find_sign_slips(series: SeriesTable, parameters: SignSlip) -> Hits:
    """Find figures whose sign is not the series', and that fit with the other one.

    `expected` is the figure with the other sign.
    """
    figures = series.figures
    low, centre, high = quantiles(figures.value, figures.starts, _SHARES)
    scatter = np.maximum(high - centre, centre - low) / NORMAL_MAD
    scatter = np.maximum(scatter, np.abs(centre) * _NARROWEST)
    negative = np.concatenate([[0], np.cumsum(figures.value < 0)])
    share = np.diff(negative[figures.starts]) / np.maximum(figures.lengths, 1)
    odd = np.where(centre < 0, 1 - share, share)
    judged = (odd <= parameters.share) & (figures.lengths >= _FEWEST) & (centre != 0)
    sign = np.repeat(np.where(judged, np.sign(centre), 0), figures.lengths)
    places = np.flatnonzero(figures.value * sign < 0)
    owner = figures.owner[places]
    value = figures.value[places]
    fits = np.abs(-value - centre[owner]) <= parameters.fit * scatter[owner]
    fits &= np.abs(value - centre[owner]) > parameters.times * scatter[owner]
    return Hits.make(
        places[fits],
        -value[fits],
        unjudged=np.flatnonzero(~judged),
        figures=figures,
    )
