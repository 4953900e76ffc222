"""WaterML 2.0, the OGC's time series in XML, alone or inside an SOS answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells, clean_text
from waternet.formats.layout import read_cells
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, StationColumns, TimeColumns, ValueColumn
from waternet.observation.place import is_north_first

__all__ = ["is_waterml", "read_waterml"]

_OM = "{http://www.opengis.net/om/2.0}"
_WML = "{http://www.opengis.net/waterml/2.0}"
_GML = "{http://www.opengis.net/gml/3.2}"
_SWE = "{http://www.opengis.net/swe/2.0}"
_TITLE = "{http://www.w3.org/1999/xlink}title"
_HREF = "{http://www.w3.org/1999/xlink}href"
_COLUMNS = (
    *("feature", "name", "x", "y", "property", "unit"),
    *("time", "value", "qualifier"),
)
# OGC's nil reasons, http://www.opengis.net/def/nil/OGC/0/: the value is the limit.
_CENSORED = {"BelowDetectionRange": "<", "AboveDetectionRange": ">"}


def is_waterml(head: bytes, name: str) -> bool:
    """Return whether a file is XML that names WaterML 2.0 or an SOS answer."""
    del name
    return b"http://www.opengis.net/waterml/2.0" in head and b"<" in head[:100]


def read_waterml(path: Path, recipe: Recipe) -> Reading:
    """Read every time series of a WaterML 2.0 document.

    Parameters
    ----------
    path : Path
    recipe : Recipe
        `[[value]]` column is the title, address or last part of the address of an
        observed property; `written_unit` is what the document calls the unit.
        `[station.ids]` maps the feature's identifier to an id.

    Returns
    -------
    Reading
        A reject's row is the number of the point in the document, from 1. A point
        without time and value is missing, as is one that is nil.

    Raises
    ------
    NotAcceptable
        It is not well-formed XML, declares entities, or holds no time series.
    """
    try:
        root = defusedxml.ElementTree.parse(path).getroot()
    except (
        defusedxml.ElementTree.ParseError,
        DefusedXmlException,
        LookupError,  # an encoding that does not exist
    ) as error:
        raise NotAcceptable(f"{path.name} is not safe XML: {error!r}") from error
    series = [_Series(each) for each in root.iter(f"{_OM}OM_Observation")]
    if not series:
        raise NotAcceptable(
            f"{path.name}: no om:OM_Observation in <{root.tag}>",
            hint="WaterML 1.1 is another format",
        )
    known = {name: n for n, value in enumerate(recipe.value) for name in [value.column]}
    rows = enumerate((row for each in series for row in each.rows(known)), 1)
    cells = Cells.from_rows(path.name, "", _COLUMNS, rows)
    _reject_other_units(cells, recipe)
    return read_cells(cells, _as_layout(recipe, series))


@dataclass(frozen=True)
class _Series:
    """One om:OM_Observation."""

    element: Any

    def rows(self, known: dict[str, int]) -> Iterator[list[str | None]]:
        feature = self.feature
        x, y = self.position or ("", "")
        names = [name for name in self.property_names if name in known]
        quantity = names[0] if names else self.property_names[0]
        default = self.element.find(f".//{_WML}DefaultTVPMeasurementMetadata")
        start = [feature, self.name, x, y, quantity]
        for point in self.element.iter(f"{_WML}MeasurementTVP"):
            time = _text(point.find(f"{_WML}time"))
            value = _text(point.find(f"{_WML}value"))
            own = point.find(f"{_WML}metadata/{_WML}TVPMeasurementMetadata")
            unit = _first(_unit, own, default)
            if value and (reason := _first(_censored, own, default)):
                # Of another reason no limit is known: it is refused as no number.
                value = _CENSORED.get(reason, f"{reason}: ") + value
            yield [*start, unit, time, value, _first(_qualifier, own, default)]

    @property
    def _feature(self) -> Any:
        return self.element.find(f"{_OM}featureOfInterest")

    @property
    def feature(self) -> str:
        """The identifier of the place, as the document has it."""
        point = self._feature.find("*") if self._feature is not None else None
        if point is not None:
            identifier = _text(point.find(f"{_GML}identifier"))
            return identifier or point.get(f"{_GML}id", "")
        href = self._feature.get(_HREF, "") if self._feature is not None else ""
        return _last_part(href)

    @property
    def name(self) -> str:
        """The title of the place, else its identifier."""
        given = self._feature.get(_TITLE, "") if self._feature is not None else ""
        return clean_text(given) or self.feature

    @property
    def position(self) -> tuple[str, str] | None:
        """Easting and northing, or longitude and latitude, as they are written."""
        position = self.element.find(f".//{_GML}pos")
        parts = _text(position).split()
        if position is None or len(parts) < 2:
            return None
        # OGC's CRS84 is EPSG:4326 with longitude first.
        is_crs84 = "CRS84" in position.get("srsName", "")
        if is_crs84 or not is_north_first(self.crs):
            return parts[0], parts[1]
        return parts[1], parts[0]

    @property
    def crs(self) -> str:
        """The reference system of `position`, as an EPSG code."""
        position = self.element.find(f".//{_GML}pos")
        name = position.get("srsName", "") if position is not None else ""
        code = name.replace("/", ":").rsplit(":", 1)[-1]
        return f"EPSG:{code}" if code.isdigit() else "EPSG:4326"

    @property
    def property_names(self) -> list[str]:
        """What the document calls the quantity: title, address, its last part."""
        found = self.element.find(f"{_OM}observedProperty")
        if found is None:
            return [""]
        href = found.get(_HREF, "")
        names = (found.get(_TITLE), href, _last_part(href))
        return [name for name in names if name] or [""]


def _text(element: Any) -> str:
    return clean_text(element.text or "") if element is not None else ""


def _last_part(address: str) -> str:
    return unquote(address.rstrip("/").rsplit("/", 1)[-1])


def _first(read: Any, own: Any, default: Any) -> str:
    """Return what a point says itself, else what holds for all points."""
    return next((text for each in (own, default) if (text := read(each))), "")


def _unit(metadata: Any) -> str:
    unit = metadata.find(f"{_WML}uom") if metadata is not None else None
    return (unit.get("code") or unit.get(_TITLE, "")) if unit is not None else ""


def _qualifier(metadata: Any) -> str:
    found = metadata.find(f"{_WML}qualifier") if metadata is not None else None
    if found is None:
        return ""
    return _text(found.find(f".//{_SWE}value")) or found.get(_TITLE, "")


def _censored(metadata: Any) -> str:
    """Return why a value is no figure but a limit; '' where it is one."""
    found = metadata.find(f"{_WML}censoredReason") if metadata is not None else None
    if found is None:
        return ""
    said = _last_part(found.get(_HREF, "")) or clean_text(found.get(_TITLE, ""))
    return said or "censored"


def _reject_other_units(cells: Cells, recipe: Recipe) -> None:
    """Refuse points in a unit that the recipe does not expect, or of no known kind."""
    expected = {value.column: value.written_unit for value in recipe.value}
    quantities = cells.column("property").to_pylist()
    units, values = cells.column("unit").to_pylist(), cells.column("value").to_pylist()
    for row, (quantity, unit, value) in enumerate(
        zip(quantities, units, values, strict=True)
    ):
        wanted = expected.get(quantity, "")
        if wanted and unit != wanted and value:
            reason = "not the unit that the recipe expects"
            cells.reject(row, "uom", unit or "", reason, f"written_unit {wanted!r}")


def _as_layout(recipe: Recipe, series: list[_Series]) -> Recipe:
    """Return the recipe of the table that the points make."""
    given = recipe.station
    systems = {each.crs for each in series if each.position}
    if len(systems) > 1:
        raise NotAcceptable(f"positions in several systems: {', '.join(systems)}")
    with_position = {"x_column": "x", "y_column": "y", "crs": next(iter(systems), "")}
    station = StationColumns(
        column="" if given.id else "feature",
        id=given.id,
        ids=given.ids,
        kind=given.kind or "sampling-point",
        kinds=given.kinds,
        names=given.names,
        name_columns={} if given.names else {"und": "name"},
        within=given.within,
        same_as=given.same_as,
        **(with_position if systems else {}),  # type: ignore[arg-type]
    )
    return replace(
        recipe,
        station=station,
        time=TimeColumns(column="time", zone=recipe.time.zone or "UTC"),
        value=tuple(_value(each) for each in recipe.value),
    )


def _value(value: ValueColumn) -> ValueColumn:
    when = {"property": value.column}
    if value.written_unit:
        when["unit"] = value.written_unit
    return replace(
        value,
        column="value",
        when=when,
        qualifier_column="qualifier",
        status_column="qualifier",
    )
