"""Where: the parameter ``coords`` as a shape, and how far places are from it.

References
----------
OGC 06-103r4 (Simple feature access, well-known text); OGC 19-086r6 (EDR 1.1),
/req/edr/coords-definition.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from waternet.api.edr.systems import CRS84, to_longitude_latitude
from waternet.errors import NotAcceptable

__all__ = [
    "AREAS",
    "LINES",
    "MAX_COORDS",
    "MAX_WIDTH",
    "POINTS",
    "distances",
    "read_shape",
]

Floats = npt.NDArray[np.float64]

POINTS = ("POINT", "MULTIPOINT")
AREAS = ("POLYGON", "MULTIPOLYGON")
LINES = ("LINESTRING", "MULTILINESTRING")
MAX_WIDTH = 500_000.0  # m; about the widest river basin
MAX_COORDS = 8_192  # characters of a shape: some 400 corners
_KIND = re.compile(r"\s*([A-Za-z]{5,15}?)\s*(?:ZM|Z|M)?\s*\(", re.IGNORECASE)
_EXAMPLES = {
    "POINT": "POINT(35.6 32.7)",
    "POLYGON": "POLYGON((35 32,36 32,36 33,35 33,35 32))",
    "LINESTRING": "LINESTRING(35.6 33.2,35.6 32.7,35.5 31.8)",
}
_AT_ONCE = 1_000_000  # pairs of place and segment held in memory


def read_shape(text: str, kinds: Sequence[str], crs: str = CRS84) -> Any:
    """Read a shape.

    Parameters
    ----------
    text : str
        Well-known text; heights and measures in it are left out.
    kinds : sequence of str
        What is expected: `POINTS`, `AREAS` or `LINES`.
    crs : str
        Of the coordinates, east first.

    Returns
    -------
    shapely.Geometry
        In `crs`.

    Raises
    ------
    NotAcceptable
        It is not such a shape, is empty or too long, crosses itself, or lies nowhere
        on Earth.
    """
    expected = f"coords: expected {' or '.join(kinds)} in well-known text"
    hint = f"for example {_EXAMPLES[kinds[0]]}, longitude first"
    found = _KIND.match(text)
    if len(text) > MAX_COORDS or found is None or found[1].upper() not in kinds:
        raise NotAcceptable(f"{expected}, got {text[:80]!r}", hint=hint)
    try:
        # Numbers past all bounds make a warning of numpy's, and are refused below.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            shape = shapely.force_2d(shapely.from_wkt(text))
    except shapely.errors.GEOSException as error:
        raise NotAcceptable(
            f"{expected}, got {text[:80]!r}: {str(error)[:120]}", hint=hint
        ) from error
    if shape.is_empty or shape.geom_type.upper() not in kinds:
        raise NotAcceptable(f"{expected}, got {text[:80]!r}: it is empty", hint=hint)
    _verify_on_earth(shapely.get_coordinates(shape), crs)
    if not shape.is_valid:
        raise NotAcceptable(
            f"coords: {shapely.is_valid_reason(shape)[:120]}",
            hint="draw what neither crosses itself nor is empty",
        )
    return shape


def _verify_on_earth(corners: Floats, crs: str) -> None:
    longitude, latitude = to_longitude_latitude(corners[:, 0], corners[:, 1], crs)
    off = np.flatnonzero(~(np.isfinite(longitude) & np.isfinite(latitude)))
    if len(off):
        x, y = corners[off[0]].tolist()
        raise NotAcceptable(
            f"coords: no place on Earth at {x!r} {y!r} in {crs}",
            hint="longitude or easting comes first, then latitude or northing",
        )


def distances(longitude: Floats, latitude: Floats, shape: Any) -> Floats:
    """Return how far places are from points or lines, along the ellipsoid.

    Parameters
    ----------
    longitude, latitude : arrays, (n,) [deg]
        WGS 84.
    shape : shapely.Geometry
        Points, or lines that are straight by longitude and latitude, in the same.

    Returns
    -------
    array, (n,) [m]
        From each place to what is nearest of the shape.

    Notes
    -----
    Along the ellipsoid means Karney's geodesics (2013). Of a line, the point that is
    nearest is found on a plane about each place, scaled by the ellipsoid's radii there:
    what is told is the distance to a point of the line, and to the nearest one within
    a thousandth up to `MAX_WIDTH`; far beyond, it may be more than the least.
    """
    if shape.geom_type.upper() in POINTS:
        ways = [_to_point(longitude, latitude, one) for one in _corners(shape)]
        return np.asarray(np.min(ways, axis=0), float)
    starts = np.concatenate([_corners(one)[:-1] for one in shapely.get_parts(shape)])
    ends = np.concatenate([_corners(one)[1:] for one in shapely.get_parts(shape)])
    least = np.full(len(longitude), np.inf)
    step = max(1, _AT_ONCE // len(starts))
    for first in range(0, len(longitude), step):
        part = slice(first, first + step)
        least[part] = _from_segments(longitude[part], latitude[part], starts, ends)
    return least


def _corners(shape: Any) -> Floats:
    return np.asarray(shapely.get_coordinates(shape), float)


def _to_point(longitude: Floats, latitude: Floats, point: Floats) -> Floats:
    x, y = (np.full(len(longitude), one) for one in point)
    return np.asarray(_ellipsoid().inv(longitude, latitude, x, y)[2], float)


def _from_segments(
    longitude: Floats, latitude: Floats, starts: Floats, ends: Floats
) -> Floats:
    scale = _scales(latitude)[:, None, :]  # (place, 1, east and north)
    here = np.stack([longitude, latitude], axis=-1)[:, None, :]
    from_start = _about(starts - here) * scale
    along = _about(ends - starts)[None, :, :] * scale
    length = np.maximum((along**2).sum(-1), np.finfo(float).tiny)
    share = np.clip(-(from_start * along).sum(-1) / length, 0, 1)
    apart = from_start + share[..., None] * along
    nearest = (apart**2).sum(-1).argmin(-1)
    rows = np.arange(len(longitude))
    met = here[:, 0] + apart[rows, nearest] / scale[:, 0]
    _, _, metres = _ellipsoid().inv(longitude, latitude, met[:, 0], met[:, 1])
    return np.asarray(metres, float)


def _about(degrees: Floats) -> Floats:
    """Return differences of longitude the short way round."""
    east = (degrees[..., :1] + 180) % 360 - 180
    return np.concatenate([east, degrees[..., 1:]], axis=-1)


def _scales(latitude: Floats) -> Floats:
    """Return metres east and north in a degree at each latitude."""
    ellipsoid = _ellipsoid()
    sine = np.sin(np.radians(latitude))
    root = 1 - ellipsoid.es * sine**2
    east = ellipsoid.a / np.sqrt(root) * np.cos(np.radians(latitude))
    north = ellipsoid.a * (1 - ellipsoid.es) / root**1.5
    metres = np.stack([np.maximum(east, 1.0), north], axis=-1)
    return np.asarray(np.radians(metres), float)


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")
