"""The parts of a recipe: from plain TOML values to checked dataclasses, and back.

A key that is not known, or a value of another type, is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from waternet.errors import NotAcceptable, WaternetError

__all__ = ["read_part", "write_part"]

Part = TypeVar("Part")
_KINDS = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def read_part(part: type[Part], written: object, where: str) -> Part:
    """Make a dataclass from a TOML table.

    Parameters
    ----------
    part : dataclass type
        Its fields are texts, numbers, tuples of text, mappings of text to text, other
        dataclasses, or tuples of those.
    written : object
        What TOML gave.
    where : str
        How messages name it: '[time]'.

    Raises
    ------
    NotAcceptable
        A key is unknown or missing, or a value has another type.
    """
    if not isinstance(written, dict):
        raise NotAcceptable(f"{where} must be a table of keys and values")
    known = get_type_hints(part)
    for key in written:
        if key not in known:
            near = get_close_matches(key, known, n=3, cutoff=0.5)
            raise NotAcceptable(
                f"{where} has no key {key!r}",
                hint=f"near it: {', '.join(near)}" if near else "see recipe.md",
            )
    for needed in fields(part):  # type: ignore[arg-type]
        if needed.name not in written and _is_needed(needed):
            raise NotAcceptable(f"{where} needs {needed.name}")
    values = {
        key: _read_value(known[key], value, f"{where} {key}")
        for key, value in written.items()
    }
    try:
        return part(**values)
    except WaternetError as error:
        raise NotAcceptable(f"{where}: {error}", hint=error.hint) from error


def write_part(part: object) -> dict[str, Any]:
    """Return a dataclass as plain TOML values, without fields that are as by default.

    What it writes, `read_part` reads back as an equal part.
    """
    written: dict[str, Any] = {}
    for item in fields(part):  # type: ignore[arg-type]
        value = getattr(part, item.name)
        if value == _default(item):
            continue
        written[item.name] = _write_value(value)
    return written


def _is_needed(item: Any) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _default(item: Any) -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default


def _write_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_write_value(each) for each in value]
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__dataclass_fields__"):
        return write_part(value)
    return value


def _read_value(expected: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(expected), get_args(expected)
    if hasattr(expected, "__dataclass_fields__"):
        return read_part(expected, value, where)
    if origin is tuple:
        return _read_list(inner[0], value, where)
    if origin is Mapping:
        if not isinstance(value, dict):
            raise NotAcceptable(f"{where} must be a table: {{ en = 'Jordan' }}")
        if inner[1] is Any:  # read when it is laid over another part
            return value
        return {key: _read_value(str, each, where) for key, each in value.items()}
    plain = inner[0] if inner else expected  # 'float | None' is written as a number
    if plain is float and type(value) is int:
        return float(value)
    if type(value) is not plain:
        raise NotAcceptable(f"{where} must be {_KINDS[plain]}, not {value!r}")
    return value


def _read_list(item: Any, value: Any, where: str) -> tuple[Any, ...]:
    if item is str and isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise NotAcceptable(f"{where} must be a list, not {value!r}")
    return tuple(
        _read_value(item, each, f"{where} {number}")
        for number, each in enumerate(value, 1)
    )
