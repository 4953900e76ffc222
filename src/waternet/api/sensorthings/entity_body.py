"""What a request says an entity is: checked against the model, nothing looked up.

References
----------
OGC 18-088, tables 5-13 and section 10.2; RFC 7946 (GeoJSON).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely import GEOSException
from shapely.geometry import shape

from waternet.api.sensorthings.model import EntityKind, Property, Shape
from waternet.errors import NotAcceptable
from waternet.observation.table import EARLIEST, LATEST

__all__ = ["EntityBody", "read_body", "read_interval", "read_moment", "read_property"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TIMES = "times are written 2015-03-01T00:40:00Z, or with an offset such as +02:00"
_GEOJSON = ("application/geo+json", "application/vnd.geo+json")


@dataclass(frozen=True, slots=True)
class EntityBody:
    """One entity as a request gives it.

    Attributes
    ----------
    values : mapping of property to value
        Times are microseconds since 1970 in UTC; of intervals and moments a pair, the
        end None of an instant. An optional property that is taken away is None.
    links : mapping of navigation to list of objects
        One object where it leads to one.
    """

    values: Mapping[str, Any]
    links: Mapping[str, list[dict[str, Any]]]


def read_body(
    kind: EntityKind, body: Any, where: str = "", *, is_whole: bool = True
) -> EntityBody:
    """Read what a request says an entity is.

    Parameters
    ----------
    kind : EntityKind
    body : Any
        Parsed JSON.
    where : str
        Its place in the request: 'Datastreams[0]/Sensor'.
    is_whole : bool
        Every mandatory property must be there; else what is absent stays as it is.

    Raises
    ------
    NotAcceptable
        A property is missing, unknown or of another form.
    """
    at = where or kind.name
    if not isinstance(body, dict):
        raise NotAcceptable(f"{at}: expected an object, got {body!r:.60}")
    values, links = dict[str, Any](), dict[str, list[dict[str, Any]]]()
    for name, value in body.items():
        if name in kind.properties:
            property_ = kind.properties[name]
            if not property_.is_derived:
                values[name] = read_property(property_, value, f"{at}/{name}")
            elif property_.shape is Shape.GEOMETRY:
                values[name] = value
        elif name in kind.navigations:
            links[name] = _linked(value, f"{at}/{name}", kind.navigations[name].is_many)
        elif "@" not in name:
            known = ", ".join((*kind.properties, *kind.navigations))
            raise NotAcceptable(
                f"{at}: a {kind.name} has no property {name!r:.60}",
                hint=f"it has {known}; what else there is goes into 'properties'",
            )
    if is_whole:
        _verify_whole(kind, values, at)
    _verify_geometry(values, at)
    return EntityBody(values, links)


def read_moment(text: Any, where: str) -> tuple[int, int | None]:
    """Return an instant, or the start and end of an interval [us since 1970, UTC].

    Examples
    --------
    >>> read_moment("1970-01-01T00:00:01Z", "time")
    (1000000, None)
    >>> read_moment("1970-01-01T00:00:00Z/1970-01-01T00:00:01+00:00", "time")
    (0, 1000000)
    """
    if not isinstance(text, str):
        raise NotAcceptable(f"{where}: expected a time as text, got {text!r:.60}")
    if "/" not in text:
        return _instant(text, where), None
    return read_interval(text, where)


def read_interval(text: Any, where: str) -> tuple[int, int]:
    """Return the start and end of an interval [us since 1970, UTC]."""
    if not isinstance(text, str) or text.count("/") != 1:
        raise NotAcceptable(
            f"{where}: expected an interval, two times with a slash, got {text!r:.60}",
            hint=_TIMES,
        )
    start, end = (_instant(one, where) for one in text.split("/"))
    if end < start:
        raise NotAcceptable(f"{where}: the interval {text} ends before it begins")
    return start, end


def _instant(text: Any, where: str) -> int:
    try:
        read = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise NotAcceptable(
            f"{where}: {text!r:.60} is not a time", hint=_TIMES
        ) from error
    if read.tzinfo is None:
        raise NotAcceptable(
            f"{where}: {text!r:.60} is a time without a time zone", hint=_TIMES
        )
    told = (read - _EPOCH) // _MICROSECOND
    if not EARLIEST <= told <= LATEST:
        raise NotAcceptable(f"{where}: {text!r:.60} lies outside the years 2 to 9997")
    return told


def read_property(property_: Property, value: Any, where: str) -> Any:
    """Return the value of one property, as `EntityBody` has it."""
    if value is None:
        # A result may be that there is none.
        if property_.is_required and property_.shape is not Shape.RESULT:
            raise NotAcceptable(f"{where}: a mandatory property cannot be null")
        return None
    match property_.shape:
        case Shape.TEXT if not isinstance(value, str):
            raise NotAcceptable(f"{where}: expected text, got {value!r:.60}")
        case Shape.JSON if not isinstance(value, dict):
            if property_.name != "resultQuality":
                raise NotAcceptable(f"{where}: expected an object, got {value!r:.60}")
        case Shape.INSTANT:
            return _instant(value, where)
        case Shape.MOMENT:
            return read_moment(value, where)
        case Shape.INTERVAL:
            return read_interval(value, where)
        case Shape.RESULT if isinstance(value, float) and not math.isfinite(value):
            raise NotAcceptable(f"{where}: {value!r} is no result")
    return value


def _linked(value: Any, where: str, is_many: bool) -> list[dict[str, Any]]:
    found = value if is_many else [value]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        wanted = "a list of objects" if is_many else "an object"
        raise NotAcceptable(
            f"{where}: expected {wanted}, got {value!r:.60}",
            hint='an entity that is there is linked to by {"@iot.id": 1}',
        )
    return found


def _verify_whole(kind: EntityKind, values: Mapping[str, Any], where: str) -> None:
    missing = [
        one.name
        for one in kind.properties.values()
        if one.is_required and one.name not in values
    ]
    if missing:
        raise NotAcceptable(
            f"{where}: no {', '.join(missing)}",
            hint=f"every {kind.name} has it; SensorThings makes it mandatory",
        )


def _verify_geometry(values: Mapping[str, Any], where: str) -> None:
    """Raise where GeoJSON is announced, or looks like it, and is none."""
    for name in ("location", "feature"):
        value = values.get(name)
        if value is None:
            continue
        encoding = values.get("encodingType", _GEOJSON[0])
        if encoding in _GEOJSON:
            _verify_geojson(value, f"{where}/{name}")


def _verify_geojson(value: Any, where: str) -> None:
    held = (
        value.get("geometry")
        if isinstance(value, dict) and (value.get("type") == "Feature")
        else value
    )
    if held is None:
        return  # RFC 7946: a feature that lies nowhere
    try:
        shape(held)
    except (GEOSException, AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAcceptable(
            f"{where}: expected GeoJSON, got {value!r:.60}",
            hint='{"type": "Point", "coordinates": [35.5, 31.7]}: east, then north',
        ) from error
