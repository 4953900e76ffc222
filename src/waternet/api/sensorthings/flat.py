"""Entities as rows of a table and as features of a map: CSV and GeoJSON.

References
----------
FROST-Server's extensions CSV-ResultFormat and GeoJSON-ResultFormat; RFC 4180; RFC 7946.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from waternet.api.sensorthings.options import Options
from waternet.errors import NotAcceptable

__all__ = ["as_csv", "as_geojson"]

_SHAPES: Final = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
    "Feature",
)
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entities: Sequence[str], options: Options) -> bytes:
    """Return entities as CSV: a header, a line each, JSON values as they are.

    The parts of a unit are columns of their own, and so is what is expanded of one
    entity; a name in a column that another program might take for a formula has an
    apostrophe before it.

    Raises
    ------
    NotAcceptable
        Many are expanded in one.
    """
    _verify_of_one(options)
    rows = [dict(_columns(orjson.loads(text))) for text in entities]
    header = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([_plain(name) for name in header])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in header])
    return written.getvalue().encode()


def as_geojson(entities: Sequence[str], link: str) -> bytes:
    """Return entities as a FeatureCollection, their members flat under their paths."""
    features = []
    for text in entities:
        entity = orjson.loads(text)
        found = list(_geometries(entity))
        features.append(
            {
                "type": "Feature",
                "properties": dict(_leaves(entity)),
                "geometry": found[0] if found else None,
            }
        )
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if link:
        collection["@iot.nextLink"] = link
    return orjson.dumps(collection)


def _verify_of_one(options: Options) -> None:
    for one in options.expand:
        many = one.name.endswith("s")
        if many and one.options.top != 1:
            raise NotAcceptable(
                f"$expand={one.name} leads to many, and a line of CSV has room for one",
                hint=f"write {one.name}($top=1), or ask from their side",
            )
        _verify_of_one(one.options)


def _columns(
    entity: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, object]]:
    """Yield the columns of one entity: id first, no links."""
    for name, value in entity.items():
        path = f"{before}{'id' if name == '@iot.id' else name}"
        if "@iot." in path or name.endswith("@iot.navigationLink"):
            continue
        if name == "unitOfMeasurement" and isinstance(value, dict):
            for part in ("name", "symbol", "definition"):
                if part in value:
                    yield f"{path}/{part}", value[part]
        elif name[0].isupper() and isinstance(value, dict | list):
            inner = value if isinstance(value, dict) else (value or [{}])[0]
            yield from _columns(inner, f"{path}/")
        else:
            yield path, value


def _cell(value: object) -> object:
    if isinstance(value, str):
        return _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        return orjson.dumps(value).decode()
    return value


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) else text


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield what is in an entity under its paths; geometries and links stay out."""
    if isinstance(value, dict):
        if value.get("type") in _SHAPES and (
            "coordinates" in value or "geometry" in value
        ):
            return
        for name, inner in value.items():
            if name == "@iot.id":
                yield f"{path}id", inner
            elif "@iot." not in name:
                yield from _leaves(inner, f"{path}{name}/")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}{place}/")
    else:
        yield path.removesuffix("/"), value


def _geometries(value: object) -> Iterator[object]:
    """Yield the geometries in an entity, as they come."""
    if isinstance(value, dict):
        if value.get("type") == "Feature":
            yield value.get("geometry")
        elif value.get("type") in _SHAPES and "coordinates" in value:
            yield value
        else:
            for inner in value.values():
                yield from _geometries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _geometries(inner)
