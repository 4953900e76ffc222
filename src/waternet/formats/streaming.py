"""Tables that come in parts, written one behind the other into one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

import orjson
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from waternet.formats.json_rows import json_rows
from waternet.formats.writing import write_csv

__all__ = [
    "write_arrow_parts",
    "write_csv_parts",
    "write_json_parts",
    "write_parquet_parts",
]

Parts = Iterator[pa.Table]
Told = Mapping[str, Any]


def write_csv_parts(parts: Parts, sink: IO[bytes]) -> None:
    """Write parts as one CSV with one row of headings (`waternet.formats.writing`)."""
    for number, part in enumerate(parts):
        write_csv(part, sink, heading=not number)


def write_json_parts(parts: Parts, sink: IO[bytes], told: Told) -> None:
    """Write parts as one JSON object: what is told of them, then 'rows'.

    Parameters
    ----------
    parts : iterator of pyarrow.Table
    sink : binary file
    told : mapping of name to JSON value
        Members that stand before the rows.
    """
    opening = orjson.dumps(dict(told)).removesuffix(b"}")
    comma = b"," if told else b""
    sink.write(opening + comma + b'"rows":[\n')
    between = b""
    for part in parts:
        for rows in json_rows(part):
            sink.write(between + rows)
            # Rows end with a comma of their own unless they are a part's last.
            between = b""
        if part.num_rows:
            between = b",\n"
    sink.write(b"\n]}\n")


def write_arrow_parts(parts: Parts, sink: IO[bytes], told: Told) -> None:
    """Write parts as one Arrow IPC stream.

    Parameters
    ----------
    parts : iterator of pyarrow.Table
        At least one; all with the same columns.
    sink : binary file
    told : mapping of name to JSON value
        Goes into the schema's metadata, as JSON under 'waternet:' and the name.
    """
    first = next(parts)
    schema = _told(first.schema, told)
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(first.replace_schema_metadata(schema.metadata))
        for part in parts:
            writer.write_table(part.replace_schema_metadata(schema.metadata))


def write_parquet_parts(parts: Parts, sink: IO[bytes], told: Told) -> None:
    """Write parts as one Parquet file, zstd; `told` as in `write_arrow_parts`."""
    first = next(parts)
    schema = _told(first.schema, told)
    with pa.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        writer.write_table(first.replace_schema_metadata(schema.metadata))
        for part in parts:
            writer.write_table(part.replace_schema_metadata(schema.metadata))


def _told(schema: pa.Schema, told: Told) -> pa.Schema:
    said = {f"waternet:{name}": orjson.dumps(value) for name, value in told.items()}
    return schema.with_metadata({**(schema.metadata or {}), **said})
