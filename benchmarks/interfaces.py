"""How fast a node answers over HTTP, beside a bare route that returns the same bytes.

One process serves a bank of 10^7 observations in 5,000 datastreams: a fifth of them
hourly over more than a year. One client asks over one connection that it keeps; the
median of its turns counts. Each answer is then given to a bare Starlette route, which
returns it from memory to the same client.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from benchmarks.figure import figure

HOURLY, HOURS = 1_000, 9_000  # datastreams, figures of each
OTHERS, DAYS = 4_000, 250
TURNS = 60
RECIPE = """
format = "delimited"
dataset = "levels"
[station]
column = "station"
kind = "well"
[time]
column = "time"
zone = "UTC"
[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
"""
YEAR = "2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"


def make_node(folder: Path, part: int) -> None:
    """Make a node with a release of hourly and daily levels; `part` times fewer."""
    from waternet.node.folder import Dataset, Profile, create_node
    from waternet.node.importing import import_file
    from waternet.node.publish import publish_pending, read_keys

    terms = Dataset("levels", "CC0-1.0", "benchmark", {"en": "Levels"})
    profile = Profile("bench", "waternet/bench", {"en": "Bench"}, (terms,))
    node = create_node(folder / "node", profile, "")
    recipe = folder / "recipe.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    csv = folder / "levels.csv"
    pa_csv.write_csv(levels("H", HOURLY // part, HOURS, 3600), csv)
    with csv.open("ab") as file:
        without = pa_csv.WriteOptions(include_header=False)
        pa_csv.write_csv(levels("D", OTHERS // part, DAYS, 86_400), file, without)
    with node.writing():
        import_file(node, csv, recipe)
    publish_pending(node, read_keys(node, ""), "", lambda _done, _of: None)


def levels(letter: str, stations: int, times: int, step: int) -> pa.Table:
    """Return levels of many wells from 2015 on, at equal steps [s]."""
    start = np.datetime64("2015-01-01T00:00:00", "s")
    moments = start + np.arange(times) * np.timedelta64(step, "s")
    generator = np.random.default_rng(7)
    walk = generator.normal(0, 0.02, (stations, times)).cumsum(axis=1) + 400
    names = pa.array([f"{letter}{number:04d}" for number in range(stations)])
    codes = pa.array(np.repeat(np.arange(stations, dtype=np.int32), times))
    return pa.table(
        {
            "station": names.take(codes),
            "time": pa.array(np.tile(moments, stations)),
            "level": np.round(walk, 2).ravel(),
        }
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A question, and how long it may take [ms]."""

    name: str
    path: str
    most: float


def questions() -> list[Row]:
    """Return what is asked."""
    stream = quote("bench:H0007/groundwater-level", safe="")
    start, end = YEAR
    year = f"datastream={stream}&start={start}&end={end}"
    return [
        Row("a year of hourly values, /data", f"/data/observations?{year}", 8),
        Row(
            "daily mean of a year, /data",
            f"/data/observations?{year}&aggregate=day",
            6,
        ),
        Row("latest of all, /data", "/data/latest?limit=5000", 60),
    ]


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    make_node(folder, 10 if quick else 1)
    with ExitStack() as stack:
        ours, _process = stack.enter_context(serving(folder / "node"))
        rows = questions()
        answers = {row.name: asked(ours, row.path) for row in rows}
        bare = folder / "bare"
        bare.mkdir()
        for number, row in enumerate(rows):
            (bare / str(number)).write_bytes(answers[row.name][1])
        beside, _ = stack.enter_context(running(["-m", "benchmarks.bare_route", bare]))
        for number, row in enumerate(rows):
            floor = asked(beside, f"/{number}")[0]
            yield told(row, answers[row.name], floor)


def told(row: Row, answer: tuple[float, bytes], floor: float) -> dict[str, Any]:
    """Return a figure whose target is of its value, not of its ratio."""
    one = figure(
        f"interfaces: {row.name}",
        answer[0] * 1e3,
        "ms",
        (f"bare route, {len(answer[1])} bytes", floor * 1e3),
    )
    return one | {"target": f"<= {row.most:g} ms", "met": answer[0] * 1e3 <= row.most}


def asked(address: str, path: str, turns: int = TURNS) -> tuple[float, bytes]:
    """Return the median time of a question [s], and its answer."""
    took, content = [], b""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc)) as link:
        for _ in range(turns + 5):
            began = time.perf_counter()
            link.request("GET", path)
            answer = link.getresponse()
            content = answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {content[:500]!r}")
    return statistics.median(took[5:]), content


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[str, int]]:
    """Serve a node; yield its address and process."""
    command = ["-m", "waternet.cli.main", "serve", "--port", "0", "--rate", "0"]
    with running([*command, "--node", folder, *words]) as told:
        yield told


@contextmanager
def running(words: list[str | Path]) -> Iterator[tuple[str, int]]:
    """Run a server that says its address in its first line; yield both."""
    with subprocess.Popen(
        [sys.executable, *map(str, words)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            yield said[said.index("http://") :].split()[0].rstrip("/"), process.pid
        finally:
            process.terminate()
