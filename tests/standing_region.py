"""A made region: two parties, a lake that both describe, wells in a basin, a gauge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from waternet.bank.arrival import Arrival
from waternet.bank.store import Bank
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table

ISSUED = datetime(2025, 4, 1, tzinfo=UTC)
YEARS = range(2010, 2026)


def at(longitude: float, latitude: float) -> Position:
    return Position(longitude, latitude, "EPSG:4326", longitude, latitude)


PLACES = {
    "amber": (
        Place(
            "lake",
            "lake",
            {"ar": "البحيرة", "en": "Upper lake", "he": "האגם"},
            at(35.6, 32.8),
            same_as=("x:lake",),
        ),
        Place("basin", "basin", {"en": "Upper basin"}, same_as=("x:basin",)),
        *(
            Place(f"W{n}", "well", {"en": f"Well {n}"}, at(35.7, 32.5), ("basin",))
            for n in range(7)
        ),
    ),
    "birch": (
        Place(
            "see",
            "lake",
            {"en": "Lake of reeds"},
            at(35.61, 32.81),
            same_as=("x:lake",),
        ),
        Place("gauge", "stream-gauge", {"en": "Bridge"}, at(35.5, 32.0)),
        Place("area", "party-area", {"en": "Birch"}),
    ),
}
LAKE = Datastream("levels", "lake", "lake-level", "m")
SEE = Datastream("levels", "see", "lake-level", "m")
STORED = Datastream("levels", "see", "reservoir-storage", "m3")
FLOW = Datastream("flows", "gauge", "discharge", "m3/s", "mean", "P1D")
YEARLY = Datastream("flows", "area", "discharge", "m3/s", "mean", "P1Y")
WELLS = [Datastream("wells", f"W{n}", "depth-to-groundwater", "m") for n in range(7)]


def arrival(party, index, rows, kind="release", **body) -> Arrival:
    """Return an entry of rows: datastream, day and value."""
    table = make_table(
        datastream=[one.name for one, _, _ in rows],
        time=[datetime.fromisoformat(day).replace(tzinfo=UTC) for _, day, _ in rows],
        value=[value for _, _, value in rows],
    )
    streams = {one.name: one for one, _, _ in rows}
    return Arrival(
        party=party,
        index=index,
        issued=ISSUED + timedelta(days=index),
        kind=kind,
        body={"dataset": rows[0][0].dataset, "title": "figures", **body},
        places=PLACES.get(party, ()) if index == 0 else (),
        datastreams=tuple(streams.values()),
        observations=in_order(table),
    )


def entries() -> list[Arrival]:
    """Return the entries of both parties.

    The lake falls by a metre a year, from 210 m below sea level in 2010, and stood at
    its anniversaries on 2 March; each well is as deep as its number, and a metre more
    each year.
    """
    lake = [(LAKE, f"{year}-03-02", -200.0 - (year - 2000)) for year in YEARS]
    wells = [
        (one, f"{year}-02-01", float(number + year - 2000))
        for number, one in enumerate(WELLS)
        for year in YEARS
    ]
    see = [(SEE, "2024-03-10", -223.5), (SEE, "2025-03-01", -224.25)]
    stored = [(STORED, "2025-03-20", 1.0e9)]
    flow = [(FLOW, "2025-02-27", 3.25), (YEARLY, "2024-01-01", 4.0)]
    return [
        arrival("amber", 0, [*lake, *wells]),
        arrival("birch", 0, [*see, *stored]),
        arrival("birch", 1, flow),
    ]


def fill(folder: Path, more: list[Arrival] | None = None) -> Path:
    """Make a bank of the region."""
    with Bank.open(folder, writable=True) as bank:
        for one in [*entries(), *(more or [])]:
            bank.take(one)
    return folder


def crowd(party: str, count: int) -> Arrival:
    """Return an entry of as many wells of a party, each with a level of one day."""
    streams = [
        Datastream("wells", f"C{number:04}", "groundwater-level", "m")
        for number in range(count)
    ]
    rows = [(one, "2025-03-02", 100.0) for one in streams]
    places = tuple(
        Place(
            one.feature,
            "well",
            {"en": f"Crowd {number}"},
            at(35 + number % 80 / 80, 31 + number // 80 / 40),
        )
        for number, one in enumerate(streams)
    )
    return replace(arrival(party, 0, rows), places=places)
