"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real files to test with, or skip where it is absent."""
    root = Path(__file__).resolve().parent.parent
    folder = Path(os.environ.get("WATERNET_SHARED", root.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"input absent by design: no folder {folder.name!r} of real files")
    return folder
