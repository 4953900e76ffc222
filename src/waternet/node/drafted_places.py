"""Things and Locations on the desk as the places that they would be published as."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from waternet.errors import NotAcceptable, WaternetError
from waternet.formats.identifiers import make_id
from waternet.node.desk_view import Carried, DeskView, Left
from waternet.observation.place import Place, Position
from waternet.observation.vocabulary import get_terms

__all__ = ["carry_place", "drafted_things", "read_place", "thing_places"]

_OWN = {"party", "release", "id", "code", "samplingFeatureCode", "kind", "names"}
_OWN |= {"within", "same_as", "elevation", "vertical_datum", "attributes", "dataset"}
_SCRIPTS = {"R": "he", "AL": "ar"}


def drafted_things(view: DeskView) -> list[int]:
    """Return the numbers of Things that drafts make or change, or move."""
    things = {held.number for held in view.drafts("Thing")}
    things |= {here for name, here, _ in view.links if name == "thing_location"}
    for held in view.drafts("Location"):
        name = view.published_id("Location", held.number)
        if name:
            things.add(view.desk.number("Thing", [f"{view.party}:{name}"]).popitem()[1])
    return sorted(
        one
        for one in things
        if view.body("Thing", one) is not None or view.published_id("Thing", one)
    )


def thing_places(
    view: DeskView, standing: Mapping[str, Place]
) -> tuple[dict[int, Place], list[Left]]:
    """Return the place of each Thing that drafts touch, and those that are none yet."""
    places, left = dict[int, Place](), list[Left]()
    for number in drafted_things(view):
        try:
            places[number] = read_place(view, number, standing)
        except WaternetError as error:
            name = (view.body("Thing", number) or {}).get("name", "")
            what = f"Things({number})" + f" {name!r:.60}" * bool(name)
            left.append(Left(what, str(error), error.hint))
    return places, left


def read_place(view: DeskView, number: int, standing: Mapping[str, Place]) -> Place:
    """Return the place that a Thing is.

    Raises
    ------
    NotAcceptable, NotFound
        It says too little, or what no place can be.
    """
    known = standing.get(view.published_id("Thing", number))
    body = view.body("Thing", number)
    if body is None and known is None:
        raise NotAcceptable(f"Things({number}) is not here")
    position = _position(view, number, known)
    if body is None and known is not None:
        return _with(known, position=position)
    said = body or {}
    properties = said.get("properties") or {}
    return Place(
        id=known.id if known else _own_id(properties, said, number),
        kind=_kind(properties, known),
        names=_names(said, properties, known),
        position=_with_height(position, properties),
        within=_texts(properties.get("within"), known.within if known else ()),
        same_as=_texts(properties.get("same_as"), known.same_as if known else ()),
        attributes=_attributes(said, properties, known),
    )


def carry_place(view: DeskView, carried: Carried, number: int, place: Place) -> None:
    """Note what of the desk a place is made of, and which numbers stay its own."""
    key = f"{view.party}:{place.id}"
    view.carry(carried, "Thing", number)
    view.carry_links(carried, "thing_location", number)
    carried.promised.append(["Thing", key, number])
    for location in sorted(view.joined("thing_location", here=number)):
        view.carry(carried, "Location", location)
        carried.promised.append(["Location", key, location])
        view.carry_links(carried, "generated_feature", location)
        for feature in view.joined("generated_feature", here=location):
            view.carry(carried, "FeatureOfInterest", feature)
            carried.promised.append(["FeatureOfInterest", key, feature])
    published = view.published_id("Thing", number)
    if published:
        for kind in ("Location", "FeatureOfInterest"):
            view.carry(carried, kind, view.desk.number(kind, [key])[key])
    _carry_history(view, carried, number, key)


def _carry_history(view: DeskView, carried: Carried, number: int, key: str) -> None:
    """Let the last move of a Thing be the one that the record tells."""
    moves = [held for held in view.drafts("HistoricalLocation") if held.thing == number]
    if moves:
        last = max(moves, key=lambda one: (one.time or 0, one.number))
        view.carry(carried, "HistoricalLocation", last.number)
        view.carry_links(carried, "historical_location", last.number)
        carried.promised.append(["HistoricalLocation", key, last.number])


def _own_id(properties: Mapping[str, Any], said: Mapping[str, Any], number: int) -> str:
    for name in ("id", "code", "samplingFeatureCode"):
        if isinstance(properties.get(name), str) and properties[name]:
            return str(properties[name])
    made = make_id(str(said.get("name", "")))
    return f"thing-{number}" if made == "unnamed" else made


def _kind(properties: Mapping[str, Any], known: Place | None) -> str:
    kind = properties.get("kind", known.kind if known else "")
    if not kind:
        kinds = ", ".join(get_terms("place_kind"))
        raise NotAcceptable(
            "it does not say what kind of place it is",
            hint=f"set properties.kind to one of {kinds}",
        )
    return str(kind)


def _names(
    said: Mapping[str, Any],
    properties: Mapping[str, Any],
    known: Place | None,
) -> dict[str, str]:
    given = properties.get("names")
    names = dict(known.names) if known else {}
    if isinstance(given, dict):
        names |= {str(one): str(name) for one, name in given.items()}
    name = unicodedata.normalize("NFC", str(said.get("name", "")).strip())
    if name and name not in names.values():
        names[_language(name)] = name
    return names


def _language(name: str) -> str:
    """Return the language of a name, by its letters; that of Latin ones is English."""
    found = {_SCRIPTS.get(unicodedata.bidirectional(letter)) for letter in name}
    return next((one for one in ("he", "ar") if one in found), "en")


def _texts(given: Any, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(given, list):
        return tuple(map(str, given))
    return otherwise


def _attributes(
    said: Mapping[str, Any], properties: Mapping[str, Any], known: Place | None
) -> dict[str, str]:
    given = properties.get("attributes")
    found = dict(known.attributes) if known else {}
    if isinstance(given, dict):
        found = {str(name): _text(value) for name, value in given.items()}
    found |= {
        name: _text(value) for name, value in properties.items() if name not in _OWN
    }
    description = str(said.get("description", "")).strip()
    labels = {
        label
        for one in get_terms("place_kind").values()
        for label in one.labels.values()
    }
    if description and description not in labels:
        found["description"] = description
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _position(view: DeskView, number: int, known: Place | None) -> Position | None:
    """Return where a Thing is: where drafts put it, else where it is published."""
    joined = view.joined("thing_location", here=number)
    drafted = [(one, view.body("Location", one)) for one in sorted(joined)]
    published = view.published_id("Thing", number)
    if published and not joined:
        key = f"{view.party}:{published}"
        moved = view.desk.number("Location", [key])[key]
        changed = view.body("Location", moved)
        if changed is not None:
            drafted = [(moved, changed)]
    found = []
    for location, body in drafted:
        if body is None:
            raise NotAcceptable(
                f"it is at Locations({location}), which is another place's",
                hint="give it a Location of its own",
            )
        at = _point(body)
        if at:
            found.append(_read_position(at, body))
    if len(found) > 1:
        raise NotAcceptable(
            f"it is at {len(found)} Locations with coordinates; a place has one",
            hint="DELETE Things(...)/Locations(...)/$ref of all but one",
        )
    if drafted and not found:
        raise NotAcceptable(
            "its Location is no point in GeoJSON", hint="PATCH it to a point"
        )
    before = known.position if known else None
    if not found or (before is not None and _is_same_point(found[0], before)):
        return before  # with the reference system that it was given in
    return found[0]


def _is_same_point(one: Position, other: Position) -> bool:
    return (one.longitude, one.latitude) == (other.longitude, other.latitude)


def _point(body: Mapping[str, Any]) -> list[float]:
    """Return the coordinates of a Location that is a point in GeoJSON, or []."""
    shape = body.get("location")
    if isinstance(shape, dict) and shape.get("type") == "Feature":
        shape = shape.get("geometry")
    if not isinstance(shape, dict) or shape.get("type") != "Point":
        return []
    return [float(one) for one in shape["coordinates"]]


def _read_position(at: list[float], body: Mapping[str, Any]) -> Position:
    longitude, latitude = at[:2]
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise NotAcceptable(
            f"no place on Earth is at {longitude} east, {latitude} north",
            hint="GeoJSON has the longitude first",
        )
    properties = body.get("properties") or {}
    height = properties.get("elevation", at[2] if len(at) > 2 else None)
    return Position(
        longitude,
        latitude,
        "EPSG:4326",
        longitude,
        latitude,
        elevation=float(height) if isinstance(height, (int, float)) else None,
        vertical_datum=str(properties.get("vertical_datum", "")),
    )


def _with_height(
    position: Position | None, properties: Mapping[str, Any]
) -> Position | None:
    """Return a position with the height that the Thing's own properties give."""
    height = properties.get("elevation")
    if position is None or not isinstance(height, (int, float)):
        return position
    fields = {name: getattr(position, name) for name in Position.__dataclass_fields__}
    fields["elevation"] = float(height)
    fields["vertical_datum"] = str(
        properties.get("vertical_datum", position.vertical_datum)
    )
    return Position(**fields)


def _with(place: Place, **changed: Any) -> Place:
    fields = {name: getattr(place, name) for name in Place.__dataclass_fields__}
    return Place(**{**fields, **changed})
