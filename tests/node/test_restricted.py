"""Restricted releases: who is meant reads them, everybody sees that they are there."""

import pytest
from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.standing import list_findings, standing_places
from waternet.bank.store import Bank
from waternet.node.follow import follow_party, pull_folder
from waternet.node.intake import rebuild_bank
from waternet.node.verification import verify_node

JORDAN = f"jordan:{ADDRESS}"


@pytest.fixture
def basin(tmp_path):
    """Make Jordan, whose levels only Israel may read, and two that follow it."""
    made = {party: make_party(tmp_path, party) for party in ("israel", "palestine")}
    made["jordan"] = make_party(
        tmp_path, "jordan", access="parties", parties=("israel",)
    )
    for one in made.values():
        for other in made.values():
            if one is not other:
                follow_party(one.node, other.node.public / "card.json")
    return made


def _values(party, address=JORDAN):
    with Bank.open(party.node.bank) as bank:
        if not bank.catalogue.series("s.party = ?", (address.split(":")[0],)):
            return None
        return get_observations(bank, [address])["value"].to_pylist()


def _findings(party):
    with Bank.open(party.node.bank) as bank:
        return [one.text for one in list_findings(bank)]


def _places(party):
    with Bank.open(party.node.bank) as bank:
        return set(standing_places(bank, "jordan"))


def _pull(party, other):
    return pull_folder(party.node, other.node.public, quiet)


def _secrets(folder, text=b"PAR1"):
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and text in path.read_bytes()
    ]


def test_readers_read_and_others_only_see_that_it_is_there(basin):
    basin["jordan"].read()
    published = basin["jordan"].publish()
    assert published[-1].readers == ("israel", "jordan")
    for reader in ("israel", "palestine"):
        assert _pull(basin[reader], basin["jordan"]).findings == []
        assert _findings(basin[reader]) == []
    assert _values(basin["jordan"]) == [-214.87, -215.0, -214.5]
    assert _values(basin["israel"]) == [-214.87, -215.0, -214.5]
    assert _values(basin["palestine"]) is None
    assert _places(basin["israel"]) == {"W1", "W2"}
    assert _places(basin["palestine"]) == set()
    for party in basin.values():
        assert verify_node(party.node, quiet).findings == []


def test_no_plaintext_lies_where_others_may_read(basin):
    basin["jordan"].read()
    basin["jordan"].publish()
    for reader in ("israel", "palestine"):
        _pull(basin[reader], basin["jordan"])
    for party in basin.values():
        for folder in ("public", "mirror", "staging", "opened"):
            assert _secrets(party.node.folder / folder) == []
            assert _secrets(party.node.folder / folder, b'"W1"') == []
        assert list(party.node.opened.glob("*")) == []


def test_a_bank_made_anew_is_the_same(basin):
    basin["jordan"].read()
    basin["jordan"].publish()
    for reader in ("israel", "palestine"):
        _pull(basin[reader], basin["jordan"])
    for party in basin.values():
        before = _values(party)
        assert rebuild_bank(party.node, quiet)["findings"] == []
        assert _values(party) == before


def test_a_correction_of_restricted_figures_is_restricted_too(basin):
    basin["jordan"].read()
    basin["jordan"].publish()
    basin["jordan"].read(LEVELS.replace("-214.87", "-214.9"))
    basin["jordan"].publish("misread")
    for reader in ("israel", "palestine"):
        _pull(basin[reader], basin["jordan"])
    assert _values(basin["israel"])[0] == -214.9
    assert _values(basin["palestine"]) is None
