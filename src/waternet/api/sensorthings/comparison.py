"""Comparisons and arithmetic, chosen by the sorts of what stands on both sides.

References
----------
OGC 18-088, tables 21 and 22.
"""

from __future__ import annotations

from typing import Final

from waternet.api.sensorthings.expression import Sort
from waternet.api.sensorthings.moments import compare_times
from waternet.api.sensorthings.values import (
    Value,
    as_boolean,
    as_number,
    as_period,
    as_text,
    is_null,
)
from waternet.errors import NotAcceptable

__all__ = ["compare", "reckon"]

_SIGNS: Final = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_TIMES: Final = (Sort.INSTANT, Sort.PERIOD, Sort.DATE)
_OPEN: Final = (Sort.JSON, Sort.RESULT)  # known only row by row
_ARITHMETIC: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}


def compare(operator: str, left: Value, right: Value) -> str:
    """Return the condition that `left` stands to `right` as the operator says.

    Raises
    ------
    NotAcceptable
        The two cannot be compared.
    """
    sorts = {left.sort, right.sort}
    if Sort.NULL in sorts:
        return _with_null(operator, left, right)
    if Sort.GEOMETRY in sorts:
        raise _not_together(operator, left, right, "compare geometries by st_equals")
    if sorts & set(_TIMES):
        if not sorts <= {*_TIMES, Sort.JSON}:
            raise _not_together(operator, left, right)
        return compare_times(operator, left, right)
    if len(sorts & set(_OPEN)) == len(sorts):
        return _of_any_sort(operator, left, right)
    sign = _SIGNS[operator]
    for sort, read in (
        (Sort.BOOLEAN, as_boolean),
        (Sort.TEXT, as_text),
        (Sort.NUMBER, as_number),
    ):
        if sort in sorts:
            return f"({read(left)} {sign} {read(right)})"
    if len(sorts) > 1:
        raise _not_together(operator, left, right)
    return f"({left.sql} {sign} {right.sql})"


def reckon(operator: str, left: Value, right: Value, at: int) -> Value:
    """Return a sum, difference, product, quotient or remainder.

    Times move by durations, and differ by one. Numbers are divided as real numbers.

    Raises
    ------
    NotAcceptable
        The operator has no meaning between the two.
    """
    sorts = (left.sort, right.sort)
    sign = _ARITHMETIC[operator]
    if Sort.NULL in sorts:
        return Value(Sort.NULL, "NULL", "", at)
    if operator == "add" and left.sort is Sort.DURATION and right.sort in _TIMES:
        left, right = right, left
    if left.sort in _TIMES:
        return _moved(operator, left, right, at)
    if sorts == (Sort.DURATION, Sort.DURATION) and operator in ("add", "sub"):
        return Value(Sort.DURATION, f"({left.sql} {sign} {right.sql})", "", at)
    if Sort.DURATION in sorts:
        return _scaled(operator, left, right, at)
    first, second = as_number(left), as_number(right)
    if operator in ("div", "mod"):
        second = f"nullif({second}, 0)"
        first = f"CAST({first} AS DOUBLE)"
    return Value(Sort.NUMBER, f"({first} {sign} {second})", "", at)


def _with_null(operator: str, left: Value, right: Value) -> str:
    other = right if left.sort is Sort.NULL else left
    if operator == "eq":
        return is_null(other)
    return f"NOT {is_null(other)}" if operator == "ne" else "false"


def _of_any_sort(operator: str, left: Value, right: Value) -> str:
    """Return a comparison of numbers where both are, else of text."""
    sign = _SIGNS[operator]
    first, second = as_number(left), as_number(right)
    numbers = f"({first}) {sign} ({second})"
    texts = f"({as_text(left)} {sign} {as_text(right)})"
    return f"coalesce({numbers}, {texts})"


def _moved(operator: str, time: Value, by: Value, at: int) -> Value:
    """Return a time earlier or later, or the duration between two."""
    if by.sort in _TIMES and operator == "sub":
        between = f"(epoch_us({as_period(time)[0]}) - epoch_us({as_period(by)[0]}))"
        return Value(Sort.DURATION, between, "", at)
    if by.sort is not Sort.DURATION or operator not in ("add", "sub"):
        raise _not_together(operator, time, by)
    start, end = as_period(time)
    step = f"{_ARITHMETIC[operator]} to_microseconds({by.sql})"
    if time.sort is not Sort.PERIOD:
        return Value(Sort.INSTANT, f"({time.sql} {step})", "", at)
    return Value(Sort.PERIOD, f"({start} {step})", f"({end} {step})", at)


def _scaled(operator: str, left: Value, right: Value, at: int) -> Value:
    if operator == "mul" and right.sort is Sort.DURATION:
        left, right = right, left
    if left.sort is not Sort.DURATION or right.sort is Sort.DURATION:
        raise _not_together(operator, left, right)
    if operator not in ("mul", "div"):
        raise _not_together(operator, left, right)
    factor = as_number(right)
    by = f"* {factor}" if operator == "mul" else f"/ nullif({factor}, 0)"
    return Value(Sort.DURATION, f"CAST({left.sql} {by} AS BIGINT)", "", at)


def _not_together(
    operator: str, left: Value, right: Value, hint: str = ""
) -> NotAcceptable:
    return NotAcceptable(
        f"at character {right.at}: {operator!r} has no meaning between "
        f"{left.sort.value} and {right.sort.value}",
        hint=hint,
    )
