"""All that a bank's reader may find, as arrays in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.datasets import list_datasets
from waternet.bank.extent import extents
from waternet.bank.finding.coded import Coded, Truths, code
from waternet.bank.finding.places import Places, read_places
from waternet.bank.sharing import opened_releases
from waternet.bank.store import Bank, View

__all__ = ["NEVER", "Inventory", "Withheld", "read_inventory"]

Counts = npt.NDArray[np.int64]
Years = npt.NDArray[np.int16]
Stamps = npt.NDArray[np.datetime64]

NEVER = np.int16(-32768)  # the year of a datastream without figures
_KEPT_INVENTORIES = 4  # of different readers, in one process
_MINUTE = 60_000_000  # us
_GRADED = ("good", "suspect", "bad")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A dataset of which the reader may not read some or all releases."""

    party: str
    dataset: str
    names: Mapping[str, str]
    releases: int
    figures: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Inventory:
    """Every datastream and place that a bank's reader may see, by party and name.

    Attributes
    ----------
    places : Places
    names : tuple of str, (n,)
        Of the datastreams.
    place : array of int32, (n,)
        Where each is measured.
    party, quantity, unit, statistic, interval, procedure, zone, dataset : Coded, (n,)
        `dataset` as 'PARTY:DATASET'.
    figures : array of int64, (n,)
        How many stand.
    grades : array of int64, (n, 4)
        How many of them are unchecked, good, suspect and bad.
    first, last : arrays of datetime64[us], (n,)
        When the first and last of them begin; NaT of a datastream without figures.
    first_year, last_year : arrays of int16, (n,)
        By the owner's clock; `NEVER` of a datastream without figures.
    granted : array of bool, (n,)
        The reader reads figures of it that not everybody may.
    withheld : tuple of Withheld
        Of what may not be read no more is known than what its owner lists.
    """

    places: Places
    names: tuple[str, ...]
    place: npt.NDArray[np.int32]
    party: Coded
    quantity: Coded
    unit: Coded
    statistic: Coded
    interval: Coded
    dataset: Coded
    procedure: Coded
    zone: Coded
    figures: Counts
    grades: Counts
    first: Stamps
    last: Stamps
    first_year: Years
    last_year: Years
    granted: Truths
    withheld: tuple[Withheld, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def address(self, row: int) -> str:
        """Return what names a datastream among all parties."""
        return f"{self.party.text(row)}:{self.names[row]}"

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Where each datastream stands, by address."""
        return {self.address(row): row for row in range(len(self))}

    @cached_property
    def kind(self) -> Coded:
        """Of the place of each datastream, (n,)."""
        return Coded(self.places.kind.values, self.places.kind.codes[self.place])


@dataclass(frozen=True, slots=True)
class _Held:
    """What stands of the datastreams, as in `Inventory`."""

    figures: Counts
    grades: Counts
    first: Stamps
    last: Stamps
    first_year: Years
    last_year: Years


@dataclass(slots=True)
class _Kept:
    """Inventories read lately, the last one at the end, for every bank of a process."""

    by_bank: WeakKeyDictionary[Bank, tuple[View, Inventory]] = field(
        default_factory=WeakKeyDictionary
    )
    lately: list[tuple[Path, View, Inventory]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


_KEPT = _Kept()


def read_inventory(bank: Bank) -> Inventory:
    """Return what the bank's reader may find.

    It is read once for each state of a bank and kind of reader: a server has a bank for
    each thread, which share it.
    """
    view = bank.view()
    kept = _KEPT.by_bank.get(bank)
    if kept is not None and kept[0] is view:
        return kept[1]
    with _KEPT.lock:
        folder = bank.table.folder
        for place, seen, inventory in _KEPT.lately:
            if place == folder and seen == view:
                found = inventory
                break
        else:
            found = _read(bank)
            _KEPT.lately.append((folder, view, found))
            del _KEPT.lately[:-_KEPT_INVENTORIES]
        _KEPT.by_bank[bank] = view, found
    return found


def _read(bank: Bank) -> Inventory:
    rows = bank.catalogue.rows(
        "SELECT d.party, d.name, d.feature, d.dataset, d.observed_property, d.unit, "
        "d.statistic, d.interval, d.procedure, d.zone, coalesce(s.series_id, -1) "
        "FROM datastream d LEFT JOIN series s ON s.party = d.party AND s.name = d.name "
        "ORDER BY d.party, d.name"
    )
    columns = [list(one) for one in zip(*rows, strict=True)] or [[] for _ in range(11)]
    party, names, feature, dataset, *told, ids = columns
    keys = list(zip(party, feature, strict=True))
    places, at = read_places(bank, dict.fromkeys(keys))
    quantity, unit, statistic, interval, procedure, zone = map(code, told)
    held = _held(bank, np.array(ids, np.int64))
    return Inventory(
        places=places,
        names=tuple(names),
        place=np.array([at[key] for key in keys], np.int32),
        party=code(party),
        quantity=quantity,
        unit=unit,
        statistic=statistic,
        interval=interval,
        dataset=code([f"{a}:{b}" for a, b in zip(party, dataset, strict=True)]),
        procedure=procedure,
        zone=zone,
        figures=held.figures,
        grades=held.grades,
        first=held.first,
        last=held.last,
        first_year=held.first_year,
        last_year=held.last_year,
        granted=np.isin(np.array(ids, np.int64), _restricted(bank)),
        withheld=_withheld(bank),
    )


def _held(bank: Bank, ids: Counts) -> _Held:
    """Return what stands of each series, in the order of `ids`; -1 is none."""
    table = extents(bank).table
    known = table["series_id"].to_numpy()
    at = np.searchsorted(known, ids)
    here = at < len(known)
    here[here] = known[at[here]] == ids[here]
    at = at[here]

    def counts(name: str) -> Counts:
        column = np.zeros(len(ids), np.int64)
        column[here] = table[name].to_numpy()[at]
        return column

    figures, graded = counts("figures"), [counts(one) for one in _GRADED]
    unchecked = figures - np.sum(graded, axis=0)
    first, last, end = (_stamps(table, name) for name in ("first", "last", "end"))
    offset = table["offset"].fill_null(0).to_numpy().astype(np.int64) * _MINUTE
    until = np.where(np.isnat(end), last.view(np.int64), end.view(np.int64) - 1)
    return _Held(
        figures,
        np.stack([unchecked, *graded], axis=1),
        _placed(first, at, here),
        _placed(last, at, here),
        _years(first.view(np.int64) + offset, at, here),
        _years(until + offset, at, here),
    )


def _stamps(table: pa.Table, name: str) -> Stamps:
    told: Stamps = table[name].to_numpy().astype("datetime64[us]")
    return told


def _placed(stamps: Stamps, at: Counts, here: Truths) -> Stamps:
    column = np.full(len(here), np.datetime64("NaT", "us"))
    column[here] = stamps[at]
    return column


def _years(moments: Counts, at: Counts, here: Truths) -> Years:
    column = np.full(len(here), NEVER, np.int16)
    years = moments.view("datetime64[us]").astype("datetime64[Y]").astype(np.int64)
    column[here] = years[at] + 1970
    return column


def _restricted(bank: Bank) -> Counts:
    """Return the series with figures that the reader may read and not everybody."""
    view = bank.view()
    rows = bank.catalogue.rows(
        "SELECT o.series_id, s.party, o.release FROM main.holding o "
        "JOIN main.series s USING (series_id)"
    )
    parties = {party for _, party, _ in rows}
    told = set(view.unreadable)
    for party in parties:
        told |= {(party, one) for one in opened_releases(bank, party)}
        told |= {(party, one.release) for one in view.withdrawals.get(party, ())}
    return np.array([one for one, party, at in rows if (party, at) not in told], int)


def _withheld(bank: Bank) -> tuple[Withheld, ...]:
    """Return the datasets with releases that the reader may not read."""
    view = bank.view()
    gone = {
        (party, one.release) for party, many in view.withdrawals.items() for one in many
    }
    hidden = {one for one in view.unreadable if one not in gone}
    if not hidden:
        return ()
    releases: dict[tuple[str, str], int] = {}
    for party, number, dataset in bank.catalogue.rows(
        "SELECT party, number, dataset FROM entry WHERE kind IN ('release', 'revise')"
    ):
        if (party, number) in hidden:
            key = party, dataset
            releases[key] = releases.get(key, 0) + 1
    listed = {
        (row["party"], row["dataset"]): row
        for row in list_datasets(bank).to_pylist(maps_as_pydicts="strict")
    }
    told = []
    for (party, dataset), count in sorted(releases.items()):
        row = listed.get((party, dataset), {})
        names, figures = row.get("names") or {}, row.get("figures") or 0
        span = row.get("first"), row.get("last")
        told.append(Withheld(party, dataset, names, count, figures, *span))
    return tuple(told)
