"""Neighbours: a station beside its nearest ones of the same property."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.observation.vocabulary import Censor
from waternet.quality.findings import Hits
from waternet.quality.robust import NORMAL_MAD
from waternet.quality.series import SeriesTable

__all__ = ["Neighbours", "find_unlike_neighbours"]

Floats = npt.NDArray[np.float64]

_EARTH = 6371.0088  # km, mean radius, IUGG
_NORMAL_90 = 1.64485362695
_PAIRS = 2048  # evenly taken, they tell a line as well as all of them


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A station beside its nearest ones of the same property.

    Attributes
    ----------
    count : int
        How many neighbours at most.
    distance : float [km]
        How far away at most.
    pairs : int
        Figures at common times that make two stations comparable.
    like : float
        A neighbour counts where the scatter about its line is at most this share of
        the station's own.
    times : float
        How many times that scatter a figure may lie off.
    """

    count: int = 3
    distance: float = 30.0
    pairs: int = 30
    like: float = 0.6
    times: float = 10.0


def find_unlike_neighbours(series: SeriesTable, parameters: Neighbours) -> Hits:
    """Find figures that the nearest stations of the same property contradict.

    Each neighbour that the station follows predicts it by a robust line (the median
    of slopes between the lower and the upper half, the median of what is left). A
    figure is named where most of the predictions contradict it.

    `expected` is the median of the predictions. Stations without two
    neighbours that they follow are not judged: of two that differ, either may be
    wrong.
    """
    rows, expected = [np.empty(0, np.int64)], [np.empty(0)]
    alone = set(range(len(series.datastreams)))
    for number, neighbours in _nearest(series, parameters).items():
        said = [
            line
            for line in (_line(series, number, one, parameters) for one in neighbours)
            if line is not None
        ]
        if len(said) < 2:
            continue
        alone.discard(number)
        begin, end = series.starts[number], series.starts[number + 1]
        predictions = np.array(said)
        off = _contradiction(series.value[begin:end], predictions)
        if series.censor.any():
            off[series.censor[begin:end] != Censor.NONE] = np.nan
        scatter = _scatter(off[np.isfinite(off)])
        found = np.flatnonzero(off > parameters.times * scatter)
        rows.append(found + begin)
        expected.append(np.nanmedian(predictions[:, found], axis=0))
    return Hits.make(
        np.concatenate(rows),
        np.concatenate(expected),
        unjudged=np.array(sorted(alone), np.int64),
    )


def _contradiction(value: Floats, predictions: Floats) -> Floats:
    """Return how far off each value is by most of its predictions, (n,).

    By both of two, by two of three: one neighbour's own error names nobody else. NaN
    where fewer than two predict.
    """
    off = np.sort(np.abs(value - predictions), axis=0)  # NaN last
    told = np.isfinite(off).sum(axis=0)
    by_most: Floats = off[np.maximum(told - 1, 0) // 2, np.arange(len(value))]
    by_most[told < 2] = np.nan
    return by_most


def _nearest(series: SeriesTable, parameters: Neighbours) -> dict[int, list[int]]:
    """Return the nearest comparable series of each, by distance."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    where = np.full((len(series.datastreams), 2), np.nan)
    for number, one in enumerate(series.datastreams):
        place = series.places.get(one.feature)
        if place is not None and place.position is not None:
            position = place.position
            where[number] = np.radians([position.latitude, position.longitude])
            alike = one.observed_property, one.unit, one.statistic, one.interval
            groups[alike].append(number)
    nearest = {}
    for numbers in groups.values():
        at = where[numbers]
        for mine, number in zip(at, numbers, strict=True):
            away = _distances(mine, at)
            order = np.argsort(away, kind="stable")
            here = series.datastreams[number].feature
            nearest[number] = [
                numbers[other]
                for other in order[: parameters.count + 8]
                if series.datastreams[numbers[other]].feature != here
                and away[other] <= parameters.distance
            ][: parameters.count]
    return nearest


def _distances(one: Floats, others: Floats) -> Floats:
    """Return great-circle distances [km], by the haversine formula."""
    half = np.sin((others - one) / 2) ** 2
    arc = half[:, 0] + np.cos(one[0]) * np.cos(others[:, 0]) * half[:, 1]
    away: Floats = 2 * _EARTH * np.arcsin(np.sqrt(np.minimum(arc, 1)))
    return away


def _line(
    series: SeriesTable, number: int, neighbour: int, parameters: Neighbours
) -> Floats | None:
    """Return what a neighbour predicts for each row, NaN where it has no figure."""
    a, b = (
        slice(int(series.starts[one]), int(series.starts[one + 1]))
        for one in (number, neighbour)
    )
    mine, other = series.value[a], series.value[b]
    if not np.array_equal(series.time[a], series.time[b]):
        _, i, j = np.intersect1d(
            series.time[a], series.time[b], assume_unique=True, return_indices=True
        )
        aligned = np.full(len(mine), np.nan)
        aligned[i] = other[j]
        other = aligned
    both = np.isfinite(mine) & np.isfinite(other)
    if both.sum() < parameters.pairs:
        return None
    pairs = np.flatnonzero(both)[:: max(1, int(both.sum()) // _PAIRS)]
    x, y = other[pairs], mine[pairs]
    slope = _slope(x, y)
    level = float(np.median(y - slope * x))
    own = _scatter(np.abs(y - np.median(y)))
    left = _scatter(np.abs(y - slope * x - level))
    if not own > 0 or left > parameters.like * own:
        return None
    line: Floats = slope * other + level
    return line


def _slope(x: Floats, y: Floats) -> float:
    """Return the median slope between the lower and the upper half, pair by pair."""
    order = np.argsort(x, kind="stable")
    half = len(x) // 2
    low, high = order[:half], order[len(x) - half :]
    run = x[high] - x[low]
    apart = run > 0
    if not apart.any():
        return 0.0
    return float(np.median((y[high] - y[low])[apart] / run[apart]))


def _scatter(off: Floats) -> float:
    """Return a standard deviation from absolute deviations: the median's, or more."""
    if not len(off):
        return np.nan
    middle, largest = np.quantile(off, (0.5, 0.9))
    return float(max(middle / NORMAL_MAD, largest / _NORMAL_90))
