"""A process killed, or out of disk, as it takes the registry or changes its own key."""

import shutil
import signal
from dataclasses import replace

import pytest
from faults.act import SYSTEM
from faults.scenes import Scene, World, state
from parties import LEVELS, quiet
from registries import NOW, OFFLINE, found, make_members, registry_key_of

from waternet.failpoint import FAILPOINTS
from waternet.node.folder import open_node
from waternet.node.follow import pull_folder
from waternet.node.intake import bring_up_to_date
from waternet.node.recovery import recover_node
from waternet.node.rotation import rotate_key
from waternet.node.verification import verify_node

TAKEN = ("registry.before-files", "registry.files-written", "registry.committed")
PASSED_BY = {"pull": TAKEN, "rotate": (*TAKEN, "registry.key-moved")}
CASES = [(command, name) for command, names in PASSED_BY.items() for name in names]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> World:
    """Return two parties: one revoked its steward key, the other does not know yet."""
    folder = tmp_path_factory.mktemp("registry") / "world"
    basin, delta = make_members(folder, "basin", "delta")
    basin.read()
    basin.publish()
    found([basin, delta])
    basin.read(LEVELS.replace("-214.5", "-999"), "forged.csv")
    basin.publish("a thief was here")
    pull_folder(delta.node, basin.node.public, quiet)
    shutil.copytree(basin.node.folder, folder / "revoked")
    revoked = replace(basin, node=open_node([folder / "revoked"]))
    with revoked.node.writing():
        rotate_key(revoked.node, "steward", [registry_key_of(basin)], "", NOW, 3)
    return World(folder)


def scene_of(world: World, command: str) -> Scene:
    if command == "pull":
        return Scene(world.node("delta"), "pull", (world.folder / "revoked/public",))
    keys = world.folder / "basin-desk" / OFFLINE
    return Scene(world.node("basin"), "rotate", (keys,))


def test_every_failpoint_of_the_registry_is_tried():
    tried = {name for names in PASSED_BY.values() for name in names}
    assert tried == {one for one in FAILPOINTS if one.startswith("registry.")}


def cards(node):
    """Return the cards with their earlier keys, whatever fresh keys there are."""
    return {
        party: (card.origin, [(one.role, one.until) for one in card.earlier_keys])
        for party, card in node.cards().items()
    }


@pytest.fixture(scope="module")
def undisturbed(prepared, tmp_path_factory):
    left = {}
    for command in PASSED_BY:
        world = prepared.copy(tmp_path_factory.mktemp("twin") / "world")
        scene = scene_of(world, command)
        scene.run()
        left[command] = (state(scene.node), cards(scene.node))
    assert left["pull"][1]["basin"][1] == [("steward", 3)]
    assert left["rotate"][1]["basin"][1] == [("log", 5)]
    return left


@pytest.fixture
def world(prepared, tmp_path) -> World:
    return prepared.copy(tmp_path / "world")


@pytest.mark.parametrize(("command", "name"), CASES)
def test_a_second_run_completes_what_was_killed(world, undisturbed, command, name):
    scene = scene_of(world, command)
    code, said = scene.run(WATERNET_FAILPOINT=name)
    assert code == -signal.SIGKILL, said
    scene.run()
    assert (state(scene.node), cards(scene.node)) == undisturbed[command]


@pytest.mark.parametrize(("command", "name"), CASES)
def test_whoever_asks_after_a_kill_finds_a_whole_node(world, command, name):
    scene = scene_of(world, command)
    scene.run(WATERNET_FAILPOINT=name)
    bring_up_to_date(scene.node)
    with scene.node.writing():
        recover_node(scene.node)
    assert [str(one) for one in verify_node(scene.node, quiet).findings] == []


@pytest.mark.parametrize(("command", "name"), CASES)
def test_a_full_disk_ends_the_command_and_a_second_run_completes(
    world, undisturbed, command, name
):
    scene = scene_of(world, command)
    code, said = scene.run(WATERNET_FAILPOINT=f"{name}:full")
    assert code == SYSTEM, said
    scene.run()
    assert (state(scene.node), cards(scene.node)) == undisturbed[command]
