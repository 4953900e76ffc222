"""The bank against the best raw engine over the same Parquet files.

A bank of 10^8 hourly observations: 5 parties, 5,000 datastreams, 250 releases, 1 % of
the figures revised; quick: a tenth of the datastreams.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figure import figure
from waternet.bank.aggregate import aggregate
from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.calendar import Calendar
from waternet.bank.catalogue import Series
from waternet.bank.extent import extents
from waternet.bank.query import get_latest, get_observations
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import make_table

PARTIES = 5
LOADS, REVISIONS = 10, 40  # entries of each party
ROWS = 20_000  # of each datastream, hourly
START = datetime(2020, 1, 1, tzinfo=UTC)
CURRENT = 2**31 - 1


def arrivals(party: int, datastreams: int) -> Iterator[Arrival]:
    """Yield the log of one party: loads of new datastreams, then revisions."""
    share = datastreams // LOADS
    for index in range(LOADS + REVISIONS):
        features = [f"s{party}-{index % LOADS * share + i:05}" for i in range(share)]
        revised = index >= LOADS
        generator = np.random.default_rng([party, index])
        count = ROWS * LOADS // REVISIONS // 100 if revised else ROWS
        hours = np.arange(count)
        if revised:
            hours = hours + int(generator.integers(0, ROWS - count))
        t = np.datetime64(START.replace(tzinfo=None), "us") + hours * np.timedelta64(
            3600, "s"
        )
        made = [Datastream("levels", one, "lake-level", "m") for one in features]
        walk = generator.normal(0, 0.02, share * count).cumsum() + 400
        codes = np.repeat(np.arange(share, dtype=np.int32), count)
        yield Arrival(
            party=f"party{party}",
            index=index,
            issued=START + timedelta(days=900 + index),
            kind="revise" if revised else "release",
            body={"dataset": "levels", "reason": "recalibrated" if revised else ""},
            places=() if revised else tuple(_place(one) for one in features),
            datastreams=tuple(made),
            observations=make_table(
                datastream=pa.DictionaryArray.from_arrays(
                    pa.array(codes), pa.array([one.name for one in made])
                ),
                time=pa.array(np.tile(t, share)),
                value=pa.array(np.round(walk, 2)),
                grade=pa.array(np.ones(share * count, np.int8)),
            ),
        )


def _place(feature: str) -> Place:
    return Place(feature, "lake", {"en": f"Gauge {feature}"})


def fill(folder: Path, datastreams: int) -> None:
    """Make the bank, as a rebuild does."""
    with Bank.open(folder, writable=True) as bank:
        for party in range(PARTIES):
            for arrival in arrivals(party, datastreams // PARTIES):
                bank.take(arrival)
        bank.compact()


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the bank's figures; `folder` is filled, and is the caller's to delete."""
    datastreams = 500 if quick else 5_000
    place = folder / "bank"
    shutil.rmtree(place, ignore_errors=True)
    started = time.perf_counter()
    filled = subprocess.run(
        [sys.executable, "-m", "benchmarks.bank", place, str(datastreams)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, peak = time.perf_counter() - started, int(filled.stdout)
    with Bank.open(place) as bank:
        files = [one for ones in bank.view().fragments.values() for one in ones]
        rows = sum(one.rows for one in files)
        size = sum(one.size for one in files)
        yield figure("bank: rebuild", rows / seconds / 1e6, "Mrow/s")
        yield figure("bank: peak memory of a rebuild", peak / 2**30, "GiB", most=2)
        yield figure("bank: disk per observation", size / rows, "B", most=10)
        yield from _points(bank, datastreams)
        yield from _scans(bank, [str(bank.table.folder / one.path) for one in files])


def _points(bank: Bank, datastreams: int) -> Iterator[dict[str, Any]]:
    """Yield what one datastream over one year costs, now and as of an entry."""
    generator = np.random.default_rng(7)
    share = datastreams // PARTIES
    asked = []
    for _ in range(300):
        party, one = int(generator.integers(PARTIES)), int(generator.integers(share))
        day = START + timedelta(days=int(generator.integers(0, 400)))
        asked.append((party, f"s{party}-{one:05}", day, day + timedelta(days=365)))
    raw = RawReader(bank)
    past = AsOf.date(START + timedelta(days=900 + LOADS + REVISIONS // 2))
    name = "lake-level/instant/PT0S/unspecified"
    took: dict[str, list[float]] = {"bank": [], "as of": [], "raw": []}
    for party, feature, start, end in [*asked[:50], *asked]:
        address = f"party{party}:{feature}/{name}"
        (series,) = choose_series(bank, [address])
        at = [address], start, end
        answers: dict[str, Callable[[], pa.Table]] = {
            "raw": partial(raw.read, series, start, end),
            "bank": partial(get_observations, bank, *at),
            "as of": partial(get_observations, bank, *at, as_of=past),
        }
        rows = {which: _timed(ask, took[which]) for which, ask in answers.items()}
        if rows["raw"].num_rows != rows["bank"].num_rows:
            raise RuntimeError(f"the raw reader and the bank differ on {address}")
    p50 = {which: statistics.median(times[50:]) * 1e3 for which, times in took.items()}
    yield figure(
        "bank: one datastream-year, p50",
        p50["bank"],
        "ms",
        ("pyarrow on kept handles, time and value", p50["raw"]),
        most=2,
    )
    yield figure(
        "bank: one datastream-year as of an entry, p50",
        p50["as of"],
        "ms",
        ("the same now", p50["bank"]),
        most=1.5,
    )


def _scans(bank: Bank, files: list[str]) -> Iterator[dict[str, Any]]:
    """Yield what questions about every datastream cost."""
    first: list[float] = []
    _timed(lambda: extents(bank).table, first)
    again: list[float] = []
    _timed(lambda: extents(bank).table, again)
    yield figure(
        "bank: count, first and last of every datastream",
        first[0],
        "s",
        ("asked again", again[0]),
    )
    engine = duckdb.connect()
    engine.execute("SET preserve_insertion_order = false")

    def raw(sql: str) -> Callable[[], pa.Table]:
        return lambda: engine.sql(sql, params={"files": files}).to_arrow_table()

    past = AsOf.date(START + timedelta(days=900 + LOADS + REVISIONS // 2))
    everything = Selection()
    month, local = Calendar("month"), Calendar("month", "Asia/Amman")
    current = f"FROM read_parquet($files) WHERE superseded = {CURRENT}"
    questions = {
        "latest raw": raw(
            f"SELECT series_id, max(t), arg_max(value, t) {current} GROUP BY series_id"
        ),
        "latest": lambda: get_latest(bank, everything),
        "latest as of": lambda: get_latest(bank, everything, as_of=past),
        "month raw": raw(
            "SELECT series_id, date_trunc('month', t) AS month, avg(value) "
            f"{current} GROUP BY series_id, month"
        ),
        "month": lambda: aggregate(bank, everything, month),
        "month as of": lambda: aggregate(bank, everything, month, as_of=past),
        "local month": lambda: aggregate(bank, everything, local),
    }
    took: dict[str, list[float]] = {name: [] for name in questions}
    for turn in range(6):
        for name, ask in questions.items():
            _timed(ask, took[name] if turn else [])
    s = {name: statistics.median(times) for name, times in took.items()}
    for name, key, reference, told in (
        ("latest of all, asked before", "latest", "latest raw", "DuckDB, arg_max"),
        (
            *("latest of all as of a day, asked before", "latest as of"),
            *("latest", "the same now"),
        ),
        ("monthly means of all", "month", "month raw", "DuckDB, date_trunc"),
        ("monthly means as of a day", "month as of", "month", "the same now"),
        ("monthly means, local time", "local month", "month raw", "DuckDB in UTC"),
    ):
        limit = None if key == "local month" else 1.5
        yield figure(f"bank: {name}", s[key], "s", (told, s[reference]), most=limit)


def _timed(ask: Callable[[], pa.Table], took: list[float]) -> pa.Table:
    started = time.perf_counter()
    answer = ask()
    took.append(time.perf_counter() - started)
    return answer


class RawReader:
    """What a careful user of pyarrow does: files kept open, row groups by bounds."""

    def __init__(self, bank: Bank) -> None:
        self._files = {}
        for bucket, (only,) in bank.view().fragments.items():
            file = pq.ParquetFile(bank.table.folder / only.path, memory_map=True)
            bounds = []
            for number in range(file.num_row_groups):
                group = file.metadata.row_group(number)
                ids, t = group.column(0).statistics, group.column(1).statistics
                bounds.append((ids.min, ids.max, t.min_raw, t.max_raw))
            self._files[bucket] = file, np.array(bounds, np.int64).T

    def read(self, series: Series, start: datetime, end: datetime) -> pa.Table:
        """Return the current rows of one datastream over one period."""
        file, (first, last, earliest, latest) = self._files[series.bucket]
        low, high = (
            np.datetime64(one.replace(tzinfo=None), "us") for one in (start, end)
        )
        groups = np.flatnonzero(
            (first <= series.id)
            & (last >= series.id)
            & (earliest < high.astype(np.int64))
            & (latest >= low.astype(np.int64))
        )
        read = file.read_row_groups(
            groups.tolist(),
            columns=["series_id", "t", "value", "superseded"],
            use_threads=False,
        )
        ids, t = read["series_id"].to_numpy(), read["t"].to_numpy()
        from_, to = np.searchsorted(ids, [series.id, series.id + 1])
        begin, stop = from_ + np.searchsorted(t[from_:to], [low, high])
        cut = read.slice(int(begin), int(stop - begin))
        return cut.filter(pa.array(cut["superseded"].to_numpy() == CURRENT))


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
