"""Where a recipe takes as one what a series document tells apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from waternet.errors import NotAcceptable
from waternet.formats.reading import Reject
from waternet.formats.source_series import SourceSeries
from waternet.formats.value_column import ValueColumn
from waternet.quantity import is_same_unit

__all__ = ["by_own_clock", "find_merged", "other_unit"]

_FIXED = re.compile(r"UTC|[+-][0-9]{2}:[0-9]{2}")
_BARE_CLOCK = re.compile(r"[0-9-]{10}[T ][0-9]{2}[0-9:.,]*")
_TOLD_APART = ("procedure", "statistic", "interval", "unit")


def by_own_clock(series: SourceSeries, zone: str) -> SourceSeries:
    """Return a series whose times carry the offset that its document states.

    The clock of a document counts before the recipe's `zone`, which then says only
    where days and years begin: a logger set to GMT+2 keeps no summer time, whatever
    the country does.

    Parameters
    ----------
    series : SourceSeries
    zone : str
        The recipe's; '' leaves the series as it is, as does the document's own.
    """
    is_bare = series.time_format == "ISO" and _FIXED.fullmatch(series.zone)
    if not zone or series.zone == zone or not is_bare:
        return series
    offset = "Z" if series.zone == "UTC" else series.zone
    time, end = (
        [f"{text}{offset}" if _BARE_CLOCK.fullmatch(text) else text for text in texts]
        for texts in (series.points.time, series.points.end)
    )
    return replace(series, points=replace(series.points, time=time, end=end))


def other_unit(value: ValueColumn, series: SourceSeries) -> str:
    """Return what unit was expected where a series is in another; '' where it fits.

    Without `written_unit` the unit that the document says must be the recipe's, if it
    is known what it says.
    """
    if value.written_unit:
        fits = series.unit == value.written_unit
        return "" if fits else f"written_unit {value.written_unit!r}"
    if not series.ucum or _is_same(series.ucum, value.unit):
        return ""
    return f"unit {value.unit!r}; or written_unit {series.unit!r}, if that means it"


@cache
def _is_same(unit: str, other: str) -> bool:
    try:
        return is_same_unit(unit, other)
    except NotAcceptable:  # a code that a document calls UCUM and that is none
        return False


def find_merged(
    file: str,
    values: Sequence[ValueColumn],
    matched: Iterable[tuple[int, SourceSeries]],
) -> list[Reject]:
    """Point at parts that read several series of one place as one datastream.

    Parameters
    ----------
    file : str
    values : sequence of ValueColumn
    matched : iterable of (place in values, series)

    Returns
    -------
    list of Reject
        Notices: one for each part and what differs.
    """
    told: dict[tuple[int, str, str], dict[str, int]] = {}
    for place, series in matched:
        if series.points.time and not other_unit(values[place], series):
            row = series.points.number[0]
            for name in _TOLD_APART:
                found = told.setdefault((place, name, series.feature), {})
                found.setdefault(getattr(series, name), row)
    first: dict[tuple[int, str], tuple[str, dict[str, int]]] = {}
    for (place, name, feature), found in told.items():
        if len(found) > 1:
            first.setdefault((place, name), (feature, found))
    notices = []
    for (place, name), (feature, found) in first.items():
        listed = ", ".join(repr(text[:60]) for text in list(found)[:4])
        reason = f"figures of several are read as one, at {feature!r:.80}: {listed}"
        expected = f"a [[value]] for each, told apart by when = {{ {name} = ... }}"
        column = values[place].column
        row = list(found.values())[1]
        notices.append(Reject(file, "", row, name, column, reason, expected, lost=0))
    return notices
