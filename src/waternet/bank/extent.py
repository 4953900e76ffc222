"""How much stands of each datastream: count, first, last and the newest figure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import pyarrow as pa

from waternet.bank.as_of import AsOf
from waternet.bank.catalogue import Series
from waternet.bank.files import FILE_SCHEMA, Fragment
from waternet.bank.scan import ask, standing
from waternet.bank.store import Bank
from waternet.observation.vocabulary import Grade

__all__ = ["EXTENT_SCHEMA", "Extents", "extents", "known_extents"]

_OF_LAST = ("end", "offset", "value", "censor", "grade", "status", "qualifier")
_GRADED = {"good": Grade.GOOD, "suspect": Grade.SUSPECT, "bad": Grade.BAD}
EXTENT_SCHEMA = pa.schema(
    [
        pa.field("series_id", pa.int32(), nullable=False),
        pa.field("figures", pa.int64(), nullable=False),
        pa.field("first", pa.timestamp("us"), nullable=False),
        pa.field("last", pa.timestamp("us"), nullable=False),
        pa.field("release", pa.int32(), nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in _GRADED),
        *(FILE_SCHEMA.field(name) for name in _OF_LAST),
        pa.field("last_release", pa.int32(), nullable=False),
    ]
)
# About 90 bytes each, and as much in each whole: a process keeps at most 450 MB,
# whatever the bank holds; of 10,000 series it keeps 5 MB.
_SERIES_KEPT = 1_000_000
_WHOLES_KEPT = 4  # of different readers and pasts
_FILES_KEPT = 100_000
_FEW, _FEW_KEPT = 20, 200  # series of one question; such questions
# Rows of tails in one question are sorted in memory.
_ROWS_AT_ONCE = 10_000_000


@dataclass(frozen=True, slots=True)
class Extents:
    """What stands of some series at one moment.

    Attributes
    ----------
    table : pyarrow.Table in `EXTENT_SCHEMA`, by series_id
        figures (how many stand), first and last (their times, UTC), release (the
        newest among them); good, suspect and bad (how many of them have that grade:
        the rest is unchecked); end, offset, value, censor, grade, status and qualifier
        of the last figure, and last_release, which brought it. A series of which
        nothing stands has no row.
    """

    table: pa.Table

    def of(self, series: Iterable[Series]) -> Extents:
        """Return those of some of the series."""
        wanted = np.array([one.id for one in series], np.int32)
        held = np.isin(self.table["series_id"].to_numpy(), wanted)
        return self if held.all() else Extents(self.table.filter(pa.array(held)))

    def last_figures(self) -> pa.Table:
        """Return the last figure of each series, in `FILE_SCHEMA`.

        `superseded` is meaningless.
        """
        renamed = {"t": "last", "release": "last_release", "superseded": "release"}
        columns = [self.table[renamed.get(name, name)] for name in FILE_SCHEMA.names]
        return pa.table(columns, schema=FILE_SCHEMA)


@dataclass(frozen=True, slots=True)
class _Key:
    """All that the extents of one bucket follow from.

    Names of files hold the digests of what is in them, so that a key means the same
    in every bank, and what is kept under it is never stale.
    """

    files: tuple[str, ...]
    cutoff: int
    withdrawn: tuple[int, ...]
    hidden: tuple[int, ...]


@dataclass(slots=True)
class _Kept:
    """Extents of buckets that were asked for lately, for every bank of a process."""

    tables: OrderedDict[_Key, pa.Table] = field(default_factory=OrderedDict)
    wholes: dict[tuple[_Key, ...], Extents] = field(default_factory=dict)
    few: dict[tuple[tuple[_Key, ...], tuple[int, ...]], Extents] = field(
        default_factory=dict
    )
    releases: dict[str, tuple[int, int]] = field(default_factory=dict)
    rows: int = 0
    lock: Lock = field(default_factory=Lock)

    def get(self, key: _Key) -> pa.Table | None:
        with self.lock:
            table = self.tables.get(key)
            if table is not None:
                self.tables.move_to_end(key)
            return table

    def put(self, key: _Key, table: pa.Table) -> None:
        with self.lock:
            if key not in self.tables:
                self.rows += table.num_rows
            self.tables[key] = table
            while self.rows > _SERIES_KEPT and len(self.tables) > 1:
                _, dropped = self.tables.popitem(last=False)
                self.rows -= dropped.num_rows

    def put_whole(self, keys: tuple[_Key, ...], told: Extents) -> None:
        with self.lock:
            while len(self.wholes) >= _WHOLES_KEPT:
                self.wholes.pop(next(iter(self.wholes)))
            self.wholes[keys] = told

    def put_few(
        self, which: tuple[tuple[_Key, ...], tuple[int, ...]], told: Extents
    ) -> None:
        with self.lock:
            while len(self.few) >= _FEW_KEPT:
                self.few.pop(next(iter(self.few)))
            self.few[which] = told

    def put_releases(self, path: str, bounds: tuple[int, int]) -> None:
        with self.lock:
            if len(self.releases) >= _FILES_KEPT:
                self.releases.clear()
            self.releases[path] = bounds


# Shared on purpose: each reader of a server has a bank of its own, and all of them ask.
_KEPT = _Kept()


def extents(
    bank: Bank, series: Sequence[Series] | None = None, as_of: AsOf | None = None
) -> Extents:
    """Return how much stands of each series.

    Files are scanned once: what was found is kept by bucket, and a release makes only
    the buckets that it wrote to be scanned again.

    Parameters
    ----------
    series : sequence of Series, or None
        None is all.
    as_of : AsOf or None
        The past to look from; None is now.

    Raises
    ------
    NotFound
        `as_of` names a party or an entry that the bank does not have.
    """
    cutoffs = bank.cutoffs(as_of)
    keys = _keys(bank, series, cutoffs)
    whole = _KEPT.wholes.get(tuple(keys.values())) if series is None else None
    if whole is not None:
        return _readable(bank, whole)
    found = {bucket: _KEPT.get(key) for bucket, key in keys.items()}
    missing = [bucket for bucket, table in found.items() if table is None]
    for buckets in _shares(bank, missing):
        found |= _scan(bank, buckets, cutoffs)
    # A writer may have been at work meanwhile: what was seen is kept only under the
    # key that it has before and after.
    is_sure = not missing or _keys(bank, series, cutoffs) == keys
    for bucket in missing if is_sure else ():
        _KEPT.put(keys[bucket], found[bucket])
    if series is not None:
        if is_sure and len(series) <= _FEW:
            return _of_few(tuple(keys.values()), found.values(), series)
        return _joined(found.values()).of(series)
    told = _joined(found.values())
    _KEPT.put_whole(tuple(keys.values()), told)
    return _readable(bank, told)


def _readable(bank: Bank, told: Extents) -> Extents:
    """Return those of the series of which the bank's reader may know.

    What is kept is of all: a series may be told of in an entry that is hidden, and have
    figures in one that is not.
    """
    return told.of(bank.catalogue.series()) if bank.view().unreadable else told


def known_extents(
    bank: Bank, series: Sequence[Series], cutoffs: Mapping[str, int]
) -> Extents | None:
    """Return what `extents` would, or None where it had to scan for it."""
    found = [_KEPT.get(key) for key in _keys(bank, series, cutoffs).values()]
    if any(table is None for table in found):
        return None
    return _joined(found).of(series)


def _of_few(
    keys: tuple[_Key, ...], tables: Iterable[pa.Table | None], series: Sequence[Series]
) -> Extents:
    """Return the extents of a few series, for which one request asks several times."""
    which = keys, tuple(one.id for one in series)
    told = _KEPT.few.get(which)
    if told is None:
        told = _joined(tables).of(series)
        _KEPT.put_few(which, told)
    return told


def _joined(tables: Iterable[pa.Table | None]) -> Extents:
    held = [table for table in tables if table is not None]
    if len(held) == 1:
        return Extents(held[0])
    joined = pa.concat_tables([EXTENT_SCHEMA.empty_table(), *held])
    return Extents(joined.unify_dictionaries().sort_by("series_id").combine_chunks())


def _keys(
    bank: Bank, series: Sequence[Series] | None, cutoffs: Mapping[str, int]
) -> dict[int, _Key]:
    """Return the key of each bucket that holds rows of the series."""
    view = bank.view()
    if series is None:
        wanted = [(party, one) for party, ones in view.buckets.items() for one in ones]
    else:
        wanted = list({(one.party, one.bucket): None for one in series})
    keys = {}
    for party, bucket in wanted:
        files = view.fragments.get(bucket, ())
        if not files:
            continue
        bounds = [_releases(bank, one) for one in files]
        least = min(bound[0] for bound in bounds)
        # Entries after the last that wrote here change nothing here, unless they
        # withdraw one that did.
        cutoff = min(cutoffs.get(party, -1), max(bound[1] for bound in bounds))
        if cutoff < least:
            continue
        withdrawn = view.withdrawn(party, cutoffs[party])
        keys[bucket] = _Key(
            tuple(one.path for one in files),
            cutoff,
            tuple(sorted(one for one in withdrawn if least <= one <= cutoff)),
            # What one reader may see is no other's to know.
            view.hidden.get(bucket, ()),
        )
    return keys


def _releases(bank: Bank, file: Fragment) -> tuple[int, int]:
    """Return the least and greatest release with rows in a file."""
    found = _KEPT.releases.get(file.path)
    if found is None:
        found = bank.files.releases(file)
        _KEPT.put_releases(file.path, found)
    return found


def _shares(bank: Bank, buckets: Sequence[int]) -> Iterator[list[int]]:
    """Yield the buckets in groups of as many rows as one question may gather."""
    fragments, share, rows = bank.view().fragments, list[int](), 0
    for bucket in buckets:
        more = sum(one.rows for one in fragments.get(bucket, ()))
        if share and rows + more > _ROWS_AT_ONCE:
            yield share
            share, rows = [], 0
        share.append(bucket)
        rows += more
    if share:
        yield share


def _scan(
    bank: Bank, buckets: Sequence[int], cutoffs: Mapping[str, int]
) -> dict[int, pa.Table]:
    """Return the extents of every series in some buckets, whoever may know of it."""
    series = bank.catalogue.series_in(buckets)
    relation = standing(bank, series, cutoffs, is_counted=True)
    if not relation.sql:
        return dict.fromkeys(buckets, EXTENT_SCHEMA.empty_table())
    graded = ", ".join(
        f"count(*) FILTER (grade = {int(grade)}) AS {name}"
        for name, grade in _GRADED.items()
    )
    of_last = ", ".join(f'"{name}" := "{name}"' for name in _OF_LAST)
    rows = ask(
        bank,
        "SELECT * EXCLUDE latest, unnest(latest) FROM (SELECT series_id, "
        "count(*) AS figures, min(t) AS first, max(t) AS last, "
        f"max(release) AS release, {graded}, "
        f"arg_max(struct_pack({of_last}, last_release := release), t) AS latest "
        f"FROM ({relation.sql}) GROUP BY series_id) ORDER BY series_id",
        relation.values,
    ).cast(EXTENT_SCHEMA)
    rows = rows.unify_dictionaries().combine_chunks()
    bucket_of = {one.id: one.bucket for one in series}
    placed = np.array([bucket_of[one] for one in rows["series_id"].to_pylist()])
    return {one: rows.filter(pa.array(placed == one)) for one in buckets}
