"""The Parquet files of the bank's Delta table, and the rows inside them.

A file belongs to one bucket and is sorted by (series_id, t, release). The start of
its name tells how it joins the other files of its bucket:

``base-``
    `superseded` is right among all base files: no row in another base file
    replaces one of these without saying so.
``tail-``
    Written since: its rows may replace rows of base files and of earlier tails.

The rest of the name is the SHA-256 of the file: damage can be told, and writing the
same rows again after a stop leaves nothing behind.

At any key, releases in tails are later than those in base files.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = [
    "CURRENT",
    "FILE_SCHEMA",
    "ROWS_PER_GROUP",
    "Fragment",
    "OpenFiles",
    "Window",
    "sync",
    "write_fragment",
]

Ids = npt.NDArray[np.int32]

CURRENT = 2**31 - 1  # `superseded` of a row that no later one replaced
ROWS_PER_GROUP = 20_480
_QUALIFIER = pa.dictionary(pa.int32(), pa.string())
FILE_SCHEMA = pa.schema(
    [
        pa.field("series_id", pa.int32(), nullable=False),
        pa.field("t", pa.timestamp("us"), nullable=False),
        pa.field("end", pa.timestamp("us")),
        pa.field("offset", pa.int16()),
        pa.field("value", pa.float64()),
        pa.field("censor", pa.int8(), nullable=False),
        pa.field("grade", pa.int8(), nullable=False),
        pa.field("status", pa.int8(), nullable=False),
        pa.field("qualifier", _QUALIFIER),
        pa.field("release", pa.int32(), nullable=False),
        pa.field("superseded", pa.int32(), nullable=False),
    ]
)
# Each holds a file descriptor, of which a process has 1,024 as a rule.
_KEPT_OPEN = 512


@dataclass(frozen=True, slots=True)
class Fragment:
    """One file of the table.

    Attributes
    ----------
    path : str
        Relative to the table's folder.
    first, last : int
        Least and greatest series id in it.
    """

    path: str
    bucket: int
    rows: int
    size: int
    first: int
    last: int

    @property
    def is_tail(self) -> bool:
        """Whether its rows may replace rows of other files."""
        return Path(self.path).name.startswith("tail-")


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a bucket that is asked for.

    Attributes
    ----------
    ids : array of int32, (n,), ascending
    start, end : int [us since 1970, UTC]
        Half-open.
    cutoff : int or None
        Only rows that the releases up to this one brought and that no base file says
        they replaced; None for every row.
    """

    ids: Ids
    start: int = -(2**63)
    end: int = 2**63 - 1
    cutoff: int | None = None


def write_fragment(folder: Path, bucket: int, kind: str, rows: pa.Table) -> Fragment:
    """Write sorted `rows` as one durable file of `bucket`; nothing refers to it yet."""
    home = folder / f"bucket={bucket}"
    home.mkdir(exist_ok=True)
    written = home / f"{uuid4().hex}.part"
    names = FILE_SCHEMA.names
    pq.write_table(
        rows.select(names).cast(FILE_SCHEMA),
        written,
        row_group_size=ROWS_PER_GROUP,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in names if name != "t"],
        # Regular times cost almost nothing as differences.
        column_encoding={"t": "DELTA_BINARY_PACKED"},
        store_schema=False,
    )
    sync(written)
    with written.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    target = written.rename(home / f"{kind}-{digest}.parquet")
    sync(home)
    ids = rows["series_id"]
    return Fragment(
        path=f"{home.name}/{target.name}",
        bucket=bucket,
        rows=rows.num_rows,
        size=target.stat().st_size,
        first=ids[0].as_py(),
        last=ids[-1].as_py(),
    )


def sync(path: Path) -> None:
    """Make a file, or the entries of a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class OpenFiles:
    """Files of the table kept open, with the bounds of their row groups.

    A file is never changed once written, so what is kept is never stale.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[str, _File] = OrderedDict()

    def read(self, fragment: Fragment, window: Window) -> pa.Table:
        """Return the rows of `fragment` inside `window`, in `FILE_SCHEMA`."""
        if window.ids[0] > fragment.last or window.ids[-1] < fragment.first:
            return FILE_SCHEMA.empty_table()
        return self._file(fragment).read(window)

    def time_bounds(self, fragment: Fragment) -> tuple[int, int]:
        """Return the least and greatest time in it [us since 1970, UTC]."""
        return self._file(fragment).time_bounds()

    def releases(self, fragment: Fragment) -> tuple[int, int]:
        """Return the least and greatest release that brought a row in it."""
        return self._file(fragment).releases()

    def close(self) -> None:
        """Close every file."""
        self._open.clear()

    def _file(self, fragment: Fragment) -> _File:
        file = self._open.get(fragment.path)
        if file is None:
            file = _File(self._folder / fragment.path)
            self._open[fragment.path] = file
            if len(self._open) > _KEPT_OPEN:
                self._open.popitem(last=False)
        return file


class _File:
    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetFile(
            path, memory_map=True, read_dictionary=["qualifier"]
        )
        metadata = self._file.metadata
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
        place = {name: i for i, name in enumerate(FILE_SCHEMA.names)}
        bounds = {
            name: [group.column(place[name]).statistics for group in groups]
            for name in FILE_SCHEMA.names
        }
        self._series = _bounds(bounds["series_id"])
        self._t = _bounds(bounds["t"])
        self._releases = _bounds(bounds["release"])
        self._constants = _constants(bounds)
        self._kept: dict[str, pa.Array] = {}
        self._read = [name for name in place if name not in self._constants]

    def read(self, window: Window) -> pa.Table:
        (first, last), (start, end) = self._series, self._t
        holds = (first <= window.ids[-1]) & (last >= window.ids[0])
        # Only a group of one series is sorted by time as a whole.
        holds &= (start < window.end) & (end >= window.start)
        groups = np.flatnonzero(holds).tolist()
        if not groups:
            return FILE_SCHEMA.empty_table()
        read = self._file.read_row_groups(
            groups, columns=self._read, use_threads=len(groups) > 8
        )
        return self._complete(self._standing(_cut(read, window), window.cutoff))

    def time_bounds(self) -> tuple[int, int]:
        return int(self._t[0].min()), int(self._t[1].max())

    def releases(self) -> tuple[int, int]:
        return int(self._releases[0].min()), int(self._releases[1].max())

    def _standing(self, read: pa.Table, cutoff: int | None) -> pa.Table:
        if cutoff is None:
            return read
        keep = np.broadcast_to(
            (self._numbers(read, "release") <= cutoff)
            & (self._numbers(read, "superseded") > cutoff),
            read.num_rows,
        )
        return read if keep.all() else read.filter(pa.array(keep))

    def _numbers(self, read: pa.Table, name: str) -> npt.NDArray[np.int32]:
        if name in self._constants:
            return np.array(self._constants[name], np.int32)
        numbers: npt.NDArray[np.int32] = read[name].to_numpy()
        return numbers

    def _complete(self, read: pa.Table) -> pa.Table:
        length = read.num_rows
        columns = [
            self._constant(column, length)
            if column.name in self._constants
            else read[column.name]
            for column in FILE_SCHEMA
        ]
        return pa.table(columns, schema=FILE_SCHEMA)

    def _constant(self, column: pa.Field, length: int) -> pa.Array:
        # The same few columns are wanted at every read: cut from one that is kept.
        kept = self._kept.get(column.name)
        if kept is None or len(kept) < length:
            value, size = self._constants[column.name], max(length, ROWS_PER_GROUP)
            kept = (
                pa.nulls(size, column.type)
                if value is None
                else pa.array(np.full(size, value, column.type.to_pandas_dtype()))
            )
            self._kept[column.name] = kept
        return kept.slice(0, length)


def _cut(read: pa.Table, window: Window) -> pa.Table:
    ids = read["series_id"].to_numpy()
    t = read["t"].to_numpy().view(np.int64)
    if len(window.ids) == 1:
        low = int(np.searchsorted(ids, window.ids[0], "left"))
        high = int(np.searchsorted(ids, window.ids[0], "right"))
        low, high = low + np.searchsorted(t[low:high], [window.start, window.end])
        return read.slice(int(low), int(high - low))
    keep = np.isin(ids, window.ids) & (t >= window.start) & (t < window.end)
    return read if keep.all() else read.filter(pa.array(keep))


def _bounds(
    statistics: list[Any],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    return (
        np.array([one.min_raw for one in statistics], np.int64),
        np.array([one.max_raw for one in statistics], np.int64),
    )


def _constants(bounds: Mapping[str, list[Any]]) -> dict[str, int | None]:
    """Return the columns that hold one value all over the file: none need be read."""
    found: dict[str, int | None] = {}
    for name in ("end", "offset", "qualifier"):
        if all(one is not None and one.num_values == 0 for one in bounds[name]):
            found[name] = None
    for name in ("censor", "grade", "status", "release", "superseded"):
        least = {one.min_raw for one in bounds[name]}
        if len(least) == 1 and least == {one.max_raw for one in bounds[name]}:
            found[name] = least.pop()
    return found
