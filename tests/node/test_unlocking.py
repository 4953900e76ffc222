"""Signing keys opened with a passphrase in a process of its own."""

import pytest
from parties import make_party

from waternet.errors import NotAllowed, NotVerified
from waternet.node import unlocking
from waternet.node.keys import WrongPassphrase, write_key
from waternet.node.publish import read_keys
from waternet.node.unlocking import needs_passphrase, unlock_keys
from waternet.record.note import generate_signer

PASSPHRASE = 'כְּלִי أمين "quote"\n'


@pytest.fixture(scope="module")
def jordan(tmp_path_factory):
    """Return a party whose keys a passphrase locks."""
    party = make_party(tmp_path_factory.mktemp("party"))
    keys = read_keys(party.node, "")
    for role, signer in (("steward", keys.steward), ("log", keys.log)):
        write_key(party.node.key(role), signer, PASSPHRASE)
    return party


def test_the_passphrase_opens_both_keys_in_another_process(jordan, monkeypatch):
    # Here it would hold up whoever else is answered for as long as it takes.
    monkeypatch.delattr("waternet.node.keys.pyrage")
    keys = unlock_keys(jordan.node, PASSPHRASE)
    card = jordan.node.cards()["jordan"]
    assert keys.steward.verifier == card.steward_verifier
    assert keys.log.verifier == card.log_verifier


def test_another_passphrase_opens_nothing_and_is_not_told_again(jordan):
    assert needs_passphrase(jordan.node)
    with pytest.raises(WrongPassphrase) as caught:
        unlock_keys(jordan.node, "hunter2-hunter2")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_keys_that_nothing_locks_need_no_passphrase(tmp_path):
    node = make_party(tmp_path).node
    assert not needs_passphrase(node)
    assert unlock_keys(node, "").log == read_keys(node, "").log


def test_a_key_that_is_not_on_the_card_signs_nothing(tmp_path):
    node = make_party(tmp_path).node
    write_key(node.key("steward"), generate_signer("jordan/steward"), "")
    with pytest.raises(NotVerified, match="not the key on the card"):
        unlock_keys(node, "")
    node.key("log").unlink()
    with pytest.raises(NotAllowed, match=r"no key log\.key"):
        unlock_keys(node, "x")


def test_an_opening_that_takes_too_much_is_given_up(jordan, monkeypatch):
    monkeypatch.setattr(unlocking, "SECONDS", 0.01)
    with pytest.raises(NotAllowed, match="could not be opened"):
        unlock_keys(jordan.node, PASSPHRASE)
