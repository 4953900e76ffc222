"""Nodes that the portal is measured on: one long series; very many stations."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from benchmarks.interface_node import bring, empty_node, levels
from waternet.bank.arrival import Arrival
from waternet.bank.seal import writing_bank
from waternet.node.folder import Node
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import make_table

VALUES = 50_000
QUANTITIES = {
    "well": "groundwater-level",
    "spring": "spring-discharge",
    "stream-gauge": "discharge",
    "reservoir": "reservoir-storage",
    "rain-gauge": "precipitation",
}
UNITS = ("m", "m3/s", "m3/s", "hm3", "mm")
PARTIES = {"amon": 0.2, "basin": 0.3, "coast": 0.5}  # which part of the stations
AREAS = 50
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)


def make_long_node(folder: Path) -> Path:
    """Make a node with 300 signed stations, of which one has 50,000 hourly levels."""
    node = empty_node(folder / "long")
    csv = folder / "long.csv"
    pa_csv.write_csv(levels("L", 1, VALUES, 3600), csv)
    with csv.open("ab") as file:
        without = pa_csv.WriteOptions(include_header=False)
        pa_csv.write_csv(levels("D", 299, 100, 86_400), file, without)
    bring(node, csv)
    return node.folder


def make_wide_node(folder: Path, stations: int) -> Path:
    """Make a node whose bank knows that many stations of three parties.

    A fifth of them is amon's. They lie on a grid, in 50 areas, are of five kinds, and
    have two figures each. Nothing of it is signed: the catalogue is asked, not proofs.
    """
    node = empty_node(folder / "wide")
    first = 0
    for party, part in PARTIES.items():
        count = round(stations * part)
        _fill(node, party, range(first, first + count))
        first += count
    return node.folder


def _fill(node: Node, party: str, numbers: range) -> None:
    kinds = list(QUANTITIES)
    streams = [
        Datastream(
            "stations", f"S{n:06}", QUANTITIES[kinds[n % len(kinds)]], UNITS[n % 5]
        )
        for n in numbers
    ]
    areas = [
        Place(f"A{n:02}", "district", {"ar": f"منطقة {n}", "en": f"District {n}"})
        for n in range(AREAS)
    ]
    codes = pa.array(np.repeat(np.arange(len(streams), dtype=np.int32), 2))
    days = np.datetime64("2025-03-01", "us") + np.arange(2) * np.timedelta64(1, "D")
    generator = np.random.default_rng(11)
    table = make_table(
        datastream=pa.DictionaryArray.from_arrays(
            codes, pa.array([one.name for one in streams])
        ),
        time=pa.array(np.tile(days, len(streams))),
        value=np.round(generator.normal(400, 5, 2 * len(streams)), 2),
    )
    arrived = Arrival(
        party=party,
        index=0,
        issued=ISSUED,
        kind="release",
        body={"dataset": "stations", "title": "Stations"},
        places=(*areas, *map(_place, numbers)),
        datastreams=tuple(streams),
        observations=table,
    )
    with writing_bank(node.bank) as bank:
        bank.take(arrived)


def _place(number: int) -> Place:
    kinds = list(QUANTITIES)
    return Place(
        f"S{number:06}",
        kinds[number % len(kinds)],
        {"ar": f"محطة {number}", "en": f"Station {number}", "he": f"תחנה {number}"},
        Position(
            34.5 + number % 400 / 200, 29.5 + number // 400 / 100, "EPSG:4326", 0, 0
        ),
        within=(f"A{number % AREAS:02}",),
    )
