"""How fast a node answers over HTTP, beside a bare route that returns the same bytes.

One process serves a bank of 10^7 observations in 5,000 datastreams: a fifth of them
hourly over more than a year. One client asks over one connection that it keeps; the
median of its turns counts. Each answer is then given to a bare Starlette route, which
returns it from memory to the same client.
"""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks import interface_load, interface_writes
from benchmarks.figure import figure
from benchmarks.interface_node import make_node, running, serving

TURNS = 60
PATIENCE = 5  # s for the turns of one question
STA = "/sta/v1.1"
START, END = "2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Row:
    """A question, and how long it may take [ms]."""

    name: str
    path: str
    most: float


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    node = make_node(folder, 10 if quick else 1)
    yield from _questions(node, folder)
    yield from interface_writes.figures(quick, folder)
    yield from interface_load.figures(quick, node)


def _questions(node: Path, folder: Path) -> Iterator[dict[str, Any]]:
    bare = folder / "bare"
    bare.mkdir()
    with serving(node) as (ours, _process):
        rows = questions(_datastream(ours))
        answers = {row.name: asked(ours, row.path) for row in rows}
    for number, row in enumerate(rows):
        (bare / str(number)).write_bytes(answers[row.name][1])
    with running(["-m", "benchmarks.bare_route", bare]) as (beside, _):
        for number, row in enumerate(rows):
            floor, content = asked(beside, f"/{number}")
            yield told(row.name, answers[row.name][0], row.most, floor, len(content))


def questions(datastream: int) -> list[Row]:
    """Return what is asked of a datastream of hourly values, and of all of them."""
    stream = quote("bench:H0007/groundwater-level", safe="")
    year = f"datastream={stream}&start={START}&end={END}"
    times = f"phenomenonTime ge {START} and phenomenonTime lt {END}"
    own = f"{STA}/Datastreams({datastream})/Observations"
    compact = "$resultFormat=dataArray&$select=phenomenonTime,result"
    hours = f"{own}?$filter={quote(times)}&$top=10000"
    last = f"{own}?$orderby=phenomenonTime%20desc&$top=1000"
    newest = quote("Observations($top=1;$orderby=phenomenonTime desc)", safe="$=;()")
    return [
        Row("last 1,000 observations, compact", f"{last}&{compact}", 3),
        Row("a year of hours, compact", f"{hours}&{compact}", 8),
        Row("a year of hours, SensorThings in full", hours, 40),
        Row(
            "daily mean of a year, compact",
            f"{hours}&{compact}&aggregate=day&statistic=mean",
            6,
        ),
        Row(
            "daily mean of a year, /data", f"/data/observations?{year}&aggregate=day", 6
        ),
        Row("latest of all datastreams, /data", "/data/latest", 60),
        Row(
            "latest of all datastreams, SensorThings",
            f"{STA}/Datastreams?$top=5000&$select=name&$expand={newest}",
            60,
        ),
        Row("$count of all observations", f"{STA}/Observations?$count=true&$top=0", 5),
    ]


def _datastream(address: str) -> int:
    """Return the number of the datastream that is asked."""
    told = quote(
        "properties/address eq 'bench:H0007/groundwater-level/instant/PT0S/unspecified'"
    )
    _, content = asked(address, f"{STA}/Datastreams?$filter={told}", 1)
    return int(json.loads(content)["value"][0]["@iot.id"])


def told(
    name: str, seconds: float, most: float, floor: float, size: int
) -> dict[str, Any]:
    """Return a figure whose target is of its value, not of its ratio."""
    beside = f"bare route, {size} bytes", floor * 1e3
    one = figure(f"interfaces: {name}", seconds * 1e3, "ms", beside)
    return one | {"target": f"<= {most:g} ms", "met": seconds * 1e3 <= most}


def asked(address: str, path: str, turns: int = TURNS) -> tuple[float, bytes]:
    """Return the median time of a question [s], and its answer."""
    took, content, began = list[float](), b"", time.perf_counter()
    with closing(http.client.HTTPConnection(urlsplit(address).netloc)) as link:
        while len(took) < turns + 3 and (
            len(took) < 4 or time.perf_counter() - began < PATIENCE
        ):
            since = time.perf_counter()
            link.request("GET", path)
            answer = link.getresponse()
            content = answer.read()
            took.append(time.perf_counter() - since)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {content[:500]!r}")
    return statistics.median(took[3:] or took), content
