"""A node that holds figures under every kind of terms, each with words to be found.

What is planted is told apart from anything else that an answer may say: a stone for
each kind of terms names the place, and value and longitude occur nowhere else. Who may
see it is written down here, from what the entries say; nothing of Waternet is asked.
"""

import hashlib
import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from acting import Group, body, charter, member
from parties import make_party

from waternet.bank.arrival import Arrival
from waternet.bank.seal import writing_bank
from waternet.exchange.evidence import fork_evidence
from waternet.exchange.finding import Finding
from waternet.node.evidence import keep_evidence
from waternet.node.follow import follow_party
from waternet.node.log import append_entries, stage_blobs
from waternet.node.people import People, Person
from waternet.node.publish import read_keys
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.record.blob import blob_path
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.entry import Entry, sign_entry
from waternet.record.outlines import write_outlines

T0 = datetime(2020, 1, 1)
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = range(7)
EVERYBODY = None
PARTIES = ("jordan", "israel", "palestine")


@dataclass(frozen=True)
class Planted:
    """Figures of one place under some terms.

    Attributes
    ----------
    stone : str
        Id of the place.
    sees : set of str, or None
        Whose people may see it: None is everybody.
    value, longitude : float
        Both with digits that nothing else has.
    word : str
        In the place's name.
    """

    terms: str
    stone: str
    owner: str
    sees: frozenset[str] | None
    value: float
    longitude: float
    word: str
    kind: str = "lake"

    @property
    def traces(self) -> tuple[str, ...]:
        """What shows that an answer tells of it."""
        told = (repr(self.value), repr(self.longitude), self.word.lower())
        # The revised place is there for all; only what is new of it is not.
        return told if self.stone == "ruby" else (*told, self.stone)

    def is_for(self, party: str) -> bool:
        """Return whether people of a party, '' for anybody, may see it."""
        return self.sees is EVERYBODY or party in self.sees

    @property
    def place(self) -> str:
        return f"{self.owner}:{self.stone}"

    @property
    def datastreams(self) -> tuple[str, ...]:
        return tuple(f"{self.owner}:{one.name}" for one in streams(self.stone))


def _planted(number, terms, stone, owner, sees, kind="lake") -> Planted:
    allowed = EVERYBODY if sees is EVERYBODY else frozenset(sees)
    value, longitude = 4100.0625 + 13 * number, 35.0078125 + number / 64
    word = f"Quarry{number:02}{stone[::-1]}"
    return Planted(terms, stone, owner, allowed, value, longitude, word, kind)


OF_JORDAN = ("jordan",)
PLANTED = tuple(
    _planted(number, *said)
    for number, said in enumerate(
        [
            ("public", "agate", "jordan", EVERYBODY),
            ("restricted to Israel", "beryl", "jordan", ("jordan", "israel")),
            ("restricted to Palestine", "citrine", "jordan", ("jordan", "palestine")),
            ("embargoed, not yet opened", "garnet", "jordan", OF_JORDAN),
            ("opened to all", "jasper", "jordan", EVERYBODY),
            ("granted to Israel", "kunzite", "jordan", ("jordan", "israel")),
            ("a grant that ended", "larimar", "jordan", OF_JORDAN),
            ("swapped with Israel", "moonstone", "jordan", ("jordan", "israel")),
            ("Israel's, to Jordan", "obsidian", "israel", ("israel", "jordan")),
            ("Israel's, to both", "peridot", "israel", PARTIES),
            ("Israel's, public", "quartz", "israel", EVERYBODY),
            ("a public area", "sapphire", "jordan", EVERYBODY, "aquifer"),
            ("a restricted area", "topaz", "jordan", ("jordan", "israel"), "aquifer"),
            ("a restricted revision", "ruby", "jordan", ("jordan", "israel")),
        ]
    )
)
REVISED = PLANTED[-1]
BEFORE = replace(REVISED, value=3900.03125, longitude=35.0107421875, word="Oldquarry")
"""What stood of the revised place before, for whoever may not read the revision."""

OWN_ROLES = ("reader", "steward", "reviewer", "operator")


@dataclass
class Region:
    """A node, people's keys, and what their party is."""

    node: object
    keys: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)


def streams(stone: str) -> tuple[Datastream, Datastream]:
    """Return what is measured at a place: levels, and their daily means."""
    level = Datastream("levels", stone, "lake-level", "m", zone="UTC")
    daily = replace(level, statistic="mean", interval="P1D")
    return level, daily


def place(one: Planted) -> Place:
    return Place(
        one.stone,
        one.kind,
        {"en": f"{one.word} lake", "ar": f"{one.word} بحيرة", "he": f"{one.word} אגם"},
        Position(one.longitude, 31.5, "EPSG:4326", one.longitude, 31.5),
        same_as=(f"example:{one.stone}", "example:one-lake"),
    )


class Log:
    """One party's entries, in order."""

    def __init__(self, party: str, start: int = 0) -> None:
        self.party, self.arrivals = party, []
        self._start = start

    def add(self, kind, body, **held) -> int:
        index = len(self.arrivals)
        issued = ISSUED + timedelta(hours=self._start + index)
        one = Arrival(self.party, index, issued, kind, body, **held)
        self.arrivals.append(one)
        return index

    def release(self, one: Planted, to=None, kind="release") -> int:
        """Publish a value a day at one place; `to` restricts it."""
        sealed = {}
        if to is not None:
            readers = sorted({self.party, *to})
            sealed = {"sealed": {"keys": {"sha256": one.stone}, "to": readers}}
        table = make_table(
            datastream=[each.name for each in streams(one.stone) for _ in DAYS],
            time=[T0 + timedelta(days=day) for _ in range(2) for day in DAYS],
            value=[one.value] * 2 * len(DAYS),
        )
        body = {
            "dataset": "levels",
            "title": "levels of a lake",
            "source": "the agency",
            "reason": "measured anew" if kind == "revise" else "",
            "observations": {"rows": 2 * len(DAYS), "sha256": "0" * 64, "bytes": 1},
            "from": "2020-01-01T00:00:00Z",
            "to": "2020-01-07T00:00:00Z",
            **sealed,
        }
        if sealed:
            self.add("station", sealed, places=(place(one),))
        return self.add(
            kind,
            body,
            places=() if sealed else (place(one),),
            datastreams=streams(one.stone),
            observations=in_order(table),
        )


def logs() -> list[Log]:
    """Return the three parties' entries."""
    by = {one.stone: one for one in PLANTED}
    jordan, israel, palestine = (Log(party, 100 * n) for n, party in enumerate(PARTIES))
    terms = {"dataset": "levels", "access": "parties", "parties": [], "names": {}}
    terms |= {"licence": "CC-BY-4.0", "attribution": "the agency"}
    for log in (jordan, israel, palestine):
        log.add("terms", terms)
    jordan.release(by["agate"])
    jordan.release(by["sapphire"])
    jordan.release(by["topaz"], ["israel"])
    jordan.release(BEFORE)
    jordan.release(by["beryl"], ["israel"])
    jordan.release(by["citrine"], ["palestine"])
    jordan.release(by["garnet"], [])
    opened = jordan.release(by["jasper"], [])
    granted = jordan.release(by["kunzite"], [])
    ended = jordan.release(by["larimar"], [])
    swapped = jordan.release(by["moonstone"], [])
    israel.release(by["obsidian"], ["jordan"])
    israel.release(by["peridot"], ["jordan", "palestine"])
    israel.release(by["quartz"])
    given = {"dataset": "levels", "to": "israel", "keys": {"sha256": "0"}, "nonce": "0"}
    jordan.add(
        "open", {"dataset": "levels", "releases": [{"release": opened, "key": ""}]}
    )
    jordan.add("grant", {**given, "release": granted})
    jordan.add("grant", {**given, "release": ended, "until": "2026-01-31T00:00:00Z"})
    swap(jordan, israel, swapped)
    jordan.release(REVISED, ["israel"], kind="revise")
    return [jordan, israel, palestine]


def draw_layer(log: Log, records) -> None:
    """Publish a layer of the map, which is for everybody."""
    geometry = {"type": "LineString", "coordinates": [[35.5, 31.0], [35.5, 33.0]]}
    drawn = {"type": "Feature", "properties": {"names": {}}, "geometry": geometry}
    sink = io.BytesIO()
    written = {"type": "FeatureCollection", "features": [drawn]}
    reference = write_outlines(written, sink)
    path = records / blob_path(reference.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sink.getvalue())
    body = {"name": "basin", "shows": "basin", "names": {"en": "A line"}}
    body |= {"title": "A line", "source": "drawn", "licence": "CC0-1.0"}
    log.add("layer", {**body, "outlines": reference.to_json()})


def swap(jordan: Log, israel: Log, release: int) -> None:
    """Let Jordan open its side of a swap of which Israel has not opened the other."""
    offer = jordan.add(
        "swap-offer",
        {
            "release": release,
            "counterpart": "israel",
            "depositary": "palestine",
            "wanted": "levels",
            "accept_by": "2026-02-01T00:00:00Z",
            "open_by": "2026-03-01T00:00:00Z",
            "nonce": "0",
        },
    )
    named = {"party": "jordan", "entry": offer, "sha256": "0"}
    acceptance = israel.add("swap-acceptance", {"offer": named, "release": 1})
    accepted = {"party": "israel", "entry": acceptance, "sha256": "0"}
    jordan.add("swap-opening", {"offer": named, "acceptance": accepted, "locked": ""})


def found_group(log: Log, records) -> None:
    """Let Jordan found a group by itself: what was said in it is for everybody."""
    paper = b"A paper for everybody"
    digest = hashlib.sha256(paper).hexdigest()
    path = records / blob_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(paper)
    document = {"document": {"sha256": digest, "bytes": len(paper), "count": 1}}
    group = Group(now=(ISSUED - timedelta(hours=20)).replace(tzinfo=None))
    group.join("jordan")
    told = charter(members=[member("jordan")], bodies=[body(gavel=["jordan"])])
    group.found(told)
    do_something(group, document["document"])
    last = len(group.said()) - 1
    for one in group.said():
        log.add(one.kind, one.body | document if one.index == last else one.body)


def do_something(group: Group, paper: dict[str, Any]) -> None:
    """Let there be one thing of each kind, all by the name of 'charter'.

    The last act hands in a paper.
    """
    titles = {"ar": "بئر", "en": "A well", "he": "באר"}
    about = {"body": "water", "titles": titles}
    text = {**about, "paragraphs": [{"id": "p1", "words": titles}]}
    root = group.act("jordan", "text.draft", "charter", text)
    called = {"sort": "session", "from": "2026-12-01", "to": "2026-12-02"}
    session = {**about, **called, "agenda": []}
    meeting = group.act("jordan", "session.call", "charter", session)
    task = {**about, "owner": "jordan", "due": "2026-12-01"}
    group.act("jordan", "task.set", "charter", task)
    words = {"sort": "letter", "words": {"en": ["To ourselves."]}}
    letter = {"to": ["jordan"], "titles": titles, **words}
    group.act("jordan", "letter.send", "charter", letter)
    group.act("jordan", "project.idea", "charter", about)
    pledge = {"titles": titles, "kind": "experts"}
    group.act("jordan", "pledge.make", "charter", pledge)
    need = {"id": "levels", "observed_property": "groundwater-level"}
    check = {
        "about": {"kind": "text", "root": root},
        "question": titles,
        "needs": [{**need, "from": "2020-01-01", "to": "2020-12-31"}],
        "found": [],
        "verdict": "missing",
        "inputs": [],
        "balance": "not examined",
    }
    group.act("jordan", "feasibility.record", "charter", check, [root])
    handed = {"titles": titles, "name": "paper.txt", "media_type": "text/plain"}
    handed |= {name: paper[name] for name in ("sha256", "bytes")}
    group.act("jordan", "session.paper", "charter", handed, [meeting])
    assert group.refused() == []
    handed = {"titles": titles, "name": "paper.txt", "media_type": "text/plain"}
    handed |= {name: paper[name] for name in ("sha256", "bytes")}
    group.act("jordan", "session.paper", "charter", handed, [meeting])
    assert group.refused() == []


def make_region(folder) -> Region:
    """Make Jordan's node with all of it, and a key for each kind of person."""
    made = {party: make_party(folder, party) for party in PARTIES}
    node = made["jordan"].node
    for other in ("israel", "palestine"):
        follow_party(node, made[other].node.public / "card.json")
    published = logs()
    draw_layer(published[0], node.records("jordan"))
    found_group(published[0], node.records("jordan"))
    with writing_bank(node.bank) as bank:
        for log in published:
            for one in log.arrivals:
                bank.take(one)
    prove_something(made["jordan"])
    region = Region(node)
    people = People(node.access)
    for role in OWN_ROLES:
        _let_in(region, people, f"jordan-{role}", "jordan", role)
    for party in ("israel", "palestine"):
        _let_in(region, people, f"{party}-reader", party, "reader")
    for role in ("delegate", "secretary", "operator"):
        _let_in(region, people, f"israel-{role}", "israel", role)
    _let_in(region, people, "nobodys-operator", "", "operator")
    people.close()
    return region


def prove_something(party) -> None:
    """Let the node hold one signed entry, and evidence against its own log."""
    node, keys = party.node, read_keys(party.node, "")
    body = {"dataset": "levels", "access": "public", "names": {}}
    body |= {"licence": "CC-BY-4.0", "attribution": "the agency"}
    entry = Entry("terms", "waternet/jordan", "jordan", "2026-01-01T00:00:00Z", body)
    with node.writing():
        stage_blobs(node)
        append_entries(node, [sign_entry(entry, keys.steward)], keys.log)
    head = node.state.head("jordan").checkpoint
    other = sign_checkpoint(Checkpoint("waternet/jordan", 1, bytes(32)), keys.log)
    evidence = fork_evidence((head, other), ()).to_bytes()
    told = {"party": "jordan", "evidence": {"evidence": evidence}}
    keep_evidence(node, Finding("forked-log", "two heads", **told))


def _let_in(region, people, name, party, role) -> None:
    people.add(Person(name, party, frozenset({role})))
    region.keys[name] = people.give_key(name, 1).text
    region.parties[name] = party
