"""Land, lakes and rivers of the world: read once, cut to what a map shows.

The file is made when Waternet is built, from Natural Earth, which is in the public
domain (decision 0068). It holds coasts and waters alone: no border of any state is in
it.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from waternet.errors import NotFound
from waternet.portal.map.extent import Extent

__all__ = ["LAYERS", "Lines", "clip_lines", "clip_rings", "cut_outlines"]

Floats = npt.NDArray[np.float64]

LAYERS = ("land", "lakes", "rivers")
FILE = "outlines.bin"
_GRID = 1e-4  # deg: about 11 m


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one kind.

    Attributes
    ----------
    points : array, (n, 2) [deg]
        Longitude and latitude of all lines, one after the other.
    starts : array of int, (k,)
        Where each line begins.
    bounds : array, (k, 4) [deg]
        West, south, east and north of each.
    """

    points: Floats
    starts: npt.NDArray[np.int64]
    bounds: Floats


@lru_cache(64)
def cut_outlines(layer: str, extent: Extent) -> tuple[Floats, ...]:
    """Return what of a layer lies within an extent.

    Parameters
    ----------
    layer : str
        'land', 'lakes' (rings: what lies inside an odd number is inside) or 'rivers'.

    Returns
    -------
    tuple of array, (n, 2) [deg]
        Longitudes run on where the extent crosses the date line.

    Raises
    ------
    NotFound
        The package was built without the file.
    """
    lines = _read_outlines()[layer]
    cut = clip_lines if layer == "rivers" else clip_rings
    found: list[Floats] = []
    for turn in (-360.0, 0.0, 360.0):
        west, south, east, north = extent.bounds
        shifted = Extent(west - turn, south, east - turn, north)
        for one in cut(lines, shifted):
            found.append(one + np.array([turn, 0.0]) if turn else one)
    return tuple(found)


def clip_rings(lines: Lines, extent: Extent) -> list[Floats]:
    """Return the parts of areas within an extent, as rings.

    Edges that the cut adds run along the border of the extent.

    References
    ----------
    Sutherland, I. E. and Hodgman, G. W. (1974): Reentrant polygon clipping.
    Communications of the ACM 17(1), 32-42.
    """
    found = []
    for ring, is_inside in _near(lines, extent):
        cut = ring if is_inside else _clip_ring(ring, extent)
        if len(cut) > 2:
            found.append(cut)
    return found


def clip_lines(lines: Lines, extent: Extent) -> list[Floats]:
    """Return the parts of lines within an extent, to the next point outside of it."""
    west, south, east, north = extent.bounds
    found = []
    for line, is_inside in _near(lines, extent):
        if is_inside:
            found.append(line)
            continue
        x, y = line[:, 0], line[:, 1]
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        kept = inside.copy()
        kept[:-1] |= inside[1:]
        kept[1:] |= inside[:-1]
        ends = np.flatnonzero(np.diff(np.concatenate([[0], kept.astype(np.int8), [0]])))
        found += [line[a:b] for a, b in ends.reshape(-1, 2) if b - a > 1]
    return found


def _near(lines: Lines, extent: Extent) -> list[tuple[Floats, bool]]:
    """Return the lines that may touch an extent, and whether all of one is inside."""
    west, south, east, north = extent.bounds
    w, s, e, n = lines.bounds.T
    touches = (w <= east) & (e >= west) & (s <= north) & (n >= south)
    inside = (w >= west) & (e <= east) & (s >= south) & (n <= north)
    ends = np.append(lines.starts[1:], len(lines.points))
    return [
        (lines.points[lines.starts[one] : ends[one]], bool(inside[one]))
        for one in np.flatnonzero(touches)
    ]


def _clip_ring(ring: Floats, extent: Extent) -> Floats:
    limits = (
        (0, extent.west, 1.0),
        (0, extent.east, -1.0),
        (1, extent.south, 1.0),
        (1, extent.north, -1.0),
    )
    for axis, limit, sign in limits:
        ring = _clip_half(ring, axis, limit, sign)
        if len(ring) < 3:
            return ring
    return ring


def _clip_half(ring: Floats, axis: int, limit: float, sign: float) -> Floats:
    """Return what of a ring lies on one side of a line."""
    depth = sign * (ring[:, axis] - limit)
    following, later = np.roll(ring, -1, axis=0), np.roll(depth, -1)
    inside, stays = depth >= 0, later >= 0
    if inside.all():
        return ring
    crosses = np.flatnonzero(inside != stays)
    share = depth[crosses] / (depth[crosses] - later[crosses])
    crossing = ring[crosses] + share[:, None] * (following[crosses] - ring[crosses])
    crossing[:, axis] = limit
    kept = np.flatnonzero(inside)
    # Where an edge crosses, the crossing comes after the edge's first point.
    order = np.argsort(np.concatenate([kept * 2, crosses * 2 + 1]), kind="stable")
    clipped: Floats = np.concatenate([ring[kept], crossing])[order]
    return clipped


@cache
def _read_outlines() -> dict[str, Lines]:
    file = files("waternet.portal") / "assets" / "vendor" / FILE
    if not file.is_file():
        raise NotFound(
            "the package holds no coasts and waters for its maps",
            hint="install it again: the build makes them, with npm",
        )
    head, _, body = zlib.decompress(file.read_bytes()).partition(b"\n")
    steps = np.frombuffer(body, "<i4").reshape(-1, 2)
    points = np.cumsum(steps, axis=0, dtype=np.int64).astype(np.float64) * _GRID
    found, start = dict[str, Lines](), 0
    for layer, lengths in json.loads(head).items():
        ends = np.cumsum(lengths)
        part: Floats = points[start : start + int(ends[-1])]
        starts = np.append(0, ends[:-1]).astype(np.int64)
        bounds: Floats = np.column_stack(
            [
                np.minimum.reduceat(part, starts),
                np.maximum.reduceat(part, starts),
            ]
        )
        found[layer] = Lines(part, starts, bounds)
        start += int(ends[-1])
    return found
