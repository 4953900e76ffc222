"""What a table says first of each place, where several rows speak of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from waternet.formats.cells import Cells

__all__ = ["find_firsts"]


def find_firsts(
    cells: Cells, column: str, codes: npt.NDArray[np.int32]
) -> list[tuple[int, int, str]]:
    """Return the first text of each place in a column.

    Parameters
    ----------
    cells : Cells
        Takes a notice where a later row says another thing.
    column : str
    codes : array of int32, (n,)
        Place of each row, or -1.

    Returns
    -------
    list of (place, row, text)
        By place; none for places about which the column is blank.
    """
    written, texts = cells.encoded(column)
    rows = np.flatnonzero((codes >= 0) & (written >= 0))
    pairs = codes[rows].astype(np.int64) << 32 | written[rows]
    _, first = np.unique(pairs, return_index=True)
    found: dict[int, tuple[int, str]] = {}
    for place in np.sort(first):
        row = int(rows[place])
        code, text = int(codes[row]), texts[written[row]]
        if found.setdefault(code, (row, text))[1] != text:
            reason = f"an earlier row says {found[code][1]!r} of the same place"
            cells.notice(row, column, text, reason)
    return [(code, row, text) for code, (row, text) in sorted(found.items())]
