"""The paths of the service that are documented, and the one that takes all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from waternet.api.asked import Asked
from waternet.api.operation import Parameter
from waternet.api.sensorthings.links import SERVICE
from waternet.api.sensorthings.model import KINDS, SETS, EntityKind, Property, Shape

__all__ = [
    "ANY_PATH",
    "ID",
    "ServicePath",
    "entity_schema",
    "service_paths",
    "set_schema",
]

ANY_PATH: Final = f"{SERVICE}/{{path:path}}"
ID: Final = Parameter(
    "id",
    {"type": "string", "pattern": "^[0-9]{1,19}$", "maxLength": 19},
    "The entity's @iot.id, a whole number.",
    place="path",
    required=True,
)
_TEXT: Final = {"type": ["string", "null"]}
_TYPES: Final[dict[Shape, dict[str, Any]]] = {
    Shape.TEXT: _TEXT,
    Shape.INSTANT: _TEXT,
    Shape.INTERVAL: _TEXT,
    Shape.MOMENT: _TEXT,
}


@dataclass(frozen=True, slots=True)
class ServicePath:
    """A documented path: a set, an entity, or what one entity leads to.

    Attributes
    ----------
    path : str
        As an operation has it: '/sta/v1.1/Things({id})'.
    name : str
        In small letters, for the operations on it: 'thing', 'thing-datastreams'.
    kind : EntityKind
        Of what it leads to.
    is_single : bool
        It leads to one entity.
    about : str
        What it leads to, in words.
    """

    path: str
    name: str
    kind: EntityKind
    is_single: bool
    about: str

    @property
    def has_id(self) -> bool:
        """Whether an id stands in it."""
        return "{id}" in self.path

    def rest(self, asked: Asked) -> str:
        """Return what a request asks for below the service."""
        below = self.path.removeprefix(f"{SERVICE}/")
        return below.replace("{id}", asked.path.get("id", ""))


def service_paths() -> Iterator[ServicePath]:
    """Yield the sets, the entities of each, and what each leads to."""
    for plural, kind in SETS.items():
        small = kind.name.lower()
        yield ServicePath(
            f"{SERVICE}/{plural}", plural.lower(), kind, False, f"all {plural}"
        )
        yield ServicePath(
            f"{SERVICE}/{plural}({{id}})", small, kind, True, f"one {kind.name}"
        )
        for navigation in kind.navigations.values():
            yield ServicePath(
                f"{SERVICE}/{plural}({{id}})/{navigation.name}",
                f"{small}-{navigation.name.lower()}",
                KINDS[navigation.to],
                not navigation.is_many,
                f"the {navigation.name} of a {kind.name}",
            )


def entity_schema(kind: EntityKind) -> dict[str, Any]:
    """Return the JSON schema of an entity; what is not selected is absent."""
    link = {"type": "string"}
    return {
        "type": ["object"],
        "properties": {
            "@iot.id": {"type": "integer"},
            "@iot.selfLink": link,
            **{name: _schema(one) for name, one in kind.properties.items()},
            **{f"{name}@iot.navigationLink": link for name in kind.navigations},
        },
    }


def set_schema(kind: EntityKind) -> dict[str, Any]:
    """Return the JSON schema of a page of entities, or of data arrays."""
    item = entity_schema(kind)
    if kind.name == "Observation":
        array = {
            "type": "object",
            "required": ["components", "dataArray"],
            "properties": {
                "Datastream@iot.navigationLink": {"type": "string"},
                "components": {"type": "array", "items": {"type": "string"}},
                "dataArray@iot.count": {"type": "integer"},
                "dataArray": {"type": "array", "items": {"type": "array"}},
            },
        }
        item = {"anyOf": [item, array]}
    return {
        "type": "object",
        "required": ["value"],
        "properties": {
            "@iot.count": {"type": "integer"},
            "@iot.nextLink": {"type": "string"},
            "value": {"type": "array", "items": item},
        },
    }


def _schema(property_: Property) -> dict[str, Any]:
    return _TYPES.get(property_.shape, {})
