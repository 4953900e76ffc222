"""What the page tells of: each lake, each basin with its stations, and what is left.

Lakes that several parties describe are one topic, with a sentence of each party: they
are tied by the names that the parties share. Nothing here knows a place by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from waternet.bank.finding.letters import fold
from waternet.portal.map.marks import mark_of_rank
from waternet.portal.now.reading import Station, Stations

__all__ = ["FEW", "SECTIONS", "Summary", "Topic", "arrange"]

SECTIONS = ("lake", "basin", "other")
FEW = 5  # stations of one kind, party and basin that get a sentence each
_OWN_TOPIC = ("lake", "reservoir")
_BASINS = ("basin", "aquifer")


@dataclass(frozen=True, slots=True)
class Summary:
    """How the stations of one kind and party stand in one basin.

    Attributes
    ----------
    party, kind : str
    count : int
    classes : mapping of str to int
        How many have each mark of `mark_of_rank`.
    first, last : int [us, local]
        When the latest figures of all of them were measured.
    """

    party: str
    kind: str
    count: int
    classes: Mapping[str, int]
    first: int
    last: int

    @classmethod
    def of(cls, party: str, kind: str, stations: Sequence[Station]) -> Summary:
        """Return the summary of some stations."""
        times = [one.local for one in stations]
        classes = Counter(mark_of_rank(one.rank) for one in stations)
        ordered = dict(sorted(classes.items()))
        return cls(party, kind, len(times), ordered, min(times), max(times))


@dataclass(frozen=True, slots=True)
class Topic:
    """A lake, a basin, or what lies in no basin.

    Attributes
    ----------
    section : str
        Of `SECTIONS`.
    places : tuple of int
        In the inventory: the lake or basin as each party describes it; () of what lies
        in no basin.
    area : str
        What finds all within it; '' of a lake and of what lies in none.
    lines : tuple of Station or Summary
        By party, then by name.
    """

    section: str
    places: tuple[int, ...]
    area: str
    lines: tuple[Station | Summary, ...]


# Shared on purpose: what stations say changes no more than they do.
_ARRANGED: WeakKeyDictionary[Stations, dict[str, tuple[Topic, ...]]] = (
    WeakKeyDictionary()
)


def arrange(stations: Stations, language: str) -> tuple[Topic, ...]:
    """Return the topics in order: section by section, by names in a language."""
    kept = _ARRANGED.setdefault(stations, {})
    if language not in kept:
        kept[language] = _arrange(stations, language)
    return kept[language]


def _arrange(stations: Stations, language: str) -> tuple[Topic, ...]:
    places = stations.inventory.places
    lakes: dict[int, list[Station]] = {}
    rest: list[Station] = []
    for one in stations.all:
        if places.kind.text(one.place) in _OWN_TOPIC:
            lakes.setdefault(int(places.group[one.place]), []).append(one)
        else:
            rest.append(one)
    found = [
        Topic("lake", _alike(stations, group), "", tuple(many))
        for group, many in lakes.items()
    ]
    basins = _basins(stations, rest)
    for area, many in basins.items():
        if area < 0:
            lines = tuple(_lines(stations, many, language))
            found.append(Topic("other", (), "", lines))
        else:
            group = int(places.group[places.areas.examples[area]])
            name = places.areas.names[area]
            lines = tuple(_lines(stations, many, language))
            found.append(Topic("basin", _alike(stations, group), name, lines))
    return tuple(sorted(found, key=lambda one: _order(stations, one, language)))


def _alike(stations: Stations, group: int) -> tuple[int, ...]:
    """Return every party's description of a lake or basin, with figures or without."""
    alike = np.flatnonzero(stations.inventory.places.group == group)
    return tuple(alike.tolist())


def _basins(stations: Stations, rest: Iterable[Station]) -> dict[int, list[Station]]:
    """Return the stations in each basin and aquifer; -1 holds those in none."""
    places = stations.inventory.places
    areas = places.areas
    is_basin = [places.kind.text(one) in _BASINS for one in areas.examples]
    of_place: dict[int, list[int]] = {}
    for place, area in zip(areas.place.tolist(), areas.area.tolist(), strict=True):
        if is_basin[area]:
            of_place.setdefault(place, []).append(area)
    found: dict[int, list[Station]] = {}
    for one in rest:
        for area in of_place.get(one.place, [-1]):
            found.setdefault(area, []).append(one)
    return found


def _lines(
    stations: Stations, many: Iterable[Station], language: str
) -> Iterator[Station | Summary]:
    """Yield a sentence for each station, or one for all of a kind and party."""
    places = stations.inventory.places
    ranks = places.ranks(language)
    groups: dict[tuple[str, str], list[Station]] = {}
    for one in many:
        key = places.party.text(one.place), places.kind.text(one.place)
        groups.setdefault(key, []).append(one)
    for (party, kind), ones in sorted(groups.items()):
        if len(ones) > FEW:
            yield Summary.of(party, kind, ones)
        else:
            yield from sorted(ones, key=lambda one: int(ranks[one.place]))


def _order(stations: Stations, topic: Topic, language: str) -> tuple[int, str]:
    places = stations.inventory.places
    names = sorted(fold(places.label(one, language)) for one in topic.places)
    return SECTIONS.index(topic.section), names[0] if names else ""
