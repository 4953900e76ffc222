"""CSV and text as KISTERS' web services and WISKI's web portals export them.

Source: SEPA, 'Time series data service', return formats csv and ascii: blocks of
lines '#key;value', then '#Timestamp;Value;...' and the values of one series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Track, point_decimal
from waternet.formats.lines import TextLines, decode_head, read_lines, split_cells
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = ["is_kiwis", "list_series"]

_COLUMNS = re.compile(r'^"?#"?Timestamp"?([;,\t])"?Value\b', re.M)
_KEY = re.compile(r'^"?#"?([A-Za-z][\w ]*?)"?([;,\t])(.*)$', re.ASCII)
# The same things under the names of the portals.
_SAME = {"station_number": "station_no", "unit_symbol": "ts_unitsymbol"}
_SAME |= {"timeseries_name": "ts_name", "station_parameter_name": "parameter_name"}
_SAME |= {"stationparameter_name": "parameter_name"}
_DESCRIBED = (
    *("station_no", "station_id", "station_name"),
    *("station_latitude", "station_longitude"),
)
_VALUES = {"value": ("quality code", "quality code name")}
_VALUES |= {"absolute value": ("av quality code", "av quality code name")}


def is_kiwis(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file begins with described blocks of '#Timestamp;Value'."""
    text = decode_head(head)
    columns = _COLUMNS.search(text)
    return columns is not None and text.lstrip().startswith(("#", '"#'))


@dataclass
class _Block:
    """One series' description, and its points while they are gathered."""

    about: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    delimiter: str = ";"
    tracks: dict[str, Track] = field(default_factory=dict)

    def start(self, line: str, delimiter: str) -> None:
        cells = split_cells(line, delimiter)
        self.columns = [cell.strip('#" ').casefold() for cell in cells]
        self.delimiter = delimiter
        self.tracks = {name: Track() for name in _VALUES if name in self.columns}

    def add(self, number: int, line: str, decimal: str) -> bool:
        """Add the points of a line; False where it has no time or no value."""
        cells = split_cells(line, self.delimiter)
        row = dict(zip(self.columns, cells, strict=False))
        if not row.get("timestamp") or len(cells) < 2:
            return False
        for name, track in self.tracks.items():
            remarks = (row.get(code, "") for code in _VALUES[name])
            value = row.get(name, "")
            if self.delimiter != "," and decimal == ".":
                value = point_decimal(value)
            remark = " ".join(text for text in remarks if text)
            track.add(number, row["timestamp"], value, remark)
        return True


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return every block of a WISKI export as a series.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        A point's number is its line. Quality codes are qualifiers; each agency gives
        them its own meaning. A block with absolute values gives a second series.

    Raises
    ------
    NotAcceptable
        No line '#Timestamp;Value' is in it.
    """
    lines = read_lines(path, table)
    series: list[SourceSeries] = []
    notices = list(lines.notices)
    rejects: list[Reject] = []
    for block in _blocks(lines, rejects, table.decimal):
        series += _series(block)
        notices += _count(block, path.name)
    if not series:
        raise NotAcceptable(
            f"{path.name}: no line '#Timestamp;Value'",
            hint="export with the headings, as csv or ascii",
        )
    return SeriesDocument(tuple(series), tuple(rejects), tuple(notices))


def _blocks(lines: TextLines, rejects: list[Reject], decimal: str) -> Iterator[_Block]:
    block = _Block()
    for number, line in lines:
        if not line.strip():
            continue
        key = _KEY.match(line)
        if key and block.columns:
            yield block
            block = _Block()
        if columns := _COLUMNS.match(line):
            block.start(line, columns[1])
        elif key:
            name = key[1].strip().casefold().replace(" ", "_")
            text = next(iter(split_cells(key[3], key[2])), "")
            block.about[_SAME.get(name, name)] = text
        elif line.startswith("#"):
            continue
        elif not block.columns or not block.add(number, line, decimal):
            reason = "no time and value stand in this line"
            rejects.append(Reject(lines.path.name, "", number, "", line[:200], reason))
    if block.columns:
        yield block


def _series(block: _Block) -> Iterator[SourceSeries]:
    about = block.about
    path = [part for part in about.get("ts_path", "").split("/") if part]
    in_path = path[1] if len(path) == 4 else ""
    number = about.get("station_no") or about.get("station_id") or in_path
    unit = about.get("ts_unitsymbol") or about.get("ts_unitname", "")
    x, y = about.get("station_longitude", ""), about.get("station_latitude", "")
    for name, track in block.tracks.items():
        yield SourceSeries(
            feature=number or about.get("ts_id", ""),
            quantities=_quantities(about, path, name),
            points=track.points(),
            name=about.get("station_name", ""),
            x=x if x and y else "",
            y=y if x and y else "",
            crs="EPSG:4326" if x and y else "",
            unit=unit,
            # 'm+NAP' is metres: above what belongs to the quantity.
            ucum=to_ucum(unit) or to_ucum(unit.partition("+")[0].strip()),
            procedure=about.get("ts_name")
            or about.get("ts_shortname")
            or (path[-1] if path else ""),
            attributes={
                key: text
                for key, text in about.items()
                if key.startswith(("station_", "river", "catchment"))
                and key not in _DESCRIBED
                and text
            },
        )


def _quantities(
    about: Mapping[str, str], path: list[str], value: str
) -> tuple[str, ...]:
    in_path = path[2] if len(path) == 4 else ""
    names = (about.get("parameter_name"), about.get("parametertype_name"), in_path)
    found = dict.fromkeys(name for name in names if name) or {"": None}
    if value == "value":
        return tuple(found)
    return tuple(f"{name} ({value})".strip() for name in found)


def _count(block: _Block, file: str) -> Iterator[Reject]:
    """Point at a block that has not as many rows as it says: it may be cut off."""
    wanted = block.about.get("rows", "")
    for track in list(block.tracks.values())[:1]:
        if wanted.isdigit() and int(wanted) != len(track.number):
            row = track.number[-1] if track.number else 0
            reason = f"{len(track.number)} rows follow, {wanted[:20]} were announced"
            yield Reject(file, "", row, "rows", wanted[:200], reason, lost=0)
