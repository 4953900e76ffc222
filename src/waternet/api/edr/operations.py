"""What can be asked at ``/edr``: descriptions, locations, and queries for data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.edr.answers import answer_query
from waternet.api.edr.descriptions import (
    describe_here,
    list_here,
    say_collection,
    say_conformance,
    say_instance,
    say_instances,
)
from waternet.api.edr.listing import list_locations
from waternet.api.edr.schemas import (
    COLLECTION,
    COLLECTIONS,
    CONFORMANCE_SCHEMA,
    COVERAGES,
    FEATURES,
    INSTANCES,
    LANDING,
)
from waternet.api.edr.shapes import MAX_COORDS
from waternet.api.figures import FIGURE_PARAMETERS
from waternet.api.operation import JSON, Operation, Parameter

__all__ = ["operations"]

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_COLLECTION = Parameter(
    "collection",
    {"type": "string", "maxLength": 130},
    "party:dataset, or joint: the figures of all parties, side by side.",
    "path",
)
_INSTANCE = Parameter(
    "instance",
    {"type": "string", "maxLength": 100},
    "A past to look from: party:number of a release, or a day.",
    "path",
)
_LOCATION = Parameter(
    "location",
    {"type": "string", "maxLength": 4_096},
    "party:place, several with commas between, or a name that places share, such as "
    "wikidata:Q23883.",
    "path",
)
_F = Parameter(
    "f",
    {
        "type": "string",
        "enum": [
            *("CoverageJSON", "GeoJSON", "CSV"),
            *("coveragejson", "covjson", "geojson", "csv", "json"),
        ],
    },
    "In which form; CoverageJSON unless asked otherwise, here or by Accept.",
)
_PLAIN_F = Parameter(
    "f", {"type": "string", "enum": ["json", "GeoJSON", "geojson"]}, "JSON, as ever."
)
_DATETIME = Parameter(
    "datetime",
    {"type": "string", "maxLength": 8_192, "minLength": 1},
    "A time, an interval (a/b, ../b, a/.., a/P7D), or several with commas between; "
    "2015 is all of that year.",
)
_PARAMETERS = Parameter(
    "parameter-name",
    {"type": "array", "items": {"type": "string", "maxLength": 200}},
    "Names from the collection's parameter_names, with commas between.",
)
_MISSPELT = Parameter(
    "parameter_names",
    {"type": "array", "items": {"type": "string", "maxLength": 200}},
    "The same, as OWSLib spells it.",
)
_CRS = Parameter(
    "crs",
    {"type": "string", "maxLength": 100},
    "Of coordinates here and in the answer: one of the collection's crs.",
)
_Z = Parameter(
    "z",
    {"type": "string", "maxLength": 200},
    "Passed over, as no collection has a vertical extent: owners' elevations are above "
    "different datums.",
)
_COORDS = {"type": "string", "minLength": 1, "maxLength": MAX_COORDS}
_DISTANCE = {"type": "number", "minimum": 0, "maximum": 20_100_000}
_UNIT = {"type": "string", "enum": ["m", "km", "mi"]}
_BBOX = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
_POINTS = Parameter(
    "coords",
    _COORDS,
    "POINT or MULTIPOINT in well-known text, longitude first.",
    required=True,
)
_OF_QUERY: Final[dict[str, tuple[Parameter, ...]]] = {
    "position": (
        _POINTS,
        Parameter("within", _DISTANCE, "How far the nearest place may be."),
        Parameter("within-units", _UNIT, "Of within; m unless stated."),
    ),
    "radius": (
        _POINTS,
        Parameter("within", _DISTANCE, "How far places may be.", required=True),
        Parameter("within-units", _UNIT, "Of within.", required=True),
    ),
    "area": (
        Parameter(
            "coords",
            _COORDS,
            "POLYGON or MULTIPOLYGON in well-known text, longitude first.",
            required=True,
        ),
    ),
    "cube": (
        Parameter(
            "bbox",
            _BBOX,
            "west,south,east,north; of six numbers, heights are passed over.",
            required=True,
        ),
    ),
    "corridor": (
        Parameter(
            "coords",
            _COORDS,
            "LINESTRING or MULTILINESTRING in well-known text, longitude first.",
            required=True,
        ),
        Parameter("corridor-width", _DISTANCE, "Of the whole of it.", required=True),
        Parameter("width-units", _UNIT, "Of corridor-width.", required=True),
        Parameter("corridor-height", _DISTANCE, "Passed over, as z is."),
        Parameter("height-units", {"type": "string", "enum": ["m"]}, "Passed over."),
    ),
}
_ABOUT: Final[dict[str, str]] = {
    "position": "Figures of the places nearest to points, one of each party.",
    "radius": "Figures of the places within a distance of points.",
    "area": "Figures of the places inside an outline.",
    "cube": "Figures of the places inside a box.",
    "corridor": "Figures of the places along a line.",
}
_DATA = {
    "application/vnd.cov+json": COVERAGES,
    "application/geo+json": FEATURES,
    "text/csv": _TEXT,
}
_LISTING = (
    Parameter("bbox", _BBOX, "west,south,east,north; places nowhere match any."),
    _DATETIME,
    _PARAMETERS,
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1},
        "At most so many; 1,000 unless stated, never more than 10,000.",
    ),
    Parameter("after", {"type": "string", "maxLength": 130}, "From this id on."),
    _PLAIN_F,
)
_ROOT = "/edr"
_ONE = f"{_ROOT}/collections/{{collection}}"
_PAST = f"{_ONE}/instances/{{instance}}"


def operations() -> tuple[Operation, ...]:
    """Return the operations of this interface."""
    return (
        _plain("edr", _ROOT, "What is here.", describe_here, LANDING),
        _plain(
            "edr-conformance",
            f"{_ROOT}/conformance",
            "Which classes of the standard are kept.",
            say_conformance,
            CONFORMANCE_SCHEMA,
        ),
        _plain(
            "edr-collections",
            f"{_ROOT}/collections",
            "Every collection: one for each dataset, and the joint one.",
            list_here,
            COLLECTIONS,
        ),
        _plain(
            "edr-collection",
            _ONE,
            "One collection: where, when, which parameters, how it is asked.",
            say_collection,
            COLLECTION,
            _COLLECTION,
        ),
        _plain(
            "edr-instances",
            f"{_ONE}/instances",
            "The releases of a collection, each as a past to look from.",
            say_instances,
            INSTANCES,
            _COLLECTION,
            Parameter(
                "limit",
                {"type": "integer", "minimum": 1},
                "At most so many; 20 unless stated, never more than 100.",
            ),
            Parameter(
                "offset", {"type": "integer", "minimum": 0}, "Leave so many out first."
            ),
        ),
        _plain(
            "edr-instance",
            _PAST,
            "A collection as it stood with one release, or on one day.",
            say_instance,
            COLLECTION,
            *(_COLLECTION, _INSTANCE),
        ),
        *_queries(_ONE, "edr", (_COLLECTION,)),
        *_queries(_PAST, "edr-instance", (_COLLECTION, _INSTANCE)),
    )


def _queries(
    path: str, name: str, where: tuple[Parameter, ...]
) -> tuple[Operation, ...]:
    """Return the queries of a collection, or of an instance of one."""
    common = (_DATETIME, _PARAMETERS, _MISSPELT, _CRS, _Z, _F, *FIGURE_PARAMETERS)
    data = [
        Operation(
            "GET",
            f"{path}/{query}",
            f"{name}-{query}",
            "edr",
            _ABOUT[query],
            partial(answer_query, query),
            (*where, *own, *common),
            _DATA,
        )
        for query, own in _OF_QUERY.items()
    ]
    return (
        Operation(
            "GET",
            f"{path}/locations",
            f"{name}-locations",
            "edr",
            "The places of a collection, with what can be asked for there.",
            list_locations,
            (*where, *_LISTING),
            {"application/geo+json": FEATURES},
        ),
        Operation(
            "GET",
            f"{path}/locations/{{location}}",
            f"{name}-location",
            "edr",
            "Figures of places named by their ids.",
            partial(answer_query, "locations"),
            (*where, _LOCATION, *common),
            _DATA,
        ),
        *data,
    )


def _plain(
    name: str,
    path: str,
    about: str,
    answer: Callable[[Asked], Answer],
    schema: dict[str, Any],
    *parameters: Parameter,
) -> Operation:
    """Return an operation that describes something."""
    return Operation(
        *("GET", path, name, "edr", about, answer),
        (*parameters, _PLAIN_F),
        {JSON: schema},
        reads_bank="/collections" in path,
    )
