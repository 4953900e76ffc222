"""The entities of SensorThings: their properties and how they lead to one another.

All of it is data: paths, filters, answers and writes read it, and name no entity
themselves.

References
----------
OGC 18-088 (SensorThings API Part 1: Sensing, version 1.1), section 8 and tables 5-13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

__all__ = [
    "KINDS",
    "SETS",
    "EntityKind",
    "Link",
    "Navigation",
    "Property",
    "Shape",
]


class Shape(Enum):
    """What a property holds, and how it lies in its columns."""

    TEXT = "text"
    JSON = "json"  # an object, whatever its members
    ANY = "any"  # an object or a text: the metadata of a sensor
    GEOMETRY = "geometry"  # GeoJSON
    INSTANT = "instant"
    INTERVAL = "interval"  # columns name_start, name_end
    MOMENT = "moment"  # an instant or an interval: name_end is null of an instant
    RESULT = "result"  # a number; what is none lies in result_json


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity, named as the standard names it.

    Attributes
    ----------
    is_required : bool
        Whoever creates the entity must give it.
    is_derived : bool
        Of a Datastream, what follows from its observations.
    is_told : bool
        It stands in an answer, as null, even where there is none.
    """

    name: str
    shape: Shape = Shape.TEXT
    is_required: bool = True
    is_derived: bool = False
    is_told: bool = False

    @property
    def is_json(self) -> bool:
        """Whether it may have members of its own."""
        return self.shape in (Shape.JSON, Shape.ANY, Shape.GEOMETRY, Shape.RESULT)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the kind's table that hold it; the first is never unset."""
        if self.shape in (Shape.INTERVAL, Shape.MOMENT):
            return (f"{self.name}_start", f"{self.name}_end")
        if self.shape is Shape.RESULT:
            return (self.name, f"{self.name}_json")
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Link:
    """A table of pairs, and its columns for the two ends of a navigation."""

    table: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """A way from an entity to others.

    Attributes
    ----------
    name : str
        'Datastreams', or 'Thing' where it leads to one.
    to : str
        The name of the kind it leads to.
    inverse : str
        The navigation of that kind that leads back.
    here, there : str
        Columns of the own and of the other table that are equal; with a link, equal
        to its two columns.
    link : Link or None
        Where many lead to many.
    is_required : bool
        Whoever creates the entity must give or link it. (An Observation's
        FeatureOfInterest may be left to the server.)
    """

    name: str
    to: str
    inverse: str
    is_many: bool = False
    here: str = "id"
    there: str = "id"
    link: Link | None = None
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class EntityKind:
    """A kind of entity: 'Thing', its set 'Things', its table 'things'."""

    name: str
    plural: str
    table: str
    properties: Mapping[str, Property]
    navigations: Mapping[str, Navigation]


def _kind(
    name: str,
    plural: str,
    table: str,
    properties: tuple[Property, ...],
    navigations: tuple[Navigation, ...],
) -> EntityKind:
    return EntityKind(
        name,
        plural,
        table,
        MappingProxyType({one.name: one for one in properties}),
        MappingProxyType({one.name: one for one in navigations}),
    )


def _optional(name: str, shape: Shape = Shape.JSON) -> Property:
    return Property(name, shape, is_required=False)


def _derived(name: str, shape: Shape = Shape.INTERVAL) -> Property:
    return Property(name, shape, is_required=False, is_derived=True)


def _one(name: str, column: str, inverse: str, *, required: bool = True) -> Navigation:
    return Navigation(name, name, inverse, here=column, is_required=required)


def _many(name: str, to: str, column: str, inverse: str) -> Navigation:
    return Navigation(name, to, inverse, is_many=True, there=column)


def _linked(name: str, to: str, link: Link, *, required: bool = False) -> Navigation:
    inverse = {"thing": "Things", "historical": "HistoricalLocations"}.get(
        link.here, "Locations"
    )
    return Navigation(name, to, inverse, is_many=True, link=link, is_required=required)


_NAME: Final = Property("name")
_DESCRIPTION: Final = Property("description")
_ENCODING: Final = Property("encodingType")
_PROPERTIES: Final = _optional("properties")

_ALL: Final = (
    _kind(
        "Thing",
        "Things",
        "things",
        (_NAME, _DESCRIPTION, _PROPERTIES),
        (
            _linked(
                "Locations", "Location", Link("thing_location", "thing", "location")
            ),
            _many("HistoricalLocations", "HistoricalLocation", "thing", "Thing"),
            _many("Datastreams", "Datastream", "thing", "Thing"),
        ),
    ),
    _kind(
        "Location",
        "Locations",
        "locations",
        (
            _NAME,
            _DESCRIPTION,
            _ENCODING,
            Property("location", Shape.GEOMETRY),
            _PROPERTIES,
        ),
        (
            _linked("Things", "Thing", Link("thing_location", "location", "thing")),
            _linked(
                "HistoricalLocations",
                "HistoricalLocation",
                Link("historical_location", "location", "historical"),
            ),
        ),
    ),
    _kind(
        "HistoricalLocation",
        "HistoricalLocations",
        "historical_locations",
        (Property("time", Shape.INSTANT),),
        (
            _one("Thing", "thing", "HistoricalLocations"),
            _linked(
                "Locations",
                "Location",
                Link("historical_location", "historical", "location"),
                required=True,
            ),
        ),
    ),
    _kind(
        "Datastream",
        "Datastreams",
        "datastreams",
        (
            _NAME,
            _DESCRIPTION,
            Property("unitOfMeasurement", Shape.JSON),
            Property("observationType"),
            _derived("observedArea", Shape.GEOMETRY),
            _derived("phenomenonTime"),
            _derived("resultTime"),
            _PROPERTIES,
        ),
        (
            _one("Thing", "thing", "Datastreams"),
            _one("Sensor", "sensor", "Datastreams"),
            _one("ObservedProperty", "observed_property", "Datastreams"),
            _many("Observations", "Observation", "datastream", "Datastream"),
        ),
    ),
    _kind(
        "Sensor",
        "Sensors",
        "sensors",
        (
            _NAME,
            _DESCRIPTION,
            _ENCODING,
            Property("metadata", Shape.ANY),
            _PROPERTIES,
        ),
        (_many("Datastreams", "Datastream", "sensor", "Sensor"),),
    ),
    _kind(
        "ObservedProperty",
        "ObservedProperties",
        "observed_properties",
        (_NAME, Property("definition"), _DESCRIPTION, _PROPERTIES),
        (_many("Datastreams", "Datastream", "observed_property", "ObservedProperty"),),
    ),
    _kind(
        "Observation",
        "Observations",
        "observations",
        (
            # A server takes the present for both times where they are not given.
            Property("phenomenonTime", Shape.MOMENT, is_required=False),
            Property("result", Shape.RESULT),
            Property("resultTime", Shape.INSTANT, is_required=False, is_told=True),
            _optional("resultQuality"),
            _optional("validTime", Shape.INTERVAL),
            _optional("parameters"),
        ),
        (
            _one("Datastream", "datastream", "Observations"),
            _one("FeatureOfInterest", "feature", "Observations", required=False),
        ),
    ),
    _kind(
        "FeatureOfInterest",
        "FeaturesOfInterest",
        "features_of_interest",
        (
            _NAME,
            _DESCRIPTION,
            _ENCODING,
            Property("feature", Shape.GEOMETRY),
            _PROPERTIES,
        ),
        (_many("Observations", "Observation", "feature", "FeatureOfInterest"),),
    ),
)

KINDS: Final[Mapping[str, EntityKind]] = MappingProxyType(
    {kind.name: kind for kind in _ALL}
)
SETS: Final[Mapping[str, EntityKind]] = MappingProxyType(
    {kind.plural: kind for kind in _ALL}
)
