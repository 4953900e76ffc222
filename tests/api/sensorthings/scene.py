"""A node whose bank holds a party's wells, a lake and a gauge, for tests over HTTP.

Entries are put into the bank as if they had come from a verified record.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
from parties import make_party

from waternet.bank.arrival import Arrival
from waternet.bank.seal import writing_bank
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Censor, Grade

T0 = datetime(2024, 1, 1)
HOURS = 24 * 366
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)

WELLS = {"W1": (35.5, 32.0), "W2": (35.6, 32.5), "W3": (36.0, 31.0)}


def _position(longitude, latitude):
    return Position(longitude, latitude, "EPSG:4326", longitude, latitude)


PLACES = (
    *(
        Place(id_, "well", {"en": f"Well {id_}", "ar": f"بئر {id_}"}, _position(*at))
        for id_, at in WELLS.items()
    ),
    Place("L1", "lake", {"en": "The Lake"}, _position(35.6, 32.8)),
    Place("A1", "basin", {"en": "The Basin"}),
)


def levels(well):
    return Datastream("levels", well, "groundwater-level", "m", procedure="dipper")


LAKE = Datastream("levels", "L1", "lake-level", "m", procedure="gauge")
DAILY = Datastream(
    "levels", "L1", "lake-level", "m", "mean", "P1D", "gauge", zone="+02:00"
)


def entry(index, figures, kind="release", places=(), **body):
    """Return an entry of jordan's log: figures are (datastream, times, columns)."""
    names, times = list[str](), list[datetime]()
    columns = {"value": [], "censor": [], "grade": []}
    for datastream, when, values, *rest in figures:
        names += [datastream.name] * len(when)
        times += when
        columns["value"] += values
        told = rest[0] if rest else {}
        columns["censor"] += told.get("censor", [Censor.NONE] * len(when))
        columns["grade"] += told.get("grade", [Grade.GOOD] * len(when))
    table = make_table(datastream=names, time=times, **columns) if names else None
    return Arrival(
        "jordan",
        index,
        ISSUED + timedelta(days=index),
        kind,
        {"dataset": "levels", "title": f"entry {index}", **body},
        places,
        tuple({one.name: one for one, *_ in figures}.values()),
        in_order(table) if table is not None else None,
    )


def make_node(folder, arrivals):
    """Return a node of jordan's whose bank took these entries."""
    party = make_party(folder)
    with writing_bank(party.node.bank) as bank:
        for one in arrivals:
            bank.take(one)
    return party.node


def hours(count, start=T0):
    return [start + timedelta(hours=hour) for hour in range(count)]


def small_record():
    """Return a record of three entries: figures, more of them, and a correction."""
    days = [T0 + timedelta(days=day) for day in range(10)]
    first = entry(
        0,
        [
            (levels("W1"), days, [float(day) for day in range(10)]),
            (levels("W2"), days, [day / 10 for day in range(10)]),
            (
                LAKE,
                hours(48),
                [-210 + hour / 100 for hour in range(48)],
                {
                    "censor": [Censor.BELOW, *[Censor.NONE] * 47],
                    "grade": [Grade.SUSPECT, *[Grade.GOOD] * 47],
                },
            ),
            (DAILY, [day - timedelta(hours=2) for day in days], [-210.0] * 10),
        ],
        places=PLACES,
    )
    second = entry(1, [(levels("W1"), [days[3]], [33.5])], "revise", reason="misread")
    return [first, second]


def long_record(wells=4, seed=1):
    """Return a year of hourly figures of some wells, as one entry."""
    noise = np.random.default_rng(seed).normal(size=(wells, HOURS))
    when = hours(HOURS)
    places = tuple(
        Place(f"N{n}", "well", {"en": f"Well {n}"}, _position(35 + n / 1000, 32))
        for n in range(wells)
    )
    streams = [
        Datastream("levels", f"N{n}", "groundwater-level", "m", procedure="logger")
        for n in range(wells)
    ]
    figures = [
        (one, when, np.round(-200 + noise[n], 3).tolist())
        for n, one in enumerate(streams)
    ]
    return [entry(0, figures, places=places)]
