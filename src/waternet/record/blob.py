"""Blobs: what an entry only refers to, in files named by their SHA-256.

Observations are Parquet; places and datastreams are lines of canonical JSON. A blob
that came from elsewhere is hashed (`verify_blob`) before anything here reads it; a
party may still have signed a harmful file, so that reading bounds what it takes in.

References
----------
Apache Parquet format 2.6 (encodings); RFC 8785 (canonical JSON).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.table import SCHEMA, read_schema, verify_table
from waternet.record.hashing import HashingSink, blob_path, verify_blob
from waternet.record.kinds import Reference
from waternet.record.listing import (
    read_datastreams,
    read_places,
    write_datastreams,
    write_places,
)

__all__ = [
    "blob_path",
    "read_datastreams",
    "read_observations",
    "read_places",
    "verify_blob",
    "write_datastreams",
    "write_observations",
    "write_places",
]


# Measured over 3 million hourly rows of 300 datastreams, pyarrow 26, bytes per row
# and million rows written per second on one core:
#   all columns as dictionaries (pyarrow's default), zstd 3      2.83   12.3
#   time as deltas, value in a dictionary, zstd 3                1.61   13.2
#   time as deltas, value plain, zstd 3                          1.43   12.6
#   time as deltas, value split by byte, zstd 3                  3.98    9.8
#   time as deltas, value in a dictionary, zstd 9                1.51    7.8
# Values without repetition cost 9.67 in a dictionary and 7.70 plain, and twice the
# time; zstd 1 is up to 1.8 times faster than 3 for at most a fifth more bytes; row
# groups of 32,768 to 1,048,576 rows differ by a seventh: these can be skipped singly.
_ROWS = 131_072
_WRITING: Mapping[str, Any] = {
    "version": "2.6",
    "compression": "zstd",
    "compression_level": 1,
    "column_encoding": {"time": "DELTA_BINARY_PACKED", "end": "DELTA_BINARY_PACKED"},
    "use_dictionary": [
        name for name in SCHEMA.names if name not in ("time", "end", "value")
    ],
}
# What a footer may claim: the columns of one row, uncompressed, and its texts.
_MOST_ROW_BYTES = 64
_MOST_TEXT_BYTES = 64 << 20


def write_observations(table: pa.Table, sink: BinaryIO) -> Reference:
    """Write observations as Parquet, and hash them in passing.

    Equal tables give equal bytes with one version of pyarrow, however their columns
    are divided into chunks or dictionaries.

    Parameters
    ----------
    table : pyarrow.Table in `SCHEMA`, (n,)
        In order.
    sink : binary file

    Returns
    -------
    Reference
        With `count` rows.

    Raises
    ------
    NotAcceptable
        The table breaks a rule of `verify_table`, or has no rows.
    """
    verify_table(table)
    if not table.num_rows:
        raise NotAcceptable("there are no observations to write")
    hashing = HashingSink(sink)
    with pq.ParquetWriter(hashing, SCHEMA, **_WRITING) as writer:
        for rows in _compacted(table):
            writer.write_table(rows, row_group_size=_ROWS)
    return hashing.reference(table.num_rows)


def read_observations(path: Path, reference: Reference) -> pa.Table:
    """Read the observations of a blob that passed `verify_blob`.

    The number of rows is bound by the signed reference: a footer that claims
    otherwise, or row groups that hold more than the footer says, are refused. What a
    single page expands to is not known before; a caller who does not trust the
    party reads in a process with bounded memory.

    Returns
    -------
    pyarrow.Table in `SCHEMA`
        In order, with `reference.count` rows.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It does not hold observations, or not as many as stated.
    """
    if not path.is_file():
        raise NotFound(f"no blob {path.name}")
    try:
        with pq.ParquetFile(path, read_dictionary=["datastream", "qualifier"]) as file:
            _verify_footer(file, reference)
            batches = list(_counted(file, reference))
            table = pa.Table.from_batches(batches, file.schema_arrow)
            # Parquet does not say that texts are UTF-8, nor that codes have a text.
            table.validate(full=True)
            table = read_schema(table).unify_dictionaries()
    except (pa.ArrowException, KeyError, OSError) as error:
        raise NotAcceptable(f"not a Parquet file of observations: {error}") from error
    verify_table(table)
    return table


def _compacted(table: pa.Table) -> Iterator[pa.Table]:
    """Yield the row groups; the next is made while the last is being written."""
    groups = [table.slice(at, _ROWS) for at in range(0, table.num_rows, _ROWS)]
    with ThreadPoolExecutor(1) as beside:
        ahead = beside.submit(_compact, groups[0])
        for following in groups[1:]:
            made = ahead.result()
            ahead = beside.submit(_compact, following)
            yield made
        yield ahead.result()


def _compact(rows: pa.Table) -> pa.Table:
    """Give each dictionary only what the rows use, in alphabetical order.

    Parquet repeats a column's dictionary in every row group: one of all datastreams
    would outweigh the rows.
    """
    rows = rows.combine_chunks().unify_dictionaries()
    for position, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type):
            column = rows.column(position).chunk(0)
            used = column.dictionary.take(pc.unique(column.indices.drop_null()))
            names = pc.unique(used)
            names = names.take(pc.sort_indices(names))
            codes = pc.index_in(column.dictionary, names).take(column.indices)
            made = pa.DictionaryArray.from_arrays(codes, names)
            rows = rows.set_column(position, field, made)
    return rows


def _verify_footer(file: pq.ParquetFile, reference: Reference) -> None:
    footer = file.metadata
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    claimed = sum(group.total_byte_size for group in groups)
    allowed = reference.count * _MOST_ROW_BYTES + _MOST_TEXT_BYTES
    if footer.num_rows != reference.count or claimed > allowed:
        raise NotAcceptable(
            f"the entry states {reference.count} observations, the file's footer "
            f"{footer.num_rows} in {claimed} bytes"
        )
    if file.schema_arrow.names != SCHEMA.names:
        raise NotAcceptable(
            f"expected columns {SCHEMA.names}, got {file.schema_arrow.names}"
        )


def _counted(file: pq.ParquetFile, reference: Reference) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in file.iter_batches(batch_size=_ROWS):
        rows += batch.num_rows
        if rows > reference.count:
            break
        yield batch
    if rows != reference.count:
        raise NotAcceptable(
            f"the footer lies: the file holds {rows} or more rows, not the "
            f"{reference.count} that it and the entry state"
        )
