"""Copies: blocks of values that stand twice, years that repeat, twin datastreams."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.civil_time import civil_days
from waternet.quality.findings import Hits
from waternet.quality.series import Figures, SeriesTable

__all__ = [
    "CopiedBlock",
    "Duplicate",
    "RepeatedYear",
    "find_copied_blocks",
    "find_duplicates",
    "find_repeated_years",
]

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_WINDOW = 16  # figures; a power of two, so that four steps make the sum of a window
_ODD = np.uint64(
    0x9E3779B97F4A7C15
)  # 2^64 over the golden ratio: bits of near values are spread


@dataclass(frozen=True, slots=True)
class CopiedBlock:
    """Sixteen figures or more in a row that stood in the same series before.

    Attributes
    ----------
    distinct : int
        So many different changes from one figure to the next must be among them:
        a slow rise by one step a day comes back by itself.
    """

    distinct: int = 4


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One thing at one time from two procedures.

    Attributes
    ----------
    within : float
        Share of the value by which two may differ and still be the same.
    """

    within: float = 1e-9


@dataclass(frozen=True, slots=True)
class RepeatedYear:
    """A year that repeats the year before, value by value, or has one value only.

    Attributes
    ----------
    count : int
        Figures that a year must have to be looked at.
    distinct : int
        So many different figures must be among those of a repeated year.
    constant : bool
        Whether a year with one figure other than 0, again and again, is named.
    """

    count: int = 6
    distinct: int = 3
    constant: bool = True


def find_copied_blocks(series: SeriesTable, parameters: CopiedBlock) -> Hits:
    """Find blocks of figures that repeat an earlier block; the later one is named.

    The note says when the block begins that is repeated.
    """
    figures = series.figures
    begins = _telling_windows(figures)
    words = _window_words(figures)[begins]
    ranked = np.sort(words)
    if not (ranked[1:] == ranked[:-1]).any():
        return Hits.make(np.empty(0, np.int64), unjudged=_short(figures))
    order = np.argsort(words, kind="stable")
    same = words[order[1:]] == words[order[:-1]]
    earlier, later = begins[order[:-1][same]], begins[order[1:][same]]
    apart = later - earlier >= _WINDOW
    earlier, later = earlier[apart], later[apart]
    span = np.arange(_WINDOW)
    values = figures.value[earlier[:, None] + span]
    kept = (values == figures.value[later[:, None] + span]).all(axis=1)
    kept &= _distinct_changes(values) >= parameters.distinct
    earlier, later = earlier[kept], later[kept]
    # Windows that overlap are one block: its first window says where it came from.
    order = np.argsort(later)
    earlier, later = earlier[order], later[order]
    new = np.ones(len(later), np.bool_)
    new[1:] = np.diff(later) > 1
    source = earlier[np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))]
    days = np.datetime_as_string(figures.time[source].astype("M8[us]"), unit="D")
    places = (later[:, None] + span).ravel()
    return Hits.make(
        places,
        note=np.repeat(np.char.add("as from ", days), _WINDOW) if len(days) else "",
        unjudged=_short(figures),
        figures=figures,
    )


def find_duplicates(series: SeriesTable, parameters: Duplicate) -> Hits:
    """Find values of one thing at one time from two procedures or more.

    Both are named; the note says whether they agree. `expected` is the other's value.
    """
    twins = defaultdict(list)
    for number, one in enumerate(series.datastreams):
        twins[one.name.rpartition("/")[0], one.unit].append(number)
    rows: list[Integers] = []
    expected: list[npt.NDArray[np.float64]] = []
    notes: list[npt.NDArray[np.str_]] = []
    for numbers in twins.values():
        for first in range(len(numbers)):
            for second in range(first + 1, len(numbers)):
                mine, other = _common(series, numbers[first], numbers[second])
                a, b = series.value[mine], series.value[other]
                agree = np.abs(a - b) <= parameters.within * np.abs(a)
                said = np.where(agree, "the same value", "another value")
                rows += [mine, other]
                expected += [b, a]
                notes += [said, said]
    if not rows:
        return Hits.make(np.empty(0, np.int64))
    return Hits.make(
        np.concatenate(rows), np.concatenate(expected), np.concatenate(notes)
    )


def find_repeated_years(series: SeriesTable, parameters: RepeatedYear) -> Hits:
    """Find years that are an assumption, not a measurement.

    A year whose figures all equal those of the same days of the year before, or all
    equal one another. Series with more than a figure a day, or fewer than six a year,
    are not judged.
    """
    figures = series.figures
    spacing = np.nan_to_num(figures.spacing)
    judged = (spacing > 0.9) & (spacing < 62) & (figures.lengths >= parameters.count)
    places, notes = [np.empty(0, np.int64)], [np.empty(0, np.str_)]
    for number in np.flatnonzero(judged):
        found, said = _assumed_years(series, int(number), parameters)
        places.append(found)
        notes.append(said)
    return Hits.make(
        np.concatenate(places),
        note=np.concatenate(notes),
        unjudged=np.flatnonzero(~judged),
        figures=figures,
    )


def _assumed_years(
    series: SeriesTable, number: int, parameters: RepeatedYear
) -> tuple[Integers, npt.NDArray[np.str_]]:
    """Return the figures of one series that lie in such years, and what to say."""
    figures = series.figures
    begin, end = int(figures.starts[number]), int(figures.starts[number + 1])
    days = civil_days(figures.time[begin:end], series.datastreams[number].zone)
    value = figures.value[begin:end]
    months = days.astype("M8[M]")
    year = days.astype("M8[Y]").astype(np.int64)
    # Month and day as one number; a year later the same date is 400 more.
    date = (months.astype(np.int64) % 12) * 32 + (days - months).astype(np.int64)
    key = year * 400 + date
    before = np.searchsorted(key, key - 400)
    before[before == len(key)] = 0
    same = (key[before] == key - 400) & (value[before] == value)
    firsts = np.flatnonzero(np.diff(year, prepend=year[0] - 1))
    counts = np.diff(firsts, append=len(year))
    enough = counts >= parameters.count
    repeated = enough & (np.add.reduceat(same, firsts) == counts)
    low, high = np.minimum.reduceat(value, firsts), np.maximum.reduceat(value, firsts)
    constant = enough & (low == high) & (low != 0)
    for which in np.flatnonzero(repeated):
        of_year = value[firsts[which] : firsts[which] + counts[which]]
        repeated[which] = len(np.unique(of_year)) >= parameters.distinct
    said = np.where(repeated, "as the year before", "one value all year")
    named = repeated | (constant if parameters.constant else False)
    chosen = np.repeat(named, counts)
    return np.flatnonzero(chosen) + begin, np.repeat(said, counts)[chosen]


def _common(series: SeriesTable, first: int, second: int) -> tuple[Integers, Integers]:
    """Return the rows of two series with a value at one time."""
    starts = series.starts
    _, mine, other = np.intersect1d(
        series.time[starts[first] : starts[first + 1]],
        series.time[starts[second] : starts[second + 1]],
        assume_unique=True,
        return_indices=True,
    )
    mine, other = mine + starts[first], other + starts[second]
    both = np.isfinite(series.value[mine]) & np.isfinite(series.value[other])
    return mine[both], other[both]


def _short(figures: Figures) -> Integers:
    return np.flatnonzero(figures.lengths < 2 * _WINDOW)


def _telling_windows(figures: Figures) -> Integers:
    """Return where windows begin that lie in one series and are not mostly flat."""
    changing = np.zeros(len(figures.value) + 1, np.int32)
    np.cumsum((figures.change != 0) & ~figures.first, out=changing[1:])
    last = np.repeat(figures.starts[1:], figures.lengths) - _WINDOW
    places = np.arange(len(figures.value))
    ends = np.minimum(places + _WINDOW, len(figures.value))
    telling = changing[ends] - changing[places] > _WINDOW // 2
    return np.flatnonzero(telling & (places <= last))


def _window_words(figures: Figures) -> Words:
    """Return a word for the window that begins at each figure, by its series too."""
    words: Words = (figures.value + 0.0).view(np.uint64) * _ODD  # -0.0 is 0.0
    words ^= words >> np.uint64(29)
    words += figures.owner.astype(np.uint64)
    reach = 1
    while reach < _WINDOW:
        joined = words * _ODD
        joined[:-reach] += words[reach:]
        joined ^= joined >> np.uint64(31)
        words, reach = joined, 2 * reach
    return words


def _distinct_changes(values: npt.NDArray[np.float64]) -> Integers:
    """Return how many different changes each row of windows has, (k, w) to (k,)."""
    changes = np.sort(np.diff(values, axis=1).round(9), axis=1)
    distinct: Integers = 1 + (np.diff(changes, axis=1) != 0).sum(axis=1)
    return distinct
