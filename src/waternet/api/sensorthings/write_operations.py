"""Writing by SensorThings: what stewards send lies on the desk until it is signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import orjson

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.sensorthings.batch import answer_batch, read_requests
from waternet.api.sensorthings.data_array import create_observations
from waternet.api.sensorthings.desk_session import open_session
from waternet.api.sensorthings.get import answer_get
from waternet.api.sensorthings.model import SETS
from waternet.api.sensorthings.writing import JSON_PATCH, Written, carry_out
from waternet.errors import NotAcceptable

__all__ = ["ROOT", "operations"]

ROOT: Final = "/sta/v1.1"
_GROUP: Final = "sensorthings"
_MOST: Final = 64 << 20  # bytes: some 500,000 rows of a data array
_NESTED: Final = 100  # objects within objects
_OBJECT: Final = {"type": "object"}
_LINK: Final = {
    "type": "object",
    "required": ["@iot.id", "@iot.selfLink"],
    "properties": {"@iot.id": {"type": "integer"}, "@iot.selfLink": {"type": "string"}},
}
_ROWS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["Datastream", "components", "dataArray"],
        "properties": {
            "Datastream": _OBJECT,
            "components": {"type": "array", "items": {"type": "string"}},
            "dataArray": {"type": "array", "items": {"type": "array"}},
        },
    },
}
_BATCH: Final = {
    "type": "object",
    "required": ["requests"],
    "properties": {"requests": {"type": "array", "items": _OBJECT}},
}
_RESPONSES: Final = {
    "type": "object",
    "required": ["responses"],
    "properties": {"responses": {"type": "array", "items": _OBJECT}},
}
_CHANGES: Final[Mapping[str, Any]] = {
    JSON: _OBJECT,
    "application/merge-patch+json": _OBJECT,
    JSON_PATCH: {"type": "array", "items": _OBJECT},
}
_ID: Final = Parameter(
    "id", {"type": "integer", "minimum": 1}, "The entity's @iot.id.", "path", True
)
_REST: Final = Parameter(
    "path", {"type": "string"}, "A path of SensorThings.", "path", True
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return tuple(_all())


def _all() -> Iterator[Operation]:
    for name, kind in SETS.items():
        yield _writes(
            "POST",
            f"{ROOT}/{name}",
            f"sta-create-{kind.table}",
            f"Make a new {kind.name}, with what its body holds.",
            {JSON: _OBJECT},
        )
        for method, word in (("PATCH", "change"), ("PUT", "replace")):
            yield _writes(
                method,
                f"{ROOT}/{name}({{id}})",
                f"sta-{word}-{kind.table}",
                f"{word.title()} a {kind.name}.",
                _CHANGES if method == "PATCH" else {JSON: _OBJECT},
                _ID,
            )
        yield _writes(
            "DELETE",
            f"{ROOT}/{name}({{id}})",
            f"sta-remove-{kind.table}",
            f"Take a {kind.name} away, with what cannot be without it.",
            {},
            _ID,
        )
    yield Operation(
        "POST",
        f"{ROOT}/CreateObservations",
        "sta-create-rows",
        _GROUP,
        "Make many Observations from rows; each row is answered.",
        _create_rows,
        answers={JSON: {"type": "array", "items": {"type": "string"}}},
        body={JSON: _ROWS},
        most_body=_MOST,
        role="steward",
        is_open=True,
    )
    yield Operation(
        "POST",
        f"{ROOT}/$batch",
        "sta-batch",
        _GROUP,
        "Carry out several requests, alone or in groups that count together.",
        _batch,
        answers={JSON: _RESPONSES},
        body={JSON: _BATCH},
        most_body=_MOST,
        role="steward",
        is_open=True,
    )
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        yield _writes(
            method,
            f"{ROOT}/{{path:path}}",
            f"sta-{method.lower()}-path",
            "Write to what a path leads to.",
            {} if method == "DELETE" else _CHANGES,
            _REST,
            is_listed=False,
        )


def _writes(
    method: str,
    path: str,
    name: str,
    about: str,
    body: Mapping[str, Any],
    *parameters: Parameter,
    is_listed: bool = True,
) -> Operation:
    return Operation(
        method,
        path,
        name,
        _GROUP,
        about,
        _write,
        parameters=parameters,
        answers={JSON: _LINK if method == "POST" else _OBJECT},
        body=body,
        most_body=_MOST if body else 0,
        role="steward",
        is_open=True,
        is_listed=is_listed,
    )


def _write(asked: Asked) -> Answer:
    method = asked.operation.method
    body = None if method == "DELETE" else _parsed(asked)
    media_type = asked.body.media_type.partition(";")[0].strip().lower()
    with open_session(asked.bank, asked.node, asked.language) as session:
        written = carry_out(session, method, _path(asked), body, media_type)
    address = _address(asked, written)
    said = {"@iot.id": written.number, "@iot.selfLink": address}
    if written.is_new:
        return Answer(orjson.dumps(said), JSON, 201, {"location": address})
    if method == "DELETE":
        return json_answer({})
    return json_answer(said)


def _create_rows(asked: Asked) -> Answer:
    body = _parsed(asked)
    with open_session(asked.bank, asked.node, asked.language) as session:
        told = create_observations(session, body)
    start = f"{asked.url}{ROOT}/Observations("
    lines = [f"{start}{one})" if isinstance(one, int) else one for one in told]
    return json_answer(lines, status=201)


def _batch(asked: Asked) -> Answer:
    responses = answer_batch(
        asked.bank,
        asked.node,
        asked.language,
        read_requests(_parsed(asked)),
        lambda path, query: _read(asked, path, query),
        lambda written: _address(asked, written),
    )
    return json_answer({"responses": responses})


def _read(asked: Asked, path: str, query: str) -> tuple[int, Any]:
    answer = answer_get(replace(asked, query=query, values={}), path)
    content = answer.content if isinstance(answer.content, bytes) else b""
    if not content:
        return answer.status, None
    is_json = answer.media_type == JSON
    return answer.status, orjson.loads(content) if is_json else content.decode()


def _parsed(asked: Asked) -> Any:
    """Return the body, parsed.

    Raises
    ------
    NotAcceptable
        It is not JSON, or nested deeper than any entity is.
    """
    content = asked.body.read()
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAcceptable(f"the body is not JSON: {error}") from error
    _verify_shallow(parsed)
    return parsed


def _verify_shallow(parsed: Any) -> None:
    level = [parsed]
    for _ in range(_NESTED):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise NotAcceptable(f"the body is nested more than {_NESTED} deep")


def _path(asked: Asked) -> str:
    """Return the path below the service, decoded."""
    if "path" in asked.path:
        return asked.path["path"]
    name = asked.operation.path.removeprefix(f"{ROOT}/").partition("(")[0]
    return f"{name}({asked.path['id']})" if "id" in asked.path else name


def _address(asked: Asked, written: Written) -> str:
    return f"{asked.url}{ROOT}/{written.kind.plural}({written.number})"
