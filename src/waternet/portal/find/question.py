"""What a reader of Find data asks, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from waternet.api.operation import Parameter
from waternet.bank.finding.wanted import FACETS, SORTS, Wanted
from waternet.errors import NotAcceptable
from waternet.portal.now.pages import MAP_PARAMETERS

__all__ = ["MOST_COMPARED", "PAGE_ROWS", "PARAMETERS", "Question", "question_of"]

MOST_COMPARED: Final = 5  # datastreams on one chart
PAGE_ROWS: Final = 50
_NAME = {"type": "string", "maxLength": 200}
_NAMES = {"type": "array", "items": _NAME, "maxItems": 200}
_YEAR = {"type": "integer", "minimum": 1, "maximum": 9999}
_ABOUT = {
    "within": "Areas: a shared name, or PARTY:ID; any of these.",
    "observed_property": "Quantities; any of these.",
    "kind": "Kinds of places; any of these.",
    "party": "Parties; any of these.",
    "grade": "With figures of these grades: unchecked, good, suspect, bad.",
    "access": "What may be read by whom: open, granted, restricted.",
}
PARAMETERS: Final = (
    Parameter("text", _NAME, "Words of a name, in any script, or of a quantity."),
    *(Parameter(name, _NAMES, _ABOUT[name]) for name in FACETS),
    Parameter("first_year", _YEAR, "With a record that reaches into this year or on."),
    Parameter("last_year", _YEAR, "With a record that begins in this year or before."),
    Parameter(
        "bbox",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "Only in this box: west, south, east, north in degrees.",
    ),
    Parameter(
        "sort",
        {"type": "string", "enum": [*SORTS, *(f"-{one}" for one in SORTS)]},
        "In which order; a hyphen before it turns it round.",
    ),
    Parameter(
        "page",
        {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        f"Which {PAGE_ROWS} of them.",
    ),
    *(one for one in MAP_PARAMETERS if one.name == "layer"),
    Parameter(
        "datastream",
        {"type": "array", "items": _NAME, "maxItems": MOST_COMPARED},
        "Addresses that are picked for a chart.",
    ),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and how it is shown.

    Attributes
    ----------
    wanted : Wanted
    sort : str
        One of `SORTS`.
    descending : bool
    page : int
        From 1 on.
    compared : tuple of str
        Addresses that are picked for a chart.
    """

    wanted: Wanted
    sort: str = "relevance"
    descending: bool = False
    page: int = 1
    compared: tuple[str, ...] = ()


def question_of(values: Mapping[str, Any]) -> Question:
    """Return what the parameters of a request ask.

    Raises
    ------
    NotAcceptable
        The years or the box are the wrong way round.

    Examples
    --------
    >>> question_of({"text": "amman", "page": 2}).sort
    'relevance'
    """
    first, last = values.get("first_year"), values.get("last_year")
    if first is not None and last is not None and first > last:
        raise NotAcceptable(
            f"the years from {first} to {last} end before they begin",
            hint="first_year comes first, and is part of them as last_year is",
        )
    chosen = {
        facet: tuple(dict.fromkeys(one for one in values[facet] if one))
        for facet in FACETS
        if values.get(facet)
    }
    sort = values.get("sort", "relevance" if values.get("text") else "name")
    return Question(
        Wanted(
            values.get("text", "").strip(),
            {facet: names for facet, names in chosen.items() if names},
            first,
            last,
            _box(values["bbox"]) if "bbox" in values else None,
        ),
        sort.removeprefix("-"),
        sort.startswith("-"),
        values.get("page", 1),
        tuple(dict.fromkeys(one for one in values.get("datastream", ()) if one)),
    )


def _box(corners: list[float]) -> tuple[float, float, float, float]:
    """Return a box of a map, whose edges may lie beyond the date line."""
    west, south, east, north = corners
    if south > north:
        raise NotAcceptable(
            f"bbox: the south ({south}) lies above the north ({north})",
            hint="west, south, east, north in degrees: 34,29,37,34",
        )
    if east - west >= 360:
        return -180.0, south, 180.0, north
    return _round_the_earth(west), south, _round_the_earth(east), north


def _round_the_earth(longitude: float) -> float:
    if -180 <= longitude <= 180:
        return longitude
    return (longitude + 180) % 360 - 180
