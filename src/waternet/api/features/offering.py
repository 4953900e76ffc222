"""Collections served under one address: what every one of them can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from waternet.api.asked import Asked
from waternet.api.cql2.text import MOST_CHARACTERS
from waternet.api.features.collection import Collection, Field
from waternet.api.operation import Parameter
from waternet.api.parameters import query_pairs

__all__ = [
    "FILTER_BODY",
    "Offering",
    "item_parameters",
    "items_parameters",
    "link",
    "next_link",
    "page_bounds",
]

_TEXT: Final[dict[str, Any]] = {"type": "string", "maxLength": 1_000}
_LISTED: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}
_CRS: Final[dict[str, Any]] = {"type": "string", "maxLength": 200}
FILTER_BODY: Final[dict[str, Any]] = {
    name: {
        "type": "object",
        "required": ["op", "args"],
        "properties": {"op": {"type": "string"}, "args": {"type": "array"}},
    }
    for name in ("application/query-cql-json", "application/json")
}
_FORMAT = Parameter(
    "f", {"type": "string", "enum": ["json", "geojson"]}, "How the answer is written."
)
_PLACE = (
    Parameter(
        "bbox",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
        "Features with a position in this box: west, south, east, north.",
    ),
    Parameter("bbox-crs", _CRS, "Reference system of the box; CRS84 if not said."),
)
_FILTER = (
    Parameter(
        "filter", {"type": "string", "maxLength": MOST_CHARACTERS}, "A CQL2 filter."
    ),
    Parameter(
        "filter-lang",
        {"type": "string", "enum": ["cql2-text", "cql2-json", "cql-text", "cql-json"]},
        "The filter's language; cql2-text if not said.",
    ),
    Parameter("filter-crs", _CRS, "Reference system of the filter's geometries."),
)
_SHAPE = (
    Parameter("crs", _CRS, "Reference system in which positions are written."),
    Parameter("skipGeometry", {"type": "boolean"}, "Leave positions out."),
)


@dataclass(frozen=True, slots=True)
class Offering:
    """Collections under one address.

    Attributes
    ----------
    path : str
        '/ogc'.
    name : str
        With which the names of its operations begin.
    group, title, about : str
    conforms : tuple of str
        Addresses of conformance classes.
    usual, most : int
        Features on a page.
    takes_lists : bool
        A property may be asked for with several values, commas between.
    """

    path: str
    name: str
    group: str
    title: str
    about: str
    conforms: tuple[str, ...]
    usual: int = 100
    most: int = 10_000
    takes_lists: bool = False

    def url(self, asked: Asked, *parts: str) -> str:
        """Return an address below this offering."""
        return "/".join(
            [f"{asked.url}{self.path}", *(quote(part, safe=":,") for part in parts)]
        )


def item_parameters() -> tuple[Parameter, ...]:
    """Return what may be said when one feature is asked for."""
    item = Parameter("item", _TEXT, "The feature's id.", "path", required=True)
    return (item, _SHAPE[0], _FORMAT)


def items_parameters(
    offering: Offering, collection: Collection
) -> tuple[Parameter, ...]:
    """Return what may be said when features of a collection are asked for."""
    counts = (
        Parameter(
            "limit",
            {"type": "integer", "minimum": 1, "default": offering.usual},
            f"Features on a page; {offering.most} at most.",
        ),
        Parameter(
            "offset",
            {"type": "integer", "minimum": 0, "maximum": 2**53, "default": 0},
            "How many to leave out before.",
        ),
    )
    chosen = (
        Parameter("properties", _LISTED, "The properties to show."),
        Parameter("sortby", _LISTED, "By which to sort; - before one turns it round."),
    )
    when = (
        Parameter("datetime", _TEXT, "A time or an interval: 2015-01-01/2015-12-31."),
    )
    every = (
        *counts,
        *(_PLACE if collection.has_geometry else ()),
        *(when if collection.times else ()),
        *_FILTER,
        *_SHAPE,
        *chosen,
        Parameter("id", _LISTED, "Features with one of these ids."),
        *(_asked_for(offering, one) for one in collection.fields if one.is_asked_for),
        *collection.parameters,
        _FORMAT,
    )
    return tuple(one for one in every if one.name not in collection.omits)


def _asked_for(offering: Offering, field: Field) -> Parameter:
    kinds = {"number": "number", "integer": "integer"}
    schema = {"type": kinds[field.kind]} if field.kind in kinds else _TEXT
    if offering.takes_lists:
        schema = {"type": "array", "items": schema}
    return Parameter(field.name, schema, f"Features with this: {field.about}.")


def page_bounds(offering: Offering, values: Mapping[str, Any]) -> tuple[int, int]:
    """Return which features to show: from (counted from 0), how many."""
    limit = min(values.get("limit", offering.usual), offering.most)
    return values.get("offset", 0), limit


def link(href: str, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    """Return a link as OGC API writes it."""
    told = {"href": href, "rel": rel, "type": media_type}
    return {**told, "title": title} if title else told


def next_link(
    asked: Asked, address: str, changed: Mapping[str, Any], media_type: str
) -> dict[str, str]:
    """Return the link to the next page: the same question, from further on."""
    kept = [pair for pair in query_pairs(asked.query) if pair[0] not in changed]
    query = urlencode([*kept, *changed.items()], safe=":,/")
    return link(f"{address}?{query}", "next", media_type)
