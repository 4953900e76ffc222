"""Figures as coverages: one for each datastream, with what qualifies its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.api.edr.choosing import Chosen
from waternet.api.edr.quantities import (
    GATHERED,
    QUALIFIERS,
    Quantity,
    qualifier_object,
)
from waternet.api.edr.runs import Columns, Where, list_runs, read_columns
from waternet.api.edr.systems import CRS84, from_longitude_latitude, system_uri
from waternet.formats.coverage_collection import PointSeries, Range, write_coverages
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = ["Drawn", "placed", "to_coverages"]

_TRUSTED = (int(Status.MEASURED), int(Status.APPROVED))
_DURATIONS: Final[Mapping[str, str]] = {
    "hour": "PT1H",
    "day": "P1D",
    "month": "P1M",
    "season": "P3M",
    "year": "P1Y",
    "hydrological-year": "P1Y",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Figures that were asked for, with whose they are.

    Attributes
    ----------
    figures : pyarrow.Table
        As `waternet.bank.asking.ask_figures` returns them.
    chosen : mapping of address to Chosen
    wanted : tuple of str
        Parameters asked for by name; () for all.
    crs : str
        Of positions in the answer.
    aggregate, statistic, zone : str
        As asked; '' where figures are as published.
    """

    figures: pa.Table
    chosen: Mapping[str, Chosen]
    wanted: tuple[str, ...] = ()
    crs: str = CRS84
    aggregate: str = ""
    statistic: str = ""
    zone: str = ""


def to_coverages(drawn: Drawn, about: Mapping[str, Any]) -> bytes:
    """Return the figures in CoverageJSON.

    A coverage holds one quantity of one datastream, in one unit. What is asked for by
    name comes alone, unless one of its values is a limit, is suspect or bad, was not
    measured, or stands for less than its whole period: then the parameter that says so
    comes along.
    """
    positions = placed(drawn)
    names = (*QUALIFIERS, *GATHERED) if drawn.aggregate else QUALIFIERS
    columns = read_columns(drawn.figures, names)
    series = [
        _series(columns, where, unit, drawn.chosen[run.address], positions, drawn)
        for run in list_runs(drawn.figures)
        for unit, where in run.units.items()
    ]
    shared = _shared(series)
    told = [
        replace(one, parameters={}) if one.parameters.keys() <= shared.keys() else one
        for one in series
    ]
    return write_coverages(told, shared, system_uri(drawn.crs), about)


def _series(
    columns: Columns,
    where: Where,
    unit: str,
    chosen: Chosen,
    positions: Mapping[str, tuple[float, float]],
    drawn: Drawn,
) -> PointSeries:
    """Return rows of one datastream in one unit, with the parameters that they need."""
    quantity = chosen.held.quantity
    ranges = _ranges(columns, where, quantity.name, drawn)
    return PointSeries(
        id=chosen.held.address,
        position=positions.get(chosen.held.location.id),
        time=columns.time[where],
        end=columns.end[where] if columns.has_end[where].all() else None,
        ranges=ranges,
        parameters={
            name: _object(quantity, unit, drawn)
            if name == quantity.name
            else qualifier_object(name)
            for name in ranges
        },
        about=_about(chosen, columns.named["release"][where], drawn),
    )


def _shared(series: Sequence[PointSeries]) -> dict[str, Any]:
    """Return the parameters that are the same in every coverage that has them.

    One that is not, as owners' units differ, stands in each coverage alone: whoever
    looks for it in the collection finds none, rather than another owner's unit.
    """
    found: dict[str, Any] = {}
    differing = set()
    for one in series:
        for name, made in one.parameters.items():
            if found.setdefault(name, made) != made:
                differing.add(name)
    return {name: made for name, made in found.items() if name not in differing}


def placed(drawn: Drawn) -> dict[str, tuple[float, float]]:
    """Return the position of each location in the system asked for."""
    locations = {
        one.held.location.id: one.held.location for one in drawn.chosen.values()
    }
    known = {id_: one.position for id_, one in locations.items() if one.position}
    if not known:
        return {}
    corners = np.array(list(known.values()), np.float64)
    x, y = from_longitude_latitude(corners[:, 0], corners[:, 1], drawn.crs)
    return {
        id_: (east, north)
        for id_, east, north in zip(known, x.tolist(), y.tolist(), strict=True)
        if np.isfinite([east, north]).all()
    }


def _object(quantity: Quantity, unit: str, drawn: Drawn) -> dict[str, Any]:
    made = quantity.to_object(unit)
    if not drawn.aggregate:
        return made
    measured = {"method": drawn.statistic}
    if drawn.aggregate in _DURATIONS:
        measured["duration"] = _DURATIONS[drawn.aggregate]
    return {**made, "measurementType": measured}


def _ranges(
    columns: Columns, where: Where, name: str, drawn: Drawn
) -> dict[str, Range]:
    """Return the values of a coverage, by parameter."""
    ranges: dict[str, Range] = {}
    if not drawn.wanted or name in drawn.wanted:
        ranges[name] = columns.named["value"][where]
    for one, column in columns.named.items():
        values = column[where]
        if one == "value" or _is_empty(values):
            continue
        if not drawn.wanted or one in drawn.wanted or _must_tell(one, values, ranges):
            ranges[one] = values.tolist() if values.dtype == object else values
    return ranges


def _is_empty(values: npt.NDArray[Any]) -> bool:
    """Return whether nothing is said of any row."""
    if values.dtype == object:
        return all(one is None for one in values.tolist())
    return values.dtype.kind == "f" and bool(np.isnan(values).all())


def _must_tell(
    qualifier: str, values: npt.NDArray[Any], ranges: Mapping[str, Range]
) -> bool:
    """Return whether values would pass for better than they are without it."""
    if not ranges:
        return False
    if qualifier == "censor":
        return bool((values != int(Censor.NONE)).any())
    if qualifier == "grade":
        return bool((values >= int(Grade.SUSPECT)).any())
    if qualifier == "status":
        return not np.isin(values, _TRUSTED).all()
    return qualifier == "coverage" and bool((values < 1).any())


def _about(chosen: Chosen, releases: npt.NDArray[Any], drawn: Drawn) -> dict[str, Any]:
    held = chosen.held
    location = held.location
    about: dict[str, Any] = {
        "dct:title": dict(location.names or {"und": location.id}),
        "waternet:location": location.id,
        "waternet:dataset": held.dataset,
        "waternet:procedure": held.procedure,
        "waternet:zone": drawn.zone or held.zone,
        "waternet:releases": sorted(set(releases.tolist())),
    }
    if chosen.distance is not None:
        about["waternet:distance"] = round(chosen.distance, 1)
    return about
