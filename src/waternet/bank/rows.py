"""The rows of chosen series that stand at some moment, read file by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.bank.files import FILE_SCHEMA, Fragment, OpenFiles, Window
from waternet.bank.layout import sorting
from waternet.bank.store import Bank

__all__ = ["Part", "parts_to_read", "read_every_row", "read_part", "read_standing"]


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
    found = [
        read_part(bank.files, part)
        for part in parts_to_read(bank, series, period, cutoffs)
    ]
    if len(found) == 1:
        return found[0]
    return pa.concat_tables([FILE_SCHEMA.empty_table(), *found])


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of one bucket: all of its series is there, and nowhere else.

    Attributes
    ----------
    files : tuple of Fragment
    window : Window
        With the cutoff.
    withdrawn : tuple of int
        Releases whose figures stand no more.
    hidden : tuple of int
        Releases that the bank's reader may not read: as if they had never been.
    """

    files: tuple[Fragment, ...]
    window: Window
    withdrawn: tuple[int, ...]
    hidden: tuple[int, ...] = ()


def parts_to_read(
    bank: Bank,
    series: Iterable[Series],
    period: tuple[int, int],
    cutoffs: Mapping[str, int],
) -> list[Part]:
    """Return what `read_standing` reads, by bucket; parts may be read at once."""
    view = bank.view()
    parts = []
    ordered = sorted(series, key=lambda one: (one.party, one.bucket, one.id))
    bank.look_at(ordered)
    for (party, bucket), ones in groupby(ordered, lambda one: (one.party, one.bucket)):
        cutoff = cutoffs.get(party, -1)
        ids = np.array([one.id for one in ones], np.int32)
        parts.append(
            Part(
                view.fragments.get(bucket, ()),
                Window(ids, *period, cutoff),
                tuple(view.withdrawn(party, cutoff)),
                view.hidden.get(bucket, ()),
            )
        )
    return parts


def read_part(files: OpenFiles, part: Part) -> pa.Table:
    """Return the figures of one part that stand, by (series_id, t)."""
    rows = _unreplaced(files, part)
    if not part.withdrawn and not rows["value"].null_count:
        return rows
    keep = rows["value"].is_valid().to_numpy()
    if part.withdrawn:
        keep = keep & ~np.isin(rows["release"].to_numpy(), part.withdrawn)
    return rows if keep.all() else rows.filter(pa.array(keep))


def read_every_row(bank: Bank, series: Series, t: int) -> pa.Table:
    """Return every row at one time of one series that may be read, by release."""
    view = bank.view()
    bank.look_at([series])
    window = Window(np.array([series.id], np.int32), t, t + 1)
    files = view.fragments.get(series.bucket, ())
    rows = pa.concat_tables(
        [FILE_SCHEMA.empty_table(), *(bank.files.read(one, window) for one in files)]
    ).sort_by("release")
    release = rows["release"].to_numpy()
    taken = release < view.positions.get(series.party, 0)
    hidden = view.hidden.get(series.bucket, ())
    return rows.filter(pa.array(taken & ~np.isin(release, hidden)))


def _unreplaced(files: OpenFiles, part: Part) -> pa.Table:
    """Return the rows that no row up to the cutoff replaces, in order."""
    base: list[pa.Table] = []
    tail: list[pa.Table] = []
    for one in part.files:
        if part.hidden:
            # What a hidden row replaced may stand again: every revision is looked at.
            rows = _shown(files.read(one, replace(part.window, cutoff=None)), part)
        else:
            rows = files.read(one, part.window)
        if rows.num_rows:
            (tail if one.is_tail or part.hidden else base).append(rows)
    parts = base + tail
    if not parts:
        return FILE_SCHEMA.empty_table()
    if len(parts) == 1 and not part.hidden:
        return parts[0]
    rows = pa.concat_tables(parts)
    order = sorting(rows)
    if order is not None:
        rows = rows.take(pa.array(order))
    return _last_of_each_key(rows) if tail else rows


def _shown(rows: pa.Table, part: Part) -> pa.Table:
    """Return the rows up to the cutoff that the reader may read."""
    release = rows["release"].to_numpy()
    keep = ~np.isin(release, part.hidden)
    if part.window.cutoff is not None:
        keep &= release <= part.window.cutoff
    return rows if keep.all() else rows.filter(pa.array(keep))


def _last_of_each_key(rows: pa.Table) -> pa.Table:
    ids, t = rows["series_id"].to_numpy(), rows["t"].to_numpy()
    last = np.ones(len(ids), bool)
    last[:-1] = (ids[1:] != ids[:-1]) | (t[1:] != t[:-1])
    return rows if last.all() else rows.filter(pa.array(last))
