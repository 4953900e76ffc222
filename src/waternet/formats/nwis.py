"""Codes of the USGS's water information system: sites, datums, clocks, remarks."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from waternet.observation.vocabulary import find_by_code

__all__ = [
    "find_kind",
    "find_offset",
    "find_parameter",
    "find_statistic",
    "find_status",
    "find_system",
    "find_zone_of_pair",
    "is_remark",
    "metres",
]

# help.waterdata.usgs.gov/site_tp_cd: the primary type is the first part; and the
# names that the Water Quality Portal and CUAHSI have for the same.
_KINDS = {
    "ST": "stream-gauge",
    "ST-CA": "canal-meter",
    "ST-DCH": "canal-meter",
    "LK": "lake",
    "SP": "spring",
    "GW": "well",
    "FA-CI": "weather-station",
    "AT": "weather-station",
    "FA-OF": "outfall",
    "FA-WWTP": "wastewater-plant",
    "Stream": "stream-gauge",
    "River/Stream": "stream-gauge",
    "Lake": "lake",
    "Lake, Reservoir, Impoundment": "lake",
    "Reservoir": "reservoir",
    "Well": "well",
    "Spring": "spring",
    "Atmosphere": "weather-station",
    "Groundwater": "well",
    "Stream: Canal": "canal-meter",
    "Facility: Outfall": "outfall",
    "Weather station": "weather-station",
}
_SYSTEMS = {
    "NAD83": "EPSG:4269",
    "NAD27": "EPSG:4267",
    "WGS84": "EPSG:4326",
    "WGS72": "EPSG:4322",
    "OLDHI": "EPSG:4135",
    "PR": "EPSG:4139",
}
_OFFSETS = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "AST": -4,
    "ADT": -3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "HAST": -10,
    "SST": -11,
    "CHST": 10,
    "GST": 10,
    "NST": -3.5,
    "NDT": -2.5,
}
_PAIRS = {
    ("AST", "ADT"): "America/Halifax",
    ("EST", "EDT"): "America/New_York",
    ("CST", "CDT"): "America/Chicago",
    ("MST", "MDT"): "America/Denver",
    ("PST", "PDT"): "America/Los_Angeles",
    ("AKST", "AKDT"): "America/Anchorage",
}
# nwis.waterdata.usgs.gov/usa/nwis/help?codes_help: what stands instead of a figure.
_REMARKS = frozenset(
    (
        *("Ssn", "Bkw", "Ice", "Pr", "Rat", "Eqp", "Fld", "Dis", "Dry", "Mnt"),
        *("ZFl", "Tst", "Pmp", "Pst", "Lck", "--", "***", "&"),
    )
)
_STATUSES = {
    "A": "approved",
    "P": "provisional",
    "R": "approved",
    "Approved": "approved",
    "Provisional": "provisional",
    "approved": "approved",
    "provisional": "provisional",
    "Accepted": "approved",
    "Final": "approved",
    "Preliminary": "provisional",
    "Historical": "approved",
    "Validated": "approved",
    "Reviewed": "approved",
    "In-review": "provisional",
    "Working": "provisional",
}
_ESTIMATED = frozenset({"e", "E", "ESTIMATED", "Estimated"})


def find_kind(site_type: str) -> str:
    """Return our kind of place for a site type; '' where none fits."""
    written = site_type.strip()
    return _KINDS.get(written) or _KINDS.get(written.partition("-")[0], "")


def find_system(datum: str) -> str:
    """Return the EPSG code of latitude and longitude in a datum; '' if unknown."""
    return _SYSTEMS.get(datum.strip().upper().replace(" ", ""), "")


def find_offset(abbreviation: str) -> str:
    """Return the offset of a clock in the United States; '' if unknown.

    Examples
    --------
    >>> find_offset("CDT"), find_offset("NST"), find_offset("XYZ")
    ('-05:00', '-03:30', '')
    """
    hours = _OFFSETS.get(abbreviation.strip().upper())
    if hours is None:
        return ""
    minutes = round(abs(hours) * 60)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def find_zone_of_pair(winter: str, summer: str) -> str:
    """Return the IANA zone whose clocks have these two names; '' if unknown."""
    return _PAIRS.get((winter, summer), "")


def find_parameter(code: str) -> str:
    """Return our observed property for a parameter code; '' if unknown.

    Spreadsheets take the leading zeros away: 60 is 00060.
    """
    found = find_by_code("observed_property", "usgs", code.zfill(5)) if code else None
    return found.id if found else ""


def find_statistic(code: str) -> str:
    """Return our statistic for a statistic code; '' if unknown."""
    if code in ("00000", "00011"):
        return "instant"
    found = find_by_code("statistic", "usgs", code)
    return found.id if found else ""


def find_status(codes: Iterable[str]) -> str:
    """Return our status for remark codes; '' if none of them says one.

    That a figure was estimated says how it came about, and goes before its review.

    Examples
    --------
    >>> find_status(["A"]), find_status(["A", "e"]), find_status(["Ice"])
    ('approved', 'estimated', '')
    """
    given = list(codes)
    if _ESTIMATED.intersection(given):
        return "estimated"
    return next((_STATUSES[code] for code in given if code in _STATUSES), "")


def is_remark(value: str) -> bool:
    """Return whether a remark stands where the figure should: 'Ice', '***'."""
    return value.partition("_")[0] in _REMARKS


def metres(height: str, unit: str = "ft") -> str:
    """Return a height in metres; '' where it is no number or of an unknown unit.

    Examples
    --------
    >>> metres("213.31"), metres(" .1"), metres("5", "m"), metres("?")
    ('65.016888', '0.03048', '5', '')
    """
    factor = _LENGTHS.get(unit.strip().lower())
    try:
        number = Decimal(height.strip())
    except InvalidOperation:
        return ""
    if factor is None or not number.is_finite() or abs(number) > _HIGHEST:
        return ""
    return str(number * factor) if factor != 1 else height.strip()


_LENGTHS = {
    **dict.fromkeys(("ft", "feet", "foot"), Decimal("0.3048")),
    **dict.fromkeys(("m", "meters", "meter", "metres", "metre"), Decimal(1)),
}
_HIGHEST = 100_000
