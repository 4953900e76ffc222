"""The arithmetic of the default rules for wells, series by series in bare NumPy.

What a careful engineer writes for one evenly read array without gaps, limits or units:
no rules, no findings, no grades; only the numbers that the checks need.
"""

from __future__ import annotations

import numpy as np

from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.quality.series import SeriesTable

__all__ = ["START", "many_wells", "run"]

NOW = int(np.datetime64("2060-01-01", "us").astype(np.int64))
HOUR = 3_600_000_000
START = int(np.datetime64("1990-01-01", "us").astype(np.int64))


def many_wells(stations: int, hours: int) -> SeriesTable:
    """Make hourly levels of wells: twenty near each other move together."""
    generator = np.random.default_rng(7)
    groups = generator.normal(0, 0.02, (-(-stations // 20), hours)).cumsum(axis=1)
    level = np.repeat(groups, 20, axis=0)[:stations]
    level = level + generator.normal(0, 0.01, level.shape) + 400
    names = [f"w{number:04}" for number in range(stations)]
    places = {
        name: Place(
            name,
            "well",
            {"en": name},
            Position(
                35 + 0.01 * (n % 20) + 0.5 * (n // 20 % 50),
                31.5 + n // 1000,
                "EPSG:4326",
                0,
                0,
            ),
        )
        for n, name in enumerate(names)
    }
    return SeriesTable(
        datastreams=tuple(
            Datastream("levels", name, "groundwater-level", "m") for name in names
        ),
        kinds=("well",) * stations,
        starts=np.arange(stations + 1) * hours,
        time=np.tile(START + np.arange(hours) * HOUR, stations),
        value=np.round(level, 2).ravel(),
        censor=np.zeros(stations * hours, np.int8),
        status=np.zeros(stations * hours, np.int8),
        places=places,
        now=NOW,
    )


def run(series: SeriesTable) -> int:
    """Do the arithmetic; return how many values stand out."""
    hours = int(series.starts[1])
    values = series.value.reshape(-1, hours)
    times = series.time.reshape(-1, hours)
    found = 0
    for time, value in zip(times, values, strict=True):
        found += _shape(time, value) + _slips(value) + _copies(value)
        found += int((time > NOW).sum()) + int((np.diff(time) > 50 * 365.25e6).sum())
    for number, value in enumerate(values):
        group = number // 20 * 20
        near = [n for n in range(group, min(group + 20, len(values))) if n != number]
        near.sort(key=lambda n: abs(n - number))
        found += _beside(value, [values[n] for n in near[:3]])
    return found


def _shape(time: np.ndarray, value: np.ndarray) -> int:
    out = (value < -1000) | (value > 6500)
    change, elapsed = np.diff(value), np.diff(time) / 86_400e6
    pace = np.abs(change) / np.sqrt(elapsed)
    median, largest = _at(pace, 0.5, 0.9)
    low, spacing, high = _at(elapsed, 0.1, 0.5, 0.9)
    noise = max(median / 0.6745, largest / 1.645)
    jump = change / (noise * np.sqrt(elapsed))
    far = np.abs(jump) > 4
    spikes = np.flatnonzero(far[:-1] & far[1:] & (jump[:-1] * jump[1:] < 0))
    steps = np.flatnonzero(np.abs(jump) > 10)
    runs = np.diff(np.flatnonzero(change != 0))
    late = (elapsed > 1.5 * spacing) & (high < 1.2 * spacing) & (low > 0.8 * spacing)
    return int(out.sum() + len(spikes) + len(steps) + (runs > 12).sum() + late.sum())


def _slips(value: np.ndarray) -> int:
    size = np.abs(value)
    logs = np.log10(size)
    low, centre, high = np.log10(_at(size, 0.25, 0.5, 0.75))
    scatter = max(high - centre, centre - low, 0.01) / 0.6745
    far = np.abs(logs - centre) > 6 * scatter
    change = np.diff(logs)
    (usual,) = _at(np.abs(change), 0.9)
    alone = np.abs(change) > 6 * max(usual / 1.645, 0.01)
    lower, middle, upper = _at(value, 0.25, 0.5, 0.75)
    odd = (value < 0) != (middle < 0)
    return int(far.sum() + (alone[:-1] & alone[1:]).sum() + odd.sum() + (lower > upper))


def _copies(value: np.ndarray) -> int:
    odd = np.uint64(0x9E3779B97F4A7C15)
    moving = np.concatenate([[0], np.cumsum(np.diff(value) != 0)])
    words = value.view(np.uint64) * odd
    for reach in (1, 2, 4, 8):
        words = words[:-reach] * odd + words[reach:]
        words ^= words >> np.uint64(31)
    words = words[moving[15:] - moving[:-15] > 8]
    words.sort()
    return int((words[1:] == words[:-1]).sum())


def _beside(value: np.ndarray, neighbours: list[np.ndarray]) -> int:
    some = slice(None, None, max(1, len(value) // 2048))
    off = []
    for other in neighbours:
        x, y = other[some], value[some]
        order = np.argsort(x)
        half = len(x) // 2
        low, high = order[:half], order[-half:]
        run = x[high] - x[low]
        slope = np.median((y[high] - y[low])[run > 0] / run[run > 0])
        level = np.median(y - slope * x)
        off.append(np.abs(value - slope * other - level))
    second = np.sort(off, axis=0)[1]
    median, largest = np.quantile(second, (0.5, 0.9))
    return int((second > 10 * max(median / 0.6745, largest / 1.645)).sum())


def _at(values: np.ndarray, *shares: float) -> np.ndarray:
    ranks = [int(share * (len(values) - 1)) for share in shares]
    return np.partition(values, ranks)[ranks]
