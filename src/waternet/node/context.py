"""What stands around an import: earlier and later figures that it is judged against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.query import get_observations
from waternet.bank.standing import standing_datastreams
from waternet.bank.store import Bank
from waternet.formats.reading import Reading
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA

__all__ = ["is_bare", "places_with", "standing_around", "with_context"]

Rows: TypeAlias = npt.NDArray[np.int64]

# How far before and after an import its past is looked at [d]: a year with room for
# one that repeats it; more where a figure stands for a month or a year.
_WINDOWS = {"P1M": 5 * 366, "P1Y": 40 * 366}
_WINDOW = 400
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9997, 12, 31, tzinfo=UTC)
_JUDGED = ("datastream", "time", "value", "censor", "status")


def standing_around(bank: Bank, party: str, reading: Reading) -> pa.Table:
    """Return the standing figures of a reading's datastreams, around its time.

    Returns
    -------
    pyarrow.Table
        datastream, time, value, censor, status; by datastream, then time. Datastreams
        that now have another unit are left out.
    """
    standing = standing_datastreams(bank, party)
    alike = defaultdict(list)
    for stream in reading.datastreams:
        known = standing.get(stream.name)
        if known is not None and known.unit == stream.unit:
            alike[_WINDOWS.get(stream.interval, _WINDOW)].append(stream.name)
    bounds = pc.min_max(reading.observations["time"]).as_py()
    parts = [SCHEMA.empty_table().select(_JUDGED)]
    for days, names in alike.items():
        found = get_observations(
            bank,
            [f"{party}:{name}" for name in sorted(names)],
            _beside(bounds["min"], -days),
            _beside(bounds["max"], days),
        )
        parts.append(found.select(_JUDGED).cast(parts[0].schema))
    return pa.concat_tables(parts)


def is_bare(place: Place) -> bool:
    """Return whether a file says no more of a place than its id and kind.

    That takes nothing away from what the party said of it before.
    """
    return place == Place(place.id, place.kind, {"und": place.id})


def places_with(
    standing: Mapping[str, Place], read: Iterable[Place]
) -> dict[str, Place]:
    """Return places by id as they were read; as they stand where that says more."""
    said = {place.id: place for place in read}
    told = {name: one for name, one in said.items() if not is_bare(one)}
    return {**said, **standing, **told}


def with_context(imported: pa.Table, context: pa.Table) -> tuple[pa.Table, Rows]:
    """Lay the context among imported figures; those it shares with them are dropped.

    Parameters
    ----------
    imported : pyarrow.Table in `observation.table.SCHEMA`, (n,)
        In order.
    context : pyarrow.Table, (m,)
        As `standing_around` returns it.

    Returns
    -------
    table : pyarrow.Table, (n + k,)
        In order; the same as `imported` where the context adds nothing.
    rows : array of int, (n,)
        Where the imported rows are in it.
    """
    own, others = _spans(imported), _spans(context)
    mine, theirs = _times(imported), _times(context)
    taken, places, at = [], [], 0
    for name in sorted(own):
        first, last = own[name]
        low, high = others.get(name, (0, 0))
        times = mine[first:last]
        added = theirs[low:high]
        new = np.flatnonzero(~np.isin(added, times, assume_unique=True))
        place = np.arange(last - first) + np.searchsorted(added[new], times)
        order = np.empty(len(times) + len(new), np.int64)
        order[place] = np.arange(first, last)
        free = np.ones(len(order), np.bool_)
        free[place] = False
        order[free] = imported.num_rows + low + new
        taken.append(order)
        places.append(at + place)
        at += len(order)
    if at == imported.num_rows:
        return imported, np.arange(at)
    both = pa.concat_tables([imported.select(_JUDGED), context]).unify_dictionaries()
    rows = both.take(pa.array(np.concatenate(taken)))
    return rows, np.concatenate(places)


def _spans(table: pa.Table) -> dict[str, tuple[int, int]]:
    """Return the first row and the row after the last of each datastream."""
    column = table["datastream"].unify_dictionaries()
    if not len(column):
        return {}
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in column.chunks])
    names = column.chunk(0).dictionary.to_pylist()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = [*starts[1:].tolist(), len(codes)]
    return {
        names[codes[start]]: (int(start), end)
        for start, end in zip(starts, ends, strict=True)
    }


def _times(table: pa.Table) -> Rows:
    times: Rows = table["time"].cast(pa.int64()).to_numpy()
    return times


def _beside(when: datetime, days: int) -> datetime:
    """Return a time of UTC so many days later, within what a calendar can tell."""
    when, away = when.replace(tzinfo=UTC), timedelta(days=abs(days))
    if days < 0:
        return _FIRST if when - _FIRST < away else when - away
    return _LAST if _LAST - when < away else when + away
