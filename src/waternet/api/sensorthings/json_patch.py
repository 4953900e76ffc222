"""JSON Patch: a list of changes to an entity, carried out one after the other.

References
----------
RFC 6902 (JSON Patch); RFC 6901 (JSON Pointer).
"""

from __future__ import annotations

import copy
from typing import Any

from waternet.errors import Conflict, NotAcceptable

__all__ = ["apply_patch"]

_MOST = 1_000


def apply_patch(document: Any, patch: Any) -> Any:
    """Return a document as the operations of a patch leave it.

    Raises
    ------
    NotAcceptable
        The patch is none, or a path of it leads nowhere.
    Conflict
        A test of it failed.

    Examples
    --------
    >>> apply_patch({"a": 1}, [{"op": "add", "path": "/b", "value": 2}])
    {'a': 1, 'b': 2}
    """
    if not isinstance(patch, list) or len(patch) > _MOST:
        raise NotAcceptable(f"expected a list of at most {_MOST} operations")
    document = copy.deepcopy(document)
    for place, operation in enumerate(patch):
        where = f"operation {place}"
        if not isinstance(operation, dict):
            raise NotAcceptable(f"{where}: expected an object, got {operation!r:.60}")
        document = _apply(document, operation, where)
    return document


def _apply(document: Any, operation: dict[str, Any], where: str) -> Any:
    path = _steps(operation.get("path"), where)
    match operation.get("op"):
        case "add" | "replace" | "test" as name:
            if "value" not in operation:
                raise NotAcceptable(f"{where}: no value")
            value = copy.deepcopy(operation["value"])
            if name == "test":
                if _find(document, path, where) != value:
                    raise Conflict(f"{where}: it is not as the test expects")
                return document
            if name == "replace":
                _find(document, path, where)
                document = _removed(document, path, where)
            return _added(document, path, value, where)
        case "remove":
            _find(document, path, where)
            return _removed(document, path, where)
        case "move" | "copy" as name:
            source = _steps(operation.get("from"), where)
            value = copy.deepcopy(_find(document, source, where))
            if name == "move":
                document = _removed(document, source, where)
            return _added(document, path, value, where)
    raise NotAcceptable(
        f"{where}: no operation {operation.get('op')!r:.40}",
        hint="there are add, remove, replace, move, copy and test",
    )


def _steps(path: Any, where: str) -> list[str]:
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise NotAcceptable(f"{where}: {path!r:.60} is not a JSON pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _find(document: Any, path: list[str], where: str) -> Any:
    for step in path:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif (
            isinstance(document, list)
            and step.isdecimal()
            and (int(step) < len(document))
        ):
            document = document[int(step)]
        else:
            raise NotAcceptable(f"{where}: there is no /{'/'.join(path)}")
    return document


def _removed(document: Any, path: list[str], where: str) -> Any:
    if not path:
        return None
    parent = _find(document, path[:-1], where)
    if isinstance(parent, list):
        del parent[int(path[-1])]
    else:
        del parent[path[-1]]
    return document


def _added(document: Any, path: list[str], value: Any, where: str) -> Any:
    if not path:
        return value
    parent, last = _find(document, path[:-1], where), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and last == "-":
        parent.append(value)
    elif isinstance(parent, list) and last.isdecimal() and int(last) <= len(parent):
        parent.insert(int(last), value)
    else:
        raise NotAcceptable(f"{where}: there is no /{'/'.join(path)}")
    return document
