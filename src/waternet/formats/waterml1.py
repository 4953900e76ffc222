"""WaterML 1.0 and 1.1, CUAHSI's and the USGS's time series in XML, also in SOAP."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.cuahsi import (
    Site,
    Value,
    Variable,
    as_series,
    censored,
    find_property,
    find_statistic,
    iso_interval,
    iso_time,
)
from waternet.formats.markup import (
    begins_with_element,
    find_text,
    local_name,
    read_elements,
    read_inner_elements,
    text_of,
)
from waternet.formats.nwis import (
    find_kind,
    find_parameter,
    find_status,
    find_zone_of_pair,
)
from waternet.formats.nwis import find_statistic as find_usgs_statistic
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.observation.vocabulary import get_terms

__all__ = ["is_waterml1", "list_series"]

_ROOTS = (
    *("timeSeriesResponse", "TimeSeriesResponse", "sitesResponse", "SitesResponse"),
    *("Envelope", "string"),
)
_TAKEN = frozenset({"value", "values", "timeSeries", "site"})


def is_waterml1(head: bytes, name: str) -> bool:
    """Return whether a file is WaterML 1.0 or 1.1, alone or in a SOAP answer."""
    del name
    return begins_with_element(head, _ROOTS) and b"cuahsi.org/waterML/1." in head


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List every time series of a WaterML 1.0 or 1.1 document, else its sites.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Not used: XML says its own encoding.

    Returns
    -------
    SeriesDocument
        A point's number is its place in the document, from 1. The document's
        `noDataValue` is missing. Values of several methods are several series.

    Raises
    ------
    NotAcceptable
        It is not well-formed XML, declares entities, or holds neither time series
        nor sites.
    """
    del table
    document = _Document()
    root = ""
    for element in _elements(path):
        document.take(element)
        root = local_name(element)
    if not document.found:
        raise NotAcceptable(
            f"{path.name}: no timeSeries and no site in <{root}>",
            hint="WaterML 2.0 is another format: waterml",
        )
    return SeriesDocument(tuple(document.found))


def _elements(path: Path) -> Iterator[Any]:
    """Yield what the document holds, also where SOAP has it as one escaped text."""
    for element in read_elements(path, _TAKEN):
        yield element
        # One level of wrapping: what is escaped inside again is no document.
        for each in element.iter():
            text = (each.text or "").lstrip()
            if text.startswith("<") and local_name(each).endswith(("Result", "string")):
                yield from read_inner_elements(text, path.name, _TAKEN)


class _Written(NamedTuple):
    """One value as it is written, before its method and its variable are known."""

    number: int
    time: str
    value: str
    censor: str
    qualifiers: str
    method: str
    level: str
    offset: str


@dataclass
class _Document:
    count: int = 0
    blocks: list[tuple[_Methods, list[_Written]]] = field(default_factory=list)
    values: list[_Written] = field(default_factory=list)
    found: list[SourceSeries] = field(default_factory=list)

    def take(self, element: Any) -> None:
        name = local_name(element)
        if name == "value":
            self.count += 1
            self.values.append(_written(self.count, element))
        elif name == "values":
            self.blocks.append((_methods(element), self.values))
            self.values = []
        elif name == "timeSeries":
            site = _site(_child(element, "sourceInfo"))
            described = _child(element, "variable")
            variable = _variable(described)
            no_data = find_text(described, "noDataValue") or find_text(
                described, "NoDataValue"
            )
            values = [
                _value(written, methods, no_data)
                for methods, members in self.blocks
                for written in members
            ]
            self.found += as_series(site, variable, values)
            self.blocks = []
        elif name == "site":
            self.found += as_series(_site(_child(element, "siteInfo")), _NOTHING, ())


_NOTHING = Variable(())


def _child(element: Any, name: str) -> Any:
    if element is None:
        return None
    return next((each for each in element if local_name(each) == name), None)


def _attribute(element: Any, name: str) -> str:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def _site(info: Any) -> Site:
    if info is None:
        return Site("")
    code = _child(info, "siteCode")
    place = _child(_child(info, "geoLocation"), "geogLocation")
    properties = _properties(info)
    latitude, longitude = find_text(place, "latitude"), find_text(place, "longitude")
    system = _attribute(place, "srs") if place is not None else ""
    elevation = find_text(info, "elevation_m")
    site_type = properties.pop("siteTypeCd", "") or properties.get("Site Type", "")
    return Site(
        code=text_of(code),
        name=find_text(info, "siteName"),
        x=longitude if latitude else "",
        y=latitude if longitude else "",
        crs=_system(system),
        elevation="" if is_sentinel(elevation, "-9999") else elevation,
        vertical_datum=find_text(info, "verticalDatum"),
        kind=find_kind(site_type),
        zone=_zone(_child(info, "timeZoneInfo")),
        attributes=properties,
    )


def _properties(info: Any) -> dict[str, str]:
    """Return what the document says besides; 1.0 has notes where 1.1 has properties."""
    found = {}
    for each in info:
        if local_name(each) in ("siteProperty", "note"):
            key = _attribute(each, "name") or _attribute(each, "title")
            if key and text_of(each):
                found[key] = text_of(each)
    return found


def _system(written: str) -> str:
    """Return the EPSG code; WaterML 1 means WGS 84 where it says nothing."""
    code = written.replace("/", ":").rsplit(":", 1)[-1].strip()
    return f"EPSG:{code}" if code.isdigit() else "EPSG:4326"


def _zone(info: Any) -> str:
    """Return the clock of the site; its winter time where it keeps no summer time."""
    winter = _child(info, "defaultTimeZone")
    if winter is None:
        return ""
    summer = _child(info, "daylightSavingsTimeZone")
    keeps = _attribute(info, "siteUsesDaylightSavingsTime").lower() in ("true", "1")
    if keeps and summer is not None:
        names = (_attribute(each, "zoneAbbreviation") for each in (winter, summer))
        return find_zone_of_pair(*names)
    return _attribute(winter, "zoneOffset").strip()


def _variable(variable: Any) -> Variable:
    if variable is None:
        return _NOTHING
    code_element = _child(variable, "variableCode")
    code = text_of(code_element)
    name, medium = (
        find_text(variable, "variableName"),
        find_text(variable, "sampleMedium"),
    )
    name = clean_text(html.unescape(name))
    names = (code, name, find_text(variable, "variableDescription"))
    unit, ucum = _unit(variable)
    is_usgs = code_element is not None and _attribute(code_element, "network") == "NWIS"
    own = _own(code_element, code)
    if own:
        known, statistic, interval = own
    elif is_usgs:
        statistic, interval = _usgs_interval(variable)
        known = find_parameter(code)
    else:
        statistic, interval = _interval(variable)
        known = find_property(name, medium, find_text(variable, "speciation"))
    return Variable(
        tuple(dict.fromkeys(filter(None, names))),
        known,
        unit,
        ucum,
        statistic,
        interval,
    )


def _own(element: Any, code: str) -> list[str]:
    """Return property, statistic and interval of a code that Waternet wrote, or []."""
    if element is None or _attribute(element, "vocabulary") != "waternet":
        return []
    parts = code.split(".")
    is_whole = len(parts) == 3 and parts[0] in get_terms("observed_property")
    return parts if is_whole else []


def _unit(variable: Any) -> tuple[str, str]:
    """Return the unit as it is written, and as UCUM."""
    unit = _child(variable, "unit")  # 1.1
    units = _child(variable, "units")  # 1.0
    if unit is not None:
        code = find_text(unit, "unitCode")
        texts = [find_text(unit, "unitAbbreviation"), find_text(unit, "unitName")]
        # ODM's unit codes are numbers of its own table; the USGS's are texts.
        texts.insert(0 if not code.isdigit() else 2, "" if code.isdigit() else code)
    elif units is not None:
        texts = [_attribute(units, "unitsAbbreviation"), text_of(units)]
    else:
        texts = []
    texts = [html.unescape(text) for text in texts if text]
    known = next(filter(None, map(to_ucum, texts)), "")
    return (texts[0] if texts else ""), known


def _usgs_interval(variable: Any) -> tuple[str, str]:
    """Return statistic and interval: what is no instantaneous value is a daily one."""
    options = _child(variable, "options")
    for option in options if options is not None else ():
        if _attribute(option, "name") == "Statistic":
            statistic = find_usgs_statistic(_attribute(option, "optionCode"))
            return statistic, "PT0S" if statistic == "instant" else "P1D"
    return "", ""


def _interval(variable: Any) -> tuple[str, str]:
    scale = _child(variable, "timeScale")  # 1.1
    support = find_text(scale, "timeSupport")
    unit = find_text(scale, "unit", "unitName")
    if scale is None:  # 1.0
        inside = _child(variable, "timeSupport")
        support = find_text(inside, "timeInterval")
        unit = find_text(inside, "unit", "UnitDescription")
    length = iso_interval(support, unit)
    statistic = find_statistic(find_text(variable, "dataType"))
    if length == "PT0S":
        return "instant", length
    return statistic, "PT0S" if statistic == "instant" else length


@dataclass(frozen=True)
class _Methods:
    """Methods of one block of values, by code and by id; and its own, if it has one."""

    by_code: dict[str, str]
    own: str


def _methods(block: Any) -> _Methods:
    found: dict[str, str] = {}
    names = []
    for each in block:
        if local_name(each) != "method":
            continue
        number = _attribute(each, "methodID")
        code = find_text(each, "methodCode") or number
        name = find_text(each, "methodDescription") or find_text(
            each, "MethodDescription"
        )
        names.append(name or code)
        found |= {key: name or code for key in (code, number) if key}
    return _Methods(found, names[0] if len(names) == 1 else "")


def _written(number: int, element: Any) -> _Written:
    told = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    return _Written(
        number,
        iso_time(
            told.get("dateTime", ""),
            told.get("timeOffset", ""),
            told.get("dateTimeUTC", ""),
        ),
        text_of(element),
        told.get("censorCode", ""),
        told.get("qualifiers", ""),
        told.get("methodCode") or told.get("methodID", ""),
        told.get("qualityControlLevelCode") or told.get("qualityControlLevel", ""),
        told.get("offsetValue", ""),
    )


def _value(written: _Written, methods: _Methods, no_data: str) -> Value:
    codes = written.qualifiers.replace(",", " ").split()
    method = written.method
    text = "" if is_sentinel(written.value, no_data) else written.value
    return Value(
        written.number,
        written.time,
        censored(text, written.censor),
        " ".join(codes),
        find_status(codes),
        methods.by_code.get(method, method) if method else methods.own,
        written.level,
        written.offset,
    )
