"""A node with many datastreams, and how it is served for the benchmarks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from waternet.node.folder import Dataset, Node, Profile, create_node
from waternet.node.importing import import_file
from waternet.node.publish import publish_pending, read_keys

HOURLY, HOURS = 1_000, 9_000  # datastreams, figures of each
OTHERS, DAYS = 4_000, 250
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


def make_node(folder: Path, part: int) -> Path:
    """Make a node with a release of hourly and daily levels; `part` times fewer."""
    node = empty_node(folder / "node")
    csv = folder / "levels.csv"
    pa_csv.write_csv(levels("H", HOURLY // part, HOURS, 3600), csv)
    with csv.open("ab") as file:
        without = pa_csv.WriteOptions(include_header=False)
        pa_csv.write_csv(levels("D", OTHERS // part, DAYS, 86_400), file, without)
    bring(node, csv)
    return node.folder


def empty_node(folder: Path) -> Node:
    """Make a node of a party 'bench' whose keys need no passphrase."""
    terms = Dataset("levels", "CC0-1.0", "benchmark", {"en": "Levels"})
    profile = Profile("bench", "waternet/bench", {"en": "Bench"}, (terms,))
    return create_node(folder, profile, "")


def bring(node: Node, csv: Path) -> None:
    """Import a file and publish it."""
    recipe = node.folder / "recipe.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    with node.writing():
        import_file(node, csv, recipe)
    publish(node)


def publish(node: Node) -> None:
    """Publish what is pending."""
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


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[str, int]]:
    """Serve a node without a limit of requests; yield its address and process."""
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
