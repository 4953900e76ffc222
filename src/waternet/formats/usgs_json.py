"""The USGS's answers in JSON: WaterML-JSON, and the collections of its OGC API."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.cuahsi import Site, Value, Variable, as_series
from waternet.formats.json_text import as_list, as_object, as_text, read_json
from waternet.formats.nwis import (
    find_kind,
    find_parameter,
    find_statistic,
    find_status,
    find_zone_of_pair,
)
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.formats.usgs_collections import list_collections

__all__ = ["is_usgs_json", "list_series"]


def is_usgs_json(head: bytes, name: str) -> bool:
    """Return whether a file is WaterML-JSON or a collection of the USGS's OGC API."""
    del name
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return False
    is_waterml = b"org.cuahsi.waterml" in head or b":timeSeriesResponseType" in head
    is_collection = b'"Feature"' in head and (
        b'"monitoring_location_id"' in head or b'"monitoring_location_number"' in head
    )
    return is_waterml or is_collection


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List the series of an answer, or of several in one file.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Not used: such an answer is UTF-8.

    Returns
    -------
    SeriesDocument
        A point's number is its place in the document, from 1. A collection of
        monitoring locations gives places; what is neither they nor figures at a time
        is in the notices.

    Raises
    ------
    NotAcceptable
        It is not JSON, or no such answer.
    """
    del table
    document = as_object(read_json(path))
    series = as_object(document.get("value", document)).get("timeSeries")
    if isinstance(series, list):
        return SeriesDocument(tuple(_Answer().series(series)))
    found = list_collections(document, path.name)
    if found is None:
        raise NotAcceptable(
            f"{path.name}: neither value.timeSeries nor a FeatureCollection",
            hint="a list of records? then format = 'records'",
        )
    return found


class _Answer:
    """One answer of WaterML-JSON; counts its values."""

    def __init__(self) -> None:
        self.count = 0

    def series(self, items: list[Any]) -> list[SourceSeries]:
        found = []
        for item in map(as_object, items):
            described = as_object(item.get("variable"))
            site = _site(as_object(item.get("sourceInfo")))
            values = [
                value
                for block in map(as_object, as_list(item.get("values")))
                for value in self._values(block, as_text(described.get("noDataValue")))
            ]
            found += as_series(site, _variable(described), values)
        return found

    def _values(self, block: dict[str, Any], no_data: str) -> list[Value]:
        method = as_object(next(iter(as_list(block.get("method"))), None))
        name = as_text(method.get("methodDescription")) or as_text(
            method.get("methodID")
        )
        found = []
        for value in map(as_object, as_list(block.get("value"))):
            self.count += 1
            codes = [as_text(code) for code in as_list(value.get("qualifiers"))]
            text = as_text(value.get("value"))
            found.append(
                Value(
                    self.count,
                    as_text(value.get("dateTime")),
                    "" if is_sentinel(text, no_data) else text,
                    " ".join(codes),
                    find_status(codes),
                    name,
                )
            )
        return found


def _site(info: dict[str, Any]) -> Site:
    code = as_object(next(iter(as_list(info.get("siteCode"))), None))
    geo = as_object(info.get("geoLocation"))
    place = as_object(geo.get("geogLocation"))
    properties = {
        as_text(each.get("name")): as_text(each.get("value"))
        for each in map(as_object, as_list(info.get("siteProperty")))
    }
    system = as_text(place.get("srs")) or "EPSG:4326"
    return Site(
        code=as_text(code.get("value")),
        name=as_text(info.get("siteName")),
        x=as_text(place.get("longitude")),
        y=as_text(place.get("latitude")),
        crs=system,
        kind=find_kind(properties.pop("siteTypeCd", "")),
        zone=_zone(as_object(info.get("timeZoneInfo"))),
        attributes={key: text for key, text in properties.items() if key and text},
    )


def _zone(info: dict[str, Any]) -> str:
    """Return the clock of the site; its winter time where it keeps no summer time."""
    winter = as_object(info.get("defaultTimeZone"))
    summer = as_object(info.get("daylightSavingsTimeZone"))
    if info.get("siteUsesDaylightSavingsTime") is True:
        return find_zone_of_pair(
            as_text(winter.get("zoneAbbreviation")),
            as_text(summer.get("zoneAbbreviation")),
        )
    return as_text(winter.get("zoneOffset"))


def _variable(described: dict[str, Any]) -> Variable:
    code = as_object(next(iter(as_list(described.get("variableCode"))), None))
    number = as_text(code.get("value"))
    names = (
        number,
        clean_text(html.unescape(as_text(described.get("variableName")))),
        as_text(described.get("variableDescription")),
    )
    unit = as_text(as_object(described.get("unit")).get("unitCode"))
    statistic, interval = "", ""
    options = as_list(as_object(described.get("options")).get("option"))
    for option in map(as_object, options):
        if as_text(option.get("name")) == "Statistic":
            statistic = find_statistic(as_text(option.get("optionCode")))
            # What is no instantaneous value is a daily one: there is no third service.
            interval = "PT0S" if statistic == "instant" else "P1D"
    return Variable(
        tuple(dict.fromkeys(filter(None, names))),
        find_parameter(number),
        unit,
        to_ucum(unit),
        statistic,
        interval,
    )
