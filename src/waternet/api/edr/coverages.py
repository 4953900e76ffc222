"""Figures as coverages: one for each datastream, with what qualifies its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.edr.choosing import Chosen
from waternet.api.edr.quantities import (
    GATHERED,
    QUALIFIERS,
    Quantity,
    qualifier_object,
)
from waternet.api.edr.systems import CRS84, from_longitude_latitude, system_uri
from waternet.formats.coverage_collection import PointSeries, Range, write_coverages
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = ["Drawn", "figure_runs", "placed", "to_coverages"]

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
    series = [
        _series(rows, unit, drawn.chosen[address], positions, drawn)
        for address, run, told in _unit_runs(drawn.figures)
        for unit, rows in ([(told, run)] if told else _by_unit(run))
    ]
    shared = _shared(series)
    told = [
        replace(one, parameters={}) if one.parameters.keys() <= shared.keys() else one
        for one in series
    ]
    return write_coverages(told, shared, system_uri(drawn.crs), about)


def _series(
    rows: pa.Table,
    unit: str,
    chosen: Chosen,
    positions: Mapping[str, tuple[float, float]],
    drawn: Drawn,
) -> PointSeries:
    """Return rows of one datastream in one unit, with the parameters that they need."""
    quantity = chosen.held.quantity
    ranges = _ranges(rows, quantity.name, drawn)
    return PointSeries(
        id=chosen.held.address,
        position=positions.get(chosen.held.location.id),
        time=rows["time"].to_numpy(),
        end=_ends(rows),
        ranges=ranges,
        parameters={
            name: _object(quantity, unit, drawn)
            if name == quantity.name
            else qualifier_object(name)
            for name in ranges
        },
        about=_about(chosen, rows, drawn),
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


def figure_runs(figures: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each datastream with its address, in their order."""
    for address, run, _ in _unit_runs(figures):
        yield address, run


def _unit_runs(figures: pa.Table) -> Iterator[tuple[str, pa.Table, str]]:
    """Yield the rows of each datastream with its address and unit; '' for several."""
    if not figures.num_rows:
        return
    codes = {
        name: figures[name].combine_chunks().dictionary_encode()
        for name in ("party", "datastream", "unit")
    }
    changed = [
        np.diff(codes[name].indices.to_numpy()) != 0 for name in ("party", "datastream")
    ]
    starts = np.append(0, np.flatnonzero(np.logical_or(*changed)) + 1)
    units = codes["unit"].indices.to_numpy()
    is_one = np.minimum.reduceat(units, starts) == np.maximum.reduceat(units, starts)
    told = [codes[name].take(pa.array(starts)).to_pylist() for name in codes]
    edges = pairwise([*starts.tolist(), figures.num_rows])
    for (start, end), party, name, unit, alike in zip(
        edges, *told, is_one.tolist(), strict=True
    ):
        rows = figures.slice(start, end - start)
        yield f"{party}:{name}", rows, unit if alike else ""


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


def _by_unit(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows in each unit: a correction may have changed it."""
    for unit in pc.unique(rows["unit"].cast(pa.string())).to_pylist():
        yield unit, rows.filter(pc.equal(rows["unit"].cast(pa.string()), unit))


def _object(quantity: Quantity, unit: str, drawn: Drawn) -> dict[str, Any]:
    made = quantity.to_object(unit)
    if not drawn.aggregate:
        return made
    measured = {"method": drawn.statistic}
    if drawn.aggregate in _DURATIONS:
        measured["duration"] = _DURATIONS[drawn.aggregate]
    return {**made, "measurementType": measured}


def _ranges(rows: pa.Table, name: str, drawn: Drawn) -> dict[str, Range]:
    """Return the values of a coverage, by parameter."""
    ranges: dict[str, Range] = {}
    if not drawn.wanted or name in drawn.wanted:
        ranges[name] = rows["value"].to_numpy()
    names = (*QUALIFIERS, *GATHERED) if drawn.aggregate else QUALIFIERS
    for one in names:
        column = rows[one]
        if column.null_count == rows.num_rows:
            continue
        if not drawn.wanted or one in drawn.wanted or _must_tell(one, column, ranges):
            ranges[one] = _plain(column)
    return ranges


def _must_tell(
    qualifier: str, column: pa.ChunkedArray, ranges: Mapping[str, Range]
) -> bool:
    """Return whether values would pass for better than they are without it."""
    if not ranges:
        return False
    if qualifier == "censor":
        return bool(pc.any(pc.not_equal(column, int(Censor.NONE))).as_py())
    if qualifier == "grade":
        return bool(pc.any(pc.greater_equal(column, int(Grade.SUSPECT))).as_py())
    if qualifier == "status":
        trusted = pc.is_in(column, pa.array(_TRUSTED, column.type))
        return not pc.all(trusted).as_py()
    if qualifier == "coverage":
        return bool(pc.any(pc.less(column, 1)).as_py())
    return False


def _plain(column: pa.ChunkedArray) -> Range:
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        texts: Sequence[str | None] = column.cast(pa.string()).to_pylist()
        return texts
    if pa.types.is_integer(column.type) and column.null_count:
        column = column.cast(pa.float64())
    values: Range = column.to_numpy()
    return values


def _ends(rows: pa.Table) -> Any:
    """Return where intervals end, if every row says it."""
    return None if rows["end"].null_count else rows["end"].to_numpy()


def _about(chosen: Chosen, rows: pa.Table, drawn: Drawn) -> dict[str, Any]:
    held = chosen.held
    location = held.location
    about: dict[str, Any] = {
        "dct:title": dict(location.names or {"und": location.id}),
        "waternet:location": location.id,
        "waternet:dataset": held.dataset,
        "waternet:procedure": held.procedure,
        "waternet:zone": drawn.zone or held.zone,
        "waternet:releases": sorted(pc.unique(rows["release"]).to_pylist()),
    }
    if chosen.distance is not None:
        about["waternet:distance"] = round(chosen.distance, 1)
    return about
