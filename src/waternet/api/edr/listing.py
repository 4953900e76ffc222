"""The locations of a collection, as GeoJSON."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import orjson

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.edr.answers import here
from waternet.api.edr.choosing import choose_quantities, in_box, read_box
from waternet.api.edr.collections import Collection
from waternet.api.edr.description import FORMATS, JSON, link
from waternet.api.edr.features import location_feature
from waternet.api.edr.holdings import Held, Holdings
from waternet.api.edr.quantities import in_language
from waternet.api.edr.times import Times, read_times

__all__ = ["list_locations"]

_LIMIT: Final = 1_000
_MOST: Final = 10_000


def list_locations(asked: Asked) -> Answer:
    """Return the places of a collection, with what can be asked for there.

    Raises
    ------
    NotFound
        No such collection or instance.
    NotAcceptable
        A parameter is not what it should be.
    """
    values, place = asked.values, here(asked)
    names = values.get("parameter-name", ())
    holdings, _ = choose_quantities(place.collection, names)
    held = _asked_for(asked, holdings)
    by_location: dict[str, list[Held]] = {}
    for one in sorted(held, key=lambda one: one.location.id):
        by_location.setdefault(one.location.id, []).append(one)
    ids = [one for one in by_location if one > values.get("after", "")]
    shown = ids[: min(values.get("limit", _LIMIT), _MOST)]
    features = [
        location_feature(by_location[one], place.address, asked.language)
        for one in shown
    ]
    links = [
        link(f"{place.address}/locations", "self", FORMATS["GeoJSON"]),
        link(place.address, "collection", JSON),
    ]
    if len(shown) < len(ids):
        links.append(_next(asked, place.address, shown[-1]))
    content = {
        "type": "FeatureCollection",
        "features": features,
        "parameters": _parameters(place.collection, held, asked.language),
        "links": links,
        "numberMatched": len(by_location),
        "numberReturned": len(features),
    }
    return Answer(orjson.dumps(content), FORMATS["GeoJSON"])


def _asked_for(asked: Asked, holdings: Holdings) -> list[Held]:
    """Return the datastreams in the box and time asked for."""
    held = list(holdings.held)
    if "bbox" in asked.values:
        inside = in_box(holdings, read_box(asked.values["bbox"]))
        held = [one for one, is_in in zip(held, inside, strict=True) if is_in]
    if "datetime" in asked.values:
        times = read_times(asked.values["datetime"])
        held = [one for one in held if _meets(one, times)]
    return held


def _meets(held: Held, times: Times) -> bool:
    return any(held.first < end and held.last >= start for start, end in times.spans)


def _next(asked: Asked, address: str, last: str) -> dict[str, str]:
    kept = [
        part
        for part in asked.query.split("&")
        if part and not part.startswith("after=")
    ]
    query = "&".join([*kept, f"after={quote(last, safe=':')}"])
    return link(f"{address}/locations?{query}", "next", FORMATS["GeoJSON"])


def _parameters(
    collection: Collection, held: list[Held], language: str
) -> list[dict[str, object]]:
    names = {one.quantity.name for one in held}
    made = [
        one.to_object(collection.unit_of(name))
        for name, one in collection.quantities.items()
        if name in names
    ]
    told: list[dict[str, object]] = in_language(made, language)
    return told
