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

__all__ = [
    "ADVICE",
    "FOUND",
    "SENTENCES",
    "Area",
    "Misplaced",
    "distance",
    "find_misplaced",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_RADIUS = 6_371_008.8  # m, mean radius of GRS 80 (Moritz 2000)
_METRES = 110_000.0  # of a degree of latitude, at least
_MOST_NEIGHBOURS = 1000  # that are compared: more tell nothing new of an elevation

ADVICE: Mapping[str, str] = {
    "two-positions": "Look up which of the two pairs the source means.",
    "one-point": "Look whether one place has two ids, or a position was copied.",
    "exchanged": "Exchange longitude and latitude, or easting and northing.",
    "outside-area": "Compare with the source: the system or a digit is wrong.",
    "far-from-siblings": "Compare with the source: a digit or the system is wrong.",
    "unlike-elevation": "Compare with a map: a unit, a sign or the datum is wrong.",
}

# What was found, to stand after '12 places', and what is said of one of them.
FOUND: Mapping[str, str] = {
    "two-positions": "whose two positions lie apart",
    "one-point": "of one kind at the very point of another",
    "exchanged": "that would lie among the others with coordinates exchanged",
    "outside-area": "outside of the area",
    "far-from-siblings": "far from all others",
    "unlike-elevation": "whose elevation is unlike that of the neighbours",
}
SENTENCES: Mapping[str, str] = {
    "two-positions": "its position in {crs} and its longitude and latitude lie "
    "{metres} apart",
    "one-point": "it lies at the same point as {other}",
    "exchanged": "it lies {metres} from the middle of the others, and {turned} with "
    "its coordinates exchanged",
    "outside-area": "it lies at {longitude} east, {latitude} north, outside of the "
    "area",
    "far-from-siblings": "it lies {metres} from the middle of the others",
    "unlike-elevation": "its elevation is {elevation} m; that of {count} neighbours "
    "about {usual} m",
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
            yield _misplaced(known[numbers[place]], "two-positions", metres, crs=crs)


def _one_point(
    known: Sequence[Place], longitude: Floats, latitude: Floats, area: Area
) -> Iterator[Misplaced]:
    """Find places of one kind at one point: named once, with the first of them."""
    kinds = np.unique([one.kind for one in known], return_inverse=True)[1]
    taken = np.zeros(len(known), np.bool_)
    near = _Near(longitude, latitude, area.point)
    for number in range(len(known)):
        if taken[number]:
            continue
        others, apart = near.of(number)
        same = (others > number) & (kinds[others] == kinds[number]) & ~taken[others]
        taken[others[same]] = True
        first = known[number].id
        for other, metres in zip(others[same], apart[same], strict=True):
            yield _misplaced(known[other], "one-point", float(metres), other=first)


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
        one, metres = known[number], float(away[number])
        if exchanged[number]:
            told = _told(float(turned[number]))
            yield _misplaced(one, "exchanged", metres, turned=told)
            continue
        if outside[number]:
            at = {"longitude": longitude[number], "latitude": latitude[number]}
            told_at = {name: f"{degrees:.4f}" for name, degrees in at.items()}
            yield _misplaced(one, "outside-area", math.nan, **told_at)
        if far[number]:
            yield _misplaced(one, "far-from-siblings", metres)


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
        near = _Near(longitude[numbers], latitude[numbers], area.around)
        for place, number in enumerate(numbers):
            others = near.of(place)[0]
            others = others[:: 1 + len(others) // _MOST_NEIGHBOURS]
            if len(others) < 4:
                continue
            usual = float(np.median(height[others]))
            spread = float(np.median(np.abs(height[others] - usual))) / NORMAL_MAD
            off = float(height[place]) - usual
            if abs(off) > max(area.elevation, area.spread * spread):
                told = {"elevation": f"{height[place]:g}", "usual": f"{usual:g}"}
                count = str(len(others))
                yield _misplaced(
                    known[number], "unlike-elevation", off, count=count, **told
                )


class _Near:
    """Which points lie near one: looked for among those of like latitude."""

    def __init__(self, longitude: Floats, latitude: Floats, within: float) -> None:
        self.longitude, self.latitude, self.within = longitude, latitude, within
        self.order = np.argsort(latitude, kind="stable")
        ranked, reach = latitude[self.order], within / _METRES
        self.first = np.searchsorted(ranked, latitude - reach)
        self.last = np.searchsorted(ranked, latitude + reach, side="right")

    def of(self, number: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the numbers of the others near a point, rising, and how far [m]."""
        some = np.sort(self.order[self.first[number] : self.last[number]])
        at = self.longitude[number], self.latitude[number]
        apart = distance(self.longitude[some], self.latitude[some], *at)
        near = (apart <= self.within) & (some != number)
        return some[near], apart[near]


def _misplaced(place: Place, finding: str, amount: float, **said: str) -> Misplaced:
    sentence = SENTENCES[finding].format(metres=_told(amount), **said)
    return Misplaced(place.id, finding, amount, said.get("other", ""), sentence)


def _told(metres: float) -> str:
    if math.isnan(metres):
        return ""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:,.1f} km"
