"""Which datastream speaks for a station: its level, else what it holds or yields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from waternet.bank.finding.inventory import Inventory
from waternet.errors import NotAcceptable
from waternet.observation.datastream import calendar_interval
from waternet.observation.place import AREA_KINDS
from waternet.observation.vocabulary import DEPTHS

__all__ = ["QUANTITIES", "choose_headlines", "is_depth"]

Rows = npt.NDArray[np.int64]

# Of one station that which comes first speaks, if it is as recent as the others. What
# kind of quantity it is decides how the sentence goes.
QUANTITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lake-level": "level",
        "water-level": "level",
        "groundwater-level": "level",
        "depth-to-groundwater": "depth",
        "reservoir-storage": "amount",
        "spring-discharge": "amount",
        "discharge": "amount",
        "stage": "height",
    }
)
_RECENT: Final = np.timedelta64(366, "D")


def choose_headlines(inventory: Inventory) -> Rows:
    """Return one datastream for each station that has one to speak for it.

    Returns
    -------
    array of int, (k,)
        Rows of the inventory, by station.
    """
    order = {name: at for at, name in enumerate(QUANTITIES)}
    values = inventory.quantity.values
    rank = np.array([order.get(one, -1) for one in values] or [-1])
    ranks = rank[inventory.quantity.codes] if values else np.empty(0, np.int64)
    fits = (ranks >= 0) & (inventory.figures > 0)
    fits &= ~inventory.kind.among(AREA_KINDS) & ~inventory.kind.among([""])
    fits &= inventory.interval.taken(
        np.array([_tells_seasons(one) for one in inventory.interval.values], np.bool_)
    )
    rows = np.flatnonzero(fits)
    place, last = inventory.place[rows], inventory.last[rows]
    newest = np.full(len(inventory.places), np.datetime64(0, "us"))
    np.maximum.at(newest, place, last)
    is_old = last < newest[place] - _RECENT
    ordered = np.lexsort(
        (rows, -last.astype(np.int64), ranks[rows], is_old.astype(np.int8), place)
    )
    found = rows[ordered]
    first = np.append(True, np.diff(inventory.place[found]) != 0)
    chosen: Rows = found[first[: len(found)]].astype(np.int64)
    return chosen


def is_depth(inventory: Inventory, row: int) -> bool:
    """Return whether a datastream's values grow as there is less water."""
    return inventory.quantity.text(row) in DEPTHS


def _tells_seasons(interval: str) -> bool:
    """Return whether figures of an interval can tell one season from another."""
    if interval == "PT0S":
        return True
    try:
        count, unit = calendar_interval(interval)
    except NotAcceptable:
        return False
    return unit != "year" and (unit != "month" or count == 1)
