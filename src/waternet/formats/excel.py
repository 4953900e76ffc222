"""Workbooks: .xls, .xlsx, .xlsb and .ods, as calamine reads them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.archive import verify_archive
from waternet.formats.cells import (
    MAX_CELL,
    MAX_COLUMNS,
    Cells,
    clean_text,
    join_headings,
    unique_headings,
    verify_width,
)
from waternet.formats.layout import read_cells
from waternet.formats.mojibake import repair_mojibake
from waternet.formats.preview import Sheet, sample_places
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.sheet_columns import make_columns

__all__ = ["is_excel", "preview_excel", "read_excel"]

Rows: TypeAlias = list[list[Any]]
# First and last cell of each range, as (row, column) from 0.
Merged: TypeAlias = list[tuple[tuple[int, int], tuple[int, int]]]
_EXPECTED = "a workbook that Excel or LibreOffice opens"


def is_excel(head: bytes, name: str) -> bool:
    """Return whether a file is a workbook: an OLE file, or an archive with sheets."""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return True
    ending = name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods"))
    inside = (b"xl/", b"[Content_Types].xml", b"opendocument.spreadsheet")
    return head.startswith(b"PK\x03\x04") and (
        ending or any(part in head for part in inside)
    )


def read_excel(path: Path, recipe: Recipe) -> Reading:
    """Read one sheet of a workbook.

    A cell that holds a date is read as ISO text, a whole number without '.0'; one that
    shows an error is blank. What the file merged downwards in a column of places,
    names or times holds for every row of it.

    Raises
    ------
    NotAcceptable
        It is no workbook, is locked by a password, or has no headings there.
    NotFound
        It has no such sheet.
    """
    table = recipe.table
    with _open(path) as workbook:
        sheet = _find_sheet(path, workbook, table.sheet)
        rows, merged = _read_sheet(workbook, sheet)
    whole = not (table.comment or table.mojibake or table.last_row or table.skip_rows)
    if whole and not merged:
        reading = _read_plain(path.name, sheet, rows, recipe)
        if reading is not None:
            return reading
    kept = list(_keep_rows(rows, table))
    top, below = _headings_between(table)
    if len(kept) <= top:
        raise NotAcceptable(
            f"{path.name}, sheet {sheet!r} has {len(kept)} rows, none of headings",
            hint="is header_row right?",
        )
    width = max(len(row) for row in rows)
    verify_width(path.name, width)
    headings = join_headings([texts for _, texts in kept[top:below]])
    headings += [""] * (width - len(headings))
    first = max(below, table.first_row - 1)
    body = kept[first:]
    down = _named_columns(recipe, unique_headings(headings))
    _fill_down(body, merged, down)
    passed = [number for number, texts in body if table.is_skipped(_first(texts))]
    left = set(passed)
    shown = [row for row in body if any(row[1]) and row[0] not in left]
    cells = Cells.from_rows(path.name, sheet, headings, shown)
    cells.note_skipped(passed)
    return read_cells(cells, recipe)


def _headings_between(table: TableLayout) -> tuple[int, int]:
    """Return the places of the first heading row, and of the row below the last."""
    top = table.header_row - 1 if table.header_row else 0
    return top, top + (table.header_rows if table.header_row else 0)


def _read_plain(file: str, sheet: str, rows: Rows, recipe: Recipe) -> Reading | None:
    """Read whole columns at once; None where a cell asks to be looked at by itself."""
    top, below = _headings_between(recipe.table)
    headings = join_headings([list(map(_as_text, row)) for row in rows[top:below]])
    first = max(below, recipe.table.first_row - 1)
    verify_width(file, len(headings))
    numbered = (first + 1, rows[first:])
    cells = make_columns((file, sheet), headings, numbered, recipe, _as_text)
    if cells is None:
        return None
    reading = read_cells(cells, recipe)
    return reading if not (reading.rejects or reading.notices) else None


def preview_excel(path: Path, table: TableLayout) -> list[Sheet]:
    """Return the first rows of each sheet and a sample of the others.

    Merged cells below the first row with a number or a date are filled downwards.

    Raises
    ------
    NotAcceptable
        It is no workbook, or is locked by a password.
    """
    found = []
    with _open(path) as workbook:
        for name in workbook.sheet_names:
            rows, merged = _read_sheet(workbook, name)
            kept = list(_keep_rows(rows, replace(table, comment="", last_row=0)))
            first = next(
                (place for place, row in enumerate(rows) if any(map(_is_figure, row))),
                len(rows),
            )
            _fill_down(kept[first:], merged, range(MAX_COLUMNS))
            filled = [(number, tuple(texts)) for number, texts in kept if any(texts)]
            ranges = tuple(
                (top + 1, left + 1, bottom + 1, right + 1)
                for (top, left), (bottom, right) in merged
            )
            shown = tuple(filled[place] for place in sample_places(len(filled)))
            found.append(Sheet(name, shown, None, len(rows), ranges))
    return found


@contextmanager
def _open(path: Path) -> Iterator[CalamineWorkbook]:
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if is_archive:
        verify_archive(path)
    try:
        yield CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise NotAcceptable(
            f"{path.name} is locked by a password", hint="save it without one"
        ) from error
    except (CalamineError, ZipError) as error:
        raise NotAcceptable(f"{path.name}: expected {_EXPECTED}: {error}") from error


def _find_sheet(path: Path, workbook: CalamineWorkbook, wanted: str) -> str:
    names: list[str] = workbook.sheet_names
    if wanted and wanted not in names:
        listed = ", ".join(map(repr, names))
        raise NotFound(f"{path.name}: no sheet {wanted!r}; there are {listed}")
    return wanted or names[0]


def _read_sheet(workbook: CalamineWorkbook, name: str) -> tuple[Rows, Merged]:
    sheet = workbook.get_sheet_by_name(name)
    # Rows and columns that are empty at the top and left count for the reader.
    return sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []


def _keep_rows(rows: Rows, table: TableLayout) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows down to `last_row` that are no comments, by their own number."""
    kept = 0
    for number, row in enumerate(rows, 1):
        texts = [_as_text(cell) for cell in row]
        if table.mojibake:
            texts = [repair_mojibake(text, table.mojibake) for text in texts]
        first = next(filter(None, texts), "")
        if table.comment and first.startswith(table.comment):
            continue
        kept += 1
        if table.last_row and kept > table.last_row:
            return
        yield number, texts


def _first(texts: list[str]) -> str:
    return clean_text(next(filter(None, texts), ""))


def _named_columns(recipe: Recipe, headings: list[str]) -> list[int]:
    """Return the columns that say of what place and time a row is."""
    station, time = recipe.station, recipe.time
    names = {
        station.column,
        *station.also_columns,
        *station.name_columns.values(),
        *station.attribute_columns.values(),
        time.column,
        time.year_column,
        time.month_column,
        time.day_column,
        *(column for value in recipe.value for column in value.when),
    }
    cleaned = {clean_text(name) for name in names if name}
    return [place for place, name in enumerate(headings) if name in cleaned]


def _fill_down(
    body: list[tuple[int, list[str]]], merged: Merged, columns: Container[int]
) -> None:
    """Write what a merged range says into its first column, row by row."""
    if not merged:
        return
    place_of = {number: place for place, (number, _) in enumerate(body)}
    for (top, left), (bottom, _) in merged:
        if left not in columns or top + 1 not in place_of:
            continue
        text = body[place_of[top + 1]][1][left]
        for number in range(top + 2, bottom + 2):
            if number in place_of:
                body[place_of[number]][1][left] = text


def _is_figure(cell: Any) -> bool:
    return isinstance(cell, (int, float, date)) and not isinstance(cell, bool)


def _as_text(cell: Any) -> str:
    """Return what stands in a cell, as its reader would write it down."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        whole = cell.time() == time(0)
        return cell.date().isoformat() if whole else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    text = str(cell)
    if len(text) > MAX_CELL:
        raise NotAcceptable(f"a cell of {len(text):,} characters")
    return text
