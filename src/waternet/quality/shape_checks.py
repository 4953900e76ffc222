"""Shape: spikes, steps, flat lines and changes too fast, seen along one series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.findings import Hits
from waternet.quality.range_checks import in_units
from waternet.quality.series import Figures, SeriesTable

__all__ = [
    "FlatLine",
    "RateOfChange",
    "Spike",
    "Step",
    "find_fast_changes",
    "find_flat_lines",
    "find_spikes",
    "find_steps",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spike:
    """One value far from both its neighbours, which agree.

    Attributes
    ----------
    times : float
        How many times the series' own noise a value may lie off the line between its
        neighbours; off each neighbour, half as many.
    least : float [unit]
        What is never objected to, however quiet the series.
    unit : str
        UCUM, of `least`; '' is the vocabulary's unit of the property.
    """

    times: float = 8.0
    least: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A level that shifts from one value to the next, and stays.

    Attributes
    ----------
    times : float
        How many times the noise a change may be.
    rivals : float
        How many times the largest of the other changes around it may be.
    window : int
        Figures before and after that say where the level was and is.
    least : float [unit]
    unit : str
    """

    times: float = 6.0
    rivals: float = 3.0
    window: int = 5
    least: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FlatLine:
    """One value again and again.

    Attributes
    ----------
    count : int
        So many equal values in a row are too many.
    days : float [d]
        They must also last as long.
    usual : tuple of float [the datastream's unit]
        Values that may stay: no rain, a dry well.
    """

    count: int = 20
    days: float = 0.0
    usual: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class RateOfChange:
    """A change faster than the property can change.

    Attributes
    ----------
    per_day : float [unit/d]
        Infinite: no bound.
    least : float [unit]
        A change that is possible in no time at all.
    unit : str
    """

    per_day: float = float("inf")
    least: float = 0.0
    unit: str = ""


def find_spikes(series: SeriesTable, parameters: Spike) -> Hits:
    """Find single values that stick out on both sides.

    `expected` is the value on the line between the two neighbours.
    """
    figures = series.figures
    jump = figures.jump
    half = parameters.times / 2
    out = np.abs(jump) > half
    places = np.flatnonzero(out[:-1] & out[1:])
    places = places[jump[places] * jump[places + 1] < 0]
    expected, bridge = _between(figures, places)
    owner = figures.owner[places]
    off = np.abs(figures.value[places] - expected)
    allowed = parameters.times * figures.noise[owner]
    allowed *= np.sqrt(bridge / figures.spacing[owner])
    allowed = np.maximum(allowed, _least(series, parameters)[owner])
    kept = off > allowed
    return Hits.make(
        places[kept], expected[kept], unjudged=figures.unknown_noise, figures=figures
    )


def find_steps(series: SeriesTable, parameters: Step) -> Hits:
    """Find where a level shifts and stays; the first value after it is named.

    `expected` is the level before.
    """
    figures, window = series.figures, parameters.window
    places = np.flatnonzero(np.abs(figures.jump) > parameters.times)
    owner = figures.owner[places]
    begin, end = figures.starts[owner], figures.starts[owner + 1]
    whole = (places - window >= begin) & (places + window <= end)
    places, owner = places[whole], owner[whole]
    around = places[:, None] + np.arange(-window, window)
    values = figures.value[around]
    level = np.median(values[:, :window], axis=1)
    shift = np.median(values[:, window:], axis=1) - level
    change = figures.change[places]
    others = np.abs(np.diff(values, axis=1))
    others[:, window - 1] = 0
    rival = others.max(axis=1, initial=0)
    stays = shift * np.sign(change) > np.abs(change) / 2
    large = np.abs(change) > np.maximum(
        parameters.rivals * rival, _least(series, parameters)[owner]
    )
    kept = stays & large
    return Hits.make(
        places[kept], level[kept], unjudged=figures.unknown_noise, figures=figures
    )


def find_flat_lines(series: SeriesTable, parameters: FlatLine) -> Hits:
    """Find runs of one value; every value of a run but the first is named."""
    figures = series.figures
    begins = np.flatnonzero(figures.change != 0)  # NaN at the first of a series
    lengths = np.diff(begins, append=len(figures.value))
    long = lengths >= parameters.count
    if parameters.days:
        lasts = figures.time[begins + lengths - 1] - figures.time[begins]
        long &= lasts >= parameters.days * 86_400e6
    if parameters.usual:
        long &= ~np.isin(figures.value[begins], parameters.usual)
    begins, lengths = begins[long], lengths[long] - 1
    shift = begins + 1 - (np.cumsum(lengths) - lengths)
    places = np.arange(lengths.sum()) + np.repeat(shift, lengths)
    return Hits.make(places, figures=figures)


def find_fast_changes(series: SeriesTable, parameters: RateOfChange) -> Hits:
    """Find values to which the series changed too fast.

    Where it changes back as fast, only the value in between is named.

    `expected` is the value before.
    """
    figures = series.figures
    per_day, least = in_units(
        series, np.array([parameters.per_day, parameters.least]), parameters.unit
    )
    allowed = figures.elapsed * np.repeat(per_day, figures.lengths)
    allowed += np.repeat(least, figures.lengths)
    places = np.flatnonzero(np.abs(figures.change) > allowed)
    # The way back of an excursion: the value before was named, this one is as two ago.
    back = np.isin(places - 1, places)
    ago = figures.value[places] - figures.value[np.maximum(places - 2, 0)]
    room = allowed[places] + allowed[places - 1]
    back &= (np.abs(ago) <= room) & ~figures.first[np.maximum(places - 1, 0)]
    places = places[~back]
    return Hits.make(
        places,
        figures.value[places - 1],
        unjudged=np.flatnonzero(np.isnan(per_day)),
        figures=figures,
    )


def _between(figures: Figures, places: Integers) -> tuple[Floats, Floats]:
    """Return the value on the line between a figure's neighbours, and the bridge [d].

    The bridge is the time over which a random walk tied at both neighbours has its
    variance: the product of the two times over their sum.
    """
    before, after = figures.elapsed[places], figures.elapsed[places + 1]
    both = before + after
    low, high = figures.value[places - 1], figures.value[places + 1]
    line: Floats = low + (high - low) * before / both
    return line, before * after / both


def _least(series: SeriesTable, parameters: Spike | Step) -> Floats:
    """Return `least` in each series' unit; 0 where it measures something else."""
    if not parameters.least:
        return np.zeros(len(series.datastreams))
    (least,) = in_units(series, np.array([parameters.least]), parameters.unit)
    return np.asarray(np.nan_to_num(least))
