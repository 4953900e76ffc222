"""Make the file of coasts and waters that the portal's maps are drawn from.

Files in TopoJSON go in; land, lakes and rivers come out, in one file of steps on a
grid of a ten-thousandth of a degree. Whatever else they hold, borders of states
above all, stays behind.

References
----------
The TopoJSON Format Specification, version 1.0 (quantized arcs, section 2.1.3).
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["make_outlines", "read_lines"]

GRID = 10_000  # steps in a degree
TURN = 360 * GRID
Point: TypeAlias = tuple[int, int]


def make_outlines(files: dict[str, Path]) -> bytes:
    """Return the file: a line of JSON (layer to lengths), then the steps, packed.

    Parameters
    ----------
    files : dict of str to Path
        For each layer ('land', 'lakes', 'rivers') the TopoJSON with an object of that
        name.
    """
    layers = {name: read_lines(file, name) for name, file in files.items()}
    steps = array("i")
    last = (0, 0)
    for lines in layers.values():
        for line in lines:
            for here in line:
                steps.extend((here[0] - last[0], here[1] - last[1]))
                last = here
    if sys.byteorder == "big":
        steps.byteswap()  # the file is little-endian
    head = {name: [len(line) for line in lines] for name, lines in layers.items()}
    return zlib.compress(json.dumps(head).encode() + b"\n" + steps.tobytes(), 9)


def read_lines(file: Path, name: str) -> list[list[Point]]:
    """Return the lines and rings of one object, as steps on the grid."""
    topology = json.loads(file.read_text("utf-8"))
    arcs = list(_arcs(topology))
    found = []
    for numbers in _runs(topology["objects"][name]):
        line: list[Point] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            line += arc[1:] if line else arc
        line = _running_on(line[:1] + [b for a, b in pairwise(line) if a != b])
        if len(line) > 1:
            found.append(line)
    return found


def _running_on(line: list[Point]) -> list[Point]:
    """Let a line's longitudes run on across the date line, and a ring close.

    A ring about a pole has no end on a flat map: it is closed along the map's edge.
    """
    found, turns = line[:1], 0
    for (before, _), (x, y) in pairwise(line):
        if abs(x - before) > TURN // 2:
            turns += TURN if x < before else -TURN
        found.append((x + turns, y))
    if turns and line[0] == line[-1]:
        pole = (1 if found[0][1] > 0 else -1) * 90 * GRID
        found += [(found[-1][0], pole), (found[0][0], pole), found[0]]
    return found


def _arcs(topology: dict[str, Any]) -> Iterator[list[Point]]:
    (kx, ky), (x0, y0) = (topology["transform"][one] for one in ("scale", "translate"))
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            line.append((round((x * kx + x0) * GRID), round((y * ky + y0) * GRID)))
        yield line


def _runs(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Yield the arcs of each line or ring."""
    for one in geometry.get("geometries", ()):
        yield from _runs(one)
    nested = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}
    if (depth := nested.get(geometry["type"])) is not None:
        yield from _flat(geometry["arcs"], depth)


def _flat(arcs: Any, depth: int) -> Iterator[list[int]]:
    if depth == 0:
        yield arcs
    else:
        for one in arcs:
            yield from _flat(one, depth - 1)
