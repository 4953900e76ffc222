"""The page Now: how the water stands, in sentences and on the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup

from waternet.api.operation import Operation, Parameter
from waternet.bank.words import WORDS
from waternet.portal.language.isolation import Isolating
from waternet.portal.map.extent import read_extent
from waternet.portal.map.figure import disclaimer
from waternet.portal.map.layers import choose_layers
from waternet.portal.map.marks import MARKS, mark_of_rank
from waternet.portal.now.plotting import draw_stations
from waternet.portal.now.reading import Station, Stations, read_stations
from waternet.portal.now.sentence import Sayer
from waternet.portal.now.topic import SECTIONS, Summary, Topic, arrange
from waternet.portal.page import View, Visit, page
from waternet.portal.parties import party_names

__all__ = ["MAP_PARAMETERS", "operations"]

_MOST_TOPICS = 40  # of one section; the rest is found by search
_MOST_STATIONS = 3000  # as data; more are asked for by other ways
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAP_PARAMETERS = (
    Parameter(
        "bbox",
        {"type": "string", "maxLength": 200},
        "What the map shows: west, south, east and north in degrees, with commas. "
        "Unless stated, all stations.",
    ),
    Parameter(
        "layer",
        {"type": "string", "maxLength": 2000},
        "Layers over the map, PARTY:ID with commas, or 'none'. Unless stated, the "
        "waters and basins that parties published.",
    ),
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this page."""
    return (
        page(
            "/now",
            "now",
            "How the water stands: a sentence for each lake and basin, and a map.",
            _now,
            parameters=MAP_PARAMETERS,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence with what it leads to."""

    name: Markup
    state: Markup
    when: Markup
    party: Markup
    remarks: tuple[str, ...]
    mark: str
    path: str
    station: str
    chart: str
    proof: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A topic with its names and sentences."""

    names: tuple[Markup, ...]
    lines: tuple[_Line, ...]


def _now(visit: Visit) -> View:
    stations = read_stations(visit.bank)
    language, parties = visit.language, party_names(visit.node)
    today = visit.asked.now()
    sayer = Sayer(Isolating(language), stations, parties, today.date())
    topics = arrange(stations, language.code)
    extent = read_extent(visit.values["bbox"]) if "bbox" in visit.values else None
    shapes, offered = choose_layers(
        visit.node, visit.bank, visit.values.get("layer"), language, parties
    )
    figure = draw_stations(visit, stations, parties, extent, shapes)
    by_section = {
        name: [one for one in topics if one.section == name] for name in SECTIONS
    }
    return View(
        "now/now.html",
        language.gettext("The state of the water now"),
        {
            "asked": today.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "topics": [_topic_data(stations, one) for one in topics],
            "stations": _stations_data(stations),
        },
        {
            "sections": {
                name: [_shown(visit, sayer, one) for one in many[:_MOST_TOPICS]]
                for name, many in by_section.items()
            },
            "left_out": {
                name: max(0, len(many) - _MOST_TOPICS)
                for name, many in by_section.items()
            },
            "figure": figure,
            "offered": offered,
            "disclaimer": disclaimer(language),
        },
    )


def _shown(visit: Visit, sayer: Sayer, topic: Topic) -> _Shown:
    names = dict.fromkeys(sayer.name(place) for place in topic.places)
    lines = tuple(
        _summary_line(visit, sayer, topic, one)
        if isinstance(one, Summary)
        else _line(visit, sayer, one)
        for one in topic.lines
    )
    return _Shown(tuple(sorted(names, key=Markup.striptags)), lines)


def _line(visit: Visit, sayer: Sayer, station: Station) -> _Line:
    inventory, link = sayer.stations.inventory, visit.link
    address, mark = inventory.address(station.row), MARKS[mark_of_rank(station.rank)]
    return _Line(
        name=sayer.name(station.place),
        state=sayer.state(station),
        when=sayer.when(station),
        party=sayer.party(inventory.party.text(station.row)),
        remarks=tuple(sayer.remarks(station)),
        mark=mark.id,
        path=mark.path,
        station=link.to(f"/station/{inventory.places.key(station.place)}"),
        chart=link.to("/chart", datastream=address),
        proof=link.to("/proof", datastream=address, time=moment(station.time)),
    )


def _summary_line(visit: Visit, sayer: Sayer, topic: Topic, summary: Summary) -> _Line:
    common = max(summary.classes.items(), key=lambda one: (one[1], one[0]))[0]
    mark = MARKS[common]
    found = visit.link.to(
        "/find",
        kind=summary.kind,
        party=summary.party,
        within=topic.area or None,
    )
    return _Line(
        name=sayer.kind(summary.kind),
        state=sayer.summary(summary),
        when=Markup(),
        party=sayer.party(summary.party),
        remarks=(),
        mark=mark.id,
        path=mark.path,
        station=found,
        chart="",
        proof="",
    )


def moment(time: int) -> str:
    """Return an instant [us since 1970] as addresses have it."""
    return (_EPOCH + timedelta(microseconds=time)).isoformat().replace("+00:00", "Z")


def _topic_data(stations: Stations, topic: Topic) -> dict[str, Any]:
    places = stations.inventory.places
    return {
        "kind": topic.section,
        "places": [
            {"place": places.key(one), "names": dict(places.names[one])}
            for one in topic.places
        ],
        "lines": [
            _summary_data(one)
            if isinstance(one, Summary)
            else {"station": places.key(one.place)}
            for one in topic.lines
        ],
    }


def _summary_data(summary: Summary) -> dict[str, Any]:
    return {
        "party": summary.party,
        "kind": summary.kind,
        "stations": summary.count,
        "classes": dict(summary.classes),
    }


_DATA: WeakKeyDictionary[Stations, dict[str, Any]] = WeakKeyDictionary()


def _stations_data(stations: Stations) -> dict[str, Any]:
    """Return the stations as data; made once, since there may be thousands."""
    told = _DATA.get(stations)
    if told is None:
        told = _DATA[stations] = _told_stations(stations)
    return told


def _told_stations(stations: Stations) -> dict[str, Any]:
    shown: Sequence[Station] = stations.all[:_MOST_STATIONS]
    return {
        "count": len(stations.all),
        "told": [_station_data(stations, one) for one in shown],
    }


def _station_data(stations: Stations, station: Station) -> dict[str, Any]:
    inventory = stations.inventory
    places, place = inventory.places, station.place
    at = float(places.longitude[place]), float(places.latitude[place])
    before = station.before
    return {
        "station": places.key(place),
        "names": dict(places.names[place]),
        "kind": places.kind.text(place),
        "position": None if math.isnan(at[0]) else at,
        "datastream": inventory.address(station.row),
        "observed_property": inventory.quantity.text(station.row),
        "unit": station.unit,
        "time": moment(station.time),
        "value": station.value,
        "censor": ("", "<", ">")[station.censor],
        "grade": WORDS["grade"][station.grade],
        "status": WORDS["status"][station.status],
        "release": station.release,
        "year_earlier": None
        if before is None
        else {"day": moment(before[0])[:10], "value": before[1]},
        "change": _or_none(station.change),
        "percentile": _or_none(station.rank),
        "class": mark_of_rank(station.rank),
        "years": station.years,
    }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 10)
