"""Onset HOBO: CSV as HOBOware and HOBOconnect export it.

Source: the files themselves; headings name quantity, unit, clock and serial numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Channel, Record, point_decimal, read_logger
from waternet.formats.clocks import find_offset
from waternet.formats.lines import decode_head, read_lines, split_cells
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries

__all__ = ["is_hobo", "list_series"]

_TIME = re.compile(r"Date[ -]Time\b.*", re.I)
_DATE, _CLOCK = re.compile(r"Date\b.*", re.I), re.compile(r"Time\b.*", re.I)
_HEADINGS = re.compile(
    r'^(?:"?#"?|"?Record"?)?[,;\t]?"?Date(?:[ -]Time|,\s*(?:GMT|UTC))\b.*$', re.I | re.M
)
_MARK = re.compile(r"LGR S/N|Plot Title:|Serial Number:\s*\d|GMT\s?[+-]|UTC\s?[+-]")
_TITLE = re.compile(r'Plot Title:\s*([^"]*)', re.I)
_LOGGER = re.compile(r"(?:LGR S/N|Serial Number):\s*([\w-]+)", re.I)
_SENSOR = re.compile(r"SEN S/N:\s*([\w-]+)", re.I)
_NAME = re.compile(
    r"(?:Ch:\s*\d+\s*-\s*)?([^,(]+?)\s*(?:,\s*([^(]*?))?\s*(?:\((.*)\))?"
)
_NUMBER = re.compile(r"[+-]?\d*[.,]?\d+", re.ASCII)
_MAX_HEADER = 40  # lines
_MAX_HEADING = 300  # characters


def is_hobo(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file has the headings of a HOBO export."""
    beginning = "\n".join(decode_head(head).splitlines()[:_MAX_HEADER])
    return bool(_HEADINGS.search(beginning) and _MARK.search(beginning))


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each column of a HOBO export that holds figures.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        Quantities are the heading up to its brackets ('Abs Pres, kPa'), then its name
        alone. Columns of events (coupler detached, host connected, end of file) are
        none. A blank cell is no reading: its row is another channel's or an event.

    Raises
    ------
    NotAcceptable
        No line of headings with a date and time is in it.

    Notes
    -----
    Dates are written as the software was told; which is day and which is month is
    proved from the whole file, else pointed at.
    """
    lines = read_lines(path, table)
    rows = iter(lines)
    about, delimiter, headings = _header(rows)
    if not headings:
        raise NotAcceptable(
            f"{path.name}: no headings with 'Date Time, GMT...' of a HOBO export",
            hint="export it with its headings, as CSV",
        )
    times = _time_columns(headings)
    records = list(_records(rows, delimiter, times, table.decimal))
    channels = _channels(headings, times, records)
    logger = _LOGGER.search(about) or _LOGGER.search(" ".join(headings))
    title = _TITLE.search(about)
    name = title[1].strip(" ,;") if title else ""
    serial = logger[1] if logger else ""
    common = SourceSeries(
        feature=name or serial,
        quantities=(),
        name=name,
        statistic="instant",
        interval="PT0S",
        zone=find_offset(headings[times[0]]),
        procedure=serial,
    )
    document = read_logger(path.name, records, channels, common, "MDY")
    return replace(document, notices=(*lines.notices, *document.notices))


def _header(rows: Iterator[tuple[int, str]]) -> tuple[str, str, list[str]]:
    """Return the lines above the headings, the delimiter and the headings."""
    about: list[str] = []
    for number, line in rows:
        if _HEADINGS.match(line):
            delimiter = max(",;\t", key=line.count)
            return "\n".join(about), delimiter, split_cells(line, delimiter)
        about.append(line)
        if number >= _MAX_HEADER:
            break
    return "", ",", []


def _time_columns(headings: list[str]) -> tuple[int, ...]:
    """Return the column of date and time, or the two of date and of time."""
    for place, heading in enumerate(headings):
        if _TIME.fullmatch(heading):
            return (place,)
    dates = [place for place, text in enumerate(headings) if _DATE.fullmatch(text)]
    clocks = [place for place, text in enumerate(headings) if _CLOCK.fullmatch(text)]
    return (*dates[:1], *clocks[:1])


def _records(
    rows: Iterator[tuple[int, str]], delimiter: str, times: tuple[int, ...], sign: str
) -> Iterator[Record]:
    for number, line in rows:
        if not line.strip(' \t,;"'):
            continue
        cells = split_cells(line, delimiter)
        time = " ".join(cells[place] for place in times if place < len(cells))
        if delimiter != "," and sign == ".":
            cells = [point_decimal(cell) for cell in cells]
        yield number, re.sub(r"\s+", " ", time).strip(), cells


def _channels(
    headings: list[str], times: tuple[int, ...], records: list[Record]
) -> list[Channel]:
    """Return the columns that have a unit, or at least one figure."""
    channels = []
    for place, heading in enumerate(headings):
        match = _NAME.fullmatch(heading[:_MAX_HEADING])
        if place in times or match is None or match[1] in ("#", "Record"):
            continue
        name, unit, brackets = match[1], match[2] or "", match[3] or ""
        if not unit and "S/N" not in brackets:
            unit = brackets  # HOBOconnect: 'Temperature (°C)'
        sensor = _SENSOR.search(brackets)
        more = {"procedure": sensor[1]} if sensor else {}
        if unit:
            quantities: tuple[str, ...] = (f"{name}, {unit}", name)
        else:
            quantities = (name,)
        channel = Channel(place, quantities, unit, more, skips_blank=True)
        if unit or any(_NUMBER.fullmatch(channel.cell(row)) for _, _, row in records):
            channels.append(channel)
    return channels
