"""Tables as JSON objects, one a row, made column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.writing import to_iso

__all__ = ["json_rows", "json_values"]

_BATCH = 65_536  # rows
_NULL = pa.scalar("null", pa.string())
_BETWEEN = ",\n"
_NOTHING = pa.scalar("", pa.string())


def json_rows(table: pa.Table) -> Iterator[bytes]:
    """Yield a table's rows as JSON objects with commas between, by the thousand.

    Parameters
    ----------
    table : pyarrow.Table
        Timestamps without zone are UTC.

    Yields
    ------
    bytes
        No comma before the first row or after the last. Nulls are null, and so is a
        number that is not finite: JSON has no other.

    Notes
    -----
    Texts that occur often are written once and taken many times; a row never becomes
    an object of Python, unless a column is nested.

    Examples
    --------
    >>> times = pa.array([datetime(2015, 1, 1)], pa.timestamp("us"))
    >>> b"".join(json_rows(pa.table({"time": times, "value": [None]}))).decode()
    '{"time":"2015-01-01T00:00:00Z","value":null}'
    """
    for at in range(0, table.num_rows, _BATCH):
        rows = table.slice(at, _BATCH).combine_chunks()
        pieces: list[Any] = []
        opening = "{"
        for name in rows.column_names:
            pieces.append(pa.scalar(f"{opening}{_quoted(name)}:", pa.string()))
            pieces.append(json_values(_one_chunk(rows[name])))
            opening = ","
        pieces.append(pa.scalar("}" + _BETWEEN, pa.string()))
        joined = _one_chunk(pc.binary_join_element_wise(*pieces, _NOTHING))
        # The texts of an array lie one behind the other in its last buffer.
        text = joined.buffers()[2].to_pybytes()
        is_last = at + _BATCH >= table.num_rows
        yield text[: -len(_BETWEEN)] if is_last else text


def _one_chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def json_values(column: pa.Array) -> pa.Array:
    """Return each value as the text that it is in JSON."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return json_values(column.dictionary).take(column.indices).fill_null(_NULL)
    if pa.types.is_timestamp(kind):
        quoted = pc.binary_join_element_wise('"', to_iso(column), '"', _NOTHING)
        return quoted.fill_null(_NULL)
    if pa.types.is_floating(kind):
        finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind))
        return finite.cast(pa.string()).fill_null(_NULL)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.string()).fill_null(_NULL)
    if pa.types.is_string(kind):
        codes = column.dictionary_encode()
        written = [_quoted(text) for text in codes.dictionary.to_pylist()]
        return pa.array(written, pa.string()).take(codes.indices).fill_null(_NULL)
    listed = column.to_pylist(maps_as_pydicts="strict")
    return pa.array([orjson.dumps(_plain(one)).decode() for one in listed], pa.string())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()
