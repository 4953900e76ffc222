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

    def walk(self, party: str, cutoff: int) -> tuple[dict, dict]:
        """Return what stands after entry `cutoff`, and what made the rest go.

        The first maps (name, time) to (value, release), the second to
        (change, entry).
        """
        found: dict = {}
        gone: dict = {}
        log = [one for one in self.arrivals if one.party == party]
        kinds = {one.index: one.kind for one in log}
        for one in sorted(log, key=lambda one: one.index):
            if one.index > cutoff:
                break
            if one.kind == "withdraw":
                target = one.body["release"]
                if target >= one.index or kinds[target] == "withdraw":
                    continue
                for key in [k for k, kept in found.items() if kept[1] == target]:
                    del found[key]
                    gone[key] = "withdrawn", one.index
                continue
            for row in one.observations.to_pylist():
                key = row["datastream"], row["time"]
                if row["value"] is None:
                    found.pop(key, None)
                    gone[key] = "taken back", one.index
                else:
                    found[key] = row["value"], one.index
        return found, gone

    def standing(self, party: str, cutoff: int) -> dict:
        return self.walk(party, cutoff)[0]

    def latest(self, party: str, cutoff: int) -> dict:
        last: dict = {}
        for (name, time), kept in sorted(self.standing(party, cutoff).items()):
            last[name] = time, *kept
        return last

    def changes(self, party: str, start: int, end: int) -> dict:
        """Return {key: (change, old value, value, entry)}."""
        old = self.standing(party, start)
        new, gone = self.walk(party, end)
        found: dict = {}
        for key in old.keys() | new.keys():
            if key not in new:
                change, entry = gone[key]
                found[key] = change, old[key][0], None, entry
            elif key not in old:
                found[key] = "new", None, *new[key]
            elif old[key][0] != new[key][0]:
                found[key] = "changed", old[key][0], *new[key]
        return found

    def history(self, party: str, key: tuple) -> list[tuple]:
        """Return (entry, change, value) of one figure."""
        told = []
        last = max(one.index for one in self.arrivals if one.party == party)
        for cutoff in range(last + 1):
            arrival = next(
                one
                for one in self.arrivals
                if one.party == party and one.index == cutoff
            )
            if arrival.kind == "withdraw":
                if key in self.standing(party, cutoff - 1) and key not in self.standing(
                    party, cutoff
                ):
                    told.append((cutoff, "withdrawn", None))
                continue
            for row in arrival.observations.to_pylist():
                if (row["datastream"], row["time"]) == key:
                    change = "revised" if told else "published"
                    change = "taken back" if row["value"] is None else change
                    told.append((cutoff, change, row["value"]))
        return told
