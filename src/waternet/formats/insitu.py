"""In-Situ TROLL loggers: CSV and HTML of VuSitu, CSV of Win-Situ.

Source: the files themselves: property lines, then columns 'Pressure (psi) (790478)'
with unit and serial number of the sensor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Channel, Record, point_decimal, read_logger
from waternet.formats.lines import TextLines, decode_head, read_lines, split_cells
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries

__all__ = ["is_insitu", "list_series"]

_HTML = re.compile(r"<\w+\b[^<>]*\sisi-(?:report|data-table|group|property)", re.I)
_VUSITU = re.compile(r'^"?(?:Location|Report|Instrument) Properties"?\s*,*$', re.M)
_WINSITU = re.compile(r"^Date and Time,\s*Seconds\b", re.I | re.M)
_COLUMN = re.compile(r"(.+?)\s*\(([^()]*)\)\s*(?:\((\d+)\))?")
_ENTRY = re.compile(r"([^=]{1,60}?)\s*=\s*(.*)")
_OFFSET = re.compile(r"([+-]?)(\d{1,2}):(\d\d)(?::\d\d)?", re.ASCII)
_DEGREES = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*°?", re.ASCII)
_MAX_HEADER = 400  # lines
_MAX_COLUMNS = 1000
_MAX_HEADING = 300  # characters
_MAX_TAG = 8192  # characters


def is_insitu(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file is a report of VuSitu or a log of Win-Situ."""
    text = decode_head(head)
    if _WINSITU.search(text) or _HTML.search(text):
        return True
    return bool(_VUSITU.search(text)) and "Properties" in text[:200]


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each sensor and parameter of a TROLL's log.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        Quantities are the headings up to their brackets. 'Depth' and 'Level' are what
        the logger was told to make of pressure: no observed property is given. VuSitu
        states its offset from UTC; Win-Situ names a zone in the words of Windows,
        which is shown and asked for. A point's number is its line, in HTML its row.

    Raises
    ------
    NotAcceptable
        It has no headings with units in brackets.
    """
    lines = read_lines(path, table)
    with path.open("rb") as file:
        is_html = _HTML.search(decode_head(file.read(1 << 16))) is not None
    found = _read_html(lines) if is_html else _read_csv(lines, table.decimal)
    about, headings, records = found
    channels = list(_channels(headings))
    if not channels:
        raise NotAcceptable(
            f"{path.name}: no headings such as 'Pressure (psi)' of a TROLL's log",
            hint="export it from VuSitu or Win-Situ as CSV or HTML",
        )
    document = read_logger(path.name, records, channels, _common(about), "MDY")
    notices = [*lines.notices, *document.notices]
    if zone := about.get("time zone", ""):
        reason = "the clock, in the words of Windows; say it in [time] zone"
        notices.append(
            Reject(path.name, "", 0, "Time Zone", zone[:200], reason, lost=0)
        )
    return replace(document, notices=tuple(notices))


_Log = tuple[Mapping[str, str], list[str], list[Record]]


def _read_csv(lines: TextLines, decimal: str) -> _Log:
    about: dict[str, str] = {}
    rows = iter(lines)
    for number, line in rows:
        delimiter = max(",;\t", key=line.count)
        cells = split_cells(line, delimiter)
        if _is_heading(cells):
            return about, cells, list(_records(rows, delimiter, decimal))
        _take_entry(about, cells)
        if number >= _MAX_HEADER:
            break
    return about, [], []


def _is_heading(cells: list[str]) -> bool:
    """Whether a line names the clock and channels; a setting has no first cell."""
    clock = bool(cells[0]) and "=" not in cells[0]
    return clock and any(True for _ in _channels(cells))


def _take_entry(about: dict[str, str], cells: list[str]) -> None:
    """Keep 'Key = value' (VuSitu), 'Key,value' or 'Key: value' (Win-Situ)."""
    text = cells[0]
    if match := _ENTRY.fullmatch(text):
        about.setdefault(match[1].casefold(), match[2])
    elif text.casefold().startswith("time zone:"):
        about["time zone"] = text[10:].strip()
    elif len(cells) > 1 and text and cells[1]:
        about.setdefault(text.rstrip(": ").casefold(), cells[1])


def _records(
    rows: Iterator[tuple[int, str]], delimiter: str, decimal: str
) -> Iterator[Record]:
    for number, line in rows:
        cells = split_cells(line, delimiter)
        if not any(cells):
            continue
        if delimiter != "," and decimal == ".":
            cells = [cells[0], *map(point_decimal, cells[1:])]
        yield number, cells[0], cells


def _channels(headings: list[str]) -> Iterator[Channel]:
    for place, heading in enumerate(headings[:_MAX_COLUMNS]):
        match = _COLUMN.fullmatch(heading[:_MAX_HEADING])
        if place and match:
            more = {"procedure": match[3]} if match[3] else {}
            quantities = (f"{match[1]} ({match[2]})", match[1])
            yield Channel(place, quantities, match[2], more)


def _common(about: Mapping[str, str]) -> SourceSeries:
    name = about.get("location name") or about.get("site", "")
    serial = about.get("device sn") or about.get("serial number", "")
    x = _DEGREES.fullmatch(about.get("longitude", ""))
    y = _DEGREES.fullmatch(about.get("latitude", ""))
    is_placed = bool(x and y and (x[1] + y[1]).strip("+-0.,"))
    return SourceSeries(
        feature=name or serial,
        quantities=(),
        name=name,
        x=x[1].replace(",", ".") if x and is_placed else "",
        y=y[1].replace(",", ".") if y and is_placed else "",
        crs="EPSG:4326" if is_placed else "",
        statistic="instant",
        interval="PT0S",
        zone=_zone(about.get("time offset", "")),
        procedure=serial,
    )


def _zone(offset: str) -> str:
    match = _OFFSET.fullmatch(offset.strip())
    return f"{match[1] or '+'}{int(match[2]):02d}:{match[3]}" if match else ""


def _read_html(lines: TextLines) -> _Log:
    report = _Report()
    for number, line in lines:
        report.feed(f"{line}\n")
        if len(report.rawdata) > _MAX_TAG:  # read again with every line
            raise NotAcceptable(
                f"{lines.path.name}, line {number}: a tag that never ends",
                hint="is the report whole? export it again",
            )
    report.close()
    return report.about, report.headings, report.records


class _Report(HTMLParser):
    """VuSitu's HTML: cells with attributes isi-property, -column-header, -row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.about: dict[str, str] = {}
        self.headings: list[str] = []
        self.records: list[Record] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._is_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "tr":
            self._row = [] if "isi-data-row" in names else None
            self._is_heading = "isi-data-table" in names
        elif tag == "td":
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self._cell is not None:
            text = re.sub(r"\s+", " ", "".join(self._cell)).strip()
            self._cell = None
            if self._row is not None:
                self._row.append(text)
            elif self._is_heading:
                self.headings.append(text)
            else:
                _take_entry(self.about, [text])
        elif tag == "tr" and self._row:
            self.records.append((len(self.records) + 1, self._row[0], self._row))
            self._row = None
