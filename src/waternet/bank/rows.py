"""The rows of chosen series that stand at some moment, read file by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.bank.files import FILE_SCHEMA, Fragment, Window
from waternet.bank.layout import sorting
from waternet.bank.store import Bank, View

__all__ = ["read_every_row", "read_standing"]


def read_standing(
    bank: Bank,
    series: Iterable[Series],
    period: tuple[int, int],
    cutoffs: Mapping[str, int],
) -> pa.Table:
    """Return the figures of `series` that stand at the cutoffs.

    Parameters
    ----------
    period : (start, end) [us since 1970, UTC]
        Half-open.
    cutoffs : mapping of party to int
        Last entry of each that counts.

    Returns
    -------
    pyarrow.Table in `FILE_SCHEMA`
        By bucket, then (series_id, t); no null values. `superseded` is meaningless.
    """
    view = bank.view()
    found = []
    for (party, bucket), ids in _by_bucket(series):
        cutoff = cutoffs.get(party, -1)
        window = Window(ids, *period, cutoff)
        rows = _standing(bank, view.fragments.get(bucket, ()), window)
        found.append(_without(rows, view, party, cutoff))
    if len(found) == 1:
        return found[0]
    return pa.concat_tables([FILE_SCHEMA.empty_table(), *found])


def read_every_row(bank: Bank, series: Series, t: int) -> pa.Table:
    """Return every row ever taken at one time of one series, by release."""
    view = bank.view()
    window = Window(np.array([series.id], np.int32), t, t + 1)
    files = view.fragments.get(series.bucket, ())
    rows = pa.concat_tables(
        [FILE_SCHEMA.empty_table(), *(bank.files.read(one, window) for one in files)]
    ).sort_by("release")
    taken = rows["release"].to_numpy() < view.positions.get(series.party, 0)
    return rows.filter(pa.array(taken))


def _by_bucket(
    series: Iterable[Series],
) -> Iterable[tuple[tuple[str, int], np.ndarray[tuple[int], np.dtype[np.int32]]]]:
    ordered = sorted(series, key=lambda one: (one.party, one.bucket, one.id))
    for key, ones in groupby(ordered, key=lambda one: (one.party, one.bucket)):
        yield key, np.array([one.id for one in ones], np.int32)


def _standing(bank: Bank, files: Sequence[Fragment], window: Window) -> pa.Table:
    """Return the rows that no row up to the cutoff replaces, in order."""
    base: list[pa.Table] = []
    tail: list[pa.Table] = []
    for one in files:
        rows = bank.files.read(one, window)
        if rows.num_rows:
            (tail if one.is_tail else base).append(rows)
    parts = base + tail
    if not parts:
        return FILE_SCHEMA.empty_table()
    if len(parts) == 1:
        return parts[0]
    rows = pa.concat_tables(parts)
    order = sorting(rows)
    if order is not None:
        rows = rows.take(pa.array(order))
    return _last_of_each_key(rows) if tail else rows


def _last_of_each_key(rows: pa.Table) -> pa.Table:
    ids, t = rows["series_id"].to_numpy(), rows["t"].to_numpy()
    last = np.ones(len(ids), bool)
    last[:-1] = (ids[1:] != ids[:-1]) | (t[1:] != t[:-1])
    return rows if last.all() else rows.filter(pa.array(last))


def _without(rows: pa.Table, view: View, party: str, cutoff: int) -> pa.Table:
    """Leave out figures that were taken back or withdrawn."""
    withdrawn = view.withdrawn(party, cutoff)
    if not withdrawn and not rows["value"].null_count:
        return rows
    keep = rows["value"].is_valid().to_numpy()
    if withdrawn:
        keep = keep & ~np.isin(rows["release"].to_numpy(), withdrawn)
    return rows if keep.all() else rows.filter(pa.array(keep))
