"""Series side by side: the columns that the checks look at, one after another.

A check gets a `SeriesTable` that holds only the series it is to look at, and gives
`Hits` whose rows count within that table. Values that were taken back are NaN; limits
('<0.05') are told by `censor`. Most checks look at `SeriesTable.figures` alone, where
neither is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import Censor
from waternet.quality.robust import NORMAL_MAD, quantiles

__all__ = ["DAY", "Figures", "Rows", "SeriesTable"]

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.int8]
# Rows of a table: one stretch, or one by one.
Rows: TypeAlias = slice | Integers

DAY = 86_400_000_000  # us
_NORMAL_90 = 1.64485362695  # the largest tenth of a normal's deviations lies beyond it
_FEWEST = 9  # figures, so eight changes


@dataclass(frozen=True, eq=False)
class SeriesTable:
    """Every value of some datastreams, series after series, each in order of time.

    Attributes
    ----------
    datastreams : tuple of Datastream, (m,)
    kinds : tuple of str, (m,)
        Of each one's place, a term of 'place_kind'; '' where the place is not known.
    starts : array of int64, (m + 1,)
        Series i has the rows starts[i] to starts[i + 1], which is not its own.
    time : array of int64, (n,) [us since 1970, UTC]
    value : array of float64, (n,) [the datastream's unit]
        NaN where a figure was taken back.
    censor, status : array of int8, (n,)
        `Censor` and `Status` of the vocabularies.
    places : mapping of str to Place
        By id of the feature; what is not known is not in it.
    now : int or None [us since 1970, UTC]
        When the check is made: what lies after it is still to come. None: not told,
        and no date is too late.
    """

    datastreams: tuple[Datastream, ...]
    kinds: tuple[str, ...]
    starts: Integers
    time: Integers
    value: Floats
    censor: Bytes
    status: Bytes
    places: Mapping[str, Place] = field(default_factory=dict)
    now: int | None = None

    @classmethod
    def from_observations(
        cls,
        table: pa.Table,
        datastreams: Sequence[Datastream],
        places: Mapping[str, Place] | None = None,
        *,
        now: int | None = None,
    ) -> SeriesTable:
        """Make one from a table of observations that is in order.

        Parameters
        ----------
        table : pyarrow.Table, (n,) in `observation.table.SCHEMA` and in order
        datastreams : sequence of Datastream
            Those of the table at least; one without rows becomes an empty series.
        places : mapping of str to Place, optional
        now : int, optional [us since 1970, UTC]

        Returns
        -------
        SeriesTable
            Row i is row i of `table`.

        Raises
        ------
        NotAcceptable
            The table has a datastream that is not among `datastreams`.
        """
        places = places or {}
        ordered = sorted(datastreams, key=lambda one: one.name)
        place = {one.name: number for number, one in enumerate(ordered)}
        counts = np.zeros(len(ordered), np.int64)
        for chunk in table["datastream"].unify_dictionaries().chunks:
            names = chunk.dictionary.to_pylist()
            rows = np.bincount(chunk.indices.to_numpy(), minlength=len(names))
            for name, row_count in zip(names, rows, strict=True):
                if row_count and name not in place:
                    raise NotAcceptable(
                        f"observations of {name!r}, which no datastream describes",
                        hint="give the datastreams that came with the table",
                    )
                if row_count:
                    counts[place[name]] += row_count
        return cls(
            datastreams=tuple(ordered),
            kinds=tuple(_kind(places.get(one.feature)) for one in ordered),
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            time=table["time"].cast(pa.int64()).to_numpy(),
            value=table["value"].to_numpy(),
            censor=table["censor"].to_numpy(),
            status=table["status"].to_numpy(),
            places=places,
            now=now,
        )

    @property
    def count(self) -> int:
        """How many rows it has."""
        return len(self.value)

    @cached_property
    def owner(self) -> npt.NDArray[np.int32]:
        """The number of each row's series, (n,)."""
        numbers = np.arange(len(self.datastreams), dtype=np.int32)
        return np.repeat(numbers, np.diff(self.starts))

    def rows_of(self, which: Integers) -> Rows:
        """Return the rows of some series, in their order: a slice where they adjoin."""
        if len(which) and np.array_equal(which, np.arange(which[0], which[-1] + 1)):
            return slice(int(self.starts[which[0]]), int(self.starts[which[-1] + 1]))
        lengths = np.diff(self.starts)[which]
        begins = np.cumsum(lengths) - lengths
        shift: Integers = np.repeat(self.starts[which] - begins, lengths)
        return np.arange(len(shift)) + shift

    def take(self, which: Integers) -> SeriesTable:
        """Return a table of some of the series, by number; views where they adjoin."""
        rows = self.rows_of(which)
        lengths = np.diff(self.starts)[which]
        return replace(
            self,
            datastreams=tuple(self.datastreams[number] for number in which),
            kinds=tuple(self.kinds[number] for number in which),
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            time=self.time[rows],
            value=self.value[rows],
            censor=self.censor[rows],
            status=self.status[rows],
        )

    @cached_property
    def figures(self) -> Figures:
        """The values that are figures: neither limits nor taken back."""
        kept = np.isfinite(self.value)
        if self.censor.any():
            kept &= self.censor == Censor.NONE
        if kept.all():
            return Figures(self.starts, self.time, self.value, None)
        before = np.concatenate([[0], np.cumsum(kept)])
        return Figures(
            before[self.starts],
            self.time[kept],
            self.value[kept],
            np.flatnonzero(kept),
        )


@dataclass(frozen=True, eq=False)
class Figures:
    """Plain figures, series after series, with what several checks ask about them.

    Attributes
    ----------
    starts : array of int64, (m + 1,)
    time : array of int64, (f,) [us since 1970, UTC]
    value : array of float64, (f,)
        Finite, each.
    rows : array of int64, (f,) or None
        Each one's row in the table; None where every row is a figure.
    """

    starts: Integers
    time: Integers
    value: Floats
    rows: Integers | None

    def to_rows(self, places: Integers) -> Integers:
        """Return the table's rows of figures given by their places here."""
        return places if self.rows is None else self.rows[places]

    @cached_property
    def lengths(self) -> Integers:
        """How many figures each series has, (m,)."""
        return np.diff(self.starts)

    @cached_property
    def owner(self) -> npt.NDArray[np.int32]:
        """The number of each figure's series, (f,)."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int32), self.lengths)

    @cached_property
    def first(self) -> npt.NDArray[np.bool_]:
        """Whether a figure is the first of its series, (f,)."""
        first = np.zeros(len(self.value), np.bool_)
        first[self.starts[:-1][self.lengths > 0]] = True
        return first

    @cached_property
    def change(self) -> Floats:
        """Each figure less the one before it, (f,); NaN at the first of a series."""
        change = np.empty_like(self.value)
        np.subtract(self.value[1:], self.value[:-1], out=change[1:])
        change[self.first] = np.nan
        return change

    @cached_property
    def elapsed(self) -> Floats:
        """Time since the figure before, (f,) [d]; NaN at the first of a series."""
        elapsed = np.empty(len(self.time))
        np.subtract(self.time[1:], self.time[:-1], out=elapsed[1:], casting="unsafe")
        elapsed *= 1 / DAY
        elapsed[self.first] = np.nan
        return elapsed

    @cached_property
    def spacing(self) -> Floats:
        """Each series' usual time from figure to figure, (m,) [d]; NaN for one."""
        spacing: Floats = quantiles(self.elapsed, self.starts, (0.5,), skip=1)[0]
        return spacing

    @cached_property
    def noise(self) -> Floats:
        """Each series' usual change over its usual spacing, (m,) [its unit].

        A standard deviation, were the changes normal, from the median or from the
        tenth-largest change, whichever says more: most changes of a well are nothing
        and some are large. Over a longer time it grows with the square root, as a
        random walk's does. NaN where fewer than eight changes, or no change in nine
        of ten, tell nothing.
        """
        pace = np.sqrt(self.elapsed)
        np.divide(np.abs(self.change), pace, out=pace)
        median, largest = quantiles(pace, self.starts, (0.5, 0.9), skip=1)
        noise = np.maximum(median / NORMAL_MAD, largest / _NORMAL_90)
        noise *= np.sqrt(self.spacing)
        noise[(self.lengths < _FEWEST) | ~(noise > 0)] = np.nan
        return np.asarray(noise)

    @cached_property
    def jump(self) -> Floats:
        """Each change in units of the noise over its own time, (f,); NaN as both."""
        scale = self.noise / np.sqrt(self.spacing)
        jump = np.sqrt(self.elapsed)
        jump *= np.repeat(scale, self.lengths)
        np.divide(self.change, jump, out=jump)
        return jump

    @cached_property
    def unknown_noise(self) -> Integers:
        """Numbers of the series whose noise cannot be told."""
        return np.flatnonzero(np.isnan(self.noise))


def _kind(place: Place | None) -> str:
    return "" if place is None else place.kind
