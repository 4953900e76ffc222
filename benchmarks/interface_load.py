"""How a node stands many readers: at once, beside a writer, and for long."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv

from benchmarks.figure import figure
from benchmarks.interface_node import bring, levels, serving
from benchmarks.readers import crowd
from waternet.node.folder import open_node

READERS = 200
PACE = 2  # s between two releases
AT_ONCE, LONG = 10_000, 100_000  # requests
PATHS = (
    "/data/observations?datastream=bench%3AH0007/groundwater-level&start=2015-03-01"
    "&end=2015-04-01&format=csv",
    "/sta/v1.1/Datastreams(1)/Observations?$top=100&$resultFormat=dataArray",
    "/sta/v1.1/Datastreams(2)",
    "/sta/v1.1/Things(3)/Datastreams",
    "/health",
)


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of many readers; `folder` is the node's."""
    at_once = AT_ONCE // 20 if quick else AT_ONCE
    with serving(folder) as (address, _process):
        crowd(address, 8, 200, PATHS)
        alone = crowd(address, READERS, at_once, PATHS)
        with _writing(folder) as written:
            beside = crowd(address, READERS, at_once, PATHS)
        one = crowd(address, 8, at_once, PATHS)
    errors = alone.errors + beside.errors
    name = f"interfaces: errors of {READERS} readers beside a writer"
    yield figure(name, errors, "", most=0)
    name = f"interfaces: p99 of {READERS} readers beside a writer"
    yield figure(name, beside.p99 * 1e3, "ms", ("without the writer", alone.p99 * 1e3))
    name = "interfaces: releases published meanwhile"
    yield figure(name, len(written), "", least=1)
    yield from _workers(folder, at_once, one.rate)
    yield from _memory(folder, LONG // 100 if quick else LONG)


def _workers(folder: Path, requests: int, one: float) -> Iterator[dict[str, Any]]:
    with serving(folder, "--workers", "2") as (address, _process):
        crowd(address, 8, 400, PATHS)
        two = crowd(address, 8, requests, PATHS)
        floor = crowd(address, 1, 300, PATHS[-1:])
    name = "interfaces: requests a second, 2 workers, 8 readers"
    yield figure(name, two.rate, "1/s", ("1 worker", one))
    name = "interfaces: a small answer of 2 workers, p50"
    yield figure(name, floor.p50 * 1e3, "ms", most=20)


def _memory(folder: Path, requests: int) -> Iterator[dict[str, Any]]:
    """Yield what a worker holds after many requests, beside after the first tenth."""
    with serving(folder) as (address, process):
        crowd(address, 8, requests // 10, PATHS)
        before = _resident(process)
        crowd(address, 8, requests, PATHS)
        after = _resident(process)
    name = f"interfaces: memory of a worker after {requests} requests"
    yield figure(name, after, "MiB", ("after a tenth of them", before), most=1.05)


def _resident(process: int) -> float:
    """Return what a process holds in memory [MiB] (Linux)."""
    told = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+([0-9]+) kB", told)
    assert found is not None
    return int(found[1]) / 1024


@contextmanager
def _writing(folder: Path) -> Iterator[list[int]]:
    """Publish a small release every two seconds until it ends."""
    node, done, ended = open_node([folder]), list[int](), threading.Event()
    csv = folder.parent / "more.csv"

    def write() -> None:
        while not ended.is_set():
            number = len(done)
            rows = levels(f"N{number}x", 5, 100, 3600)
            pa_csv.write_csv(rows, csv)
            bring(node, csv)
            done.append(number)
            ended.wait(PACE)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield done
    finally:
        ended.set()
        writer.join()
