"""What is found, with how many there are of each value of each facet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.bank.finding.coded import Coded, Truths
from waternet.bank.finding.facets import (
    Value,
    count_values,
    count_years,
    having,
    in_box,
    in_years,
)
from waternet.bank.finding.inventory import Inventory, Withheld
from waternet.bank.finding.wanted import FACETS, Wanted
from waternet.bank.finding.words import Sums, is_named, text_scores

__all__ = ["Found", "find"]

Rows = npt.NDArray[np.int64]

_MINUTE = 60_000_000  # us


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to what somebody looks for.

    Attributes
    ----------
    inventory : Inventory
    rows : array of int64, (k,)
        The datastreams that are found, in no order.
    scores : array of int16, (n,), or None
        How surely each datastream is meant by the text.
    facets : mapping of facet to tuple of Value
        Values that something is found with, or that are chosen.
    years : mapping of year to int
        In how many datastreams the year lies between the first and the last figure,
        whatever years are chosen.
    without : mapping of what is said to int
        How many would be found were it left out: 'text', 'bbox', 'period', a facet.
    withheld : tuple of Withheld
        Datasets that fit and may not be read.
    """

    inventory: Inventory
    rows: Rows
    scores: Sums | None
    facets: Mapping[str, tuple[Value, ...]]
    years: Mapping[int, int]
    without: Mapping[str, int]
    withheld: tuple[Withheld, ...]

    def ordered(
        self,
        sort: str,
        language: str,
        *,
        descending: bool = False,
        first: int | None = None,
    ) -> Rows:
        """Return the rows in order; what is equal comes by name of place, then party.

        Parameters
        ----------
        sort : str
            One of `SORTS`; times count to the minute.
        language : str
            In whose alphabet names come.
        first : int or None
            Only so many; None is all.
        """
        inventory, rows = self.inventory, self.rows
        keys = inventory.places.ranks(language)[inventory.place[rows]].astype(np.int64)
        if sort == "name":
            keys = -keys if descending else keys
        else:
            weights = self._weights(sort)
            keys += (-weights if descending else weights) * len(inventory.places)
        if first is not None and first < len(rows):
            # Of those that are equal to the last one, the earlier rows count.
            last = np.partition(keys, first - 1)[first - 1]
            held = np.flatnonzero(keys <= last)
            return rows[held[np.argsort(keys[held], kind="stable")][:first]]
        return rows[np.argsort(keys, kind="stable")]

    def _weights(self, sort: str) -> Rows:
        """Return what the rows are sorted by before their names."""
        inventory, rows = self.inventory, self.rows
        if sort in ("party", "quantity"):
            column: Coded = getattr(inventory, sort)
            return column.codes[rows].astype(np.int64)
        if sort == "figures":
            return inventory.figures[rows]
        if sort in ("first", "last"):
            told: Rows = getattr(inventory, sort)[rows].astype(np.int64) // _MINUTE
            return told
        if self.scores is None:
            return np.zeros(len(rows), np.int64)
        return -self.scores[rows].astype(np.int64)

    def at_places(self) -> tuple[npt.NDArray[np.int32], Rows]:
        """Return the places of what is found, and how many datastreams are at each."""
        counts = np.bincount(
            self.inventory.place[self.rows], minlength=len(self.inventory.places)
        )
        places = np.flatnonzero(counts)
        return places.astype(np.int32), counts[places]


def find(inventory: Inventory, wanted: Wanted) -> Found:
    """Return what is found in an inventory.

    Parameters
    ----------
    inventory : Inventory
    wanted : Wanted
    """
    scores = text_scores(inventory, wanted.text)
    said = dict(_said(inventory, wanted, scores))
    others = _others(said, len(inventory))
    rows = np.flatnonzero(others[""])
    facets = {
        name: tuple(count_values(inventory, name, others.get(name, others[""]), wanted))
        for name in FACETS
    }
    withheld = _withheld(inventory, wanted, scores is not None)
    return Found(
        inventory,
        rows,
        scores,
        facets | {"access": _with_withheld(facets["access"], withheld, wanted)},
        count_years(inventory, others.get("period", others[""])),
        {name: int(np.count_nonzero(others[name])) for name in said},
        withheld if _chosen(wanted, "access", "restricted") else (),
    )


def _others(said: Mapping[str, Truths], rows: int) -> dict[str, Truths]:
    """Return for each thing said which rows fit all others; for '' which fit all."""
    names = list(said)
    before = np.ones(rows, np.bool_)
    found = {}
    for name in names:
        found[name] = before
        before = before & said[name]
    after = np.ones(rows, np.bool_)
    for name in reversed(names):
        found[name] = found[name] & after
        after = after & said[name]
    return {**found, "": before}


def _said(
    inventory: Inventory, wanted: Wanted, scores: Sums | None
) -> Iterator[tuple[str, Truths]]:
    """Yield each thing that is said, with the rows that fit it."""
    if scores is not None:
        yield "text", scores > 0
    if wanted.bbox is not None:
        yield "bbox", in_box(inventory, wanted.bbox)
    if wanted.has_period:
        yield "period", in_years(inventory, wanted.first_year, wanted.last_year)
    for facet, values in wanted.chosen.items():
        if values:
            yield facet, having(inventory, facet, values)


def _chosen(wanted: Wanted, facet: str, value: str) -> bool:
    return not wanted.chosen.get(facet) or value in wanted.chosen[facet]


def _withheld(
    inventory: Inventory, wanted: Wanted, is_text: bool
) -> tuple[Withheld, ...]:
    """Return the withheld datasets that fit; what they hold is not known."""
    parties = wanted.chosen.get("party")
    fit = [one for one in inventory.withheld if not parties or one.party in parties]
    if is_text:
        fit = [
            one
            for one in fit
            if is_named(wanted.text, (one.party, one.dataset, *one.names.values()))
        ]
    return tuple(fit)


def _with_withheld(
    values: tuple[Value, ...], withheld: tuple[Withheld, ...], wanted: Wanted
) -> tuple[Value, ...]:
    kept = tuple(one for one in values if one.id != "restricted")
    chosen = "restricted" in wanted.chosen.get("access", ())
    if not (withheld or chosen):
        return kept
    return (*kept, Value("restricted", len(withheld), chosen))
