"""Two at once: one after the other, or told to wait; two copies: a fork, named."""

import shutil

import pytest
from faults.act import CONFLICT, act
from faults.scenes import Scene, World, entries, state
from parties import LEVELS, Party, quiet

from waternet.errors import NotVerified
from waternet.node.follow import pull_folder
from waternet.node.recovery import recover_node
from waternet.node.verification import verify_node

ROUNDS = 2


def _run_at_once(*scenes: Scene) -> list[int]:
    """Start them together; return their exit codes, all of them waited for."""
    running = [scene.start() for scene in scenes]
    ended = [one.wait() for one in running]
    for one in ended:
        assert one.code in (0, CONFLICT), one.errors
        assert one.code == 0 or one.errors.startswith("conflict: another process")
    return [one.code for one in ended]


def test_two_publishers_at_once_publish_once(prepared, undisturbed, tmp_path):
    for number in range(ROUNDS):
        world = prepared.copy(tmp_path / str(number))
        scene = world.scene("publish")
        codes = _run_at_once(scene, scene)
        assert 0 in codes
        assert state(scene.node) == undisturbed["publish"]


def test_all_commands_at_once_end_as_one_after_the_other(
    prepared, undisturbed, tmp_path
):
    for number in range(ROUNDS):
        world = prepared.copy(tmp_path / str(number))
        node = world.node("jordan")
        israel = world.scene("pull")
        scenes = [Scene(node, "publish"), Scene(node, "rebuild"), israel, israel]
        # A pull of the very folder that is being written to sees a whole record.
        scenes.append(Scene(israel.node, "pull", (node.public,)))
        codes = _run_at_once(*scenes)
        assert 0 in codes
        for scene in scenes[:3]:
            scene.again()
        assert state(node) == undisturbed["publish"]
        assert state(israel.node)["answers"] == undisturbed["pull"]["answers"]


def test_a_follower_that_pulls_while_its_source_publishes_has_no_finding(
    prepared, tmp_path
):
    for number in range(ROUNDS):
        world = prepared.copy(tmp_path / str(number))
        jordan, israel = world.node("jordan"), world.node("israel")
        pull = Scene(israel, "pull", (jordan.public,))
        assert _run_at_once(Scene(jordan, "publish"), pull) == [0, 0]
        pull.again()
        assert entries(israel)["jordan"] == entries(jordan)["jordan"]


def _publish(world: World, name: str, text: str) -> None:
    """Import and publish a file on the copy of jordan of that name."""
    desk = world.folder / f"{name}-desk"
    desk.mkdir(exist_ok=True)
    party = Party(world.node(name), desk)
    party.read(text, "more.csv")
    party.publish("the datum was corrected")


def test_two_copies_of_a_node_that_publish_apart_are_a_fork(world):
    shutil.copytree(world.folder / "finished", world.folder / "copy")
    _publish(world, "finished", LEVELS + "W4,2015-01-01,1\n")
    _publish(world, "copy", LEVELS + "W4,2015-01-01,2\n")
    follower = world.node("israel")
    first = pull_folder(follower, world.node("finished").public, quiet)
    assert first.findings == []
    (finding,) = pull_folder(follower, world.node("copy").public, quiet).findings
    assert (finding.name, finding.party) == ("forked-log", "jordan")
    assert len(list(follower.evidence.iterdir())) == 1
    assert verify_node(follower, quiet).findings == []


def test_a_node_with_an_older_state_refuses_to_write(world):
    node = world.node("jordan")
    kept = (node.folder / "state.sqlite").read_bytes()
    act(node, "publish")
    published = state(node)
    (node.folder / "state.sqlite").write_bytes(kept)
    for command in ("publish", "rebuild"):
        with pytest.raises(NotVerified, match="19 were published"):
            act(node, command)
    assert verify_node(node, quiet).findings
    # The next step that it names: the heads are in the published files.
    (node.folder / "state.sqlite").unlink()
    recover_node(node)
    assert state(node) == published


def test_a_follower_with_an_older_state_refuses_to_pull(world):
    scene = world.scene("pull")
    state_file = scene.node.folder / "state.sqlite"
    kept = state_file.read_bytes()
    scene.again()
    pulled = state(scene.node)
    state_file.write_bytes(kept)
    with pytest.raises(NotVerified, match="were accepted here"):
        scene.again()
    state_file.unlink()
    scene.again()
    assert state(scene.node) == pulled
