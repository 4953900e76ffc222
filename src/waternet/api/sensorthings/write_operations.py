"""Writing by SensorThings: what stewards send lies on the desk until it is signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any, Final
from uuid import uuid4

import orjson

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.parameters import ParameterReader
from waternet.api.sensorthings.at_desk import verify_at_desk
from waternet.api.sensorthings.batch import answer_batch, read_requests
from waternet.api.sensorthings.data_array import create_observations
from waternet.api.sensorthings.desk_session import DeskSession, open_session
from waternet.api.sensorthings.get import answer_get
from waternet.api.sensorthings.links import SERVICE
from waternet.api.sensorthings.multipart import MULTIPART, read_parts, write_parts
from waternet.api.sensorthings.removing import find_chosen, remove_chosen
from waternet.api.sensorthings.resource import read_resource
from waternet.api.sensorthings.routes import operations as reading_operations
from waternet.api.sensorthings.service_paths import (
    ANY_PATH,
    ID,
    ServicePath,
    service_paths,
)
from waternet.api.sensorthings.writing import JSON_PATCH, Written, carry_out
from waternet.errors import NotAcceptable

__all__ = ["operations"]

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
_BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "POST": {JSON: _OBJECT},
    "PATCH": _CHANGES,
    "PUT": {JSON: _OBJECT},
    "DELETE": {},
}
_REST: Final = Parameter(
    "path", {"type": "string", "maxLength": 2_048}, "Any path.", "path", required=True
)
_WHOLE: Final = "return=representation"


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return tuple(_all())


def _all() -> Iterator[Operation]:
    for path in service_paths():
        parameters = (ID,) if path.has_id else ()
        if not path.is_single:
            yield _writes("POST", path, f"Make a new one of {path.about}.", parameters)
            continue
        yield _writes("PATCH", path, f"Change {path.about}.", parameters)
        yield _writes("PUT", path, f"Replace {path.about}.", parameters)
        yield _writes(
            "DELETE",
            path,
            f"Take {path.about} away, with what cannot be without it.",
            parameters,
        )
    yield Operation(
        "POST",
        f"{SERVICE}/CreateObservations",
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
        f"{SERVICE}/BulkObservations",
        "sta-create-all-rows",
        _GROUP,
        "The same as istSOS asks for it: all of the rows, or none.",
        _create_all_rows,
        answers={JSON: {"type": "array", "items": {"type": "string"}}},
        body={JSON: _ROWS},
        most_body=_MOST,
        role="steward",
        is_open=True,
    )
    yield Operation(
        "POST",
        f"{SERVICE}/$batch",
        "sta-batch",
        _GROUP,
        "Carry out several requests, alone or in groups that count together.",
        _batch,
        answers={JSON: _RESPONSES, MULTIPART: {"type": "string"}},
        body={JSON: _BATCH, MULTIPART: {"type": "string"}},
        most_body=_MOST,
        role="steward",
        is_open=True,
    )
    for method in _BODIES:
        yield _operation(
            method, ANY_PATH, "any", "Write to what a path leads to.", (_REST,)
        )


def _writes(
    method: str, path: ServicePath, about: str, parameters: tuple[Parameter, ...]
) -> Operation:
    return _operation(method, path.path, path.name, about, parameters)


def _operation(
    method: str, path: str, name: str, about: str, parameters: tuple[Parameter, ...]
) -> Operation:
    body = _BODIES[method]
    return Operation(
        method,
        path,
        f"sta-{method.lower()}-{name}",
        _GROUP,
        about,
        _write,
        parameters=parameters,
        answers={JSON: _LINK if method != "DELETE" else _OBJECT},
        body=body,
        most_body=_MOST if body else 0,
        role="steward",
        is_open=True,
        is_listed=path != ANY_PATH,
    )


def _write(asked: Asked) -> Answer:
    method = asked.operation.method
    if method == "DELETE" and asked.query:
        return _remove(asked)
    body = None if method == "DELETE" else _parsed(asked)
    media_type = asked.body.media_type.partition(";")[0].strip().lower()
    with _session(asked) as session:
        written = carry_out(session, method, _path(asked), body, media_type)
    if method == "DELETE":
        return json_answer({})
    address = _address(asked, written)
    status, headers = (201, {"location": address}) if written.is_new else (200, {})
    if _WHOLE in asked.headers.get("prefer", ""):
        headers["preference-applied"] = _WHOLE
        path = f"{written.kind.plural}({written.number})"
        return replace(_read(asked, path, ""), status=status, headers=headers)
    said = {"@iot.id": written.number, "@iot.selfLink": address}
    return Answer(orjson.dumps(said), JSON, status, headers)


def _remove(asked: Asked) -> Answer:
    """Take away what a filter chooses of a set."""
    verify_at_desk(asked)
    path = _path(asked)
    chosen = find_chosen(path, asked.query, partial(_read_in_batch, asked))
    with _session(asked) as session:
        remove_chosen(session, read_resource(path).kind.plural, chosen)
    return json_answer({})


@contextmanager
def _session(asked: Asked) -> Iterator[DeskSession]:
    """Hold the desk for a steward of the node's own party.

    Raises
    ------
    NotAllowed
        Whoever asks is another party's.
    """
    verify_at_desk(asked)
    with open_session(asked.bank, asked.node, asked.language) as session:
        yield session


def _create_all_rows(asked: Asked) -> Answer:
    body = _parsed(asked)
    with _session(asked) as session:
        told = create_observations(session, body)
        refused = [one for one in told if isinstance(one, str)]
        if refused:
            raise NotAcceptable(
                f"{len(refused)} of {len(told)} rows: {refused[0]}",
                hint="CreateObservations takes the good rows and names the others",
            )
    return _rows_made(asked, told)


def _create_rows(asked: Asked) -> Answer:
    body = _parsed(asked)
    with _session(asked) as session:
        told = create_observations(session, body)
    return _rows_made(asked, told)


def _rows_made(asked: Asked, told: list[int | str]) -> Answer:
    start = f"{asked.url}{SERVICE}/Observations("
    lines = [f"{start}{one})" if isinstance(one, int) else one for one in told]
    return json_answer(lines, status=201)


def _batch(asked: Asked) -> Answer:
    verify_at_desk(asked)
    kind = asked.body.media_type
    has_parts = kind.lower().startswith(MULTIPART)
    requests = (
        read_parts(asked.body.read(), kind)
        if has_parts
        else read_requests(_parsed(asked))
    )
    responses = answer_batch(
        asked.bank,
        asked.node,
        asked.language,
        requests,
        partial(_read_in_batch, asked),
        lambda written: _address(asked, written),
    )
    if not has_parts:
        return json_answer({"responses": responses})
    boundary = f"batch_{uuid4().hex}"
    parts = write_parts(requests, responses, boundary)
    return Answer(parts, f"{MULTIPART}; boundary={boundary}")


def _read_in_batch(asked: Asked, path: str, query: str) -> tuple[int, Any]:
    answer = _read(asked, path, query)
    content = answer.content if isinstance(answer.content, bytes) else b""
    if answer.media_type == JSON:
        return answer.status, orjson.loads(content)
    return answer.status, content.decode()


def _read(asked: Asked, path: str, query: str) -> Answer:
    """Answer a GET of the same viewer."""
    values = _reader().read(query, {"path": path}, {})
    return answer_get(replace(asked, query=query, values=values), path)


@cache
def _reader() -> ParameterReader:
    (anything,) = (one for one in reading_operations() if one.path == ANY_PATH)
    return ParameterReader(anything)


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
    below = asked.operation.path.removeprefix(f"{SERVICE}/")
    return below.replace("{id}", asked.path.get("id", ""))


def _address(asked: Asked, written: Written) -> str:
    return f"{asked.url}{SERVICE}/{written.kind.plural}({written.number})"
