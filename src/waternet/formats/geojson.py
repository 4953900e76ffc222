"""GeoJSON: properties as columns, a position from each geometry (RFC 7946)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_COLUMNS, verify_width
from waternet.formats.features import (
    NUMBER,
    Features,
    Point,
    has_own_ids,
    number_features,
    preview_features,
    read_features,
    repair_texts,
)
from waternet.formats.json_text import decode_json, json_faults, parse_json
from waternet.formats.outlines import MAX_VERTICES, Line, point_inside, point_on
from waternet.formats.preview import Sheet
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, TableLayout
from waternet.observation.place import is_north_first

__all__ = ["is_geojson", "preview_geojson", "read_geojson"]

MAX_DEPTH = 64  # properties, and collections of geometries, inside one another

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_IS_FEATURE = re.compile(rb'\s*:\s*"Feature(?:Collection)?"')
_CODE = re.compile(r"EPSG:{1,2}(?:[\d.]*:)?(\d{4,6})$", re.I)
_CRS84 = re.compile(r"(?:OGC|CRS):.*(?:CRS)?:?84$", re.I)


def is_geojson(head: bytes, name: str) -> bool:
    """Whether a file is a collection of features, or one feature.

    Examples
    --------
    >>> is_geojson(b'{"type": "FeatureCollection", "features": []}', "wells.json")
    True
    >>> is_geojson(b'{"type": "Coverage", "domain": {}}', "wells.geojson")
    False
    """
    del name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] not in (b"{", b"\x1e"):
        return False
    depth = 0
    for token in _TOKEN.finditer(start):
        if token[0] in b"{[":
            depth += 1
        elif token[0] in b"}]":
            depth -= 1
        elif depth == 1 and token[0] == b'"features"':
            return True
        elif depth == 1 and token[0] == b'"type"':
            return _IS_FEATURE.match(start, token.end()) is not None
    return False


def read_geojson(path: Path, recipe: Recipe) -> Reading:
    """Read features: a row for each, its properties and 'geometry.x', 'geometry.y'.

    Parameters
    ----------
    path : Path
        A FeatureCollection, one Feature, or a text of one on each line.
    recipe : Recipe
        A property inside another is 'outer.inner'; the feature's own id is 'id',
        unless a property is called so; 'geometry.number' as `[station] column` is its
        place in the collection, for features that nothing else tells apart. Without
        `[station] crs` the file's old member 'crs' counts, else longitude and latitude.

    Returns
    -------
    Reading
        A row's number is the feature's place in the collection, from 1.

    Raises
    ------
    NotAcceptable
        It is not JSON, holds no features, or lies deeper than `MAX_DEPTH`.
    """
    features = _read(path, recipe.table)
    if recipe.station.column == NUMBER and NUMBER not in features.headings:
        number_features(features)
    return read_features(features, recipe)


def preview_geojson(path: Path, table: TableLayout) -> list[Sheet]:
    """Return headings, rows and the reference system."""
    features = _read(path, table)
    if not has_own_ids(features):
        number_features(features)
    return [preview_features(features)]


def _read(path: Path, table: TableLayout) -> Features:
    members = list(_members(path, table.encoding))
    records = [_record(feature, path.name, n) for n, feature in enumerate(members, 1)]
    headings = list(dict.fromkeys(key for record in records for key in record))
    verify_width(path.name, len(headings))
    features = Features(
        path.name,
        "",
        headings,
        [
            (number, [record.get(key) for key in headings])
            for number, record in enumerate(records, 1)
        ],
        prefix="geometry.",
    )
    repair_texts(features, table.mojibake)
    geometries = [feature.get("geometry") for feature in members]
    if any(geometries):
        _place(features, geometries)
        features.crs = _system(members[0].get("\0crs"), path.name)
    return features


def _members(path: Path, encoding: str) -> Iterator[dict[str, Any]]:
    """Yield features; the collection's 'crs' is given to the first."""
    with json_faults(path.name):
        document = _load(decode_json(path, encoding))
    found = [document] if isinstance(document, dict) else document
    crs = None
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        found, crs = document.get("features"), document.get("crs")
    if not isinstance(found, list) or not all(map(_is_feature, found)):
        raise NotAcceptable(
            f"{path.name}: expected a FeatureCollection with a list of features",
            hint="a list of plain objects is read as 'records'",
        )
    for number, feature in enumerate(found):
        yield {**feature, "\0crs": crs} if number == 0 else feature


def _load(text: str) -> Any:
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data" and "\x1e" not in text[:2]:
            raise
        # One feature on a line, as RFC 8142 and others write them.
        lines = (line.strip("\x1e \r") for line in text.split("\n"))
        return [parse_json(line) for line in lines if line]


def _is_feature(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and each.get("type") == "Feature"
        and isinstance(each.get("properties") or {}, dict)
        and isinstance(each.get("geometry") or {}, dict)
    )


def _record(feature: Mapping[str, Any], file: str, number: int) -> dict[str, str]:
    record: dict[str, str] = {}
    _flatten(feature.get("properties") or {}, "", record, 0)
    if len(record) > MAX_COLUMNS:
        raise NotAcceptable(f"{file}, feature {number}: {len(record):,} properties")
    own = feature.get("id")
    if isinstance(own, str) and own:
        record = {"id": own, **record}
    return record


def _flatten(
    value: Mapping[str, Any], prefix: str, record: dict[str, str], depth: int
) -> None:
    if depth > MAX_DEPTH:
        raise NotAcceptable(f"properties lie more than {MAX_DEPTH} deep")
    for key, each in value.items():
        if isinstance(each, dict) and each:
            _flatten(each, f"{prefix}{key}.", record, depth + 1)
        elif isinstance(each, (list, dict)):
            record[prefix + key] = json.dumps(each, ensure_ascii=False)
        elif each is None:
            record[prefix + key] = ""
        else:
            record[prefix + key] = each if isinstance(each, str) else str(each).lower()


def _place(features: Features, geometries: list[Any]) -> None:
    points, nowhere, vertices = list[Point](), list[int](), 0
    for number, geometry in enumerate(geometries, 1):
        try:
            point, count = _point(geometry, 0)
        except (TypeError, ValueError, AttributeError, LookupError) as error:
            point, count = ("", "", ""), 0
            reason = f"no coordinates as GeoJSON writes them: {error}"
            features.notice(number, "geometry", json.dumps(geometry)[:200], reason)
        vertices += count
        if vertices > MAX_VERTICES:
            raise NotAcceptable(f"{features.file}: more than {MAX_VERTICES:,} vertices")
        points.append(point)
        if count > 1:
            features.outlines.append(number)
        if not point[0]:
            nowhere.append(number)
    features.points = points
    if nowhere:
        reason = f"{len(nowhere)} features from here on have no position"
        features.notice(nowhere[0], "geometry.x", "", reason)


def _point(geometry: Any, depth: int) -> tuple[Point, int]:
    """Return the position of a geometry, and how many vertices it has."""
    if not geometry:
        return ("", "", ""), 0
    kind, places = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        if depth > MAX_DEPTH:
            raise ValueError(f"collections lie more than {MAX_DEPTH} deep")
        inner = [_point(each, depth + 1) for each in geometry.get("geometries") or ()]
        first = next((point for point, _ in inner if point[0]), ("", "", ""))
        return first, sum(count for _, count in inner) + (len(inner) > 1)
    if kind == "Point":
        return _written(places), 1 if places else 0
    if kind == "MultiPoint":
        return _written(places[len(places) // 2] if places else None), len(places)
    lines = _lines(kind, places)
    found = point_on(lines) if "Line" in kind else point_inside(lines)
    if found is None:
        return ("", "", ""), 0
    return (repr(found[0]), repr(found[1]), ""), sum(map(len, lines)) + 1


def _lines(kind: Any, places: Any) -> list[Line]:
    if kind == "LineString":
        return [_line(places)]
    if kind in ("MultiLineString", "Polygon"):
        return [_line(each) for each in places]
    if kind == "MultiPolygon":
        return [_line(each) for area in places for each in area]
    raise ValueError(f"geometry of type {kind!r:.40}")


def _line(places: Any) -> Line:
    return np.array([[float(place[0]), float(place[1])] for place in places]).reshape(
        -1, 2
    )


def _written(place: Any) -> Point:
    if not place:
        return "", "", ""
    if len(place) < 2 or not all(isinstance(figure, str) for figure in place[:3]):
        raise ValueError(f"{place!r:.80} is no position")
    if not np.isfinite([float(figure) for figure in place[:3]]).all():
        raise ValueError(f"{place!r:.80} is no position")
    return place[0], place[1], place[2] if len(place) > 2 else ""


def _system(member: Any, file: str) -> str:
    """Return the system of an old collection's 'crs', else that of RFC 7946."""
    if not member:
        return "EPSG:4326"
    inner = member.get("properties") if isinstance(member, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    if isinstance(inner, dict) and "code" in inner:
        name = f"EPSG:{inner['code']}"
    name = name if isinstance(name, str) else ""
    if _CRS84.search(name):
        return "EPSG:4326"
    code = _CODE.search(name.replace("/", ":"))
    if code is None:
        return ""
    system = f"EPSG:{code[1]}"
    try:
        # GeoJSON has east first in any system, whatever its own order of axes.
        is_north_first(system)
    except NotAcceptable as error:
        raise NotAcceptable(f"{file}: {error}", hint=error.hint) from error
    return system
