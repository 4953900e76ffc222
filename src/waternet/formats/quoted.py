"""Delimited rows whose quoted cells may run over several lines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_COLUMNS

__all__ = ["read_records", "read_rows"]


def read_rows(
    lines: Iterable[tuple[int, str]], delimiter: str, file: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of delimited text, each with the number of its last line.

    Parameters
    ----------
    lines : iterable of (number, text)
        As `waternet.formats.lines.read_lines` gives them.
    delimiter, file : str

    Raises
    ------
    NotAcceptable
        A quote is never closed within bounds, or a row has too many cells.
    """
    number = 0

    def texts() -> Iterator[str]:
        nonlocal number
        for number, line in lines:  # noqa: B007 - read below, by row
            yield f"{line}\n"

    try:
        for row in csv.reader(texts(), delimiter=delimiter):
            if len(row) > MAX_COLUMNS:
                raise NotAcceptable(f"{file}, line {number}: {len(row)} cells")
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise NotAcceptable(
            f"{file}, line {number}: {error}", hint="is a quote never closed?"
        ) from error


def read_records(
    lines: Iterable[tuple[int, str]], delimiter: str, file: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows as cells by heading; the first row has the headings.

    A row that is shorter is blank to the right. One that is longer has its further
    cells under '', joined by the delimiter.

    Raises
    ------
    NotAcceptable
        Two columns have one heading.
    """
    rows = read_rows(lines, delimiter, file)
    _, headings = next(rows, (0, []))
    twice = next((name for name in headings if headings.count(name) > 1), None)
    if twice:
        raise NotAcceptable(f"{file}: two columns are headed {twice!r}")
    for number, row in rows:
        if not any(row):
            continue
        record = dict(zip(headings, row, strict=False))
        if len(row) > len(headings):
            record[""] = delimiter.join(row[len(headings) :])
        yield number, record
