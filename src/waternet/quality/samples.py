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
    parts, unjudged = [], []
    # Assigned in reverse, the first datastream's value comes last and stays.
    for number in reversed(range(len(series.datastreams))):
        one = series.datastreams[number]
        kind = kinds.get(_kind(one))
        if one.observed_property not in place or kind is None:
            continue
        factor = _factor(one, units[one.observed_property], equivalents or {})
        if factor is None:
            unjudged.append(number)
            continue
        rows = np.arange(series.starts[number], series.starts[number + 1])
        rows = rows[np.isfinite(series.value[rows])]
        parts.append((kind, place[one.observed_property], rows, factor))
    return _side_by_side(series, parts, len(units), np.array(unjudged, np.int64))


def _kinds(
    series: SeriesTable, place: Mapping[str, int], all_of: Collection[str]
) -> dict[tuple[str, str, str], int]:
    """Return a number for each place and kind of value that can have samples."""
    known: dict[tuple[str, str, str], set[str]] = {}
    for one in series.datastreams:
        if one.observed_property in place:
            known.setdefault(_kind(one), set()).add(one.observed_property)
    whole = [kind for kind, has in known.items() if len(has) > 1 and has >= set(all_of)]
    return {kind: number for number, kind in enumerate(whole)}


def _kind(one: Datastream) -> tuple[str, str, str]:
    return one.feature, one.statistic, one.interval


def _side_by_side(
    series: SeriesTable,
    parts: list[tuple[int, int, Integers, float]],
    columns: int,
    unjudged: Integers,
) -> Samples:
    sizes = [len(rows) for _kind, _column, rows, _factor in parts]
    rows = np.concatenate([part[2] for part in parts] or [np.empty(0, np.int64)])
    kind = np.repeat([part[0] for part in parts], sizes).astype(np.int64)
    column = np.repeat([part[1] for part in parts], sizes).astype(np.int64)
    factor = np.repeat([part[3] for part in parts], sizes)
    time = series.time[rows]
    order = np.lexsort((time, kind))
    new = np.ones(len(rows), np.bool_)
    new[1:] = np.diff(kind[order]) != 0
    new[1:] |= np.diff(time[order]) != 0
    sample = np.empty(len(rows), np.int64)
    sample[order] = np.cumsum(new) - 1
    count = int(new.sum()) if len(rows) else 0
    value, censor = series.value[rows] * factor, series.censor[rows]
    low = np.full((count, columns), np.nan)
    high = low.copy()
    row = np.full((count, columns), -1, np.int64)
    low[sample, column] = np.where(censor == Censor.BELOW, np.minimum(0, value), value)
    high[sample, column] = np.where(censor == Censor.ABOVE, np.inf, value)
    row[sample, column] = rows
    factors = np.full((count, columns), np.nan)
    factors[sample, column] = factor
    return Samples(low, high, row, factors, unjudged)


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
