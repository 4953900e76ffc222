"""Reference systems of coordinates in questions and answers: east always first.

WGS 84 with longitude first is the one that every answer has unless another is asked
for. EPSG:4326 would be the same with latitude first, by its own rule; clients do not
agree whether it is, so that it is refused rather than guessed.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.place import is_north_first, to_wgs84

__all__ = [
    "CRS84",
    "CRS84_URI",
    "from_longitude_latitude",
    "offered_systems",
    "read_system",
    "system_text",
    "system_uri",
    "to_longitude_latitude",
]

Floats = npt.NDArray[np.float64]

CRS84 = "CRS84"
CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_SAME = {
    CRS84,
    "OGC:CRS84",
    "CRS:84",
    CRS84_URI,
    CRS84_URI.replace("http:", "https:"),
    f"[{CRS84_URI}]",
}
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def offered_systems(published: Set[str]) -> tuple[str, ...]:
    """Return the systems that coordinates may be given and asked for in.

    Parameters
    ----------
    published : set of str
        In which owners gave positions: no region's grid is taken for granted.
    """
    grids = {one for one in published if one.startswith("EPSG:") and not _north(one)}
    return (CRS84, *sorted(grids))


def read_system(text: str, offered: tuple[str, ...]) -> str:
    """Return the system that the parameter ``crs`` names, as it is offered.

    Raises
    ------
    NotAcceptable
        It is not one of those offered.
    """
    name = text.strip()
    for start in (_EPSG, _EPSG.replace("http:", "https:"), "urn:ogc:def:crs:EPSG::"):
        name = name.replace(start, "EPSG:")
    if name in _SAME:
        return CRS84
    if name in offered:
        return name
    hint = f"there are {', '.join(offered)}"
    if name == "EPSG:4326":
        hint += "; CRS84 is the same datum with longitude first, as coordinates are"
    raise NotAcceptable(f"crs: no system {text[:80]!r} here", hint=hint)


def to_longitude_latitude(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return longitude and latitude (WGS 84); NaN where there is no such place."""
    return to_wgs84(x, y, _proj_name(crs))


def from_longitude_latitude(
    longitude: Floats, latitude: Floats, crs: str
) -> tuple[Floats, Floats]:
    """Return easting and northing in `crs`; NaN where it cannot express a place."""
    if crs == CRS84:
        return longitude, latitude
    x, y = _transformer(crs).transform(longitude, latitude)
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


def system_uri(crs: str) -> str:
    """Return the name that CoverageJSON and extents have for a system."""
    return CRS84_URI if crs == CRS84 else crs.replace("EPSG:", _EPSG)


@cache
def system_text(crs: str) -> str:
    """Return a system in well-known text, in the older and shorter form."""
    from pyproj import CRS

    return str(CRS.from_user_input(_proj_name(crs)).to_wkt("WKT1_GDAL"))


@cache
def _transformer(crs: str) -> Any:
    from pyproj import Transformer

    # From EPSG:4326: from OGC:CRS84 no datum shift is registered, and the Palestine
    # Grid would be 80 m off.
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


@cache
def _north(crs: str) -> bool:
    try:
        return is_north_first(crs)
    except NotAcceptable:  # published by somebody with another register of systems
        return True


def _proj_name(crs: str) -> str:
    return "OGC:CRS84" if crs == CRS84 else crs
