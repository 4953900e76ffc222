"""Descriptions: what is here, which collections, how each is asked.

References
----------
OGC 19-086r6 (EDR 1.1), sections 7 and 8, requirements /req/core and /req/edr.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import numpy as np

from waternet.api.edr.collections import Collection
from waternet.api.edr.quantities import QUALIFIERS, in_language, qualifier_object
from waternet.api.edr.systems import CRS84_URI, system_text
from waternet.observation.vocabulary import get_term

__all__ = [
    "CONFORMANCE",
    "FORMATS",
    "UNITS",
    "describe_collection",
    "describe_instance",
    "iso_moment",
    "licence_link",
    "link",
]

_EDR = "http://www.opengis.net/spec/ogcapi-edr-1"
# The suite that is run against servers knows the class "core" of 1.0 alone.
CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    f"{_EDR}/1.0/conf/core",
    *(
        f"{_EDR}/1.1/conf/{name}"
        for name in (
            "core",
            "collections",
            "queries",
            "instances",
            "json",
            "geojson",
            "edr-geojson",
            "covjson",
        )
    ),
)
FORMATS: Final[Mapping[str, str]] = {
    "CoverageJSON": "application/vnd.cov+json",
    "GeoJSON": "application/geo+json",
    "CSV": "text/csv",
}
UNITS: Final[Mapping[str, float]] = {"m": 1.0, "km": 1_000.0, "mi": 1_609.344}  # m
_QUERIES: Final[Mapping[str, str]] = {
    "position": "Data of the nearest place of each party to a point or points",
    "radius": "Data of the places within a distance of a point or points",
    "area": "Data of the places inside an outline",
    "cube": "Data of the places inside a box",
    "corridor": "Data of the places within half a width of a line",
    "locations": "The places, or data of those named",
}
_LIMITS: Final[Mapping[str, Mapping[str, Any]]] = {
    "radius": {"within_units": list(UNITS)},
    "cube": {"height_units": ["m"]},
    "corridor": {"width_units": list(UNITS), "height_units": ["m"]},
    "locations": {"multiple_locations": True},
}
_CLOCK = (
    'TIMECRS["DateTime",TDATUM["Gregorian Calendar"],'
    'CS[TemporalDateTime,1],AXIS["Time (T)",future]]'
)
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "licence": "Licence",
        "attribution": "Attribution",
        "nowhere": "No place of it has a position: ask for locations by their ids.",
    },
    "ar": {
        "licence": "الترخيص",
        "attribution": "النسبة",
        "nowhere": "لا موضع لأي من أماكنها: اسأل عن المواقع بمعرّفاتها.",
    },
    "he": {
        "licence": "רישיון",
        "attribution": "ייחוס",
        "nowhere": "לאף מקום בו אין מיקום: שאלו על מקומות לפי המזהים שלהם.",
    },
}
_EVERYWHERE = [-180.0, -90.0, 180.0, 90.0]
# What may stand in a header: other parties write licences.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,500}")
_SPDX = re.compile(r"[A-Z][A-Za-z0-9.]{0,20}(?:-[A-Za-z0-9.]{1,20}){1,5}")
JSON: Final = "application/json"


def link(href: str, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    """Return a link as OGC's interfaces write it."""
    told = {"href": href, "rel": rel, "type": media_type, "title": title}
    return {name: text for name, text in told.items() if text}


def licence_link(licence: str) -> dict[str, str] | None:
    """Return a link to a licence that is an address or a name of SPDX's."""
    if _ADDRESS.fullmatch(licence):
        return link(licence, "license", "text/html", licence)
    if _SPDX.fullmatch(licence):
        page = f"https://spdx.org/licenses/{licence}.html"
        return link(page, "license", "text/html", licence)
    return None


def describe_collection(
    collection: Collection, root: str, language: str, path: str = ""
) -> dict[str, Any]:
    """Return the description of a collection.

    Parameters
    ----------
    root : str
        Where EDR is found: 'https://water.example/edr'.
    language : str
        Of titles and labels.
    path : str
        Below its own address: '/instances/jordan:9'; ''.
    """
    here = f"{root}/collections/{quote(collection.id, safe=':')}{path}"
    licence = licence_link(collection.licence)
    queries = _queries(collection, here)
    described = {
        "id": collection.id,
        "title": _in(collection.titles, language),
        "description": _about(collection, language),
        "keywords": _keywords(collection, language),
        "links": [
            link(here, "self", JSON),
            link(here, "collection", JSON),
            *(
                link(one["link"]["href"], "data", one["link"]["type"], name)
                for name, one in queries.items()
            ),
            *([licence] if licence else []),
        ],
        "extent": _extent(collection),
        "data_queries": queries,
        "crs": list(collection.systems),
        "output_formats": list(FORMATS),
        "parameter_names": _parameters(collection, language),
    }
    return {name: value for name, value in described.items() if value}


def describe_instance(
    collection: Collection,
    instance: Mapping[str, Any],
    root: str,
    language: str,
) -> dict[str, Any]:
    """Return the description of a collection as it stood with one release.

    Parameters
    ----------
    instance : mapping
        id, title, description, interval: as `waternet.api.edr.instances` tells it.
    """
    path = f"/instances/{quote(instance['id'], safe=':')}"
    described = describe_collection(collection, root, language, path)
    described |= {
        name: instance[name]
        for name in ("id", "title", "description")
        if instance[name]
    }
    described["data_queries"].pop("instances", None)
    if instance["interval"]:
        described["extent"]["temporal"] = _temporal(*instance["interval"])
    else:
        described["extent"].pop("temporal", None)
    return described


def _queries(collection: Collection, here: str) -> dict[str, Any]:
    """Return which queries a collection answers, and how."""
    placed = any(one.position for one in collection.holdings.locations)
    names = list(_QUERIES) if placed else ["locations"]
    queries = {name: _query(name, collection, here) for name in names}
    queries["instances"] = {
        "link": {
            **link(f"{here}/instances", "data", JSON, "Instances"),
            "variables": {
                "query_type": "instances",
                "title": "Instances",
                "description": "The collection as it stood with each release",
            },
        }
    }
    return queries


def _query(name: str, collection: Collection, here: str) -> dict[str, Any]:
    more = _LIMITS.get(name, {})
    title = name.capitalize()
    media_type = FORMATS["GeoJSON" if name == "locations" else "CoverageJSON"]
    variables = {
        "title": title,
        "description": _QUERIES[name],
        "query_type": name,
        "output_formats": list(FORMATS),
        "default_output_format": "CoverageJSON",
        "crs_details": [
            {"crs": one, "wkt": system_text(one)} for one in collection.systems
        ],
        **more,
    }
    found = link(f"{here}/{name}", "data", media_type, title)
    return {"link": {**found, "variables": variables}}


def _extent(collection: Collection) -> dict[str, Any]:
    """Return where and when; without a position anywhere, nowhere is left out."""
    held = collection.holdings.held
    positions = collection.holdings.positions
    known = positions[~np.isnan(positions[:, 0])]
    box = (
        [*known.min(0).tolist(), *known.max(0).tolist()] if len(known) else _EVERYWHERE
    )
    extent: dict[str, Any] = {"spatial": {"bbox": [box], "crs": CRS84_URI}}
    if held:
        first, last = min(one.first for one in held), max(one.last for one in held)
        extent["temporal"] = _temporal(first, last)
    return extent


def _temporal(first: int, last: int) -> dict[str, Any]:
    ends = [iso_moment(first), iso_moment(last)]
    return {"interval": [ends], "values": ["/".join(ends)], "trs": _CLOCK}


def iso_moment(stamp: int) -> str:
    """Return a time [us since 1970, UTC] as ISO 8601 writes it.

    Examples
    --------
    >>> iso_moment(1_500_000)
    '1970-01-01T00:00:01.500000Z'
    """
    unit = "s" if stamp % 1_000_000 == 0 else "us"
    return f"{np.datetime64(stamp, 'us').astype(f'datetime64[{unit}]')}Z"


def _parameters(collection: Collection, language: str) -> dict[str, Any]:
    made = {
        name: one.to_object(collection.unit_of(name))
        for name, one in collection.quantities.items()
    }
    made |= {name: qualifier_object(name) for name in QUALIFIERS}
    told: dict[str, Any] = in_language(made, language)
    for name, one in told.items():
        integer = name in ("censor", "grade", "status", "release")
        kind = "string" if name == "qualifier" else "integer" if integer else "float"
        one["data-type"] = kind
    return told


def _about(collection: Collection, language: str) -> str:
    words = _WORDS[language]
    parts = [_in(collection.about, language)]
    for name, text in (
        ("licence", collection.licence),
        ("attribution", collection.attribution),
    ):
        if text:
            parts.append(f"{words[name]}: {text.rstrip('.')}.")
    if not any(one.position for one in collection.holdings.locations):
        parts.append(words["nowhere"])
    return " ".join(part for part in parts if part)


def _keywords(collection: Collection, language: str) -> list[str]:
    terms = {one.observed_property for one in collection.quantities.values()}
    labels = (get_term("observed_property", term).labels for term in sorted(terms))
    return [one[language] for one in labels]


def _in(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else the first that there is."""
    return texts.get(language) or next(iter(texts.values()), "")
