"""Water Quality Portal and USGS samples: results, sites, detection limits as CSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cuahsi import Site, Value, Variable, as_series
from waternet.formats.lines import decode_head, read_lines
from waternet.formats.nwis import (
    find_kind,
    find_offset,
    find_parameter,
    find_status,
    find_system,
    metres,
)
from waternet.formats.quoted import read_records
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.formats.wqp_result import Result, read_result
from waternet.observation.vocabulary import find_by_code

__all__ = ["is_wqp", "list_series"]

_RESULTS = ("CharacteristicName", "Result_Characteristic")
_SITES = ("MonitoringLocationIdentifier", "Location_Identifier")
_LIMITS = "DetectionQuantitationLimitMeasure/MeasureValue"
_AS = re.compile(r"[munp]?g/(?:[lL]|kg) (?:as ?)?([A-Z][A-Za-z0-9]{0,9})")
_ATTRIBUTES = (
    *("OrganizationIdentifier", "Org_Identifier", "HUCEightDigitCode", "CountryCode"),
    *("StateCode", "CountyCode", "AquiferName", "WellDepthMeasure/MeasureValue"),
    *("WellDepthMeasure/MeasureUnitCode", "Location_HUCEightDigitCode"),
    *("Location_CountryCode", "Location_StatePostalCode", "Location_CountyName"),
)


def is_wqp(head: bytes, name: str) -> bool:
    """Return whether a file's first line has the Portal's headings."""
    del name
    first = decode_head(head).split("\n", 1)[0].lstrip("\ufeff").replace('"', "")
    headings = set(first.rstrip("\r").split("\t" if "\t" in first else ","))
    is_wqx2 = {"OrganizationIdentifier", "MonitoringLocationIdentifier"} <= headings
    return is_wqx2 or {"Org_Identifier", "Location_Identifier"} <= headings


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List results by site, characteristic, fraction, method and unit; or sites.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Only its encoding, where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        A point's number is its line. What was not detected is '<' and its limit; a
        result without either is refused. A file of detection limits holds no
        observations: its sites, and a notice.

    Raises
    ------
    NotAcceptable
        It has no column of sites.
    """
    lines = read_lines(path, table)
    _, first = next(iter(lines), (0, ""))
    delimiter = "\t" if "\t" in first else ","
    reader = _Results(path.name)
    for number, row in read_records(lines, delimiter, path.name):
        reader.take(number, row)
    if not any(name in first for name in _SITES):
        raise NotAcceptable(
            f"{path.name}: neither {' nor '.join(_SITES)} among the columns",
            hint="is it another table? then format = 'delimited'",
        )
    return reader.document(lines.notices)


_Key = tuple[str, tuple[str, ...], str, str, str, str]


class _Results:
    """Rows of one file, brought into series."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sites: dict[str, Site] = {}
        self.values: dict[_Key, list[Value]] = {}
        self.units: dict[_Key, str] = {}
        self.rejects: list[Reject] = []
        self.clocks: Counter[str] = Counter()
        self.limits = 0

    def take(self, number: int, row: Mapping[str, str]) -> None:
        code = next((row[name] for name in _SITES if row.get(name)), "")
        known = self.sites.get(code)
        if code and (known is None or not known.name):
            self.sites[code] = _site(code, row)
        if not any(row.get(name) for name in _RESULTS):
            return
        if "ActivityStartDate" not in row and "Activity_StartDate" not in row:
            self.limits += bool(row.get(_LIMITS))
            return
        self._result(number, code, read_result(row))

    def _result(self, number: int, code: str, result: Result) -> None:
        if code == "" or result.fault:
            reason = result.fault or "no station"
            value = result.condition or result.value
            expected = "a figure, or a detection limit beside it" if code else ""
            lost = 1 if result.fault or result.value else 0
            self.rejects.append(
                Reject(self.file, "", number, "result", value, reason, expected, lost)
            )
            return
        offset = find_offset(result.zone)
        if result.zone and result.clock and not offset:
            self.clocks[result.zone] += 1
        time = f"{result.date}T{result.clock}{offset}" if result.clock else result.date
        ucum = "1" if result.unit == "None" else to_ucum(result.unit)
        key = (
            *(code, result.quantities, _substance(result.unit), ucum or result.unit),
            *(result.statistic, result.interval),
        )
        if not result.is_limit:
            self.units.setdefault(key, result.unit)
        self.values.setdefault(key, []).append(
            Value(
                number,
                time,
                result.value,
                result.qualifier,
                find_status((result.status,)),
                result.method,
                "",
                result.depth,
            )
        )

    def document(self, notices: tuple[Reject, ...]) -> SeriesDocument:
        series: list[SourceSeries] = []
        for key, values in self.values.items():
            code, quantities, _, unit, statistic, interval = key
            written = self.units.get(key, unit)
            variable = Variable(
                quantities,
                _observed_property(quantities),
                written,
                unit if unit == "1" else to_ucum(written),
                statistic,
                interval,
            )
            series += as_series(self.sites[code], variable, values)
        told = {key[0] for key in self.values}
        for code, site in self.sites.items():
            if code not in told:
                series += as_series(site, Variable(()), ())
        return SeriesDocument(
            tuple(series), tuple(self.rejects), (*notices, *self._notices())
        )

    def _notices(self) -> list[Reject]:
        found = [
            Reject(
                self.file, "", 0, "time zone", name,
                f"{count} times are by a clock that is not known; the recipe's counts",
                lost=0,
            )
            for name, count in self.clocks.items()
        ]  # fmt: skip
        if self.limits:
            reason = (
                f"{self.limits} detection limits without a date: limits of results "
                "that are in another file"
            )
            expected = "the file of results, which has its limits beside them"
            found.append(Reject(self.file, "", 0, _LIMITS, "", reason, expected, 0))
        return found


def _substance(unit: str) -> str:
    """Return as what a mass is expressed: 'N' of 'mg/l as N', 'NO3' of 'mg/l asNO3'."""
    match = _AS.fullmatch(unit)
    return match.group(1) if match else ""


def _observed_property(quantities: tuple[str, ...]) -> str:
    """Return our term by the parameter code, else by name with its speciation."""
    for name in quantities:
        known = find_parameter(name) if name.isdigit() else ""
        if known:
            return known
        found = find_by_code("observed_property", "wqp", name)
        if found:
            return found.id
    return ""


def _site(code: str, row: Mapping[str, str]) -> Site:
    def first(*names: str) -> str:
        return next((row[name] for name in names if row.get(name)), "")

    x = first("LongitudeMeasure", "Location_Longitude")
    y = first("LatitudeMeasure", "Location_Latitude")
    system = find_system(
        first(
            "HorizontalCoordinateReferenceSystemDatumName",
            "Location_HorzCoordReferenceSystemDatum",
        )
    )
    attributes = {key: row[key] for key in _ATTRIBUTES if row.get(key)}
    if x and y and not system:
        attributes |= {"latitude": y, "longitude": x}
    elevation = metres(
        row.get("VerticalMeasure/MeasureValue", ""),
        row.get("VerticalMeasure/MeasureUnitCode", ""),
    )
    datum = row.get("VerticalCoordinateReferenceSystemDatumName", "")
    return Site(
        code=code,
        name=first("MonitoringLocationName", "Location_Name"),
        x=x if system else "",
        y=y if system else "",
        crs=system,
        elevation=elevation,
        vertical_datum=datum if elevation else "",
        kind=find_kind(first("MonitoringLocationTypeName", "Location_Type")),
        attributes=attributes,
    )
