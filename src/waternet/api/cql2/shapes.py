"""Geometries of a filter, and how two of them can lie.

References
----------
OGC 21-065r2 (CQL2 1.0), 7.3; OGC 06-103r4 (DE-9IM).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry import shape

from waternet.errors import NotAcceptable

__all__ = ["SPATIAL", "read_shape"]

Shapes = npt.NDArray[np.object_]

SPATIAL: Final[dict[str, Callable[[Shapes, Shapes], npt.NDArray[np.bool_]]]] = {
    "s_intersects": shapely.intersects,
    "s_equals": shapely.equals,
    "s_disjoint": shapely.disjoint,
    "s_touches": shapely.touches,
    "s_within": shapely.within,
    "s_overlaps": shapely.overlaps,
    "s_crosses": shapely.crosses,
    "s_contains": shapely.contains,
}
_HINT = "such as POINT(35.5 32.8) or BBOX(35,31,36,33); west before south"


def read_shape(node: dict[str, Any]) -> Shapes:
    """Return the geometry of a literal, as an array of one.

    Raises
    ------
    NotAcceptable
        It is none.
    """
    try:
        made = _box(node["bbox"]) if "bbox" in node else shape(node)
    except (GEOSException, ShapelyError, ValueError, TypeError, KeyError) as error:
        told = str(error)[:100]
        raise NotAcceptable(f"not a geometry: {told}", hint=_HINT) from None
    except (AttributeError, IndexError):
        raise NotAcceptable("not a geometry", hint=_HINT) from None
    if made.is_empty or not np.isfinite(shapely.get_coordinates(made)).all():
        raise NotAcceptable("a geometry that is empty, or not finite", hint=_HINT)
    shapely.prepare(made)
    found = np.empty(1, np.object_)
    found[0] = made
    return found


def _box(numbers: Any) -> Any:
    """Return a box, or two where it goes across the date line."""
    west, south, east, north = [float(one) for one in _flat(numbers)]
    if west > east:
        parts = [shapely.box(west, south, 180, north)]
        parts.append(shapely.box(-180, south, east, north))
        return shapely.union_all(parts)
    return shapely.box(west, south, east, north)


def _flat(numbers: Any) -> list[Any]:
    """Return the four numbers of a box without its heights."""
    if not isinstance(numbers, list) or len(numbers) not in (4, 6):
        raise ValueError("a bbox has four or six numbers")
    half = len(numbers) // 2
    return [*numbers[:2], *numbers[half : half + 2]]
