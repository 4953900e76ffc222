"""Cosignatures of the own head: asked for, carried, added, and never waited for."""

import time
from types import SimpleNamespace

import pytest
from circles import circle_of, copy_of
from parties import LEVELS, quiet

from waternet.exchange.evidence import read_evidence
from waternet.exchange.verdict import Trusted, verify_evidence
from waternet.node.cosigning import gather_cosignatures
from waternet.node.follow import pull_folder
from waternet.node.publish import publish_pending, read_keys
from waternet.node.quorum import cosigned_sizes
from waternet.node.verification import verify_node
from waternet.record.cosignature import cosigned_times

NOW = 4_000_000_000


@pytest.fixture
def three(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan", "palestine")) as circle:
        yield circle


def _cosigners(node, party):
    """Return whose cosignatures the published or mirrored head of a log carries."""
    signed = (node.records(party) / "checkpoint").read_bytes()
    cards = node.cards()
    witnesses = [card.witness_verifier for card in cards.values()]
    names = cosigned_times(signed, witnesses)
    return {
        card.party for card in cards.values() if card.witness_verifier.name in names
    }


def _same(node):
    """Return whether the head in state and the published one are the same bytes."""
    published = (node.public / "checkpoint").read_bytes()
    return published == node.state.head(node.party).checkpoint


def test_every_witness_that_is_asked_cosigns_the_head(three):
    three.publish("jordan")
    gathered = gather_cosignatures(three["jordan"].node)
    assert gathered.cosigned == ["israel", "palestine"]
    assert (gathered.is_met, gathered.troubles) == (True, {})
    assert _cosigners(three["jordan"].node, "jordan") == {"israel", "palestine"}
    assert _same(three["jordan"].node)
    assert verify_node(three["jordan"].node, quiet).findings == []


def test_a_log_that_grew_proves_that_it_did(three):
    for rows in (0, 3, 5):
        three.publish("jordan", rows)
        assert gather_cosignatures(three["jordan"].node).is_met
    # What was remembered of each witness is lost: 409 tells it.
    three.publish("jordan", 7)
    with three["jordan"].node.state.connection() as connection, connection:
        connection.execute("DELETE FROM asked")
    assert gather_cosignatures(three["jordan"].node).cosigned == ["israel", "palestine"]


def test_a_head_that_is_cosigned_by_all_is_not_asked_for_again(three):
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    before = (three["jordan"].node.public / "checkpoint").read_bytes()
    assert gather_cosignatures(three["jordan"].node).troubles == {}
    assert (three["jordan"].node.public / "checkpoint").read_bytes() == before


def test_publishing_does_not_fail_because_a_witness_is_away(three):
    three.leave("palestine")
    three.publish("jordan")
    gathered = gather_cosignatures(three["jordan"].node)
    assert gathered.cosigned == ["israel"]
    assert gathered.is_met is False
    assert "no answer" in gathered.troubles["palestine"]


def test_a_cosignature_comes_on_a_stick(three):
    for party in ("israel", "palestine"):
        three.leave(party)
    three.publish("jordan")
    three.pull("israel", "jordan")
    three.pull("palestine", "jordan")
    assert _cosigners(three["jordan"].node, "jordan") == set()
    for party in ("israel", "palestine"):
        assert three.pull("jordan", party).findings == []
    assert _cosigners(three["jordan"].node, "jordan") == {"israel", "palestine"}
    assert _same(three["jordan"].node)
    assert cosigned_sizes(three["jordan"].node, NOW)["jordan"] == 3


def test_a_stick_with_an_older_cosignature_adds_nothing(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    three.publish("jordan", 3)
    before = (three["jordan"].node.public / "checkpoint").read_bytes()
    assert three.pull("jordan", "israel").findings == []
    assert (three["jordan"].node.public / "checkpoint").read_bytes() == before


def test_a_false_cosignature_on_a_stick_is_not_taken(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    (shown,) = three["israel"].node.public.glob("witness/*/checkpoint")
    signed = bytearray(shown.read_bytes())
    signed[-20] ^= 1
    shown.write_bytes(signed)
    three.pull("jordan", "israel")
    assert _cosigners(three["jordan"].node, "jordan") == set()


def test_followers_know_how_far_a_log_is_cosigned(three):
    three.publish("jordan")
    three.pull("israel", "jordan")
    sizes = cosigned_sizes(three["israel"].node, NOW)
    # israel's own cosignature is one of the two that are needed; jordan's never is.
    assert sizes == {"israel": 0, "jordan": 0, "palestine": 0}
    gather_cosignatures(three["jordan"].node)
    assert three.pull("israel", "jordan").findings == []
    assert cosigned_sizes(three["israel"].node, NOW)["jordan"] == 3
    assert _cosigners(three["israel"].node, "jordan") == {"israel", "palestine"}


def test_a_head_that_lost_its_quorum_is_marked_and_no_error(three):
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    three.pull("israel", "jordan")
    three.publish("jordan", 3)  # not cosigned yet
    assert three.pull("israel", "jordan").findings == []
    assert three["israel"].node.state.head("jordan").size > 3
    assert cosigned_sizes(three["israel"].node, NOW)["jordan"] == 3


def test_a_copy_with_fewer_cosignatures_takes_none_away(three):
    three.publish("jordan")
    bare = (three["jordan"].node.public / "checkpoint").read_bytes()
    gather_cosignatures(three["jordan"].node)
    three.pull("israel", "jordan")
    (three["jordan"].node.public / "checkpoint").write_bytes(bare)
    assert three.pull("israel", "jordan").findings == []
    assert _cosigners(three["israel"].node, "jordan") == {"israel", "palestine"}


def test_a_false_cosignature_on_a_head_is_named_and_not_kept(three):
    three.leave("israel")
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    path = three["jordan"].node.public / "checkpoint"
    signed = bytearray(path.read_bytes())
    signed[-20] ^= 1
    path.write_bytes(signed)
    (finding,) = three.pull("israel", "jordan").findings
    assert (finding.name, finding.party) == ("bad-proof", "jordan")
    assert three["israel"].node.state.head("jordan").size == 3
    assert _cosigners(three["israel"].node, "jordan") == {"israel"}


def test_without_a_policy_nothing_is_said_of_cosignatures(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan"), "none") as two:
        two.publish("jordan")
        gathered = gather_cosignatures(two["jordan"].node)
        assert (gathered.cosigned, gathered.is_met) == (["israel"], None)
        assert cosigned_sizes(two["jordan"].node, NOW) is None


def test_of_two_parties_each_cosigns_the_others_log(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan")) as two:
        two.publish("jordan")
        assert cosigned_sizes(two["jordan"].node, NOW)["jordan"] == 0
        assert gather_cosignatures(two["jordan"].node).is_met


def test_a_time_in_the_future_is_named_kept_and_not_counted(three, monkeypatch):
    three.publish("jordan")
    ahead = SimpleNamespace(time=lambda: NOW)
    monkeypatch.setattr("waternet.api.witness.time", ahead)
    gathered = gather_cosignatures(three["jordan"].node)
    assert {one.name for one in gathered.findings} == {"clock-far-off"}
    assert (gathered.cosigned, gathered.is_met) == (["israel", "palestine"], False)
    # Whoever pulls names it, too, and goes on; when that time has come, it counts.
    found = three.pull("palestine", "jordan").findings
    assert {one.name for one in found} == {"clock-far-off"}
    node = three["palestine"].node
    assert node.state.head("jordan").size == 3
    assert cosigned_sizes(node, int(time.time()))["jordan"] == 0
    assert cosigned_sizes(node, NOW)["jordan"] == 3


def test_a_history_shown_to_one_witness_is_refused_by_the_next(three, tmp_path):
    """Split view: jordan shows israel one log and palestine another."""
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    other = copy_of(three["jordan"].node, tmp_path / "other" / "jordan")
    (other.folder / "policy").unlink()  # it asks nobody
    three.publish("jordan", 3)
    twin = type(three["jordan"])(other, three["jordan"].desk)
    twin.read(LEVELS + "W2,2016-05-05,77\n")
    card = other.cards()["jordan"]
    for path in (other.folder / "cards").glob("*.json"):
        path.rename(path.with_suffix(".away"))
    publish_pending(other, read_keys(other, ""), "other", quiet)
    for path in (other.folder / "cards").glob("*.away"):
        path.rename(path.with_suffix(".json"))
    assert gather_cosignatures(three["jordan"].node).is_met
    refused = gather_cosignatures(other)
    assert refused.cosigned == []
    assert all("422" in told for told in refused.troubles.values())
    # Whoever is shown the other history has the proof in hand.
    (finding,) = pull_folder(three["israel"].node, other.public, quiet).findings
    assert finding.name == "forked-log"
    evidence = read_evidence(finding.evidence["evidence"])
    assert verify_evidence(evidence, Trusted([card])).about == "jordan"
