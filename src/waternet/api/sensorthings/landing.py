"""What the service says of itself: its sets, and what of the standard it does.

References
----------
OGC 18-088, section 9.2.1 (service document) and annex A (requirements).
"""

from __future__ import annotations

from typing import Any, Final

from waternet.api.sensorthings.model import SETS

__all__ = ["READING", "WRITING", "landing_page"]

_STANDARD = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
_FROST = "https://fraunhoferiosb.github.io/FROST-Server/extensions/"

READING: Final = (
    *(
        f"{_STANDARD}datamodel/{kind}/{part}"
        for kind in (
            "thing",
            "location",
            "historical-location",
            "datastream",
            "sensor",
            "observed-property",
            "observation",
            "feature-of-interest",
        )
        for part in ("properties", "relations")
    ),
    f"{_STANDARD}datamodel/entity-control-information/common-control-information",
    f"{_STANDARD}resource-path/resource-path-to-entities",
    *(
        f"{_STANDARD}request-data/{part}"
        for part in (
            "order",
            "expand",
            "select",
            "status-code",
            "query-status-code",
            "orderby",
            "top",
            "skip",
            "count",
            "filter",
            "built-in-filter-operations",
            "built-in-query-functions",
            "pagination",
        )
    ),
    f"{_FROST}DeepSelect.html",
    f"{_FROST}GeoJSON-ResultFormat.html",
    "https://github.com/INSIDE-information-systems/SensorThingsAPI/blob/master/"
    "CSV-ResultFormat/CSV-ResultFormat.md",
)
WRITING: Final = (
    *(
        f"{_STANDARD}create-update-delete/{part}"
        for part in (
            "create-entity",
            "deep-insert",
            "deep-insert-status-code",
            "delete-entity",
            "historical-location-auto-creation",
            "historical-location-manual-creation",
            "link-to-existing-entities",
            "update-entity",
            "update-entity-jsonpatch",
            "update-entity-put",
        )
    ),
    f"{_STANDARD}batch-request/batch-request",
    f"{_STANDARD}data-array/data-array",
)


def landing_page(base: str, conformance: tuple[str, ...]) -> dict[str, Any]:
    """Return the service document, for the requirements that are met."""
    return {
        "value": [{"name": name, "url": f"{base}/{name}"} for name in SETS],
        "serverSettings": {"conformance": list(conformance)},
    }
