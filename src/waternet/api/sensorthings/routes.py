"""What can be asked below /sta/v1.1."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.figures import FIGURE_PARAMETERS
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.sensorthings.filter_text import LONGEST
from waternet.api.sensorthings.get import answer_get, answer_landing
from waternet.api.sensorthings.links import SERVICE
from waternet.api.sensorthings.options import FORMATS
from waternet.api.sensorthings.service_paths import (
    ANY_PATH,
    ID,
    ServicePath,
    entity_schema,
    service_paths,
    set_schema,
)

__all__ = ["operations"]

_GROUP: Final = "sensorthings"
_WORDS: Final = {"type": "string", "maxLength": LONGEST}
_WHOLE: Final = {"type": "integer", "minimum": 0}
_OF_ONE: Final = (
    Parameter("$select", _WORDS, "Which properties, with commas between."),
    Parameter(
        "$expand",
        _WORDS,
        "What it leads to that stands in the answer: Datastreams($top=1)/Observations.",
    ),
    Parameter(
        "$resultFormat",
        {"type": "string", "enum": list(FORMATS)},
        "dataArray (of Observations), CSV or GeoJSON.",
    ),
)
_OF_SETS: Final = (
    Parameter("$filter", _WORDS, "A condition: result gt 5 and Datastream/id eq 1."),
    Parameter("$orderby", _WORDS, "Keys to order by: phenomenonTime desc,id."),
    *_OF_ONE,
    Parameter("$top", _WHOLE, "At most so many; 100 unless stated, 100,000 at most."),
    Parameter("$skip", _WHOLE, "Leave out so many."),
    Parameter("$count", {"type": "boolean"}, "Whether to say how many there are."),
    Parameter("$skiptoken", _WORDS, "Where a page ended; @iot.nextLink has it."),
)
_PAST: Final = tuple(one for one in FIGURE_PARAMETERS if one.name == "as_of")
_LANDING: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["value", "serverSettings"],
    "properties": {
        "value": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "url"],
                "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
            },
        },
        "serverSettings": {
            "type": "object",
            "required": ["conformance"],
            "properties": {
                "conformance": {"type": "array", "items": {"type": "string"}}
            },
        },
    },
}
_REST: Final = Parameter(
    "path", {"type": "string", "maxLength": 2_048}, "Any path.", "path", required=True
)


def operations() -> tuple[Operation, ...]:
    """Return what can be read: paths that are documented, then any other."""
    landing = Operation(
        "GET",
        SERVICE,
        "sta",
        _GROUP,
        "The entity sets of OGC SensorThings 1.1, and what of the standard is met.",
        answer_landing,
        answers={JSON: _LANDING},
        reads_bank=False,
    )
    anything = Operation(
        "GET",
        ANY_PATH,
        "sta-any",
        _GROUP,
        "Any other path of the standard: longer ones, properties, $value, $ref.",
        lambda asked: answer_get(asked, asked.path["path"]),
        parameters=(*_OF_SETS, *FIGURE_PARAMETERS, _REST),
        answers={JSON: {}, "text/plain": {"type": "string"}},
        is_open=True,
        is_listed=False,
    )
    return (landing, *map(_reading, service_paths()), anything)


def _reading(path: ServicePath) -> Operation:
    options = _OF_ONE if path.is_single else _OF_SETS
    words = FIGURE_PARAMETERS if path.kind.name == "Observation" else _PAST
    schema = entity_schema if path.is_single else set_schema
    return Operation(
        "GET",
        path.path,
        f"sta-{path.name}",
        _GROUP,
        f"Read {path.about}.",
        partial(_read, path),
        parameters=(*options, *words, *((ID,) if path.has_id else ())),
        answers={
            JSON: schema(path.kind),
            "text/csv": {"type": "string"},
            "application/geo+json": {"type": "object"},
        },
        is_open=True,
    )


def _read(path: ServicePath, asked: Asked) -> Answer:
    return answer_get(asked, path.rest(asked))
