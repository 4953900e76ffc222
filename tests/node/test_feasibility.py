"""Needs for data held against what a bank holds, and against other banks."""

from hashlib import sha256

import pytest
from parties import make_party, quiet

from waternet.bank.seal import reading_bank
from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.walk import read_entries
from waternet.node.feasibility import check_needs, list_differences
from waternet.node.follow import follow_party, pull_folder
from waternet.node.intake import seen_head
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.node.sharing import grant_releases, request_dataset
from waternet.workinggroup.feasibility import Feasibility, Need

# Five stations' months; W1 has January to March, W2 January, February is no number.
YEAR = ("2015-01-01", "2015-12-31")


def _need(*parties, name="levels", period=YEAR, **where):
    return Need(name, "groundwater-level", *period, parties, **where)


def _parties(folder, **terms):
    made = {
        "israel": make_party(folder, "israel"),
        "jordan": make_party(folder, "jordan", **terms),
    }
    made["jordan"].read()
    made["jordan"].publish()
    follow_party(made["israel"].node, made["jordan"].node.public / "card.json")
    follow_party(made["jordan"].node, made["israel"].node.public / "card.json")
    _pull(made)
    return made


def _pull(made):
    pull_folder(made["israel"].node, made["jordan"].node.public, quiet)


@pytest.fixture
def made(tmp_path):
    """Make Jordan, which publishes levels, and Israel, which follows it."""
    return _parties(tmp_path)


def _check(party, *needs):
    with reading_bank(party.node.bank, reader=party.node.party) as bank:
        return check_needs(party.node, bank, needs)


def _record(checked):
    return Feasibility(
        about="",
        kind="project",
        body="water",
        question={},
        verdict=checked.verdict,
        needs=checked.needs,
        found=checked.found,
        inputs=checked.inputs,
    )


def _differences(party, checked):
    with reading_bank(party.node.bank, reader=party.node.party) as bank:
        return list_differences(party.node, bank, _record(checked))


def test_the_share_is_the_mean_of_the_months_in_which_there_is_a_figure(made):
    # W1 has 3 of 12 months, W2 has 1: (3 + 1) / 24.
    checked = _check(made["israel"], _need("jordan"))
    (found,) = checked.found
    assert (found.share, found.access, found.grade) == ("0.166", "open", "good")
    assert checked.verdict == "partly"


def test_a_station_alone_is_checked_for_the_months_asked_for(made):
    need = _need("jordan", station="W1", period=("2015-01-01", "2015-03-31"))
    checked = _check(made["israel"], need)
    assert checked.found[0].share == "1"
    assert checked.verdict == "there"


def test_each_entry_is_named_by_the_hash_of_its_bytes(made):
    israel = made["israel"]
    (one,) = _check(israel, _need("jordan")).inputs
    card = made["jordan"].node.cards()["jordan"]
    head = seen_head(made["jordan"].node, "jordan")
    signed = next(read_entries(card, head, one.entry)).signed
    assert one.sha256 == sha256(signed).hexdigest()


def test_both_parties_find_the_same(made):
    assert _check(made["israel"], _need()) == _check(made["jordan"], _need())


def test_of_a_party_that_has_nothing_nothing_is_found(made):
    checked = _check(made["israel"], _need("israel", "jordan"))
    nothing = checked.found[0]
    assert (nothing.party, nothing.share, nothing.access) == (
        "israel",
        "0",
        "not released",
    )
    assert checked.verdict == "partly"
    period = ("1990-01-01", "1990-12-31")
    assert _check(made["israel"], _need("jordan", period=period)).verdict == "missing"


def test_what_is_restricted_is_said_to_be(tmp_path):
    made = _parties(tmp_path, access="parties", parties=())
    israel, jordan = made["israel"], made["jordan"]
    (found,) = _check(israel, _need("jordan")).found
    assert (found.share, found.access) == ("0", "restricted")
    request_dataset(
        israel.node, read_keys(israel.node, ""), "jordan", "levels", {"purpose": "x"}
    )
    (found,) = _check(israel, _need("jordan")).found
    assert (found.share, found.access) == ("0", "requested")
    (own,) = _check(jordan, _need("jordan")).found
    assert (own.share, own.access) == ("0.166", "restricted")
    grant_releases(jordan.node, read_keys(jordan.node, ""), [own.entries[0]], "israel")
    _pull(made)
    (found,) = _check(israel, _need("jordan")).found
    assert (found.share, found.access) == ("0.166", "restricted")


def test_a_check_that_is_made_again_finds_the_same_or_says_what_differs(made):
    israel, jordan = made["israel"], made["jordan"]
    checked = _check(israel, _need("jordan"))
    assert _differences(israel, checked) == ()
    entry = checked.inputs[0].entry
    publish_withdrawal(jordan.node, read_keys(jordan.node, ""), entry, "wrong wells")
    _pull(made)
    (told,) = _differences(israel, checked)
    assert told.startswith("levels of jordan: was 0.166 good open")
    assert told.endswith("is 0 not released")


def test_where_an_entry_is_not_here_that_is_said(made, tmp_path):
    checked = _check(made["israel"], _need("jordan"))
    stranger = make_party(tmp_path, "palestine")
    stranger.publish()
    told = _differences(stranger, checked)
    assert told[0] == f"entry {checked.inputs[0].entry} of jordan is not here"


def test_a_need_that_ends_before_it_begins_is_refused(made):
    with pytest.raises(NotAcceptable, match="ends before it begins"):
        _check(made["israel"], _need("jordan", period=("2016-01-01", "2015-01-01")))


def test_a_property_that_nobody_knows_is_refused(made):
    with pytest.raises(NotFound):
        _check(made["israel"], Need("x", "happiness", *YEAR))


def test_what_a_check_writes_says_that_no_accounts_were_examined(made):
    assert _check(made["israel"], _need()).to_json()["balance"] == "not examined"
