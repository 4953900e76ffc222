"""Shapefiles: the attributes of the .dbf, a position from each shape of the .shp."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from waternet.errors import NotAcceptable
from waternet.formats.dbase import DbaseTable, is_dbase, read_dbase
from waternet.formats.features import (
    Features,
    Point,
    preview_features,
    read_features,
    repair_texts,
)
from waternet.formats.outlines import MAX_VERTICES, point_inside, point_on
from waternet.formats.preview import Sheet
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.reference_system import MAX_WKT, identify_system
from waternet.formats.zipped import Parts, beside, open_archive

__all__ = ["is_shapefile", "preview_shapefile", "read_shapefile"]

_MAGIC = b"\x00\x00\x27\x0a"
_RECORD = struct.Struct(">II")
_SUFFIXES = ("shp", "dbf", "prj", "cpg")
# An entry of an archive, by its own header: the name stands 30 bytes from its start.
_ZIPPED = re.compile(rb"PK\x03\x04.{26}[^\x00]{1,255}?\.(?:shp|dbf)", re.S | re.I)
_NULL, _POINTS, _MANY = 0, (1, 11, 21), (8, 18, 28)
_LINES, _AREAS = (3, 13, 23), (5, 15, 25)
_NO_DATA = -1e38  # less than this is no figure
_EXPECTED = "a .shp with its .dbf beside it, a .dbf, or a .zip that holds them"
_CPG = re.compile(r"^(?:cp|windows-?|ansi|oem)?[ _-]?(\d{3,5})$", re.I)


def is_shapefile(head: bytes, name: str) -> bool:
    """Whether a file is a .shp, a .dbf, or an archive that holds one.

    Examples
    --------
    >>> is_shapefile(b"id,level", "wells.shp")
    False
    """
    del name
    if head.startswith(_MAGIC):
        return len(head) >= 100 and head[28:32] == b"\xe8\x03\x00\x00"
    return is_dbase(head) or bool(_ZIPPED.match(head) or _ZIPPED.search(head))


def read_shapefile(path: Path, recipe: Recipe) -> Reading:
    """Read the attributes of shapes, and where each is.

    Parameters
    ----------
    path : Path
        A .shp (its .dbf, .prj and .cpg are taken from beside it), a .dbf, or a .zip
        with one shapefile; of several, `[table] sheet` names one.
    recipe : Recipe
        Positions are in the columns 'x', 'y' and, where shapes have one, 'z'. Without
        `[station] crs` the .prj counts. `[table] encoding` counts where it is not
        UTF-8, else the .cpg.

    Returns
    -------
    Reading
        A row's number is that of the record, from 1.

    Raises
    ------
    NotAcceptable
        A part is missing, cut short or not what its name says.
    """
    return read_features(_read(path, recipe.table), recipe)


def preview_shapefile(path: Path, table: TableLayout) -> list[Sheet]:
    """Return headings, rows and the reference system as the .prj says it."""
    return [preview_features(_read(path, table))]


def _read(path: Path, table: TableLayout) -> Features:
    parts = _parts(path, table.sheet)
    if "dbf" not in parts.contents:
        raise NotAcceptable(
            f"{path.name}: no {parts.stem}.dbf beside it",
            hint=f"expected {_EXPECTED}; send all parts together",
        )
    said = "" if table.encoding.lower() in ("utf-8", "utf8") else table.encoding
    encoding = said or _code_page(parts.contents.get("cpg", b""))
    content = read_dbase(parts.contents["dbf"], f"{parts.stem}.dbf", encoding)
    features = Features(
        path.name,
        parts.stem if parts.is_archive else "",
        content.headings,
        list(_rows(content)),
    )
    repair_texts(features, table.mojibake)
    _notice_oddities(features, content, encoding)
    if "shp" in parts.contents:
        _place(features, parts, content)
    return features


def _parts(path: Path, wanted: str) -> Parts:
    with path.open("rb") as source:
        is_archive = source.read(4) == b"PK\x03\x04"
    return (
        open_archive(path, _SUFFIXES, wanted) if is_archive else beside(path, _SUFFIXES)
    )


def _rows(table: DbaseTable) -> Iterator[tuple[int, Sequence[str | None]]]:
    records = zip(*table.columns, strict=True)
    for place, record in zip(table.kept, records, strict=True):
        yield place + 1, record


def _notice_oddities(features: Features, table: DbaseTable, said: str) -> None:
    if table.deleted:
        reason = f"{table.deleted} records are marked as deleted: passed over"
        features.notice(0, "", "", reason)
    for heading in table.unread:
        reason = "a column whose text is in another file (.dbt): not read"
        features.notice(0, heading, "", reason)
    if said and said.lower().replace("-", "") != table.encoding.replace("-", ""):
        reason = f"its text is UTF-8, although {said} is said"
        features.notice(0, "", said, reason)


def _code_page(written: bytes) -> str:
    """Return the encoding that a .cpg names; '' where it names none that is known."""
    text = written[:64].decode("latin-1").strip().removeprefix("\xef\xbb\xbf")
    number = _CPG.match(text)
    name = f"cp{number[1]}" if number else text
    if name in ("cp65001", "65001"):
        return "utf-8"
    try:
        "1".encode(name)
    except (LookupError, ValueError):
        return ""
    return name.lower()


def _place(features: Features, parts: Parts, table: DbaseTable) -> None:
    """Give each row the position of its shape."""
    system = parts.contents.get("prj", b"")[: MAX_WKT + 1].decode("utf-8", "replace")
    features.crs = identify_system(system)
    if system.strip() and not features.crs:
        reason = "no registered system is just like this: ask which one is meant"
        features.notice(0, "", system.strip(), reason)
    shapes = _shapes(parts.contents["shp"], f"{parts.stem}.shp")
    if len(shapes) != len(table.kept) + table.deleted:
        raise NotAcceptable(
            f"{parts.stem}: {len(shapes)} shapes, but "
            f"{len(table.kept) + table.deleted} records in the .dbf",
            hint="the parts are of different files, or one is cut short",
        )
    points, nowhere = list[Point](), list[int]()
    for place in table.kept:
        point, is_outline = shapes[place]
        points.append(point)
        if is_outline:
            features.outlines.append(place + 1)
        if not point[0]:
            nowhere.append(place + 1)
    features.points = points
    if nowhere:
        reason = f"{len(nowhere)} records from here on have no position"
        features.notice(nowhere[0], "x", "", reason)


def _shapes(content: bytes, file: str) -> list[tuple[Point, bool]]:
    """Return the position of each shape, and whether it stands for an outline."""
    if content[:4] != _MAGIC or len(content) < 100:
        raise NotAcceptable(
            f"{file} is not a shapefile: it does not begin like one",
            hint=f"expected {_EXPECTED}",
        )
    shapes, at, vertices = [], 100, 0
    while at + 8 <= len(content):
        number, words = _RECORD.unpack_from(content, at)
        end = at + 8 + 2 * words
        if end > len(content) or words < 2:
            raise NotAcceptable(
                f"{file} is cut short in or after shape {number}",
                hint="copy it again, all of its parts together",
            )
        shape = content[at + 8 : end]
        vertices += len(shape) // 16
        if vertices > MAX_VERTICES:
            raise NotAcceptable(f"{file}: more than {MAX_VERTICES:,} vertices")
        try:
            shapes.append(_shape(shape))
        except (struct.error, ValueError) as error:
            raise NotAcceptable(f"{file}, shape {number}: {error}") from error
        at = end
    return shapes


def _shape(shape: bytes) -> tuple[Point, bool]:
    kind = struct.unpack_from("<i", shape)[0]
    if kind == _NULL:
        return ("", "", ""), False
    if kind in _POINTS:
        x, y = struct.unpack_from("<2d", shape, 4)
        z = struct.unpack_from("<d", shape, 20)[0] if kind == 11 else _NO_DATA
        return _point(x, y, z), False
    if kind in _MANY:
        count = struct.unpack_from("<i", shape, 36)[0]
        places = _doubles(shape, 40, count)
        x, y = places[len(places) // 2] if count else (np.nan, np.nan)
        return _point(float(x), float(y), _NO_DATA), count > 1
    if kind not in _LINES + _AREAS:
        raise ValueError(f"shapes of type {kind} are not read")
    parts, count = struct.unpack_from("<2i", shape, 36)
    if not 0 <= parts <= len(shape) // 4:
        raise ValueError(f"{parts} parts in {len(shape)} bytes")
    starts = np.frombuffer(shape, "<i4", parts, 44)
    places = _doubles(shape, 44 + 4 * parts, count)
    if len(starts) and (np.diff(starts) < 0).any() | (starts[0] < 0):
        raise ValueError("its parts are out of order")
    lines = np.split(places, starts[1:])
    found = point_on(lines) if kind in _LINES else point_inside(lines)
    return _point(*(found or (np.nan, np.nan)), _NO_DATA), True


def _doubles(
    shape: bytes, at: int, count: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    if not 0 <= count <= (len(shape) - at) // 16:
        raise ValueError(f"{count} vertices in {len(shape)} bytes")
    return np.frombuffer(shape, "<f8", 2 * count, at).reshape(-1, 2)


def _point(x: float, y: float, z: float) -> Point:
    if not (np.isfinite(x) and np.isfinite(y)) or min(x, y) < _NO_DATA:
        return "", "", ""
    height = repr(z) if np.isfinite(z) and z > _NO_DATA else ""
    return repr(x), repr(y), height
