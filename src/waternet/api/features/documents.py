"""What an offering of collections says of itself.

References
----------
OGC 17-069r4 (Features, Part 1), 7; OGC 19-079r2 (Part 3), 6; OGC 23-058r1 (Part 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.features.collection import Collection, Field
from waternet.api.features.crs import CRS84
from waternet.api.features.geojson import GEOJSON
from waternet.api.features.items import systems_of
from waternet.api.features.offering import Offering, link
from waternet.api.operation import JSON

__all__ = [
    "COLLECTIONS_SCHEMA",
    "COLLECTION_SCHEMA",
    "CONFORMANCE_SCHEMA",
    "LANDING_SCHEMA",
    "OBJECT_SCHEMA",
    "SCHEMA",
    "say_collection",
    "say_collections",
    "say_conformance",
    "say_landing",
    "say_properties",
]

SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.1"
_SCHEMAS: Final = "http://www.opengis.net/def/rel/ogc/1.0/schema"
_QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_SORTABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_LINKS: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": dict.fromkeys(("href", "rel", "type", "title"), _TEXT),
    },
}
LANDING_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["title", "description", "links"],
    "properties": {"title": _TEXT, "description": _TEXT, "links": _LINKS},
}
CONFORMANCE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["conformsTo"],
    "properties": {"conformsTo": {"type": "array", "items": _TEXT}},
}
COLLECTION_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "title", "description", "links", "itemType"],
    "properties": {
        **dict.fromkeys(("id", "title", "description", "itemType"), _TEXT),
        "links": _LINKS,
        "extent": {"type": "object"},
        "crs": {"type": "array", "items": _TEXT},
        "storageCrs": _TEXT,
    },
}
COLLECTIONS_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["links", "collections"],
    "properties": {
        "links": _LINKS,
        "collections": {"type": "array", "items": COLLECTION_SCHEMA},
    },
}
OBJECT_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["$schema", "$id", "type", "title", "properties"],
    "properties": {
        **dict.fromkeys(("$schema", "$id", "type", "title"), _TEXT),
        "properties": {"type": "object", "additionalProperties": {"type": "object"}},
        "additionalProperties": {"type": "boolean"},
    },
}


def say_landing(offering: Offering, asked: Asked) -> Answer:
    """Return where everything is."""
    here = offering.url(asked)
    links = [
        link(here, "self", JSON),
        link(f"{asked.url}/openapi.json", "service-desc", OPENAPI),
        link(f"{here}/conformance", "conformance", JSON),
        link(f"{here}/collections", "data", JSON),
    ]
    told = {"title": offering.title, "description": offering.about, "links": links}
    return json_answer(told)


def say_conformance(offering: Offering, _asked: Asked) -> Answer:
    """Return the addresses of the conformance classes."""
    return json_answer({"conformsTo": offering.conforms})


def say_collections(
    offering: Offering, collections: Sequence[Collection], asked: Asked
) -> Answer:
    """Return every collection."""
    here = offering.url(asked, "collections")
    told = [_described(offering, one, asked) for one in collections]
    return json_answer({"links": [link(here, "self", JSON)], "collections": told})


def say_collection(offering: Offering, collection: Collection, asked: Asked) -> Answer:
    """Return one collection."""
    return json_answer(_described(offering, collection, asked))


def say_properties(
    offering: Offering, collection: Collection, kind: str, asked: Asked
) -> Answer:
    """Return the properties of a collection as a JSON schema.

    Parameters
    ----------
    kind : str
        'schema' of what is returned; 'queryables' and 'sortables' of what can be
        asked for and sorted by.
    """
    fields = [
        one
        for one in collection.fields
        if kind == "schema"
        or (one.is_asked_for if kind == "queryables" else one.is_sorted_by)
    ]
    properties: dict[str, Any] = {"id": _identifier(collection)}
    properties |= {one.name: _told(one, collection) for one in fields}
    for number, one in enumerate(properties.values(), start=1):
        one["x-ogc-propertySeq"] = number
    if collection.has_geometry and kind != "sortables":
        properties["geometry"] = {
            "format": "geometry-point",
            "x-ogc-role": "primary-geometry",
        }
    told: Mapping[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": offering.url(asked, "collections", collection.id, kind),
        "type": "object",
        "title": collection.title,
        "properties": properties,
        "additionalProperties": False,
    }
    return json_answer(told, SCHEMA)


def _identifier(collection: Collection) -> dict[str, Any]:
    known = {one.name: one.schema() for one in collection.fields}
    return {
        **known.get("id", {"type": "string", "title": "id"}),
        "x-ogc-role": "id",
    }


def _told(field: Field, collection: Collection) -> dict[str, Any]:
    if field.name == "id":
        return _identifier(collection)
    told = field.schema()
    if field.name in collection.times:
        roles = (
            ("primary-instant",)
            if len(collection.times) == 1
            else (*("primary-interval-start", "primary-interval-end"),)
        )
        told["x-ogc-role"] = roles[collection.times.index(field.name)]
    return told


def _described(
    offering: Offering, collection: Collection, asked: Asked
) -> dict[str, Any]:
    table = collection.rows(asked).table
    here = offering.url(asked, "collections", collection.id)
    told: dict[str, Any] = {
        "id": collection.id,
        "title": collection.title,
        "description": collection.about,
        "itemType": "feature",
        "links": [
            link(here, "self", JSON),
            link(f"{here}/items", "items", GEOJSON, collection.title),
            link(f"{here}/schema", _SCHEMAS, SCHEMA),
            link(f"{here}/queryables", _QUERYABLES, SCHEMA),
            link(f"{here}/sortables", _SORTABLES, SCHEMA),
        ],
    }
    extent = _extent(collection, table)
    if extent:
        told["extent"] = extent
    if collection.has_geometry:
        is_fixed = "crs" in collection.omits
        systems = (CRS84,) if is_fixed else systems_of(collection, table)
        told |= {"crs": systems, "storageCrs": CRS84}
    return told


def _extent(collection: Collection, table: pa.Table) -> dict[str, Any]:
    """Return where and when the features of a collection are; {} if nobody knows."""
    told: dict[str, Any] = {}
    west, east = _least_and_most(table, "@x", "@x")
    south, north = _least_and_most(table, "@y", "@y")
    if collection.has_geometry and west is not None:
        told["spatial"] = {"bbox": [[west, south, east, north]], "crs": CRS84}
    if collection.times:
        first, last = _least_and_most(table, collection.times[0], collection.times[-1])
        if first is not None:
            interval = [None if one is None else _moment(one) for one in (first, last)]
            told["temporal"] = {"interval": [interval]}
    return told


def _least_and_most(table: pa.Table, first: str, last: str) -> tuple[Any, Any]:
    return pc.min(table[first]).as_py(), pc.max(table[last]).as_py()


def _moment(when: Any) -> str:
    written: str = when.isoformat()
    return f"{written}Z" if "T" in written else f"{written}T00:00:00Z"
