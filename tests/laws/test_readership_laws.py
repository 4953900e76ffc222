"""Laws: a reader's bank answers as a node would that could never open the rest."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bank.histories import ISSUED, Model, at, name
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from waternet.bank.aggregate import aggregate
from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.calendar import Calendar
from waternet.bank.citation import cite
from waternet.bank.compare import compare
from waternet.bank.datasets import list_datasets
from waternet.bank.discovery import find_datastreams, find_places, list_releases
from waternet.bank.history import get_changes, get_history
from waternet.bank.query import get_latest, get_observations
from waternet.bank.selection import Selection
from waternet.bank.standing import standing_datastreams, standing_places
from waternet.bank.store import Bank
from waternet.errors import WaternetError
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table

PARTIES = ("amber", "birch")
READERS = ("", "amber", "cedar")
TO = st.none() | st.lists(st.sampled_from(["amber", "birch", "cedar"]), max_size=2)
ROWS = st.dictionaries(
    st.tuples(st.sampled_from("xyz"), st.integers(0, 3)),
    st.none() | st.integers(0, 3).map(float),
    min_size=1,
    max_size=4,
)
FIGURES = st.tuples(st.just("figures"), ROWS, TO, st.sampled_from(["m", "cm"]))
LATER = st.tuples(
    st.sampled_from(["withdraw", "grant", "open"]),
    st.integers(0, 8),  # which earlier entry
    st.sampled_from(READERS[1:]),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(PARTIES),
        FIGURES | FIGURES | LATER,
        st.sampled_from(["", "", "compact", "reopen"]),
    ),
    min_size=2,
    max_size=12,
)


@dataclass
class Logs:
    """The entries of both parties as `STEPS` says, in the order of their taking."""

    arrivals: list[Arrival] = field(default_factory=list)

    def of(self, party: str) -> list[Arrival]:
        return [one for one in self.arrivals if one.party == party]

    def add(self, party: str, said: tuple[Any, ...]) -> list[Arrival]:
        """Return the entries of one step."""
        index = len(self.of(party))
        if said[0] == "figures":
            added = self._figures(party, index, *said[1:])
        else:
            added = self._later(party, index, *said)
        self.arrivals += added
        return added

    def _figures(self, party, index, rows, to, unit):
        places = tuple(
            described(one, index) for one in sorted({key for key, _ in rows})
        )
        streams = tuple(
            Datastream("levels", one.id, "lake-level", unit) for one in places
        )
        table = make_table(
            datastream=[name(feature) for feature, _ in rows],
            time=[at(day) for _, day in rows],
            value=list(rows.values()),
        )
        body = {"dataset": "levels", "title": f"entry {index}", "reason": ""}
        body |= {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}
        body["observations"] = {"rows": len(rows), "sha256": "0"}
        held = {"datastreams": streams, "observations": in_order(table)}
        if to is None:
            return [entry(party, index, "release", body, places=places, **held)]
        keys = {"sha256": f"{party}{index}"}
        sealed = {"sealed": {"keys": keys, "to": sorted({party, *to})}}
        return [
            entry(party, index, "station", sealed, places=places),
            entry(party, index + 1, "release", body | sealed, **held),
        ]

    def _later(self, party, index, kind, which, to):
        found = [one.index for one in self.of(party) if one.kind == "release"]
        if kind != "withdraw":
            found = [n for n in found if "sealed" in self.of(party)[n].body]
        if not found:
            return [entry(party, index, "qc", {})]
        release = found[which % len(found)]
        body = {"dataset": "levels", "release": release, "to": to, "nonce": str(index)}
        if kind == "open":
            body = {"dataset": "levels", "releases": [{"release": release, "key": ""}]}
        return [entry(party, index, kind, body)]


def described(feature: str, index: int) -> Place:
    """Return a place, each time in other words."""
    return Place(
        feature,
        "lake",
        {"en": f"Lake {feature}, said {index}"},
        Position(35.0 + index / 100, 31.5, "EPSG:4326", 35.0, 31.5),
        same_as=(f"example:{feature}{index % 2}", "example:all"),
        within=(f"area{index % 3}",),
    )


def entry(party, index, kind, body, **held):
    issued = ISSUED + timedelta(days=index)
    return Arrival(party, index, issued, kind, body, **held)


def take_as(reader: str, bank: Bank, taken: list[Arrival], one: Arrival) -> None:
    """Take an entry as the node of a party does, and what it makes legible."""
    released = []
    if one.kind == "grant" and one.body["to"] == reader:
        released = [one.body["release"]]
    if one.kind == "open":
        released = [each["release"] for each in one.body["releases"]]
    for index in released:
        log = [each for each in taken if each.party == one.party]
        bank.complete(log[index - 1])
        bank.complete(log[index])
    readers = one.body.get("sealed", {}).get("to", [reader])
    bank.take(one if reader in readers else bare(one))


def bare(one: Arrival) -> Arrival:
    return replace(one, places=(), datastreams=(), observations=None)


def to_rows(question: Any, *args: Any, **kwargs: Any) -> Any:
    """Return an answer as plain values, or what was refused."""
    try:
        found = question(*args, **kwargs)
    except WaternetError as error:
        return type(error)
    return found.to_pylist() if hasattr(found, "to_pylist") else found


def answers(bank: Bank, logs: Logs) -> dict[Any, Any]:
    """Return what a bank says to every kind of question."""
    told: dict[Any, Any] = {
        "places": to_rows(find_places, bank, Selection()),
        "datastreams": to_rows(find_datastreams, bank, Selection()),
        "releases": to_rows(list_releases, bank),
        "datasets": to_rows(list_datasets, bank),
        "beside": to_rows(compare, bank, "lake-level"),
        "daily": to_rows(aggregate, bank, Selection(), Calendar("day")),
        "yearly": to_rows(aggregate, bank, Selection(), Calendar("year"), unit="m"),
        "cited": cite(bank, get_observations(bank, Selection())),
        "standing": [
            (standing_places(bank, party), standing_datastreams(bank, party))
            for party in PARTIES
        ],
    }
    for area in ("area0", "example:x0"):
        told["within", area] = to_rows(get_latest, bank, Selection(within=area))
    for number in range(2):
        words = Selection(text=f"said {number}")
        told["text", number] = to_rows(find_datastreams, bank, words)
    for party in PARTIES:
        told |= answers_of(bank, logs, party)
    return told


def answers_of(bank: Bank, logs: Logs, party: str) -> dict[Any, Any]:
    told: dict[Any, Any] = {}
    size = len(logs.of(party))
    selection = Selection(party=party)
    for cutoff in {*range(size)} & {size // 3, size // 2, size - 1}:
        as_of = AsOf.release(party, cutoff)
        for question in (get_observations, get_latest):
            found = to_rows(question, bank, selection, as_of=as_of)
            told[question.__name__, party, cutoff] = found
        changed = to_rows(get_changes, bank, party, cutoff // 2 - 1, cutoff)
        told["changes", party, cutoff] = changed
    keys = {
        (row["datastream"], row["time"])
        for one in logs.of(party)
        if one.observations is not None
        for row in one.observations.to_pylist()
    }
    for datastream, time in sorted(keys)[:4]:
        told["history", datastream, time] = to_rows(
            get_history, bank, f"{party}:{datastream}", time.replace(tzinfo=UTC)
        )
    for feature in "xyz":
        address = f"{party}:{name(feature)}"
        told["one", address] = to_rows(get_observations, bank, [address])
    return told


def model_of(reader: str, logs: Logs) -> Model:
    """Return the model of only what the reader may read."""
    empty = make_table(datastream=[], time=[], value=[])
    model = Model()
    for one in logs.arrivals:
        log = logs.of(one.party)
        given = one.body.get("sealed", {}).get("to", [reader])
        granted = any(
            (each.kind, each.body.get("release"), each.body.get("to"))
            == ("grant", one.index, reader)
            or (
                each.kind == "open" and each.body["releases"][0]["release"] == one.index
            )
            for each in log
        )
        shown = one.observations if reader in given or granted else None
        model.arrivals.append(
            replace(one, observations=empty if shown is None else shown)
        )
    return model


def verify_standing(bank: Bank, reader: str, logs: Logs) -> None:
    model = model_of(reader, logs)
    for party in PARTIES:
        for cutoff in range(0, len(logs.of(party)), 2):
            as_of = AsOf.release(party, cutoff)
            table = get_observations(bank, Selection(party=party), as_of=as_of)
            found = {
                (row["datastream"], row["time"]): (row["value"], row["release"])
                for row in table.to_pylist()
            }
            assert found == model.standing(party, cutoff)


# One that fails is shown as it came: making it smaller would take minutes.
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(STEPS, st.sampled_from(READERS))
def test_a_reader_is_told_what_a_node_of_its_own_would_tell(steps, reader):
    with TemporaryDirectory() as folder:
        logs = Logs()
        whole = Bank.open(Path(folder) / "whole", writable=True)
        own = Bank.open(Path(folder) / "own", writable=True)
        shown = Bank.open(Path(folder) / "whole", reader=reader)
        for party, said, after in steps:
            before = list(logs.arrivals)
            for one in logs.add(party, said):
                whole.take(one)
                take_as(reader, own, before, one)
                before.append(one)
            if after == "compact":
                whole.compact()
            if after == "reopen":
                shown.close()
                shown = Bank.open(Path(folder) / "whole", reader=reader)
        with whole, own, shown:
            verify_standing(shown, reader, logs)
            wanted, found = answers(own, logs), answers(shown, logs)
            for question, answer in wanted.items():
                assert found[question] == answer, question


def test_what_a_grant_ended_is_shown_no_more(tmp_path):
    logs = Logs()
    logs.add("amber", ("figures", {("x", 0): 1.0}, [], "m"))
    given = {"dataset": "levels", "release": 1, "to": "cedar", "nonce": "0"}
    (index,) = {len(logs.of("amber"))}
    past = entry("amber", index, "grant", {**given, "until": "2020-01-01T00:00:00Z"})
    end = datetime.now(UTC) + timedelta(days=1)
    future = entry("amber", index, "grant", {**given, "until": end.isoformat()})
    for number, (grant, shown) in enumerate([(past, []), (future, [1.0])]):
        folder = tmp_path / str(number)
        with Bank.open(folder, writable=True) as bank:
            for one in (*logs.arrivals, grant):
                bank.take(one)
        with Bank.open(folder, reader="cedar") as bank:
            assert get_observations(bank, Selection())["value"].to_pylist() == shown
