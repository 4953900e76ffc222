"""What is known of each published datastream, kept for as long as the bank's view is.

Questions about one datastream, counts and latest values need no DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from waternet.bank.as_of import AsOf
from waternet.bank.catalogue import Series
from waternet.bank.extent import Extents, extents
from waternet.bank.store import Bank, View

__all__ = ["Stream", "Streams", "known_streams"]


@dataclass(frozen=True, slots=True)
class Stream:
    """A published datastream.

    Attributes
    ----------
    number : int
        Its @iot.id.
    series : Series
    interval, zone : str
        How long each figure's time is, by which clock.
    figures : int
        How many stand.
    first, last : int [us since 1970, UTC]
        Times of the first and the last of them.
    place : int
        Its row in the extents; -1 where nothing stands.
    """

    number: int
    series: Series
    interval: str
    zone: str
    figures: int
    first: int
    last: int
    place: int


@dataclass(frozen=True, slots=True)
class Streams:
    """All published datastreams that hold figures, by number.

    Attributes
    ----------
    extents : Extents
        Of them.
    """

    by_number: Mapping[int, Stream]
    extents: Extents

    def count(self, bank: Bank, numbers: Sequence[int], as_of: AsOf | None) -> int:
        """Return how many figures stand of some datastreams; of all where none."""
        chosen = numbers or self.by_number
        found = [self.by_number[one] for one in chosen if one in self.by_number]
        if as_of is None:
            return sum(one.figures for one in found)
        told = extents(bank, None, as_of).of(one.series for one in found)
        return int(told.table["figures"].to_numpy().sum())

    def first_with(self, needed: int, number: int) -> list[int]:
        """Return the first datastreams from a number on that hold so many figures."""
        found, held = list[int](), 0
        for one in self.by_number.values():
            if one.number >= number and one.figures:
                found.append(one.number)
                held += one.figures
                # Those of the first may all be on the pages before.
                if held - self.by_number[found[0]].figures >= needed:
                    break
        return found


# Each bank's own, and ends with it.
_KNOWN: WeakKeyDictionary[Bank, tuple[View, Streams]] = WeakKeyDictionary()


def known_streams(bank: Bank) -> Streams:
    """Return the published datastreams; their tables must be ready in the bank."""
    view = bank.view()
    known = _KNOWN.get(bank)
    if known is not None and known[0] is view:
        return known[1]
    rows = bank.engine.execute(
        "SELECT number, series_id, interval, zone FROM published.datastream "
        "WHERE series_id IS NOT NULL ORDER BY number"
    ).fetchall()
    told = extents(bank)
    ids = told.table["series_id"].to_pylist()
    places = {series_id: place for place, series_id in enumerate(ids)}
    figures = told.table["figures"].to_pylist()
    first, last = (
        told.table[name].to_numpy().view(np.int64).tolist()
        for name in ("first", "last")
    )
    series = {one.id: one for one in bank.catalogue.series()}
    found = {}
    for number, series_id, interval, zone in rows:
        place = places.get(series_id, -1)
        if series_id in series:
            held = place >= 0
            found[number] = Stream(
                number,
                series[series_id],
                interval,
                zone,
                figures[place] if held else 0,
                first[place] if held else 0,
                last[place] if held else 0,
                place,
            )
    streams = Streams(found, told)
    _KNOWN[bank] = view, streams
    return streams
