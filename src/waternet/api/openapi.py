"""``/openapi.json``: what can be asked, for programs; made from the operations.

References
----------
OpenAPI 3.1.1; JSON Schema 2020-12. Every schema stands where it is used: several
readers of such documents follow no references.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import orjson

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.problem import PROBLEM, STATUSES

__all__ = ["document", "openapi_operation"]

_ADDRESSES = 4  # for which it is kept: a request says by which one it came
_BRACES = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?::[a-z]+)?\}")
_LANGUAGE = Parameter(
    "lang",
    {"type": "string"},
    "Of messages and names: ar, en or he; else what Accept-Language says.",
)
_SECURITY: Final[Sequence[Mapping[str, list[str]]]] = ({"bearer": []}, {"key": []})
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or a token of the identity provider.",
    },
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["title", "status", "kind"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "kind": {"type": "string", "enum": sorted(STATUSES)},
        "next": {"type": "string"},
        "hint": {"type": "string"},
    },
}
_TAG = {"description": "Changes with the answer.", "schema": {"type": "string"}}


def openapi_operation(others: Sequence[Operation]) -> Operation:
    """Return the operation that says what all the others are."""

    @lru_cache(_ADDRESSES)
    def written(url: str) -> bytes:
        return orjson.dumps(document((*others, own), url))

    def answer(asked: Asked) -> Answer:
        return Answer(written(asked.url), JSON)

    own = Operation(
        "GET",
        "/openapi.json",
        "openapi",
        "node",
        "What can be asked, as an OpenAPI document.",
        answer,
        answers={JSON: {"type": "object", "required": ["openapi", "paths"]}},
        reads_bank=False,
    )
    return own


def document(operations: Sequence[Operation], url: str) -> dict[str, Any]:
    """Return the OpenAPI document of operations.

    Parameters
    ----------
    operations : sequence of Operation
        Those that are not listed are passed over.
    url : str
        Where they are asked.
    """
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    listed = [one for one in operations if one.is_listed]
    for one in listed:
        path = _BRACES.sub(r"{\1}", one.path)
        paths[path][one.method.lower()] = _described(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Waternet",
            "version": version("waternet"),
            "description": "A party's node: the joint bank, its records and releases.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url}],
        "tags": [{"name": name} for name in sorted({one.group for one in listed})],
        "paths": dict(paths),
        "components": {"securitySchemes": _SCHEMES},
        "security": [{}, *_SECURITY],
    }


def _described(one: Operation) -> dict[str, Any]:
    about = one.about
    if one.role:
        about += f" Needs the role {' or '.join(one.role.split())}."
    told: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.group],
        "summary": about,
        "parameters": [_parameter(each) for each in _parameters(one)],
        "responses": _responses(one),
    }
    if one.most_body:
        told["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": schema} for kind, schema in one.body.items()},
        }
    if one.role:
        told["security"] = list(_SECURITY)
    return told


def _parameters(one: Operation) -> list[Parameter]:
    """Return an operation's parameters, with those of its path that it left out."""
    said = {each.name for each in one.parameters if each.place == "path"}
    bare = [
        Parameter(name, {"type": "string"}, "Part of the path.", "path")
        for name in _BRACES.findall(one.path)
        if name not in said
    ]
    return [*bare, *one.parameters, _LANGUAGE]


def _parameter(one: Parameter) -> dict[str, Any]:
    told = {
        "name": one.name,
        "in": one.place,
        "description": one.about,
        "required": one.required or one.place == "path",
        "schema": one.schema,
    }
    if one.schema.get("type") == "array":
        told |= {"style": "form" if one.place == "query" else "simple"}
        told |= {"explode": False}
    return told


def _responses(one: Operation) -> dict[str, Any]:
    content = {kind: {"schema": schema} for kind, schema in one.answers.items()}
    done: dict[str, Any] = {"description": "As asked."}
    if content:
        done["content"] = content
    problem = {PROBLEM: {"schema": _PROBLEM_SCHEMA}}
    told: dict[str, Any] = {"200": done}
    if one.method == "GET":
        done["headers"] = {"ETag": _TAG}
        told["204"] = {"description": "There is nothing of the kind."}
        told["304"] = {"description": "The reader has it already."}
    else:
        told["201"] = {**done, "description": "Made."}
        told["204"] = {"description": "Done; there is nothing to say."}
    told["400"] = {"description": "A parameter breaks a rule.", "content": problem}
    if one.role:
        told["401"] = {"description": "Nobody is signed in.", "content": problem}
        told["403"] = {"description": "It is not allowed.", "content": problem}
    told["404"] = {"description": "There is no such thing.", "content": problem}
    told["default"] = {"description": "What went wrong.", "content": problem}
    return told
