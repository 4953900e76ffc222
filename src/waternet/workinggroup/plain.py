"""Plain values: what is a thing's value, as JSON has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

__all__ = ["to_plain"]


def to_plain(value: Any) -> Any:
    """Return a value of a thing as JSON has it; what is empty is left out."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        return {
            name: to_plain(one)
            for name, one in held.items()
            if one not in ("", (), {}, None)
        }
    if isinstance(value, Mapping):
        return {str(name): to_plain(one) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(one) for one in value]
    return value
