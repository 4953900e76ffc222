"""Solinst Levelogger: .XLE (XML), .LEV and CSV.

Source: the files themselves, which name channels and units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.channels import Channel, Record, point_decimal, read_logger
from waternet.formats.lines import TextLines, decode_head, read_lines, split_cells
from waternet.formats.markup import begins_with_element, local_name, text_of
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.sections import read_sections
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.xml_stream import stream_xml

__all__ = ["is_solinst", "list_series"]

_XLE = ("Body_xle",)
_LEV = re.compile(r"^[ \t]*\[Instrument info from data header\]", re.M)
_CSV = re.compile(r'^"?Serial_number:', re.I)
_ROWS = re.compile(r'^"?,?"?Date"?[,;\t]"?Time"?[,;\t]', re.I)
_CHANNEL = re.compile(r"Ch(\d{1,2})_data_header", re.ASCII)
_TENTHS = "100 ms"
_MAX_HEADER = 200  # lines


def is_solinst(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file begins as one of a Levelogger."""
    text = decode_head(head)
    if begins_with_element(head, _XLE) or _LEV.search(text):
        return True
    return _CSV.match(text) is not None and any(
        _ROWS.match(line) for line in text.splitlines()[:_MAX_HEADER]
    )


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each channel of a Levelogger's file.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts for text that is not UTF-8; these files are cp1252. XML
        says its encoding itself.

    Returns
    -------
    SeriesDocument
        'LEVEL' is the column of water (and of air, unless compensated) above the
        sensor, in the unit the file states: no level above a datum and no depth, so no
        observed property is given. Files name no clock: the recipe does. A point's
        number is its line, in XML its ordinal.

    Raises
    ------
    NotAcceptable
        It is none of the three, or no whole and safe XML.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if begins_with_element(head, _XLE):
        return _read_xle(path)
    lines = read_lines(path, table, written_in="cp1252")
    is_lev = _LEV.search(decode_head(head)) is not None
    document = _read_lev(lines) if is_lev else _read_csv(lines, table.decimal)
    return replace(document, notices=(*lines.notices, *document.notices))


def _read_xle(path: Path) -> SeriesDocument:
    header: dict[str, str] = {}
    channels: dict[int, dict[str, str]] = {}
    records: list[Record] = []
    data: Any = None
    for event, element in stream_xml(path, path.name):
        name = local_name(element)
        if event == "start":
            data = element if name == "Data" else data
        elif match := _CHANNEL.fullmatch(name):
            channels[int(match[1])] = _children(element)
        elif name in ("Instrument_info", "Instrument_info_data_header"):
            header |= _children(element)
        elif name == "Log":
            records.append(_log(len(records) + 1, _children(element), channels))
            if data is not None:
                data.clear()
    if not channels:
        raise NotAcceptable(
            f"{path.name}: no channel in the XML of a Levelogger",
            hint="it has <Ch1_data_header> and <Data><Log>",
        )
    found = [_channel(place, channels[number]) for place, number in enumerate(channels)]
    document = read_logger(path.name, records, found, _common(header))
    notices = (*document.notices, *_count(header, records, path.name))
    return replace(document, notices=notices)


def _children(element: Any) -> dict[str, str]:
    return {local_name(child): text_of(child) for child in element}


def _log(number: int, log: Mapping[str, str], channels: Mapping[int, Any]) -> Record:
    time = f"{log.get('Date', '')} {log.get('Time', '')}".strip()
    time = _with_fraction(time, log.get("ms", ""), thousandths=True)
    return number, time, [log.get(f"ch{channel}", "") for channel in channels]


def _with_fraction(time: str, fraction: str, *, thousandths: bool) -> str:
    """Add the fraction of a second that stands in a column of its own."""
    if not fraction.isdigit() or not int(fraction[:6]) or "." in time:
        return time
    return f"{time}.{fraction.zfill(3) if thousandths else fraction}"


def _channel(place: int, entries: Mapping[str, str]) -> Channel:
    name = entries.get("Identification", "") or f"Channel {place + 1}"
    return Channel(place, (name,), entries.get("Unit", ""))


def _common(header: Mapping[str, str]) -> SourceSeries:
    serial = header.get("Serial_number", "")
    location = header.get("Location", "")
    x, y = header.get("Longtitude", ""), header.get("Latitude", "")  # spelt so
    if _is_zero(x) and _is_zero(y):
        x = y = ""  # where nobody entered any
    project = header.get("Project_ID", "")
    return SourceSeries(
        feature=location or serial,
        quantities=(),
        name=location,
        x=x,
        y=y,
        crs="EPSG:4326" if x and y else "",
        statistic="instant",
        interval="PT0S",
        procedure=serial,
        attributes={"project": project} if project else {},
    )


def _is_zero(text: str) -> bool:
    return not text.strip("+-0.")


def _count(
    header: Mapping[str, str], records: list[Record], file: str
) -> Iterator[Reject]:
    wanted = header.get("Num_log", "")
    if wanted.isdigit() and int(wanted[:12]) != len(records):
        reason = f"{len(records)} records follow, {wanted[:12]} were announced"
        yield Reject(file, "", 0, "Num_log", wanted[:200], reason, lost=0)


def _read_lev(lines: TextLines) -> SeriesDocument:
    file, _ = read_sections(lines)
    channels = [
        Channel(
            place,
            (entries.get("identification", "") or f"Channel {number}",),
            entries.get("unit", ""),
        )
        for place, (number, entries) in enumerate(file.channels.items())
    ]
    name = lines.path.name
    if not channels:
        raise NotAcceptable(f"{name}: no channel in the sections of a Levelogger")
    header = {
        "Serial_number": file.entry("serial number").strip(". ").split(" ")[0],
        "Location": file.entry("location"),
        "Project_ID": file.entry("instrument number"),
    }
    document = read_logger(name, file.records, channels, _common(header))
    return replace(document, notices=(*document.notices, *file.count_notices(name)))


def _read_csv(lines: TextLines, decimal: str) -> SeriesDocument:
    header: list[str] = []
    rows = iter(lines)
    for _, line in rows:
        if _ROWS.match(line):
            break
        header.append(line.strip('",;\t '))
        if len(header) > _MAX_HEADER:
            line = ""  # noqa: PLW2901  no headings: refused below
            break
    else:
        line = ""
    name = lines.path.name
    if not line:
        raise NotAcceptable(
            f"{name}: no line 'Date,Time,ms,LEVEL,...' of a Levelogger",
            hint="export it with its header",
        )
    delimiter = max(",;\t", key=line.count)
    columns = [column.casefold() for column in split_cells(line, delimiter)]
    units = dict(_units(header))
    skipped = ("", "date", "time", "ms", _TENTHS)
    channels = [
        Channel(place, (column.upper(),), units.get(column, ""))
        for place, column in enumerate(columns)
        if column not in skipped
    ]
    records = list(_csv_rows(rows, columns, delimiter, decimal))
    about = {
        "Serial_number": _below(header, "Serial_number:"),
        "Project_ID": _below(header, "Project ID:"),
        "Location": _below(header, "Location:"),
    }
    return read_logger(name, records, channels, _common(about))


def _units(header: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each channel's unit: 'UNIT: kPa' stands below the channel's name."""
    name = ""
    for line in header:
        if line.upper().startswith("UNIT:"):
            yield name, line[5:].strip()
        elif not line.casefold().startswith("offset:"):
            name = line.casefold()


def _below(header: list[str], key: str) -> str:
    """Return the line below a key, unless that is the next key."""
    for place, line in enumerate(header[:-1]):
        if line.casefold() == key.casefold():
            below = header[place + 1]
            return "" if below.endswith(":") else below
    return ""


def _csv_rows(
    rows: Iterator[tuple[int, str]], columns: list[str], delimiter: str, decimal: str
) -> Iterator[Record]:
    for number, line in rows:
        if not line.strip():
            continue
        cells = split_cells(line, delimiter)
        row = dict(zip(columns, cells, strict=False))
        time = f"{row.get('date', '')} {row.get('time', '')}".strip()
        time = _with_fraction(time, row.get("ms", ""), thousandths=True)
        time = _with_fraction(time, row.get(_TENTHS, ""), thousandths=False)
        if delimiter != "," and decimal == ".":
            cells = [point_decimal(cell) for cell in cells]
        yield number, time, cells
