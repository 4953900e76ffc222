"""Rows of figures with the names and units that a reader knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.errors import NotAcceptable
from waternet.quantity import convert

__all__ = ["in_unit", "label", "to_microseconds"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(when: datetime | None, otherwise: int) -> int:
    """Return microseconds since 1970 in UTC, or `otherwise` for None.

    Raises
    ------
    NotAcceptable
        `when` has no time zone.
    """
    if when is None:
        return otherwise
    if when.tzinfo is None:
        raise NotAcceptable(
            f"{when.isoformat()} is given without a time zone",
            hint=f"write {when.isoformat()}Z for UTC",
        )
    return (when - _EPOCH) // timedelta(microseconds=1)


def label(rows: pa.Table, series: Sequence[Series]) -> pa.Table:
    """Put party, datastream and unit to `rows`, in the order of `series`.

    Parameters
    ----------
    rows : pyarrow.Table
        With 'series_id', 't' and 'release', sorted by time within each series.

    Returns
    -------
    pyarrow.Table
        party, datastream and unit as dictionaries, then the other columns, `t` as
        'time', without 'series_id' and 'superseded'.
    """
    ids = rows["series_id"].to_numpy()
    by_id = np.array([one.id for one in series], np.int32)
    ranks = np.argsort(by_id)
    place = ranks[np.searchsorted(by_id[ranks], ids)] if len(ids) else ids
    if len(series) > 1 and np.any(np.diff(place) < 0):
        order = np.argsort(place, kind="stable")
        rows, place = rows.take(pa.array(order)), place[order]
    columns = {
        "party": _named(place, series, lambda one: one.party),
        "datastream": _named(place, series, lambda one: one.name),
        "unit": _units(place, rows, series),
        "time": rows["t"],
    }
    for name in rows.column_names:
        if name not in ("series_id", "t", "superseded"):
            columns[name] = rows[name]
    return pa.table(columns)


def in_unit(table: pa.Table, unit: str, names: Sequence[str] = ("value",)) -> pa.Table:
    """Express the columns `names` of `table` in `unit`, once per unit in it."""
    codes = table["unit"].combine_chunks().dictionary_encode()
    given = codes.dictionary.to_pylist() if table.num_rows else []
    if any(one != unit for one in given):
        which = codes.indices.to_numpy()
        for name in names:
            column = table[name]
            values = column.to_numpy(zero_copy_only=False).copy()
            for number, one in enumerate(given):
                values[which == number] = convert(values[which == number], one, unit)
            place = table.schema.get_field_index(name)
            empty = column.is_null().combine_chunks().to_numpy(zero_copy_only=False)
            table = table.set_column(place, name, pa.array(values, mask=empty))
    constant = _constant(unit, table.num_rows)
    return table.set_column(table.schema.get_field_index("unit"), "unit", constant)


def _constant(text: str, length: int) -> pa.Array:
    codes = pa.array(np.zeros(length, np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([text], pa.string()))


def _named(
    place: np.ndarray[tuple[int], np.dtype[np.int64]],
    series: Sequence[Series],
    name: Callable[[Series], str],
) -> pa.Array:
    texts: Mapping[str, int] = {
        text: i for i, text in enumerate(dict.fromkeys(map(name, series)))
    }
    code = np.array([texts[name(one)] for one in series], np.int32)
    if len(texts) == 1:
        return _constant(next(iter(texts)), len(place))
    codes = code[place] if len(place) else np.empty(0, np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(codes), pa.array(list(texts), pa.string())
    )


def _units(
    place: np.ndarray[tuple[int], np.dtype[np.int64]],
    rows: pa.Table,
    series: Sequence[Series],
) -> pa.Array:
    """Return the unit of each row: the one in force when its release came."""
    units = _named(place, series, lambda one: one.units[0][1])
    changed = [i for i, one in enumerate(series) if len(one.units) > 1]
    if not changed:
        return units
    texts = np.array(units.to_pylist(), object)
    release = rows["release"].to_numpy()
    for i in changed:
        at = place == i
        texts[at] = [series[i].unit_at(number) for number in release[at].tolist()]
    return pa.array(texts, pa.string()).dictionary_encode()
