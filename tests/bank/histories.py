"""Small histories of parties' records, and what follows from them, said plainly.

The model keeps every row in a dictionary and answers each question by walking over
it; it shares no code with the bank.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from waternet.bank.arrival import Arrival
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import in_order, make_table

T0 = datetime(2020, 1, 1)
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)


def datastream(feature: str, unit: str = "m") -> Datastream:
    return Datastream("levels", feature, "lake-level", unit)


def name(feature: str) -> str:
    return datastream(feature).name


def place(feature: str) -> Place:
    return Place(feature, "lake", {"en": f"Lake {feature}"})


def at(day: int) -> datetime:
    return T0 + timedelta(days=day)


def figures(party, index, rows, kind="release", reason="", unit="m"):
    """Return an entry with `rows`: (feature, day) to value or None."""
    features = sorted({feature for feature, _ in rows})
    table = make_table(
        datastream=[name(feature) for feature, _ in rows],
        time=[at(day) for _, day in rows],
        value=list(rows.values()),
    )
    return Arrival(
        party=party,
        index=index,
        issued=ISSUED + timedelta(days=index),
        kind=kind,
        body={"dataset": "levels", "reason": reason, "title": f"entry {index}"},
        places=tuple(place(feature) for feature in features),
        datastreams=tuple(datastream(feature, unit) for feature in features),
        observations=in_order(table),
    )


def withdrawal(party, index, release, reason=""):
    return Arrival(
        party=party,
        index=index,
        issued=ISSUED + timedelta(days=index),
        kind="withdraw",
        body={"release": release, "reason": reason},
    )


@dataclass
class Model:
    """What should stand, from the arrivals alone."""

    arrivals: list[Arrival] = field(default_factory=list)

    def standing(self, party: str, cutoff: int) -> dict:
        """Return {(name, time): (value, release)} as of entry `cutoff` of `party`."""
        found: dict = {}
        log = sorted(
            (one for one in self.arrivals if one.party == party),
            key=lambda one: one.index,
        )
        kinds = {one.index: one.kind for one in log}
        for one in log:
            if one.index > cutoff:
                break
            if one.kind == "withdraw":
                gone = one.body["release"]
                if gone < one.index and kinds[gone] != "withdraw":
                    found = {
                        key: (None, release) if release == gone else (value, release)
                        for key, (value, release) in found.items()
                    }
            elif one.observations is not None:
                for row in one.observations.to_pylist():
                    key = row["datastream"], row["time"]
                    found[key] = row["value"], one.index
        return {key: kept for key, kept in found.items() if kept[0] is not None}
