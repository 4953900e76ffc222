"""Text tables: CSV and its kin, in any encoding."""

from __future__ import annotations

import csv
import math
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from waternet.errors import NotAcceptable
from waternet.formats.cells import (
    MAX_CELL,
    Cells,
    clean_text,
    join_headings,
    unique_headings,
    verify_width,
)
from waternet.formats.decoding import (
    UTF8,
    is_as_it_stands,
    keep_rows,
    verify_encoding,
)
from waternet.formats.layout import read_cells
from waternet.formats.mojibake import repair_mojibake
from waternet.formats.reading import Reading, Reject
from waternet.formats.recipe import Recipe, TableLayout

__all__ = ["is_delimited", "read_delimited"]

_BLOCK = 4 << 20  # bytes: a cell of MAX_CELL characters fits
_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"


def is_delimited(head: bytes, name: str) -> bool:
    """Return whether a file may be text: no zero byte, unless it is UTF-16."""
    del name
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return bool(head.strip()) and (wide or b"\0" not in head)


def read_delimited(path: Path, recipe: Recipe) -> Reading:
    """Read a text table.

    Where every cell of a plain table is as the recipe says, whole columns are read
    at once; else cell by cell, so that each bad one is found.

    Raises
    ------
    NotAcceptable
        The headings do not fit the recipe, or a cell is longer than a million
        characters.
    """
    verify_encoding(path, recipe.table)
    headings, first = _read_headings(path, recipe)
    cells = _typed_cells(path, recipe, headings, first)
    if cells is not None:
        reading = read_cells(cells, recipe)
        if not reading.rejects and not cells.notices:
            return reading
    return read_cells(_text_cells(path, recipe, headings, first), recipe)


def _read_headings(path: Path, recipe: Recipe) -> tuple[list[str], int]:
    """Return the headings, and the number of the first row below them."""
    table = recipe.table
    skipped = max(table.header_row, table.first_row, 1) - 1
    if table.header_row:
        skipped = table.header_row - 1
    encoding = "utf-8-sig" if table.encoding.lower() in UTF8 else table.encoding
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = (line for _, line in keep_rows(file, table))
        before = sum(1 for _ in islice(lines, skipped))
        reader = csv.reader(lines, delimiter=table.delimiter)
        try:
            rows = list(islice(reader, table.header_rows if table.header_row else 1))
        except csv.Error as error:
            raise NotAcceptable(
                f"{path.name}, headings: {error}",
                hint="is it a text table, and is header_row right?",
            ) from error
    if before < skipped or not rows:
        raise NotAcceptable(
            f"{path.name} has no row {skipped + 1} for headings",
            hint="is header_row right?",
        )
    verify_width(path.name, max(map(len, rows)))
    if not table.header_row:
        return [f"#{n}" for n in range(1, len(rows[0]) + 1)], skipped + 1
    first = skipped + reader.line_num + 1
    rows = [[repair_mojibake(cell, table.mojibake) for cell in row] for row in rows]
    return unique_headings(join_headings(rows)), max(first, table.first_row)


def _typed_cells(
    path: Path, recipe: Recipe, headings: list[str], first: int
) -> Cells | None:
    """Return typed columns, or None where the table is not plain throughout."""
    if not _is_plain(recipe):
        return None
    time, station = clean_text(recipe.time.column), clean_text(recipe.station.column)
    types: dict[str, pa.DataType] = {time: pa.timestamp("us")}
    if station:
        types[station] = pa.dictionary(pa.int32(), pa.string())
    for value in recipe.value:
        types[clean_text(value.column)] = pa.float64()
    if not set(types) <= set(headings):
        return None
    for zone in (None, "UTC"):
        types[time] = pa.timestamp("us", zone)
        try:
            read = pa.csv.read_csv(
                path,
                read_options=pa.csv.ReadOptions(
                    skip_rows=first - 1, column_names=headings
                ),
                parse_options=_parse_options(recipe),
                convert_options=pa.csv.ConvertOptions(
                    column_types=types,
                    include_columns=list(types),
                    decimal_point=recipe.table.decimal,
                    null_values=[""],
                ),
            )
        except pa.ArrowInvalid:
            continue
        if zone and not _is_all_utc(path, read, station, first, len(headings)):
            return None
        for value in recipe.value:
            # 'NaN' and 'inf' are read as such: they are to be found and refused.
            total = pc.sum(read[clean_text(value.column)], min_count=0).as_py()
            if not math.isfinite(total):
                return None
        columns = {name: read[name] for name in types}
        rows = np.arange(first, first + read.num_rows, dtype=np.int64)
        return Cells(path.name, "", columns, rows, headings=tuple(headings))
    return None


def _is_plain(recipe: Recipe) -> bool:
    """Return whether all columns that matter are a station, an ISO time, figures."""
    time, station = recipe.time, recipe.station
    rich = (
        recipe.table.thousands,
        recipe.table.mojibake,
        station.make_ids,
        station.also_columns,
        station.xy_column,
        station.other_crs,
        time.clock_column,
        time.end_column,
        time.default_clock,
        time.headings,
        station.name_columns,
        station.attribute_columns,
        station.x_column,
        station.elevation_column,
        *(
            extra
            for value in recipe.value
            for extra in (
                value.when,
                value.limit_column,
                value.censor_column,
                value.qualifier_column,
                value.status_column,
            )
        ),
    )
    return bool(
        recipe.table.encoding.lower() in UTF8
        and is_as_it_stands(recipe.table)
        and recipe.table.decimal.isascii()
        and recipe.value
        and time.column
        and time.format == ("ISO",)
        and not any(rich)
    )


def _is_all_utc(
    path: Path, read: pa.Table, station: str, first: int, columns: int
) -> bool:
    """Return whether each time ends in Z: another offset would have to be kept.

    The table tells instants, not how they were written. With no Z in any other
    column, as many Z as rows can only mean one in each time.
    """
    if columns != read.num_columns:
        return False
    if station:
        for chunk in read[station].unify_dictionaries().chunks[:1]:
            if pc.any(pc.match_substring(chunk.dictionary, "Z")).as_py():
                return False
    zulu = 0
    with path.open("rb") as file:
        for _ in range(first - 1):
            file.readline()
        while block := file.read(_BLOCK):
            zulu += block.count(b"Z")
    return zulu == int(read.num_rows)


def _parse_options(recipe: Recipe, **more: Any) -> pa.csv.ParseOptions:
    return pa.csv.ParseOptions(
        delimiter=recipe.table.delimiter, ignore_empty_lines=False, **more
    )


def _text_cells(path: Path, recipe: Recipe, headings: list[str], first: int) -> Cells:
    """Return every cell as text; rows of another length are refused."""
    table = recipe.table
    text, numbers, passed = _decoded(path, table)
    ragged: list[tuple[int, str, int]] = []
    read = _parsed(path, recipe, headings, (text, first), ragged)
    if read is None:
        return Cells.from_rows(path.name, "", headings, [])
    rows, ragged_rows = _line_numbers(read, first, [row[0] for row in ragged])
    if numbers:
        rows = np.array(numbers, np.int64)[rows - 1]
        ragged_rows = [numbers[row - 1] for row in ragged_rows]
    columns = {
        name: _repaired(read[name], table.mojibake) for name in read.column_names
    }
    cells = Cells(path.name, "", columns, rows)
    cells.note_skipped(passed)
    _verify_lengths(cells)
    lost = len(headings) if recipe.time.headings else len(recipe.value)
    for number, (_, line, count) in zip(ragged_rows, ragged, strict=True):
        if line.strip(" \t\r\n" + table.delimiter):
            reason = f"{count} cells in this row"
            expected = f"{len(headings)} cells, as in the headings"
            cells.rejects.append(
                Reject(path.name, "", number, "", line[:200], reason, expected, lost)
            )
    cells.verify_few(len(cells.rejects))
    _note_odd_characters(cells, text, table.encoding)
    return cells


def _decoded(path: Path, table: TableLayout) -> tuple[str, list[int], list[int]]:
    """Return the text; the numbers of its lines, where some are left out; of those."""
    text = path.read_bytes().decode(table.encoding, errors="replace")
    text = text.removeprefix("\ufeff")
    if text and not text.endswith(("\n", "\r")):
        text += "\n"  # a line of headings alone is one, too
    if is_as_it_stands(table):
        return text, [], []
    passed: list[int] = []
    numbered = list(keep_rows(StringIO(text, newline=""), table, passed))
    kept = [number for number, _ in numbered]
    return "".join(line for _, line in numbered), kept, passed


def _parsed(
    path: Path,
    recipe: Recipe,
    headings: list[str],
    text: tuple[str, int],
    ragged: list[tuple[int, str, int]],
) -> pa.Table | None:
    """Return the cells of a text from a line on; `ragged` gets rows of another length.

    None where there is nothing below the headings.
    """
    written, first = text

    def refuse(row: Any) -> str:
        ragged.append((row.number, row.text, row.actual_columns))
        return "skip"

    try:
        return pa.csv.read_csv(
            pa.BufferReader(written.encode("utf-8", errors="replace")),
            read_options=pa.csv.ReadOptions(
                skip_rows=first - 1,
                column_names=headings,
                block_size=_BLOCK,
                use_threads=False,
            ),
            parse_options=_parse_options(
                recipe, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(headings, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):  # headings, and not even a line end
            return None
        raise _no_table(path, headings, error) from error


def _no_table(path: Path, headings: list[str], error: Exception) -> NotAcceptable:
    if "straddling" in str(error):  # a row that is longer than a block
        return NotAcceptable(
            f"{path.name}: a row has more than {_BLOCK >> 20} million characters; "
            f"its columns are {', '.join(headings[:12])}",
            hint="is a quotation mark missing, or is it no text table?",
        )
    return NotAcceptable(
        f"{path.name} is not delimited text: {error}",
        hint="is it a text table, and is its encoding right?",
    )


def _note_odd_characters(cells: Cells, text: str, encoding: str) -> None:
    """Say where bytes stand that the encoding does not have."""
    if _NO_CHARACTER in text:
        where = text.count("\n", 0, text.index(_NO_CHARACTER)) + 1
        count = text.count(_NO_CHARACTER)
        reason = f"{count} characters from here on are not {encoding}: "
        reason += "is [table] encoding right?"
        cells.notices.append(Reject(cells.file, "", where, "", "", reason, lost=0))


def _repaired(column: pa.ChunkedArray, code_page: str) -> pa.ChunkedArray:
    """Return a column of text as it was before it was read in a wrong code page."""
    if not code_page:
        return column
    encoded = pc.dictionary_encode(column).combine_chunks()
    texts = [
        repair_mojibake(text, code_page) for text in encoded.dictionary.to_pylist()
    ]
    return pa.chunked_array([pa.array(texts, pa.string()).take(encoded.indices)])


def _line_numbers(
    read: pa.Table, first: int, ragged: list[int]
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Return the line on which each row begins, and each of the `ragged` records."""
    records = np.arange(first, first + read.num_rows + len(ragged), dtype=np.int64)
    left_out = np.array(ragged, np.int64)
    records = np.setdiff1d(records, left_out, assume_unique=True)
    breaks = np.zeros(len(records), np.int64)
    for column in read.columns:
        breaks += pc.count_substring(column, "\n").to_numpy()
    before = np.append(0, np.cumsum(breaks))
    return (
        records + before[:-1],
        (left_out + before[np.searchsorted(records, left_out)]).tolist(),
    )


def _verify_lengths(cells: Cells) -> None:
    for heading, column in cells.columns.items():
        longest = pc.max(pc.utf8_length(column)).as_py() or 0
        if longest > MAX_CELL:
            raise NotAcceptable(
                f"{cells.where}: a cell in column {heading!r} has {longest:,} "
                f"characters; at most {MAX_CELL:,} are read",
                hint="is a quotation mark missing?",
            )
