"""A file or folder of a node lost: what it costs, and what brings it back."""

import shutil
import signal
from pathlib import Path

import pytest
from faults.act import act
from faults.scenes import World, state
from parties import LEVELS, Party, make_party, quiet

from waternet.errors import NotAllowed, NotFound
from waternet.exchange.witness import witness_path
from waternet.node.folder import open_node
from waternet.node.follow import follow_party, pull_folder
from waternet.node.intake import bring_up_to_date, rebuild_bank
from waternet.node.recovery import recover_node
from waternet.node.state import Head
from waternet.node.verification import verify_node
from waternet.record.note import read_note


def _lose(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("party", ["finished", "israel"])
def test_a_lost_state_is_taken_anew_from_the_records(world, party):
    node = world.node(party)
    right = state(node)
    _lose(node.folder / "state.sqlite")
    assert verify_node(node, quiet).findings
    recover_node(node)
    assert state(node) == right


def test_a_lost_bank_comes_back_with_the_next_question(world):
    node = world.node("finished")
    right = state(node)
    _lose(node.bank)
    bring_up_to_date(node)
    assert state(node) == right


def test_a_lost_mirror_comes_back_with_a_whole_pull(world):
    world.scene("pull").again()
    node = world.node("israel")
    right = state(node)
    _lose(node.folder / "mirror")
    assert verify_node(node, quiet).findings
    public = world.node("finished").public
    assert pull_folder(node, public, quiet, whole=True).findings == []
    assert state(node) == right


def test_a_lost_public_folder_comes_back_from_a_follower(world):
    world.scene("pull").again()
    node = world.node("finished")
    right = state(node)
    _lose(node.public)
    with pytest.raises(NotFound, match=r"card\.json"):
        act(node, "publish")
    shutil.copytree(world.folder / "israel" / "mirror" / "jordan", node.public)
    assert state(node) == right


def test_a_lost_card_of_a_followed_party_is_named_until_it_is_followed_again(world):
    world.scene("pull").again()
    node = world.node("israel")
    right = state(node)
    _lose(node.folder / "cards" / "jordan.json")
    (finding,) = verify_node(node, quiet).findings
    assert "jordan" in str(finding)
    follow_party(node, world.node("finished").public / "card.json")
    assert state(node) == right


@pytest.mark.parametrize("role", ["steward", "log"])
def test_a_lost_key_stops_publishing_and_nothing_else(world, role):
    node = world.node("jordan")
    _lose(node.key(role))
    with pytest.raises(NotAllowed, match=role):
        act(node, "publish")
    act(node, "rebuild")
    assert verify_node(node, quiet).findings == []


def test_a_lost_witness_key_stops_cosigning_and_nothing_else(world):
    node, jordan = world.node("israel"), world.node("finished")
    origin = node.cards()["jordan"].origin
    shown = node.public / witness_path(origin)
    before = shown.read_bytes()
    key = node.key("witness").read_bytes()
    _lose(node.key("witness"))
    assert pull_folder(node, jordan.public, quiet).findings == []
    assert node.state.head("jordan").size == jordan.state.head("jordan").size
    assert shown.read_bytes() == before  # nothing newer was cosigned
    party = Party(node, world.folder / "israel-desk")
    party.read(LEVELS)
    party.publish()
    assert verify_node(node, quiet).findings == []
    # The copy brings it back: what was missed is cosigned with the next pull.
    node.key("witness").write_bytes(key)
    assert pull_folder(node, jordan.public, quiet).findings == []
    assert read_note(shown.read_bytes()).text != read_note(before).text


def test_a_lost_recipient_key_closes_what_is_restricted_and_nothing_else(tmp_path):
    terms = {"access": "parties", "parties": ("israel",)}
    jordan, israel = make_party(tmp_path, **terms), make_party(tmp_path, "israel")
    follow_party(israel.node, jordan.node.public / "card.json")
    follow_party(jordan.node, israel.node.public / "card.json")
    jordan.read()
    jordan.publish()
    key = israel.node.key("recipient").read_bytes()
    _lose(israel.node.key("recipient"))
    pull_folder(israel.node, jordan.node.public, quiet)
    assert state(israel.node)["answers"]["observations"] == []
    # Public figures come and go as ever, and every record verifies.
    israel.read()
    israel.publish()
    assert len(state(israel.node)["answers"]["observations"]) == 4
    assert verify_node(israel.node, quiet).findings == []
    israel.node.key("recipient").write_bytes(key)
    with israel.node.writing():
        rebuild_bank(israel.node, quiet)
    assert len(state(israel.node)["answers"]["observations"]) == 8


def test_a_lost_state_forgets_when_heads_were_seen_and_nothing_that_stands(world):
    world.scene("pull").again()
    node = world.node("israel")
    before = node.state.sightings("jordan")
    head = node.state.head("jordan")
    _lose(node.folder / "state.sqlite")
    recover_node(node)
    (after,) = node.state.sightings("jordan")  # only the one that stands
    assert len(before) > 1
    assert (after.size, node.state.head("jordan")) == (head.size, head)


def test_a_lost_profile_is_said_to_be_missing(world):
    _lose(world.folder / "jordan" / "node.toml")
    with pytest.raises(NotFound):
        open_node([world.folder / "jordan"])


def test_a_staging_lost_after_the_commit_is_given_up_with_the_state(world, undisturbed):
    scene = world.scene("publish")
    code, said = scene.run(WATERNET_FAILPOINT="log.committed")
    assert code == -signal.SIGKILL, said
    _lose(scene.node.staging)
    with pytest.raises(NotFound, match="staging"):
        scene.again()
    _lose(scene.node.folder / "state.sqlite")
    scene.again()
    assert state(scene.node) == undisturbed["publish"]
    follower = world.node("israel")
    assert pull_folder(follower, scene.node.public, quiet).findings == []


def test_a_node_from_an_older_copy_goes_on_from_a_followers_mirror(
    world: World, undisturbed
):
    world.scene("pull").again()  # the follower holds what was published last
    older = world.node("jordan")  # the same node, as it was before
    _lose(older.public)
    shutil.copytree(world.folder / "israel" / "mirror" / "jordan", older.public)
    _lose(older.folder / "state.sqlite")
    act(older, "publish")
    assert state(older) == undisturbed["publish"]
    assert pull_folder(world.node("israel"), older.public, quiet).findings == []


def test_taking_the_heads_anew_may_be_stopped_between_two_of_them(world):
    node = world.node("israel")
    party = Party(node, world.folder / "israel-desk")
    party.read(LEVELS)
    party.publish()
    right, own = state(node), node.state.head("israel")
    _lose(node.folder / "state.sqlite")
    node.state.advance(Head("israel", 0, b""), own)
    recover_node(node)
    assert state(node) == right


def test_an_older_public_folder_is_not_continued(world):
    world.scene("pull").again()
    node = world.node("finished")
    right = state(node)
    _lose(node.public)
    shutil.copytree(world.folder / "jordan" / "public", node.public)
    with pytest.raises(NotFound, match="staging") as refused:
        act(node, "publish")
    # The next step that it names first: what a follower holds.
    assert "mirror" in refused.value.hint.split(";")[0]
    _lose(node.public)
    shutil.copytree(world.folder / "israel" / "mirror" / "jordan", node.public)
    recover_node(node)
    assert state(node) == right
