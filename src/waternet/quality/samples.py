"""Samples: what a laboratory found in one bottle, side by side.

Values of several datastreams are one sample where they are of one place, at one time
and of one kind of value (an instant, or the same statistic and interval).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.observation.vocabulary import Censor
from waternet.quality.series import SeriesTable
from waternet.quantity import convert

__all__ = ["Samples", "align"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
# A datastream's column, its rows in the table, and what its values are multiplied with.
_Part = tuple[int, Integers, float]


@dataclass(frozen=True, eq=False)
class Samples:
    """Values by sample and observed property.

    Attributes
    ----------
    low, high : arrays of float, (k, q) [as asked for]
        What the true value lies between: the figure twice; 0 and the limit of '<';
        the limit of '>' and infinity. NaN where the sample has no such value.
    row : array of int, (k, q)
        Each value's row in the table; -1 where there is none.
    factor : array of float, (k, q)
        From the datastream's unit to the one asked for; NaN where there is no value.
    unjudged : array of int64
        Numbers of the series whose unit measures something else.
    """

    low: Floats
    high: Floats
    row: Integers
    factor: Floats
    unjudged: Integers


def align(
    series: SeriesTable,
    units: Mapping[str, str],
    equivalents: Mapping[str, tuple[float, int]] | None = None,
    all_of: Collection[str] = (),
) -> Samples:
    """Put values of one place and time side by side.

    Parameters
    ----------
    series : SeriesTable
        Where a sample has two values of one property (by two procedures), that of the
        first datastream counts.
    units : mapping of observed property to UCUM unit
        The q columns, in order, each in its unit.
    equivalents : mapping of observed property to (molar mass [g/mol], charge), optional
        With it, amounts of substance ('mmol/L', 'meq/L') become masses.
    all_of : collection of observed properties
        Places that have not each of them, and one more property, are passed over: their
        samples could not be judged.

    Returns
    -------
    Samples, k of them
        Taken-back values are left out.
    """
    place = {name: number for number, name in enumerate(units)}
    kinds = _kinds(series, place, all_of)
    parts: dict[tuple[str, str, str], list[_Part]] = {kind: [] for kind in kinds}
    unjudged = []
    # Assigned in reverse, the first datastream's value comes last and stays.
    for number in reversed(range(len(series.datastreams))):
        one = series.datastreams[number]
        if one.observed_property not in place or _kind(one) not in parts:
            continue
        factor = _factor(one, units[one.observed_property], equivalents or {})
        if factor is None:
            unjudged.append(number)
            continue
        rows = np.arange(series.starts[number], series.starts[number + 1])
        rows = rows[np.isfinite(series.value[rows])]
        parts[_kind(one)].append((place[one.observed_property], rows, factor))
    blocks = [_block(series, part, len(place)) for part in parts.values() if part]
    blocks.append(_block(series, [], len(place)))
    low, high, row, factors = (
        np.concatenate(part) for part in zip(*blocks, strict=True)
    )
    return Samples(low, high, row, factors, np.array(unjudged, np.int64))


def _block(
    series: SeriesTable, parts: list[_Part], columns: int
) -> tuple[Floats, Floats, Integers, Floats]:
    """Return the samples of one place: low, high, row and factor, each (k, columns)."""
    times = [series.time[rows] for _column, rows, _factor in parts]
    moments = times[0] if times else np.empty(0, np.int64)
    together = all(np.array_equal(time, moments) for time in times)
    if not together:
        moments = np.unique(np.concatenate(times))
    shape = len(moments), columns
    low, high, factors = (np.full(shape, np.nan) for _each in range(3))
    row = np.full(shape, -1, np.int64)
    for (column, rows, factor), time in zip(parts, times, strict=True):
        at = slice(None) if together else np.searchsorted(moments, time)
        value, censor = series.value[rows] * factor, series.censor[rows]
        low[at, column] = high[at, column] = value
        row[at, column], factors[at, column] = rows, factor
        if censor.any():
            least = np.where(censor == Censor.BELOW, np.minimum(0, value), value)
            low[at, column] = least
            high[at, column] = np.where(censor == Censor.ABOVE, np.inf, value)
    return low, high, row, factors


def _kinds(
    series: SeriesTable, place: Mapping[str, int], all_of: Collection[str]
) -> list[tuple[str, str, str]]:
    """Return the places and kinds of value that can have samples."""
    known: dict[tuple[str, str, str], set[str]] = {}
    for one in series.datastreams:
        if one.observed_property in place:
            known.setdefault(_kind(one), set()).add(one.observed_property)
    return [kind for kind, has in known.items() if len(has) > 1 and has >= set(all_of)]


def _kind(one: Datastream) -> tuple[str, str, str]:
    return one.feature, one.statistic, one.interval


def _factor(
    one: Datastream, unit: str, equivalents: Mapping[str, tuple[float, int]]
) -> float | None:
    """Return what a value is multiplied with to be in `unit`; None if it cannot be."""
    if one.unit == unit:
        return 1.0
    try:
        return float(convert(np.ones(1), one.unit, unit)[0])
    except NotAcceptable:
        if one.observed_property not in equivalents:
            return None
    mass, charge = equivalents[one.observed_property]
    try:
        amount = float(convert(np.ones(1), one.unit, "mmol/L")[0])
    except NotAcceptable:
        return None
    return amount * (mass / charge if "eq" in one.unit else mass)
