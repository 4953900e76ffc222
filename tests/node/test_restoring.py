"""A node that lost its disk comes back from its keys and anybody's mirror."""

import shutil
from dataclasses import replace

import pytest
from circles import circle_of
from faults.scenes import answers, entries
from parties import LEVELS, Party, make_party, quiet

from waternet.errors import NotAllowed, NotFound, NotVerified
from waternet.exchange.card import EarlierKey, read_card
from waternet.exchange.finding import Finding
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import SeenHead, read_head, verify_growth, verify_head
from waternet.node.cosigning import gather_cosignatures
from waternet.node.folder import open_node
from waternet.node.follow import follow_party
from waternet.node.restoring import recover_record
from waternet.node.verification import verify_node


@pytest.fixture
def three(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan", "palestine")) as circle:
        yield circle


def _lost(party):
    """Lose a node's disk; only a copy of its keys is left."""
    folder = party.node.folder
    keys = shutil.copytree(folder / "keys", folder.parent / "keys-kept")
    shutil.rmtree(folder)
    shutil.move(keys, folder / "keys")
    return folder


def _address(circle, party):
    return circle[party].node.cards()[party].addresses[0]


def _without(circle, *parties):
    return {name: one for name, one in circle.parties.items() if name not in parties}


def test_a_lost_node_comes_back_and_goes_on_from_all_it_ever_published(three):
    jordan, israel = three["jordan"], three["israel"]
    published = []
    for rows in (0, 3, 5):
        three.publish("jordan", rows)
        published.append((jordan.node.public / "checkpoint").read_bytes())
    gather_cosignatures(jordan.node)
    for other in ("israel", "palestine"):
        three.pull(other, "jordan")
    before = answers(jordan.node), entries(jordan.node)["jordan"]
    agreed = (jordan.node.folder / "policy").read_bytes()
    profile = jordan.node.profile
    folder = _lost(jordan)
    recovered = recover_record(folder, [_address(three, "israel")], "", quiet)
    assert (recovered.entries, recovered.missing) == (5, ())
    node = open_node([folder])
    assert (answers(node), entries(node)["jordan"]) == before
    assert node.profile == profile  # also the datasets, as their terms stood
    assert verify_node(node, quiet).findings == []
    # What it publishes then continues every head that it ever published.
    (folder / "policy").write_bytes(agreed)
    back = Party(node, jordan.desk)
    for other in _without(three, "jordan").values():
        follow_party(node, other.node.public / "card.json")
    back.read(LEVELS + "W9,2017-01-01,5\n")
    back.publish("more of them")
    card = israel.node.cards()["jordan"]
    source = FolderSource(node.public)
    newest = read_head(source, card)
    assert newest.checkpoint.size > 5
    for signed in published:
        older = SeenHead(verify_head(card, signed), signed, source)
        verify_growth(card, older, newest)
    assert three.pull("israel", "jordan").findings == []


def test_the_longest_of_all_copies_is_taken(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    three.pull("israel", "palestine")
    three.publish("jordan", 3)
    three.pull("palestine", "jordan")  # israel's mirror is behind
    three["palestine"].read()
    three["palestine"].publish()
    three.pull("israel", "palestine")  # and shows where palestine is
    folder = _lost(three["jordan"])
    recovered = recover_record(folder, [_address(three, "israel")], "", quiet)
    assert recovered.entries == 4


def test_a_folder_of_another_node_is_a_source_too(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    for party in three.parties:
        three.leave(party)
    folder = _lost(three["jordan"])
    location = str(three["israel"].node.folder)
    assert recover_record(folder, [location], "", quiet).entries == 3


def test_a_restored_backup_is_brought_up_to_what_others_hold(three, tmp_path):
    three.publish("jordan")
    older = shutil.copytree(three["jordan"].node.folder, tmp_path / "older")
    three.publish("jordan", 3)
    three.pull("israel", "jordan")
    recovered = recover_record(older, [_address(three, "israel")], "", quiet)
    assert recovered.entries == 4
    assert verify_node(open_node([older]), quiet).findings == []


def test_keys_of_somebody_else_take_nothing(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    folder = three["palestine"].node.folder
    three.leave("palestine")
    with pytest.raises(NotFound, match="no copy of the record that the keys"):
        recover_record(folder, [str(three["jordan"].node.public)], "", quiet)
    shutil.rmtree(folder / "keys")
    with pytest.raises(NotAllowed):
        recover_record(folder, [_address(three, "israel")], "", quiet)


def test_an_altered_mirror_is_named_and_nothing_is_taken(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    bundle = three["israel"].node.records("jordan") / "tile/entries/000.p/3"
    content = bytearray(bundle.read_bytes())
    content[50] ^= 1
    bundle.write_bytes(content)
    three.leave("jordan")
    folder = _lost(three["jordan"])
    with pytest.raises(Finding, match="entry 0"):
        recover_record(folder, [_address(three, "israel")], "", quiet)
    assert not (folder / "public" / "checkpoint").exists()


def _card(party):
    return read_card((party.node.public / "card.json").read_bytes(), "card.json")


@pytest.fixture
def forged(three, tmp_path):
    """Return a mirror with a record of a stranger, whose keys it calls earlier ones."""
    three.publish("jordan")
    card = _card(three["jordan"])
    stranger = make_party(tmp_path / "stranger", "jordan")
    stranger.read()
    stranger.publish()
    theirs = _card(stranger)
    earlier = (
        EarlierKey("log", theirs.log_key, 10**9),
        EarlierKey("steward", theirs.steward_key, 10**9),
    )
    mirror = stranger.node.public
    written = replace(card, earlier_keys=earlier).to_json()
    (mirror / "card.json").write_bytes(written)
    three.leave("jordan")
    return mirror


def test_a_forged_record_is_not_taken_for_keys_that_a_mirror_calls_earlier_ones(
    three, forged
):
    folder = _lost(three["jordan"])
    with pytest.raises(NotVerified, match="2 earlier keys") as refused:
        recover_record(folder, [str(forged)], "", quiet)
    assert "--card FILE" in refused.value.hint
    assert not (folder / "public").exists()


@pytest.mark.parametrize("left", ["kept.json", "public/card.json", "card.json"])
def test_a_card_given_by_hand_is_believed_and_no_copys(three, forged, left):
    three.pull("israel", "jordan")
    card = _card(three["jordan"])
    folder = _lost(three["jordan"])
    kept = folder / left
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(card.to_json())
    by_hand = kept if left == "kept.json" else None
    with pytest.raises(Finding, match="not signed by the key on its card"):
        recover_record(folder, [str(forged)], "", quiet, by_hand)
    israel = _address(three, "israel")
    assert recover_record(folder, [israel], "", quiet, by_hand).entries == 3
    assert open_node([folder]).cards()["jordan"] == card


def test_a_card_given_by_hand_must_be_that_of_the_keys(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    other = three["palestine"].node.public / "card.json"
    folder = _lost(three["jordan"])
    with pytest.raises(NotVerified, match="not the card of the keys"):
        recover_record(folder, [_address(three, "israel")], "", quiet, other)
    with pytest.raises(NotFound, match="no file"):
        recover_record(folder, [_address(three, "israel")], "", quiet, folder / "none")


def test_two_copies_with_different_cards_are_both_named(three, tmp_path):
    three.publish("jordan")
    card = _card(three["jordan"])
    three.leave("jordan")
    one = shutil.copytree(three["jordan"].node.public, tmp_path / "one")
    two = shutil.copytree(one, tmp_path / "two")
    (two / "card.json").write_bytes(replace(card, names={"en": "Else"}).to_json())
    folder = _lost(three["jordan"])
    with pytest.raises(NotVerified, match=r"one and .*two show different cards"):
        recover_record(folder, [str(one), str(two)], "", quiet)


def test_a_mirror_does_not_say_who_reads_or_cosigns_for_the_party(three, tmp_path):
    three.publish("jordan")
    card, other = _card(three["jordan"]), _card(three["palestine"])
    three.leave("jordan")
    mirror = shutil.copytree(three["jordan"].node.public, tmp_path / "mirror")
    swapped = replace(
        card,
        witness_key=other.witness_key,
        recipient=other.recipient,
        addresses=("https://example.com/elsewhere",),
    )
    (mirror / "card.json").write_bytes(swapped.to_json())
    folder = _lost(three["jordan"])
    (folder / "keys" / "witness.key").unlink()
    recovered = recover_record(folder, [str(mirror)], "", quiet)
    # Its own recipient, by its own file; nothing where there is no file.
    taken = open_node([folder]).cards()["jordan"]
    assert taken == replace(card, witness_key="", addresses=())
    told = " ".join(recovered.sentences())
    assert "no keys/witness.key" in told
    assert "https://example.com/elsewhere" in told
