"""A working group over a network, by commands alone, on four nodes and a fifth machine.

A charter is founded, a session held, a text of five paragraphs in three languages
adopted once its objection is lifted by a feasibility check, a project taken to its
execution under a rule of linkage, pledges and receipts are recorded, an absent party
comes late, and a fifth machine recomputes it all from the records. The tests go on from
one another, in their order.
"""

import pytest
from sessions.network import network
from sessions.track import (
    ARCHIVE,
    CHARTER,
    CORE,
    LATE,
    PARAGRAPHS,
    Track,
    adviser_knows,
    declaration,
    make_track,
)
from sessions.track import accredit as give_credential

LEVELS = "well,day,level\nW1,2026-01-01,-1\nW1,2026-02-01,-2\n"
NEEDS = """
about = { kind = "text", id = "declaration", paragraph = "levels" }
question = { ar = "هل المناسيب متوفرة؟", en = "Are they there?", he = "האם הם קיימים?" }

[[needs]]
id = "levels"
observed_property = "groundwater-level"
from = "2026-01-01"
to = "2026-01-31"
parties = ["amon"]
"""
PROJECT = """
body = "water"
lead = "basin"
sponsors = ["amon"]
participants = ["coast"]
beneficiaries = ["basin"]
titles = { ar = "مختبر", en = "Laboratory", he = "מעבדה" }
cost = { amount = "1500000", currency = "USD" }
"""
PLEDGE = """
project = "laboratory"
titles = { ar = "أجهزة", en = "Equipment", he = "ציוד" }
amount = "1000000"
currency = "USD"
"""
PAPER = b"%PDF-1.4 of a paper that was laid before the first session"


@pytest.fixture(scope="module")
def track(tmp_path_factory):
    """Return three parties with nodes that follow one another."""
    folder = tmp_path_factory.mktemp("track")
    with network((*CORE, LATE, ARCHIVE)) as hosts:
        yield make_track(folder, hosts)


def agrees(track: Track, *parties: str) -> None:
    """All these nodes must have the same state."""
    assert len({track.state(party) for party in parties}) == 1


def test_a_charter_is_founded_by_all_core_parties(track):
    track.write("amon", "charter.toml", CHARTER)
    track.act("amon", "charter", "found", "charter.toml")
    track.pull("basin", "coast")
    for party in ("amon", "basin"):
        track.act(party, "charter", "consent")
    track.act("amon", "charter", "adopt", refused="no-consensus")
    track.act("coast", "charter", "consent")
    track.pull("amon")
    track.act("amon", "charter", "adopt")
    track.pull("basin", "coast")
    agrees(track, *CORE)
    told = track.asked("coast", "charter", "show", "--json").json
    assert told["in_force"]


def test_a_session_is_held_with_a_paper_minutes_and_a_decision(track):
    words = ("--body", "water", "--from", "2027-01-20", "--to", "2027-01-21")
    titles = ("--title", "ar=الأولى", "--title", "en=First", "--title", "he=ראשון")
    track.act("amon", "session", "call", "first", *words, *titles)
    track.pull("basin", "coast")
    (track.desk("basin") / "paper.pdf").write_bytes(PAPER)
    track.act(
        "basin", "session", "paper", "first", "paper.pdf", "--title", "en=On levels"
    )
    track.act("amon", "session", "open", "first")
    track.pull("basin", "coast")
    for party in CORE:
        name = f"en=Envoy of {party}"
        track.act(party, "session", "attend", "first", "--name", name)
    track.pull("amon")
    track.act("coast", "session", "close", "first", refused="two-chairs")
    track.write("amon", "minutes.txt", "It was agreed to draft a declaration.\n")
    decisions = '[[decisions]]\nid = "draft"\nwords = { en = "A draft is made." }\n'
    track.write("amon", "decisions.toml", decisions)
    minutes = ("--minutes", "en=minutes.txt", "--decisions", "decisions.toml")
    track.act("amon", "session", "close", "first", *minutes)
    track.pull("basin", "coast")
    agrees(track, *CORE)


def test_a_text_is_not_adopted_over_an_objection_until_a_check_lifts_it(track):
    track.write("basin", "declaration.toml", declaration())
    track.act("basin", "text", "draft", "declaration", "declaration.toml")
    track.pull("amon", "coast")
    for party in CORE:
        for paragraph in PARAGRAPHS:
            if (party, paragraph) != ("coast", "levels"):
                track.act(party, "text", "consent", "declaration", paragraph)
    objection = ("--words", "en=Nobody knows whether the levels are there.")
    until = ("--until", "feasibility:levels-there")
    track.act("coast", "text", "object", "declaration", "levels", *objection, *until)
    track.pull("amon")
    adopt = ("text", "adopt", "declaration")
    track.act("amon", *adopt, refused="standing-objection")
    lift = ("text", "lift", "declaration", "--reason", "It was looked into")
    track.region.publish("amon", "levels", LEVELS)
    track.pull("basin")
    track.write("basin", "needs.toml", NEEDS)
    track.asked("basin", "feasibility", "check", "needs.toml", "--to", "checked.json")
    track.act("basin", "feasibility", "record", "levels-there", "checked.json")
    track.pull("amon", "coast")
    # What was asked for is there; who objected says whether it is enough.
    track.act("amon", *adopt, refused="standing-objection")
    track.act("coast", *lift)
    track.act("coast", "text", "consent", "declaration", "levels")
    track.pull("amon")
    track.act("amon", *adopt)
    track.pull("basin", "coast")
    agrees(track, *CORE)
    for party in CORE:
        (told,) = track.asked(party, "text", "list", "--json").json
        assert "adopted" in str(told), told


def test_a_project_goes_to_its_execution_under_the_rule_of_linkage(track):
    track.write("basin", "laboratory.toml", PROJECT)
    track.act("basin", "project", "idea", "laboratory", "laboratory.toml")
    move = ("project", "move", "laboratory")
    for stage in ("defined", "feasibility"):
        track.act("basin", *move, stage, "--evidence", f"Paper on {stage}")
    track.pull("amon", "coast")
    for party in CORE:
        track.act(party, "project", "consent", "laboratory")
    track.pull("basin")
    track.act("basin", *move, "agreed", "--evidence", "Minutes of the second day")
    track.pull("amon")
    track.write("amon", "pledge.toml", PLEDGE)
    track.act("amon", "pledge", "make", "equipment", "pledge.toml")
    track.pull("basin", "coast")
    receipt = ("--day", "2026-11-27", "--amount", "250000", "--evidence", "Advice 17")
    track.act("basin", "pledge", "receive", "equipment", *receipt)
    block = ("project", "block", "laboratory")
    why = ("--track", "bilateral", "--reason", "Talks are off")
    track.act("coast", *block, "funded", *why, refused="linkage")
    track.act("coast", *block, "execution", *why)
    track.pull("basin")
    track.act("basin", *move, "funded", "--evidence", "One pledge")
    started = ("execution", "--evidence", "Contract signed")
    track.act("basin", *move, *started, refused="blocked")
    track.act("coast", "project", "unblock", "laboratory", "--reason", "Talks go on")
    track.pull("basin")
    track.act("basin", *move, *started)
    track.pull("amon", "coast")
    agrees(track, *CORE)
    (told,) = track.asked("amon", "pledge", "list", "--json").json
    assert (told["made"], told["received"]) == ("1000000", "250000")
    (project,) = track.asked("coast", "project", "list", "--json").json
    assert project["stage"] == "execution"


def test_a_delegate_signs_on_a_machine_without_a_node(track):
    with adviser_knows():
        words = ("credential", "key", "adviser", "adviser", "--party", "coast")
        made = track.region.asked("coast", *words, "--json")
        assert made.code == 0, made.errors
        give = ("credential", "give", "adviser", "--name", "en=Adviser")
        track.asked("coast", *give, "--vkey", made.json["vkey"], "--level", "experts")
    task = ("task", "set", "map", "--body", "water", "--owner", "coast")
    due = ("--due", "2027-06-30", "--title", "en=A map of the wells")
    draft = ("--delegate", "adviser", "--draft", "map.act")
    track.asked("coast", *task, *due, *draft)
    sign = (
        "act",
        "sign",
        "map.act",
        "--key",
        "adviser/adviser.key",
        "-o",
        "map.signed",
    )
    assert track.region.asked("coast", *sign).code == 5  # nobody gave the passphrase
    with adviser_knows():
        signed = track.region.asked("coast", *sign)
        assert signed.code == 0, signed.errors
    track.act("coast", "act", "enter", "map.signed")
    track.asked("coast", "act", "enter", "map.signed", code=8)
    track.pull("amon", "basin")
    for party in CORE:
        (told,) = track.asked(party, "task", "list", "--json").json
        assert (told["id"], told["owner"]) == ("map", "coast")


def test_two_delegates_who_act_at_once_get_a_named_conflict_and_lose_nothing(track):
    for party, title in (("amon", "en=Gauges"), ("coast", "en=Pumps")):
        words = ("session", "call", "second", "--body", "water", "--title", title)
        track.act(party, *words, "--from", "2027-03-01")
    track.pull()
    for party in CORE:
        (told,) = track.asked(party, "group", "conflicts", "--json").json
        assert (told["conflict"], len(told["acts"])) == ("two-of-one-name", 2)
    agrees(track, *CORE)


def test_an_absent_party_comes_late_and_finds_all_that_was_done(track):
    track.arrive(LATE)
    give_credential(track, LATE)
    track.pull()
    agrees(track, *CORE, LATE)
    acts = track.asked(LATE, "session", "show", "first", "--json").json
    (paper,) = acts["papers"]
    track.asked(LATE, "act", "document", paper["act"], "-o", "paper.pdf")
    assert (track.desk(LATE) / "paper.pdf").read_bytes() == PAPER
    why = ("--words", "en=Delta was not heard")
    track.act(
        LATE, "text", "reserve", "declaration", "levels", *why, refused="not-entitled"
    )
    track.act(LATE, "member", "join", LATE)
    track.pull("amon")
    members = track.asked("amon", "member", "list", "--json").json
    assert {one["member"]: one["role"] for one in members}[LATE] == "regional"
    words = ("--title", "en=Greetings", "--words", "en=greetings.txt")
    track.write(LATE, "greetings.txt", "Delta takes part from now on.\n")
    track.act(LATE, "letter", "send", "greetings", "--to", "amon", *words)
    track.pull()
    agrees(track, *CORE, LATE)


def test_a_fifth_machine_recomputes_the_same_state_from_the_records(track):
    expected = track.state("amon")
    track.arrive(ARCHIVE)
    track.pull(ARCHIVE)
    assert track.state(ARCHIVE) == expected
    track.asked(ARCHIVE, "rebuild")
    assert track.state(ARCHIVE) == expected
    again = track.asked(ARCHIVE, "feasibility", "repeat", "levels-there", "--json").json
    assert again["differences"] == []
    assert track.asked(ARCHIVE, "group", "refusals", "--json").json == []
