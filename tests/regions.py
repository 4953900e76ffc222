"""A made region in a node's bank: two parties, stations in several reference systems.

Values are made up; positions are those of real towns, rounded.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from waternet.bank.arrival import Arrival
from waternet.bank.seal import writing_bank
from waternet.node.folder import Node
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position, to_wgs84
from waternet.observation.table import in_order, make_table

START = datetime(2020, 1, 1, tzinfo=UTC)
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)


def position(x: float, y: float, crs: str, elevation: float | None = None) -> Position:
    longitude, latitude = (
        float(one[0]) for one in to_wgs84(np.array([x]), np.array([y]), crs)
    )
    datum = "EPSG:5100" if elevation is not None else ""
    return Position(longitude, latitude, crs, x, y, elevation, datum)


PLACES = {
    "amber": (
        Place(
            "basin", "basin", {"en": "Upper basin"}, position(35.6, 32.5, "EPSG:4326")
        ),
        Place(
            "G1",
            "stream-gauge",
            {"ar": "محطة الجسر", "he": "תחנת הגשר", "en": "Bridge gauge"},
            position(35.6, 32.7, "EPSG:4326", -200.0),
            within=("basin",),
            same_as=("x:bridge",),
        ),
        Place("W1", "well", {"en": "Déep well"}, position(236000, 650000, "EPSG:2039")),
        Place("W2", "well", {"en": "O'Brien's well"}),
    ),
    "birch": (
        Place("area", "district", {"ar": "المنطقة"}),
        Place(
            "S1",
            "spring",
            {"ar": "عين الماء", "en": "Water spring"},
            position(200000, 150000, "EPSG:28191", 780.5),
            within=("area",),
        ),
        Place(
            "B1",
            "stream-gauge",
            {"ar": "الجسر"},
            position(35.61, 32.71, "EPSG:4326"),
            same_as=("x:bridge",),
        ),
    ),
}
FLOW = Datastream("flows", "G1", "discharge", "m3/s", sampling="PT1H")
DAILY = Datastream("flows", "G1", "discharge", "m3/s", "mean", "P1D", "gauge")
LEVEL = Datastream("levels", "W1", "groundwater-level", "m")
SPRING = Datastream("springs", "S1", "spring-discharge", "m3/s")
STAGE = Datastream("stages", "B1", "stage", "m", sampling="PT15M")


def arrival(party, index, streams, rows, kind="release", **body):
    """Return an entry; `rows` are (datastream, hours or times, values, offset)."""
    names, times, values = [], [], []
    for stream, hours, figures in rows:
        names += [stream.name] * len(hours)
        times += [START + timedelta(hours=float(hour)) for hour in hours]
        values += list(figures)
    table = make_table(datastream=names, time=times, value=values)
    return Arrival(
        party=party,
        index=index,
        issued=ISSUED + timedelta(days=index),
        kind=kind,
        body={"dataset": streams[0].dataset, "title": f"entry {index}", **body},
        places=PLACES[party] if index == 0 else (),
        datastreams=tuple(streams),
        observations=in_order(table),
    )


def arrivals():
    """Yield the entries of both parties."""
    hours = np.arange(72)
    yield arrival(
        "amber",
        0,
        (FLOW, DAILY, LEVEL),
        [
            (FLOW, hours, (10 + hours % 24).astype(float)),
            (DAILY, [0, 24, 48], [21.5, 21.25, 21.75]),
            (LEVEL, [0, 744], [-214.875, -215.5]),
        ],
    )
    yield arrival("amber", 1, (FLOW,), [(FLOW, [71], [40.0])], "revise", reason="drift")
    quarters = np.arange(0, 24, 0.25)
    yield arrival(
        "birch",
        0,
        (SPRING, STAGE),
        [(SPRING, [0, 8760], [0.25, 0.5]), (STAGE, quarters, quarters / 10)],
    )


def fill(node: Node) -> None:
    """Put the region into a node's bank."""
    with writing_bank(node.bank) as bank:
        for one in arrivals():
            bank.take(one)


def fill_long(node: Node, stations: int, hours: int) -> None:
    """Put hourly levels of many wells of a third party into a node's bank."""
    streams = [
        Datastream("wells", f"C{number:04}", "groundwater-level", "m", sampling="PT1H")
        for number in range(stations)
    ]
    places = tuple(
        Place(
            one.feature,
            "well",
            {"en": f"Well {one.feature}"},
            Position(
                36 + number % 50 / 100, 32 + number // 50 / 100, "EPSG:4326", 0, 0
            ),
        )
        for number, one in enumerate(streams)
    )
    codes = np.repeat(np.arange(stations, dtype=np.int32), hours)
    moments = np.datetime64("2020-01-01", "us") + np.arange(hours) * np.timedelta64(
        3600, "s"
    )
    levels = 400 + np.tile(np.arange(hours) % 24 / 8, stations)
    table = make_table(
        datastream=pa.DictionaryArray.from_arrays(
            pa.array(codes), pa.array([one.name for one in streams])
        ),
        time=pa.array(np.tile(moments, stations)),
        value=pa.array(levels),
    )
    with writing_bank(node.bank) as bank:
        bank.take(
            Arrival(
                party="cedar",
                index=0,
                issued=ISSUED,
                kind="release",
                body={"dataset": "wells", "title": "Wells"},
                places=places,
                datastreams=tuple(streams),
                observations=table,
            )
        )
