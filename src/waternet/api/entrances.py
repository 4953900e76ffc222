"""Where an interface that has no document of its own begins: what it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation

__all__ = ["operations"]

# Base address, operation and group of each.
_STARTS: Final = (
    ("/data", "data-questions", "data"),
    ("/waterml/1.1", "waterml-questions", "waterml"),
)
_TEXT: dict[str, Any] = {"type": "string"}
_LINK = {
    "type": "object",
    "required": ["href", "rel", "title"],
    "properties": {"href": _TEXT, "rel": _TEXT, "title": _TEXT},
}
_SCHEMA = {
    "type": "object",
    "required": ["links"],
    "properties": {"links": {"type": "array", "items": _LINK}},
}


def operations(others: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return the operations of this module.

    Parameters
    ----------
    others : sequence of Operation
        What can be asked; of those below a start that anybody may ask, a link is given,
        but of those that go on from an answer of another.
    """
    return tuple(
        Operation(
            "GET",
            start,
            name,
            group,
            "Where to begin: a link to each question.",
            partial(_list_questions, _below(start, others)),
            answers={JSON: _SCHEMA},
            reads_bank=False,
        )
        for start, name, group in _STARTS
    )


def _below(start: str, others: Sequence[Operation]) -> tuple[Operation, ...]:
    return tuple(
        one
        for one in others
        if one.method == "GET"
        and not one.role
        and one.path.startswith(f"{start}/")
        and "{" not in one.path
    )


def _list_questions(questions: Sequence[Operation], asked: Asked) -> Answer:
    links = [
        {"href": f"{asked.url}{one.path}", "rel": "item", "title": one.about}
        for one in questions
    ]
    paths = f"{asked.url}/openapi.json"
    about = "Every path with its parameters and schemas."
    links.append({"href": paths, "rel": "service-desc", "title": about})
    return json_answer({"links": links})
