"""A full disk at any step: said with its name, and a second run with room completes."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.act import NAMED, SYSTEM
from faults.scenes import Scene, World, state
from faults.test_kill import CASES

COMMANDS = ("publish", "pull", "rebuild", "edit")
# Bytes that one file may have: the first ones stop sqlite, later ones the rest.
LARGEST = (0, 2_000, 5_000, 20_000, 40_000, 100_000)


@pytest.mark.parametrize(("command", "name"), CASES)
def test_a_disk_full_at_any_step_is_said_and_then_made_good(
    monkeypatch, world, undisturbed, command, name
):
    scene = world.scene(command)
    with monkeypatch.context() as full:
        full.setenv("WATERNET_FAILPOINT", f"{name}:full")
        with pytest.raises(OSError, match="No space left on device"):
            scene.again()
    scene.again()
    assert state(scene.node) == undisturbed[command]


@pytest.mark.parametrize("largest", LARGEST)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_write_cut_short_anywhere_is_said_and_then_made_good(
    world, undisturbed, command, largest
):
    scene = world.scene(command)
    code, said = scene.run(LARGEST_FILE=str(largest))
    if code:
        _verify_told(code, said)
        scene.again()
    else:
        assert largest > min(LARGEST), "no command can do without writing"
    assert state(scene.node) == undisturbed[command]


def _verify_told(code: int, said: str) -> None:
    """Verify that the error is named, by one of Waternet's own or the system's."""
    assert code in (NAMED, SYSTEM), said
    assert said.startswith(("error: ", "system: "))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("input absent by design: may not mount a file system")
    options = [mount, "-t", "tmpfs", "-o", "size=3m", "waternet", str(folder)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("input absent by design: may not mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("room", [0, 16_384, 65_536])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_small_disk_that_fills_up_is_said_and_then_made_good(
    prepared, small_disk, undisturbed, command, room
):
    scene = prepared.scene(command)
    folder = small_disk / scene.node.folder.name
    shutil.copytree(scene.node.folder, folder)
    # Whoever takes the lock empties it: an edit would find room where it was.
    (folder / "writing.lock").unlink(missing_ok=True)
    on_disk = Scene(World(small_disk).node(folder.name), command, scene.arguments)
    (folder / "writing.lock").write_bytes(b"")  # taking it would give room
    filler = small_disk / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(small_disk).free - room, 0)))
    code, said = on_disk.run()
    if code:
        _verify_told(code, said)
    assert code or room
    filler.unlink()
    on_disk.again()
    assert state(on_disk.node) == undisturbed[command]
