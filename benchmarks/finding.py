"""How fast data are found among many, beside DuckDB that groups the same rows.

A bank of 10^5 stations with three datastreams each, of three parties in 60 areas, half
of them named in Arabic and Hebrew alone. What DuckDB is given is one table that holds
every column already: it is asked for the same counts, one query a facet.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.figure import figure
from benchmarks.interface_node import empty_node
from waternet.api.asked import Asked
from waternet.api.parameters import ParameterReader
from waternet.api.viewer import Viewer
from waternet.bank.arrival import Arrival
from waternet.bank.finding.found import Found, find
from waternet.bank.finding.inventory import Inventory, read_inventory
from waternet.bank.finding.wanted import Wanted
from waternet.bank.seal import reading_bank, writing_bank
from waternet.bank.store import Bank
from waternet.node.folder import Node
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.portal.find.pages import operations

STATIONS = 100_000
PARTIES = ("amber", "birch", "cedar")
KINDS = ("well", "spring", "stream-gauge", "rain-gauge", "weather-station")
QUANTITIES = (
    ("groundwater-level", "m"),
    ("water-temperature", "Cel"),
    ("electrical-conductivity", "uS/cm"),
)
CHOSEN = {
    "party": ("amber", "birch"),
    "kind": ("well", "spring"),
    "within": ("amber:A7",),
}
_SYLLABLES = (
    ("ba", "با", "בה"),
    ("mi", "مي", "מי"),
    ("ra", "را", "רה"),
    ("na", "نا", "נה"),
    ("shu", "شو", "שו"),
    ("dar", "دار", "דר"),
    ("hul", "حول", "חול"),
    ("jer", "جر", "גר"),
    ("la", "لا", "לה"),
    ("kab", "كب", "כב"),
)


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    stations = STATIONS // (10 if quick else 1)
    node = empty_node(folder / "node")
    fill_bank(node.bank, stations)
    with reading_bank(node.bank, "") as bank:
        since = time.perf_counter()
        inventory = read_inventory(bank)
        took = time.perf_counter() - since
    many = f"{len(inventory)} datastreams"
    yield figure(f"finding: {many} read into memory", took, "s")
    since = time.perf_counter()
    find(inventory, Wanted("nothing"))
    yield figure("finding: names indexed", time.perf_counter() - since, "s")
    beside = f"DuckDB, one GROUP BY a facet, {many}", _beside(inventory)
    everything = _median(lambda: _shown(find(inventory, Wanted())))
    yield _within("finding: all facets, nothing chosen", everything, beside)
    chosen = _median(lambda: _shown(find(inventory, Wanted("", CHOSEN))))
    yield _within("finding: all facets, three of them chosen", chosen, beside)
    with reading_bank(node.bank, "") as bank:
        for query in ("", "party=amber,birch&kind=well", "text=barashu&lang=ar"):
            took = _median(lambda query=query: _page(node, bank, query))  # type: ignore[misc]
            yield _within(f"finding: the page '/find?{query}'", took, beside)
    for text in ("barashu", "w0012", "hulmi level", "بارا"):
        took = _median(lambda text=text: _shown(find(inventory, Wanted(text))))  # type: ignore[misc]
        yield _within(f"finding: text '{text}' and all facets", took, beside)


def fill_bank(folder: Path, stations: int) -> None:
    """Fill a bank with as many stations, and three datastreams at each."""
    generator = random.Random(11)
    with writing_bank(folder) as bank:
        for number, party in enumerate(PARTIES):
            share = range(number, stations, len(PARTIES))
            bank.take(_entry(party, [_station(one, generator) for one in share]))


def _station(number: int, generator: random.Random) -> Place:
    parts = generator.choices(_SYLLABLES, k=generator.randint(2, 4))
    latin, arabic, hebrew = ("".join(told) for told in zip(*parts, strict=True))
    names = {"en": latin} if number % 2 else {"ar": arabic, "he": hebrew}
    at = generator.uniform(34, 37), generator.uniform(29, 34)
    return Place(
        f"W{number:06d}",
        KINDS[number % len(KINDS)],
        names,
        Position(*at, "EPSG:4326", *at),
        within=(f"A{number % 20}",),
    )


def _entry(party: str, stations: Sequence[Place]) -> Arrival:
    areas = [Place(f"A{one}", "district", {"en": f"Area {one}"}) for one in range(20)]
    streams = [
        Datastream("levels", place.id, quantity, unit)
        for place in stations
        for quantity, unit in QUANTITIES
    ]
    count = len(streams)
    years = np.random.default_rng(5).integers(0, 50, count)
    times = np.datetime64("1970-06-01", "us") + years * np.timedelta64(31_557_600, "s")
    table = make_table(
        datastream=[one.name for one in streams],
        time=pa.array(times),
        value=np.ones(count),
        grade=(years % 3).astype(np.int8),
    )
    return Arrival(
        party,
        0,
        datetime(2026, 1, 1, tzinfo=UTC),
        "release",
        {"dataset": "levels", "title": "Levels"},
        (*areas, *stations),
        tuple(streams),
        in_order(table),
    )


def _shown(found: Found) -> None:
    """Do what a page of results needs besides the counts."""
    found.ordered("relevance", "en", first=50)
    found.at_places()


def _page(node: Node, bank: Bank, query: str) -> None:
    """Make the page Find data as HTML, as a node does for a browser."""
    (operation,) = operations()
    values = ParameterReader(operation).read(query, {}, {})
    headers = {"accept": "text/html"}
    operation.answer(
        Asked(operation, values, query, {}, headers, "", Viewer(), node, leased=bank)
    )


def _beside(inventory: Inventory) -> float:
    """Return how long DuckDB takes for the counts of five facets [ms]."""
    places = inventory.places
    area = np.zeros(len(places), np.int32)
    area[places.areas.place] = places.areas.area
    table = pa.table(
        {
            "party": inventory.party.codes,
            "kind": inventory.kind.codes,
            "quantity": inventory.quantity.codes,
            "year": inventory.first_year,
            "area": area[inventory.place],
        }
    )
    with duckdb.connect() as engine:
        engine.execute("SET threads = 1")
        engine.register("held", table)
        engine.execute("CREATE TABLE one AS SELECT * FROM held")

        def ask() -> None:
            for name in table.column_names:
                engine.execute(
                    f"SELECT {name}, count(*) FROM one GROUP BY 1"
                ).fetchall()

        return _median(ask)


def _median(run: Callable[[], object], turns: int = 15) -> float:
    """Return the median of some turns [ms]."""
    run()
    took = []
    for _ in range(turns):
        since = time.perf_counter()
        run()
        took.append(time.perf_counter() - since)
    return statistics.median(took) * 1e3


def _within(name: str, took: float, beside: tuple[str, float]) -> dict[str, Any]:
    """Return a figure whose target is of its value: what a facet click may take."""
    one = figure(name, took, "ms", beside)
    return one | {"target": "<= 400 ms", "met": took <= 400}
