"""Sorted figures gathered into periods, a bucket at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.calendar import retell
from waternet.bank.files import OpenFiles
from waternet.bank.percentile import percentiles
from waternet.bank.rows import Part, read_part
from waternet.observation.vocabulary import Grade

__all__ = ["Gathering", "Scale", "gather"]

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_SCHEMA = pa.schema(
    [
        ("series_id", pa.int32()),
        ("period", pa.int64()),
        ("total", pa.float64()),
        ("minimum", pa.float64()),
        ("maximum", pa.float64()),
        ("n", pa.int64()),
        ("censored", pa.int64()),
        ("censor", pa.int8()),
        ("release", pa.int32()),
    ]
)
_SPAN = (
    pa.field("first", pa.int64()),
    pa.field("last", pa.int64()),
    pa.field("last_end", pa.timestamp("us")),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values of a series from releases [since, until) become value * scale + shift."""

    series_id: int
    since: int
    until: int
    scale: float
    shift: float


@dataclass(frozen=True, slots=True)
class Dates:
    """Whose values are placed by their owner's date, not by the instant it begins.

    Attributes
    ----------
    owners : mapping of zone to series ids
        Those whose clock is not the calendar's.
    zone : str
        Of the calendar.
    since, until : int [us since 1970, UTC]
        Half-open; what lies outside once placed is left out.
    """

    owners: Mapping[str, Sequence[int]]
    zone: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Gathering:
    """How figures are gathered.

    Attributes
    ----------
    starts : array, (n + 1,) [us since 1970, UTC]
        Of the periods, and the end of the last.
    grades : Grades that go in
    percents : tuple of int
        Percentiles that are wanted; each is a column, 'p05' for 5.
    spans : bool
        Whether it is wanted from when to when the figures of a period are.
    """

    starts: Numbers
    grades: tuple[Grade, ...]
    scales: tuple[Scale, ...]
    dates: Dates
    percents: tuple[int, ...] = ()
    spans: bool = False

    @property
    def schema(self) -> pa.Schema:
        """The columns of what is gathered."""
        more = [pa.field(f"p{one:02}", pa.float64()) for one in self.percents]
        return pa.schema([*_SCHEMA, *more, *(_SPAN if self.spans else ())])


def gather(files: OpenFiles, parts: Sequence[Part], gathering: Gathering) -> pa.Table:
    """Return the statistics of every series and period that has a figure.

    Returns
    -------
    pyarrow.Table, (n,), by (series_id, period)
        series_id, period (its place in `starts`), total, minimum, maximum, n,
        censored (how many of n), censor (1 and 2 where there are limits below and
        above, 3 where there are both), release (the newest); each percentile that is
        wanted; where spans are, first and last (times of the first figure and of the
        last one) and last_end (where its interval ends; null for an instant).
    """
    if len(parts) == 1:  # starting threads would take longer
        return _gather_part(files, gathering, parts[0])
    one = partial(_gather_part, files, gathering)
    with ThreadPoolExecutor(os.cpu_count()) as readers:
        empty = gathering.schema.empty_table()
        gathered = pa.concat_tables([empty, *readers.map(one, parts)])
    return gathered.sort_by([("series_id", "ascending"), ("period", "ascending")])


def _gather_part(files: OpenFiles, gathering: Gathering, part: Part) -> pa.Table:
    rows = read_part(files, part)
    graded = np.isin(np.arange(max(Grade) + 1), gathering.grades)
    keep = graded[rows["grade"].to_numpy()]
    if not keep.all():
        rows = rows.filter(pa.array(keep))
    rows = _dated(rows, gathering.dates)
    if not rows.num_rows:
        return gathering.schema.empty_table()
    ids, t = rows["series_id"].to_numpy(), rows["t"].to_numpy().view(np.int64)
    release, censor = rows["release"].to_numpy(), rows["censor"].to_numpy()
    value = _scaled(rows["value"].to_numpy(), ids, release, gathering.scales)
    edges, periods = _edges(ids, t, gathering.starts)
    return pa.table(
        [
            pa.array(ids[edges]),
            pa.array(periods),
            pa.array(np.add.reduceat(value, edges)),
            pa.array(np.minimum.reduceat(value, edges)),
            pa.array(np.maximum.reduceat(value, edges)),
            pa.array(np.diff(np.append(edges, len(ids)))),
            pa.array(np.add.reduceat((censor > 0).astype(np.int64), edges)),
            pa.array(np.bitwise_or.reduceat(censor, edges)),
            pa.array(np.maximum.reduceat(release, edges)),
            *map(pa.array, percentiles(value, edges, gathering.percents)),
            *(_span(rows, t, edges) if gathering.spans else ()),
        ],
        schema=gathering.schema,
    )


def _span(rows: pa.Table, t: Numbers, edges: Numbers) -> list[pa.Array]:
    last = np.append(edges[1:], len(t)) - 1
    ends = rows["end"].combine_chunks().take(pa.array(last))
    return [pa.array(t[edges]), pa.array(t[last]), ends]


def _dated(rows: pa.Table, dates: Dates) -> pa.Table:
    """Return the rows of the period asked for, each at its owner's date."""
    if not dates.owners or not rows.num_rows:
        return rows
    ids = rows["series_id"].to_numpy()
    t = rows["t"].to_numpy().view(np.int64).copy()
    for owner, owned in dates.owners.items():
        here = np.isin(ids, np.array(owned, np.int32))
        t[here] = retell(t[here], owner, dates.zone)
    place = rows.schema.get_field_index("t")
    moved = rows.set_column(place, "t", pa.array(t).view(pa.timestamp("us")))
    return moved.filter(pa.array((t >= dates.since) & (t < dates.until)))


def _scaled(
    value: Floats,
    ids: npt.NDArray[np.int32],
    release: npt.NDArray[np.int32],
    scales: tuple[Scale, ...],
) -> Floats:
    inside = [one for one in scales if ids[0] <= one.series_id <= ids[-1]]
    if not inside:
        return value
    scaled = value.copy()
    for one in inside:
        low, high = np.searchsorted(ids, [one.series_id, one.series_id + 1])
        run = slice(int(low), int(high))
        at = (release[run] >= one.since) & (release[run] < one.until)
        scaled[run] = np.where(at, value[run] * one.scale + one.shift, value[run])
    return scaled


def _edges(
    ids: npt.NDArray[np.int32], t: Numbers, starts: Numbers
) -> tuple[Numbers, Numbers]:
    """Return the first row of each series and period, and which period it is."""
    edges, periods = [], []
    for low, high in _runs(ids):
        run = t[low:high]
        first, last = np.searchsorted(starts, run[[0, -1]], "right") - 1
        inner = starts[first : last + 1]
        if len(inner) < len(run):
            places = np.append(np.searchsorted(run, inner), len(run))
            filled = np.flatnonzero(np.diff(places))
            edges.append(places[filled] + low)
            periods.append(filled + first)
        else:
            which = np.searchsorted(starts, run, "right") - 1
            changes = np.flatnonzero(np.diff(which, prepend=-1))
            edges.append(changes + low)
            periods.append(which[changes])
    return np.concatenate(edges), np.concatenate(periods)


def _runs(ids: npt.NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    yield from pairwise([0, *(np.flatnonzero(np.diff(ids)) + 1).tolist(), len(ids)])
