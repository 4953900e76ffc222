"""The USGS's water-data API: which collections there are, and how each is answered."""

from __future__ import annotations

from typing import Final

from waternet.api.features.items import answer_item, answer_items
from waternet.api.features.offering import Offering
from waternet.api.features.operations import offering_operations
from waternet.api.operation import Operation
from waternet.api.usgs.figures import (
    CONTINUOUS_VALUES,
    DAILY_VALUES,
    answer_figure,
    answer_figures,
)
from waternet.api.usgs.latest import LATEST_CONTINUOUS, LATEST_DAILY
from waternet.api.usgs.locations import MONITORING_LOCATIONS
from waternet.api.usgs.series import TIME_SERIES

__all__ = ["operations"]

_OFFERING: Final = Offering(
    path="/ogcapi/v1",
    name="usgs",
    group="USGS water-data API",
    title="Waternet: figures in the words of the USGS",
    about="Stations, time series and figures of this joint bank, for programs that are "
    "written for the water-data API of the United States Geological Survey.",
    conforms=(
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
        "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
        "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
        "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    ),
    usual=1_000,
    most=50_000,
    takes_lists=True,
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of the USGS's dialect."""
    return offering_operations(
        _OFFERING,
        [
            *(
                (one, answer_items, answer_item)
                for one in (
                    *(MONITORING_LOCATIONS, TIME_SERIES),
                    *(LATEST_CONTINUOUS, LATEST_DAILY),
                )
            ),
            (CONTINUOUS_VALUES, answer_figures, answer_figure),
            (DAILY_VALUES, answer_figures, answer_figure),
        ],
    )
