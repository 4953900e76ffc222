"""Date slips: a value that does not fit where it stands and would at another date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.civil_time import civil_days
from waternet.quality.findings import Hits
from waternet.quality.series import DAY, SeriesTable

__all__ = ["DateSlip", "find_date_slips"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]

_SWAP = "day and month exchanged"
_LATER, _EARLIER = "a year too early", "a year too late"
_MOST_COPIES = 0.2  # of a series: where more return by themselves, none tells anything


@dataclass(frozen=True, slots=True)
class DateSlip:
    """A value whose date has its day and month exchanged, or a year that is one off.

    Attributes
    ----------
    copied : float
        How many times the noise a value lies off where the same value also stands at
        the other date, and fits there.
    alone : float
        The same where it stands at its own date only. A year is then looked for in
        January and February alone, where the old year is written by habit.
    fit : float
        Within how many times the noise it must lie at the other date.
    """

    copied: float = 3.0
    alone: float = 6.0
    fit: float = 1.5


@dataclass(frozen=True, eq=False)
class _One:
    """One series: its figures by the owner's own dates."""

    time: Floats  # d
    days: Days
    value: Floats
    noise: float  # of a change over one day

    def misfit(self, places: Integers, at: Floats, base: Mask) -> Floats:
        """Return how far values lie off the line between figures of the base [noise].

        Infinite beyond the first and the last of the base.
        """
        time, value = self.time[base], self.value[base]
        if not len(time):
            return np.full(len(places), np.inf)
        after = np.searchsorted(time, at, side="right")
        before = np.searchsorted(time, at, side="left") - 1
        inside = (before >= 0) & (after < len(time))
        before, after = np.maximum(before, 0), np.minimum(after, len(time) - 1)
        gone, left = at - time[before], time[after] - at
        whole = np.maximum(gone + left, 1e-9)
        line = value[before] + (value[after] - value[before]) * gone / whole
        # A day at least: noise of hours says nothing of dates.
        scale = self.noise * np.sqrt(np.maximum(gone * left / whole, 1))
        off: Floats = np.abs(self.value[places] - line) / scale
        return np.where(inside, off, np.inf)


def find_date_slips(series: SeriesTable, parameters: DateSlip) -> Hits:
    """Find values at dates with day and month exchanged, or a year that is one off.

    Series with more than two figures a day are not judged, for loggers exchange
    nothing; nor with fewer than four a year, whose dates are those of their periods.

    The note says what happened to the date. There is no expected value: the value is
    right, the date is not.
    """
    figures = series.figures
    spacing = np.nan_to_num(figures.spacing)
    judged = ~np.isnan(figures.noise) & (spacing > 0.45) & (spacing < 100)
    places, notes = [np.empty(0, np.int64)], [np.empty(0, np.str_)]
    for number in np.flatnonzero(judged):
        rows = slice(int(figures.starts[number]), int(figures.starts[number + 1]))
        one = _One(
            figures.time[rows] / DAY,
            civil_days(figures.time[rows], series.datastreams[number].zone),
            figures.value[rows],
            float(figures.noise[number] / np.sqrt(spacing[number])),
        )
        for found, said in _slips(one, parameters):
            places.append(found + rows.start)
            notes.append(np.full(len(found), said))
    return Hits.make(
        np.concatenate(places),
        note=np.concatenate(notes),
        unjudged=np.flatnonzero(~judged),
        figures=figures,
    )


def _slips(one: _One, parameters: DateSlip) -> Iterator[tuple[Integers, str]]:
    others = _other_dates(one.days)
    twins, taken = {}, {}
    for said, other in others.items():
        place = np.searchsorted(one.days, other)
        place[place == len(one.days)] = 0
        taken[said] = one.days[place] == other
        twins[said] = taken[said] & (one.value[place] == one.value)
    copies: Mask = np.logical_or.reduce(list(twins.values()))
    if copies.mean() > _MOST_COPIES:
        copies[:] = False
    # Copies tell nothing of where they stand: they are left out of the base.
    off = np.full(len(copies), np.inf)
    repeated = np.flatnonzero(copies)
    off[repeated] = one.misfit(repeated, one.time[repeated], ~copies)
    off[~copies] = _misfit_alone(one, ~copies)
    base = ~copies & (off <= parameters.alone)
    alone = (off > parameters.alone) & _stands_out(off)
    for said, other in others.items():
        free = alone & ~taken[said] & ~np.isnat(other)
        if said != _SWAP:
            free &= _by_habit(one.days, said)
        doubtful = (copies & twins[said] & (off > parameters.copied)) | free
        places = np.flatnonzero(doubtful & np.isfinite(off))
        if len(places):
            moved = (other[places] - one.days[places]).astype(np.float64)
            there = one.misfit(places, one.time[places] + moved, base)
            fits = (there < parameters.fit) & (there < off[places] / 4)
            yield places[fits], said


def _stands_out(off: Floats) -> Mask:
    """Tell which figures fit worse than both neighbours, whom they make to misfit."""
    beside = np.concatenate([[0], np.where(np.isfinite(off), off, 0), [0]])
    out: Mask = off > np.maximum(beside[:-2], beside[2:])
    return out


def _by_habit(days: Days, said: str) -> Mask:
    """Tell which dates are of January and February, written with the year just over.

    Levels return after a year: at any other date an ordinary error would look the same.
    """
    if said != _LATER:
        return np.zeros(len(days), np.bool_)
    months = (days.astype("M8[M]") - days.astype("M8[Y]")).astype(np.int64)
    early: Mask = months < 2
    return early


def _misfit_alone(one: _One, base: Mask) -> Floats:
    """Return how far each figure of the base lies off the line between the others."""
    time, value = one.time[base], one.value[base]
    off = np.full(len(value), np.inf)
    if len(value) < 3:
        return off
    gone, left = time[1:-1] - time[:-2], time[2:] - time[1:-1]
    line = value[:-2] + (value[2:] - value[:-2]) * gone / (gone + left)
    scale = one.noise * np.sqrt(np.maximum(gone * left / (gone + left), 1))
    off[1:-1] = np.abs(value[1:-1] - line) / scale
    return off


def _other_dates(days: Days) -> dict[str, Days]:
    """Return each date as it would be unslipped, NaT where it cannot have slipped."""
    months = days.astype("M8[M]")
    years = days.astype("M8[Y]")
    month = (months - years).astype(np.int64)  # from 0
    day = (days - months).astype(np.int64)
    swapped = (years.astype("M8[M]") + day).astype("M8[D]") + month
    swapped[(day >= 12) | (day == month)] = np.datetime64("NaT")
    others = {_SWAP: swapped}
    for said, moved in ((_LATER, 12), (_EARLIER, -12)):
        other = (months + moved).astype("M8[D]") + day
        # A year from 29 February is no date.
        other[(month == 1) & (day == 28)] = np.datetime64("NaT")
        others[said] = other
    return others
