"""What goes into an upload and comes out of it, as JSON schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from waternet.api.operation import JSON
from waternet.api.uploads.received import SAID

__all__ = ["BINARY", "FIELDS", "FILES", "LIST", "NAMES", "REPORT", "WAITING"]

_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
BINARY: Final[Mapping[str, Any]] = {}
FILES: Final = (
    "text/csv",
    "text/plain",
    "application/octet-stream",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/xml",
    "text/xml",
    "application/zip",
    JSON,
)
FIELDS: Final = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "recipe": {"type": "string", "contentMediaType": "application/toml"},
        "recipe_name": _TEXT,
        "answers": {"type": "string", "contentMediaType": JSON},
        **dict.fromkeys(SAID, _TEXT),
    },
}
_COUNTS: Final = (
    *("stations", "datastreams", "observations", "censored", "missing", "rejected"),
    *("checked", "suspect", "bad"),
)
_BY_NAME: Final = {"type": "object", "additionalProperties": {"type": "integer"}}
REPORT: Final = {
    "type": "object",
    "required": ["pending", "dataset", *_COUNTS, "rejects", "notices", "next"],
    "properties": {
        "pending": _TEXT,
        "dataset": _TEXT,
        **dict.fromkeys(_COUNTS, _COUNT),
        "findings": _BY_NAME,
        "misplaced": _BY_NAME,
        "notices": {"type": "array", "items": _TEXT},
        "personal": {"type": "object", "additionalProperties": _TEXT},
        "rejects": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": _TEXT},
        },
        "rejects_at": _TEXT,
        "next": _TEXT,
    },
}
WAITING: Final = {
    "type": "object",
    "required": ["pending", "dataset", "title", "file", "observations", "rejected"],
    "properties": {
        **dict.fromkeys(("pending", "dataset", "title", "file"), _TEXT),
        **dict.fromkeys(("first", "last"), _TEXT),
        **dict.fromkeys(("places", "datastreams", "observations"), _COUNT),
        "rejected": _COUNT,
    },
}
LIST: Final = {"type": "array", "items": WAITING}
NAMES: Final = {"type": "array", "items": _TEXT}
