"""Many features written at once, column by column.

A page of the USGS's holds up to 50,000 figures: no row becomes an object of Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.json_rows import json_values

__all__ = ["write_features"]

_NOTHING = pa.scalar("", pa.string())


def write_features(
    table: pa.Table | None,
    names: Sequence[str],
    links: Sequence[Mapping[str, str]],
    *,
    shows_geometry: bool,
) -> bytes:
    """Return rows as a FeatureCollection.

    Parameters
    ----------
    table : pyarrow.Table, or None
        With id, the properties, and '@x' and '@y' [deg].
    names : texts
        Of the properties to show.
    links : sequence of mappings
    shows_geometry : bool
    """
    count = 0 if table is None else table.num_rows
    head = orjson.dumps(
        {"type": "FeatureCollection", "numberReturned": count, "links": links}
    )
    if table is None or not count:
        return head[:-1] + b',"features":[]}'
    body = _features(table.combine_chunks(), names, shows_geometry)
    return b"".join([head[:-1], b',"features":[', body, b"]}"])


def _features(table: pa.Table, names: Sequence[str], shows_geometry: bool) -> bytes:
    pieces: list[object] = [
        pa.scalar('{"type":"Feature","id":'),
        json_values(_one(table["id"])),
        pa.scalar(',"geometry":'),
        _geometry(table) if shows_geometry else pa.scalar("null"),
        pa.scalar(',"properties":{'),
    ]
    for number, name in enumerate(names):
        comma = "," if number else ""
        pieces += [
            pa.scalar(f"{comma}{orjson.dumps(name).decode()}:"),
            _written(name, _one(table[name])),
        ]
    pieces.append(pa.scalar("}},"))
    joined = _one(pc.binary_join_element_wise(*pieces, _NOTHING))
    # The texts of an array lie one behind the other in its last buffer.
    start, end = joined.offset, joined.offset + len(joined)
    offsets = joined.buffers()[1]
    bounds = pa.Array.from_buffers(pa.int32(), end + 1, [None, offsets])
    text = joined.buffers()[2].to_pybytes()
    return bytes(text[bounds[start].as_py() : bounds[end].as_py() - 1])


def _written(name: str, column: pa.Array) -> pa.Array:
    # Figures as text, as the USGS tells them: no reader rounds them.
    if name == "value" or pa.types.is_date(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    if pa.types.is_list(column.type) and column.null_count == len(column):
        return pa.repeat(pa.scalar("null"), len(column))
    return json_values(column)


def _geometry(table: pa.Table) -> pa.Array:
    """Return points as JSON; null without a position."""
    x, y = (_one(table[name]).cast(pa.string()) for name in ("@x", "@y"))
    point = pc.binary_join_element_wise(
        '{"type":"Point","coordinates":[', x, ",", y, "]}", _NOTHING
    )
    return pc.fill_null(point, "null")


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
