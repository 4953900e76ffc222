"""Tables written as a workbook, with memory that does not grow with the rows.

xlsxwriter makes the workbook with its headings and styles. The rows are then put in
column by column: cell by cell they would take forty times as long.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import IO, Any

import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.formats.excel_rows import sheet_rows

__all__ = ["MOST_ROWS", "Sheet", "write_workbook"]

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its headings."""

_END = b"</sheetData>"
# How large the sheet is, which need not be said, and would be that of the headings.
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_DATE_STYLE = 2  # the workbook's second cell format, after that of headings


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, and its rows in parts that have the same columns."""

    name: str
    parts: Iterable[pa.Table]


def write_workbook(sheets: Sequence[Sheet], sink: IO[bytes]) -> None:
    """Write tables as the sheets of a workbook (.xlsx).

    Parameters
    ----------
    sheets : sequence of Sheet
        Each with at least one part.
    sink : binary file

    Raises
    ------
    NotAcceptable
        A sheet has more rows than a workbook holds. Nothing is cut.

    Notes
    -----
    Text is always a text cell: never a formula, a link or a number, whatever it looks
    like, and in any script. Times are date cells, in UTC; those before March 1900,
    which no workbook can hold as a date, are text. Nulls are empty.
    """
    begun = [(sheet.name, *_begun(sheet)) for sheet in sheets]
    empty = _with_headings([(name, first.column_names) for name, first, _ in begun])
    rows = {
        f"xl/worksheets/sheet{number}.xml": _rows(name, parts)
        for number, (name, _, parts) in enumerate(begun, 1)
    }
    with (
        zipfile.ZipFile(empty) as source,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for item in source.infolist():
            with target.open(item.filename, "w", force_zip64=True) as file:
                if item.filename in rows:
                    _fill(source.read(item), rows[item.filename], file)
                else:
                    with source.open(item) as made:
                        shutil.copyfileobj(made, file)


def _begun(sheet: Sheet) -> tuple[pa.Table, Iterator[pa.Table]]:
    """Return the first part, by which the columns are known, and all of them."""
    parts = iter(sheet.parts)
    first = next(parts)
    return first, chain([first], parts)


def _with_headings(sheets: Sequence[tuple[str, Sequence[str]]]) -> BytesIO:
    """Return a workbook that has headings and no rows."""
    import xlsxwriter

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(made, options) as workbook:
        heading = workbook.add_format({"bold": True})
        clock = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, columns in sheets:
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, max(10, min(40, len(column) + 2)))
                sheet.write_string(0, place, column, heading)
            # A format that no cell has is not written.
            sheet.write_blank(0, len(columns), None, clock)
    made.seek(0)
    return made


def _rows(name: str, parts: Iterator[pa.Table]) -> Iterator[bytes]:
    row = 2
    for part in parts:
        if row + part.num_rows > MOST_ROWS + 2:
            raise NotAcceptable(
                f"more than {MOST_ROWS:,} rows for the sheet {name!r}: no workbook "
                "holds them",
                hint="ask for a shorter period or fewer datastreams, or for Parquet",
            )
        yield from sheet_rows(part, row, _DATE_STYLE)
        row += part.num_rows


def _fill(sheet: bytes, rows: Iterator[bytes], file: Any) -> None:
    """Write a sheet with its rows behind its headings."""
    head, _, tail = sheet.partition(_END)
    file.write(_DIMENSION.sub(b"", head))
    for piece in rows:
        file.write(piece)
    file.write(_END + tail)
