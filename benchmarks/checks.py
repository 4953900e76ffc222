"""The checks: what they find of planted errors, what they object to, how fast.

Errors of one kind at a time, by a fixed seed, go into real series where the folder of
real files is there, and into made ones like them otherwise. Recall is the share of the
planted values that a check names. False alarms are what the default rules object to in
the series as they are, per 1,000 values, without those known to be wrong.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from benchmarks import bare_checks
from benchmarks.figure import figure
from benchmarks.real_series import DAY, Known, known_series
from waternet.observation.vocabulary import Grade
from waternet.quality.apply import apply_rules
from waternet.quality.civil_time import civil_days
from waternet.quality.rules import default_rules
from waternet.quality.series import SeriesTable

PLANTED = 40  # errors of each kind in each set of series
SEED = 20_240_229


@dataclass(frozen=True)
class Error:
    """A kind of error, and which check should name it."""

    check: str
    name: str
    plant: Callable[[np.random.Generator, SeriesTable, int], Planted | None]


@dataclass(frozen=True)
class Planted:
    """One series with errors in it."""

    time: np.ndarray
    value: np.ndarray
    rows: np.ndarray  # of the errors


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what is found, what is objected to, and what it costs."""
    del folder
    root = Path(__file__).resolve().parent.parent
    shared = Path(os.environ.get("WATERNET_SHARED", root.parent / "shared"))
    for known in known_series(shared):
        yield from _false_alarms(known)
        yield from _recalls(known)
    yield from _speed(quick)


def _false_alarms(known: Known) -> Iterator[dict[str, Any]]:
    checked = apply_rules(known.series, default_rules())
    objected = checked.findings.filter(
        pc.and_(
            pc.greater(checked.findings["grade"], int(Grade.GOOD)),
            pc.invert(pc.is_in(checked.findings["row"], known.wrong)),
        )
    )
    names = np.array(objected["check"].to_pylist(), str)
    rows = np.array(objected["row"].to_pylist(), np.int64)
    thousands = known.series.count / 1000
    for check in np.unique(names):
        count = len(np.unique(rows[names == check]))
        name = f"checks: {known.name}: {check}: objected to"
        yield figure(name, count / thousands, "per 1,000", most=2)
    name = f"checks: {known.name}: all: objected to"
    yield figure(name, len(np.unique(rows)) / thousands, "per 1,000", most=2)


def _recalls(known: Known) -> Iterator[dict[str, Any]]:
    for error in ERRORS:
        if error.name in known.without or error.check not in known.checks:
            continue
        named, by_any, total = 0, 0, 0
        for number, planted in _plant(known, error):
            series = _with(known.series, number, planted)
            checked = apply_rules(series, default_rules())
            begin = series.starts[number]
            found = checked.findings.filter(
                pc.equal(checked.findings["check"].cast("string"), error.check)
            )
            is_found = np.isin(planted.rows + begin, found["row"].to_numpy())
            named += int(is_found.sum())
            by_any += int((checked.grade[planted.rows + begin] > Grade.GOOD).sum())
            total += len(planted.rows)
        if total:
            name = f"checks: {known.name}: {error.name}"
            yield figure(f"{name}: named", named / total, "share", least=0.9)
            if by_any > named:
                yield figure(f"{name}: by any check", by_any / total, "share")


def _plant(known: Known, error: Error) -> Iterator[tuple[int, Planted]]:
    """Yield series with one error each, or as many as lie apart."""
    generator = np.random.default_rng([SEED, len(error.name), len(known.name)])
    lengths = np.diff(known.series.starts)
    able = np.flatnonzero(lengths >= known.fewest)
    done = 0
    for _ in range(20 * PLANTED):
        if done >= PLANTED or not len(able):
            return
        number = int(generator.choice(able))
        planted = error.plant(generator, known.series.take(np.array([number])), done)
        if planted is not None:
            done += 1
            yield number, planted


def _with(series: SeriesTable, number: int, planted: Planted) -> SeriesTable:
    """Return a table with one of its series replaced."""
    begin, end = series.starts[number], series.starts[number + 1]
    grown = len(planted.value) - (end - begin)
    starts = series.starts.copy()
    starts[number + 1 :] += grown
    count = series.count + grown
    return replace(
        series,
        starts=starts,
        time=np.concatenate([series.time[:begin], planted.time, series.time[end:]]),
        value=np.concatenate([series.value[:begin], planted.value, series.value[end:]]),
        censor=np.zeros(count, np.int8),
        status=np.zeros(count, np.int8),
    )


def _changed(
    change: Callable[[np.random.Generator, np.ndarray, int], int | slice],
) -> Callable[[np.random.Generator, SeriesTable, int], Planted | None]:
    """Make a planter of what changes values in place, somewhere in the middle."""

    def plant(
        generator: np.random.Generator, series: SeriesTable, _: int
    ) -> Planted | None:
        value = series.value.copy()
        row = int(generator.integers(6, len(value) - 6))
        rows = change(generator, value, row)
        places = np.arange(len(value))[rows]
        wrong = np.atleast_1d(places)
        if not len(wrong) or np.array_equal(value[wrong], series.value[wrong]):
            return None
        return Planted(series.time, value, wrong)

    return plant


def _usual_change(value: np.ndarray) -> float:
    """Return the standard deviation of changes: what a careful eye calls usual."""
    return float(np.diff(value).std())


def _spike(generator: np.random.Generator, value: np.ndarray, row: int) -> int:
    value[row] += generator.choice([-1, 1]) * 10 * _usual_change(value)
    return row


def _step(generator: np.random.Generator, value: np.ndarray, row: int) -> int:
    value[row:] += generator.choice([-1, 1]) * 10 * _usual_change(value)
    return row


def _flat(_: np.random.Generator, value: np.ndarray, row: int) -> slice:
    value[row : row + 30] = value[row]
    return slice(row + 1, min(row + 30, len(value)))


def _times(factor: float) -> Callable[[np.random.Generator, np.ndarray, int], int]:
    def change(_: np.random.Generator, value: np.ndarray, row: int) -> int:
        value[row] *= factor
        return row

    return change


def _stretch_in_feet(_: np.random.Generator, value: np.ndarray, row: int) -> slice:
    end = min(row + max(3, len(value) // 20), len(value))
    value[row:end] /= 0.3048
    return slice(row, end)


def _block(generator: np.random.Generator, value: np.ndarray, row: int) -> slice:
    if row < 80 or row + 30 > len(value):
        return slice(0, 0)
    source = int(generator.integers(0, row - 60))
    value[row : row + 30] = value[source : source + 30]
    return slice(row, row + 30)


def _sentinel(_: np.random.Generator, value: np.ndarray, row: int) -> int:
    value[row] = -9999.0
    return row


def _misread(generator: np.random.Generator, value: np.ndarray, row: int) -> int:
    value[row] += generator.choice([-1, 1]) * generator.choice([1.0, 5.0, 10.0])
    return row


def _runaway(generator: np.random.Generator, value: np.ndarray, row: int) -> int:
    value[row:] += generator.choice([-1, 1]) * 10.0
    return row


def _gap(generator: np.random.Generator, series: SeriesTable, _: int) -> Planted | None:
    row = int(generator.integers(6, series.count - 16))
    kept = np.r_[0:row, row + 10 : series.count]
    return Planted(series.time[kept], series.value[kept], np.array([row]))


def _year(
    generator: np.random.Generator, series: SeriesTable, _: int
) -> Planted | None:
    value = series.value.copy()
    years = (len(value) // 12) - 1
    year = int(generator.integers(1, years))
    rows = np.arange(12 * year, 12 * year + 12)
    value[rows] = value[rows - 12]
    if len(np.unique(value[rows])) < 3:
        return None
    if np.array_equal(value[rows], series.value[rows]):
        return None
    return Planted(series.time, value, rows)


def _moved(series: SeriesTable, row: int, to: np.datetime64) -> Planted | None:
    """Date one value otherwise; None where another stands there."""
    day = civil_days(series.time[[row]], series.datastreams[0].zone)[0]
    moment = int(series.time[row]) + int((to - day).astype(np.int64)) * DAY
    if moment in series.time:
        return None
    times = series.time.copy()
    times[row] = moment
    order = np.argsort(times, kind="stable")
    return Planted(times[order], series.value[order], np.flatnonzero(order == row))


def _swap(
    generator: np.random.Generator, series: SeriesTable, _: int
) -> Planted | None:
    row = int(generator.integers(6, series.count - 6))
    day = civil_days(series.time[[row]], series.datastreams[0].zone)[0].astype(object)
    if day.day > 12 or abs(day.day - day.month) < 2:
        return None
    to = np.datetime64(day.replace(month=day.day, day=day.month))
    moment = int(to.astype("M8[us]").astype(np.int64))
    if not series.time[6] < moment < series.time[-6]:
        return None
    # Where the value would do as well, nobody could tell.
    there = np.interp(moment, series.time, series.value)
    if abs(series.value[row] - there) < 6 * _usual_change(series.value):
        return None
    return _moved(series, row, to)


def _century(
    generator: np.random.Generator, series: SeriesTable, _: int
) -> Planted | None:
    row = int(generator.integers(0, series.count))
    day = series.time[row].astype("M8[us]").astype("M8[D]").astype(object)
    if (day.month, day.day) == (2, 29):
        return None
    later = bool(generator.integers(2))
    return _moved(
        series,
        row,
        np.datetime64(day.replace(year=day.year + (100 if later else -100))),
    )


ERRORS = (
    Error("range", "-9999 left in", _changed(_sentinel)),
    Error("spike", "spike of 10 usual changes", _changed(_spike)),
    Error("step", "step of 10 usual changes", _changed(_step)),
    Error("flat-line", "30 equal values", _changed(_flat)),
    Error("rate-of-change", "10 m at once", _changed(_runaway)),
    Error("gap", "10 values left out", _gap),
    Error("copied-block", "30 values pasted again", _changed(_block)),
    Error("repeated-year", "the year before again", _year),
    Error("unit-slip", "x 1,000", _changed(_times(1000))),
    Error("unit-slip", "x 100", _changed(_times(100))),
    Error("unit-slip", "x 10", _changed(_times(10))),
    Error("unit-slip", "/ 10", _changed(_times(0.1))),
    Error("unit-slip", "/ 1,000", _changed(_times(0.001))),
    Error("unit-slip", "feet", _changed(_times(1 / 0.3048))),
    Error("unit-slip", "a twentieth in feet", _changed(_stretch_in_feet)),
    Error("sign-slip", "sign lost", _changed(_times(-1))),
    Error("date-slip", "day and month exchanged", _swap),
    Error("century-slip", "a century off", _century),
    Error("depth-and-level", "misread by 1, 5 or 10 m", _changed(_misread)),
    Error("neighbours", "spike beside neighbours", _changed(_spike)),
)


def _speed(quick: bool) -> Iterator[dict[str, Any]]:
    """Yield what the default rules cost, beside the same arithmetic alone."""
    series = bare_checks.many_wells(500, 2_000 if quick else 20_000)
    took: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(3):
        for name, run in (
            ("bare", lambda: bare_checks.run(series)),
            ("ours", lambda: apply_rules(series, default_rules())),
        ):
            started = time.process_time()
            run()
            took[name].append(time.process_time() - started)
    seconds = {name: sorted(times)[1] for name, times in took.items()}
    size = f"{series.count:.0e}".replace("e+0", "e")
    name = f"checks: default rules on {size} values, one core"
    yield figure(name, seconds["ours"], "s", most=10)
    yield figure(
        f"{name}, beside NumPy",
        seconds["ours"],
        "s",
        ("the same arithmetic in bare NumPy", seconds["bare"]),
        most=2,
    )
    # Loggers have no dates to slip: by the day, those are looked at too.
    hours = np.diff(series.starts).max()
    days = np.tile(bare_checks.START + np.arange(hours) * DAY, len(series.datastreams))
    started = time.process_time()
    apply_rules(replace(series, time=days), default_rules())
    took_daily = time.process_time() - started
    yield figure(f"{name}, daily ones", took_daily, "s", most=10)
    tracemalloc.start()
    apply_rules(series, default_rules())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    told = (series.value.nbytes + series.time.nbytes + 2 * series.censor.nbytes) / 2**20
    yield figure(
        "checks: memory of the default rules, on top of the series",
        peak / 2**20,
        "MiB",
        ("the series", told),
        most=1,
    )
