"""Answers written to files: CSV that no spreadsheet runs, JSON, Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

__all__ = ["to_iso", "write_csv", "write_json", "write_parquet"]

# A spreadsheet takes a cell that begins so for a formula, wherever it came from.
_FORMULA = r"^[=+@\t\r\n]"
_MINUS = r"^-"
_NUMBER = r"^-(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_BATCH = 65_536  # rows


def write_csv(table: pa.Table, sink: IO[bytes], *, heading: bool = True) -> None:
    """Write a table as CSV in UTF-8, one heading row, times in UTC with a Z.

    Parameters
    ----------
    table : pyarrow.Table
        Any columns; timestamps without zone are UTC.
    sink : binary file
    heading : bool
        Whether the heading is written.

    Notes
    -----
    Text that begins with ``=``, ``+``, ``@``, a tab or a line break, or with ``-``
    and is no number, gets an apostrophe in front: a spreadsheet shows it and runs
    nothing. Numbers stay numbers. A null is an empty cell.

    Examples
    --------
    >>> import io
    >>> sink = io.BytesIO()
    >>> write_csv(pa.table({"name": ["=1+1", "-4.02"], "value": [-1.5, None]}), sink)
    >>> print(sink.getvalue().decode(), end="")
    "name","value"
    "'=1+1",-1.5
    "-4.02",
    """
    columns = [_as_cells(column) for column in table.columns]
    headings = _inert(pa.chunked_array([pa.array(table.column_names, pa.string())]))
    inert = pa.table(columns, names=headings.to_pylist())
    options = pa.csv.WriteOptions(include_header=heading, quoting_style="needed")
    pa.csv.write_csv(inert, sink, write_options=options)


def write_json(table: pa.Table, sink: IO[bytes]) -> None:
    """Write a table as a JSON list of objects, one on a line, nulls as null.

    Parameters
    ----------
    table : pyarrow.Table
    sink : binary file

    Examples
    --------
    >>> import io
    >>> sink = io.BytesIO()
    >>> times = pa.array([datetime(2015, 1, 1)], pa.timestamp("us"))
    >>> write_json(pa.table({"time": times, "value": [None]}), sink)
    >>> print(sink.getvalue().decode(), end="")
    [
    {"time": "2015-01-01T00:00:00Z", "value": null}
    ]
    """
    sink.write(b"[")
    separator = b"\n"
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist(maps_as_pydicts="strict"):
            line = json.dumps(_as_json(row), ensure_ascii=False, allow_nan=False)
            sink.write(separator + line.encode())
            separator = b",\n"
    sink.write(b"\n]\n")


def write_parquet(table: pa.Table, sink: IO[bytes]) -> None:
    """Write a table as Parquet, its column types kept."""
    pa.parquet.write_table(table, sink, compression="zstd")


def _as_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return to_iso(column)
    if pa.types.is_dictionary(column.type):
        return _as_known_cells(column)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _inert(column)
    if pa.types.is_nested(column.type):
        texts = [
            None if value is None else json.dumps(_as_json(value), ensure_ascii=False)
            for value in column.to_pylist(maps_as_pydicts="strict")
        ]
        return _inert(pa.chunked_array([pa.array(texts, pa.string())]))
    return column


def _as_known_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make each of a dictionary's values a cell once, however often it occurs."""
    kind = column.type.value_type
    made = [
        _as_cells(pa.chunked_array([chunk.dictionary], kind))
        .combine_chunks()
        .take(chunk.indices)
        for chunk in column.chunks
    ]
    return pa.chunked_array(made) if made else pa.chunked_array([], kind)


def _inert(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    minus = pc.and_(
        pc.match_substring_regex(texts, _MINUS),
        pc.invert(pc.match_substring_regex(texts, _NUMBER)),
    )
    risky = pc.or_(pc.match_substring_regex(texts, _FORMULA), minus)
    quoted = pc.binary_join_element_wise(
        pa.scalar("'", texts.type), texts, pa.scalar("", texts.type)
    )
    return pc.if_else(risky, quoted, texts)


def to_iso(
    column: pa.ChunkedArray | pa.Array, zone: pa.Array | str = "Z"
) -> pa.ChunkedArray | pa.Array:
    """Return times as ISO 8601 texts, with fractions where any has one.

    Parameters
    ----------
    column : array of timestamp
        Nulls stay.
    zone : array of str, or str
        What follows each time: by whose clock it is.
    """
    utc = column.cast(pa.timestamp("us"))
    second = utc.cast(pa.timestamp("s"), safe=False)
    whole = pc.all(pc.equal(second.cast(pa.timestamp("us")), utc)).as_py()
    # Ten times as fast as strftime, which asks for the locale at every value.
    written = (second if whole is not False else utc).cast(pa.string())
    dated = pc.utf8_replace_slice(written, 10, 11, "T")
    return pc.binary_join_element_wise(dated, zone, "")


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, Mapping):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value
