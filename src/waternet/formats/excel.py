"""Workbooks: .xls, .xlsx, .xlsb and .ods, as calamine reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.archive import verify_archive
from waternet.formats.cells import MAX_CELL, Cells, join_headings, verify_width
from waternet.formats.layout import read_cells
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe

__all__ = ["is_excel", "read_excel"]

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

    A cell that holds a date is read as ISO text, a whole number without '.0'.

    Raises
    ------
    NotAcceptable
        It is no workbook, is locked by a password, or has no headings there.
    NotFound
        It has no such sheet.
    """
    sheet, rows = _read_sheet(path, recipe.table.sheet)
    table = recipe.table
    top = table.header_row - 1 if table.header_row else 0
    below = top + (table.header_rows if table.header_row else 0)
    if len(rows) <= top:
        raise NotAcceptable(
            f"{path.name}, sheet {sheet!r} has {len(rows)} rows, none of headings",
            hint="is header_row right?",
        )
    width = max(len(row) for row in rows)
    verify_width(path.name, width)
    headings = join_headings([[_as_text(c) for c in row] for row in rows[top:below]])
    headings += [""] * (width - len(headings))
    first = max(below, table.first_row - 1)
    texts = _texts(rows, first)
    return read_cells(Cells.from_rows(path.name, sheet, headings, texts), recipe)


def _read_sheet(path: Path, wanted: str) -> tuple[str, list[list[Any]]]:
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if is_archive:
        verify_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = workbook.sheet_names
        if wanted and wanted not in names:
            listed = ", ".join(map(repr, names))
            raise NotFound(f"{path.name}: no sheet {wanted!r}; there are {listed}")
        sheet = wanted or names[0]
        # Rows and columns that are empty at the top and left count for the reader.
        return sheet, workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise NotAcceptable(
            f"{path.name} is locked by a password", hint="save it without one"
        ) from error
    except (CalamineError, ZipError) as error:
        raise NotAcceptable(f"{path.name}: expected {_EXPECTED}: {error}") from error


def _texts(rows: list[list[Any]], first: int) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows[first:], first + 1):
        texts = [_as_text(cell) for cell in row]
        if any(texts):
            yield number, texts


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
