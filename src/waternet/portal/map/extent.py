"""Which part of the world a map shows, and where a place lies on the paper.

Equirectangular, with the scale along the parallel true at the middle latitude: shapes
of a region look right, north is up, and a place is found again by two divisions. Over
more than some 20 degrees of latitude, what is far from the middle is drawn too wide or
too narrow.

References
----------
Snyder, J. P. (1987): Map projections, a working manual. U.S. Geological Survey
Professional Paper 1395, section 12 (equidistant cylindrical, eq. 12-1 and 12-2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["WORLD", "Extent", "Paper", "extent_of", "read_extent", "round_length"]

Floats = npt.NDArray[np.float64]

KILOMETRES = 111.32  # of one degree along a meridian, and along the equator
_LEAST = 0.1  # deg, of latitude: about 11 km
_MARGIN = 0.08  # of the span of what is shown, on each side
_HIGHEST = 85.0  # deg


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of the world, in degrees of WGS 84.

    `east` is greater than `west` always: across the date line it exceeds 180.
    """

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return ",".join(f"{one:.4f}".rstrip("0").rstrip(".") for one in self.bounds)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    def scaled(self, factor: float) -> Extent:
        """Return one about the same middle, so many times as wide and high."""
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        width = min(factor * (self.east - self.west), 360.0) / 2
        height = factor * (self.north - self.south) / 2
        return Extent(x - width, max(y - height, -90), x + width, min(y + height, 90))


WORLD = Extent(-180.0, -60.0, 180.0, 80.0)


def read_extent(text: str) -> Extent:
    """Read 'west,south,east,north'.

    Raises
    ------
    NotAcceptable
        It is not four numbers in degrees, or shows nothing.

    Examples
    --------
    >>> read_extent("34,29,36.5,33.5").east
    36.5
    """
    try:
        west, south, east, north = (float(one) for one in text.split(","))
    except ValueError as error:
        raise NotAcceptable(
            f"{text[:60]!r} is no part of the world",
            hint="give west, south, east and north in degrees: 34,29,36.5,33.5",
        ) from error
    if east < west:
        east += 360
    is_there = -180 <= west <= 180 and west < east <= west + 360
    if not (is_there and -90 <= south < north <= 90):
        raise NotAcceptable(
            f"{text[:60]!r} is no part of the world",
            hint="west and east from -180 to 180, south less than north, -90 to 90",
        )
    return Extent(west, south, east, north)


def extent_of(longitude: Floats, latitude: Floats) -> Extent:
    """Return what shows all of some places, with a margin; of none, the world.

    Across the date line where that is shorter.

    Parameters
    ----------
    longitude, latitude : arrays, (n,) [deg]
        Without NaN.
    """
    if not len(longitude):
        return WORLD
    ordered = np.sort(longitude % 360)
    gaps = np.diff(np.append(ordered, ordered[0] + 360))
    widest = int(np.argmax(gaps))
    west = float(ordered[(widest + 1) % len(ordered)])
    west = west - 360 if west > 180 else west
    width = 360 - float(gaps[widest])
    south, north = float(latitude.min()), float(latitude.max())
    middle = math.cos(math.radians(min(abs(south + north) / 2, _HIGHEST)))
    tall = max(north - south, _LEAST)
    wide = max(width, _LEAST / middle)
    x, y = west + width / 2, (south + north) / 2
    across, up = wide * (0.5 + _MARGIN), tall * (0.5 + _MARGIN)
    across = min(across, 180.0)
    return Extent(x - across, max(y - up, -90.0), x + across, min(y + up, 90.0))


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet on which an extent is drawn.

    Attributes
    ----------
    extent : Extent
        What the sheet shows: as asked for, and more on two sides, to fill it.
    width, height : float
        Of the sheet, in units of its drawing.
    """

    extent: Extent
    width: float
    height: float

    @classmethod
    def fit(cls, extent: Extent, width: float, height: float) -> Paper:
        """Return a sheet that shows all of an extent."""
        west, south, east, north = extent.bounds
        squeeze = _squeeze(extent)
        across, up = (east - west) * squeeze, north - south
        wanted = width / height
        if across / up < wanted:
            more = (up * wanted - across) / 2 / squeeze
            west, east = west - more, east + more
        else:
            more = (across / wanted - up) / 2
            south, north = south - more, north + more
        return cls(Extent(west, south, east, north), width, height)

    @property
    def unit(self) -> float:
        """How many units of the drawing one degree of latitude takes."""
        return self.height / (self.extent.north - self.extent.south)

    @property
    def kilometre(self) -> float:
        """How many units of the drawing a kilometre takes, at the middle latitude."""
        return self.unit / KILOMETRES

    def place(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Return where places lie on the sheet: from its left, from its top."""
        west, _, east, _ = self.extent.bounds
        # A place a turn of the Earth away is the same one, nearer to the sheet.
        middle = (west + east) / 2
        turned = longitude - 360 * np.round((longitude - middle) / 360)
        return self.flatten(turned, latitude)

    def flatten(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Return where lines lie: their longitudes run on, past 180 too."""
        west, _, east, north = self.extent.bounds
        across = self.width / (east - west)
        return (longitude - west) * across, (north - latitude) * self.unit


def _squeeze(extent: Extent) -> float:
    """Return how long a degree of longitude is, in degrees of latitude."""
    middle = min(abs(extent.south + extent.north) / 2, _HIGHEST)
    return math.cos(math.radians(middle))


def round_length(most: float) -> float:
    """Return the greatest of 1, 2, 5, 10, 20... that is at most `most`.

    Examples
    --------
    >>> round_length(37.0), round_length(0.9)
    (20.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(most))
    return max(power * one for one in (1, 2, 5) if power * one <= most * (1 + 1e-9))
