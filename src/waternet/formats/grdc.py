"""River discharge as the Global Runoff Data Centre hands it out: one station a file.

Source: the header of each file ('Q_Day.Cmd.txt', 'Q_Month.txt'), which explains its own
columns, sentinel and flags; GRDC, 'Data Transfer and Format'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Track
from waternet.formats.lines import TextLines, decode_head, read_lines, split_cells
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = ["is_grdc", "list_series"]

_STATION = re.compile(r"^#\s*GRDC-No\.\s*:", re.M)
_ENTRY = re.compile(r"#([^:]{1,80}):(.*)")
_COLUMNS = re.compile(r"^\s*YYYY-MM-DD\s*;", re.M)
_DATE = re.compile(r"(\d{4}-\d\d)-?(\d\d)?", re.ASCII)
_CLOCK = re.compile(r"\d\d:\d\d", re.ASCII)
_NONE = "-999"
_KEPT = {  # beginnings of the header's keys, by the attribute of the place
    "River": "river",
    "Country": "country",
    "Catchment area": "catchment-area-km2",
    "Next d": "next-downstream-station",
}
_INTERVALS = {"DAILY": "P1D", "MONTHLY": "P1M", "YEARLY": "P1Y"}


def is_grdc(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file begins with the header of a GRDC station file."""
    text = decode_head(head)
    return text.lstrip().startswith("#") and _STATION.search(text) is not None


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return the discharge series of a GRDC station file.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8; older files are cp1252.

    Returns
    -------
    SeriesDocument
        One series 'Value', or 'Original' (as the provider sent it) and 'Calculated'
        (by the GRDC) side by side. A point's number is its line; -999 is a gap.
        Flags are qualifiers of the calculated series: monthly files state the percent
        of days there, daily ones how a value was changed.

    Raises
    ------
    NotAcceptable
        It has no such header, or no columns below it.

    Notes
    -----
    Values are means over the day or month that begins at their date, by a clock that
    the file does not name: the recipe has to.
    """
    lines = read_lines(path, table, written_in="cp1252")
    header: dict[str, str] = {}
    columns: list[str] = []
    tracks: list[Track] = []
    rejects: list[Reject] = []
    for number, line in lines:
        if not line.strip():
            continue
        if line.startswith("#"):
            if entry := _ENTRY.match(line):
                header.setdefault(entry[1].strip(), entry[2].strip())
        elif not columns and _COLUMNS.match(line):
            columns = split_cells(line, ";")[2:]
            tracks = [Track() for name in columns if name.casefold() != "flag"]
        elif not _add_points(tracks, number, split_cells(line, ";")):
            reason = "not written as a date and values"
            rejects.append(Reject(path.name, "", number, "", line[:200], reason))
    if not columns or not header:
        raise NotAcceptable(
            f"{path.name}: no header of a GRDC station file with columns below it",
            hint="it has '# GRDC-No.:' and then 'YYYY-MM-DD;hh:mm; Value'",
        )
    series = tuple(_series(header, columns, tracks))
    notices = (*lines.notices, *_count(header, tracks, lines))
    return SeriesDocument(series, tuple(rejects), notices)


def _add_points(tracks: list[Track], number: int, cells: list[str]) -> bool:
    """Add the points of one line; False where it has no date or too few values."""
    date = _DATE.fullmatch(cells[0])
    if date is None or len(cells) < 2 + len(tracks):
        return False
    # Monthly files write day 00, or none.
    day = date[2] if date[2] not in (None, "00") else "01"
    time = f"{date[1]}-{day}"
    if _CLOCK.fullmatch(cells[1]):
        time += f"T{cells[1]}:00"
    flag = cells[2 + len(tracks)] if len(cells) > 2 + len(tracks) else ""
    for place, track in enumerate(tracks):
        is_last = place == len(tracks) - 1
        shown = flag if is_last and not is_sentinel(flag, _NONE) else ""
        value = cells[2 + place]
        track.add(number, time, "" if is_sentinel(value, _NONE) else value, shown)
    return True


def _entry(header: Mapping[str, str], beginning: str) -> str:
    """Return the entry whose key begins so; '' for none, '-' and -999."""
    for key, text in header.items():
        if key.startswith(beginning):
            return "" if text in ("-", "") or is_sentinel(text, _NONE) else text
    return ""


def _series(
    header: Mapping[str, str], columns: list[str], tracks: list[Track]
) -> Iterator[SourceSeries]:
    content = _entry(header, "Data Set Content").upper()
    interval = next((i for word, i in _INTERVALS.items() if word in content), "")
    is_mean = "MEAN" in content and interval
    x, y = _entry(header, "Longitude"), _entry(header, "Latitude")
    unit = _entry(header, "Unit")
    names = [name for name in columns if name.casefold() != "flag"]
    for name, track in zip(names, tracks, strict=True):
        yield SourceSeries(
            feature=_entry(header, "GRDC-No."),
            quantities=(name,),
            points=track.points(),
            name=_entry(header, "Station"),
            x=x if x and y else "",
            y=y if x and y else "",
            crs="EPSG:4326" if x and y else "",
            elevation=_entry(header, "Altitude"),
            vertical_datum="mean sea level" if _entry(header, "Altitude") else "",
            kind="stream-gauge",
            observed_property="discharge" if "DISCHARGE" in content else "",
            unit=unit,
            ucum=to_ucum(unit),
            statistic="mean" if is_mean else "",
            interval=interval if is_mean else "",
            procedure="" if name == "Value" else name.casefold(),
            attributes={
                key: text
                for beginning, key in _KEPT.items()
                if (text := _entry(header, beginning))
            },
        )


def _count(
    header: Mapping[str, str], tracks: list[Track], lines: TextLines
) -> Iterator[Reject]:
    """Point at a file that has not as many lines as it says: it may be cut off."""
    wanted = _entry(header, "Data lines")
    found = len(tracks[0].number) if tracks else 0
    if wanted.isdigit() and int(wanted) != found:
        row = tracks[0].number[-1] if found else 0
        reason = f"{found} lines follow, {wanted[:20]} were announced"
        name = lines.path.name
        yield Reject(name, "", row, "Data lines", wanted[:200], reason, lost=0)
