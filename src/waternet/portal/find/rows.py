"""The datastreams of one page of results, and the datasets that may not be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from waternet.bank.finding.found import Found
from waternet.bank.finding.inventory import Inventory
from waternet.bank.words import WORDS

__all__ = ["datastream_data", "withheld_data"]


def datastream_data(inventory: Inventory, rows: Iterable[int]) -> list[dict[str, Any]]:
    """Return datastreams as JSON can say them, in their order."""
    return [_datastream(inventory, int(row)) for row in rows]


def _datastream(inventory: Inventory, row: int) -> dict[str, Any]:
    places, place = inventory.places, int(inventory.place[row])
    graded = zip(WORDS["grade"], inventory.grades[row].tolist(), strict=True)
    longitude, latitude = float(places.longitude[place]), float(places.latitude[place])
    has_position = not np.isnan(longitude)
    has_figures = bool(inventory.figures[row])
    return {
        "datastream": inventory.address(row),
        "party": inventory.party.text(row),
        "place": places.key(place),
        "names": dict(places.names[place]),
        "kind": places.kind.text(place),
        "longitude": longitude if has_position else None,
        "latitude": latitude if has_position else None,
        "observed_property": inventory.quantity.text(row),
        "unit": inventory.unit.text(row),
        "statistic": inventory.statistic.text(row),
        "interval": inventory.interval.text(row),
        "procedure": inventory.procedure.text(row),
        "dataset": inventory.dataset.text(row).partition(":")[2],
        "figures": int(inventory.figures[row]),
        "first": _stamp(inventory.first[row]),
        "last": _stamp(inventory.last[row]),
        "first_year": int(inventory.first_year[row]) if has_figures else None,
        "last_year": int(inventory.last_year[row]) if has_figures else None,
        "grades": dict(graded),
        "access": "granted" if inventory.granted[row] else "open",
    }


def _stamp(when: np.datetime64) -> str | None:
    return None if np.isnat(when) else f"{when.astype('datetime64[s]')}Z"


def withheld_data(found: Found) -> list[dict[str, Any]]:
    """Return the datasets that fit and may not be read, as their owners list them."""
    return [
        {
            "party": one.party,
            "dataset": one.dataset,
            "names": dict(one.names),
            "releases": one.releases,
            "first_year": one.first.year if one.first else None,
            "last_year": one.last.year if one.last else None,
        }
        for one in found.withheld
    ]
