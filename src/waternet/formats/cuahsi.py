"""What CUAHSI's formats share: sites, variables, censor codes, values by method."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from waternet.formats.series import Points, SourceSeries
from waternet.observation.vocabulary import find_by_code

__all__ = [
    "Site",
    "Value",
    "Variable",
    "as_series",
    "censored",
    "find_property",
    "find_statistic",
    "iso_interval",
    "iso_time",
]

# ODM 1.1 and ODM2, vocabulary CensorCode. What was not detected is below its limit.
_CENSORED = {
    "lt": "<",
    "nd": "<",
    "pnq": "<",
    "gt": ">",
    "nc": "",
    "unk": "",
    "": "",
    "less than": "<",
    "non-detect": "<",
    "present but not quantified": "<",
    "greater than": ">",
    "not censored": "",
    "unknown": "",
}
_UNITS = {
    "second": "PT{}S",
    "minute": "PT{}M",
    "hour": "PT{}H",
    "day": "P{}D",
    "week": "P{}W",
    "month": "P{}M",
    "year": "P{}Y",
    "s": "PT{}S",
    "min": "PT{}M",
    "h": "PT{}H",
    "hr": "PT{}H",
    "d": "P{}D",
    "common year (365 days)": "P{}Y",
}
_OFFSET = re.compile(r"([+-]?)([0-9]{1,2})(?:(\.[0-9]{1,6})|:?([0-9]{2})(?::00)?)?")
_ENDS_WITH_OFFSET = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$")
_WATER = ("surface water", "groundwater", "water", "liquid aqueous", "well")


@dataclass(frozen=True, slots=True)
class Site:
    """A place as CUAHSI's formats describe it; see `SourceSeries`."""

    code: str
    name: str = ""
    x: str = ""
    y: str = ""
    crs: str = ""
    elevation: str = ""
    vertical_datum: str = ""
    kind: str = ""
    zone: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variable:
    """A quantity as CUAHSI's formats describe it; see `SourceSeries`."""

    quantities: tuple[str, ...]
    observed_property: str = ""
    unit: str = ""
    ucum: str = ""
    statistic: str = ""
    interval: str = ""


class Value(NamedTuple):
    """One value; `method`, `level` and `offset` tell series apart.

    Attributes
    ----------
    number : int
    time, value, qualifier, status : str
        As in `waternet.formats.series.Points`.
    method : str
        What it was obtained by.
    level : str
        Quality-control level: '0' raw, '1' controlled.
    offset : str
        Depth or height of the measurement at the site.
    """

    number: int
    time: str
    value: str
    qualifier: str = ""
    status: str = ""
    method: str = ""
    level: str = ""
    offset: str = ""


def as_series(
    site: Site, variable: Variable, values: Iterable[Value]
) -> list[SourceSeries]:
    """Return the values of one variable at one site, a series for each method.

    Two quality-control levels, or two depths, are two series as well: `procedure`
    says which.
    """
    groups: dict[tuple[str, str, str], Points] = {}
    for value in values:
        points = groups.setdefault((value.method, value.level, value.offset), Points())
        points.number.append(value.number)
        points.time.append(value.time)
        points.value.append(value.value)
        points.qualifier.append(value.qualifier)
        points.status.append(value.status or value.qualifier)
    levels = {level for _, level, _ in groups}
    offsets = {offset for _, _, offset in groups}
    made = []
    for (method, level, offset), points in (groups or {("", "", ""): Points()}).items():
        parts = (
            method,
            f"quality level {level}" if len(levels) > 1 else "",
            f"offset {offset}" if offset and len(offsets) > 1 else "",
        )
        made.append(_one(site, variable, points, "; ".join(filter(None, parts))))
    return made


def _one(site: Site, variable: Variable, points: Points, method: str) -> SourceSeries:
    return SourceSeries(
        feature=site.code,
        quantities=variable.quantities,
        points=points,
        name=site.name,
        x=site.x,
        y=site.y,
        crs=site.crs if site.x else "",
        elevation=site.elevation,
        vertical_datum=site.vertical_datum,
        kind=site.kind,
        observed_property=variable.observed_property,
        unit=variable.unit,
        ucum=variable.ucum,
        statistic=variable.statistic,
        interval=variable.interval,
        zone=site.zone,
        procedure=method,
        attributes=site.attributes,
    )


def censored(value: str, code: str) -> str:
    """Return a value with the sign that its censor code stands for.

    Examples
    --------
    >>> censored("0.05", "lt"), censored("12", "nc"), censored("12", "odd")
    ('<0.05', '12', 'odd: 12')
    """
    sign = _CENSORED.get(code.strip().lower())
    if not value or sign == "":
        return value
    # A code of no known meaning: the value is refused as no number.
    return f"{code}: {value}" if sign is None else sign + value


def iso_time(local: str, offset: str, utc: str) -> str:
    """Return a time in ISO 8601, with its offset where the document has one.

    Examples
    --------
    >>> iso_time("2010-10-31 09:00:00", "-6", ""), iso_time("", "", "2010-10-31 15:00")
    ('2010-10-31T09:00:00-06:00', '2010-10-31T15:00Z')
    """
    local, utc = local.strip().replace(" ", "T", 1), utc.strip().replace(" ", "T", 1)
    if not local and utc:
        return utc if _ENDS_WITH_OFFSET.search(utc) else f"{utc}Z"
    match = _OFFSET.fullmatch(offset.strip())
    if "T" not in local or _ENDS_WITH_OFFSET.search(local) or not match:
        return local
    sign, hours, part, written = match.groups()
    minutes = round(float(part) * 60) if part else int(written or 0)
    return f"{local}{sign or '+'}{int(hours):02d}:{minutes:02d}"


def iso_interval(support: str, unit: str) -> str:
    """Return a time support as an ISO 8601 duration; '' where it is none.

    Examples
    --------
    >>> iso_interval("1", "day"), iso_interval("15", "minutes"), iso_interval("0", "s")
    ('P1D', 'PT15M', 'PT0S')
    """
    number = re.fullmatch(r"([0-9]{1,9})(?:\.0*)?", support.strip())
    if not number:
        return ""
    if not int(number.group(1)):
        return "PT0S"
    written = unit.strip().lower()
    form = _UNITS.get(written) or _UNITS.get(written.removesuffix("s"), "")
    return form.format(int(number.group(1)))


def find_statistic(data_type: str) -> str:
    """Return our statistic for a CUAHSI data type; '' if unknown."""
    found = find_by_code("statistic", "cuahsi", data_type)
    return found.id if found else ""


def find_property(name: str, medium: str, speciation: str = "") -> str:
    """Return our observed property for a CUAHSI variable name; '' if unknown.

    Parameters
    ----------
    name, medium : str
        Terms of the vocabularies VariableName and SampleMedium: a temperature is of
        the air or of the water.
    speciation : str
        'N', 'NO3': as what the mass is expressed. A nitrate without it is unknown.
    """
    if name.strip().lower() == "temperature":
        if medium.strip().lower() == "air":
            return "air-temperature"
        return "water-temperature" if medium.strip().lower() in _WATER else ""
    names = (f"{name.strip()} as {speciation.strip()}", name.strip())
    found = (
        find_by_code("observed_property", standard, each)
        for standard in ("cuahsi", "odm2")
        for each in names
    )
    return next((term.id for term in found if term), "")
