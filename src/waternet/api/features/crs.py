"""Coordinate reference systems in which features can be asked for.

References
----------
OGC 18-058r1 (OGC API - Features, Part 2), 7; OGC 18-005r4 (axis order is that of the
system's own definition).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["CRS84", "System", "find_system", "offered_systems"]

Floats = npt.NDArray[np.float64]

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_CODE = re.compile(r"EPSG:([1-9][0-9]{3,5})")
_EVERYWHERE = ("EPSG:4326", "EPSG:3857")
_DEGREES, _METRES = 9, 4  # decimals: a tenth of a millimetre


@dataclass(frozen=True, slots=True)
class System:
    """A reference system by its address.

    Attributes
    ----------
    uri : str
    from_wgs84 : pyproj Transformer, or None of CRS84 itself
        From latitude and longitude to the system's own order of axes.
    decimals : int
        With which coordinates are written.
    """

    uri: str
    from_wgs84: Any
    decimals: int

    def coordinates(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes in this system; NaN where it has no such.

        Parameters
        ----------
        x, y : arrays of float, (n,) [deg]
        """
        if self.from_wgs84 is None:
            return x, y
        first, second = self.from_wgs84.transform(y, x)
        outside = ~(np.isfinite(first) & np.isfinite(second))
        return np.where(outside, np.nan, first), np.where(outside, np.nan, second)


def offered_systems(given: Iterable[str], x: Floats, y: Floats) -> tuple[str, ...]:
    """Return the addresses of the systems for some positions.

    WGS 84 in both orders and web maps; those in which the owners gave positions; and
    UTM where the positions lie. No list of systems is kept: the data say which.

    Parameters
    ----------
    given : texts
        Such as 'EPSG:28191', of places.
    x, y : arrays of float, (n,) [deg]
    """
    codes = {code for code in given if _CODE.fullmatch(code)} - set(_EVERYWHERE)
    known = np.isfinite(x) & np.isfinite(y)
    zones = np.clip((x[known] + 180) // 6 + 1, 1, 60).astype(int)
    north = y[known] >= 0
    codes |= {f"EPSG:{32600 + zone}" for zone in set(zones[north].tolist())}
    codes |= {f"EPSG:{32700 + zone}" for zone in set(zones[~north].tolist())}
    ordered = (*_EVERYWHERE, *sorted(codes, key=lambda code: int(code[5:])))
    return (CRS84, *(f"{_EPSG}{code[5:]}" for code in ordered))


def find_system(name: str, offered: Iterable[str], parameter: str) -> System:
    """Return the system of an address, or of a short name such as '[EPSG:28191]'.

    Raises
    ------
    NotAcceptable
        It is not offered.
    """
    plain = name.strip().strip("[]")
    uri = {"CRS84": CRS84, "OGC:CRS84": CRS84}.get(plain, plain)
    if _CODE.fullmatch(plain):
        uri = f"{_EPSG}{plain[5:]}"
    offered = tuple(offered)
    if uri not in offered:
        raise NotAcceptable(
            f"query parameter {parameter!r}: no system {name[:80]!r} is offered here",
            hint=f"one of {', '.join(offered[:20])}",
        )
    return _system(uri)


@lru_cache(128)
def _system(uri: str) -> System:
    if uri == CRS84:
        return System(uri, None, _DEGREES)
    from pyproj import CRS, Transformer

    system = CRS.from_epsg(int(uri.rpartition("/")[2]))
    # From EPSG:4326, latitude first: from OGC:CRS84 no datum shift is registered, and
    # the Palestine Grid would be 80 m off.
    transformer = Transformer.from_crs("EPSG:4326", system)
    return System(uri, transformer, _DEGREES if system.is_geographic else _METRES)
