"""WaterML 2.0, the OGC's time series in XML, alone or inside an SOS answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.markup import (
    begins_with_element,
    local_name,
    read_elements,
    text_of,
)
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.formats.waterml_metadata import (
    censored_by,
    first_said,
    interval_of,
    last_part,
    qualifier_of,
    quality_of,
    status_of,
    unit_of,
)
from waternet.observation.place import is_north_first
from waternet.observation.vocabulary import find_by_code, get_terms

__all__ = ["OWN_PROPERTY", "is_waterml", "list_series"]

_OM = "{http://www.opengis.net/om/2.0}"
_WML = "{http://www.opengis.net/waterml/2.0}"
_GML = "{http://www.opengis.net/gml/3.2}"
_TITLE = "{http://www.w3.org/1999/xlink}title"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

OWN_PROPERTY = "urn:waternet:observed-property:"
_POINTS = frozenset({"point"})
_PLACES = frozenset({"MonitoringPoint", "SF_SpatialSamplingFeature"})
# OGC's nil reasons, http://www.opengis.net/def/nil/OGC/0/: the value is the limit.
_CENSORED = {"BelowDetectionRange": "<", "AboveDetectionRange": ">"}
_PARAMETER = re.compile(r"[?&]parmCd=([0-9]{5})\b")


def is_waterml(head: bytes, name: str) -> bool:
    """Return whether a file is WaterML 2.0, alone or in an SOS answer."""
    del name
    roots = ("Collection", "GetObservationResponse", "OM_Observation", "Envelope")
    return begins_with_element(head, roots) and b"opengis.net/waterml/2.0" in head


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List every time series of a WaterML 2.0 document.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Not used: XML says its own encoding.

    Returns
    -------
    SeriesDocument
        A point's number is its place in the document, from 1. A point without time
        or value is missing, as is one that is nil. A series whose points differ in
        unit or interval is several.

    Raises
    ------
    NotAcceptable
        It is not well-formed XML, declares entities, or holds no time series.
    """
    del table
    document = _Document(path.name)
    root = ""
    for element in read_elements(path, _POINTS | {"OM_Observation"}, _PLACES):
        document.take(element)
        root = element.tag
    if not document.found:
        raise NotAcceptable(
            f"{path.name}: no om:OM_Observation in <{root}>",
            hint="WaterML 1.0 and 1.1 are another format: waterml1",
        )
    return SeriesDocument(tuple(document.found), (), tuple(document.notices))


class _Point(NamedTuple):
    number: int
    time: str
    value: str
    metadata: Any


@dataclass
class _Document:
    """What was read so far."""

    file: str
    count: int = 0
    points: list[_Point] = field(default_factory=list)
    places: dict[str, Any] = field(default_factory=dict)
    found: list[SourceSeries] = field(default_factory=list)
    notices: list[Reject] = field(default_factory=list)

    def take(self, element: Any) -> None:
        name = local_name(element)
        if name == "point":
            self._take_point(element)
        elif name in _PLACES:
            self.places[element.get(f"{_GML}id", "")] = element
        elif element.tag == f"{_OM}OM_Observation":
            self.found += _Observation(element, self).series()
            self.points = []

    def _take_point(self, element: Any) -> None:
        point = element.find(f"{_WML}MeasurementTVP")
        if point is None:
            if not self.notices:
                reason = "only measurements are read, no categories"
                self.notices.append(
                    Reject(self.file, "", self.count + 1, "point", "", reason, lost=0)
                )
            return
        self.count += 1
        value = point.find(f"{_WML}value")
        is_nil = value is not None and value.get(_NIL) in ("true", "1")
        self.points.append(
            _Point(
                self.count,
                text_of(point.find(f"{_WML}time")),
                "" if is_nil else text_of(value),
                point.find(f"{_WML}metadata/{_WML}TVPMeasurementMetadata"),
            )
        )


@dataclass(frozen=True)
class _Observation:
    """One om:OM_Observation, its points taken out of it before."""

    element: Any
    document: _Document

    def series(self) -> Iterator[SourceSeries]:
        """Yield its points as one series for each unit and interval they have."""
        default = self.element.find(f".//{_WML}DefaultTVPMeasurementMetadata")
        groups: dict[tuple[str, ...], Points] = {}
        for point in self.document.points:
            said = (point.metadata, default)
            key = (first_said(unit_of, *said), *interval_of(*said))
            points = groups.setdefault(key, Points())
            qualifier = first_said(qualifier_of, *said)
            points.number.append(point.number)
            points.time.append(point.time)
            points.value.append(_figure(point, said))
            points.qualifier.append(qualifier)
            points.status.append(first_said(status_of, *said) or qualifier)
        if not groups:
            groups[(unit_of(default), *interval_of(None, default))] = Points()
        for (unit, statistic, interval, stamp), points in groups.items():
            yield self._one(points, (unit, statistic, interval, stamp))

    def _one(self, points: Points, said: tuple[str, str, str, str]) -> SourceSeries:
        unit, statistic, interval, stamp = said
        x, y, elevation = self.position
        names = self.property_names
        return SourceSeries(
            feature=self.feature,
            quantities=names,
            points=points,
            name=self.name,
            x=x,
            y=y,
            elevation=elevation,
            crs=self.crs if x else "",
            vertical_datum=self._of_place("verticalDatum"),
            observed_property=_observed_property(names),
            unit=unit,
            ucum=to_ucum(unit),
            statistic=statistic or self._usgs_statistic,
            interval=interval,
            stamp=stamp,
            zone=self._of_place("zoneOffset"),
            procedure=self.procedure,
        )

    @property
    def _link(self) -> Any:
        return self.element.find(f"{_OM}featureOfInterest")

    @property
    def _place(self) -> Any:
        """The place itself, here or where the document first had it."""
        link = self._link
        if link is None:
            return None
        inside = next(iter(link), None)
        if inside is not None:
            return inside
        return self.document.places.get(link.get(_HREF, "").removeprefix("#"))

    @property
    def feature(self) -> str:
        """The identifier of the place, as the document has it."""
        place = self._place
        if place is not None:
            identifier = text_of(place.find(f"{_GML}identifier"))
            return last_part(identifier) or place.get(f"{_GML}id", "")
        return last_part(self._link.get(_HREF, "")) if self._link is not None else ""

    @property
    def name(self) -> str:
        """The title of the place, else its name, else its identifier."""
        given = self._link.get(_TITLE, "") if self._link is not None else ""
        place = self._place
        named = place.find(f"{_GML}name") if place is not None else None
        return clean_text(given) or text_of(named) or self.feature

    @property
    def _pos(self) -> Any:
        place = self._place
        within = place.find(f".//{_GML}pos") if place is not None else None
        return within if within is not None else self.element.find(f".//{_GML}pos")

    @property
    def position(self) -> tuple[str, str, str]:
        """Easting, northing (or longitude, latitude) and height, as written."""
        position = self._pos
        parts = text_of(position).split()
        if position is None or len(parts) < 2:
            return "", "", ""
        height = parts[2] if len(parts) > 2 else ""
        # OGC's CRS84 is EPSG:4326 with longitude first.
        is_crs84 = "CRS84" in position.get("srsName", "")
        if is_crs84 or not is_north_first(self.crs):
            return parts[0], parts[1], height
        return parts[1], parts[0], height

    @property
    def crs(self) -> str:
        """The reference system of `position`, as an EPSG code."""
        position = self._pos
        name = position.get("srsName", "") if position is not None else ""
        code = name.replace("/", ":").rsplit(":", 1)[-1]
        return f"EPSG:{code}" if code.isdigit() else "EPSG:4326"

    @property
    def property_names(self) -> tuple[str, ...]:
        """What the document calls the quantity: code, title, address, its last part."""
        found = self.element.find(f"{_OM}observedProperty")
        if found is None:
            return ()
        href = found.get(_HREF, "")
        code = _PARAMETER.search(href)
        names = (
            *((code.group(1),) if code else ()),
            clean_text(found.get(_TITLE, "")),
            *(href, last_part(href)),
        )
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def procedure(self) -> str:
        """The last part of the procedure's address, else the type of its process."""
        found = self.element.find(f"{_OM}procedure")
        if found is None:
            return ""
        links = (
            found,
            found.find(f".//{_WML}processReference"),
            found.find(f".//{_WML}processType"),
        )
        given = (last_part(each.get(_HREF, "")) for each in links if each is not None)
        return next(filter(None, given), "")

    @property
    def _usgs_statistic(self) -> str:
        for each in self.element.iter(f"{_OM}NamedValue"):
            term = find_by_code("statistic", "usgs", text_of(each.find(f"{_OM}value")))
            if term:
                return term.id
        return ""

    def _of_place(self, name: str) -> str:
        place = self._place
        found = place.find(f".//{_WML}{name}") if place is not None else None
        if found is None:
            return ""
        return (
            text_of(found) or found.get(_TITLE, "") or last_part(found.get(_HREF, ""))
        )


def _observed_property(names: tuple[str, ...]) -> str:
    """Return our term where an address of a known vocabulary says it."""
    for name in names:
        if name.startswith(OWN_PROPERTY):
            term = name.removeprefix(OWN_PROPERTY)
            return term if term in get_terms("observed_property") else ""
        if "vocabulary.odm2.org/variablename/" in name:
            found = find_by_code("observed_property", "odm2", last_part(name))
        else:
            found = find_by_code("observed_property", "usgs", name)
        if found:
            return found.id
    return ""


def _figure(point: _Point, said: tuple[Any, Any]) -> str:
    """Return the value, with its sign where it is a limit, '' where it is none."""
    if not point.value or first_said(quality_of, *said) == "missing":
        return ""
    reason = first_said(censored_by, *said)
    if not reason:
        return point.value
    # Of another reason no limit is known: it is refused as no number.
    return _CENSORED.get(reason, f"{reason}: ") + point.value
