"""Asking for figures, granting them, opening them when an embargo ends."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.sharing import list_requests
from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed, NotFound
from waternet.node import restricting
from waternet.node.dataset import Dataset
from waternet.node.folder import Profile
from waternet.node.follow import follow_party, pull_folder
from waternet.node.intake import rebuild_bank
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.node.sharing import (
    answer_request,
    grant_releases,
    open_releases,
    request_dataset,
    undertake,
)

JORDAN = f"jordan:{ADDRESS}"
LEVELS_HERE = [-214.87, -215.0, -214.5]


def _basin(folder, **terms):
    made = {party: make_party(folder, party) for party in ("israel", "palestine")}
    made["jordan"] = make_party(folder, "jordan", **terms)
    for one in made.values():
        for other in made.values():
            if one is not other:
                follow_party(one.node, other.node.public / "card.json")
    return made


@pytest.fixture
def basin(tmp_path):
    """Make Jordan, whose levels nobody else may read yet, and two that follow it."""
    made = _basin(tmp_path, access="parties", parties=())
    made["jordan"].read()
    made["jordan"].publish()
    return made


def _keys(party):
    return read_keys(party.node, "")


def _pull(party, other):
    return pull_folder(party.node, other.node.public, quiet)


def _values(party, reader=None):
    with Bank.open(party.node.bank, reader=reader) as bank:
        if not bank.catalogue.series("s.party = 'jordan'"):
            return None
        return get_observations(bank, [JORDAN])["value"].to_pylist()


def _findings(party):
    with Bank.open(party.node.bank) as bank:
        return [one.text for one in list_findings(bank)]


def _release(party):
    """Return the numbers of its releases."""
    path = party.node.bank / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as db:
        sql = "SELECT number FROM entry WHERE party = 'jordan' AND kind IN ('release',"
        return [one for (one,) in db.execute(sql + " 'revise') ORDER BY 1")]


def test_a_grant_brings_the_figures_to_one_party_alone(basin):
    jordan, israel, palestine = (
        basin[name] for name in ("jordan", "israel", "palestine")
    )
    for reader in (israel, palestine):
        _pull(reader, jordan)
        assert _values(reader) is None
    grant_releases(jordan.node, _keys(jordan), _release(jordan), "israel")
    for reader in (israel, palestine):
        assert _pull(reader, jordan).findings == []
        assert _findings(reader) == []
    assert _values(israel) == _values(jordan, "israel") == LEVELS_HERE
    assert _values(palestine) is _values(jordan, "palestine") is None
    rebuild_bank(israel.node, quiet)
    assert _values(israel) == LEVELS_HERE


def test_earlier_figures_that_come_later_do_not_replace_later_ones(basin):
    jordan, israel = basin["jordan"], basin["israel"]
    later = LEVELS.replace("-214.87", "-214.9") + "W1,2015-04-01,-214\n"
    jordan.read(later)
    jordan.publish("misread")
    _pull(israel, jordan)
    first, second = _release(jordan)
    grant_releases(jordan.node, _keys(jordan), [second], "israel")
    _pull(israel, jordan)
    assert _values(israel) == [-214.9, -214.0]
    grant_releases(jordan.node, _keys(jordan), [first], "israel")
    _pull(israel, jordan)
    assert _values(israel) == [-214.9, -215.0, -214.5, -214.0]
    before = _values(israel)
    with Bank.open(israel.node.bank, writable=True) as bank:
        bank.compact()
    assert _values(israel) == before
    rebuild_bank(israel.node, quiet)
    assert _values(israel) == before


def test_a_request_is_answered_and_both_sides_see_how(basin):
    jordan, israel = basin["jordan"], basin["israel"]
    _pull(israel, jordan)
    purpose = {"purpose": "joint model of the aquifer"}
    asked = request_dataset(israel.node, _keys(israel), "jordan", "levels", purpose)
    _pull(jordan, israel)
    name = f"israel:{asked.entry}"
    with pytest.raises(NotAcceptable, match="reason"):
        answer_request(jordan.node, _keys(jordan), name, "refuse", {})
    for answer, state in (("condition", "conditional"), ("grant", "granted")):
        said = {"reason": "once the model is ours too"}
        answer_request(jordan.node, _keys(jordan), name, answer, said)
        _pull(israel, jordan)
        for party in (jordan, israel):
            with Bank.open(party.node.bank) as bank:
                (one,) = list_requests(bank, party.node.party)
            assert (one.state, one.reason) == (state, said["reason"])
    assert _values(israel) == LEVELS_HERE
    assert _findings(israel) == []


def test_what_nobody_asked_is_not_answered(basin):
    jordan, israel = basin["jordan"], basin["israel"]
    with pytest.raises(NotFound, match="nobody asked"):
        answer_request(jordan.node, _keys(jordan), "israel:0", "grant", {})
    _pull(israel, jordan)
    said = {"purpose": "a model"}
    with pytest.raises(NotFound, match="lists no dataset"):
        request_dataset(israel.node, _keys(israel), "jordan", "rain", said)


def test_nobody_asks_themselves(basin):
    jordan = basin["jordan"]
    said = {"purpose": "a model"}
    with pytest.raises(NotAcceptable, match="own"):
        request_dataset(jordan.node, _keys(jordan), "jordan", "levels", said)
    with Bank.open(jordan.node.bank) as bank:
        assert list_requests(bank, "jordan") == []


def test_a_grant_may_need_an_undertaking_first(tmp_path):
    words = "not to pass it on"
    basin = _basin(tmp_path, access="parties", parties=("israel",), undertaking=words)
    jordan, israel = basin["jordan"], basin["israel"]
    jordan.read()
    assert jordan.publish()[-1].readers == ("jordan",)
    with pytest.raises(NotAllowed, match="has not signed"):
        grant_releases(jordan.node, _keys(jordan), _release(jordan), "israel")
    _pull(israel, jordan)
    undertake(israel.node, _keys(israel), "jordan", "levels", "H. Reader", "modelling")
    _pull(jordan, israel)
    grant_releases(jordan.node, _keys(jordan), _release(jordan), "israel")
    _pull(israel, jordan)
    assert _values(israel) == LEVELS_HERE
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    assert jordan.publish()[-1].readers == ("israel", "jordan")


def test_an_ended_embargo_opens_to_all_without_a_new_upload(tmp_path, monkeypatch):
    soon = datetime.now(UTC) + timedelta(days=400)
    opens = soon.date().isoformat()
    basin = _basin(tmp_path, access="embargo", parties=("israel",), opens=opens)
    jordan, israel, palestine = (
        basin[name] for name in ("jordan", "israel", "palestine")
    )
    jordan.read()
    jordan.publish()
    for reader in (israel, palestine):
        _pull(reader, jordan)
    assert _values(israel) == LEVELS_HERE
    assert _values(palestine) is None
    assert jordan.publish() == []
    blobs = sorted((jordan.node.public / "blob").rglob("*"))

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):  # noqa: ARG003 -- as datetime's own
            return soon + timedelta(days=1)

    monkeypatch.setattr(restricting, "datetime", Later)
    (opened,) = jordan.publish()
    assert opened.kind == "open"
    assert sorted((jordan.node.public / "blob").rglob("*")) == blobs
    for reader in (israel, palestine):
        assert _pull(reader, jordan).findings == []
        assert _values(reader) == LEVELS_HERE
        rebuild_bank(reader.node, quiet)
        assert _values(reader) == LEVELS_HERE
    assert jordan.publish() == []
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    assert jordan.publish()[-1].readers == ()


def test_the_owner_may_open_before(basin):
    jordan, palestine = basin["jordan"], basin["palestine"]
    _pull(palestine, jordan)
    open_releases(jordan.node, _keys(jordan), _release(jordan))
    _pull(palestine, jordan)
    assert _values(palestine) == LEVELS_HERE
    with pytest.raises(NotFound, match="open to all"):
        grant_releases(jordan.node, _keys(jordan), _release(jordan), "israel")


def test_what_was_withdrawn_or_never_restricted_is_not_granted(basin):
    jordan = basin["jordan"]
    with pytest.raises(NotFound, match="not restricted"):
        grant_releases(jordan.node, _keys(jordan), [0], "israel")
    publish_withdrawal(jordan.node, _keys(jordan), _release(jordan)[0], "wrong")
    with pytest.raises(NotFound, match="withdrawn"):
        grant_releases(jordan.node, _keys(jordan), _release(jordan), "israel")


def test_a_release_withdrawn_after_its_grant_brings_no_figures(basin):
    jordan, israel = basin["jordan"], basin["israel"]
    grant_releases(jordan.node, _keys(jordan), _release(jordan), "israel")
    publish_withdrawal(jordan.node, _keys(jordan), _release(jordan)[0], "wrong")
    assert _pull(israel, jordan).findings == []
    assert _values(israel) == []


def test_a_closed_dataset_is_listed_and_nothing_of_it_released(tmp_path):
    basin = _basin(tmp_path, access="closed", about="Abstraction by owner")
    jordan, israel = basin["jordan"], basin["israel"]
    (listed,) = jordan.publish()
    assert listed.kind == "terms"
    assert jordan.publish() == []
    jordan.read()
    with pytest.raises(NotAllowed, match="closed"):
        jordan.publish()
    _pull(israel, jordan)
    said = {"purpose": "a model"}
    asked = request_dataset(israel.node, _keys(israel), "jordan", "levels", said)
    _pull(jordan, israel)
    with pytest.raises(NotFound, match="nothing to grant"):
        answer_request(jordan.node, _keys(jordan), f"israel:{asked.entry}", "grant", {})


def test_a_place_once_restricted_is_told_again_where_more_may_see_it(basin):
    jordan, palestine = basin["jordan"], basin["palestine"]
    profile = jordan.node.profile
    terms = Dataset("levels", "CC-BY-4.0", "The agency", {"en": "Levels"})
    changed = Profile(profile.party, profile.origin, profile.names, (terms,))
    jordan.node = jordan.node.write_profile(changed)
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    assert _pull(palestine, jordan).findings == []
    assert _values(palestine) == [-214.0]
    with Bank.open(palestine.node.bank) as bank:
        rows = bank.catalogue.rows("SELECT id FROM place WHERE party = 'jordan'")
    assert sorted(one for (one,) in rows) == ["W1", "W2"]
