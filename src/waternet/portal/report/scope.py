"""What a yearbook is about: the datastreams of an area, a station or a release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from waternet.bank.as_of import AsOf
from waternet.bank.discovery import find_places
from waternet.bank.query import get_observations
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.place import AREA_KINDS
from waternet.portal.series.described import Described, describe

__all__ = [
    "MOST_DATASTREAMS",
    "Scope",
    "area_scope",
    "chosen_scope",
    "release_scope",
    "station_scope",
]

MOST_DATASTREAMS: Final = 40


@dataclass(frozen=True, slots=True)
class Scope:
    """What a yearbook is about.

    Attributes
    ----------
    kind : str
        'area', 'station' or 'release'.
    address : str
        'PARTY:ID' of a place, a shared name, or 'PARTY:NUMBER' of a release.
    names : mapping of language to str
        Of the place; empty for a release.
    title : str
        Of a release, as its owner gave it; else ''.
    datastreams : tuple of Described
        By party and name.
    as_of : AsOf or None
        The past that it is seen from.
    release : (party, number), or None
        Whose figures alone are meant.
    """

    kind: str
    address: str
    names: Mapping[str, str]
    title: str
    datastreams: tuple[Described, ...]
    as_of: AsOf | None = None
    release: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        if not self.datastreams:
            raise NotFound(
                f"nothing is measured at {self.address!r} that can be read here",
                hint="'waternet datastreams' lists what there is",
            )
        if len(self.datastreams) > MOST_DATASTREAMS:
            raise NotAcceptable(
                f"{self.address!r} has {len(self.datastreams)} datastreams; a yearbook "
                f"holds {MOST_DATASTREAMS}",
                hint="name a smaller area, or a station; or one quantity by --property",
            )


def chosen_scope(
    bank: Bank, named: Mapping[str, str], observed_property: str = ""
) -> Scope:
    """Return the scope that one of 'station', 'area' and 'release' names.

    Raises
    ------
    NotAcceptable
        None of them is named, or more than one.
    """
    given = {kind: address for kind, address in named.items() if address}
    if len(given) != 1:
        raise NotAcceptable(
            "a yearbook is about one thing",
            hint="give --station PARTY:ID, --area PARTY:ID or --release PARTY:NUMBER",
        )
    ((kind, address),) = given.items()
    if kind == "release":
        return release_scope(bank, address)
    of = station_scope if kind == "station" else area_scope
    return of(bank, address, observed_property)


def station_scope(bank: Bank, address: str, observed_property: str = "") -> Scope:
    """Return what is measured at one station, PARTY:ID.

    Raises
    ------
    NotFound
        There is no such place, or nothing that is measured there can be read.
    """
    party, _, place = address.partition(":")
    body = _place(bank, party, place)
    wanted = Selection(party=party, feature=place, observed_property=observed_property)
    return Scope("station", address, body["names"], "", _chosen(bank, wanted))


def area_scope(bank: Bank, area: str, observed_property: str = "") -> Scope:
    """Return what is measured in an area, and of it.

    Parameters
    ----------
    area : str
        PARTY:ID: that party's area, with what the party says lies in it; or a shared
        name, 'wikidata:Q40059': every party's areas of that name.
    observed_property : str
        '' for every quantity.

    Raises
    ------
    NotFound
        There is no such area, or nothing that is measured there can be read.
    NotAcceptable
        More than `MOST_DATASTREAMS` are.
    """
    party, _, place = area.partition(":")
    shared = bank.catalogue.rows(
        "SELECT p.party, p.id FROM shared_name n JOIN place p USING (party, id)"
        " WHERE n.name = ? ORDER BY 1, 2",
        (area,),
    )
    if shared:
        named = [(owner, one) for owner, one in shared]
        inside = Selection(within=area, observed_property=observed_property)
    else:
        named = [(party, place)]
        inside = Selection(
            party=party, within=place, observed_property=observed_property
        )
    names: dict[str, str] = {}
    chosen: dict[str, Described] = {}
    for owner, one in named:
        body = _place(bank, owner, one)
        if body["kind"] not in AREA_KINDS:
            raise NotAcceptable(
                f"{owner}:{one} is no area but a {body['kind']}",
                hint="ask for it by --station",
            )
        names = {**body["names"], **names}
        its_own = Selection(
            party=owner, feature=one, observed_property=observed_property
        )
        chosen |= {found.address: found for found in _chosen(bank, its_own)}
    chosen |= {found.address: found for found in _chosen(bank, inside)}
    return Scope("area", area, names, "", tuple(chosen[key] for key in sorted(chosen)))


def release_scope(bank: Bank, address: str) -> Scope:
    """Return what one release brought, PARTY:NUMBER, as it stood when it was published.

    Raises
    ------
    NotFound
        There is no such release, or none of its figures can be read.
    """
    party, _, number = address.partition(":")
    rows = bank.catalogue.rows(
        "SELECT title, dataset FROM entry WHERE party = ? AND number = ?"
        " AND kind IN ('release', 'revise')",
        (party, int(number) if number.isdecimal() and len(number) < 16 else -1),
    )
    if not rows:
        raise NotFound(
            f"no release {address[:80]!r}", hint="'waternet releases' lists them"
        )
    index, past = int(number), AsOf.release(party, int(number))
    of_dataset = Selection(party=party, dataset=rows[0]["dataset"])
    figures = get_observations(bank, of_dataset, as_of=past)
    told = figures.select(["datastream", "release"]).group_by(
        ["datastream", "release"], use_threads=False
    )
    brought = {
        one["datastream"]
        for one in told.aggregate([]).to_pylist()
        if one["release"] == index
    }
    chosen = tuple(one for one in _chosen(bank, of_dataset) if one.name in brought)
    return Scope("release", address, {}, rows[0]["title"], chosen, past, (party, index))


def _chosen(bank: Bank, selection: Selection) -> tuple[Described, ...]:
    """Return the datastreams of a selection, with figures that this reader may see."""
    if selection.feature or selection.within:
        places = find_places(bank, selection)
        if not places.num_rows:
            return ()
    return tuple(describe(bank, choose_series(bank, selection)))


def _place(bank: Bank, party: str, place: str) -> Mapping[str, Any]:
    rows = bank.catalogue.rows(
        "SELECT body FROM place WHERE party = ? AND id = ?", (party, place)
    )
    if not rows:
        raise NotFound(
            f"no place {party}:{place}",
            hint="'waternet stations' finds places by name; write PARTY:ID",
        )
    body: dict[str, Any] = json.loads(rows[0]["body"])
    return body
