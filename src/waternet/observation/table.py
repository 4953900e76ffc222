"""Observations as columns: one Arrow table, one schema, from file to bank.

Columns
-------
datastream : dictionary of str
    `Datastream.name`, within one party.
time : timestamp, microseconds, UTC without zone
    The instant, or the start of the interval the value stands for.
end : timestamp or null
    The end of the interval, where the datastream's `interval` does not tell it.
offset : int16 or null [min]
    How far east of UTC the source's own clock was; null where it did not say.
value : float64 or null [the datastream's unit]
    The figure, or the limit where `censor` says so. Null is a figure taken back:
    an earlier one no longer stands, and none replaces it. What was never reported
    has no row at all.
censor, grade, status : int8
    `Censor`, `Grade` and `Status` of the vocabularies.
qualifier : dictionary of str or null
    The source's own remark code, as it wrote it.

A table is *in order* when sorted by (datastream, time) with no pair twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = [
    "EARLIEST",
    "LATEST",
    "SCHEMA",
    "in_order",
    "make_table",
    "read_schema",
    "verify_table",
]

Column: TypeAlias = pa.Array | pa.ChunkedArray
Codes = npt.NDArray[np.int32]
Times = npt.NDArray[np.int64]

_TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("datastream", _TEXT, nullable=False),
        pa.field("time", pa.timestamp("us"), nullable=False),
        pa.field("end", pa.timestamp("us")),
        pa.field("offset", pa.int16()),
        pa.field("value", pa.float64()),
        pa.field("censor", pa.int8(), nullable=False),
        pa.field("grade", pa.int8(), nullable=False),
        pa.field("status", pa.int8(), nullable=False),
        pa.field("qualifier", _TEXT),
    ]
)
# Between them [us since 1970, UTC] every calendar of every zone can tell a time: the
# years 2 to 9997.
EARLIEST = int(np.datetime64("0002-01-01", "us").astype(np.int64))
LATEST = int(np.datetime64("9998-01-01", "us").astype(np.int64)) - 1
_MOST_OFFSET = 24 * 60 - 1  # min
_DEFAULTS = {
    "censor": Censor.NONE,
    "grade": Grade.UNCHECKED,
    "status": Status.MEASURED,
}


def make_table(**columns: Column) -> pa.Table:
    """Make an observation table from the columns that are given.

    Parameters
    ----------
    **columns : Arrow arrays or sequences, each (n,)
        'datastream', 'time' and 'value' at least. Absent columns are null, or
        uncensored, unchecked and measured.

    Returns
    -------
    pyarrow.Table, (n,) in `SCHEMA`
        In the rows' own order.

    Examples
    --------
    >>> from datetime import datetime
    >>> table = make_table(datastream=["a"], time=[datetime(2015, 1, 1)], value=[0.05])
    >>> table["status"].to_pylist()
    [0]
    """
    unknown = set(columns) - set(SCHEMA.names)
    if unknown:
        raise NotAcceptable(f"observations have no column {', '.join(sorted(unknown))}")
    length = len(columns["datastream"])
    made = []
    for column in SCHEMA:
        if column.name in columns:
            made.append(_as_column(columns[column.name], column.type))
        elif column.name in _DEFAULTS:
            filled = np.full(length, _DEFAULTS[column.name], dtype=np.int8)
            made.append(pa.array(filled))
        else:
            made.append(pa.nulls(length, column.type))
    return pa.table(made, schema=SCHEMA)


def in_order(table: pa.Table) -> pa.Table:
    """Sort by (datastream, time).

    Returns
    -------
    pyarrow.Table
        The same rows; the dictionary of `datastream` in alphabetical order, so that
        equal observations have equal bytes.

    Raises
    ------
    NotAcceptable
        One datastream has two rows at one time; the message names the first.
    """
    names, codes, times = _keys(table)
    columns = dict(zip(table.column_names, table.columns, strict=True))
    if not _is_sorted(codes, times):
        columns |= _sorted_columns(columns, codes, times)
        counts = np.bincount(codes, minlength=len(names))
        codes = np.repeat(np.arange(len(names), dtype=np.int32), counts)
        times = columns["time"].cast(pa.int64()).to_numpy()
        if not _is_sorted(codes, times):
            _refuse_repeated(names, codes, times)
    columns["datastream"] = pa.DictionaryArray.from_arrays(pa.array(codes), names)
    return pa.table(columns, schema=SCHEMA)


def verify_table(table: pa.Table) -> None:
    """Raise unless `table` has the schema, is in order and holds only what can be told.

    Raises
    ------
    NotAcceptable
        Names the column or the first row that breaks the rule.
    """
    if not table.schema.equals(SCHEMA):
        raise NotAcceptable(
            f"expected columns {SCHEMA.names} of given types, got {table.schema}"
        )
    for name, vocabulary in (("censor", Censor), ("grade", Grade), ("status", Status)):
        bounds = pc.min_max(table[name]).as_py()  # codes count up from 0
        used = bounds["min"] is None or 0 <= bounds["min"] <= bounds["max"]
        if not used or (bounds["max"] or 0) >= len(vocabulary):
            raise NotAcceptable(f"column {name!r} holds a code that is not in use")
    if not pc.all(pc.is_finite(table["value"]), min_count=0).as_py():
        raise NotAcceptable("column 'value' holds NaN or an infinite number")
    for column in SCHEMA:
        if not column.nullable and table[column.name].null_count:
            raise NotAcceptable(f"column {column.name!r} has rows with nothing in them")
    _verify_limits(table)
    names, codes, times = _keys(table)
    if not _is_sorted(codes, times):
        _refuse_repeated(names, codes, times)
        raise NotAcceptable("the rows are not sorted by datastream and time")


def read_schema(table: pa.Table) -> pa.Table:
    """Cast a table that was read from a file to `SCHEMA`.

    Raises
    ------
    NotAcceptable
        A column is missing or cannot be cast without loss.
    """
    try:
        return table.select(SCHEMA.names).cast(SCHEMA)
    except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise NotAcceptable(f"not a table of observations: {error}") from error


def _verify_limits(table: pa.Table) -> None:
    """Raise where a time is of no year that can be told, or an interval ends early."""
    for name, least, most in (
        ("time", EARLIEST, LATEST),
        ("end", EARLIEST, LATEST),
        ("offset", -_MOST_OFFSET, _MOST_OFFSET),
    ):
        column = table[name]
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        bounds = pc.min_max(column).as_py()
        if (
            bounds["min"] is not None
            and not least <= bounds["min"] <= bounds["max"] <= most
        ):
            raise NotAcceptable(
                f"column {name!r} lies outside "
                + ("a day" if name == "offset" else "the years 2 to 9997")
            )
    if table["end"].null_count == table.num_rows:
        return
    if not pc.all(pc.greater(table["end"], table["time"]), min_count=0).as_py():
        raise NotAcceptable("column 'end' is not after 'time'")


def _as_column(
    given: pa.Array | pa.ChunkedArray, type_: pa.DataType
) -> pa.ChunkedArray:
    if not isinstance(given, (pa.Array, pa.ChunkedArray)):
        plain = type_.value_type if pa.types.is_dictionary(type_) else type_
        given = pa.array(given, plain)
    if given.type == type_:
        return given
    if pa.types.is_dictionary(type_):
        return pc.dictionary_encode(given.cast(pa.string()))
    return given.cast(type_)


def _keys(table: pa.Table) -> tuple[pa.Array, Codes, Times]:
    """Return the names in alphabetical order, each row's place there, its time."""
    names = table["datastream"].unify_dictionaries()
    if not table.num_rows:
        return pa.array([], pa.string()), np.empty(0, np.int32), np.empty(0, np.int64)
    dictionary = names.chunk(0).dictionary
    order = pc.sort_indices(dictionary).to_numpy()
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    parts = [chunk.indices.to_numpy() for chunk in names.chunks]
    codes = parts[0] if len(parts) == 1 else np.concatenate(parts)
    times = table["time"].cast(pa.int64()).to_numpy()
    if np.array_equal(order, np.arange(len(order))):
        return dictionary, codes, times
    return dictionary.take(pa.array(order)), place[codes], times


def _is_constant(column: Column) -> bool:
    if column.null_count == len(column):
        return True
    if column.null_count or not pa.types.is_integer(column.type):
        return False
    bounds = pc.min_max(column).as_py()
    return bool(bounds["min"] == bounds["max"])


def _is_sorted(codes: Codes, times: Times) -> bool:
    # Compared in place: differences of 10^7 rows would cost more than the sort.
    later = times[1:] > times[:-1]
    later &= codes[1:] == codes[:-1]
    later |= codes[1:] > codes[:-1]
    return bool(later.all())


def _sorted_columns(
    columns: Mapping[str, Column], codes: Codes, times: Times
) -> dict[str, Column]:
    """Return the columns whose rows must move, in order of (code, time)."""
    # Files mostly run in time order station by station or all stations at once: then
    # a stable sort of the codes alone, which is linear below 65,536 of them, does it.
    if codes.max() < 1 << 16:
        order = np.argsort(codes.astype(np.uint16), kind="stable")
        moved = _moved(columns, order)
        later = np.diff(moved["time"].cast(pa.int64()).to_numpy()) > 0
        starts = np.cumsum(np.bincount(codes))[:-1]
        later[starts[(starts > 0) & (starts < len(codes))] - 1] = True
        if later.all():
            return moved
    return _moved(columns, np.lexsort((times, codes)))


def _moved(
    columns: Mapping[str, Column], order: npt.NDArray[np.int64]
) -> dict[str, Column]:
    # Most tables hold most columns constant: those are in any order.
    names = ["time", *(n for n in SCHEMA.names[2:] if not _is_constant(columns[n]))]
    rows = pa.array(order)
    with ThreadPoolExecutor(2) as movers:
        moved = movers.map(lambda name: columns[name].take(rows), names)
        return dict(zip(names, moved, strict=True))


def _refuse_repeated(names: pa.Array, codes: Codes, times: Times) -> None:
    twice = np.flatnonzero((np.diff(codes) == 0) & (np.diff(times) == 0))
    if len(twice):
        row = int(twice[0])
        when = np.datetime64(int(times[row]), "us")
        raise NotAcceptable(
            f"datastream {names[int(codes[row])].as_py()!r} has two values at {when}",
            hint="keep one of the two; the other can follow as a correction",
        )
