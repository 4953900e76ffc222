"""What an operator of a filter is given: its kind, and its values as needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.cql2.times import DAY, Times, read_instant
from waternet.api.cql2.tree import Tree
from waternet.errors import NotAcceptable

__all__ = [
    "as_alike",
    "exactly",
    "fixed",
    "floats",
    "kind_of",
    "numbers",
    "plain",
    "shown",
    "spread",
    "times_of",
]


def exactly(count: int, name: str, nodes: Sequence[Tree]) -> Sequence[Tree]:
    """Return the operands of an operator, if they are as many as it takes."""
    if len(nodes) != count:
        raise NotAcceptable(f"{name} takes {count} operands, got {len(nodes)}")
    return nodes


def kind_of(value: Any) -> str:
    """Return 'text', 'number', 'truth', 'time', 'geometry' or 'list'."""
    if isinstance(value, Times):
        return "time"
    if isinstance(value, np.ndarray):
        return "geometry"
    if isinstance(value, list) or pa.types.is_list(value.type):
        return "list"
    if pa.types.is_boolean(value.type):
        return "truth"
    return "text" if _is_text(value.type) else "number"


def as_alike(value: Any, other: Any) -> Any:
    """Return a text as the number or time that it is, where it is held against one."""
    if not isinstance(value, pa.StringScalar):
        return value
    if kind_of(other) == "time":
        start, end = read_instant(value.as_py())
        return fixed(start, end, is_day=start != end)
    try:
        return pa.scalar(float(value.as_py())) if kind_of(other) == "number" else value
    except ValueError:
        return value


def floats(value: Any) -> Any:
    """Return numbers of any type as floats."""
    return value.cast(pa.float64())


def numbers(value: Any) -> Any:
    """Return numbers for numpy; NaN where there is none."""
    if isinstance(value, pa.Scalar):
        return np.float64(value.as_py())
    return value.cast(pa.float64()).to_numpy(zero_copy_only=False)


def times_of(column: pa.Array) -> Times:
    """Return the times of a column; a date is a day."""
    at = column.cast(pa.timestamp("us")).cast(pa.int64())
    known = at.is_valid().to_numpy(zero_copy_only=False)
    start = pc.fill_null(at, 0).to_numpy(zero_copy_only=False)
    is_day = pa.types.is_date(column.type)
    end = start + DAY - 1 if is_day else start
    return Times(start, end, known, is_day=is_day)


def fixed(start: int, end: int, *, is_day: bool = False) -> Times:
    """Return one time for all rows."""
    known = np.ones(1, np.bool_)
    return Times(np.array([start]), np.array([end]), known, is_day=is_day)


def spread(sets: list[set[Any] | None], length: int) -> list[set[Any] | None]:
    """Return one set for each row."""
    return sets * length if len(sets) == 1 and length != 1 else sets


def plain(value: Any) -> Any:
    """Return a member of an array as a plain value."""
    if isinstance(value, pa.Scalar):
        return value.as_py()
    if isinstance(value, Times) and len(value.start) == 1:
        return int(value.start[0])
    raise NotAcceptable(
        f"an array holds texts, numbers and times, not {kind_of(value)}"
    )


def shown(node: Tree) -> str:
    """Return a part of a filter as a message shows it."""
    return repr(node)[:60]


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind))
