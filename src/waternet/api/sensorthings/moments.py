"""How times and intervals compare: each end of an interval is open.

A bare date stands for its whole day. As FROST-Server does, an instant is before an
interval that begins after it, and an interval before what begins at its end.

References
----------
OGC 18-088, section 9.3.3.5; Allen (1983), Maintaining knowledge about temporal
intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from waternet.api.sensorthings.expression import Sort
from waternet.api.sensorthings.values import DAY, Value, as_period
from waternet.errors import NotAcceptable

__all__ = ["RELATIONS", "compare_times"]

Pair = tuple[str, str]


def compare_times(operator: str, left: Value, right: Value) -> str:
    """Return whether `left` stands to `right` as eq, ne, lt, le, gt or ge says."""
    if operator == "ne":
        return f"(NOT {compare_times('eq', left, right)})"
    if right.sort is Sort.DATE and left.sort is not Sort.DATE:
        return _against_day(operator, as_period(left), right.sql)
    if left.sort is Sort.DATE and right.sort is not Sort.DATE:
        return _against_day(_turned(operator), as_period(right), left.sql)
    if left.sort is right.sort and left.sort in (Sort.INSTANT, Sort.DATE):
        return f"({left.sql} {_SIGNS[operator]} {right.sql})"
    return _ORDER[operator](as_period(left), as_period(right))


def _turned(operator: str) -> str:
    return {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}.get(operator, operator)


def _against_day(operator: str, time: Pair, day: str) -> str:
    start, end = time
    after = f"{day} + {DAY}"
    match operator:
        case "ge":
            return f"({start} >= {day})"
        case "gt":
            return f"({start} >= {after})"
        case "lt":
            return _cases(end, f"{start} < {day}", f"{end} <= {day}")
        case "le":
            return _cases(end, f"{start} < {after}", f"{end} <= {after}")
    within = f"{start} >= {day} AND {start} < {after}"
    return _cases(end, within, f"{start} = {day} AND {end} = {after}")


def _cases(end: str, instant: str, interval: str) -> str:
    """Return one condition for an instant, and another for an interval."""
    if end == "NULL":
        return f"({instant})"
    return f"(CASE WHEN {end} IS NULL THEN {instant} ELSE {interval} END)"


def _last(time: Pair) -> str:
    start, end = time
    return start if end == "NULL" else f"coalesce({end}, {start})"


def _before(left: Pair, right: Pair) -> str:
    starts = f"{left[0]} < {right[0]}"
    return _cases(left[1], starts, f"{left[1]} <= {right[0]}")


def _at_most(left: Pair, right: Pair) -> str:
    both = f"{left[0]} <= {right[0]} AND {left[1]} <= {right[1]}"
    against = _cases(right[1], f"{left[1]} <= {right[0]}", both)
    return _cases(left[1], f"{left[0]} <= {right[0]}", against)


def _equal(left: Pair, right: Pair) -> str:
    return f"({left[0]} = {right[0]} AND {left[1]} IS NOT DISTINCT FROM {right[1]})"


def _meets(left: Pair, right: Pair) -> str:
    return f"({_last(left)} = {right[0]} OR {left[0]} = {_last(right)})"


def _during(left: Pair, right: Pair) -> str:
    inside = f"{left[0]} >= {right[0]}"
    ends = _cases(left[1], f"{left[0]} < {right[1]}", f"{left[1]} <= {right[1]}")
    return f"({inside} AND {ends})"


def _overlaps(left: Pair, right: Pair) -> str:
    def reaches(one: Pair, other: Pair) -> str:
        """Return whether `one` begins before `other` is over."""
        return _cases(other[1], f"{one[0]} <= {other[0]}", f"{one[0]} < {other[1]}")

    return f"({reaches(left, right)} AND {reaches(right, left)})"


def _starts(left: Pair, right: Pair) -> str:
    return f"({left[0]} = {right[0]})"


def _finishes(left: Pair, right: Pair) -> str:
    return f"({_last(left)} = {_last(right)})"


_SIGNS: Final = MappingProxyType(
    {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
)
_ORDER: Final[Mapping[str, Callable[[Pair, Pair], str]]] = MappingProxyType(
    {
        "eq": _equal,
        "lt": _before,
        "le": _at_most,
        "gt": lambda left, right: _before(right, left),
        "ge": lambda left, right: _at_most(right, left),
    }
)
_PAIRS: Final = {
    "before": _before,
    "after": lambda left, right: _before(right, left),
    "meets": _meets,
    "during": _during,
    "overlaps": _overlaps,
    "starts": _starts,
    "finishes": _finishes,
}


def _relation(name: str) -> Callable[[Value, Value], str]:
    def compare(left: Value, right: Value) -> str:
        if name == "during" and right.sort is Sort.INSTANT:
            raise NotAcceptable(
                f"at character {right.at}: expected an interval, got a time",
                hint="an interval is two times with a slash between",
            )
        return _PAIRS[name](as_period(left), as_period(right))

    return compare


RELATIONS: Final[Mapping[str, Callable[[Value, Value], str]]] = MappingProxyType(
    {name: _relation(name) for name in _PAIRS}
)
