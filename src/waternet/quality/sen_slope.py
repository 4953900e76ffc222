"""Sen's slope: the median of the slopes of all pairs, in limits of confidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = ["Slope", "sen_slope"]

Floats = npt.NDArray[np.float64]
# A series of one season: its times, rising, and its values.
Pair = tuple[Floats, Floats]

_AT_ONCE = 2_000_000  # slopes that are kept and sorted whole
_SAMPLE = 200_000  # slopes from which a bracket is guessed where there are more
_MARGIN = 0.007  # of the ranks, on either side: six standard errors of such a guess


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope and its confidence limits.

    Attributes
    ----------
    slope : float [unit/a]
    lower, upper : float [unit/a]
        NaN where there are too few slopes for a limit.
    count : int
        How many slopes there are.
    """

    slope: float
    lower: float
    upper: float
    count: int


def sen_slope(
    seasons: Sequence[Pair], variance: float, confidence: float = 0.95
) -> Slope:
    """Return the median slope of all pairs within each season.

    Parameters
    ----------
    seasons : sequence of (time, value), arrays of float, (n_i,) [a], [unit]
        One pair of arrays where the seasons are not told apart. Times rise; pairs of
        one time have no slope.
    variance : float
        Of Kendall's score of the same values: `kendall.score_variance`.
    confidence : float
        Two-sided, 0 to 1.

    Returns
    -------
    Slope
        Exact, however many pairs there are; memory grows with n, not with n^2.

    Notes
    -----
    With N slopes in order and C = z(1 - a/2) sqrt(variance), the limits are the slopes
    at the ranks (N - C)/2 and (N + C)/2 + 1, interpolated.

    References
    ----------
    Sen, P.K. (1968). Estimates of the regression coefficient based on Kendall's tau.
    J. Am. Stat. Assoc. 63, 1379-1389. Gilbert (1987), section 16.5; seasons: 17.5.
    """
    count = sum(_slope_count(time) for time, _value in seasons)
    if not count:
        return Slope(math.nan, math.nan, math.nan, 0)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(max(variance, 0))
    # Ranks from 0; Gilbert counts from 1.
    low, high = (count - reach) / 2 - 1, (count + reach) / 2
    bounded = low >= 0 and high <= count - 1
    ranks = np.array([low, high] if bounded else [], np.float64)
    found = _ranked(seasons, np.append(ranks, (count - 1) / 2), count)
    lower, upper = (float(found[0]), float(found[1])) if bounded else (math.nan,) * 2
    return Slope(float(found[-1]), lower, upper, count)


def _slope_count(time: Floats) -> int:
    n = len(time)
    same = np.unique(time, return_counts=True)[1].astype(np.int64)
    return n * (n - 1) // 2 - int((same * (same - 1) // 2).sum())


def _slopes(seasons: Sequence[Pair]) -> Iterator[Floats]:
    """Yield every slope once, some at a time."""
    for time, value in seasons:
        tied = bool((np.diff(time) == 0).any())
        for lag in range(1, len(time)):
            rise, run = value[lag:] - value[:-lag], time[lag:] - time[:-lag]
            if tied:
                apart = run > 0
                rise, run = rise[apart], run[apart]
            yield rise / run


def _ranked(seasons: Sequence[Pair], ranks: Floats, count: int) -> Floats:
    """Return the slopes at some ranks from 0, between two of them interpolated."""
    if count <= _AT_ONCE:
        slopes = np.sort(np.concatenate(list(_slopes(seasons))))
        found: Floats = np.interp(ranks, np.arange(count), slopes)
        return found
    sample = np.sort(_sampled(seasons, count))
    margin = _MARGIN
    while True:
        low = _at_share(sample, float(ranks.min()) / count - margin)
        high = _at_share(sample, float(ranks.max()) / count + margin)
        below, zeros, kept = _between(seasons, low, high)
        first, last = math.floor(ranks.min()), math.ceil(ranks.max())
        if below <= first and last < below + zeros + len(kept):
            return _interpolated(ranks - below, kept, zeros)
        margin *= 4


def _sampled(seasons: Sequence[Pair], count: int) -> Floats:
    # The draw decides how long it takes, never what comes out.
    random = np.random.default_rng(0)
    found = []
    for time, value in seasons:
        size = math.ceil(_SAMPLE * _slope_count(time) / count)
        one, other = random.integers(0, len(time), (2, size))
        run = time[other] - time[one]
        apart = run != 0
        found.append((value[other] - value[one])[apart] / run[apart])
    return np.concatenate(found)


def _at_share(sample: Floats, share: float) -> float:
    if share <= 0:
        return -math.inf
    if share >= 1:
        return math.inf
    return float(sample[int(share * len(sample))])


def _between(
    seasons: Sequence[Pair], low: float, high: float
) -> tuple[int, int, Floats]:
    """Return how many slopes lie below, how many are 0, and the others, in order.

    Equal values make many slopes of 0, which are counted rather than kept.
    """
    below = zeros = 0
    kept = []
    for slopes in _slopes(seasons):
        below += int((slopes < low).sum())
        inside = slopes[(slopes >= low) & (slopes <= high)]
        level = inside == 0
        zeros += int(level.sum())
        kept.append(inside[~level])
    return below, zeros, np.sort(np.concatenate(kept))


def _interpolated(ranks: Floats, kept: Floats, zeros: int) -> Floats:
    first_zero = int(np.searchsorted(kept, 0.0))

    def at(places: Floats) -> Floats:
        place = places.astype(np.int64)
        level = (place >= first_zero) & (place < first_zero + zeros)
        index = np.where(place < first_zero, place, place - zeros)
        if not len(kept):
            return np.zeros(len(place))
        return np.where(level, 0.0, kept[np.clip(index, 0, len(kept) - 1)])

    lower, upper = at(np.floor(ranks)), at(np.ceil(ranks))
    result: Floats = lower + (ranks - np.floor(ranks)) * (upper - lower)
    return result
