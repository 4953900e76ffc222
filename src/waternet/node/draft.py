"""An entry before it is signed, and the blobs staged for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from waternet.node.durable import make_durable
from waternet.record.fields import Reference

__all__ = ["Draft", "lay_down", "stage_blob"]


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it is signed.

    Attributes
    ----------
    kind : str
    body : mapping
        The fields of the kind; {} for 'unchanged', which is no entry: all that the
        import says stands already.
    title : str
    observations, replaced, unchanged : int
        In it; how many of those replace figures that stand; left out because they
        stand just so.
    readers : tuple of str
        Who may read it, where not everybody may.
    """

    kind: str
    body: dict[str, Any]
    title: str
    observations: int = 0
    replaced: int = 0
    unchanged: int = 0
    readers: tuple[str, ...] = ()


def stage_blob(blobs: Path, write: Callable[[BinaryIO], Reference]) -> Reference:
    """Write a blob into the staging under its hash, durably."""
    unnamed = blobs / "unnamed"
    with unnamed.open("wb") as sink:
        reference = write(sink)
        sink.flush()
        os.fsync(sink.fileno())
    unnamed.replace(blobs / reference.sha256)
    return reference


def lay_down(source: Path, target: Path) -> None:
    """Give a durable file a second name; copy it on a disk that has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        make_durable(target)
