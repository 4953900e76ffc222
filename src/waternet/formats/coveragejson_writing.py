"""CoverageJSON, written: what `waternet.formats.coveragejson` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import IO, Any
from urllib.parse import quote

from waternet.errors import NotAcceptable
from waternet.formats.coverage_parameters import METHODS, PROPERTY
from waternet.formats.moments import compile_moment
from waternet.formats.series import SourceSeries

__all__ = ["write_coveragejson"]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_CLOCK = re.compile(r"T.*\d$")
_OFFSET = re.compile(r"(?:Z|[+-]\d\d:\d\d)$", re.ASCII)
_WRITTEN = {"instant": "instantaneous"}
_UCUM = "http://www.opengis.net/def/uom/UCUM/"
_CRS = "http://www.opengis.net/def/crs/"


def write_coveragejson(series: Sequence[SourceSeries], sink: IO[bytes]) -> None:
    """Write series as a collection of PointSeries.

    Parameters
    ----------
    series : sequence of SourceSeries
        Each at a place with x, y and crs (an EPSG code), in order of time; times in
        ISO with an offset, or by the fixed offset `zone`.
    sink : binary file

    Raises
    ------
    NotAcceptable
        A series has no place, two values at a time, a limit ('<0.05') or a remark
        code: CoverageJSON has no words for these.

    Notes
    -----
    Numbers are written as they stand. The place's id is the coverage's, its name is
    'dct:title'; statistic and interval are as OGC's EDR says 'measurementType'.
    """
    head = {
        "type": "CoverageCollection",
        "domainType": "PointSeries",
        "@context": [
            "https://covjson.org/context.jsonld",
            {"dct": "http://purl.org/dc/terms/"},
        ],
    }
    sink.write(f'{_json(head)[:-1]}, "coverages": ['.encode())
    for place, each in enumerate(series):
        _verify_sayable(each)
        # Values and coordinates are put in as text: a float would change them.
        key = each.quantities[0] if each.quantities else "value"
        said = {
            "type": "Coverage",
            "id": quote(each.feature, safe=""),
            **({"dct:title": {"und": each.name}} if each.name else {}),
            "parameters": {key: _parameter(each)},
        }
        count = len(each.points.time)
        values = ", ".join(_number(value) for value in each.points.value)
        values = (
            f'{{"type": "NdArray", "dataType": "float", "axisNames": ["t"], '
            f'"shape": [{count}], "values": [{values}]}}'
        )
        body = f'"domain": {_domain(each)}, "ranges": {{{_json(key)}: {values}}}'
        comma = "," if place else ""
        sink.write(f"{comma}\n{_json(said)[:-1]}, {body}}}".encode())
    sink.write(b"\n]}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _verify_sayable(series: SourceSeries) -> None:
    points = series.points
    if not (series.x and series.y and series.crs) or not points.time:
        raise NotAcceptable(
            f"{series.feature}: a PointSeries needs a place and a time",
            hint="stations alone are written as places",
        )
    if any(points.qualifier):
        raise NotAcceptable(
            f"{series.feature}: CoverageJSON has no remark codes",
            hint="leave them out, or write WaterML or CSV, which keep them",
        )
    read = compile_moment("ISO")
    moments = [read(time) for time in points.time]
    utc = [each.local - 60_000_000 * (each.offset or 0) for each in moments]
    if any(after <= before for before, after in pairwise(utc)):
        raise NotAcceptable(
            f"{series.feature}: times that do not go on one by one",
            hint="sort them, and write two methods as two series",
        )


def _parameter(series: SourceSeries) -> dict[str, Any]:
    label = series.quantities[-1] if series.quantities else "value"
    observed: dict[str, Any] = {"label": {"en": label}}
    if series.observed_property:
        observed["id"] = PROPERTY + series.observed_property
    made: dict[str, Any] = {"type": "Parameter", "observedProperty": observed}
    if series.ucum:
        symbol = {"value": series.ucum, "type": _UCUM}
        made["unit"] = {"symbol": symbol, "label": {"en": series.unit}}
    elif series.unit:
        made["unit"] = {"symbol": series.unit}
    if series.statistic:
        if series.statistic not in METHODS.values():
            raise NotAcceptable(f"no statistic {series.statistic!r} in CoverageJSON")
        method = _WRITTEN.get(series.statistic, series.statistic)
        made["measurementType"] = {"method": method}
        if series.interval not in ("", "PT0S"):
            made["measurementType"]["duration"] = series.interval
    return made


def _domain(series: SourceSeries) -> str:
    points = series.points
    times = [_time(time, series) for time in points.time]
    axes = [
        f'"{name}": {{"values": [{_number(value)}]}}' for name, value in _at(series)
    ]
    bounds = ""
    if any(points.end):
        ends = [_time(end, series) for end in points.end]
        pairs = [each for pair in zip(times, ends, strict=True) for each in pair]
        bounds = f', "bounds": {_json(pairs)}'
    axes.append(f'"t": {{"values": {_json(times)}{bounds}}}')
    code = series.crs.removeprefix("EPSG:")
    if not code.isdigit():
        raise NotAcceptable(
            f"{series.feature}: {series.crs!r} is no EPSG code", hint="convert to one"
        )
    is_degrees = series.crs == "EPSG:4326"
    system = {
        "type": "GeographicCRS" if is_degrees else "ProjectedCRS",
        "id": f"{_CRS}OGC/1.3/CRS84" if is_degrees else f"{_CRS}EPSG/0/{code}",
    }
    referencing: list[Any] = [
        {"coordinates": ["x", "y"], "system": system},
        {
            "coordinates": ["t"],
            "system": {"type": "TemporalRS", "calendar": "Gregorian"},
        },
    ]
    if series.elevation:
        axis = {"name": {"en": "Elevation"}, "direction": "up", "unit": {"symbol": "m"}}
        upward = {"type": "VerticalCRS", "cs": {"csAxes": [axis]}}
        referencing.append({"coordinates": ["z"], "system": upward})
    return (
        f'{{"type": "Domain", "domainType": "PointSeries", '
        f'"axes": {{{", ".join(axes)}}}, "referencing": {_json(referencing)}}}'
    )


def _at(series: SourceSeries) -> list[tuple[str, str]]:
    given = (("x", series.x), ("y", series.y), ("z", series.elevation))
    return [(name, value) for name, value in given if value]


def _number(text: str) -> str:
    """Return a number as JSON writes it, its digits as they are."""
    if not text:
        return "null"
    if _NUMBER.fullmatch(text):
        return text
    try:
        made = json.dumps(float(text), allow_nan=False)
    except ValueError as error:
        raise NotAcceptable(
            f"CoverageJSON cannot say {text!r}",
            hint="limits such as '<0.05' are kept by CSV and WaterML",
        ) from error
    return made


def _time(text: str, series: SourceSeries) -> str:
    """Return a time with its offset; a day alone needs none."""
    if not _CLOCK.search(text) or _OFFSET.search(text):
        return text
    if series.zone == "UTC":
        return text + "Z"
    if _OFFSET.fullmatch(series.zone):
        return text + series.zone
    raise NotAcceptable(
        f"{series.feature}: {text!r} says no offset, and neither does its clock",
        hint="give times in UTC",
    )
