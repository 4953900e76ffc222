"""One figure looked up in a release's file, without reading the rest of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from waternet.errors import NotAcceptable

__all__ = ["find_row"]

_KEY = ["datastream", "time"]


def find_row(path: Path, datastream: str, time: datetime) -> dict[str, Any] | None:
    """Return the row of one figure in a file of observations.

    The file is one that passed `verify_blob`, and that `read_observations` has read
    before in a process with limits. Row groups that cannot hold the figure by their
    own statistics are looked at last, for a file may have none, or wrong ones.

    Parameters
    ----------
    path : Path
    datastream : str
        Name, without the party.
    time : datetime
        In UTC, without zone.

    Returns
    -------
    dict or None
        Columns of `observation.table.SCHEMA`; None where the file has no such row.

    Raises
    ------
    NotAcceptable
        It is not a Parquet file of observations.
    """
    try:
        with pq.ParquetFile(path, read_dictionary=["datastream", "qualifier"]) as file:
            for group in _likely_first(file, datastream, time):
                keys = file.read_row_group(group, _KEY, use_threads=False)
                same = pc.and_(
                    pc.equal(keys["time"], pa.scalar(time, pa.timestamp("us"))),
                    pc.equal(keys["datastream"].cast(pa.string()), datastream),
                )
                at = pc.index(same, True).as_py()
                if at >= 0:
                    rows = file.read_row_group(group, use_threads=False)
                    found: list[dict[str, Any]] = rows.slice(at, 1).to_pylist()
                    return found[0]
    except (pa.ArrowException, KeyError, OSError) as error:
        raise NotAcceptable(f"not a Parquet file of observations: {error}") from error
    return None


def _likely_first(
    file: pq.ParquetFile, datastream: str, time: datetime
) -> Iterator[int]:
    """Yield every row group, those that may hold the figure before the others."""
    unlikely = []
    for group in range(file.metadata.num_row_groups):
        told = file.metadata.row_group(group)
        if _may_hold(told, datastream, time):
            yield group
        else:
            unlikely.append(group)
    yield from unlikely


def _may_hold(told: pq.RowGroupMetaData, datastream: str, time: datetime) -> bool:
    for number in range(told.num_columns):
        column = told.column(number)
        wanted: Any = {"datastream": datastream, "time": time}.get(
            column.path_in_schema
        )
        statistics = column.statistics
        if wanted is None or statistics is None or not statistics.has_min_max:
            continue
        if not statistics.min <= wanted <= statistics.max:
            return False
    return True
