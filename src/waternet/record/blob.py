"""Blobs: what an entry only refers to, in files named by their SHA-256.

Observations and findings are Parquet; all others are lines of canonical JSON. A blob
that came from elsewhere is hashed (`verify_blob`) before anything here reads it; a
party may still have signed a harmful file, so that reading bounds what it takes in.

References
----------
RFC 8785 (canonical JSON).
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from waternet.observation.table import SCHEMA, verify_table
from waternet.record.fields import Reference
from waternet.record.hashing import blob_path, verify_blob
from waternet.record.listing import (
    read_datastreams,
    read_places,
    write_datastreams,
    write_places,
)
from waternet.record.parquet import read_rows, write_rows

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
    return write_rows(table, sink, "observations")


def read_observations(path: Path, reference: Reference) -> pa.Table:
    """Read the observations of a blob that passed `verify_blob`.

    The number of rows is bound by the signed reference; see `read_rows`.

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
    table = read_rows(path, reference, SCHEMA, "observations")
    verify_table(table)
    return table
