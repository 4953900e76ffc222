"""The stations of the page Now on the map, by how they stand."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np

from waternet.observation.place import AREA_KINDS
from waternet.portal.map.drawing import Point, Shape
from waternet.portal.map.extent import Extent
from waternet.portal.map.figure import Figure, make_figure
from waternet.portal.map.marks import MARKS, mark_of_rank
from waternet.portal.now.reading import Stations
from waternet.portal.page import Visit

__all__ = ["draw_stations"]

_KEPT_FIGURES = 16


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
    points = list(_points(visit, stations, parties))
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


def _points(
    visit: Visit, stations: Stations, parties: Mapping[str, Mapping[str, str]]
) -> list[Point]:
    """Return the stations that have a position, by name, and how each is marked."""
    language, inventory = visit.language, stations.inventory
    places = inventory.places
    is_there = np.zeros(len(places), np.bool_)
    is_there[inventory.place[inventory.figures > 0]] = True
    is_there &= ~places.kind.among(AREA_KINDS) & np.isfinite(places.longitude)
    chosen = np.flatnonzero(is_there)
    ranks = places.ranks(language.code)
    names = {
        party: language.best_of(parties.get(party, {}))[1] or party
        for party in places.party.values
    }
    marks = {
        name: language.gettext(mark.label) for name, mark in MARKS.items() if mark.label
    }
    form = language.gettext("%(name)s, %(party)s: %(state)s")
    found = []
    for place in chosen[np.argsort(ranks[chosen], kind="stable")].tolist():
        station = stations.by_place.get(place)
        mark = "other" if station is None else mark_of_rank(station.rank)
        party = names[places.party.text(place)]
        label = form % {
            "name": language.best_of(places.names[place])[1],
            "party": party,
            "state": marks[mark],
        }
        found.append(
            Point(
                float(places.longitude[place]),
                float(places.latitude[place]),
                label,
                visit.link.to(f"/station/{places.key(place)}"),
                mark,
            )
        )
    return found
