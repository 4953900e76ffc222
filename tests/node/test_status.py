"""How a node stands: heads and cosignatures, deliveries, what was given and got."""

import sqlite3
from datetime import UTC, datetime

import pytest
from parties import make_party, quiet

from waternet.bank.arrival import Arrival
from waternet.bank.seal import reading_bank, writing_bank
from waternet.errors import NotVerified
from waternet.exchange.delivery_schedule import DeliverySchedule
from waternet.node import heads, state
from waternet.node.deliveries import kept_lines, list_given, list_requests
from waternet.node.follow import follow_party, pull_folder
from waternet.node.heads import first_seen, head_status
from waternet.node.meeting import keep_schedule, list_balances
from waternet.node.policy import node_policy
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.node.schedules import propose_schedule
from waternet.node.state import Head, Sighting, State
from waternet.node.status import node_status
from waternet.record.cosignature import add_signatures, generate_witness_signer
from waternet.record.note import read_note

MONTHLY = """
name = "basin"
version = "1"

[[delivery]]
custodian = "jordan"
dataset = "levels"
every = "P1M"
step = "P1M"
due = "P10D"
from = "2014-12-01"
until = "2015-04-30"
zone = "+02:00"
"""


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


@pytest.fixture
def israel(tmp_path, jordan):
    party = make_party(tmp_path, "israel")
    follow_party(party.node, jordan.node.public / "card.json")
    follow_party(jordan.node, party.node.public / "card.json")
    return party


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that tests set."""

    class Clock:
        now = 1_000_000

        def time(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(state, "time", clock)
    monkeypatch.setattr(heads, "time", clock)
    return clock


def _pull(party, other):
    assert pull_folder(party.node, other.node.public, quiet).findings == []


# When a head was seen


def test_a_head_is_new_once_and_seen_as_often_as_it_is_pulled(jordan, israel, clock):
    jordan.read()
    jordan.publish()
    _pull(israel, jordan)
    clock.now += 500
    _pull(israel, jordan)
    (one,) = israel.node.state.sightings("jordan")
    assert (one.size, one.first, one.last) == (3, 1_000_000, 1_000_500)
    clock.now += 86_400 * 3
    told = head_status(israel.node, None, "jordan", node_policy(israel.node))
    assert (told.new, told.seen) == (1_000_000, 1_000_500)
    assert told.sentence(clock.now).startswith("head of jordan: new 3 days ago, seen ")


def test_a_clock_that_was_wrong_heals_with_the_next_sighting(tmp_path, clock):
    one = State(tmp_path / "state.sqlite")
    clock.now = 2_000_000_000  # in 2033, by mistake
    one.advance(Head("jordan", 0, b""), Head("jordan", 3, b"head"))
    clock.now = 1_500_000_000
    one.saw([Head("jordan", 3, b"head")])
    (seen,) = one.sightings("jordan")
    assert seen.last == 1_500_000_000
    # What was new later than it was seen was new no later than that.
    assert first_seen([seen], 2) == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)
    assert first_seen([seen], 3) is None


def test_a_sighting_in_the_future_is_told_as_such():
    told = heads.HeadStatus(
        "jordan", 2_000, 2_000, None, None, 0, 1, 0, None, None
    ).sentence(1_000)
    assert "in the future, by a wrong clock" in told


def test_the_heads_that_are_remembered_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(state, "_MOST_SEEN", 3)
    one, old = State(tmp_path / "state.sqlite"), Head("jordan", 0, b"")
    for size in range(1, 7):
        new = Head("jordan", size, b"head")
        one.advance(old, new)
        old = new
    assert [seen.size for seen in one.sightings("jordan")] == [4, 5, 6]


def test_a_damaged_memory_of_heads_hides_no_head(tmp_path):
    path = tmp_path / "state.sqlite"
    one = State(path)
    one.advance(Head("jordan", 0, b""), Head("jordan", 3, b"head"))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE seen")
    connection.close()
    assert one.sightings("jordan") == []
    assert one.head("jordan").size == 3
    one.saw([one.head("jordan")])
    assert [seen.size for seen in one.sightings("jordan")] == [3]
    path.write_bytes(b"not a database, of no use to anybody")
    with pytest.raises(NotVerified):
        one.sightings("jordan")


# How long cosignatures took


def _cosigned(signed, *times):
    """Return a head with a cosignature of each witness at a time."""
    text = read_note(signed).text
    lines = [signer.cosign(text, seconds) for signer, seconds in times]
    return add_signatures(signed, lines)


def test_a_delay_runs_from_the_last_entry_to_the_cosignature_of_the_quorum(
    jordan, israel, monkeypatch
):
    from waternet.record.policy import majority_policy

    jordan.read()
    jordan.publish()
    _pull(israel, jordan)
    signers = [generate_witness_signer(f"w{number}") for number in range(3)]
    policy = majority_policy([], [one.verifier for one in signers])  # 2 of 3
    with reading_bank(israel.node.bank) as bank:
        ((microseconds,),) = bank.catalogue.rows(
            "SELECT issued FROM entry WHERE party = 'jordan' AND number = 2"
        )
    issued = microseconds // 1_000_000
    head = israel.node.state.head("jordan")
    late = issued + 10**9  # a witness whose clock is in the future counts for nothing
    times = (issued + 40, issued + 10, late)
    signed = _cosigned(head.checkpoint, *zip(signers, times, strict=True))
    israel.node.state.advance(head, Head("jordan", head.size, signed))
    monkeypatch.setattr(heads, "time", type("Clock", (), {"time": lambda: issued + 60}))
    with reading_bank(israel.node.bank) as bank:
        told = head_status(israel.node, bank, "jordan", policy)
    # The second of three cosignatures completes a majority: 40 seconds after.
    assert (told.delay, told.worst_delay) == (40, 40)
    assert (told.witnesses, told.with_quorum, told.heads) == (2, 1, 1)
    assert (told.cosigned_first, told.cosigned_last) == (issued + 10, issued + 40)


def test_without_a_quorum_there_is_no_delay(jordan, israel):
    jordan.read()
    jordan.publish()
    _pull(israel, jordan)
    told = node_status(israel.node).to_json()["heads"]
    assert [one["party"] for one in told] == ["israel", "jordan"]
    assert told[1]["delay"] is None


# Deliveries


def test_status_tells_what_is_delivered_late_and_due(jordan, israel):
    jordan.read()  # figures of 1 January, 1 February and 1 March 2015, at +02:00
    jordan.publish()
    schedule = DeliverySchedule.from_toml(MONTHLY)
    for party in (jordan, israel):
        propose_schedule(party.node, read_keys(party.node, ""), schedule, "")
    _pull(israel, jordan)
    _pull(jordan, israel)
    with reading_bank(israel.node.bank) as bank:
        kept = keep_schedule(israel.node, bank, datetime(2030, 1, 1, tzinfo=UTC))
    (line,) = kept.kept
    # December 2014 and April 2015 are not there; January to March came years late.
    assert [str(one.state) for one in line.periods] == [
        "late",
        "delivered",
        "delivered",
        "delivered",
        "late",
    ]
    assert (line.account.delivered_late, line.account.late) == (3, 2)
    assert line.periods[1].release == 2
    assert line.periods[1].seen is not None
    for party in (jordan, israel):
        told = node_status(party.node)
        (said,) = [one for one in told.sentences() if "jordan:levels" in one]
        assert "3 delivered (3 of them late), 2 late, 0 due" in said
        plain = told.to_json()["schedule"]
        assert plain["agreed_by"] == ["israel", "jordan"]
        assert [one["start"] for one in plain["open"]] == ["2014-12-01", "2015-04-01"]


def test_a_release_that_is_withdrawn_delivers_nothing_more(jordan):
    jordan.read()
    jordan.publish()
    schedule = DeliverySchedule.from_toml(MONTHLY)
    propose_schedule(jordan.node, read_keys(jordan.node, ""), schedule, "")
    publish_withdrawal(jordan.node, read_keys(jordan.node, ""), 2, "a wrong gauge")
    with reading_bank(jordan.node.bank) as bank:
        kept = keep_schedule(jordan.node, bank, datetime(2099, 1, 1, tzinfo=UTC))
        (told,) = list_balances(jordan.node, bank, datetime.now(UTC))
    assert kept.kept[0].account.delivered == 0
    assert (told.releases, told.figures) == (0, 0)


def test_figures_that_never_came_are_not_delivered_here(jordan, israel):
    jordan.read()
    jordan.publish()
    schedule = DeliverySchedule.from_toml(MONTHLY)
    for party in (jordan, israel):
        propose_schedule(party.node, read_keys(party.node, ""), schedule, "")
    for blob in (jordan.node.public / "blob").rglob("*"):
        if blob.is_file() and blob.read_bytes()[:4] == b"PAR1":
            blob.unlink()
    pull_folder(israel.node, jordan.node.public, quiet)
    with reading_bank(israel.node.bank) as bank:
        kept = keep_schedule(israel.node, bank, datetime(2099, 1, 1, tzinfo=UTC))
    assert (kept.kept[0].account.delivered, kept.kept[0].account.late) == (0, 5)


def test_observed_properties_are_read_from_the_releases(jordan):
    jordan.read()
    jordan.publish()
    for term, delivered in (("groundwater-level", 3), ("nitrate", 0)):
        text = f'{MONTHLY}observed_properties = ["{term}"]\n'
        schedule = DeliverySchedule.from_toml(text)
        propose_schedule(jordan.node, read_keys(jordan.node, ""), schedule, "")
        with reading_bank(jordan.node.bank) as bank:
            kept = keep_schedule(jordan.node, bank, datetime(2099, 1, 1, tzinfo=UTC))
        assert kept.kept[0].account.delivered == delivered


# What was given and got


def test_a_party_that_gave_nothing_stands_in_the_table(jordan, israel):
    jordan.read()
    jordan.publish()
    _pull(israel, jordan)
    with reading_bank(israel.node.bank) as bank:
        told = list_balances(israel.node, bank, datetime.now(UTC))
    assert [(one.party, one.figures, one.got_figures) for one in told] == [
        ("israel", 0, 4),
        ("jordan", 4, 0),
    ]


def test_a_sighting_is_told_to_the_second():
    one = Sighting("jordan", 3, 60, 120, b"")
    assert first_seen([one], 0) == datetime(1970, 1, 1, 0, 1, tzinfo=UTC)


def test_a_schedule_of_a_thousand_endless_lines_is_counted_within_bounds(jordan):
    jordan.read()
    jordan.publish()
    line = {
        "custodian": "jordan",
        "every": "P1D",
        "step": "P1D",
        "due": "P1D",
        "from": "1900-01-01",
    }
    lines = [{**line, "dataset": f"d{number}"} for number in range(1_000)]
    schedule = DeliverySchedule.from_json("basin", "1", lines)
    with reading_bank(jordan.node.bank) as bank:
        kept = kept_lines(
            jordan.node, bank, schedule, datetime(2026, 1, 1, 12, tzinfo=UTC)
        )
    # 200,000 steps of all lines together, of 46,022 days each since 1900.
    assert {len(one.periods) for one in kept} == {200}
    assert {one.account.earlier for one in kept} == {45_822}


# Restricted figures, as entries tell of them


def _take(bank, party, index, kind, **body):
    bank.take(Arrival(party, index, datetime(2026, 1, 1, tzinfo=UTC), kind, body=body))


def test_who_reads_what_follows_from_seals_grants_and_openings(tmp_path):
    release = {"dataset": "levels", "observations": {"rows": 10}}
    sealed = {"keys": {"sha256": "of-its-keys"}, "to": ["israel", "jordan"]}
    now = datetime(2026, 6, 1, tzinfo=UTC)
    with writing_bank(tmp_path / "bank") as bank:
        _take(bank, "jordan", 0, "release", **release)
        for index in (1, 2, 3, 4):
            _take(bank, "jordan", index, "release", **release, sealed=sealed)
        _take(bank, "jordan", 5, "grant", release=2, to="palestine")
        _take(bank, "jordan", 6, "open", releases=[{"release": 3, "key": "k"}])
        past = "2026-05-01T00:00:00Z"
        _take(bank, "jordan", 7, "grant", release=4, to="palestine", until=past)
        given = list_given(bank, ["jordan"], now)
    readers = [one.readers for one in given]
    assert readers == [
        None,
        {"israel"},
        {"israel", "palestine"},
        None,  # opened to all
        {"israel"},  # the grant has run out
    ]


def test_a_request_has_the_last_answer_of_the_party_that_was_asked(tmp_path):
    asked = {"party": "israel", "entry": 0}
    other = {"party": "israel", "entry": 1}
    with writing_bank(tmp_path / "bank") as bank:
        _take(bank, "israel", 0, "request", owner="jordan")
        _take(bank, "israel", 1, "request", owner="jordan")
        _take(bank, "israel", 2, "request", owner="palestine")
        _take(bank, "jordan", 0, "answer", request=asked, answer="refuse")
        _take(bank, "jordan", 1, "grant", request=asked, release=9, to="israel")
        _take(bank, "jordan", 2, "answer", request=other, answer="condition")
        forged = {"party": "israel", "entry": 2}  # not its to answer
        _take(bank, "jordan", 3, "answer", request=forged, answer="grant")
        found = list_requests(bank, ["israel", "jordan", "palestine"])
    assert [(one.owner, one.answer) for one in found] == [
        ("jordan", "grant"),
        ("jordan", "condition"),
        ("palestine", ""),
    ]


@pytest.mark.parametrize("loses_its_key", [False, True])
def test_restricted_figures_are_delivered_to_who_can_read_and_who_cannot(
    tmp_path, loses_its_key
):
    made = {
        "israel": make_party(tmp_path, "israel"),
        "palestine": make_party(tmp_path, "palestine"),
        "jordan": make_party(tmp_path, "jordan", access="parties", parties=("israel",)),
    }
    for one in made.values():
        for other in made.values():
            if one is not other:
                follow_party(one.node, other.node.public / "card.json")
    if loses_its_key:
        made["israel"].node.key("recipient").unlink()
    made["jordan"].read()
    made["jordan"].publish()
    for party in ("israel", "palestine"):
        node = made[party].node
        pull_folder(node, made["jordan"].node.public, quiet)
        with reading_bank(node.bank) as bank:
            schedule = DeliverySchedule.from_toml(MONTHLY)
            now = datetime(2099, 1, 1, tzinfo=UTC)
            (kept,) = kept_lines(node, bank, schedule, now)
            told = {one.party: one for one in list_balances(node, bank, now)}
        assert (kept.account.delivered, kept.account.restricted) == (3, 3)
        # Four figures were signed, by hand; israel may read them, palestine not.
        assert (told["jordan"].figures, told["jordan"].restricted_figures) == (4, 4)
        assert told["israel"].got_restricted_releases == 1
        assert told["palestine"].got_releases == 0
