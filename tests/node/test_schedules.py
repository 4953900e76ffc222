"""A delivery schedule is agreed by equal bytes; every node sees the same one stand."""

import pytest
from parties import make_party, quiet

from waternet.bank.seal import reading_bank
from waternet.errors import NotAcceptable, NotAgreed, NotFound, NotVerified
from waternet.exchange.delivery_schedule import DeliverySchedule
from waternet.node.agreement import SCHEDULE, list_proposals, publish_lines, standing
from waternet.node.follow import follow_party, pull_folder
from waternet.node.publish import read_keys
from waternet.node.schedules import (
    agree_schedule,
    choose_proposal,
    differences,
    last_words,
    open_proposals,
    propose_schedule,
    standing_schedule,
)
from waternet.node.status import node_status
from waternet.node.verification import verify_node
from waternet.record.blob import blob_path

TEXT = """
name = "basin"
version = "1"

[[delivery]]
custodian = "jordan"
dataset = "levels"
every = "P1M"
step = "P1M"
due = "P10D"
from = "2015-01-01"
zone = "+02:00"
"""
FIRST = DeliverySchedule.from_toml(TEXT)
SECOND = DeliverySchedule.from_toml(TEXT.replace("P10D", "P20D").replace('"1"', '"2"'))


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


@pytest.fixture
def israel(tmp_path, jordan):
    party = make_party(tmp_path, "israel")
    follow_party(party.node, jordan.node.public / "card.json")
    follow_party(jordan.node, party.node.public / "card.json")
    return party


def _propose(party, schedule):
    return propose_schedule(party.node, read_keys(party.node, ""), schedule, "")


def _agree(party, prefix=""):
    chosen = choose_proposal(_listed(party), party.node.party, prefix)
    return agree_schedule(party.node, read_keys(party.node, ""), chosen)


def _exchange(one, other):
    for party, source in ((one, other), (other, one)):
        assert pull_folder(party.node, source.node.public, quiet).findings == []


def _listed(party):
    with reading_bank(party.node.bank) as bank:
        return list_proposals(party.node, bank, SCHEDULE)


def _stands(party):
    with reading_bank(party.node.bank) as bank:
        return standing_schedule(party.node, bank)[1]


def test_a_schedule_stands_when_all_published_the_same(jordan, israel):
    _propose(jordan, FIRST)
    _exchange(jordan, israel)
    for party in (jordan, israel):
        with pytest.raises(NotAgreed):
            _stands(party)  # not even on the node of who proposed it
    _agree(israel)
    _exchange(jordan, israel)
    assert _stands(jordan) == _stands(israel) == FIRST
    assert verify_node(jordan.node, quiet).findings == []


def test_it_stands_until_another_one_is_agreed_by_all(jordan, israel):
    _propose(jordan, FIRST)
    _exchange(jordan, israel)
    _agree(israel)
    _propose(israel, SECOND)
    _exchange(jordan, israel)
    assert _stands(jordan) == _stands(israel) == FIRST
    assert [len(one.agreed_by) for one in _listed(jordan)] == [1, 2]
    _agree(jordan)
    _exchange(jordan, israel)
    assert _stands(jordan) == _stands(israel) == SECOND


def test_schedules_published_in_opposite_orders_stand_alike_everywhere(jordan, israel):
    for party, order in ((jordan, (FIRST, SECOND)), (israel, (SECOND, FIRST))):
        for schedule in order:
            _propose(party, schedule)
    _exchange(jordan, israel)
    assert _stands(jordan) == _stands(israel)
    # Whoever wants the other one publishes it anew; then all say it last.
    other = FIRST if _stands(jordan) == SECOND else SECOND
    for party in (jordan, israel):
        _propose(party, other)
    _exchange(jordan, israel)
    assert _stands(jordan) == _stands(israel) == other


def test_one_open_proposal_needs_no_name_and_of_several_one_is_named(jordan, israel):
    _propose(jordan, FIRST)
    _exchange(jordan, israel)
    (one,) = open_proposals(_listed(israel), "israel")
    assert open_proposals(_listed(jordan), "jordan") == []
    assert choose_proposal(_listed(israel), "israel", one.sha256[:8]) is not None
    with pytest.raises(NotAcceptable, match="8 digits"):
        choose_proposal(_listed(israel), "israel", one.sha256[:7])
    with pytest.raises(NotFound, match="no proposal"):
        choose_proposal(_listed(jordan), "jordan", "")
    # What its proposer has replaced is open no more.
    _propose(jordan, SECOND)
    _exchange(jordan, israel)
    (newer,) = open_proposals(_listed(israel), "israel")
    assert newer.sha256 != one.sha256


def test_differences_are_told_by_line():
    gone, new = differences(FIRST, SECOND)
    assert (gone.sign, gone.line["due"]) == ("-", "P10D")
    assert (new.sign, new.line["due"]) == ("+", "P20D")
    assert [one.sign for one in differences(None, FIRST)] == ["+"]


def test_a_schedule_whose_blob_is_damaged_is_named(jordan):
    _propose(jordan, FIRST)
    (one,) = _listed(jordan)
    assert standing([one]) is one  # a party alone agrees with itself
    path = jordan.node.public / blob_path(one.sha256)
    path.write_bytes(path.read_bytes().replace(b"P10D", b"P99D"))
    with pytest.raises(NotVerified):
        _stands(jordan)


def test_a_proposal_whose_lines_are_missing_is_named_and_comes_later(jordan, israel):
    _propose(jordan, FIRST)
    (one,) = _listed(jordan)
    path = jordan.node.public / blob_path(one.sha256)
    kept = path.read_bytes()
    path.unlink()
    (finding,) = pull_folder(israel.node, jordan.node.public, quiet).findings
    assert (finding.name, finding.index) == ("missing-blob", 0)
    with pytest.raises(NotFound):
        _agree(israel)
    path.write_bytes(kept)
    _exchange(jordan, israel)
    _agree(israel)
    assert _stands(israel) == FIRST


def test_a_standing_schedule_that_cannot_be_read_is_told_by_status(jordan):
    _propose(jordan, FIRST)
    (one,) = _listed(jordan)
    path = jordan.node.public / blob_path(one.sha256)
    path.write_bytes(path.read_bytes().replace(b"P10D", b"P99D"))
    told = node_status(jordan.node)
    assert "cannot be read" in " ".join(told.sentences())
    assert told.to_json()["schedule"]["unreadable"]


@pytest.mark.parametrize(
    "lines",
    [
        [{"dataset": "levels"}],
        [{**FIRST.to_json()[0], "zone": "UTC"}],  # as by default, so not said
    ],
    ids=["no schedule", "another spelling"],
)
def test_nobody_agrees_to_what_is_no_schedule(jordan, israel, lines):
    told = {"name": "basin", "version": "1", "title": "Basin"}
    publish_lines(jordan.node, read_keys(jordan.node, ""), SCHEDULE, lines, told)
    _exchange(jordan, israel)
    with pytest.raises(NotAcceptable):
        _agree(israel)
    with pytest.raises(NotAgreed):
        _stands(israel)


def test_a_schedule_of_too_many_lines_is_refused_unread(jordan, israel):
    line = FIRST.to_json()[0]
    lines = [line | {"dataset": f"d{number}"} for number in range(1_001)]
    told = {"name": "basin", "version": "1", "title": "Basin"}
    publish_lines(jordan.node, read_keys(jordan.node, ""), SCHEDULE, lines, told)
    (finding,) = pull_folder(israel.node, jordan.node.public, quiet).findings
    assert (finding.name, finding.index) == ("unreadable-blob", 0)
    assert "1,001 lines" in str(finding)
    with pytest.raises(NotAcceptable, match="1,001 lines"):
        _agree(israel)


def test_of_what_a_party_proposed_its_last_word_counts(jordan):
    for schedule in (FIRST, SECOND):
        _propose(jordan, schedule)
    listed = _listed(jordan)
    (last,) = last_words(listed)
    assert (len(listed), last.agreed_by["jordan"].version) == (2, "2")
