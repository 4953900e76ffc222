"""How every station stands, read from the bank once for each state and reader of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.bank.extent import extents
from waternet.bank.files import FILE_SCHEMA
from waternet.bank.finding.inventory import Inventory, read_inventory
from waternet.bank.scan import ask, standing
from waternet.bank.selection import choose_series
from waternet.bank.store import Bank
from waternet.observation.vocabulary import Censor, Grade
from waternet.portal.now.condition import (
    REACH,
    YEAR,
    Conditions,
    Figures,
    conditions,
)
from waternet.portal.now.headline import choose_headlines, is_depth
from waternet.quantity import convert

__all__ = ["Station", "Stations", "read_stations"]

Integers = npt.NDArray[np.int64]

_CARRIED = ("censor", "grade", "status", "release")
_KEPT_STATES = 4  # of different readers, in one process
_MINUTE = 60_000_000  # us


@dataclass(frozen=True, slots=True)
class Station:
    """How one station stands.

    Attributes
    ----------
    place, row : int
        In the inventory: the station, and the datastream that speaks for it.
    unit : str
        UCUM code of all its values.
    value : float
    censor : int
        1 where the value is a limit from above ('<'), 2 from below.
    time : int [us since 1970, UTC]
    local : int [us since 1970]
        The same by the owner's clock.
    grade, status, release : int
    before : tuple of (local time, value), or None
        What stands for a year earlier.
    change, rank : float
        As in `Conditions`; NaN where there is none.
    years : int
    """

    place: int
    row: int
    unit: str
    value: float
    censor: int
    time: int
    local: int
    grade: int
    status: int
    release: int
    before: tuple[int, float] | None
    change: float
    rank: float
    years: int


@dataclass(frozen=True, eq=False)
class Stations:
    """Every station of which a figure tells how the water stands.

    Attributes
    ----------
    inventory : Inventory
    all : tuple of Station
        By party and id of the place.
    by_place : dict of int to Station
    series : tuple of int
        Whose figures were looked at.
    """

    inventory: Inventory
    all: tuple[Station, ...]
    by_place: dict[int, Station]
    series: tuple[int, ...]


@dataclass(slots=True)
class _Kept:
    states: OrderedDict[int, Stations] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


# Shared on purpose: a server has a bank for each thread, and all of them ask.
_KEPT = _Kept()


def read_stations(bank: Bank) -> Stations:
    """Return how the stations stand of which the bank's reader may know."""
    inventory = read_inventory(bank)
    with _KEPT.lock:
        # An inventory lives as long as what is kept under its number.
        found = _KEPT.states.get(id(inventory))
        if found is None:
            found = _read(bank, inventory)
            _KEPT.states[id(inventory)] = found
            while len(_KEPT.states) > _KEPT_STATES:
                _KEPT.states.popitem(last=False)
    bank.look_again(found.series)
    return found


def _read(bank: Bank, inventory: Inventory) -> Stations:
    rows = choose_headlines(inventory).tolist()
    series = choose_series(bank, [inventory.address(row) for row in rows])
    row_of = dict(zip((one.id for one in series), rows, strict=True))
    ordered = sorted(series, key=lambda one: one.id)
    falls = np.array([is_depth(inventory, row_of[one.id]) for one in ordered], np.bool_)
    told = _near_anniversaries(bank, ordered, falls)
    latest = told.rows.take(pa.array(told.conditions.latest)).to_pylist()
    stations = [
        _station(inventory, told, number, row_of[latest[number]["series_id"]], said)
        for number, said in enumerate(latest)
    ]
    stations.sort(key=lambda one: one.place)
    by_place = {one.place: one for one in stations}
    return Stations(inventory, tuple(stations), by_place, tuple(row_of))


@dataclass(frozen=True, eq=False)
class _Told:
    """Rows of figures with what follows from them; `figures.time` is local."""

    rows: pa.Table
    figures: Figures
    conditions: Conditions


def _near_anniversaries(
    bank: Bank, series: Sequence[Series], falls: npt.NDArray[np.bool_]
) -> _Told:
    """Return the figures about the anniversaries of each latest one, by series, time.

    `figures.series` says which of the series it is.
    """
    rows = _rows(bank, series)
    ids = np.array([one.id for one in series], np.int64)
    owner = np.searchsorted(ids, rows["series_id"].to_numpy()).astype(np.int64)
    offset = rows["offset"].fill_null(0).to_numpy().astype(np.int64) * _MINUTE
    local = rows["t"].cast(pa.int64()).to_numpy() + offset
    figures = Figures(
        series=owner,
        time=local,
        value=_in_one_unit(rows, owner, series),
        exact=rows["censor"].to_numpy() == int(Censor.NONE),
        usable=rows["grade"].to_numpy() != int(Grade.BAD),
    )
    return _Told(rows, figures, conditions(figures, falls[owner]))


def _rows(bank: Bank, series: Sequence[Series]) -> pa.Table:
    relation = standing(bank, series, bank.cutoffs(None))
    if not relation.sql:
        return FILE_SCHEMA.empty_table()
    last = extents(bank, series).table.select(["series_id", "last"])
    values = {
        **relation.values,
        "ids": last["series_id"].to_pylist(),
        "lasts": last["last"].cast(pa.int64()).to_pylist(),
    }
    return ask(
        bank,
        f"SELECT r.* FROM ({relation.sql}) r "
        "JOIN (SELECT unnest($ids) AS series_id, unnest($lasts) AS last) l "
        "ON l.series_id = r.series_id "
        f"WHERE (l.last - epoch_us(r.t) + {REACH}) % {YEAR} <= {2 * REACH} "
        "ORDER BY r.series_id, r.t",
        values,
    ).combine_chunks()


def _in_one_unit(
    rows: pa.Table, owner: Integers, series: Sequence[Series]
) -> npt.NDArray[np.float64]:
    """Return the values, those of one datastream in the unit that it has now."""
    values: npt.NDArray[np.float64] = rows["value"].to_numpy().astype(np.float64)
    release = rows["release"].to_numpy()
    for number, one in enumerate(series):
        if len({unit for _, unit in one.units}) < 2:
            continue
        here = np.flatnonzero(owner == number)
        for at in here.tolist():
            unit = one.unit_at(int(release[at]))
            if unit != one.units[-1][1]:
                values[at] = convert(values[at : at + 1], unit, one.units[-1][1])[0]
    return values


def _station(
    inventory: Inventory,
    told: _Told,
    number: int,
    row: int,
    said: Mapping[str, Any],
) -> Station:
    which, figures = told.conditions, told.figures
    at, before = int(which.latest[number]), int(which.before[number])
    earlier = None
    if before >= 0:
        earlier = int(figures.time[before]), float(figures.value[before])
    return Station(
        place=int(inventory.place[row]),
        row=row,
        unit=inventory.unit.text(row),
        value=float(figures.value[at]),
        time=int(figures.time[at]) - (said["offset"] or 0) * _MINUTE,
        local=int(figures.time[at]),
        **{name: int(said[name]) for name in _CARRIED},
        before=earlier,
        change=float(which.change[number]),
        rank=float(which.rank[number]),
        years=int(which.years[number]),
    )
