"""The tree of a filter, which is CQL2 JSON itself, and how large it may be.

References
----------
OGC 21-065r2 (CQL2 1.0), clause 8 and its JSON schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import orjson

from waternet.errors import NotAcceptable

__all__ = ["MOST_BYTES", "Tree", "parse_json", "properties_of", "verify_tree"]

Tree: TypeAlias = Any  # what orjson reads

MOST_BYTES = 65_536
_MOST_DEEP = 64
_MOST_NODES = 20_000
_LITERALS = ("date", "timestamp", "interval", "bbox", "property")


def parse_json(written: bytes) -> Tree:
    """Return the tree of a filter in CQL2 JSON.

    Raises
    ------
    NotAcceptable
        It is too large, nested too deep, or not CQL2 JSON.

    Examples
    --------
    >>> parse_json(b'{"op": "isNull", "args": [{"property": "elevation"}]}')["op"]
    'isNull'
    """
    if len(written) > MOST_BYTES:
        raise NotAcceptable(
            f"expected a filter of at most {MOST_BYTES} bytes, got {len(written)}",
            hint="ask in parts",
        )
    try:
        tree = orjson.loads(written)
    except orjson.JSONDecodeError as error:
        raise NotAcceptable(f"the filter is not JSON: {error}") from None
    verify_tree(tree)
    return tree


def verify_tree(tree: Tree) -> None:
    """Raise unless a tree has the form of CQL2 JSON, within bounds.

    Raises
    ------
    NotAcceptable
        It is too large, nested too deep, or has a member that is none.
    """
    level, deep, nodes = [tree], 0, 0
    while level:
        deep, nodes = deep + 1, nodes + len(level)
        if deep > _MOST_DEEP or nodes > _MOST_NODES:
            raise NotAcceptable(
                f"expected a filter of at most {_MOST_NODES} parts, {_MOST_DEEP} deep",
                hint="ask in parts",
            )
        level = [part for node in level for part in _parts(node)]


def properties_of(tree: Tree) -> Iterator[str]:
    """Yield the names of the properties that a tree is about; some more than once."""
    if isinstance(tree, list):
        for one in tree:
            yield from properties_of(one)
    elif isinstance(tree, dict):
        if isinstance(tree.get("property"), str):
            yield tree["property"]
        for one in tree.values():
            yield from properties_of(one)


def _parts(node: Tree) -> list[Tree]:
    if isinstance(node, list):
        return node
    if not isinstance(node, dict):
        if node is None:
            raise NotAcceptable("null is no part of a filter", hint="use isNull")
        return []
    if "op" in node:
        arguments = node.get("args")
        if isinstance(node["op"], str) and isinstance(arguments, list):
            return arguments
    elif "type" in node:
        geometries = node.get("geometries", [])
        if isinstance(geometries, list):
            return geometries
    elif len(node) == 1 and next(iter(node)) in _LITERALS:
        value = next(iter(node.values()))
        return value if isinstance(value, list) else []
    raise NotAcceptable(
        f"no part of a filter in CQL2 JSON: {orjson.dumps(node).decode()[:60]}",
        hint='such as {"op": "=", "args": [{"property": "kind"}, "well"]}',
    )
