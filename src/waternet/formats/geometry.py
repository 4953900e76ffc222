"""Geometries in binary: well-known binary, and GeoPackage's header before it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

from waternet.formats.outlines import Line, point_inside, point_on

__all__ = ["read_geometry"]

_ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the header's code
_MAX_DEPTH = 16
_POINT, _LINE, _AREA = 1, 2, 3
_COLLECTIONS = (4, 5, 6, 7)  # of points, lines, areas, anything


def read_geometry(content: bytes) -> tuple[tuple[str, str, str], bool]:
    """Read the position of a geometry as a GeoPackage holds it.

    Parameters
    ----------
    content : bytes
        Header 'GP', then well-known binary of version 1.2 (ISO) or as PostGIS writes.

    Returns
    -------
    point : (x, y, z) of str
        '' where it is empty, or has no height.
    is_outline : bool
        Whether the point stands for a line or an area.

    Raises
    ------
    ValueError
        It is cut short, of another kind, or deeper than 16 collections.

    Examples
    --------
    >>> body = struct.pack("<BIdd", 1, 1, 35.93, 31.95)
    >>> read_geometry(b"GP" + bytes([0, 1]) + struct.pack("<i", 4326) + body)
    (('35.93', '31.95', ''), False)
    """
    if content[:2] != b"GP" or len(content) < 8:
        raise ValueError("it does not begin like a geometry of a GeoPackage")
    flags = content[3]
    code = flags >> 1 & 7
    if flags & 0x20 or code >= len(_ENVELOPES):
        raise ValueError("it is a geometry of an extension")
    shapes = _Shapes()
    try:
        _read(content, 8 + _ENVELOPES[code], shapes, 0)
    except struct.error as error:
        raise ValueError("it is cut short") from error
    if shapes.areas or shapes.lines:
        found = point_inside(shapes.areas) or point_on(shapes.lines)
        x, y = found or (np.nan, np.nan)
        return _written(x, y, np.nan), found is not None
    if not shapes.points:
        return ("", "", ""), False
    middle = shapes.points[len(shapes.points) // 2]
    return _written(*middle), len(shapes.points) > 1


@dataclass
class _Shapes:
    """What a geometry consists of."""

    points: list[tuple[float, float, float]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    areas: list[Line] = field(default_factory=list)


def _read(content: bytes, at: int, shapes: _Shapes, depth: int) -> int:
    """Read the geometry at a byte; return where the next one begins."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"collections lie more than {_MAX_DEPTH} deep")
    order = "<" if struct.unpack_from("B", content, at)[0] else ">"
    (code,) = struct.unpack_from(f"{order}I", content, at + 1)
    at += 5
    kind, figures = _kind(code)
    if code & 0x20000000:  # PostGIS: the number of the system follows
        at += 4
    if kind == _POINT:
        x, y, *more = struct.unpack_from(f"{order}{figures}d", content, at)
        has_height = figures == 4 or code & 0x80000000 or code // 1000 % 10 == 1
        shapes.points.append((x, y, more[0] if has_height and more else np.nan))
        return at + 8 * figures
    if kind == _LINE:
        line, at = _line(content, at, order, figures)
        shapes.lines.append(line)
        return at
    (count,) = struct.unpack_from(f"{order}I", content, at)
    at += 4
    for _ in range(count):  # each takes bytes: a count that lies ends at the last one
        if kind == _AREA:
            ring, at = _line(content, at, order, figures)
            shapes.areas.append(ring)
        else:
            at = _read(content, at, shapes, depth + 1)
    return at


def _kind(code: int) -> tuple[int, int]:
    """Return what a code stands for, and how many figures a vertex has."""
    plain = code & 0x0FFFFFFF
    kind, more = plain % 1000, plain // 1000
    extended = bool(code & 0x80000000) + bool(code & 0x40000000)
    if more > 3 or kind not in (_POINT, _LINE, _AREA, *_COLLECTIONS):
        raise ValueError(f"geometries of type {code} are not read")
    return kind, 2 + (extended or (0, 1, 1, 2)[more])


def _line(content: bytes, at: int, order: str, figures: int) -> tuple[Line, int]:
    (count,) = struct.unpack_from(f"{order}I", content, at)
    at += 4
    if count > (len(content) - at) // (8 * figures):
        raise ValueError("it is cut short")
    places = np.frombuffer(content, f"{order}f8", count * figures, at)
    line: Line = places.reshape(-1, figures)[:, :2].astype(np.float64)
    return line, at + 8 * figures * count


def _written(x: float, y: float, z: float) -> tuple[str, str, str]:
    if not (np.isfinite(x) and np.isfinite(y)):
        return "", "", ""
    return repr(float(x)), repr(float(y)), repr(float(z)) if np.isfinite(z) else ""
