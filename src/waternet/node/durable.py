"""Files that survive a power cut once written."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["make_durable", "move_durably", "sync_folder", "write_durably"]


def write_durably(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: another name, fsync, rename, fsync."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def make_durable(path: Path) -> None:
    """Force a file that is already written to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def move_durably(source: Path, target: Path) -> None:
    """Give a durable file its final name; replaces what stood there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
