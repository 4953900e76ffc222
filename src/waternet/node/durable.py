"""Files that survive a power cut once written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = [
    "make_durable",
    "make_folder",
    "move_durably",
    "sync_folder",
    "write_all_durably",
    "write_durably",
]

_SYNCS = 8  # at a time: a journal makes durable together what is asked for together


def write_durably(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: another name, fsync, rename, fsync."""
    make_folder(path.parent)
    _write_unfinished(path, content).replace(path)
    sync_folder(path.parent)


def write_all_durably(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write many files, each whole or not at all.

    On return all of them are durable; after a power cut before that, each is there as
    it should be, as it was, or not at all. What is there already, byte for byte, is not
    written again.

    Parameters
    ----------
    folder : Path
    files : mapping of path below the folder to content
    """
    paths = {folder / path: content for path, content in files.items()}
    parents = sorted({path.parent for path in paths})
    for parent in parents:
        make_folder(parent)
    new = {path: held for path, held in paths.items() if not _holds(path, held)}
    with ThreadPoolExecutor(_SYNCS, "waternet-write") as writers:
        unfinished = list(writers.map(_write_unfinished, new, new.values()))
        for written, path in zip(unfinished, new, strict=True):
            written.replace(path)
        list(writers.map(sync_folder, parents))


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, so that a power cut does not take it away."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


def _write_unfinished(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return unfinished


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def make_durable(path: Path) -> None:
    """Force a file that is already written to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def move_durably(source: Path, target: Path) -> None:
    """Give a durable file its final name; replaces what stood there."""
    make_folder(target.parent)
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
