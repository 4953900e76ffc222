"""One point that stands for a line or an area."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["MAX_VERTICES", "Line", "point_inside", "point_on"]

Line = npt.NDArray[np.float64]  # (vertices, 2): x, y

MAX_VERTICES = 20_000_000  # of one file


def point_inside(rings: Sequence[Line]) -> tuple[float, float] | None:
    """Return a point inside an area, in the middle of its widest part at some height.

    Parameters
    ----------
    rings : sequence of arrays of float, each (vertices, 2)
        Outer rings, holes and islands in any order: a point is inside where it is
        inside an odd number of them.

    Returns
    -------
    x, y : float
        Never in a hole; on the outline where the area is empty. None without any
        vertex.

    Examples
    --------
    >>> square = np.array([[0.0, 0], [9, 0], [9, 9], [0, 9], [0, 0]])
    >>> hole = np.array([[1.0, 1], [6, 1], [6, 8], [1, 8], [1, 1]])
    >>> point_inside([square, hole])
    (7.5, 4.5)
    """
    rings = [_finite(ring) for ring in rings]
    rings = [ring for ring in rings if len(ring)]
    if not rings:
        return None
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    low, high = float(largest[:, 1].min()), float(largest[:, 1].max())
    for share in (0.5, 0.25, 0.75):
        height = _between_vertices(rings, low + (high - low) * share)
        crossings = np.sort(np.concatenate([_crossings(r, height) for r in rings]))
        left, right = crossings[:-1:2], crossings[1::2]
        if len(left) and (right - left).max() > 0:
            widest = int(np.argmax(right - left))
            return float(left[widest] + right[widest]) / 2, height
    return float(largest[0, 0]), float(largest[0, 1])


def point_on(lines: Sequence[Line]) -> tuple[float, float] | None:
    """Return the point halfway along the longest of some lines; None without vertex.

    Examples
    --------
    >>> point_on([np.array([[0.0, 0], [4, 0], [4, 4]]), np.array([[9.0, 9], [9, 8]])])
    (4.0, 0.0)
    """
    lines = [_finite(line) for line in lines]
    lines = [line for line in lines if len(line)]
    if not lines:
        return None
    steps = [np.hypot(*np.diff(line, axis=0).T) for line in lines]
    place = int(np.argmax([step.sum() for step in steps]))
    line, along = lines[place], np.append(0.0, np.cumsum(steps[place]))
    half = along[-1] / 2
    x = float(np.interp(half, along, line[:, 0]))
    return x, float(np.interp(half, along, line[:, 1]))


def _finite(line: Line) -> Line:
    line = np.asarray(line, np.float64).reshape(-1, 2)
    kept: Line = line[np.isfinite(line).all(axis=1) & (np.abs(line) < 1e100).all(1)]
    return kept


def _area(ring: Line) -> float:
    """Return twice the area of a ring, negative where it turns clockwise."""
    x, y = (ring - ring[0]).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def _between_vertices(rings: Sequence[Line], height: float) -> float:
    """Return a height near one wanted at which no vertex lies."""
    heights = np.unique(np.concatenate([ring[:, 1] for ring in rings]))
    if height not in heights:
        return height
    place = int(np.searchsorted(heights, height))
    gaps = [
        (abs(below + above - 2 * height), (below + above) / 2)
        for below, above in pairwise(heights[max(place - 1, 0) : place + 2].tolist())
    ]
    return min(gaps)[1] if gaps else height


def _crossings(ring: Line, height: float) -> npt.NDArray[np.float64]:
    """Return where a ring, closed by a straight line, crosses a height."""
    start, end = ring, np.roll(ring, -1, axis=0)
    crosses = (start[:, 1] > height) != (end[:, 1] > height)
    start, end = start[crosses], end[crosses]
    share = (height - start[:, 1]) / (end[:, 1] - start[:, 1])
    crossings: npt.NDArray[np.float64] = start[:, 0] + share * (end[:, 0] - start[:, 0])
    return crossings
