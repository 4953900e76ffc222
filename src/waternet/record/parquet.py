"""Tables as Parquet blobs: written so that equal ones are equal, read within bounds.

A party may have signed a harmful file, so that reading bounds what it takes in.

References
----------
Apache Parquet format 2.6 (encodings).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waternet.errors import NotAcceptable, NotFound
from waternet.record.fields import Reference
from waternet.record.hashing import HashingSink

__all__ = ["read_rows", "write_rows"]

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
# What a footer may claim: the columns of one row, uncompressed, and its texts.
_MOST_ROW_BYTES = 64
_MOST_TEXT_BYTES = 64 << 20


def write_rows(table: pa.Table, sink: BinaryIO, what: str) -> Reference:
    """Write a table as Parquet, and hash it in passing.

    Equal tables give equal bytes with one version of pyarrow, however their columns
    are divided into chunks or dictionaries.

    Parameters
    ----------
    table : pyarrow.Table
    sink : binary file
    what : str
        What it holds, for the message: 'observations'.

    Raises
    ------
    NotAcceptable
        The table has no rows.
    """
    if not table.num_rows:
        raise NotAcceptable(f"there are no {what} to write")
    hashing = HashingSink(sink)
    with pq.ParquetWriter(hashing, table.schema, **_writing(table.schema)) as writer:
        for rows in _compacted(table):
            writer.write_table(rows, row_group_size=_ROWS)
    return hashing.reference(table.num_rows)


def read_rows(
    path: Path, reference: Reference, schema: pa.Schema, what: str
) -> pa.Table:
    """Read a Parquet blob that passed `verify_blob`.

    The number of rows is bound by the signed reference: a footer that claims
    otherwise, or row groups that hold more than the footer says, are refused. What a
    single page expands to is not known before; a caller who does not trust the
    party reads in a process with bounded memory.

    Parameters
    ----------
    path : Path
    reference : Reference
    schema : pyarrow.Schema
        The columns, in order.
    what : str
        What it holds, for the message: 'observations'.

    Returns
    -------
    pyarrow.Table in `schema`
        What the rows mean is the caller's to check.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is not such a file, or does not hold as many rows as stated.
    """
    if not path.is_file():
        raise NotFound(f"no blob {path.name}")
    texts = [one.name for one in schema if pa.types.is_dictionary(one.type)]
    try:
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            _verify_footer(file, reference, schema, what)
            batches = list(_counted(file, reference))
            table = pa.Table.from_batches(batches, file.schema_arrow)
            # Parquet does not say that texts are UTF-8, nor that codes have a text.
            table.validate(full=True)
            return table.cast(schema).unify_dictionaries()
    except pa.ArrowMemoryError:
        raise  # it may be right, only not here
    except (pa.ArrowException, KeyError, OSError) as error:
        raise NotAcceptable(f"not a Parquet file of {what}: {error}") from error


def _writing(schema: pa.Schema) -> dict[str, Any]:
    times = [one.name for one in schema if pa.types.is_timestamp(one.type)]
    plain = {*times, "value", "expected"}
    return {
        "version": "2.6",
        "compression": "zstd",
        "compression_level": 1,
        "column_encoding": dict.fromkeys(times, "DELTA_BINARY_PACKED"),
        "use_dictionary": [name for name in schema.names if name not in plain],
    }


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


def _verify_footer(
    file: pq.ParquetFile, reference: Reference, schema: pa.Schema, what: str
) -> None:
    footer = file.metadata
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    claimed = sum(group.total_byte_size for group in groups)
    allowed = reference.count * _MOST_ROW_BYTES + _MOST_TEXT_BYTES
    if footer.num_rows != reference.count or claimed > allowed:
        raise NotAcceptable(
            f"the entry states {reference.count} {what}, the file's footer "
            f"{footer.num_rows} in {claimed} bytes"
        )
    if file.schema_arrow.names != schema.names:
        raise NotAcceptable(
            f"expected columns {schema.names}, got {file.schema_arrow.names}"
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
