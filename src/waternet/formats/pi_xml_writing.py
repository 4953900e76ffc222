"""Delft-FEWS PI-XML, written: what `waternet.formats.pi_xml` reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from waternet.errors import NotAcceptable
from waternet.formats.pi_xml import PI_NAMESPACE, PI_TYPES
from waternet.formats.series import SourceSeries

__all__ = ["write_pi_xml"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {statistic: written for written, statistic in PI_TYPES.items()}
_STEPS = re.compile(r"P(?:(\d+)([YMWD])|T(\d+)([HMS]))", re.ASCII)
_UNITS = {
    "Y": "year",
    "M": "month",
    "W": "week",
    "D": "day",
    "TH": "hour",
    "TM": "minute",
    "TS": "second",
}


def write_pi_xml(series: Sequence[SourceSeries], sink: IO[bytes]) -> None:
    """Write series as a PI-XML document.

    Parameters
    ----------
    series : sequence of SourceSeries
        Times in ISO without offset, by one clock for all series (`zone`, a fixed
        offset or 'UTC'); means and totals stamped at the end of their interval.
        Minimum, maximum and other statistics are none of the format's types.
    sink : binary file

    Raises
    ------
    NotAcceptable
        A statistic, zone or stamp that the format cannot say, several zones, or a
        character that XML cannot hold.

    Notes
    -----
    Reading back gives the same series, as far as `list_series` knows: of a qualifier
    that begins with a flag 0 to 10 the flag, of others the words, as a comment.
    """
    zones = {each.zone for each in series}
    if len(zones) > 1:
        raise NotAcceptable(
            f"series by {len(zones)} clocks: a PI-XML document has one timeZone",
            hint="write one document for each",
        )
    _put(
        sink,
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<TimeSeries xmlns="{PI_NAMESPACE}" version="1.2">\n',
    )
    if zones and (zone := zones.pop()):
        _put(sink, f"    <timeZone>{_hours(zone)}</timeZone>\n")
    for each in series:
        _put(sink, "    <series>\n        <header>\n")
        for line in _written_header(each):
            _put(sink, f"            {line}\n")
        _put(sink, "        </header>\n")
        for line in _written_events(each):
            _put(sink, f"        {line}\n")
        _put(sink, "    </series>\n")
    _put(sink, "</TimeSeries>\n")


def _put(sink: IO[bytes], text: str) -> None:
    if found := _FORBIDDEN.search(text):
        raise NotAcceptable(f"XML cannot hold the character {found[0]!r}")
    sink.write(text.encode())


def _hours(zone: str) -> str:
    if zone == "UTC":
        return "0.0"
    match = re.fullmatch(r"([+-])(\d\d):(\d\d)", zone, re.ASCII)
    if match is None:
        raise NotAcceptable(
            f"zone {zone!r}: PI-XML has fixed offsets only", hint="such as '+02:00'"
        )
    hours = (int(match[2]) * 60 + int(match[3])) / 60
    return f"{'-' if match[1] == '-' else ''}{hours!r}"


def _verify_sayable(series: SourceSeries) -> None:
    if series.statistic not in _TYPES:
        raise NotAcceptable(
            f"{series.feature}: PI-XML has no type for {series.statistic!r}",
            hint=f"it has {', '.join(_TYPES)}",
        )
    if series.statistic != "instant" and series.stamp != "end":
        raise NotAcceptable(
            f"{series.feature}: PI-XML stamps intervals at their end",
            hint="move the times to the ends and say stamp 'end'",
        )


def _written_header(series: SourceSeries) -> Iterator[str]:
    _verify_sayable(series)
    yield f"<type>{_TYPES[series.statistic]}</type>"
    module, _, member = series.procedure.partition(":")
    ensemble, _, index = member.partition(":")
    if module:
        yield _element("moduleInstanceId", module)
    yield _element("locationId", series.feature)
    yield _element("parameterId", series.quantities[-1])
    for name, texts in (
        ("qualifierId", _qualifiers(series)),
        ("ensembleId", [ensemble]),
        ("ensembleMemberIndex", [index]),
    ):
        yield from (_element(name, text) for text in texts if text)
    yield _written_step(series.interval)
    for name, place in (("startDate", 0), ("endDate", -1)):
        if series.points.time:
            yield f"<{name} {_date_and_time(series.points.time[place])}/>"
    yield "<missVal>NaN</missVal>"
    for name, text in _written_place(series):
        if text:
            yield _element(name, text)


def _qualifiers(series: SourceSeries) -> list[str]:
    if len(series.quantities) < 2:
        return []
    return series.quantities[0].removeprefix(f"{series.quantities[-1]}:").split(":")


def _written_place(series: SourceSeries) -> Iterator[tuple[str, str]]:
    yield "longName", series.attributes.get("longName", "")
    yield "stationName", series.name
    if series.crs == "EPSG:4326":
        yield from (("lat", series.y), ("lon", series.x))
        yield from (("x", series.attributes.get("x", "")),)
        yield from (("y", series.attributes.get("y", "")),)
    else:
        yield from (("x", series.x), ("y", series.y))
    yield "z", series.elevation
    yield "units", series.unit


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _written_step(interval: str) -> str:
    match = _STEPS.fullmatch(interval)
    if match is None or interval == "PT0S":
        return '<timeStep unit="nonequidistant"/>'
    count, unit = match[1] or match[3], match[2] or f"T{match[4]}"
    return f'<timeStep unit="{_UNITS[unit]}" multiplier="{count}"/>'


def _date_and_time(time: str) -> str:
    date, _, clock = time.partition("T")
    return f"date={quoteattr(date)} time={quoteattr(clock)}"


def _written_events(series: SourceSeries) -> Iterator[str]:
    points = series.points
    remarks = points.qualifier or [""] * len(points.time)
    for time, value, remark in zip(points.time, points.value, remarks, strict=True):
        flag, _, comment = remark.partition(" ")
        if not re.fullmatch("10|[0-9]", flag, re.ASCII):
            flag, comment = "", remark
        shown = f"<event {_date_and_time(time)} value={quoteattr(value or 'NaN')}"
        if flag:
            shown += f" flag={quoteattr(flag)}"
        if comment:
            shown += f" comment={quoteattr(comment)}"
        yield f"{shown}/>"
