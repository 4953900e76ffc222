"""Facets: which rows have a value, and how many have each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from waternet.bank.finding.coded import Coded, Truths
from waternet.bank.finding.inventory import NEVER, Inventory
from waternet.bank.finding.wanted import Wanted
from waternet.bank.words import WORDS

__all__ = ["Value", "count_values", "count_years", "having", "in_box", "in_years"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet.

    Attributes
    ----------
    id : str
    count : int
        Datastreams that choosing it would find, the other facets being as they are; of
        'restricted', datasets.
    chosen : bool
    share : float or None
        Of a grade: of all figures of these datastreams, which part has it.
    """

    id: str
    count: int
    chosen: bool
    share: float | None = None


def having(inventory: Inventory, facet: str, values: Sequence[str]) -> Truths:
    """Return of each datastream whether it has one of a facet's values."""
    places = inventory.places
    if facet == "within":
        return places.areas.inside(values, len(places))[inventory.place]
    if facet == "grade":
        chosen = np.isin(np.array(WORDS["grade"]), list(values))
        graded: Truths = np.count_nonzero(inventory.grades[:, chosen], axis=1) > 0
        return graded
    if facet == "access":
        fit = np.zeros(len(inventory), np.bool_)
        for name, truths in _accesses(inventory):
            if name in values:
                fit |= truths
        return fit
    return _column(inventory, facet).among(values)


def _column(inventory: Inventory, facet: str) -> Coded:
    columns = {
        "observed_property": inventory.quantity,
        "kind": inventory.kind,
        "party": inventory.party,
    }
    return columns[facet]


def _accesses(inventory: Inventory) -> Iterator[tuple[str, Truths]]:
    yield "open", ~inventory.granted
    yield "granted", inventory.granted


def count_values(
    inventory: Inventory, facet: str, rows: Truths, wanted: Wanted
) -> Iterator[Value]:
    """Yield the values of a facet with which some rows are, and those chosen."""
    chosen = set(wanted.chosen.get(facet, ()))
    shares: list[float] | None = None
    if facet == "within":
        areas = inventory.places.areas
        at = np.bincount(inventory.place[rows], minlength=len(inventory.places))
        names, counts = areas.names, areas.counts(at)
    elif facet == "grade":
        # A product with the rows, as 0 and 1, is their sum, and copies nothing.
        taken = rows.astype(np.int64)
        names, counts = WORDS["grade"], taken @ (inventory.grades > 0)
        figures = taken @ inventory.grades
        shares = (figures / max(1, int(figures.sum()))).tolist()
    elif facet == "access":
        told = list(_accesses(inventory))
        names = tuple(name for name, _ in told)
        counts = np.array([np.count_nonzero(one & rows) for _, one in told])
    else:
        column = _column(inventory, facet)
        names, counts = column.values, column.counts(rows)
    for number in np.flatnonzero(counts).tolist():
        name = names[number]
        share = None if shares is None else shares[number]
        yield Value(name, int(counts[number]), name in chosen, share)
    held = {names[number] for number in np.flatnonzero(counts).tolist()}
    for name in sorted(chosen - held):
        yield Value(name, 0, chosen=True)


def in_box(inventory: Inventory, box: tuple[float, float, float, float]) -> Truths:
    """Return of each datastream whether its place lies in a box."""
    west, south, east, north = box
    places = inventory.places
    # A comparison with NaN, of a place without a position, is false.
    after, before = places.longitude >= west, places.longitude <= east
    inside = (after & before) if west <= east else (after | before)
    inside &= (places.latitude >= south) & (places.latitude <= north)
    fit: Truths = inside[inventory.place]
    return fit


def in_years(inventory: Inventory, first: int | None, last: int | None) -> Truths:
    """Return of each datastream whether its record overlaps some years."""
    fit: Truths = inventory.first_year != NEVER
    if first is not None:
        fit &= inventory.last_year >= first
    if last is not None:
        fit &= inventory.first_year <= last
    return fit


def count_years(inventory: Inventory, rows: Truths) -> dict[int, int]:
    """Return in the record of how many rows each year lies."""
    rows = rows & (inventory.first_year != NEVER)
    if not rows.any():
        return {}
    first, last = inventory.first_year[rows], inventory.last_year[rows]
    base, end = int(first.min()), int(last.max())
    length = end - base + 2
    begun = np.bincount(first.astype(np.int64) - base, minlength=length)
    ended = np.bincount(last.astype(np.int64) - base + 1, minlength=length)
    counts = np.cumsum(begun - ended)[:-1]
    return {base + at: int(count) for at, count in enumerate(counts) if count}
