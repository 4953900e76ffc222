"""Monitoring locations: the stations of all parties, as the USGS tells of its own."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pyarrow as pa

from waternet.api.asked import Asked
from waternet.api.features.collection import Collection, Field, Rows, keep_rows
from waternet.api.features.described import (
    DescribedPlace,
    described_places,
    term_label,
    told_name,
)
from waternet.api.usgs.series import location_id, measured_places
from waternet.bank.store import Bank
from waternet.observation.place import AREA_KINDS

__all__ = ["MONITORING_LOCATIONS"]

# Altitudes of the USGS are in feet, and nothing beside them says so.
_FOOT = 0.3048  # m
# The USGS's type codes of sites, by our kinds (help.waterdata.usgs.gov/site_tp_cd).
_SITE_TYPES: Final = {
    "well": ("GW", "Well"),
    "spring": ("SP", "Spring"),
    "stream-gauge": ("ST", "Stream"),
    "lake": ("LK", "Lake, Reservoir, Impoundment"),
    "reservoir": ("LK", "Lake, Reservoir, Impoundment"),
    "rain-gauge": ("AT", "Atmosphere"),
    "weather-station": ("AT", "Atmosphere"),
    "canal-meter": ("ST-CA", "Canal"),
    "outfall": ("FA-OF", "Outfall"),
    "wastewater-plant": ("FA-WWTP", "Wastewater-treatment plant"),
}
_FIELDS: Final = (
    Field("agency_code", "text", "the party"),
    Field("monitoring_location_number", "text", "its owner's own code"),
    Field("monitoring_location_name", "text", "in the language asked for, or as given"),
    Field("site_type_code", "text", "a USGS code, or our kind of place"),
    Field("site_type", "text", "a USGS type, or our kind in the language asked for"),
    Field("altitude", "number", "in feet, as the USGS tells it", "[ft_i]"),
    Field("vertical_datum", "text", "above which the altitude is told"),
    Field("original_horizontal_datum", "text", "system of the owner's coordinates"),
    Field("elevation", "number", "the altitude as its owner gave it", "m"),
    Field("place_kind", "text", "a term of our vocabulary"),
    Field("within", "list", "ids of the owner's areas that hold it"),
    Field("same_as", "list", "names that several parties share for it"),
)


def _rows(asked: Asked) -> Rows:
    bank, language = asked.bank, asked.language
    return keep_rows(bank, f"locations {language}", partial(_made, bank, language))


def _made(bank: Bank, language: str) -> Rows:
    measured = measured_places(bank)
    told = [
        _told(place, language)
        for key, place in described_places(bank).items()
        if place.kind not in AREA_KINDS or key in measured
    ]
    told.sort(key=lambda one: str(one["id"]))
    schema = MONITORING_LOCATIONS.arrow_schema()
    return Rows(pa.Table.from_pylist(told, schema=schema))


def _told(place: DescribedPlace, language: str) -> dict[str, Any]:
    at = place.position
    elevation = at.get("elevation")
    label = term_label("place_kind", place.kind, language)
    code, kind = _SITE_TYPES.get(place.kind, (place.kind, label))
    return {
        "id": location_id(place.party, place.id),
        "agency_code": place.party,
        "monitoring_location_number": place.id,
        "monitoring_location_name": told_name(place.body["names"], language),
        "site_type_code": code,
        "site_type": kind,
        "altitude": None if elevation is None else elevation / _FOOT,
        "vertical_datum": at.get("vertical_datum"),
        "original_horizontal_datum": at.get("crs"),
        "elevation": elevation,
        "place_kind": place.kind,
        "within": place.body.get("within", []),
        "same_as": place.body.get("same_as", []),
        "@x": at.get("longitude"),
        "@y": at.get("latitude"),
    }


MONITORING_LOCATIONS: Final = Collection(
    "monitoring-locations",
    "Monitoring locations",
    "Stations of all parties, and areas for which figures of days or shorter stand.",
    _FIELDS,
    _rows,
    is_lenient=True,
)
