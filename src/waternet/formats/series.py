"""Series documents: files that say themselves what each of their series is.

Each format lists its series in the same terms, as text; a recipe then says what this
party calls each quantity, and they are read like any table of figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells, clean_text
from waternet.formats.joining import join_readings
from waternet.formats.layout import read_cells
from waternet.formats.mismatches import by_own_clock, find_merged, other_unit
from waternet.formats.reading import Reading, Reject
from waternet.formats.recipe import Recipe, StationColumns, TimeColumns, ValueColumn
from waternet.formats.source_series import Points, SeriesDocument, SourceSeries
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import get_terms

__all__ = ["Points", "SeriesDocument", "SourceSeries", "read_series_file"]

_WITH_OFFSET = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$")


_WHEN = ("unit", "statistic", "interval", "procedure", "feature")
_Group = tuple[str, ...]


def read_series_file(path: Path, recipe: Recipe) -> Reading:
    """Read a series document through a recipe.

    Parameters
    ----------
    path : Path
    recipe : Recipe
        `[[value]]` column is one of the document's names for a quantity;
        `written_unit` what it calls the unit. `[station.ids]` maps its identifiers.

    Returns
    -------
    Reading
        A reject's row is the number of the point, as its format counts.

    Raises
    ------
    NotAcceptable
        The file is not in this format; times tell no clock and neither does the
        recipe.
    """
    module = import_module(f"waternet.formats.{recipe.format}")
    document: SeriesDocument = module.list_series(path, recipe.table)
    for value in recipe.value:
        unknown = sorted(value.when.keys() - set(_WHEN))
        if unknown:
            raise NotAcceptable(
                f"[[value]] {value.column!r}: when cannot ask for {unknown[0]!r}",
                hint=f"in a series document one of {', '.join(_WHEN)}",
            )
    groups, notices = _group(path.name, recipe, document)
    readings = [
        _read_group(path.name, recipe, key, members) for key, members in groups.items()
    ]
    if not readings:
        raise NotAcceptable(
            f"{path.name} holds no series", hint="is it the right file, and whole?"
        )
    return _with_document(join_readings(readings), document, notices)


def _group(
    file: str, recipe: Recipe, document: SeriesDocument
) -> tuple[dict[_Group, list[tuple[int, SourceSeries]]], list[Reject]]:
    """Put series together that are read alike, each with its `[[value]]`'s place."""
    groups: dict[_Group, list[tuple[int, SourceSeries]]] = {}
    left_out: dict[str, tuple[int, int]] = {}
    for each in document.series:
        place = _find_value(recipe.value, each)
        if place < 0 and each.points.time:
            name = each.quantities[0] if each.quantities else ""
            count, row = left_out.get(name, (0, each.points.number[0]))
            left_out[name] = (count + len(each.points.time), row)
        stamp = each.stamp
        if place < 0 or recipe.value[place].interval == INSTANT:
            stamp = "start"
        each = by_own_clock(each, recipe.time.zone)  # noqa: PLW2901
        zone = recipe.time.zone or each.zone
        if place >= 0 and not zone:
            zone = _stated(file, each)
        key = (
            *("places" if place < 0 else "figures", zone, stamp, each.time_format),
            *(each.crs if each.x else "", each.vertical_datum, each.kind),
        )
        groups.setdefault(key, []).append((place, each))
    notices = [
        Reject(file, "", row, name, "", _left_out(count), lost=0)
        for name, (count, row) in left_out.items()
        if recipe.value
    ]
    matched = (
        (place, each)
        for members in groups.values()
        for place, each in members
        if place >= 0
    )
    return groups, [*notices, *find_merged(file, recipe.value, matched)]


def _left_out(count: int) -> str:
    return f"{count} points of this quantity are of a kind that the recipe leaves out"


def _find_value(values: Sequence[ValueColumn], series: SourceSeries) -> int:
    """Return the place of the part that is about a series; -1 for none.

    Of several, the one that expects the series' unit.
    """
    found = [place for place, value in enumerate(values) if series.answers(value)]
    for place in found:
        if values[place].written_unit in ("", series.unit):
            return place
    return found[0] if found else -1


def _stated(file: str, series: SourceSeries) -> str:
    """Return UTC where every time carries its own offset; else nobody knows."""
    points = series.points
    for times in (points.time, points.end):
        for place, time in enumerate(times):
            if time and not _WITH_OFFSET.search(time):
                raise NotAcceptable(
                    f"{file}, point {points.number[place]}: {time!r} does not say by "
                    "whose clock",
                    hint="say it in the recipe: [time] zone = 'Asia/Amman', or "
                    "'+02:00'",
                )
    return "UTC"


def _read_group(
    file: str, recipe: Recipe, key: _Group, members: list[tuple[int, SourceSeries]]
) -> Reading:
    expected = [
        other_unit(recipe.value[place], each) if place >= 0 else ""
        for place, each in members
    ]
    cells = _cells(file, members, expected)
    _reject_other_units(cells, members, expected)
    return read_cells(cells, _as_layout(recipe, key, cells))


def _cells(
    file: str, members: list[tuple[int, SourceSeries]], expected: list[str]
) -> Cells:
    """Return one table of the points of several series; a place alone has one row."""
    numbers: list[int] = []
    columns: dict[str, list[str]] = {name: [] for name in _POINT}
    lengths = []
    for place, each in members:
        points = each.points
        count = len(points.time) if place >= 0 else 0
        if not count:
            numbers.append(0)
            for name in _POINT:
                columns[name].append("")
        else:
            blank = [""] * count
            numbers += points.number
            columns["time"] += points.time
            columns["end"] += points.end or blank
            columns["value"] += points.value
            columns["qualifier"] += points.qualifier or blank
            columns["status"] += points.status or points.qualifier or blank
        lengths.append(max(count, 1))
    made = {
        name: pa.chunked_array([pa.array(texts, pa.string())])
        for name, texts in columns.items()
    }
    for name, texts in _described(members, expected).items():
        codes = np.repeat(np.arange(len(members), dtype=np.int32), lengths)
        column = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts))
        made[name] = pa.chunked_array([column])
    return Cells(file, "", made, np.array(numbers, np.int64))


_POINT = ("time", "end", "value", "qualifier", "status")
_PLACE = ("feature", "name", "x", "y", "elevation")
_ATTRIBUTE = "attribute "


def _described(
    members: list[tuple[int, SourceSeries]], expected: list[str]
) -> dict[str, list[str]]:
    """Return what holds for all points of each series."""
    found = {name: [getattr(each, name) for _, each in members] for name in _PLACE}
    found["name"] = [clean_text(each.name) or each.feature for _, each in members]
    found["part"] = [
        str(place) if place >= 0 and not unit else ""
        for (place, _), unit in zip(members, expected, strict=True)
    ]
    for key in sorted({key for _, each in members for key in each.attributes}):
        found[_ATTRIBUTE + key] = [each.attributes.get(key, "") for _, each in members]
    return found


def _reject_other_units(
    cells: Cells, members: list[tuple[int, SourceSeries]], expected: list[str]
) -> None:
    """Refuse the points of series that are not in the unit the recipe expects."""
    row = 0
    for (_, each), unit in zip(members, expected, strict=True):
        if unit:
            for offset, value in enumerate(each.points.value):
                if value:
                    reason = "not the unit that the recipe expects"
                    cells.reject(row + offset, "uom", each.unit, reason, unit)
        row += max(len(each.points.time), 1)


def _as_layout(recipe: Recipe, key: _Group, cells: Cells) -> Recipe:
    """Return the recipe of the table that the points make."""
    what, zone, stamp, time_format, crs, vertical_datum, kind = key
    given = recipe.station
    more: dict[str, str] = {}
    if crs or given.crs:
        more |= {"x_column": "x", "y_column": "y", "crs": given.crs or crs}
        more |= {"elevation_column": "elevation"}
    attributes = {
        name.removeprefix(_ATTRIBUTE): name
        for name in cells.columns
        if name.startswith(_ATTRIBUTE)
    }
    station: StationColumns = replace(
        given,
        column="" if given.id else "feature",
        kind=given.kind or kind or "sampling-point",
        name_columns={} if given.names else {"und": "name"},
        vertical_datum=given.vertical_datum or vertical_datum,
        attribute_columns={**attributes, **given.attribute_columns},
        **more,  # type: ignore[arg-type]
    )
    forms = tuple(dict.fromkeys((time_format, "ISO")))  # of times, of their ends
    time = replace(recipe.time, column="time", format=forms, zone=zone or "UTC")
    time = _stamped(time, stamp)
    if time.stamp == "start" and len(cells.encoded("end")[1]):
        time = replace(time, end_column="end")
    values = recipe.value if what == "figures" else ()
    statuses = {term: term for term in get_terms("status")}
    return replace(
        recipe,
        station=station,
        time=time,
        value=tuple(_value(place, each) for place, each in enumerate(values)),
        status_codes=statuses | dict(recipe.status_codes),
    )


def _stamped(time: TimeColumns, stamp: str) -> TimeColumns:
    """Return when, with the document's word on its stamps unless the recipe has one."""
    return time if time.stamp != "start" else replace(time, stamp=stamp)


def _value(place: int, value: ValueColumn) -> ValueColumn:
    return replace(
        value,
        column="value",
        when={"part": str(place)},
        written_unit="",
        qualifier_column="qualifier",
        status_column="status",
    )


def _with_document(
    reading: Reading, document: SeriesDocument, notices: list[Reject]
) -> Reading:
    """Add what the document itself refused or pointed at."""
    rejects = (*document.rejects, *reading.rejects)
    counts = dict(reading.counts)
    counts["rejected"] = len(rejects)
    counts["cells"] += sum(reject.lost for reject in document.rejects)
    return replace(
        reading,
        rejects=rejects,
        counts=counts,
        notices=(*document.notices, *notices, *reading.notices),
    )
