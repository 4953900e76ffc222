"""Which coordinate reference system a file's own words mean."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

__all__ = ["MAX_WKT", "identify_system"]

MAX_WKT = 65_536  # characters
_CONFIDENCE = 70  # percent: the same figures under another name
_AUTHORITIES = ("EPSG", "ESRI")


@lru_cache(maxsize=64)
def identify_system(text: str) -> str:
    """Return the registry code of a system that is written out, or ''.

    Two national grids often differ in one figure alone: the Palestine Grid and the
    Palestine Belt in the false northing, by 1,000 km. So a name is never enough: the
    figures of the projection must be those of the registry.

    Parameters
    ----------
    text : str
        Well-known text of version 1 (also ESRI's, as in .prj files) or 2.

    Returns
    -------
    str
        'EPSG:28191'; 'ESRI:102158' where only ESRI's registry has it; '' where none
        has, or where the text's name and its figures contradict each other.

    Examples
    --------
    >>> from pyproj import CRS
    >>> identify_system(CRS.from_epsg(28192).to_wkt("WKT1_ESRI"))
    'EPSG:28192'
    >>> identify_system("Palestine Grid")
    ''
    """
    # Only files with positions need it, and it takes a while to load.
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if len(text) > MAX_WKT or "[" not in text:
        return ""
    try:
        given = CRS.from_wkt(text.strip().removeprefix("\ufeff"))
        found = given.list_authority(min_confidence=_CONFIDENCE)
    except CRSError:
        return ""
    for authority in _AUTHORITIES:
        for match in found:
            code = f"{match.auth_name}:{match.code}"
            if match.auth_name == authority and _is_same(
                given, CRS.from_user_input(code)
            ):
                return code
    return ""


def _is_same(given: Any, registered: Any) -> bool:
    """Whether two systems have one projection, ellipsoid, unit and meridian."""
    one, other = _figures(given), _figures(registered)
    return one.keys() == other.keys() and all(
        abs(one[name] - other[name]) <= 1e-7 * max(1.0, abs(other[name]))
        for name in one
    )


def _figures(system: Any) -> dict[str, float]:
    figures = {
        "semi-major axis": system.ellipsoid.semi_major_metre,
        "inverse flattening": system.ellipsoid.inverse_flattening,
        "meridian": system.prime_meridian.longitude,
        "unit": system.axis_info[0].unit_conversion_factor,
    }
    operation = system.coordinate_operation
    if operation is not None:
        figures[operation.method_name] = 0.0
        # A scale of 1 is written out by some for projections that have none.
        figures |= {
            each.name: each.value * each.unit_conversion_factor
            for each in operation.params
            if not (each.name.startswith("Scale") and each.value == 1)
        }
    return figures
