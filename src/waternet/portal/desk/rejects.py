"""Cells of a file that could not be read: one by one, with the next step."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from waternet.node.pending import Pending

__all__ = ["PAGE", "plain_rejects"]

PAGE = 100  # cells on one page


def plain_rejects(pending: Pending, start: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many cells were refused, and those of one page.

    Parameters
    ----------
    pending : Pending
    start : int
        The first one, from 0.

    Returns
    -------
    count : int
    rejects : list of mapping
        file, sheet, row, column, value, reason, expected, lost.
    """
    file = pending.folder / "rejects.csv"
    if not file.is_file():
        return 0, []
    return _read(file, start)


def _read(file: Path, start: int) -> tuple[int, list[dict[str, Any]]]:
    count, shown = 0, list[dict[str, Any]]()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for one in csv.DictReader(lines):
            if start <= count < start + PAGE:
                shown.append({**one, "row": int(one["row"]), "lost": int(one["lost"])})
            count += 1
    return count, shown
