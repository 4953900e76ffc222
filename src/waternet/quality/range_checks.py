"""Range: values outside what the property can have, or what the station has had."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Censor, get_term
from waternet.quality.findings import Hits
from waternet.quality.series import SeriesTable
from waternet.quantity import convert

__all__ = ["Range", "find_out_of_range", "in_units"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that a value may be; both are still allowed.

    Attributes
    ----------
    least, most : float [unit]
        Infinite where there is no bound.
    unit : str
        UCUM; '' is the unit in which the vocabulary compares the property.
    """

    least: float = -math.inf
    most: float = math.inf
    unit: str = ""


def find_out_of_range(series: SeriesTable, parameters: Range) -> Hits:
    """Find values below `least` or above `most`.

    A limit ('<0.05') is out of range where every value that it allows is.

    Returns
    -------
    Hits
        `expected` is the bound that is passed. Series whose unit measures something
        else than the bounds' are not judged, but 0 is 0 in every unit.
    """
    least, most = in_units(
        series, np.array([parameters.least, parameters.most]), parameters.unit
    )
    lengths = np.diff(series.starts)
    low, high = _bounds_by_row(least, lengths), _bounds_by_row(most, lengths)
    below, above = series.value < low, series.value > high
    if series.censor.any():
        below &= series.censor != Censor.ABOVE
        above &= series.censor != Censor.BELOW
    rows = np.flatnonzero(below | above)
    owner = np.searchsorted(series.starts, rows, side="right") - 1
    return Hits.make(
        rows,
        np.where(below[rows], least[owner], most[owner]),
        np.where(below[rows], "too low", "too high"),
        unjudged=np.flatnonzero(np.isnan(least) | np.isnan(most)),
    )


def in_units(series: SeriesTable, values: Floats, unit: str) -> Floats:
    """Express values in the unit of each series.

    Parameters
    ----------
    series : SeriesTable, m series
    values : array of float, (k,) [unit]
    unit : str
        '' is the vocabulary's unit of each one's property.

    Returns
    -------
    array of float, (k, m)
        NaN where the series' unit measures something else; 0 and infinity are the
        same in all units.
    """
    found = np.empty((len(values), len(series.datastreams)))
    known: dict[tuple[str, str], Floats] = {}
    for number, one in enumerate(series.datastreams):
        given = unit or get_term("observed_property", one.observed_property).unit
        pair = given, one.unit
        if pair not in known:
            known[pair] = _converted(values, *pair)
        found[:, number] = known[pair]
    return found


def _converted(values: Floats, unit: str, to: str) -> Floats:
    if unit == to:
        return values
    try:
        # An infinite bound stays one, whatever the unit.
        return np.where(np.isfinite(values), convert(values, unit, to), values)
    except NotAcceptable:  # a yearly flow's bounds say nothing of a month's volume
        return np.where(np.isinf(values) | (values == 0), values, np.nan)


def _bounds_by_row(bounds: Floats, lengths: npt.NDArray[np.int64]) -> Floats:
    """Return one bound for all rows where the series share it, else one each."""
    if len(bounds) and (bounds == bounds[0]).all():
        return bounds[:1]
    return np.repeat(bounds, lengths)
