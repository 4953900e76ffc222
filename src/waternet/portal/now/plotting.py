"""The stations of the page Now on the map, by how they stand."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.observation.place import AREA_KINDS
from waternet.portal.map.drawing import Point, Shape
from waternet.portal.map.extent import Extent, extent_of
from waternet.portal.map.figure import Figure, make_figure
from waternet.portal.map.marks import MARKS, mark_of_rank
from waternet.portal.now.reading import Stations
from waternet.portal.now.sentence import day_of
from waternet.portal.page import Visit

__all__ = ["draw_stations"]

_KEPT_FIGURES = 16
_MOST_POINTS = 25_000  # drawn one by one
_SQUARES = 48  # across the map, where there are more
Places = npt.NDArray[np.intp]


class _Kept:
    """Figures drawn lately: of thousands of stations one takes a while."""

    def __init__(self) -> None:
        self.figures: OrderedDict[tuple[Any, ...], tuple[Stations, Figure]] = (
            OrderedDict()
        )
        self.lock = threading.Lock()


_KEPT = _Kept()


def draw_stations(
    visit: Visit,
    stations: Stations,
    parties: Mapping[str, Mapping[str, str]],
    extent: Extent | None,
    layers: tuple[Shape, ...],
) -> Figure:
    """Return the map of all stations; layers are told apart by their labels.

    Parameters
    ----------
    parties : mapping of party to its names
    """
    told = tuple(dict.fromkeys((one.shows, one.label) for one in layers))
    link = visit.link
    key = (
        id(stations),
        visit.language,
        extent,
        told,
        link.base,
        link.to("/"),
        repr(parties),
    )
    with _KEPT.lock:
        kept = _KEPT.figures.get(key)
        if kept is not None:
            _KEPT.figures.move_to_end(key)
            return kept[1]
    chosen = _with_positions(stations)
    if len(chosen) > _MOST_POINTS and extent is not None:
        chosen = _near(stations, chosen, extent)
    if len(chosen) > _MOST_POINTS:
        points = list(_squares(visit, stations, chosen, extent))
    else:
        points = list(_points(visit, stations, parties, chosen))
    figure = make_figure(
        points,
        language=visit.language,
        label=visit.language.gettext("Stations by how they stand for the season"),
        extent=extent,
        layers=layers,
    )
    with _KEPT.lock:
        # The stations are held too, so that no others get their number.
        _KEPT.figures[key] = stations, figure
        while len(_KEPT.figures) > _KEPT_FIGURES:
            _KEPT.figures.popitem(last=False)
    return figure


def _with_positions(stations: Stations) -> Places:
    """Return the stations of the inventory that have figures and a position."""
    inventory = stations.inventory
    places = inventory.places
    is_there = np.zeros(len(places), np.bool_)
    is_there[inventory.place[inventory.figures > 0]] = True
    is_there &= ~places.kind.among(AREA_KINDS) & np.isfinite(places.longitude)
    return np.flatnonzero(is_there)


def _near(stations: Stations, chosen: Places, extent: Extent) -> Places:
    """Return the stations in an extent and about it, as far again on every side.

    Squares of a tiny extent would else be as many as stations.
    """
    around = extent.scaled(3.0)
    places = stations.inventory.places
    east = (places.longitude[chosen] - around.west) % 360
    latitude = places.latitude[chosen]
    is_near = east <= around.east - around.west
    is_near &= (latitude >= around.south) & (latitude <= around.north)
    return chosen[is_near]


def _points(
    visit: Visit,
    stations: Stations,
    parties: Mapping[str, Mapping[str, str]],
    chosen: Places,
) -> Iterator[Point]:
    """Yield stations by name, and how each is marked."""
    language, inventory = visit.language, stations.inventory
    places = inventory.places
    ranks = places.ranks(language.code)
    names = {
        party: language.best_of(parties.get(party, {}))[1] or party
        for party in places.party.values
    }
    marks = {
        name: language.gettext(mark.label) for name, mark in MARKS.items() if mark.label
    }
    form = language.gettext("%(name)s, %(party)s: %(state)s")
    # A colour says nothing of how old it is.
    measured = language.pgettext("station", "last measured in %(year)s")
    years = {
        year: measured % {"year": language.digits(str(year))}
        for year in {day_of(one.local).year for one in stations.all}
    }
    for place in chosen[np.argsort(ranks[chosen], kind="stable")].tolist():
        mark = _mark(stations, place)
        party = names[places.party.text(place)]
        label = form % {
            "name": language.best_of(places.names[place])[1],
            "party": party,
            "state": marks[mark],
        }
        station = stations.by_place.get(place)
        if station is not None:
            label = f"{label} ({years[day_of(station.local).year]})"
        yield Point(
            float(places.longitude[place]),
            float(places.latitude[place]),
            label,
            visit.link.to(f"/station/{places.key(place)}"),
            mark,
        )


def _squares(
    visit: Visit, stations: Stations, chosen: Places, extent: Extent | None
) -> Iterator[Point]:
    """Yield a point for each square with stations, which leads to that square.

    It is marked as most of them are.
    """
    language, places = visit.language, stations.inventory.places
    x, y = places.longitude[chosen], places.latitude[chosen]
    shown = extent or extent_of(x, y)
    side = max(shown.east - shown.west, shown.north - shown.south) / _SQUARES
    column = np.floor((x - shown.west) % 360 / side).astype(np.int64)
    row = np.floor((y - shown.south) / side).astype(np.int64)
    _, number = np.unique(column * 100_000 + row, return_inverse=True)
    order = np.argsort(number, kind="stable")
    for many in np.split(order, np.flatnonzero(np.diff(number[order])) + 1):
        counts = Counter(_mark(stations, place) for place in chosen[many].tolist())
        mark = max(counts, key=lambda one: (counts[one], one))
        west = shown.west + int(column[many[0]]) * side
        south = shown.south + int(row[many[0]]) * side
        box = (west, south, west + side, south + side)
        told = language.ngettext("%(num)s station", "%(num)s stations", len(many))
        yield Point(
            float(x[many].mean()),
            float(y[many].mean()),
            told % {"num": language.number(len(many), 0)},
            visit.link.to("/now", bbox=[f"{edge:.4f}" for edge in box]),
            mark,
        )


def _mark(stations: Stations, place: int) -> str:
    station = stations.by_place.get(place)
    return "other" if station is None else mark_of_rank(station.rank)
