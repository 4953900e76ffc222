"""Features written as GeoJSON.

References
----------
RFC 7946 (GeoJSON); OGC 17-069r4, 7.16 and 8.2; OGC 18-058r1 (other systems).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa

from waternet.api.features.choosing import points_of
from waternet.api.features.collection import Collection
from waternet.api.features.crs import System

__all__ = [
    "GEOJSON",
    "Page",
    "feature_schema",
    "features_of",
    "page_schema",
    "write_page",
]

GEOJSON: Final = "application/geo+json"
_LINK: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {
        name: {"type": "string"}
        for name in ("href", "rel", "type", "title", "hreflang")
    },
}
_POINT: Final[dict[str, Any]] = {
    "type": ["object", "null"],
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"const": "Point"},
        "coordinates": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 3,
        },
    },
}


@dataclass(frozen=True, slots=True)
class Page:
    """Some features of a collection, and where the others are.

    Attributes
    ----------
    features : list of dict
    matched : int or None
        How many there are in all; None where nobody counted.
    links : list of dict
    """

    features: Sequence[Mapping[str, Any]]
    matched: int | None
    links: Sequence[Mapping[str, str]]


def features_of(
    collection: Collection,
    table: pa.Table,
    names: Sequence[str],
    system: System | None,
) -> list[dict[str, Any]]:
    """Return rows as GeoJSON features.

    Parameters
    ----------
    collection : Collection
    table : pyarrow.Table
        Rows of the collection.
    names : texts
        Of the properties to show, in this order.
    system : System or None
        In which positions are written; None leaves them out.
    """
    texts = {one.name for one in collection.fields if one.kind == "text"}
    properties = _properties(table, names, texts)
    shapes: Sequence[Any] = [None] * table.num_rows
    if collection.has_geometry and system is not None:
        shapes = _points(table, system)
    return [
        {"type": "Feature", "id": one, "geometry": shape, "properties": told}
        for one, shape, told in zip(
            table["id"].to_pylist(), shapes, properties, strict=True
        )
    ]


def write_page(page: Page) -> bytes:
    """Return a page as a FeatureCollection."""
    told: dict[str, Any] = {"type": "FeatureCollection"}
    if page.matched is not None:
        told["numberMatched"] = page.matched
    told["numberReturned"] = len(page.features)
    told["links"] = page.links
    told["features"] = page.features
    return orjson.dumps(told)


def feature_schema(collection: Collection) -> dict[str, Any]:
    """Return the JSON schema of one feature."""
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": _POINT if collection.has_geometry else {"type": "null"},
            "properties": {
                "type": "object",
                "properties": {
                    one.name: _or_null(one.schema()) for one in collection.fields
                },
                "additionalProperties": False,
            },
            "links": {"type": "array", "items": _LINK},
        },
    }


def page_schema(collection: Collection) -> dict[str, Any]:
    """Return the JSON schema of a page of features."""
    return {
        "type": "object",
        "required": ["type", "features", "numberReturned", "links"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "links": {"type": "array", "items": _LINK},
            "features": {"type": "array", "items": feature_schema(collection)},
        },
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _properties(
    table: pa.Table, names: Sequence[str], texts: Set[str]
) -> list[dict[str, Any]]:
    """Return the properties of each row, times as RFC 3339 writes them."""
    columns = [_written(table[name], name in texts) for name in names]
    if not names:
        return [{} for _ in range(table.num_rows)]
    return [
        dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)
    ]


def _written(column: pa.ChunkedArray, is_text: bool) -> list[Any]:
    if is_text and pa.types.is_floating(column.type):
        column = column.cast(pa.string())
    values: list[Any] = column.to_pylist()
    if pa.types.is_timestamp(_plain_type(column)):
        return [None if one is None else _moment(one) for one in values]
    if pa.types.is_date(column.type):
        return [one.isoformat() if isinstance(one, date) else None for one in values]
    if pa.types.is_map(column.type):
        return [None if one is None else dict(one) for one in values]
    return values


def _plain_type(column: pa.ChunkedArray) -> pa.DataType:
    kind = column.type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _moment(when: datetime) -> str:
    return f"{when.isoformat()}Z"


def _points(table: pa.Table, system: System) -> list[dict[str, Any] | None]:
    x, y = system.coordinates(*points_of(table))
    known = (np.isfinite(x) & np.isfinite(y)).tolist()
    pairs = zip(
        x.round(system.decimals).tolist(),
        y.round(system.decimals).tolist(),
        known,
        strict=True,
    )
    return [
        {"type": "Point", "coordinates": [one, other]} if there else None
        for one, other, there in pairs
    ]
