"""A process killed at any step: nothing is lost, and a second run completes."""

import shutil
import signal

import pytest
from faults.scenes import state
from parties import quiet

from waternet.failpoint import FAILPOINTS
from waternet.node.follow import pull_folder
from waternet.node.intake import bring_up_to_date
from waternet.node.verification import verify_node

_EVERY = ("publish", "pull", "rebuild")
# Which commands pass each failpoint. One that is not here fails the tests.
PASSED_BY = {
    "publish.before-blobs": ("publish",),
    "log.before-stage": ("publish",),
    "log.staged": ("publish",),
    "log.committed": ("publish",),
    "log.tiles-written": ("publish",),
    "log.checkpoint-published": ("publish",),
    "publish.before-bank": ("publish",),
    # Tried on drafts, in test_desk_stops.py.
    "desk.before-commit": (),
    "desk.kept": (),
    "desk.before-clear": (),
    "desk.cleared": (),
    # Tried on acts of delegates, in test_act_stops.py.
    "act.before-kept": (),
    "act.entered": (),
    "act.before-drop": (),
    "act.unlisted": (),
    "credential.key-written": (),
    # Tried in tests/node/test_notices.py.
    "notices.kept": (),
    "notices.sent": (),
    "cosign.kept": ("cosign",),
    "cosign.shown": ("cosign",),
    "edit.before-kept": ("edit",),
    "edit.kept": ("edit",),
    "bank.catalogued": _EVERY,
    "bank.before-delta": _EVERY,
    "bank.after-delta": _EVERY,
    "bank.before-compact": _EVERY,
    "bank.after-compact": _EVERY,
    "pull.before-blobs": ("pull",),
    "pull.blob-copied": ("pull",),
    "pull.before-step": ("pull",),
    "pull.step-written": ("pull",),
    "witness.kept": ("pull",),
    "witness.shown": ("pull",),
    "pull.before-commit": ("pull",),
    "pull.committed": ("pull",),
    # These are tried in test_registry_stops.
    "registry.before-files": (),
    "registry.files-written": (),
    "registry.committed": (),
    "registry.key-moved": (),
    "rebuild.before-swap": ("rebuild",),
    "rebuild.moved-away": ("rebuild",),
    "rebuild.swapped": ("rebuild",),
    # Tried on restricted releases, in test_restricted_faults.py.
    "publish.sealed": (),
    "open.unsealed": (),
    "bank.before-late": (),
    "bank.after-late": (),
    # Tried on swaps, in tests/node/test_swaps.py.
    "swap.before-opening": (),
    "swap.before-key": (),
    "swap.key-kept": (),
}
CASES = [(command, name) for name, by in PASSED_BY.items() for command in by]


def test_every_failpoint_is_tried():
    assert set(PASSED_BY) == set(FAILPOINTS)


def test_undisturbed_commands_leave_nothing_to_find(undisturbed):
    for command, left in undisturbed.items():
        assert (left["findings"], left["left behind"]) == ([], [])
        edits = [len(edits) for _name, edits in left["pending"]]
        # What is only edited, or waits while others are pulled, stays pending.
        assert edits == {"edit": [1], "cosign": [0]}.get(command, [])


def _kill(scene, name):
    code, said = scene.run(WATERNET_FAILPOINT=name)
    assert code == -signal.SIGKILL, said


@pytest.mark.parametrize(("command", "name"), CASES)
def test_a_second_run_completes_what_was_killed(world, undisturbed, command, name):
    scene = world.scene(command)
    _kill(scene, name)
    if command == "publish":
        # Whatever is public now must stay true, also of what comes later.
        follower, public = world.node("israel"), scene.node.public
        assert pull_folder(follower, public, quiet).findings == []
        scene.again()
        assert pull_folder(follower, public, quiet).findings == []
    else:
        scene.again()
    assert state(scene.node) == undisturbed[command]


LOG_STEPS = [name for name, by in PASSED_BY.items() if by == ("publish",)]


@pytest.mark.parametrize("name", LOG_STEPS)
def test_whoever_asks_after_a_kill_gets_the_record_as_it_stands(
    world, undisturbed, name
):
    scene = world.scene("publish")
    before = state(scene.node)["answers"]
    _kill(scene, name)
    bring_up_to_date(scene.node)
    committed = LOG_STEPS.index(name) >= LOG_STEPS.index("log.committed")
    expected = undisturbed["publish"]["answers"] if committed else before
    after = state(scene.node)
    assert after["answers"] == expected
    assert verify_node(scene.node, quiet).entries["jordan"] == len(
        after["entries"]["jordan"]
    )


@pytest.mark.parametrize("name", ["log.committed", "log.tiles-written"])
def test_a_lost_staging_after_the_commit_is_named_and_nothing_is_forked(world, name):
    scene = world.scene("publish")
    _kill(scene, name)
    staging = scene.node.staging
    kept = staging.rename(staging.with_name("kept"))
    code, said = scene.run()
    assert code != 0
    assert "staging" in said
    shutil.rmtree(staging, ignore_errors=True)
    kept.rename(staging)
    scene.again()
    follower = world.node("israel")
    assert pull_folder(follower, scene.node.public, quiet).findings == []
