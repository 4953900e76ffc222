"""Rows of a workbook's sheet as its XML, made column by column.

References
----------
ECMA-376, part 1 (SpreadsheetML): 18.3.1.4 (c), 18.3.1.73 (row), 22.4.2.4 (control
characters in texts).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.writing import to_iso

__all__ = ["column_letters", "sheet_rows"]

_BATCH = 16_384  # rows
_MOST_TEXT = 32_767  # characters in a cell
_EXACT = 2**53  # greater whole numbers would be rounded
_DAY = 86_400_000_000  # us
# Day 25,569 is 1 January 1970. Before March 1900 Excel's calendar is wrong.
_EPOCH, _FIRST = 25_569, -25_508 * _DAY
_SPELT = re.compile("_x(?=[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# What stands before and behind the value in a cell.
_TEXT = '" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
_NUMBER = '"><v>', "</v></c>"
_EMPTY = pa.scalar("", pa.string())


def sheet_rows(part: pa.Table, first: int, date_style: int) -> Iterator[bytes]:
    """Yield the XML of a table's rows.

    Parameters
    ----------
    part : pyarrow.Table
    first : int
        Number of the first row; 2 is below the headings.
    date_style : int
        The cell format by which times are shown.
    """
    for at in range(0, part.num_rows, _BATCH):
        rows = part.slice(at, _BATCH).combine_chunks()
        number = pa.array(np.arange(first + at, first + at + rows.num_rows))
        number = number.cast(pa.string())
        pieces: list[Any] = ['<row r="', number, '">']
        for place, name in enumerate(rows.column_names):
            column = rows[name].combine_chunks()
            letters = column_letters(place)
            opening, content, closing = _cells(column, date_style)
            cell = pc.binary_join_element_wise(
                *(f'<c r="{letters}', number, opening, content, closing, _EMPTY)
            )
            pieces.append(cell.fill_null(_EMPTY))
        joined = pc.binary_join_element_wise(*pieces, "</row>", _EMPTY)
        yield joined.buffers()[2].to_pybytes()


def column_letters(place: int) -> str:
    """Return a column's letters.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _cells(column: pa.Array, date_style: int) -> tuple[Any, pa.Array, Any]:
    """Return what stands before each value, the value, and what stands behind it."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        opening, values, closing = _cells(column.dictionary, date_style)
        if isinstance(opening, str):
            return opening, values.take(column.indices), closing
        return _cells(column.cast(kind.value_type), date_style)
    if pa.types.is_boolean(kind):
        return '" t="b"><v>', column.cast(pa.int8()).cast(pa.string()), "</v></c>"
    if pa.types.is_timestamp(kind):
        return _times(column, date_style)
    if pa.types.is_floating(kind):
        return _mixed(column, pc.is_finite(column), _NUMBER[0])
    if pa.types.is_integer(kind):
        wide = column.cast(pa.int64())
        fits = pc.and_(pc.less_equal(wide, _EXACT), pc.greater_equal(wide, -_EXACT))
        return _mixed(column, fits, _NUMBER[0])
    if pa.types.is_string(kind):
        codes = column.dictionary_encode()
        known = [_as_text(text) for text in codes.dictionary.to_pylist()]
        return _TEXT[0], pa.array(known, pa.string()).take(codes.indices), _TEXT[1]
    listed = column.to_pylist(maps_as_pydicts="strict")
    texts = [None if one is None else _as_json(one) for one in listed]
    return _TEXT[0], pa.array(texts, pa.string()), _TEXT[1]


def _mixed(column: pa.Array, fits: pa.Array, opening: str) -> tuple[Any, pa.Array, Any]:
    """Return numbers as numbers; those that a cell cannot hold, as text."""
    texts = column.cast(pa.string())
    if pc.all(fits).as_py() is not False:
        return opening, texts, _NUMBER[1]
    return (
        pc.if_else(fits, opening, _TEXT[0]),
        texts,
        pc.if_else(fits, _NUMBER[1], _TEXT[1]),
    )


def _times(column: pa.Array, date_style: int) -> tuple[Any, pa.Array, Any]:
    moment = column.cast(pa.timestamp("us")).cast(pa.int64())
    fits = pc.greater_equal(moment, _FIRST)
    day = pc.add(pc.divide(moment.cast(pa.float64()), float(_DAY)), float(_EPOCH))
    opening = f'" s="{date_style}"><v>'
    if pc.all(fits).as_py() is not False:
        return opening, day.cast(pa.string()), _NUMBER[1]
    return (
        pc.if_else(fits, opening, _TEXT[0]),
        pc.if_else(fits, day.cast(pa.string()), to_iso(column)),
        pc.if_else(fits, _NUMBER[1], _TEXT[1]),
    )


def _as_text(text: str) -> str:
    spelt = _SPELT.sub("_x005F_x", text[:_MOST_TEXT])
    return escape(_CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", spelt))


def _as_json(value: Any) -> str:
    return _as_text(json.dumps(value, ensure_ascii=False, default=str))
