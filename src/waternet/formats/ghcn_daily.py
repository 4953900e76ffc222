"""GHCN-Daily .dly: a station's days, a month of one element on a line.

Source: NOAA NCEI, 'README file for Daily Global Historical Climatology Network',
section III: columns, elements with their units, measurement, quality and source flags.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Track
from waternet.formats.lines import decode_head, read_lines
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = ["is_ghcn_daily", "list_series"]

# Days are of a fixed width, so that a line can be taken apart in one way only; blanks
# at the end of the last may be lost.
_LINE = re.compile(
    r"([A-Z]{2}[A-Z0-9_-]{9})(\d{4})(0[1-9]|1[0-2])([A-Z0-9]{4})"
    r"((?:[ \d-]{4}\d.{3})*[ \d-]{4}\d.{0,3})",
    re.ASCII,
)
_GAP = "-9999"
_WIDTH = 8  # of a day: five digits and three flags
# What is written in tenths is read as ten times the unit, digit by digit.
_ELEMENTS = {  # observed property, unit, statistic, whether written in tenths
    "PRCP": ("precipitation", "mm", "total", True),
    "TMAX": ("air-temperature", "°C", "maximum", True),
    "TMIN": ("air-temperature", "°C", "minimum", True),
    "TAVG": ("air-temperature", "°C", "mean", True),
    "EVAP": ("evaporation", "mm", "total", True),
    "AWND": ("wind-speed", "m/s", "mean", True),
    "SNOW": ("", "mm", "total", False),
    "SNWD": ("", "mm", "", False),
}
_PRESUMED = "P"  # measurement flag: missing, presumed zero


def is_ghcn_daily(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file's first lines are months of GHCN-Daily."""
    lines = decode_head(head).splitlines()[:3]
    return bool(lines) and all(len(x) < 280 and _LINE.fullmatch(x) for x in lines)


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each station and element.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8; these files are ASCII.

    Returns
    -------
    SeriesDocument
        Tenths of mm, of degrees and of m/s are given in mm, degrees and m/s; other
        elements as they stand, without unit. -9999 is missing; days that a month does
        not have are none. Qualifiers are the three flags 'M,Q,S' of a day. A zero that
        was presumed (P) is assumed. The day's zone is the recipe's; positions stand in
        NCEI's list of stations, not here.

    Raises
    ------
    NotAcceptable
        No line is a month of GHCN-Daily.
    """
    lines = read_lines(path, table)
    tracks: dict[tuple[str, str], Track] = {}
    rejects: list[Reject] = []
    for number, line in lines:
        if not line.strip():
            continue
        match = _LINE.fullmatch(line) if len(line) < 280 else None
        if match is None:
            reason = "not a month of GHCN-Daily"
            rejects.append(Reject(path.name, "", number, "", line[:200], reason))
            continue
        station, year, month, element, days = match.groups()
        track = tracks.setdefault((station, element), Track())
        for time, value, remark, status in _days(int(year), int(month), element, days):
            track.add(number, time, value, remark, status)
    if not tracks:
        raise NotAcceptable(
            f"{path.name}: no month of GHCN-Daily",
            hint="a .dly file has the station, year, month and element on each line",
        )
    series = tuple(_series(*key, track) for key, track in tracks.items())
    return SeriesDocument(series, tuple(rejects), lines.notices)


def _days(
    year: int, month: int, element: str, days: str
) -> Iterator[tuple[str, str, str, str]]:
    """Yield time, value, flags and status of each day that the month has."""
    in_tenths = element in _ELEMENTS and _ELEMENTS[element][3]
    length = monthrange(year, month)[1] if year else 0
    for day in range(1, length + 1):
        written = days[(day - 1) * _WIDTH : day * _WIDTH].ljust(_WIDTH)
        value, flags = written[:5].strip(), [sign.strip() for sign in written[5:]]
        if value == _GAP:
            value = ""
        elif in_tenths and value:
            value = _tenth(value)
        remark = ",".join(flags) if any(flags) else ""
        status = "assumed" if flags[0] == _PRESUMED else ""
        yield f"{year:04d}-{month:02d}-{day:02d}", value, remark, status


def _tenth(digits: str) -> str:
    """Return a tenth of a whole number, as text; another text stays as it is.

    Examples
    --------
    >>> _tenth("-5"), _tenth("123")
    ('-0.5', '12.3')
    """
    match = re.fullmatch(r"(-?)(\d+)", digits, re.ASCII)
    if match is None:
        return digits
    whole = match[2].zfill(2)
    return f"{match[1]}{whole[:-1]}.{whole[-1]}"


def _series(station: str, element: str, track: Track) -> SourceSeries:
    known = _ELEMENTS.get(element, ("", "", "", False))
    observed_property, unit, statistic, _ = known
    return SourceSeries(
        feature=station,
        quantities=(element,),
        points=track.points(),
        kind="weather-station",
        observed_property=observed_property,
        unit=unit,
        ucum=to_ucum(unit),
        statistic=statistic,
        interval="P1D" if statistic else "",
    )
