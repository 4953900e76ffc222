"""Stations and areas as collections of features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import pyarrow as pa

from waternet.api.asked import Asked
from waternet.api.features.collection import Collection, Field, Rows, keep_rows
from waternet.api.features.described import (
    DescribedPlace,
    datastream_extents,
    described_places,
    term_label,
    told_name,
)
from waternet.bank.store import Bank
from waternet.observation.place import AREA_KINDS
from waternet.observation.vocabulary import LANGUAGES

__all__ = ["AREAS", "STATIONS"]

_FIELDS: Final = (
    Field("party", "text", "the party that describes it"),
    Field("place", "text", "its owner's own code"),
    Field("kind", "text", "a term of the vocabulary place_kind"),
    Field("kind_label", "text", "the kind in the language asked for"),
    Field("name", "text", "its name in the language asked for, or as given first"),
    *(
        Field(f"name_{language}", "text", f"its name in {told}")
        for language, told in (("ar", "Arabic"), ("he", "Hebrew"), ("en", "English"))
    ),
    Field("elevation", "number", "of the reference point, above vertical_datum", "m"),
    Field("vertical_datum", "text", "above which elevations are told"),
    Field(
        "given_crs", "text", "the reference system in which the owner gave the position"
    ),
    Field("given_x", "number", "easting or longitude as the owner gave it"),
    Field("given_y", "number", "northing or latitude as the owner gave it"),
    Field("within", "list", "ids of the owner's areas that hold it"),
    Field("same_as", "list", "names that several parties share for it"),
    Field("observed_properties", "list", "of which figures stand, as terms"),
    Field("datastreams", "integer", "how many hold figures"),
    Field("figures", "integer", "how many stand"),
    Field("first", "time", "time of its first figure"),
    Field("last", "time", "time of its last figure"),
    Field("release", "integer", "the entry of the party that described it last"),
    Field("attributes", "map", "what else the owner says of it"),
)


def _rows(is_area: bool, asked: Asked) -> Rows:
    bank, language = asked.bank, asked.language
    name = f"{'areas' if is_area else 'stations'} {language}"
    return keep_rows(bank, name, partial(_made, bank, is_area, language))


def _made(bank: Bank, is_area: bool, language: str) -> Rows:
    held = _held(bank)
    told = [
        _told(place, held.get(key, {}), language)
        for key, place in described_places(bank).items()
        if (place.kind in AREA_KINDS) == is_area
    ]
    told.sort(key=lambda one: str(one["id"]))
    return Rows(pa.Table.from_pylist(told, schema=STATIONS.arrow_schema()))


def _held(bank: Bank) -> dict[tuple[str, str], dict[str, Any]]:
    """Return how many figures stand of each place, over which time."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    measured = defaultdict(set)
    streams = datastream_extents(bank)
    for party, name, place, term in bank.catalogue.rows(
        "SELECT party, name, feature, observed_property FROM datastream"
    ):
        extent = streams.get((party, name))
        if extent is None:
            continue
        first, last = extent.values["first"], extent.values["last"]
        known = found.setdefault(
            (party, place),
            {"datastreams": 0, "figures": 0, "first": first, "last": last},
        )
        known["datastreams"] += 1
        known["figures"] += extent.figures
        known["first"] = min(known["first"], first)
        known["last"] = max(known["last"], last)
        measured[party, place].add(term)
    for key, terms in measured.items():
        found[key]["observed_properties"] = sorted(terms)
    return found


def _told(
    place: DescribedPlace, held: Mapping[str, Any], language: str
) -> dict[str, Any]:
    names, at = place.body["names"], place.position
    return {
        "id": f"{place.party}:{place.id}",
        "party": place.party,
        "place": place.id,
        "kind": place.kind,
        "kind_label": term_label("place_kind", place.kind, language),
        "name": told_name(names, language),
        **{f"name_{one}": names.get(one) for one in LANGUAGES},
        **{name: at.get(name) for name in ("elevation", "vertical_datum")},
        **{f"given_{name}": at.get(name) for name in ("crs", "x", "y")},
        "within": place.body.get("within", []),
        "same_as": place.body.get("same_as", []),
        "observed_properties": [],
        "datastreams": 0,
        "figures": 0,
        **held,
        "release": place.release,
        "attributes": place.body.get("attributes", {}),
        "@x": at.get("longitude"),
        "@y": at.get("latitude"),
    }


STATIONS: Final = Collection(
    "stations",
    "Stations",
    "Where something is measured or taken: wells, springs, gauges, plants, of every "
    "party; several parties' descriptions of one thing stand side by side, tied by "
    "same_as.",
    _FIELDS,
    partial(_rows, False),
    times=("first", "last"),
)
AREAS: Final = Collection(
    "areas",
    "Areas",
    "What accounts are about: states, basins, aquifers, districts, of every party. "
    "The geometry is a point that its owner gave, or null: no outlines are held.",
    _FIELDS,
    partial(_rows, True),
    times=("first", "last"),
)
