"""JSON schemas of the answers at ``/edr``, as far as clients rely on them.

References
----------
OGC 19-086r6 (EDR 1.1), openapi/schemas; OGC 21-069r2 (CoverageJSON 1.0).
"""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "COLLECTION",
    "COLLECTIONS",
    "CONFORMANCE_SCHEMA",
    "COVERAGES",
    "FEATURES",
    "INSTANCES",
    "LANDING",
]

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}
_OBJECT: Final[dict[str, Any]] = {"type": "object"}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def _list(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_LINK = _object(["href", "rel", "type"], href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT)
_LINKS = _list(_LINK)
_QUERY = _object(
    ["link"],
    link=_object(
        ["href", "rel", "variables"],
        href=_TEXT,
        rel={"const": "data"},
        variables=_object(["query_type"], query_type=_TEXT),
    ),
)
_EXTENT = _object(
    ["spatial"],
    spatial=_object(
        ["bbox", "crs"],
        bbox=_list(_list({"type": "number"}, minItems=4, maxItems=4), minItems=1),
        crs=_TEXT,
    ),
    temporal=_object(
        ["interval", "trs"],
        interval=_list(_list(_TEXT, minItems=2, maxItems=2), minItems=1),
        values=_TEXTS,
        trs=_TEXT,
    ),
)
_PARAMETER = _object(
    ["type", "observedProperty"],
    type={"const": "Parameter"},
    observedProperty=_OBJECT,
)
_NAMED = {"type": "object", "additionalProperties": _PARAMETER}

LANDING: Final = _object(["links"], title=_TEXT, description=_TEXT, links=_LINKS)
CONFORMANCE_SCHEMA: Final = _object(["conformsTo"], conformsTo=_TEXTS)
COLLECTION: Final = _object(
    [
        *("links", "id", "extent", "data_queries"),
        *("parameter_names", "output_formats", "crs"),
    ],
    id=_TEXT,
    title=_TEXT,
    description=_TEXT,
    keywords=_TEXTS,
    links=_LINKS,
    extent=_EXTENT,
    data_queries={"type": "object", "additionalProperties": _QUERY},
    crs=_TEXTS,
    output_formats=_TEXTS,
    parameter_names=_NAMED,
)
COLLECTIONS: Final = _object(
    ["links", "collections"], links=_LINKS, collections=_list(COLLECTION)
)
INSTANCES: Final = _object(
    ["links", "instances"], links=_LINKS, instances=_list(COLLECTION)
)
_POINT = _object(
    ["type", "coordinates"],
    type={"const": "Point"},
    coordinates=_list({"type": "number"}, minItems=2),
)
FEATURES: Final = _object(
    ["type", "features"],
    type={"const": "FeatureCollection"},
    features=_list(
        _object(
            ["type", "geometry", "properties"],
            type={"const": "Feature"},
            geometry={"oneOf": [_POINT, {"type": "null"}]},
            properties=_object(
                ["datetime", "parameter-name", "label", "edrqueryendpoint"],
                datetime=_TEXT,
                label=_TEXT,
                edrqueryendpoint=_TEXT,
                **{"parameter-name": _TEXTS},
            ),
        )
    ),
    parameters=_list(_PARAMETER),
    links=_LINKS,
    numberMatched={"type": "integer"},
    numberReturned={"type": "integer"},
)
_RANGE = _object(
    ["type", "dataType", "values"],
    type={"const": "NdArray"},
    dataType={"enum": ["float", "integer", "string"]},
    axisNames=_TEXTS,
    shape=_list({"type": "integer"}),
    values=_list({"type": ["number", "string", "null"]}),
)
COVERAGES: Final = _object(
    ["type", "parameters", "referencing", "coverages"],
    type={"const": "CoverageCollection"},
    domainType=_TEXT,
    parameters=_NAMED,
    referencing=_list(_object(["coordinates", "system"])),
    coverages=_list(
        _object(
            ["type", "domain", "ranges"],
            type={"const": "Coverage"},
            id=_TEXT,
            domain=_object(["type", "axes"], type={"const": "Domain"}, axes=_OBJECT),
            parameters=_NAMED,
            ranges={"type": "object", "additionalProperties": _RANGE},
        )
    ),
)
