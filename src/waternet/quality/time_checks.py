"""Time: gaps, moments still to come, and centuries written wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.observation.datastream import INSTANT, Datastream, calendar_interval
from waternet.quality.findings import Hits
from waternet.quality.robust import quantiles
from waternet.quality.series import DAY, SeriesTable

__all__ = [
    "CenturySlip",
    "Future",
    "Gap",
    "find_century_slips",
    "find_future",
    "find_gaps",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_CENTURY = 36_525 * DAY  # us
_DAYS = {
    "year": 365.25,
    "month": 30.4375,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
    "second": 1 / 86_400,
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Values that should be there and are not.

    Attributes
    ----------
    times : float
        How many times its spacing a series may be silent.
    regular : float
        A series that states no interval has a spacing where this share of its steps
        keep to their median within a fifth; others have no gaps.
    """

    times: float = 1.5
    regular: float = 0.8


@dataclass(frozen=True, slots=True)
class Future:
    """A moment later than the check.

    Attributes
    ----------
    days : float [d]
        How much later is still allowed, for clocks that differ.
    """

    days: float = 1.0


@dataclass(frozen=True, slots=True)
class CenturySlip:
    """A date that fits its series once it is moved by a hundred years.

    Attributes
    ----------
    years : float [a]
        How far from all others a date must stand.
    share : float
        Most of a series' figures that may have slipped: an old series and a new one
        are no slip.
    near : float [a]
        How near to the others it must come, moved.
    """

    years: float = 30.0
    share: float = 0.2
    near: float = 10.0


def find_gaps(series: SeriesTable, parameters: Gap) -> Hits:
    """Find values before which others are missing.

    Values that were taken back count as there: that they are missing is known.

    Every row counts, limits and taken-back values too. The note says how many are
    missing. Series without a stated or learned spacing are not judged. An interval
    says how long a value stands for, not how often there is one: yearly accounts that
    come every five years miss nothing between. Where no `sampling` is stated, the
    median step counts, if it is longer.
    """
    elapsed = np.diff(series.time, prepend=0) / DAY
    starts = series.starts
    spacing = np.array([_stated(one) for one in series.datastreams])
    promised = np.array([bool(one.sampling) for one in series.datastreams], np.bool_)
    (usual,) = quantiles(elapsed, starts, (0.5,), skip=1)
    sparse = ~promised & (usual > parameters.times * spacing)
    spacing = np.where(sparse, usual, spacing)
    unsaid = np.isnan(spacing)
    if unsaid.any():
        learned = _learned(elapsed, starts, parameters.regular)
        spacing = np.where(unsaid, learned, spacing)
    late = elapsed > np.repeat(parameters.times * spacing, np.diff(starts))
    late[starts[:-1][np.diff(starts) > 0]] = False
    rows = np.flatnonzero(late)
    owner = np.searchsorted(starts, rows, side="right") - 1
    missing = np.maximum(np.rint(elapsed[rows] / spacing[owner]) - 1, 1)
    counts, which = np.unique(missing, return_inverse=True)
    said = [f"{count:,.0f} value{'s' if count > 1 else ''} missing" for count in counts]
    return Hits.make(
        rows,
        note=np.array(said, np.str_)[which] if said else "",
        unjudged=np.flatnonzero(np.isnan(spacing)),
    )


def find_future(series: SeriesTable, parameters: Future) -> Hits:
    """Find moments that lie after `series.now`; none where that is not told."""
    if series.now is None:
        every = np.arange(len(series.datastreams))
        return Hits.make(np.empty(0, np.int64), unjudged=every)
    late = series.time > series.now + parameters.days * DAY
    return Hits.make(np.flatnonzero(late))


def find_century_slips(series: SeriesTable, parameters: CenturySlip) -> Hits:
    """Find dates a hundred years off, as two-digit years become when read wrong.

    The side of the gap with fewer values is the one that slipped.
    """
    wide = np.diff(series.time) > parameters.years * 365.25 * DAY
    inner = series.starts[(series.starts > 0) & (series.starts < series.count)]
    wide[inner - 1] = False
    rows, notes = [], []
    for cut in np.flatnonzero(wide) + 1:
        owner = int(np.searchsorted(series.starts, cut, side="right")) - 1
        begin, end = int(series.starts[owner]), int(series.starts[owner + 1])
        early, late = np.arange(begin, cut), np.arange(cut, end)
        moved = late if len(late) <= len(early) else early
        others = early if moved is late else late
        sign = -1 if moved is late else 1
        to = series.time[moved] + sign * _CENTURY
        near = parameters.near * 365.25 * DAY
        first, last = series.time[others[0]] - near, series.time[others[-1]] + near
        fits = moved[(to >= first) & (to <= last)]
        if len(moved) > parameters.share * (len(moved) + len(others)):
            continue
        rows += fits.tolist()
        notes += [f"100 years too {'late' if moved is late else 'early'}"] * len(fits)
    return Hits.make(np.array(rows, np.int64), note=notes)


def _stated(datastream: Datastream) -> float:
    """Return the days from value to value that a datastream states, NaN for none."""
    said = datastream.sampling
    if not said and datastream.interval != INSTANT:
        said = datastream.interval
    if not said:
        return np.nan
    count, unit = calendar_interval(said)
    return count * _DAYS[unit]


def _learned(elapsed: Floats, starts: Integers, regular: float) -> Floats:
    """Return the days from value to value that a series keeps, NaN for none."""
    apart = (1 - regular) / 2
    low, spacing, high = quantiles(elapsed, starts, (apart, 0.5, 1 - apart), skip=1)
    keeps = (low >= 0.8 * spacing) & (high <= 1.2 * spacing) & (np.diff(starts) >= 9)
    return np.where(keeps, spacing, np.nan)
