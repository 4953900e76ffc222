"""Van Essen Diver: .MON files of the logger, and CSV as Diver-Office exports it.

Source: the files themselves, which name channels, units and the end of the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Channel, Record, point_decimal, read_logger
from waternet.formats.clocks import find_offset
from waternet.formats.lines import decode_head, read_lines, split_cells
from waternet.formats.recipe import TableLayout
from waternet.formats.sections import SectionFile, read_sections
from waternet.formats.series import SeriesDocument, SourceSeries

__all__ = ["is_diver", "list_series"]

_HEADING = "date/time"
_COLUMN = re.compile(r"(?:\d+: ?)?(.+?)\s*\[([^\]]*)\]")
_AMOUNT = re.compile(r"[-+]?[\d.,]+\s+(\S.*)", re.ASCII)
_SERIAL = re.compile(r"-?([A-Z]{0,3}\d{3,})", re.ASCII)
_FRAME = re.compile(r"^[ \t]*\[(?:Logger settings|Channel 1)\]", re.I | re.M)
_CSV = re.compile(r'^"?Date/time"?[,;\t]"?[^,;\t\n]*\[', re.I | re.M)
_END = "END OF DATA"
_MAX_HEADING = 300  # characters
# Of a pressure, a length is the height of the column of water that weighs as much.
_OF_WATER = {"m": "m[H2O]", "cm": "cm[H2O]", "mm": "mm[H2O]"}


def is_diver(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file has the sections or the headings of a Diver's file."""
    text = decode_head(head)
    if _CSV.search(text):
        return True
    return "Data file for DataLogger" in text[:2000] and bool(_FRAME.search(text))


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each channel of a Diver.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8; these files are cp1252.

    Returns
    -------
    SeriesDocument
        Quantities are what the file calls the channels: 'PRESSURE' is that of water
        and air above the sensor, 'WATER HEAD' the column of water above it; neither is
        a level. The clock is the recipe's unless the instrument states one ('UTC-8').

    Raises
    ------
    NotAcceptable
        It has neither [Data] nor a line 'Date/time,...'.
    """
    lines = read_lines(path, table, written_in="cp1252")
    file, rest = read_sections(lines, _HEADING)
    if file.heading:
        delimiter, channels = _columns(file.heading[1])
        records = list(_rows(rest, delimiter, table.decimal))
    else:
        records = file.records
        channels = [
            _channel(place, number, entries)
            for place, (number, entries) in enumerate(file.channels.items())
        ]
    if not channels:
        raise NotAcceptable(
            f"{path.name}: neither channels with [Data] nor a line 'Date/time,...'",
            hint="export it from Diver-Office as MON or CSV",
        )
    document = read_logger(path.name, records, channels, _common(file))
    notices = (*lines.notices, *document.notices, *file.count_notices(path.name))
    return replace(document, notices=notices)


def _channel(place: int, number: int, entries: Mapping[str, str]) -> Channel:
    name = entries.get("identification", "") or f"Channel {number}"
    name = re.sub(r"^\d+:\s*", "", name)
    match = _AMOUNT.fullmatch(entries.get("reference level", ""))
    unit = match[1].strip() if match else ""
    return Channel(place, (name,), unit, _pressure(name, unit))


def _pressure(name: str, unit: str) -> dict[str, str]:
    is_pressure = name.casefold().startswith(("pres", "druk", "druck"))
    return {"ucum": _OF_WATER[unit]} if is_pressure and unit in _OF_WATER else {}


def _columns(heading: str) -> tuple[str, list[Channel]]:
    """Return the delimiter and the columns of a CSV that name a unit."""
    delimiter = max(",;\t", key=heading.count)
    channels = []
    for place, cell in enumerate(split_cells(heading, delimiter)):
        if place and (match := _COLUMN.fullmatch(cell[:_MAX_HEADING])):
            more = _pressure(match[1], match[2])
            channels.append(Channel(place, (match[1],), match[2], more))
    return delimiter, channels


def _rows(
    rest: Iterator[tuple[int, str]], delimiter: str, decimal: str
) -> Iterator[Record]:
    for number, line in rest:
        if not line.strip():
            continue
        if line.strip().upper().startswith(_END):
            return
        cells = split_cells(line, delimiter)
        if delimiter != "," and decimal == ".":
            cells = [cells[0], *map(point_decimal, cells[1:])]
        yield number, cells[0], cells


def _common(file: SectionFile) -> SourceSeries:
    """Return what the file says of the whole: where the logger hung, and which."""
    serial = _SERIAL.search(file.entry("serial number"))
    location = file.entry("location")
    return SourceSeries(
        feature=location or (serial[1] if serial else ""),
        quantities=(),
        name=location,
        statistic="instant",
        interval="PT0S",
        zone=find_offset(file.entry("instrument number")),
        procedure=serial[1] if serial else "",
    )
