"""Coordinates against each other: places that cannot be where they are said to be.

A finding names a place, never a value. Places are compared with those of the same
party, and each test needs enough of them to say anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.place import Place, to_wgs84
from waternet.quality.robust import NORMAL_MAD

__all__ = ["ADVICE", "Area", "Misplaced", "distance", "find_misplaced"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_RADIUS = 6_371_008.8  # m, mean radius of GRS 80 (Moritz 2000)
_ROWS = 512  # places that are compared with all others at once

ADVICE: Mapping[str, str] = {
    "two-positions": "Look up which of the two pairs the source means.",
    "one-point": "Look whether one place has two ids, or a position was copied.",
    "exchanged": "Exchange longitude and latitude, or easting and northing.",
    "outside-area": "Compare with the source: the system or a digit is wrong.",
    "far-from-siblings": "Compare with the source: a digit or the system is wrong.",
    "unlike-elevation": "Compare with a map: a unit, a sign or the datum is wrong.",
}


@dataclass(frozen=True, slots=True)
class Area:
    """Where places may lie, and how far apart what belongs together may be.

    Attributes
    ----------
    west, south, east, north : float [deg]
        WGS 84; west may exceed east across the date line. Infinite for no bound.
    pairs : float [m]
        How far two pairs of coordinates of one place may lie apart: what a shift of
        datum left out amounts to, mostly, and what rounding to a second does not.
    point : float [m]
        Places of one kind that are nearer are at one point.
    siblings : float
        How many times the usual distance from the middle a place may lie away.
    near : float [m]
        Distance from the middle within which nothing is far.
    around : float [m]
        Neighbours whose elevation is compared.
    elevation : float [m]
        By how much an elevation may differ from its neighbours' in any relief.
    spread : float
        Or how many times their own spread.
    """

    west: float = -math.inf
    south: float = -math.inf
    east: float = math.inf
    north: float = math.inf
    pairs: float = 500.0
    point: float = 1.0
    siblings: float = 8.0
    near: float = 100_000.0
    around: float = 10_000.0
    elevation: float = 500.0
    spread: float = 6.0

    def holds(self, longitude: Floats, latitude: Floats) -> Flags:
        """Whether points lie in the area."""
        if self.west <= self.east:
            across = (longitude >= self.west) & (longitude <= self.east)
        else:
            across = (longitude >= self.west) | (longitude <= self.east)
        inside: Flags = across & (latitude >= self.south) & (latitude <= self.north)
        return inside


@dataclass(frozen=True, slots=True)
class Misplaced:
    """One finding about a place.

    Attributes
    ----------
    place : str
    finding : str
        A key of `ADVICE`.
    amount : float [m]
        How far off: a distance, or a difference of elevation. NaN where there is none.
    other : str
        The place that it was held against; '' for many.
    sentence : str
    """

    place: str
    finding: str
    amount: float
    other: str
    sentence: str


def find_misplaced(
    places: Iterable[Place], area: Area | None = None
) -> list[Misplaced]:
    """Find places whose coordinates contradict each other, their area or neighbours.

    Parameters
    ----------
    places : iterable of Place
        Of one party. Those without a position are passed over.
    area : Area, optional
        The party's or basin's bounds and the tolerances.

    Returns
    -------
    list of Misplaced
        By place, in the order of `ADVICE`. A place that lies outside or far away, and
        in the middle of the others with its coordinates exchanged, is named for that
        alone.

    Notes
    -----
    Far from its siblings: d > max(`near`, `siblings` x median d), where d is the
    distance from the point of median longitude and median latitude of all places; five
    places are needed. Unlike in elevation: |h - median| > max(`elevation`, `spread` x
    MAD / 0.6745) of at least four neighbours within `around`, under one datum.

    References
    ----------
    Leys, C., et al. (2013). Detecting outliers: do not use standard deviation around
    the mean, use absolute deviation around the median. J. Exp. Soc. Psychol. 49,
    764-766.
    """
    area = area or Area()
    known = sorted((one for one in places if one.position), key=lambda one: one.id)
    if not known:
        return []
    longitude = np.array([one.position.longitude for one in known if one.position])
    latitude = np.array([one.position.latitude for one in known if one.position])
    found = [
        *_two_positions(known, longitude, latitude, area),
        *_one_point(known, longitude, latitude, area),
        *_elsewhere(known, longitude, latitude, area),
        *_unlike_elevation(known, longitude, latitude, area),
    ]
    order = {name: number for number, name in enumerate(ADVICE)}
    return sorted(found, key=lambda one: (one.place, order[one.finding], one.other))


def distance(
    longitude: Floats, latitude: Floats, other_longitude: Floats, other_latitude: Floats
) -> Floats:
    """Return the length of the great circle between points.

    Parameters
    ----------
    longitude, latitude, other_longitude, other_latitude : arrays of float [deg]
        Of shapes that broadcast.

    Returns
    -------
    array of float [m]
        On a sphere: right to 0.5 %.

    References
    ----------
    Sinnott, R.W. (1984). Virtues of the haversine. Sky and Telescope 68, 159.

    Examples
    --------
    One minute of latitude is a nautical mile, 1852 m:

    >>> distance(*map(np.array, (35.0, 32.0, 35.0, 32 + 1 / 60))).round()
    np.float64(1853.0)
    """
    phi, other_phi = np.radians(latitude), np.radians(other_latitude)
    rise = np.sin((other_phi - phi) / 2) ** 2
    turn = np.sin(np.radians(other_longitude - longitude) / 2) ** 2
    half = rise + np.cos(phi) * np.cos(other_phi) * turn
    length: Floats = 2 * _RADIUS * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return length


def _two_positions(
    known: Sequence[Place], longitude: Floats, latitude: Floats, area: Area
) -> Iterator[Misplaced]:
    """Hold the coordinates as given against the longitude and latitude beside them."""
    systems: dict[str, list[int]] = {}
    for number, one in enumerate(known):
        if one.position and one.position.crs:
            systems.setdefault(one.position.crs, []).append(number)
    for crs, numbers in systems.items():
        at = [known[number].position for number in numbers]
        x = np.array([one.x for one in at if one])
        y = np.array([one.y for one in at if one])
        try:
            other = to_wgs84(x, y, crs)
        except NotAcceptable:  # a system that is not known says nothing of the place
            continue
        apart = distance(longitude[numbers], latitude[numbers], *other)
        for place in np.flatnonzero(apart > area.pairs).tolist():
            metres = float(apart[place])
            yield Misplaced(
                known[numbers[place]].id,
                "two-positions",
                metres,
                "",
                f"its position in {crs} and its longitude and latitude lie "
                f"{_told(metres)} apart",
            )


def _one_point(
    known: Sequence[Place], longitude: Floats, latitude: Floats, area: Area
) -> Iterator[Misplaced]:
    """Find places of one kind at one point: named once, with the first of them."""
    kinds = np.unique([one.kind for one in known], return_inverse=True)[1]
    taken = np.zeros(len(known), np.bool_)
    for first, apart in _distances(longitude, latitude):
        for row in range(len(apart)):
            number = first + row
            same = (apart[row] <= area.point) & (kinds == kinds[number]) & ~taken
            same[: number + 1] = False
            taken |= same
            for other in np.flatnonzero(same).tolist():
                yield Misplaced(
                    known[other].id,
                    "one-point",
                    float(apart[row, other]),
                    known[number].id,
                    f"it lies at the same point as {known[number].id}",
                )


def _elsewhere(
    known: Sequence[Place], longitude: Floats, latitude: Floats, area: Area
) -> Iterator[Misplaced]:
    """Find places outside of the area, or far from the others."""
    middle = np.median(longitude, keepdims=True), np.median(latitude, keepdims=True)
    away = distance(longitude, latitude, *middle)
    limit = max(area.near, area.siblings * float(np.median(away)))
    if len(known) < 5:
        limit = math.inf
    outside = ~area.holds(longitude, latitude)
    far = away > limit
    # Exchanged, a place is taken for one of the others only where it would be near.
    possible = np.abs(longitude) <= 90
    turned = distance(latitude, np.where(possible, longitude, 90.0), *middle)
    exchanged = possible & (far | outside) & (len(known) >= 5)
    exchanged &= (turned <= limit) & area.holds(latitude, longitude)
    for number in np.flatnonzero(outside | far).tolist():
        one = known[number].id
        metres = float(away[number])
        if exchanged[number]:
            yield Misplaced(
                one,
                "exchanged",
                metres,
                "",
                f"it lies {_told(metres)} from the middle of the others, and "
                f"{_told(float(turned[number]))} with its coordinates exchanged",
            )
            continue
        if outside[number]:
            yield Misplaced(
                one,
                "outside-area",
                math.nan,
                "",
                f"it lies at {longitude[number]:.4f} east, {latitude[number]:.4f} "
                "north, outside of the area",
            )
        if far[number]:
            yield Misplaced(
                one,
                "far-from-siblings",
                metres,
                "",
                f"it lies {_told(metres)} from the middle of the others",
            )


def _unlike_elevation(
    known: Sequence[Place], longitude: Floats, latitude: Floats, area: Area
) -> Iterator[Misplaced]:
    """Hold elevations against those of neighbours under the same datum."""
    datums: dict[str, list[int]] = {}
    for number, one in enumerate(known):
        if one.position and one.position.elevation is not None:
            datums.setdefault(one.position.vertical_datum, []).append(number)
    for numbers in datums.values():
        at = [known[number].position for number in numbers]
        height = np.array([one.elevation for one in at if one], np.float64)
        for first, apart in _distances(longitude[numbers], latitude[numbers]):
            for row in range(len(apart)):
                near = apart[row] <= area.around
                near[first + row] = False
                if int(near.sum()) < 4:
                    continue
                usual = float(np.median(height[near]))
                spread = float(np.median(np.abs(height[near] - usual))) / NORMAL_MAD
                off = float(height[first + row]) - usual
                if abs(off) > max(area.elevation, area.spread * spread):
                    yield Misplaced(
                        known[numbers[first + row]].id,
                        "unlike-elevation",
                        off,
                        "",
                        f"its elevation is {height[first + row]:g} m; that of "
                        f"{int(near.sum())} neighbours about {usual:g} m",
                    )


def _distances(longitude: Floats, latitude: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield the distances of some places at a time to all, in bounded memory."""
    for first in range(0, len(longitude), _ROWS):
        part = slice(first, first + _ROWS)
        yield (
            first,
            distance(longitude[part, None], latitude[part, None], longitude, latitude),
        )


def _told(metres: float) -> str:
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:,.1f} km"
