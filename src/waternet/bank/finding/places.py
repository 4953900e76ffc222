"""The places of an inventory: where they lie, in what, and what they are called."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from waternet.bank.finding.coded import Coded, Codes, Truths, code
from waternet.bank.finding.letters import fold
from waternet.bank.finding.name_index import NameIndex
from waternet.bank.store import Bank
from waternet.observation.place import AREA_KINDS

__all__ = ["Areas", "Places", "read_places"]

Floats = npt.NDArray[np.float64]
Key = tuple[str, str]  # party and id


@dataclass(frozen=True, slots=True)
class Areas:
    """Which places lie in which areas; an area lies in itself.

    Attributes
    ----------
    names : tuple of str, (k,)
        What each is asked for by: a name that parties share for it, or 'PARTY:ID'.
    examples : tuple of int, (k,)
        A place that is it: of several parties' descriptions the first.
    place, area : arrays of int32, (m,)
        Pairs.
    """

    names: tuple[str, ...]
    examples: tuple[int, ...]
    place: Codes
    area: Codes

    def inside(self, wanted: Iterable[str], places: int) -> Truths:
        """Return of each place whether it lies in one of the areas wanted."""
        chosen = np.isin(np.array(self.names, object), list(wanted))
        held = np.zeros(places, np.bool_)
        if self.names:
            held[self.place[chosen[self.area]]] = True
        return held

    def counts(self, of_places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the sum over the places in each area, (k,)."""
        weights = of_places[self.place]
        summed = np.bincount(self.area, weights=weights, minlength=len(self.names))
        return summed.astype(np.int64)


@dataclass(frozen=True)
class Places:
    """Every place that the bank's reader may see, by party and id.

    Attributes
    ----------
    party, kind : Coded, (n,)
        Kind '' where nobody described the place of a datastream.
    ids : tuple of str, (n,)
    names : tuple of mapping of language to str, (n,)
    same_as : tuple of tuple of str, (n,)
    longitude, latitude : arrays, (n,) [deg]
        WGS 84; NaN where no position is given.
    group : array of int32, (n,)
        Places that share a name have the same.
    areas : Areas
    """

    party: Coded
    kind: Coded
    ids: tuple[str, ...]
    names: tuple[Mapping[str, str], ...]
    same_as: tuple[tuple[str, ...], ...]
    longitude: Floats
    latitude: Floats
    group: Codes
    areas: Areas
    _ranks: dict[str, Codes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def key(self, place: int) -> str:
        """Return what names a place among all parties: 'PARTY:ID'."""
        return f"{self.party.text(place)}:{self.ids[place]}"

    def label(self, place: int, language: str) -> str:
        """Return a place's name in a language, else the first that its owner gave."""
        names = self.names[place]
        return names.get(language) or next(iter(names.values()), self.ids[place])

    @cached_property
    def index(self) -> NameIndex:
        """Their names in all languages, their ids, and names that parties share."""
        return NameIndex(
            (
                (place, name)
                for place, names in enumerate(self.names)
                for name in (self.ids[place], *names.values(), *self.same_as[place])
            ),
            len(self),
        )

    def ranks(self, language: str) -> Codes:
        """Return where each place comes in the alphabet of a language, (n,)."""
        if language not in self._ranks:
            folded = [fold(self.label(place, language)) for place in range(len(self))]
            order = sorted(range(len(self)), key=folded.__getitem__)
            ranks = np.empty(len(self), np.int32)
            ranks[order] = np.arange(len(self), dtype=np.int32)
            self._ranks[language] = ranks
        return self._ranks[language]


def read_places(bank: Bank, measured: Iterable[Key]) -> tuple[Places, dict[Key, int]]:
    """Return the places of a bank, with where each stands among them.

    Parameters
    ----------
    measured : iterable of (party, id)
        Places of datastreams: they are listed though nobody described them.
    """
    told: dict[Key, tuple[str, float | None, float | None, dict[str, object]]] = {
        (party, place): (kind, longitude, latitude, json.loads(body))
        for party, place, kind, longitude, latitude, body in bank.catalogue.rows(
            "SELECT party, id, kind, longitude, latitude, body FROM place"
        )
    }
    for key in measured:
        told.setdefault(key, ("", None, None, {}))
    keys = sorted(told)
    bodies = [told[key][3] for key in keys]
    at = {key: place for place, key in enumerate(keys)}
    shared = [tuple(_texts(body.get("same_as"))) for body in bodies]
    within = [
        [at[party, area] for area in _texts(body.get("within")) if (party, area) in at]
        for (party, _), body in zip(keys, bodies, strict=True)
    ]
    kinds = [told[key][0] for key in keys]
    group = _groups(shared)
    names = [body.get("names") for body in bodies]
    return (
        Places(
            party=code([party for party, _ in keys]),
            kind=code(kinds),
            ids=tuple(place for _, place in keys),
            names=tuple(one if isinstance(one, dict) else {} for one in names),
            same_as=tuple(shared),
            longitude=np.array([told[key][1] for key in keys], np.float64),
            latitude=np.array([told[key][2] for key in keys], np.float64),
            group=group,
            areas=_areas(keys, kinds, shared, group, within),
        ),
        at,
    )


def _texts(given: object) -> list[str]:
    return list(given) if isinstance(given, list) else []


def _groups(shared: Sequence[Sequence[str]]) -> Codes:
    """Return for each place the first of those that names tie together."""
    first = list(range(len(shared)))

    def root(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    known: dict[str, int] = {}
    for place, names in enumerate(shared):
        for name in names:
            one, other = root(place), root(known.setdefault(name, place))
            first[max(one, other)] = min(one, other)
    return np.array([root(place) for place in range(len(shared))], np.int32)


def _areas(
    keys: Sequence[Key],
    kinds: Sequence[str],
    shared: Sequence[Sequence[str]],
    group: Codes,
    within: Sequence[Sequence[int]],
) -> Areas:
    """Return the areas, places that share a name being one, and what lies in each."""
    holding = {area for areas in within for area in areas}
    holding |= {place for place, kind in enumerate(kinds) if kind in AREA_KINDS}
    examples: dict[int, int] = {}
    names: dict[int, str] = {}
    for place in sorted(holding):
        root = int(group[place])
        examples.setdefault(root, place)
        told = min(shared[place], default="")
        if told:
            names[root] = min(told, names.get(root) or told)
    roots = sorted(examples, key=lambda one: names.get(one) or _address(keys, one))
    number = {root: one for one, root in enumerate(roots)}
    pairs = sorted(
        {
            (place, number[int(group[area])])
            for place in range(len(keys))
            for area in _above(place, within)
            if area in holding
        }
    )
    paired = np.array(pairs, np.int32).reshape(-1, 2)
    return Areas(
        tuple(names.get(one) or _address(keys, examples[one]) for one in roots),
        tuple(examples[one] for one in roots),
        paired[:, 0],
        paired[:, 1],
    )


def _address(keys: Sequence[Key], place: int) -> str:
    return ":".join(keys[place])


def _above(place: int, within: Sequence[Sequence[int]]) -> set[int]:
    """Return a place with all that it lies in, however far up."""
    found, ahead = {place}, [place]
    while ahead:
        for area in within[ahead.pop()]:
            if area not in found:
                found.add(area)
                ahead.append(area)
    return found
