"""From a CSV to a signed release in the bank, beside raw pyarrow on the same rows.

The raw limit reads the same CSV with types given, sorts it, writes it as Parquet and
takes its SHA-256: all that any signed release must do, with nothing checked, signed,
queried or forced to the disk. Ours ends when the release is durable, public and
answers from the bank.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from benchmarks.figure import figure

ROWS, STATIONS = 10_000_000, 500
TIMES = 5  # in turns; the medians count
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


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    rows = ROWS // 10 if quick else ROWS
    csv = folder / "levels.csv"
    write_csv(csv, rows)
    raw, ours = [], []
    for number in range(TIMES):
        raw.append(raw_seconds(csv, folder / "raw.parquet"))
        ours.append(own_seconds(csv, folder / f"node{number}"))
    yield figure(
        "ingest: CSV to signed release to bank",
        rows / statistics.median(ours) / 1e6,
        "Mrow/s",
        ("pyarrow: read, sort, write, hash", rows / statistics.median(raw) / 1e6),
        least=0.6,
    )
    yield figure(
        "ingest: peak memory of a rebuild from records",
        rebuild_memory(folder / "node0") / 2**30,
        "GiB",
        most=2,
    )


def write_csv(path: Path, rows: int) -> None:
    """Write hourly levels of many wells, all wells of an hour together."""
    hours = rows // STATIONS
    start = np.datetime64("2015-01-01T00:00:00", "s")
    times = start + np.arange(hours) * np.timedelta64(3600, "s")
    generator = np.random.default_rng(7)
    walk = generator.normal(0, 0.02, (hours, STATIONS)).cumsum(axis=0) + 400
    names = pa.array([f"W{number:04d}" for number in range(STATIONS)])
    table = pa.table(
        {
            "station": names.take(pa.array(np.tile(np.arange(STATIONS), hours))),
            "time": pc.strftime(
                pa.array(np.repeat(times, STATIONS)), "%Y-%m-%dT%H:%M:%S"
            ),
            "level": np.round(walk, 2).ravel(),
        }
    )
    pa_csv.write_csv(table, path)


def raw_seconds(csv: Path, parquet: Path) -> float:
    """Read, sort, write and hash with pyarrow alone."""
    os.sync()
    began = time.perf_counter()
    types = {
        "station": pa.dictionary(pa.int32(), pa.string()),
        "time": pa.timestamp("us"),
        "level": pa.float64(),
    }
    options = pa_csv.ConvertOptions(column_types=types)
    table = pa_csv.read_csv(csv, convert_options=options).unify_dictionaries()
    order = pc.sort_indices(
        table.set_column(
            0,
            "station",
            pa.chunked_array([chunk.indices for chunk in table["station"].chunks]),
        ),
        [("station", "ascending"), ("time", "ascending")],
    )
    pq.write_table(table.take(order), parquet, compression="zstd")
    with parquet.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    return time.perf_counter() - began


def own_seconds(csv: Path, folder: Path) -> float:
    """Import and publish with Waternet, from the file to the bank."""
    from waternet.node.folder import Dataset, Profile, create_node
    from waternet.node.importing import import_file
    from waternet.node.publish import publish_pending, read_keys

    terms = Dataset("levels", "CC0-1.0", "benchmark")
    profile = Profile("bench", "waternet/bench", {"en": "Bench"}, (terms,))
    node = create_node(folder, profile, "")
    recipe = folder / "recipe.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    keys = read_keys(node, "")
    os.sync()
    began = time.perf_counter()
    with node.writing():
        import_file(node, csv, recipe)
    publish_pending(node, keys, "", lambda _done, _of: None)
    return time.perf_counter() - began


def rebuild_memory(folder: Path) -> int:
    """Return the peak memory [byte] of building the node's bank anew."""
    command = [sys.executable, "-c", _REBUILD, str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(answer.stdout) * 1024


_REBUILD = """
import resource, sys
from pathlib import Path
from waternet.node.folder import open_node
from waternet.node.intake import rebuild_bank
node = open_node([Path(sys.argv[1])])
with node.writing():
    rebuild_bank(node, lambda done, of: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
