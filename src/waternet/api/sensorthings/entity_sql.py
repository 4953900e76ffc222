"""Entities written as JSON by DuckDB itself: members of an object, as text.

A hundred thousand entities are written by the engine's vectors, not one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from waternet.api.sensorthings.expression import Path
from waternet.api.sensorthings.model import EntityKind, Property, Shape
from waternet.api.sensorthings.options import ID_NAMES
from waternet.api.sensorthings.scope import Names
from waternet.api.sensorthings.values import number_text

__all__ = ["entity_members", "property_text", "time_text"]

_Tree: TypeAlias = "dict[str, _Tree]"


def entity_members(
    kind: EntityKind,
    alias: str,
    select: Sequence[Path],
    names: Names,
    base: str,
    *,
    is_nested: bool = False,
) -> str:
    """Return SQL for the members of an entity, with commas between, without braces.

    Parameters
    ----------
    alias : str
        Of the kind's table, or of a query with its columns.
    select : sequence of Path
        Empty: all of them; where nested, without navigation links, as FROST-Server
        does: they follow from the entity's own link.
    base : str
        The service's address.
    """

    def link(name: str, after: str) -> str:
        start = names.bind(f'"{name}":"{base}/{kind.plural}(')
        return f"""concat({start}, {alias}.id, '){after}"')"""

    members = list[str]()
    if _is_selected(select, *ID_NAMES):
        members.append(f"""concat('"@iot.id":', {alias}.id)""")
    if _is_selected(select, "@iot.selfLink", "selfLink"):
        members.append(link("@iot.selfLink", ""))
    for name, property_ in kind.properties.items():
        if _is_selected(select, name):
            text = property_text(property_, alias, names, _tree(select, name))
            members.append(f"""'"{name}":' || {text}""")
    for name in kind.navigations:
        if _is_selected(select, name) and (select or not is_nested):
            members.append(link(f"{name}@iot.navigationLink", f"/{name}"))
    return f"concat_ws(',', {', '.join(members)})" if members else "''"


def property_text(
    property_: Property, alias: str, names: Names, tree: _Tree | None = None
) -> str:
    """Return SQL for a property as JSON text; null where there is none.

    Parameters
    ----------
    tree : nested dict, or None
        Of a JSON value, the members that are wanted; empty is all of it.
    """
    columns = [f'{alias}."{column}"' for column in property_.columns]
    if property_.shape is Shape.TEXT:
        text = f"CAST(to_json({columns[0]}) AS VARCHAR)"
    elif property_.shape is Shape.INSTANT:
        text = f"""'"' || {time_text(columns[0])} || '"'"""
    elif property_.shape in (Shape.INTERVAL, Shape.MOMENT):
        start, end = (time_text(column) for column in columns)
        text = f"""'"' || {start} || coalesce('/' || {end}, '') || '"'"""
    elif property_.shape is Shape.RESULT:
        number = f"CASE WHEN isfinite({columns[0]}) THEN {number_text(columns[0])} END"
        text = f"coalesce({number}, CAST({columns[1]} AS VARCHAR))"
    elif tree:
        text = f"CASE WHEN {columns[0]} IS NOT NULL THEN " + (
            f"{_members(tree, columns[0], names)} END"
        )
    else:
        text = f"CAST({columns[0]} AS VARCHAR)"
    if property_.is_required or property_.is_told:
        return f"coalesce({text}, 'null')"
    return f"({text})"


def time_text(sql: str) -> str:
    """Return SQL for a time in ISO 8601, in UTC, with as many digits as it has."""
    return f"(replace(CAST({sql} AS VARCHAR), ' ', 'T') || 'Z')"


def _is_selected(select: Iterable[Path], *names: str) -> bool:
    wanted = [path.steps[0] for path in select]
    return not wanted or any(name in wanted for name in names)


def _tree(select: Iterable[Path], name: str) -> _Tree:
    """Return the members of a property that are selected; empty for all of it."""
    tree: _Tree = {}
    for path in select:
        if path.steps[0] != name:
            continue
        if len(path.steps) == 1:
            return {}
        at = tree
        for step in path.steps[1:]:
            at = at.setdefault(str(step), {})
    return tree


def _members(tree: _Tree, json: str, names: Names) -> str:
    """Return SQL for an object with only some members of a JSON value."""
    parts = list[str]()
    for name, inner in tree.items():
        pointer = names.bind("/" + name.replace("~", "~0").replace("/", "~1"))
        value = f"json_extract({json}, {pointer})"
        text = (
            f"CASE WHEN {value} IS NOT NULL THEN {_members(inner, value, names)} END"
            if inner
            else f"CAST({value} AS VARCHAR)"
        )
        key = f"CAST(to_json({names.bind(name)}) AS VARCHAR)"
        parts.append(f"{key} || ':' || {text}")
    return f"('{{' || concat_ws(',', {', '.join(parts)}) || '}}')"
