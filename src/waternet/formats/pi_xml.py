"""Delft-FEWS PI-XML: the time series of the Published Interface.

Sources: the schema pi_timeseries.xsd and Deltares' pages on the format, its flags and
its time steps (publicwiki.deltares.nl, FEWSDOC: 'Delft-Fews Published Interface
timeseries Format (PI) Import'; 'Quality flags', table 1; 'Aggregation Accumulative').
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.channels import Track
from waternet.formats.lines import decode_head
from waternet.formats.markup import begins_with_element, local_name, text_of
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.formats.xml_stream import stream_xml

__all__ = ["PI_NAMESPACE", "PI_TYPES", "is_pi_xml", "list_series"]

PI_NAMESPACE = "http://www.wldelft.nl/fews/PI"
PI_TYPES = {"instantaneous": "instant", "accumulative": "total", "mean": "mean"}
# Each flag is an origin and a quality; the origin says how the value came about. The
# quality (doubtful, unreliable) stays in the qualifier: judging is another room's work.
_STATUS = dict.fromkeys(("1", "4", "7"), "estimated")  # corrected
_STATUS |= dict.fromkeys(("2", "5", "8"), "imputed")  # completed
_MISSING_FLAG = "9"
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_CALENDAR = {"month": "M", "year": "Y"}
_NO_HEIGHT = ("-9999.0", "-9999", "NaN", "-999.0", "-999")
Header = dict[str, Any]


def is_pi_xml(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file begins as a PI time series document."""
    is_root = begins_with_element(head, ("TimeSeries",))
    return is_root and PI_NAMESPACE in decode_head(head)


def list_series(
    path: Path,
    table: TableLayout,  # noqa: ARG001  as every format; XML needs none
) -> SeriesDocument:
    """Return every series of a PI-XML document.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Not asked: XML says its encoding itself.

    Returns
    -------
    SeriesDocument
        A point's number is that of its event in the document, from 1.

    Raises
    ------
    NotAcceptable
        It is not safe XML, not of the Published Interface, or keeps its values in a
        binary file beside it.

    Notes
    -----
    An accumulated value or a mean stands at the end of its step: FEWS reckons it over
    the time since the previous output ('Aggregation Accumulative': 6-hourly 2, 3, 4
    and 5 up to 00:00 give 14 at that 00:00). `timeZone` is hours east of GMT; without
    it nobody knows, since an import then takes whatever its own configuration says.
    """
    series: list[SourceSeries] = []
    notices: list[Reject] = []
    zone, number = "", 0
    for header, track, found in _blocks(path):
        zone = found if found is not None else zone
        if not track.number and header.get("has_bin"):
            raise NotAcceptable(
                f"{path.name}: the values of {header['locationId']!r} are in a binary "
                "file beside it",
                hint="export the series with their events as XML",
            )
        for place in range(len(track.number)):
            number += 1
            track.number[place] = number
        kind = header.get("type", "")
        if kind not in PI_TYPES:
            reason = "not a type of series that is known"
            expected = ", ".join(PI_TYPES)
            notices.append(
                Reject(path.name, "", number, "type", kind, reason, expected, lost=0)
            )
        series.append(_series(header, track, zone))
    return SeriesDocument(tuple(series), notices=tuple(notices))


def _blocks(path: Path) -> Iterator[tuple[Header, Track, str | None]]:
    """Yield the header, events and zone of each series; memory holds one at a time."""
    header: Header = {}
    track, zone = Track(), None
    is_root, current = True, None
    for event, element in stream_xml(path, path.name):
        name = local_name(element)
        if is_root and name != "TimeSeries":
            raise NotAcceptable(
                f"{path.name}: <{name}> is not the beginning of PI time series",
                hint="it begins with <TimeSeries xmlns='http://www.wldelft.nl/fews/PI'>",
            )
        is_root = False
        if event == "start":
            if name == "series":
                header, track, current = {}, Track(), element
        elif name == "timeZone":
            zone = _offset(text_of(element))
        elif name == "header":
            header = _header(element)
        elif name == "event":
            _add_event(track, element, header)
            if current is not None:
                current.clear()
        elif name == "series":
            header["has_bin"] = not track.number and _expects_values(header)
            yield header, track, zone
            element.clear()


def _header(element: Any) -> Header:
    header: Header = {"qualifiers": []}
    for child in element:
        name = local_name(child)
        if name == "qualifierId":
            header["qualifiers"].append(text_of(child))
        elif name in ("timeStep", "startDate", "endDate", "forecastDate"):
            header[name] = dict(child.attrib)
        else:
            header[name] = text_of(child)
    return header


def _expects_values(header: Header) -> bool:
    """Return whether a series without events says that it goes on for several steps."""
    start, end = header.get("startDate"), header.get("endDate")
    return bool(start and end and start != end and "locationId" in header)


def _add_event(track: Track, event: Any, header: Header) -> None:
    given = event.attrib
    flag = given.get("flag", "")
    value = given.get("value", "").strip()
    if flag == _MISSING_FLAG or is_sentinel(value, header.get("missVal", "") or "NaN"):
        value = ""
    remark = " ".join(
        text
        for key in ("flag", "flagSource", "user", "comment")
        if (text := given.get(key, "").strip())
    )
    time = f"{given.get('date', '')}T{given.get('time', '')}".strip("T")
    track.add(0, time, value, remark, _STATUS.get(flag, ""))


def _series(header: Header, track: Track, zone: str) -> SourceSeries:
    x, y, crs = _position(header)
    statistic = PI_TYPES.get(header.get("type", ""), "")
    interval = "PT0S" if statistic == "instant" else _interval(header)
    unit = header.get("units", "")
    height = header.get("z", "")
    return SourceSeries(
        feature=header.get("locationId", ""),
        quantities=_quantities(header),
        points=track.points(),
        name=header.get("stationName", ""),
        x=x,
        y=y,
        crs=crs,
        elevation="" if height in _NO_HEIGHT else height,
        unit=unit,
        ucum=to_ucum(unit),
        statistic=statistic if interval else "",
        interval=interval,
        stamp="start" if statistic == "instant" else "end",
        zone=zone,
        procedure=_procedure(header),
        attributes=_attributes(header, crs),
    )


def _quantities(header: Header) -> tuple[str, ...]:
    """Return the parameter with its qualifiers, in an order that is ours, and alone."""
    parameter = header.get("parameterId", "")
    qualifiers = sorted(header["qualifiers"]) if "qualifiers" in header else []
    if not qualifiers:
        return (parameter,)
    return (":".join((parameter, *qualifiers)), parameter)


def _procedure(header: Header) -> str:
    """Return the module that made the series, and the member of its ensemble."""
    member = header.get("ensembleMemberIndex") or header.get("ensembleMemberId")
    parts = (header.get("moduleInstanceId"), header.get("ensembleId"), member)
    return ":".join(part for part in parts if part)


def _position(header: Header) -> tuple[str, str, str]:
    """Return longitude and latitude where given; x and y are in a grid unsaid."""
    if header.get("lat") and header.get("lon"):
        return header["lon"], header["lat"], "EPSG:4326"
    if header.get("x") and header.get("y"):
        return header["x"], header["y"], ""
    return "", "", ""


def _attributes(header: Header, crs: str) -> dict[str, str]:
    kept = {"longName": header.get("longName", "")}
    if crs:  # the same place in the system's own grid, which it does not name
        kept |= {"x": header.get("x", ""), "y": header.get("y", "")}
    return {name: text for name, text in kept.items() if text}


def _offset(hours: str) -> str:
    """Return decimal hours east of GMT as an offset: 5.75 is +05:45."""
    try:
        minutes = round(float(hours) * 60)
    except (ValueError, OverflowError):
        return ""
    if abs(minutes) >= 24 * 60:
        return ""
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _interval(header: Header) -> str:
    """Return the length of an equidistant step, as an ISO 8601 duration of one part."""
    step: Mapping[str, str] = header.get("timeStep", {})
    unit, count = step.get("unit", ""), step.get("multiplier", "1") or "1"
    if not re.fullmatch("[1-9][0-9]{0,8}", count) or step.get("divider", "1") != "1":
        return ""
    if unit in _CALENDAR:
        return f"P{count}{_CALENDAR[unit]}"
    seconds = int(count) * _SECONDS.get(unit, 0)
    for length, written in ((86_400, "P{}D"), (3600, "PT{}H"), (60, "PT{}M")):
        if seconds and seconds % length == 0:
            return written.format(seconds // length)
    return f"PT{seconds}S" if seconds else ""
