"""Parquet and Arrow files (Feather): tables with typed columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waternet.errors import NotAcceptable
from waternet.formats.arrow_columns import (
    as_cells,
    as_texts,
    is_observations,
    label_observations,
)
from waternet.formats.cells import MAX_ROWS, Cells, unique_headings, verify_width
from waternet.formats.layout import read_cells
from waternet.formats.mojibake import repair_mojibake
from waternet.formats.preview import MAX_PREVIEW_ROWS, Sheet
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, TableLayout

__all__ = ["MAX_UNPACKED", "is_parquet", "preview_parquet", "read_parquet"]

MAX_UNPACKED = 8 << 30  # bytes of a whole table in memory
_BATCH = 65_536  # rows
_MAX_GROUPS = 100_000
_SAMPLES = 8  # groups of rows of which a preview shows the first rows
_PARQUET, _ARROW, _FEATHER_1 = b"PAR1", b"ARROW1", b"FEA1"
# Of a footer: nobody's schema is longer.
_MAX_FOOTER_TEXT, _MAX_FOOTER_PARTS = 50_000_000, 2_000_000


def is_parquet(head: bytes, name: str) -> bool:
    """Whether a file is Parquet or an Arrow file.

    Examples
    --------
    >>> is_parquet(b"PAR1" + bytes(20), "levels.parquet"), is_parquet(b"PAR", "p")
    (True, False)
    """
    del name
    return head.startswith((_PARQUET, _ARROW, _FEATHER_1)) and len(head) >= 12


def read_parquet(path: Path, recipe: Recipe) -> Reading:
    """Read a table of typed columns.

    Parameters
    ----------
    path : Path
        Parquet, or Arrow's file format (Feather 2).
    recipe : Recipe
        A time is read by the type of its column; where that is text, by `[time]
        format`. In a file of observations that Waternet wrote, the parts of the
        datastream's name are columns: 'feature', 'observed_property'...

    Returns
    -------
    Reading
        A row's number is its place in the file, from 1.

    Raises
    ------
    NotAcceptable
        It is no such file, is damaged, says other things in its footer than it
        holds, or is larger than `MAX_UNPACKED`.
    """
    with _opened(path) as source:
        table = source.read()
        columns = _columns(table, path.name, recipe.table)
    rows = np.arange(1, table.num_rows + 1)
    return read_cells(Cells(path.name, "", columns, rows), recipe)


def preview_parquet(path: Path, table: TableLayout) -> list[Sheet]:
    """Return the first rows, and some from other parts of the file."""
    with _opened(path) as source:
        numbers, sample = source.sample()
        total = source.rows
        columns = _columns(sample, path.name, table)
    texts = [as_texts(column) for column in columns.values()]
    rows = zip(*texts, strict=True) if texts else ()
    shown = tuple(zip(numbers, rows, strict=False))
    return [Sheet("", shown, tuple(columns), total)]


@dataclass(frozen=True)
class _Source:
    """An open file of groups of rows."""

    name: str
    file: pq.ParquetFile | pa.RecordBatchFileReader
    schema: pa.Schema
    groups: list[int]  # rows in each; -1 where only reading tells

    @property
    def rows(self) -> int | None:
        """Rows of the whole file, as its footer says."""
        return None if -1 in self.groups else sum(self.groups)

    def read(self) -> pa.Table:
        """Read all of it, counting what comes."""
        batches, rows, size = [], 0, 0
        for batch in self._batches(range(len(self.groups)), _BATCH):
            rows += batch.num_rows
            size += batch.nbytes
            if rows > (MAX_ROWS if self.rows is None else self.rows):
                raise self.lies(f"more than the {rows - batch.num_rows:,} rows")
            if size > MAX_UNPACKED:
                raise self.lies(f"more than {MAX_UNPACKED >> 20:,} MiB unpacked")
            batches.append(batch)
        if self.rows is not None and rows != self.rows:
            raise self.lies(f"{rows:,} rows, where it says {self.rows:,}")
        return pa.Table.from_batches(batches, self.schema)

    def sample(self) -> tuple[list[int], pa.Table]:
        """Return the first rows of the file and of some of its groups."""
        count = len(self.groups)
        chosen = sorted({count * place // _SAMPLES for place in range(_SAMPLES)})
        numbers: list[int] = []
        batches: list[pa.RecordBatch] = []
        for group in chosen if count else ():
            most = MAX_PREVIEW_ROWS // 2 if group == 0 else MAX_PREVIEW_ROWS // 16
            batch = next(self._batches([group], most), None)
            if batch is None:
                continue
            batch = batch.slice(0, most)
            first = sum(max(rows, 0) for rows in self.groups[:group]) + 1
            numbers += range(first, first + batch.num_rows)
            batches.append(batch)
        return numbers, pa.Table.from_batches(batches, self.schema)

    def _batches(
        self, groups: range | list[int], size: int
    ) -> Iterator[pa.RecordBatch]:
        if isinstance(self.file, pq.ParquetFile):
            read = self.file.iter_batches(size, list(groups), use_threads=False)
        else:
            read = map(self.file.get_batch, groups)
        for batch in read:
            # Neither format says itself that texts are UTF-8 and codes have a text.
            batch.validate(full=True)
            yield batch

    def lies(self, what: str) -> NotAcceptable:
        """Return the error for a footer that says other things than there are."""
        return NotAcceptable(
            f"{self.name} holds {what}: nothing of it was read",
            hint="it is damaged or made to do harm: ask for it again",
        )


@contextmanager
def _opened(path: Path) -> Iterator[_Source]:
    with path.open("rb") as source:
        head = source.read(12)
    if not is_parquet(head, path.name):
        raise NotAcceptable(
            f"{path.name} is neither Parquet nor an Arrow file",
            hint="expected a file that begins with PAR1 or ARROW1",
        )
    if head.startswith(_FEATHER_1):
        raise NotAcceptable(
            f"{path.name} is in the first version of Feather, given up in 2020",
            hint="write it again as Parquet",
        )
    try:
        with pa.OSFile(str(path)) as file:
            yield _parquet(path, file) if head[:4] == _PARQUET else _arrow(path, file)
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else "no reason given"
        raise NotAcceptable(
            f"{path.name} is damaged: {reason}", hint="fetch it or write it again"
        ) from error


def _parquet(path: Path, file: pa.NativeFile) -> _Source:
    opened = pq.ParquetFile(
        file,
        thrift_string_size_limit=_MAX_FOOTER_TEXT,
        thrift_container_size_limit=_MAX_FOOTER_PARTS,
    )
    footer = opened.metadata
    verify_width(path.name, footer.num_columns)
    _verify_rows(path.name, footer.num_rows, footer.num_row_groups)
    groups = [footer.row_group(n) for n in range(footer.num_row_groups)]
    size = sum(max(0, group.total_byte_size) for group in groups)
    if size > MAX_UNPACKED:
        raise NotAcceptable(
            f"{path.name} would unpack to {size >> 20:,} MiB; at most "
            f"{MAX_UNPACKED >> 20:,} are read",
            hint="split it by year or by station",
        )
    source = _Source(
        path.name, opened, opened.schema_arrow, [group.num_rows for group in groups]
    )
    if source.rows != footer.num_rows:
        raise source.lies(f"{source.rows:,} rows, where it says {footer.num_rows:,}")
    return source


def _arrow(path: Path, file: pa.NativeFile) -> _Source:
    opened = pa.ipc.open_file(file)
    verify_width(path.name, len(opened.schema))
    _verify_rows(path.name, 0, opened.num_record_batches)
    return _Source(path.name, opened, opened.schema, [-1] * opened.num_record_batches)


def _verify_rows(file: str, rows: int, groups: int) -> None:
    if not 0 <= rows <= MAX_ROWS or groups > _MAX_GROUPS:
        raise NotAcceptable(
            f"{file}: {rows:,} rows in {groups:,} groups; at most {MAX_ROWS:,} in "
            f"{_MAX_GROUPS:,} are read",
            hint="split it by year or by station",
        )


def _columns(
    table: pa.Table, file: str, layout: TableLayout
) -> dict[str, pa.ChunkedArray]:
    """Return cells by heading; Waternet's own observations in words."""
    if is_observations(table.schema):
        table = label_observations(table)
    names = [repair_mojibake(name, layout.mojibake) for name in table.column_names]
    try:
        columns = [as_cells(column) for column in table.columns]
    except NotAcceptable as error:
        raise NotAcceptable(f"{file}: {error}", hint=error.hint) from error
    return dict(zip(unique_headings(names), columns, strict=True))
