"""Laboratory checks: whether the analysis of a sample agrees with itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.findings import Hits
from waternet.quality.ions import IONS, MASS_AND_CHARGE, NITRATE, NITROGEN
from waternet.quality.samples import Samples, align
from waternet.quality.series import SeriesTable

__all__ = [
    "ChargeBalance",
    "SolidsToConductivity",
    "TotalBelowParts",
    "find_solids_unlike_conductivity",
    "find_totals_below_parts",
    "find_unbalanced_ions",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# The ways in which one part may be reported, each with the share of it that counts.
Choices = tuple[tuple[str, float], ...]


_MAJOR = ("calcium", "magnesium", "sodium", "chloride", "sulfate", "bicarbonate")


@dataclass(frozen=True, slots=True)
class ChargeBalance:
    """Acceptance limits by the sum of anions: Standard Methods 1030 E.

    Attributes
    ----------
    absolute : float [meq/L]
        Cations less anions may differ so much where anions sum up to `low` or less.
    middle, upper : float [%]
        Of cations and anions together, up to `high`, and above.
    low, high : float [meq/L]
    required : tuple of str
        Observed properties without which a sample is not judged.
    """

    absolute: float = 0.2
    middle: float = 2.0
    upper: float = 5.0
    low: float = 3.0
    high: float = 10.0
    required: tuple[str, ...] = _MAJOR


def find_unbalanced_ions(series: SeriesTable, parameters: ChargeBalance) -> Hits:
    """Find samples whose cations and anions do not carry equal charge.

    With c and a the sums of concentration / (mass / charge) over cations and anions
    [meq/L], the error is 100 (c - a) / (c + a) [%]. A limit ('<0.05') is taken at
    whatever of 0 and the limit balances best; what was not analysed is taken for 0,
    so that only samples with all `required` ions are judged. Nitrate counts once,
    whichever way it is reported.

    Returns
    -------
    Hits
        Every ion of the sample, with the error in `note`.

    References
    ----------
    Standard Methods for the Examination of Water and Wastewater, 23rd ed. (2017),
    1030 E (checking correctness of analyses).
    """
    samples = align(
        series, dict.fromkeys(IONS, "mg/L"), MASS_AND_CHARGE, parameters.required
    )
    names = list(IONS)
    both = ~np.isnan(samples.low[:, names.index("nitrate")])
    samples.low[both, names.index("nitrate-as-nitrogen")] = np.nan
    per = np.array([ion.charge / ion.mass for ion in IONS.values()])
    low = np.nan_to_num(samples.low) * per
    high = np.nan_to_num(samples.high, posinf=np.inf) * per
    cations, anions = per > 0, per < 0
    c = low[:, cations].sum(axis=1), high[:, cations].sum(axis=1)
    a = -low[:, anions].sum(axis=1), -high[:, anions].sum(axis=1)
    surplus = np.maximum(c[0] - a[1], 0) + np.minimum(c[1] - a[0], 0)
    total = c[1] + a[1]
    share = np.select(
        [a[1] <= parameters.low, a[1] <= parameters.high],
        [np.full(len(total), np.nan), np.full(len(total), parameters.middle)],
        parameters.upper,
    )
    allowed = np.where(np.isnan(share), parameters.absolute, share / 100 * total)
    judged = _complete(samples, names, parameters.required)
    off = judged & (np.abs(surplus) > allowed) & np.isfinite(total)
    error = np.divide(100 * surplus, total, out=np.zeros(len(total)), where=total > 0)
    rows = samples.row[off]
    notes = [f"cations less anions {one:+.0f} % of both" for one in error[off]]
    each = np.repeat(np.array(notes, np.str_), (rows >= 0).sum(axis=1))
    return Hits.make(
        rows[rows >= 0], None, each, unjudged=_never(series, samples.row[judged])
    )


@dataclass(frozen=True, slots=True)
class TotalBelowParts:
    """How far a total may lie below the sum of its parts.

    Attributes
    ----------
    tolerance : float [%]
        Of the parts: two determinations by different methods. Standard Methods 1030 E
        asks that measured solids be no less than the calculated; 10 % is the usual
        acceptance of duplicates (1020 B).
    """

    tolerance: float = 10.0


# Of bicarbonate 49.2 % is left when water is evaporated (Standard Methods 1030 E).
_LEFT_OF_BICARBONATE = 0.4917
# Each total, the unit it is compared in, and its parts.
_TOTALS: tuple[tuple[str, str, tuple[Choices, ...]], ...] = (
    (
        "total-dissolved-solids",
        "mg/L",
        (
            (("calcium", 1.0),),
            (("magnesium", 1.0),),
            (("sodium", 1.0),),
            (("potassium", 1.0),),
            (("chloride", 1.0),),
            (("sulfate", 1.0),),
            (("bicarbonate", _LEFT_OF_BICARBONATE),),
            (("nitrate", 1.0), ("nitrate-as-nitrogen", NITRATE / NITROGEN)),
        ),
    ),
    (
        "total-nitrogen",
        "mg/L",
        (
            (("nitrate-as-nitrogen", 1.0), ("nitrate", NITROGEN / NITRATE)),
            (("ammonium", NITROGEN / 18.039),),
        ),
    ),
    ("chemical-oxygen-demand", "mg/L", ((("biochemical-oxygen-demand", 1.0),),)),
    ("fecal-coliforms", "{count}/dL", ((("e-coli", 1.0),),)),
)


def find_totals_below_parts(series: SeriesTable, parameters: TotalBelowParts) -> Hits:
    """Find totals that are less than the sum of what they are made of.

    Dissolved solids and their ions (of bicarbonate, 49 %), total nitrogen and that of
    nitrate and ammonium, chemical and biochemical oxygen demand, fecal coliforms and
    E. coli. A part that is a limit counts as 0, a total that is one as its limit.

    Returns
    -------
    Hits
        The total and its parts; `expected` of the total is the sum of its parts.

    References
    ----------
    Standard Methods for the Examination of Water and Wastewater, 23rd ed. (2017),
    1030 E; 4500-N A (total nitrogen).
    """
    found = []
    judged = np.zeros(len(series.datastreams), np.bool_)
    for total, unit, parts in _TOTALS:
        names = [total, *(name for choices in parts for name, _share in choices)]
        samples = align(series, dict.fromkeys(names, unit), MASS_AND_CHARGE, [total])
        least = _sum_of_parts(samples.low, names, parts)
        most = samples.high[:, 0]
        compared = ~np.isnan(least) & ~np.isnan(most)
        judged[_owners(series, samples.row[compared])] = True
        off = compared & (most < least * (1 - parameters.tolerance / 100))
        rows = samples.row[off]
        expected = np.full(rows.shape, np.nan)
        expected[:, 0] = least[off] / samples.factor[off, 0]
        note = np.full(rows.shape, f"{total} less than its parts")
        found.append((rows.ravel(), expected.ravel(), note.ravel()))
    rows, expected, notes = (np.concatenate(part) for part in zip(*found, strict=True))
    kept = rows >= 0
    return Hits.make(
        rows[kept], expected[kept], notes[kept], unjudged=np.flatnonzero(~judged)
    )


def _sum_of_parts(low: Floats, names: list[str], parts: tuple[Choices, ...]) -> Floats:
    """Return the least that the parts of each sample sum to; NaN for none known."""
    total = np.full(len(low), np.nan)
    for choices in parts:
        part = np.full(len(low), np.nan)
        for name, share in choices:
            given = share * low[:, names.index(name)]
            part = np.where(np.isnan(part), given, part)
        total = np.where(np.isnan(part), total, np.nan_to_num(total) + part)
    return total


@dataclass(frozen=True, slots=True)
class SolidsToConductivity:
    """What dissolved solids [mg/L] may be of conductivity [uS/cm].

    Attributes
    ----------
    least, most : float
        Standard Methods 1030 E gives 0.55 to 0.7 for most waters; up to 0.75 where
        sulfate is high.
    """

    least: float = 0.55
    most: float = 0.75


def find_solids_unlike_conductivity(
    series: SeriesTable, parameters: SolidsToConductivity
) -> Hits:
    """Find dissolved solids that do not go with the water's conductivity.

    total dissolved solids [mg/L] / electrical conductivity [uS/cm] lies between
    `least` and `most`. Limits are not judged.

    Returns
    -------
    Hits
        Both values; `expected` is the nearest solids that would go with the
        conductivity, and the nearest conductivity.

    References
    ----------
    Standard Methods for the Examination of Water and Wastewater, 23rd ed. (2017),
    1030 E.
    """
    units = {"total-dissolved-solids": "mg/L", "electrical-conductivity": "uS/cm"}
    samples = align(series, units, all_of=units)
    exact = (samples.low == samples.high).all(axis=1)
    solids, conductivity = samples.low[:, 0], samples.low[:, 1]
    judged = exact & (conductivity > 0) & (solids > 0)
    ratio = np.divide(
        solids, conductivity, out=np.full(len(solids), np.nan), where=judged
    )
    low, high = ratio < parameters.least, ratio > parameters.most
    off = low | high
    bound = np.where(low, parameters.least, parameters.most)[off]
    rows = samples.row[off]
    expected = np.column_stack([conductivity[off] * bound, solids[off] / bound])
    expected /= samples.factor[off]
    note = np.where(low[off], "solids low", "solids high")
    return Hits.make(
        rows.ravel(),
        expected.ravel(),
        np.repeat(note, 2),
        unjudged=_never(series, samples.row[judged]),
    )


def _complete(samples: Samples, names: list[str], required: tuple[str, ...]) -> Flags:
    """Whether each sample has all that is required."""
    complete = np.ones(len(samples.low), np.bool_)
    for name in required:  # what is no ion is never there
        complete &= (
            ~np.isnan(samples.low[:, names.index(name)]) if name in names else False
        )
    return complete


def _owners(series: SeriesTable, rows: Integers) -> Integers:
    known = rows[rows >= 0]
    return np.unique(np.searchsorted(series.starts, known, side="right") - 1)


def _never(series: SeriesTable, rows: Integers) -> Integers:
    """Return the series of which no value was judged."""
    return np.setdiff1d(np.arange(len(series.datastreams)), _owners(series, rows))
