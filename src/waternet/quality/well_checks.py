"""Wells: level plus depth is the elevation that a well is measured from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.observation.vocabulary import Censor
from waternet.quality.findings import Hits
from waternet.quality.range_checks import in_units
from waternet.quality.series import SeriesTable

__all__ = [
    "DepthAndLevel",
    "Elevation",
    "find_broken_elevations",
    "recover_elevations",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_LEVEL, _DEPTH = "groundwater-level", "depth-to-groundwater"
_ZERO = 0.005  # m: half of the centimetre to which wells are read


@dataclass(frozen=True, slots=True)
class DepthAndLevel:
    """Level plus depth is the elevation that a well is measured from.

    Attributes
    ----------
    within : float [m]
        How far a sum may lie off the well's elevation.
    stays : int
        So many sums in a row that agree with one another, and not with the elevation,
        are a new one: the well was surveyed again.
    """

    within: float = 0.15
    stays: int = 4


@dataclass(frozen=True, slots=True)
class Elevation:
    """What a well's depths and levels were measured from, over one stretch of time.

    Attributes
    ----------
    feature : str
    elevation : float [m]
        Median of level plus depth.
    since : int [us since 1970, UTC]
        Time of its first pair.
    pairs : int
        How many sums make it.
    """

    feature: str
    elevation: float
    since: int
    pairs: int


@dataclass(frozen=True, eq=False)
class _Well:
    """The times at which one well has a level and a depth."""

    feature: str
    level_rows: Integers
    depth_rows: Integers
    time: Integers
    level: Floats  # m
    sums: Floats  # m


def recover_elevations(
    series: SeriesTable, parameters: DepthAndLevel
) -> tuple[Elevation, ...]:
    """Return the elevation of every well that has levels and depths.

    Parameters
    ----------
    series : SeriesTable
    parameters : DepthAndLevel

    Returns
    -------
    tuple of Elevation
        By well and time: more than one where a well was surveyed again.
    """
    found = []
    for well in _wells(series):
        which, elevations = _stretches(well.sums, parameters)
        for number, elevation in enumerate(elevations):
            of_stretch = np.flatnonzero(which == number)
            since = int(well.time[of_stretch[0]])
            found.append(Elevation(well.feature, elevation, since, len(of_stretch)))
    return tuple(found)


def find_broken_elevations(series: SeriesTable, parameters: DepthAndLevel) -> Hits:
    """Find levels and depths whose sum is not the well's elevation.

    A sum that breaks names the level and the depth: either may be wrong. Where the
    elevation changes and stays, the first pair after it is named. Where the elevation
    is 0 although the well is no zero of anything, levels are depths with a minus sign,
    and each of them is named.

    `expected` is the figure that would make the sum right.
    """
    wells = _wells(series)
    paired = {well.feature for well in wells}
    lone = [
        number
        for number, one in enumerate(series.datastreams)
        if one.feature not in paired
    ]
    named = [one for well in wells for one in _objections(series, well, parameters)]
    rows, expected, notes = [np.empty(0, np.int64)], [np.empty(0)], [""]
    for found, right, said in named:
        rows.append(found)
        expected.append(right)
        notes += [said] * len(found)
    return Hits.make(
        np.concatenate(rows),
        np.concatenate(expected),
        notes[1:],
        unjudged=np.array(lone, np.int64),
    )


def _objections(
    series: SeriesTable, well: _Well, parameters: DepthAndLevel
) -> Iterator[tuple[Integers, Floats, str]]:
    """Yield rows of one well, what would be right there, and what is said of them."""
    which, elevations = _stretches(well.sums, parameters)
    off = well.sums - np.array(elevations)[which]
    minus = (np.abs(well.sums) < _ZERO) & (np.abs(well.sums - off) < _ZERO)
    blank = np.full(int(minus.sum()), np.nan)
    yield well.level_rows[minus], blank, "the depth with a minus sign"
    broken = np.abs(off) > parameters.within
    for rows in (well.level_rows[broken], well.depth_rows[broken]):
        yield rows, _native(series, rows, off[broken]), "level and depth do not add up"
    for place in np.flatnonzero(np.diff(which)) + 1:
        old, new = elevations[which[place - 1]], elevations[which[place]]
        said = f"measured from {new:.2f} m, before from {old:.2f} m"
        yield well.level_rows[place : place + 1], np.array([np.nan]), said


def _native(series: SeriesTable, rows: Integers, off: Floats) -> Floats:
    """Return what would make the sums right, in each row's own unit."""
    if not len(rows):
        return np.empty(0)
    number = int(np.searchsorted(series.starts, rows[0], side="right")) - 1
    one = series.take(np.array([number]))
    (metre,) = in_units(one, np.array([1.0]), "m")
    expected: Floats = series.value[rows] - off * metre[0]
    return expected


def _wells(series: SeriesTable) -> list[_Well]:
    """Return the pairs of each well that has levels and depths, by its id."""
    wanted = [
        number
        for number, one in enumerate(series.datastreams)
        if one.observed_property in (_LEVEL, _DEPTH)
    ]
    metre = np.full(len(series.datastreams), np.nan)
    if wanted:
        only = series.take(np.array(wanted))
        metre[wanted] = in_units(only, np.array([1.0]), "m")[0]
    figures = np.isfinite(series.value) & (series.censor == Censor.NONE)
    by_well: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number in wanted:
        one = series.datastreams[number]
        if metre[number] > 0:
            by_well[one.feature][one.observed_property].append(number)
    wells = []
    for feature, numbers in sorted(by_well.items()):
        for level in numbers[_LEVEL]:
            depth = _partner(series, level, numbers[_DEPTH])
            if depth is None:
                continue
            a, b = (
                slice(int(series.starts[one]), int(series.starts[one + 1]))
                for one in (level, depth)
            )
            time, i, j = np.intersect1d(
                series.time[a], series.time[b], assume_unique=True, return_indices=True
            )
            i, j = i + a.start, j + b.start
            both = figures[i] & figures[j]
            i, j, time = i[both], j[both], time[both]
            if len(time):
                height = series.value[i] / metre[level]
                sums = height + series.value[j] / metre[depth]
                wells.append(_Well(feature, i, j, time, height, sums))
    return wells


def _partner(series: SeriesTable, level: int, depths: list[int]) -> int | None:
    """Return the depths of the same procedure, statistic and interval, else any."""
    mine = series.datastreams[level]

    def likeness(number: int) -> tuple[bool, bool]:
        other = series.datastreams[number]
        same = (mine.statistic, mine.interval) == (other.statistic, other.interval)
        return same, mine.procedure == other.procedure

    return max(depths, key=likeness, default=None)


def _stretches(sums: Floats, parameters: DepthAndLevel) -> tuple[Integers, list[float]]:
    """Split a well's sums where the elevation changes and stays.

    Returns
    -------
    which : array of int, (n,)
        The stretch of each sum, from 0.
    elevations : list of float
        The median of each stretch.
    """
    which = np.zeros(len(sums), np.int64)
    elevations = [float(np.median(sums))]
    if len(sums) < 2 * parameters.stays:
        return which, elevations
    # Runs of sums that keep to the first of them within the tolerance.
    cuts = np.flatnonzero(np.abs(np.diff(sums)) > parameters.within) + 1
    long = [
        run
        for run in np.split(np.arange(len(sums)), cuts)
        if len(run) >= parameters.stays
    ]
    if not long:
        return which, elevations
    elevations = [float(np.median(sums[long[0]]))]
    for run in long[1:]:
        level = float(np.median(sums[run]))
        if abs(level - elevations[-1]) > parameters.within:
            elevations.append(level)
            which[run[0] :] += 1
    for number in range(len(elevations)):
        elevations[number] = float(np.median(sums[which == number]))
    return which, elevations
