"""A node that lost its disk comes back from its keys and anybody's mirror."""

import shutil

import pytest
from circles import circle_of, introduce
from faults.scenes import answers, entries
from parties import LEVELS, Party, quiet

from waternet.errors import NotAllowed, NotFound
from waternet.exchange.finding import Finding
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import SeenHead, read_head, verify_growth, verify_head
from waternet.node.cosigning import gather_cosignatures
from waternet.node.folder import open_node
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
    introduce([back, *_without(three, "jordan").values()])
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
