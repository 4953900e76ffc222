"""The parties on whom faults are tried: prepared once, copied for each test."""

from pathlib import Path
from typing import Any

import pytest
from faults.scenes import World, make_world, state


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return the parties as prepared; only to be copied."""
    return make_world(tmp_path_factory.mktemp("prepared") / "world")


@pytest.fixture
def world(prepared: World, tmp_path: Path) -> World:
    """Return parties of the test's own."""
    return prepared.copy(tmp_path / "world")


@pytest.fixture(scope="session")
def undisturbed(
    prepared: World, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Return how each command leaves its node where no fault comes between."""
    found = {}
    for command in ("publish", "pull", "rebuild", "edit", "cosign"):
        twin = prepared.copy(tmp_path_factory.mktemp("twin") / "world")
        scene = twin.scene(command)
        scene.again()
        found[command] = state(scene.node)
    return found
