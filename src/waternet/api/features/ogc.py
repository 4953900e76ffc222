"""OGC API - Features: stations, areas and datastreams of every party."""

from __future__ import annotations

from typing import Final

from waternet.api.features.datastreams import DATASTREAMS
from waternet.api.features.items import answer_item, answer_items
from waternet.api.features.offering import Offering
from waternet.api.features.operations import offering_operations
from waternet.api.features.places import AREAS, STATIONS
from waternet.api.operation import Operation

__all__ = ["operations"]

_CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
            *("case-insensitive-comparison", "accent-insensitive-comparison"),
            *("basic-spatial-functions", "basic-spatial-functions-plus"),
            *("spatial-functions", "temporal-functions", "array-functions"),
            *("property-property", "arithmetic"),
        )
    ),
)
_OFFERING: Final = Offering(
    path="/ogc",
    name="ogc",
    group="OGC API - Features",
    title="Waternet: stations, areas and datastreams",
    about="What the parties of this joint bank publish, each under its owner's name.",
    conforms=_CONFORMS,
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of OGC API - Features."""
    return offering_operations(
        _OFFERING,
        [(one, answer_items, answer_item) for one in (STATIONS, AREAS, DATASTREAMS)],
    )
