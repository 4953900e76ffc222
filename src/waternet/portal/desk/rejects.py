"""Cells of a file that could not be read: one by one, with the next step."""

from __future__ import annotations

import csv
from itertools import islice
from typing import Any

from waternet.node.pending import Pending

__all__ = ["PAGE", "plain_rejects"]

PAGE = 100  # cells on one page


def plain_rejects(pending: Pending, start: int) -> list[dict[str, Any]]:
    """Return the cells of one page that were refused.

    Parameters
    ----------
    pending : Pending
    start : int
        The first one, from 0.

    Returns
    -------
    list of mapping
        file, sheet, row, column, value, reason, expected, lost.
    """
    file = pending.folder / "rejects.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        shown = islice(csv.DictReader(lines), start, start + PAGE)
        return [
            {**one, "row": int(one["row"]), "lost": int(one["lost"])} for one in shown
        ]
