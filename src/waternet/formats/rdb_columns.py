"""Columns of RDB tables: daily and unit values, peaks, levels, measurements, sites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from waternet.errors import NotAcceptable
from waternet.formats.cuahsi import Site, Variable
from waternet.formats.nwis import (
    find_kind,
    find_parameter,
    find_statistic,
    find_system,
    metres,
)
from waternet.formats.units import to_ucum

__all__ = ["Figure", "read_site", "time_of", "value_columns", "verify_columns"]

_SERIES = re.compile(r"(?:[0-9]+_)?([0-9]{5})(?:_([0-9]{5}))?")
_STATISTIC = re.compile(r" ?\([A-Z][a-z ]+\)$")
_DMS = re.compile(r"(-?)([0-9]{2,3})([0-9]{2})([0-9]{2}(?:\.[0-9]+)?)")
_ATTRIBUTES = (
    *("agency_cd", "huc_cd", "county_cd", "state_cd", "drain_area_va"),
    *("well_depth_va", "hole_depth_va", "nat_aqfr_cd", "aqfr_cd", "aqfr_type_cd"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of figures.

    Attributes
    ----------
    heading : str
    variable : Variable
    date, clock, zone : str
        Headings of the columns that say when; '' for none.
    codes : tuple of str
        Headings of the columns of remark codes.
    reviewed : tuple of str
        Those of them that say whether a figure is approved: an 'A' among the codes
        of a peak says another thing.
    """

    heading: str
    variable: Variable
    date: str = "datetime"
    clock: str = ""
    zone: str = "tz_cd"
    codes: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()


# Columns that have the same name in every table of their kind: parameter code, unit,
# date, clock, zone, remarks.
_KNOWN: Mapping[str, tuple[str, str, str, str, str, tuple[str, ...]]] = {
    "peak_va": ("00060", "ft3/s", "peak_dt", "peak_tm", "", ("peak_cd",)),
    "gage_ht": ("00065", "ft", "peak_dt", "peak_tm", "", ("gage_ht_cd",)),
    "ag_gage_ht": ("00065", "ft", "ag_dt", "ag_tm", "", ("ag_gage_ht_cd",)),
    "lev_va": (
        *("72019", "ft", "lev_dt", "lev_tm", "lev_tz_cd"),
        ("lev_status_cd", "lev_age_cd"),
    ),
    "sl_lev_va": (
        *("", "ft", "lev_dt", "lev_tm", "lev_tz_cd"),
        ("sl_datum_cd", "lev_status_cd", "lev_age_cd"),
    ),
    "discharge_va": ("00060", "ft3/s", "measurement_dt", "", "tz_cd", ()),
    "gage_height_va": ("00065", "ft", "measurement_dt", "", "tz_cd", ()),
}


def verify_columns(headings: Sequence[str], file: str) -> None:
    """Raise `NotAcceptable` unless there is a column of sites, and none twice."""
    if "site_no" not in headings:
        raise NotAcceptable(
            f"{file}: no column site_no; there are {', '.join(headings[:8])}",
            hint="a table of codes or ratings holds no observations",
        )
    twice = next((name for name in headings if headings.count(name) > 1), "")
    if twice:
        raise NotAcceptable(f"{file}: two columns are headed {twice!r}")


def value_columns(
    headings: Sequence[str], described: Mapping[tuple[str, str], str]
) -> tuple[Figure, ...]:
    """Return the columns of figures.

    Parameters
    ----------
    headings : sequence of str
    described : mapping of (parameter, statistic) to str
        What the file's comments say: 'Discharge, cubic feet per second (Mean)'.
    """
    found = []
    for heading in headings:
        match = _SERIES.fullmatch(heading)
        if match:
            found.append(_series(heading, match.group(1), match.group(2), described))
        elif heading in _KNOWN:
            code, unit, date, clock, zone, codes = _KNOWN[heading]
            names = tuple(filter(None, (heading, code)))
            variable = Variable(
                *(names, find_parameter(code), unit, to_ucum(unit), "instant", "PT0S")
            )
            if date in headings:
                reviewed = tuple(code for code in codes if code == "lev_age_cd")
                found.append(
                    Figure(heading, variable, date, clock, zone, codes, reviewed)
                )
    return tuple(found)


def _series(
    heading: str,
    code: str,
    statistic: str | None,
    described: Mapping[tuple[str, str], str],
) -> Figure:
    """Return a column of daily values, or of unit values where it has no statistic."""
    text = described.get((code, statistic or ""), "")
    name = _STATISTIC.sub("", text)
    unit = name.rpartition(", ")[2] if ", " in name else ""
    known = find_statistic(statistic) if statistic else "instant"
    variable = Variable(
        tuple(filter(None, (code, heading, text))),
        find_parameter(code),
        unit,
        to_ucum(unit),
        known,
        "PT0S" if known == "instant" else "P1D",
    )
    codes = (f"{heading}_cd",)
    return Figure(heading, variable, codes=codes, reviewed=codes)


def time_of(column: Figure, row: Mapping[str, str]) -> str:
    """Return when, as ISO 8601 without an offset."""
    date = row.get(column.date, "")
    clock = row.get(column.clock, "") if column.clock else ""
    if re.fullmatch(r"[0-9]{4}", clock):
        clock = f"{clock[:2]}:{clock[2:]}"
    return f"{date}T{clock}" if ":" in clock else date.replace(" ", "T", 1)


def read_site(code: str, row: Mapping[str, str], name: str) -> Site:
    """Return a place from a row of a site file, or with its name alone.

    Coordinates in degrees, minutes and seconds count only where there are none in
    degrees; of those, longitudes are west of Greenwich unless marked.
    """
    x, y = row.get("dec_long_va", ""), row.get("dec_lat_va", "")
    system = find_system(row.get("dec_coord_datum_cd", ""))
    if not x or not y:
        x, y = _degrees(row.get("long_va", ""), -1), _degrees(row.get("lat_va", ""), 1)
        system = find_system(row.get("coord_datum_cd", ""))
    with_position = bool(x and y and system)
    elevation = metres(row.get("alt_va", ""))
    attributes = {key: row[key] for key in _ATTRIBUTES if row.get(key)}
    if x and y and not system:
        attributes |= {"latitude": y, "longitude": x}
    return Site(
        code=code,
        name=row.get("station_nm", "") or name,
        x=x if with_position else "",
        y=y if with_position else "",
        crs=system,
        elevation=elevation,
        vertical_datum=row.get("alt_datum_cd", "") if elevation else "",
        kind=find_kind(row.get("site_tp_cd", "")),
        attributes=attributes,
    )


def _degrees(written: str, sign: int) -> str:
    """Return decimal degrees for '385949.9'; '' where it is not written so."""
    match = _DMS.fullmatch(written)
    if not match:
        return ""
    minus, degrees, minutes, seconds = match.groups()
    total = Decimal(degrees) + Decimal(minutes) / 60 + Decimal(seconds) / 3600
    return str(round(total * (1 if minus else sign) * (-1 if minus else 1), 8))
