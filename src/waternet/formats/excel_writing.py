"""Tables written as a workbook, with memory that does not grow with the rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from waternet.errors import NotAcceptable

__all__ = ["MOST_ROWS", "Sheet", "write_workbook"]

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its headings."""

_BATCH = 4_096  # rows
_MOST_TEXT = 32_767  # characters in a cell
_FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001  before it, Excel's calendar is wrong
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
_DAY = 86_400.0  # s
_EXACT = 2**53  # greater whole numbers would be rounded


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, and its rows in parts that have the same columns."""

    name: str
    parts: Iterable[pa.Table]


def write_workbook(sheets: Sequence[Sheet], sink: Path) -> None:
    """Write tables as the sheets of a workbook (.xlsx).

    Parameters
    ----------
    sheets : sequence of Sheet
    sink : Path
        Written anew.

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
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(sink.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(sink), options) as workbook:
        heading = workbook.add_format({"bold": True})
        clock = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for sheet in sheets:
            written = _Written(workbook.add_worksheet(sheet.name), heading, clock)
            for part in sheet.parts:
                written.take(part, sheet.name)


class _Written:
    """One sheet as it is written, row by row."""

    def __init__(self, sheet: Any, heading: Any, clock: Any) -> None:
        self._sheet = sheet
        self._heading = heading
        self._clock = clock
        self._row = 0

    def take(self, part: pa.Table, name: str) -> None:
        """Write the rows of one part, and the headings before the first one."""
        if not self._row:
            self._begin(part.column_names)
        if self._row + part.num_rows > MOST_ROWS + 1:
            raise NotAcceptable(
                f"more than {MOST_ROWS:,} rows for the sheet {name!r}: no workbook "
                "holds them",
                hint="ask for a shorter period or fewer datastreams, or for Parquet",
            )
        for row in _rows(part):
            for place, value in enumerate(row):
                self._write(place, value)
            self._row += 1

    def _begin(self, names: Sequence[str]) -> None:
        self._sheet.freeze_panes(1, 0)
        for place, name in enumerate(names):
            self._sheet.set_column(place, place, max(10, min(40, len(name) + 2)))
            self._sheet.write_string(0, place, name, self._heading)
        self._row = 1

    def _write(self, place: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, place, value)
        elif isinstance(value, float) or (
            isinstance(value, int) and abs(value) <= _EXACT
        ):
            self._write_number(place, value)
        elif isinstance(value, datetime) and value >= _FIRST_DAY:
            day = (value - _EPOCH).total_seconds() / _DAY
            self._sheet.write_number(self._row, place, day, self._clock)
        else:
            self._sheet.write_string(self._row, place, _text(value)[:_MOST_TEXT])

    def _write_number(self, place: int, value: float) -> None:
        if value - value == 0:  # finite
            self._sheet.write_number(self._row, place, value)
        else:
            self._sheet.write_string(self._row, place, repr(value))


def _rows(part: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in part.to_batches(max_chunksize=_BATCH):
        yield from zip(
            *(column.to_pylist(maps_as_pydicts="strict") for column in batch.columns),
            strict=True,
        )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
