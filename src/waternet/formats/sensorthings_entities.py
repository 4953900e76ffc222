"""Entities of SensorThings, from whatever answers and requests hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from waternet.formats.json_text import as_list, as_object, as_text

__all__ = ["Entities", "Entity", "link_of"]

Entity = dict[str, Any]
_LINK = re.compile(r"([A-Za-z]+)\(('?)([^()']{1,64})\2\)")
_KINDS = {
    "Thing": "Things",
    "Location": "Locations",
    "Sensor": "Sensors",
    "ObservedProperty": "ObservedProperties",
    "Datastream": "Datastreams",
}
_DEPTH = 8


class Entities:
    """What one document holds, by kind and id.

    Parameters
    ----------
    document : parsed JSON
        One entity, a page ({"value": [...]}), a list of pages or data arrays, or a
        $batch body. Entities inside others are found too, to a bounded depth.
    """

    def __init__(self, document: Any) -> None:
        self.by_id: dict[str, dict[str, Entity]] = {
            kind: {} for kind in _KINDS.values()
        }
        self.loose: dict[str, list[Entity]] = {}
        self.datastreams: list[Entity] = []
        self.things: list[Entity] = []
        self.has_more = False
        self._read(document, "", _DEPTH)
        for link in self.loose:
            if link not in self.by_id["Datastreams"]:
                self._keep("Datastreams", {"@iot.id": link, "name": link})

    def one(self, entity: Entity, name: str) -> Entity:
        """Return the entity that another points at, or holds; empty if unknown."""
        held = as_object(entity.get(name))
        link = link_of(held) or _linked(
            as_text(entity.get(f"{name}@iot.navigationLink"))
        )
        known = self.by_id[_KINDS[name]].get(link)
        return known if known is not None else held

    def many(self, entity: Entity, name: str) -> list[Entity]:
        """Return the entities that another points at, or holds."""
        kind = self.by_id[name]
        found = []
        for held in map(as_object, as_list(entity.get(name))):
            found.append(kind.get(link_of(held), held))
        return found

    def observations(self, datastream: Entity) -> Iterator[Entity]:
        """Yield the observations inside a datastream, then those that point at it."""
        yield from map(as_object, as_list(datastream.get("Observations")))
        yield from self.loose.get(link_of(datastream), ())

    def _read(self, value: Any, kind: str, depth: int) -> None:
        if depth == 0:
            return
        if isinstance(value, list):
            for each in value:
                self._read(each, kind, depth)
        elif isinstance(value, dict):
            self._read_object(value, kind, depth)

    def _read_object(self, value: Entity, kind: str, depth: int) -> None:
        self.has_more |= any(key.endswith("@iot.nextLink") for key in value)
        if "requests" in value:
            self._read_batch(as_list(value["requests"]), depth)
        elif "dataArray" in value:
            self._read_array(value)
        elif isinstance(value.get("value"), list):
            context = as_text(value.get("@iot.context") or value.get("@odata.context"))
            self._read(value["value"], kind or context.rpartition("#")[2], depth - 1)
        else:
            self._read_entity(value, kind or _kind_of(value), depth)

    def _read_batch(self, requests: list[Any], depth: int) -> None:
        for request in map(as_object, requests):
            body = request.get("body")
            if not isinstance(body, dict):
                continue
            kind = as_text(request.get("url")).strip("/").split("?")[0]
            kind = kind.rpartition("/")[2]
            name = as_text(request.get("id"))
            # Inside a batch, '$thing1' stands for what the request 'thing1' made.
            self._read({"@iot.id": f"${name}", **body}, kind, depth - 1)

    def _read_array(self, page: Entity) -> None:
        """Read rows of a data array, which all belong to one datastream."""
        link = link_of(as_object(page.get("Datastream"))) or _linked(
            as_text(page.get("Datastream@iot.navigationLink"))
        )
        components = [as_text(each) for each in as_list(page.get("components"))]
        rows = self.loose.setdefault(link, [])
        for row in as_list(page.get("dataArray")):
            rows.append(dict(zip(components, as_list(row), strict=False)))

    def _read_entity(self, value: Entity, kind: str, depth: int) -> None:
        if kind == "Observations" or ("result" in value and "phenomenonTime" in value):
            held = as_object(value.get("Datastream"))
            link = link_of(held) or _linked(
                as_text(value.get("Datastream@iot.navigationLink"))
            )
            self.loose.setdefault(link, []).append(value)
            self._read_held("Datastreams", held, depth)
            return
        if kind == "Things" and not link_of(value):
            value["@iot.id"] = f"thing{len(self.things) + 1}"
        value.setdefault("@iot.id", link_of(value))
        if kind in self.by_id:
            self._keep(kind, value)
        for name, plural in _KINDS.items():
            self._read_held(plural, value.get(name), depth)
            for each in map(as_object, as_list(value.get(plural))):
                if plural == "Datastreams" and kind == "Things":
                    # An id, not the Thing itself: it holds the datastream.
                    each.setdefault("Thing", {"@iot.id": value["@iot.id"]})
                self._read_held(plural, each, depth)

    def _read_held(self, kind: str, value: Any, depth: int) -> None:
        """Read an entity inside another, unless it is only a link."""
        held = as_object(value)
        if any(not key.startswith("@") for key in held) and depth > 1:
            self._read_entity(held, kind, depth - 1)

    def _keep(self, kind: str, value: Entity) -> None:
        link = link_of(value)
        known = self.by_id[kind]
        if link and link in known:
            for key, each in value.items():
                known[link].setdefault(key, each)
            return
        known[link or f"#{len(known)}"] = value
        if kind == "Datastreams":
            self.datastreams.append(value)
        elif kind == "Things":
            self.things.append(value)


def link_of(entity: Entity) -> str:
    """Return an entity's id as text, without the sign of a batch's reference."""
    link = as_text(entity.get("@iot.id")) or _linked(
        as_text(entity.get("@iot.selfLink"))
    )
    return link.removeprefix("$")


def _linked(address: str) -> str:
    """Return the id of the datastream, thing... that an address leads to."""
    found = _LINK.findall(address)
    return found[-1][2] if found else ""


def _kind_of(value: Entity) -> str:
    """Return what kind an entity is by the members that only it has."""
    if "unitOfMeasurement" in value:
        return "Datastreams"
    if "Datastreams" in value or "Locations" in value:
        return "Things"
    if "location" in value:
        return "Locations"
    address = as_text(value.get("@iot.selfLink"))
    found = _LINK.findall(address)
    return found[-1][0] if found else ""
