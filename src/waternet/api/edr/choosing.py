"""Which datastreams a query means: by location, point, outline, box or line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from waternet.api.edr.collections import Collection
from waternet.api.edr.description import UNITS
from waternet.api.edr.holdings import Held, Holdings
from waternet.api.edr.quantities import GATHERED, QUALIFIERS
from waternet.api.edr.shapes import (
    AREAS,
    LINES,
    MAX_WIDTH,
    POINTS,
    distances,
    read_shape,
)
from waternet.api.edr.systems import (
    CRS84,
    from_longitude_latitude,
    to_longitude_latitude,
)
from waternet.errors import NotAcceptable, NotFound

__all__ = ["Chosen", "choose", "choose_quantities", "in_box"]

Floats = npt.NDArray[np.float64]
Values = Mapping[str, Any]

_NEAR = 10_000.0  # m; a position outside of a collection's extent may be so far off


@dataclass(frozen=True, slots=True)
class Chosen:
    """A datastream that a query means.

    Attributes
    ----------
    distance : float or None [m]
        Along the ellipsoid from what was asked for, where that was a point or line.
    """

    held: Held
    distance: float | None = None


def choose(
    query: str, collection: Collection, holdings: Holdings, values: Values, crs: str
) -> list[Chosen]:
    """Return the datastreams that a query means, by party and name.

    Parameters
    ----------
    query : str
        'locations', 'position', 'radius', 'area', 'cube' or 'corridor'.
    collection : Collection
    holdings : Holdings
        Those of the collection that have the parameters asked for.
    values : mapping
        Of the query's parameters.
    crs : str
        Of coordinates in them.

    Raises
    ------
    NotAcceptable
        Coordinates, distances or boxes are not what they should be.
    NotFound
        A location is none of the collection's.
    """
    if query == "locations":
        return _at_locations(collection.id, holdings, values["location"])
    if query == "cube":
        inside = in_box(holdings, read_box(values["bbox"]), crs)
        return _where(holdings, inside)
    if query == "area":
        shape = read_shape(values["coords"], AREAS, crs)
        x, y = _positions(holdings, crs)
        return _where(holdings, shapely.intersects_xy(shape, x, y))
    if query == "corridor":
        line = _in_degrees(read_shape(values["coords"], LINES, crs), crs)
        return _within(holdings, line, _half_width(values))
    points = _in_degrees(read_shape(values["coords"], POINTS, crs), crs)
    if query == "radius":
        reach = metres(values["within"], values["within-units"], "within-units")
        return _within(holdings, points, reach)
    return _nearest(collection.holdings, holdings, points, values)


def choose_quantities(
    collection: Collection, names: Sequence[str]
) -> tuple[Holdings, tuple[str, ...]]:
    """Return what is left of a collection with some parameters, and which of them.

    Parameters
    ----------
    names : sequence of str
        Of ``parameter-name``; empty asks for all.

    Returns
    -------
    Holdings
        Of the quantities among them; where none is, of all.
    tuple of str
        The parameters asked for; () for all.

    Raises
    ------
    NotAcceptable
        The collection has no such parameter; the hint names near ones.
    """
    holdings = collection.holdings
    known = set(holdings.names)
    wanted = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    for name in wanted:
        if name not in known and name not in (*QUALIFIERS, *GATHERED):
            raise _unknown(name, collection.id, known)
    quantities = known & set(wanted)
    if not quantities:
        return holdings, wanted
    pairs = zip(holdings.held, holdings.names, strict=True)
    return Holdings(tuple(one for one, name in pairs if name in quantities)), wanted


def in_box(
    holdings: Holdings, box: Sequence[float], crs: str = CRS84
) -> npt.NDArray[np.bool_]:
    """Return which datastreams lie in a box, or nowhere.

    The standard wants a box to match also what has no position. One whose west lies
    east of its east goes across the date line, which grids do not have.

    Raises
    ------
    NotAcceptable
        It lies so in a grid.
    """
    west, south, east, north = box
    if west > east and crs != CRS84:
        raise NotAcceptable(
            f"bbox: the west {west!r} lies east of the east {east!r} in {crs}",
            hint="west,south,east,north, east before north",
        )
    x, y = _positions(holdings, crs)
    across = (x >= west) & (x <= east) if west <= east else (x >= west) | (x <= east)
    nowhere = np.isnan(holdings.positions[:, 0])
    return np.asarray(nowhere | (across & (y >= south) & (y <= north)), np.bool_)


def read_box(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a box of four numbers, or of six.

    Raises
    ------
    NotAcceptable
        They are not four or six, or the south lies north of the north.
    """
    if len(numbers) not in (4, 6):
        raise NotAcceptable(
            f"bbox: expected 4 numbers, or 6 with heights, got {len(numbers)}",
            hint="west,south,east,north: bbox=35,31,36,33",
        )
    half = len(numbers) // 2
    west, south = numbers[:2]
    east, north = numbers[half : half + 2]
    if south > north:
        raise NotAcceptable(
            f"bbox: the south {south!r} lies north of the north {north!r}",
            hint="west,south,east,north: bbox=35,31,36,33",
        )
    return west, south, east, north


def metres(number: float, unit: str, name: str) -> float:
    """Return a distance in metres.

    Raises
    ------
    NotAcceptable
        No such unit, or less than nothing.
    """
    if unit not in UNITS:
        raise NotAcceptable(
            f"{name}: no unit {unit[:40]!r}", hint=f"one of {', '.join(UNITS)}"
        )
    if number < 0:
        raise NotAcceptable(f"a distance of {number!r} {unit} is less than nothing")
    return number * UNITS[unit]


def _half_width(values: Values) -> float:
    width = metres(values["corridor-width"], values["width-units"], "width-units")
    if width > MAX_WIDTH:
        raise NotAcceptable(
            f"corridor-width: {width:,.0f} m, and at most {MAX_WIDTH:,.0f} are taken",
            hint="ask for an area",
        )
    return width / 2


def _at_locations(collection: str, holdings: Holdings, text: str) -> list[Chosen]:
    """Return the datastreams at locations named by id, or by a name that they share."""
    found: dict[str, Chosen] = {}
    known = holdings.by_location
    for name in dict.fromkeys(text.split(",")):
        if name not in known:
            raise _no_location(name, collection, list(known))
        found |= {one.address: Chosen(one) for one in known[name]}
    return list(found.values())


def _where(holdings: Holdings, inside: npt.NDArray[np.bool_]) -> list[Chosen]:
    return [Chosen(holdings.held[place]) for place in np.flatnonzero(inside)]


def _within(holdings: Holdings, shape: Any, reach: float) -> list[Chosen]:
    apart = _distances(holdings, shape)
    return [
        Chosen(holdings.held[place], float(apart[place]))
        for place in np.flatnonzero(apart <= reach)
    ]


def _nearest(
    whole: Holdings, holdings: Holdings, points: Any, values: Values
) -> list[Chosen]:
    """Return, for each point, every party's nearest place with each quantity."""
    least: dict[int, float] = {}
    for point in shapely.get_parts(points):
        apart = _distances(holdings, point)
        if "within" in values:
            unit = values.get("within-units", "m")
            apart[apart > metres(values["within"], unit, "within-units")] = np.inf
        elif not _is_inside(whole, point):
            apart[apart > _NEAR] = np.inf
        nearest: dict[tuple[str, str], float] = {}
        parties = [one.location.party for one in holdings.held]
        keys = list(zip(parties, holdings.names, strict=True))
        for key, distance in zip(keys, apart.tolist(), strict=True):
            nearest[key] = min(distance, nearest.get(key, np.inf))
        for place, (key, distance) in enumerate(zip(keys, apart.tolist(), strict=True)):
            if distance == nearest[key] < np.inf:
                least[place] = min(distance, least.get(place, np.inf))
    return [Chosen(holdings.held[place], least[place]) for place in sorted(least)]


def _is_inside(holdings: Holdings, point: Any) -> bool:
    """Return whether a point lies in the box about all positions."""
    known = holdings.positions[~np.isnan(holdings.positions[:, 0])]
    at = shapely.get_coordinates(point)[0]
    return bool(
        len(known) and (known.min(0) <= at).all() and (at <= known.max(0)).all()
    )


def _distances(holdings: Holdings, shape: Any) -> Floats:
    """Return how far each datastream's place is; infinite without a position."""
    apart = np.full(len(holdings.held), np.inf)
    known = ~np.isnan(holdings.positions[:, 0])
    if known.any():
        longitude, latitude = holdings.positions[known].T
        apart[known] = distances(longitude, latitude, shape)
    return apart


def _positions(holdings: Holdings, crs: str) -> tuple[Floats, Floats]:
    longitude, latitude = holdings.positions.T
    return from_longitude_latitude(longitude, latitude, crs)


def _in_degrees(shape: Any, crs: str) -> Any:
    def convert(corners: Floats) -> Floats:
        x, y = corners.T
        return np.column_stack(to_longitude_latitude(x, y, crs))

    return shape if crs == CRS84 else shapely.transform(shape, convert)


def _unknown(name: str, collection: str, known: set[str]) -> NotAcceptable:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), n=3, cutoff=0.4)
    return NotAcceptable(
        f"parameter-name: {collection} has no parameter {name[:80]!r}",
        hint=f"near it: {', '.join(near or sorted(known)[:3])}",
    )


def _no_location(name: str, collection: str, known: list[str]) -> NotFound:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3, cutoff=0.4)
    return NotFound(
        f"no location {name[:80]!r} in {collection}",
        hint=f"near it: {', '.join(near)}"
        if near
        else f"/edr/collections/{collection}/locations lists them",
    )
