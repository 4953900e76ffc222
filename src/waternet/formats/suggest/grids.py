"""In which reference system coordinates are, told by their ranges and each other."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.suggest.words import normal
from waternet.observation.place import is_far_from_use, to_wgs84

__all__ = ["Fit", "Grid", "find_grids", "get_grids", "median_distance"]

Floats = npt.NDArray[np.float64]
_WITHIN = 0.9  # share of the points that must lie where a system is used


@dataclass(frozen=True, slots=True)
class Grid:
    """A reference system, and where numbers in it lie.

    Attributes
    ----------
    code, name : str
    x, y : (from, to)
        In its own unit.
    box : (west, east, south, north) [deg]
        Where agencies use it.
    words : tuple of str
        What headings call it.
    """

    code: str
    name: str
    x: tuple[float, float]
    y: tuple[float, float]
    box: tuple[float, float, float, float]
    words: tuple[str, ...]


class Fit(NamedTuple):
    """How coordinates may be read."""

    code: str
    name: str
    swapped: bool
    longitude: float
    latitude: float
    named: bool


@cache
def get_grids() -> tuple[Grid, ...]:
    """Return the systems that are tried; data, in no order of preference."""
    source = files("waternet.formats.suggest") / "grids.csv"
    with source.open(encoding="utf-8") as lines:
        return tuple(
            Grid(
                row["code"],
                row["name"],
                (float(row["x_from"]), float(row["x_to"])),
                (float(row["y_from"]), float(row["y_to"])),
                (
                    float(row["west"]),
                    float(row["east"]),
                    float(row["south"]),
                    float(row["north"]),
                ),
                tuple(row["words"].split("|")),
            )
            for row in csv.DictReader(lines)
        )


def find_grids(
    x: Sequence[float] | Floats, y: Sequence[float] | Floats, said: str = ""
) -> list[Fit]:
    """Return the systems that coordinates fit, those first that the words name.

    Parameters
    ----------
    x, y : sequences of float, (n,)
        As the file's headings have them: easting and northing.
    said : str
        Headings and titles, which may name the system.

    Examples
    --------
    >>> [fit.code for fit in find_grids([208980.0], [765390.0])]
    ['EPSG:2039']
    >>> find_grids([32.1], [35.9], "lat lon")[0].swapped
    False
    """
    first, second = np.array(x, float), np.array(y, float)
    found = []
    for grid in get_grids():
        for swapped in (False, True):
            east, north = (second, first) if swapped else (first, second)
            fit = _fit(grid, east, north, said, swapped=swapped)
            if fit:
                found.append(fit)
                break
    metric = [fit for fit in found if fit.code != "EPSG:4326"]
    degrees = [fit for fit in found if fit.code == "EPSG:4326"]
    small = (
        bool(len(first))
        and float(max(np.abs(first).max(), np.abs(second).max())) <= 180
    )
    chosen = degrees if small else metric
    # Web Mercator spans the Earth: anything fits it.
    chosen = [fit for fit in chosen if fit.code != "EPSG:3857" or fit.named]
    if any(not fit.swapped for fit in chosen):
        chosen = [fit for fit in chosen if not fit.swapped]
    named = [fit for fit in chosen if fit.named]
    return named + [fit for fit in chosen if not fit.named]


def _fit(grid: Grid, x: Floats, y: Floats, said: str, *, swapped: bool) -> Fit | None:
    inside = (x >= grid.x[0]) & (x <= grid.x[1]) & (y >= grid.y[0]) & (y <= grid.y[1])
    if not len(x) or inside.mean() < _WITHIN:
        return None
    try:
        longitude, latitude = to_wgs84(x[inside], y[inside], grid.code)
        far = is_far_from_use(longitude, latitude, grid.code)
    except NotAcceptable:
        return None
    west, east, south, north = grid.box
    used = (longitude >= west) & (longitude <= east)
    used &= (latitude >= south) & (latitude <= north) & ~far
    if used.mean() < _WITHIN:
        return None
    text = normal(said)
    named = any(normal(word) in text for word in grid.words)
    middle = float(np.median(longitude)), float(np.median(latitude))
    return Fit(grid.code, grid.name, swapped, *middle, named)


def median_distance(
    one: tuple[Floats, Floats, str], other: tuple[Floats, Floats, str]
) -> float:
    """Return how far apart two readings of the same places are [m], at the median.

    Parameters
    ----------
    one, other : (x, y, crs)
    """
    (lon, lat), (lon2, lat2) = (to_wgs84(x, y, crs) for x, y, crs in (one, other))
    east = (lon - lon2) * 111_320 * np.cos(np.radians(lat))
    north = (lat - lat2) * 110_574
    distances = np.hypot(east, north)
    distances = distances[np.isfinite(distances)]
    return float(np.median(distances)) if len(distances) else float("inf")
