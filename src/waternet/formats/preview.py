"""What stands in a table before anybody said what it means."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MAX_PREVIEW_ROWS", "Sheet", "sample_places"]

MAX_PREVIEW_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file, or a sample of its rows.

    Attributes
    ----------
    name : str
        Of the sheet or layer; '' where the file has one table without a name.
    rows : tuple of (number, cells)
        The first rows and, of a long table, a sample of the others. Numbers count as
        the file's reader does, from 1. Cells are text as the file has it.
    headings : tuple of str or None
        None where the format has none of its own: they stand somewhere in `rows`.
    total_rows : int or None
        Of the whole table; None where nobody counted.
    merged : tuple of (first row, first column, last row, last column)
        Merged cells, from 1; only workbooks have them.
    crs : str
        Reference system of the columns 'x' and 'y', where the file itself says it.
    path : str
        Where in the file the table is, as `[table] records` writes it; '' elsewhere.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    headings: tuple[str, ...] | None = None
    total_rows: int | None = None
    merged: tuple[tuple[int, int, int, int], ...] = ()
    crs: str = ""
    path: str = ""


def sample_places(count: int) -> list[int]:
    """Return which of `count` rows to show: the first, a sample, and the last.

    Examples
    --------
    >>> sample_places(3), len(sample_places(1_000_000)) <= MAX_PREVIEW_ROWS
    ([0, 1, 2], True)
    """
    if count <= MAX_PREVIEW_ROWS:
        return list(range(count))
    head, tail = MAX_PREVIEW_ROWS // 2, MAX_PREVIEW_ROWS // 40
    step = -(-(count - head - tail) // (MAX_PREVIEW_ROWS - head - tail))
    middle = range(head, count - tail, step)
    return [*range(head), *middle, *range(count - tail, count)]
