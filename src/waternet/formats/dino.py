"""DINO: groundwater and gauge levels as DINOloket exports them, in CSV.

Source: the files themselves; their header names references (NAP, MV, MP), units and
columns. Layouts of 2015 (plain), 2024 (quoted) and the older one in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Track
from waternet.formats.lines import decode_head, read_lines, split_cells
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = ["is_dino", "list_series"]

_GRID = "EPSG:28992"  # Amersfoort / RD New, the grid of X-coordinaat and Y-coordinaat
_FIGURES = re.compile(r'^"?LOCATIE"?,(?:"?FILTERNUMMER"?,)?"?PEIL ?DATUM', re.I | re.M)
_PLACES = re.compile(r'^"?LOCATIE"?,.*X-COORDINAAT', re.I)
_DAY_FIRST = re.compile(r"(\d\d)-(\d\d)-(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})/(\d\d)/(\d\d)(?: (\d\d:\d\d(?::\d\d)?))?", re.ASCII)
_LEVEL = re.compile(
    r"stand \((?:(?P<unit>\w+) t\.o\.v\.? )?(?P<above>NAP|MV|MP)\)", re.I
)
_HEIGHT = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_REMARKS = ("bijzonderheid", "opmerking")
# A reading stands in up to three columns, of three observed properties or references.
_MEANING = {
    "NAP": ("groundwater-level", ""),
    "MP": ("depth-to-groundwater", "below-measuring-point"),
    "MV": ("depth-to-groundwater", "below-ground-surface"),
}
_Key = tuple[str, str]


def is_dino(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file has the two tables of a DINO export."""
    text = decode_head(head)
    return _FIGURES.search(text) is not None and any(
        _PLACES.match(line) for line in text.splitlines()[:60]
    )


@dataclass
class _Export:
    """What was read so far: places by location and filter, tracks by level column."""

    places: dict[_Key, Mapping[str, str]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    tracks: dict[_Key, dict[str, Track]] = field(default_factory=dict)

    @property
    def has_filters(self) -> bool:
        return "filternummer" in self.columns


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each location, filter and reference of a DINO export.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        Features are 'B33F0080-001': location and filter. Three series of one reading
        where the export has three: above NAP a groundwater level, below the measuring
        point (MP) the depth to it; that below ground (MV) is the depth only where it
        stands alone. 'Bijzonderheid' (D: dry) and
        'Opmerking' are qualifiers. A point's number is its line.

    Raises
    ------
    NotAcceptable
        The two tables are not in it.

    Notes
    -----
    A filter's measuring point moves; position, ground level and screen are those of
    its last row. Dates have no clock and no zone: the recipe says it.
    """
    lines = read_lines(path, table)
    export = _Export()
    rejects: list[Reject] = []
    heading: list[str] = []
    for number, line in lines:
        cells = split_cells(line, ",")
        if not any(cells):
            continue
        if _FIGURES.match(line):
            export.columns = [cell.casefold() for cell in cells]
        elif _PLACES.match(line):
            heading = [cell.casefold() for cell in cells]
        elif export.columns:
            if not _add_points(export, number, cells):
                reason = "no location and date stand in this line"
                rejects.append(Reject(path.name, "", number, "", line[:200], reason))
        elif heading:
            row = dict(zip(heading, cells, strict=False))
            export.places[_key(row)] = row  # the last one counts
    if not export.columns:
        raise NotAcceptable(
            f"{path.name}: no table 'Locatie,...,Peildatum' of a DINO export",
            hint="samples and borings of DINO are other files",
        )
    return SeriesDocument(tuple(_series(export)), tuple(rejects), lines.notices)


def _key(row: Mapping[str, str]) -> _Key:
    return row.get("locatie", ""), row.get("filternummer", "")


def _add_points(export: _Export, number: int, cells: Sequence[str]) -> bool:
    row = dict(zip(export.columns, cells, strict=False))
    date = row.get("peildatum") or row.get("peil datum tijd", "")
    if not row.get("locatie") or not date:
        return False
    remark = " ".join(text for name in _REMARKS if (text := row.get(name, "")))
    tracks = export.tracks.setdefault(_key(row), {})
    for name in export.columns:
        if _LEVEL.fullmatch(name):
            track = tracks.setdefault(name, Track())
            track.add(number, _iso(date), row.get(name, ""), remark)
    return True


def _iso(date: str) -> str:
    """Return a date as ISO text; another text stays, to be refused later."""
    if match := _DAY_FIRST.fullmatch(date):
        day, month, year, clock = match.groups()
    elif match := _YEAR_FIRST.fullmatch(date):
        year, month, day, clock = match.groups()
    else:
        return date
    return f"{year}-{month}-{day}" + (f"T{clock}" if clock else "")


def _series(export: _Export) -> Iterator[SourceSeries]:
    for key, place in export.places.items():
        if key not in export.tracks:
            yield _described(key, place, has_filter=export.has_filters)
    for key, tracks in export.tracks.items():
        for name, track in tracks.items():
            place = export.places.get(key, {})
            base = _described(key, place, has_filter=export.has_filters)
            match = _LEVEL.fullmatch(name)
            above = match["above"].upper() if match else ""
            # The older layout names no unit; its figures are centimetres as well.
            unit = (match["unit"] if match else "") or "cm"
            observed_property, procedure = _MEANING.get(above, ("", ""))
            if not export.has_filters:
                observed_property = "water-level" if above == "NAP" else ""
            elif above == "MV" and len(tracks) > 1:
                # The same reading from the measuring point is the depth that counts.
                observed_property = ""
            yield SourceSeries(
                feature=base.feature,
                quantities=(_quantity(name),),
                points=track.points(),
                name=base.name,
                x=base.x,
                y=base.y,
                crs=base.crs,
                elevation=base.elevation,
                vertical_datum=base.vertical_datum,
                kind=base.kind,
                observed_property=observed_property,
                unit=unit,
                ucum=to_ucum(unit),
                statistic="instant",
                interval="PT0S",
                procedure=procedure,
                attributes=base.attributes,
            )


def _quantity(name: str) -> str:
    """Return one name for a column that the exports write in several ways."""
    match = _LEVEL.fullmatch(name)
    unit = (match["unit"] if match else "") or "cm"
    return f"Stand ({unit} t.o.v. {match['above'].upper()})" if match else name


def _described(
    key: _Key, place: Mapping[str, str], *, has_filter: bool
) -> SourceSeries:
    """Return a location or filter without its points."""
    location, screen = key
    x, y = place.get("x-coordinaat", ""), place.get("y-coordinaat", "")
    ground = place.get("maaiveld (cm t.o.v. nap)") or place.get("maaiveld nap", "")
    kept = {
        "external-name": place.get("externe aanduiding", ""),
        "screen-top": _metres(_starting(place, "bovenkant filter")),
        "screen-bottom": _metres(_starting(place, "onderkant filter")),
        "measuring-point": _metres(_starting(place, "meetpunt")),
    }
    return SourceSeries(
        feature=f"{location}-{screen}" if screen else location,
        quantities=(),
        name=f"{location} {screen}".strip(),
        x=x if x and y else "",
        y=y if x and y else "",
        crs=_GRID if x and y else "",
        elevation=_metres(ground),
        vertical_datum="NAP" if _metres(ground) else "",
        kind="well" if has_filter else "",
        attributes={name: text for name, text in kept.items() if text},
    )


def _starting(place: Mapping[str, str], beginning: str) -> str:
    """Return the cell above NAP, or of the older layout, under a heading."""
    for name, text in place.items():
        if name.startswith(beginning) and not name.endswith("mv)"):
            return text
    return ""


def _metres(centimetres: str) -> str:
    """Return centimetres as metres, digit by digit; '' for what is no number."""
    if not _HEIGHT.fullmatch(centimetres):
        return ""
    return format(Decimal(centimetres).scaleb(-2), "f")
