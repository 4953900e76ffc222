"""CSV of CUAHSI's databases: ODM exports, HydroServer's, and their metadata blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from waternet.errors import NotAcceptable
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
from waternet.formats.lines import decode_head, read_lines
from waternet.formats.nwis import find_kind, find_system
from waternet.formats.quoted import read_records
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = ["is_odm", "list_series"]

_TOLD = re.compile(r"#\s*([A-Za-z][A-Za-z_ ]{0,99}?)\s*:\s+(\S.*)")
_SECTION = re.compile(r"#\s*([A-Za-z][A-Za-z ]{0,99}?) Information:?")
# ODM's own export, CUAHSI's viewers, HydroServer 2: a figure and when, by their names.
_LAYOUTS = (
    {"DataValue", "LocalDateTime"},
    {"DateTime", "TimeOffset", "Value"},
    {"ResultTime", "Result"},
)
_MISSING = ("None", "nan", "NaN", "null")
_NOTHING = ("None", "TBD", "null", "undefined", "Not found", "NULL")


def is_odm(head: bytes, name: str) -> bool:
    """Return whether a file has the headings of such an export."""
    del name
    lines = decode_head(head).lstrip("\ufeff").splitlines()
    first = next((line for line in lines if not line.startswith("#")), "")
    headings = {cell.strip().strip('"') for cell in first.split(",")}
    if not any(layout <= headings for layout in _LAYOUTS):
        return False
    # A time and a figure alone could be anybody's: their metadata say whose they are.
    is_own = "DataValue" in headings or "TimeOffset" in headings
    return is_own or any(line.startswith("# ObservationType:") for line in lines)


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List the series of an export: of one datastream, or of rows that name theirs.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Only its encoding, where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        A point's number is its line. The file's `NoDataValue` is missing.

    Raises
    ------
    NotAcceptable
        It has none of the three headings of figures.
    """
    lines = read_lines(path, table)
    told: dict[str, str] = {}
    rows = []
    section = ""
    for number, line in lines:
        if line.startswith("#"):
            section = _learn(line.rstrip(), section, told)
        else:
            rows.append((number, line))
    headings = rows[0][1].split(",") if rows else []
    names = {cell.strip().strip('"') for cell in headings}
    if not any(layout <= names for layout in _LAYOUTS):
        raise NotAcceptable(
            f"{path.name}: no column DataValue, Value or Result beside its time",
            hint="is it another table? then format = 'delimited'",
        )
    export = _Export(told)
    for number, row in read_records(rows, ",", path.name):
        export.take(number, row)
    return SeriesDocument(tuple(export.series()), (), lines.notices)


def _learn(line: str, section: str, told: dict[str, str]) -> str:
    """Take what a line of metadata says; return the section it begins or is in."""
    begins, match = _SECTION.fullmatch(line), _TOLD.fullmatch(line)
    if begins:
        return begins.group(1).lower()
    if match and match.group(2) not in _NOTHING:
        told.setdefault(f"{section}.{match.group(1)}", match.group(2))
        told.setdefault(match.group(1), match.group(2))
    return section


class _Export:
    """The rows of one export, brought into series."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self.told = told
        self.sites: dict[str, Site] = {}
        self.values: dict[tuple[str, Variable], list[Value]] = {}
        self.no_data = told.get("NoDataValue", "")

    def take(self, number: int, row: Mapping[str, str]) -> None:
        site, variable = self._described(row)
        self.sites.setdefault(site.code, site)
        self.values.setdefault((site.code, variable), []).append(
            self._value(number, row)
        )

    def series(self) -> list[SourceSeries]:
        if not self.values:
            site, variable = self._described({})
            return as_series(site, variable, ())
        return [
            one
            for (code, variable), values in self.values.items()
            for one in as_series(self.sites[code], variable, values)
        ]

    def _described(self, row: Mapping[str, str]) -> tuple[Site, Variable]:
        told = {**self.told, **{key: cell for key, cell in row.items() if cell}}
        return _site(told), _variable(told)

    def _value(self, number: int, row: Mapping[str, str]) -> Value:
        value = _first(row, "DataValue", "Value", "Result")
        sentinel = row.get("NoDataValue") or self.no_data
        missing = is_sentinel(value, sentinel) or value in _MISSING
        qualifier = _first(row, "QualifierCode", "ResultQualifiers")
        return Value(
            number,
            iso_time(
                _first(row, "LocalDateTime", "DateTime", "ResultTime"),
                _first(row, "UTCOffset", "TimeOffset"),
                row.get("DateTimeUTC", ""),
            ),
            "" if missing else censored(value, row.get("CensorCode", "")),
            " ".join(part.strip() for part in qualifier.split(",") if part.strip()),
            "",
            _first({**self.told, **row}, "MethodDescription", "method.Name"),
            row.get("QualityControlLevelCode", ""),
            row.get("OffsetValue", ""),
        )


def _first(told: Mapping[str, str], *names: str) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def _site(told: Mapping[str, str]) -> Site:
    x = _first(told, "Longitude", "location.Longitude")
    y = _first(told, "Latitude", "location.Latitude")
    datum = _first(told, "SRSName", "LatLonDatum")
    system = find_system(datum) if datum else "EPSG:4326"
    elevation = _first(told, "Elevation_m", "Elevation")
    attributes = {key: told[key] for key in ("State", "County") if told.get(key)}
    if x and y and not system:
        attributes |= {"latitude": y, "longitude": x, "datum": datum}
    return Site(
        code=_first(told, "SiteCode", "SamplingFeatureCode"),
        name=_first(told, "SiteName", "site.Name"),
        x=x if system else "",
        y=y if system else "",
        crs=system,
        elevation="" if is_sentinel(elevation, "-9999") else elevation,
        vertical_datum=_first(told, "ElevationDatum", "VerticalDatum"),
        kind=find_kind(told.get("SiteType", "")),
        attributes=attributes,
    )


def _variable(told: Mapping[str, str]) -> Variable:
    name = _first(told, "VariableName", "observed property.Name")
    definition = told.get("observed property.Definition", "")
    medium = _first(told, "SampleMedium", "SampledMedium")
    units = (
        *(told.get("VariableUnitsAbbreviation", ""), told.get("unit.Symbol", "")),
        *(told.get("VariableUnitsName", ""), told.get("unit.Name", "")),
    )
    interval = iso_interval(
        _first(told, "TimeSupport", "TimeAggregationInterval"),
        _first(told, "TimeSupportUnitsName", "TimeAggregationIntervalUnit"),
    )
    statistic = find_statistic(_first(told, "DataType", "AggregationStatistic"))
    if interval == "PT0S":
        statistic = "instant"
    names = (told.get("VariableCode", ""), name, definition)
    return Variable(
        tuple(dict.fromkeys(filter(None, names))),
        find_property(name, medium, told.get("Speciation", "")),
        next(filter(None, units), ""),
        next(filter(None, map(to_ucum, units)), ""),
        statistic,
        "PT0S" if statistic == "instant" else interval,
    )
