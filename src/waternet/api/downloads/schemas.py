"""What stands in each column of a download, as JSON schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from waternet.api.downloads.forms import FORMS
from waternet.bank.words import WORDS

__all__ = ["CITED", "ESTIMATE", "answers_in", "rows_schema"]

_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_MAYBE: Final = {"type": ["string", "null"]}
_NUMBER: Final = {"type": ["number", "null"]}
_WHOLE: Final = {"type": ["integer", "null"]}
_TIME: Final = {"type": ["string", "null"], "format": "date-time"}
_TEXTS: Final = {"type": ["array", "null"], "items": _TEXT}
_BY_NAME: Final = {"type": ["object", "null"], "additionalProperties": _MAYBE}
CITED: Final = {
    "type": "object",
    "required": ["party", "release", "issued", "licence"],
    "properties": {
        "party": _TEXT,
        "release": {"type": "integer"},
        **dict.fromkeys(("issued", "dataset", "title", "source", "reason"), _TEXT),
        **dict.fromkeys(("licence", "attribution", "access", "sha256"), _TEXT),
        "rows": {"type": "integer"},
        "readers": {"type": "array", "items": _TEXT},
        "cite_as": _TEXT,
    },
}
_COLUMNS: Final[Mapping[str, Mapping[str, Any]]] = {
    **dict.fromkeys(
        (
            *("party", "datastream", "unit", "id", "kind", "dataset", "feature"),
            *("observed_property", "statistic", "interval", "procedure", "sampling"),
            *("zone", "change"),
        ),
        _TEXT,
    ),
    **dict.fromkeys(
        (
            *("qualifier", "vertical_datum", "title", "source", "reason", "access"),
            *("finding", "period", "published_unit"),
        ),
        _MAYBE,
    ),
    **dict.fromkeys(
        (
            *("value", "longitude", "latitude", "elevation", "expected", "coverage"),
            *("mean", "minimum", "maximum", "total", "spread", "published_value"),
        ),
        _NUMBER,
    ),
    **dict.fromkeys(
        (
            *("offset", "release", "n", "censored", "datastreams", "figures", "rows"),
            "withdrawn_by",
        ),
        _WHOLE,
    ),
    **dict.fromkeys(("time", "start", "end", "first", "last", "issued"), _TIME),
    **{name: {"enum": [*words, None]} for name, words in WORDS.items()},
    **dict.fromkeys(("within", "same_as", "readers"), _TEXTS),
    "names": _BY_NAME,
    "cosigned": {"type": ["boolean", "null"]},
}

ESTIMATE: Final = {
    "type": "object",
    "required": ["datastreams", "figures", "rows", "releases", "forms"],
    "properties": {
        **dict.fromkeys(("datastreams", "figures", "rows", "releases"), _COUNT),
        "forms": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["bytes", "seconds", "most_rows", "parts"],
                "properties": {
                    "bytes": {"type": "integer"},
                    "seconds": {"type": "number"},
                    "most_rows": {"type": "integer"},
                    "parts": {"type": "integer"},
                },
            },
        },
    },
}


def rows_schema(
    columns: Iterable[str], *, others: Iterable[str] = (), more: str = ""
) -> dict[str, Any]:
    """Return the schema of a download in JSON.

    Parameters
    ----------
    columns : names of columns that are always there
    others : names of columns that may be there
    more : str
        A pattern of names of further columns of numbers; '' where there are none.

    Examples
    --------
    >>> rows_schema(["party"])["properties"]["rows"]["items"]["required"]
    ['party']
    """
    names = list(columns)
    row: dict[str, Any] = {
        "type": "object",
        "required": names,
        "properties": {name: _COLUMNS[name] for name in (*names, *others)},
    }
    if more:
        row["patternProperties"] = {more: _NUMBER}
    return {
        "type": "object",
        "required": ["question", "positions", "disclaimer", "citation", "rows"],
        "properties": {
            "question": {"type": "object"},
            "positions": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
            },
            "disclaimer": _TEXT,
            "citation": {"type": "array", "items": CITED},
            "rows": {"type": "array", "items": row},
        },
    }


def answers_in(forms: Iterable[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of each media type that a download may have."""
    return {
        FORMS[name].media_type.partition(";")[0]: schema if name == "json" else {}
        for name in forms
    }
