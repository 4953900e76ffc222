"""What a filter on Observations says of their datastreams and times beforehand.

The bank is asked for these alone; the whole filter is put to what it gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waternet.api.sensorthings.expression import (
    Call,
    Expression,
    Lambda,
    Literal,
    Membership,
    Negation,
    Operation,
    Path,
    Sort,
    walk,
)

__all__ = ["Bounds", "datastream_conditions", "time_bounds"]

_TURNED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge", "eq": "eq"}
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """When observations begin: half-open, None is open [us since 1970, UTC]."""

    since: int | None = None
    until: int | None = None

    def and_also(self, other: Bounds) -> Bounds:
        """Return what lies within both."""
        starts = [one for one in (self.since, other.since) if one is not None]
        ends = [one for one in (self.until, other.until) if one is not None]
        return Bounds(max(starts, default=None), min(ends, default=None))


def time_bounds(expression: Expression | None, now: Callable[[], int]) -> Bounds:
    """Return bounds outside of which the filter chooses no observation."""
    bounds = Bounds()
    for one in _conjuncts(expression):
        if isinstance(one, Operation) and one.operator in _TURNED:
            left, right = one.operands
            operator = one.operator
            if isinstance(right, Path):
                left, right, operator = right, left, _TURNED[operator]
            if isinstance(left, Path) and left.steps == ("phenomenonTime",):
                bounds = bounds.and_also(_compared(operator, _span(right, now)))
        elif isinstance(one, Call) and one.name == "during":
            bounds = bounds.and_also(_during(one))
    return bounds


def datastream_conditions(expression: Expression | None) -> list[Expression]:
    """Return what the filter asks of the Datastream alone, as conditions on it."""
    found = list[Expression]()
    for one in _conjuncts(expression):
        parts = list(walk(one))
        paths = [part for part in parts if isinstance(part, Path)]
        is_plain = not any(
            isinstance(part, Lambda)
            or (isinstance(part, Literal) and part.sort is Sort.NULL)
            for part in parts
        )
        if is_plain and paths and all(_is_of_datastream(path) for path in paths):
            found.append(_within(one))
    return found


def _conjuncts(expression: Expression | None) -> tuple[Expression, ...]:
    if expression is None:
        return ()
    if isinstance(expression, Operation) and expression.operator == "and":
        return tuple(inner for one in expression.operands for inner in _conjuncts(one))
    return (expression,)


def _is_of_datastream(path: Path) -> bool:
    return len(path.steps) > 1 and path.steps[0] == "Datastream"


def _within(expression: Expression) -> Expression:
    """Return the same of the Datastream itself."""
    match expression:
        case Path(steps=steps, at=at):
            return Path(steps[1:], at)
        case Operation(operator=operator, operands=operands, at=at):
            return Operation(operator, tuple(map(_within, operands)), at)
        case Negation(inner=inner, at=at):
            return Negation(_within(inner), at)
        case Call(name=name, arguments=arguments, at=at):
            return Call(name, tuple(map(_within, arguments)), at)
        case Membership(item=item, among=among, at=at):
            inside = (
                Path(among.steps[1:], among.at) if isinstance(among, Path) else among
            )
            return Membership(_within(item), inside, at)
    return expression


def _span(expression: Expression, now: Callable[[], int]) -> tuple[int, int] | None:
    """Return from when to when a time that the filter spells is; None of another."""
    match expression:
        case Literal(sort=Sort.INSTANT, value=int(at)):
            return at, at
        case Literal(sort=Sort.DATE, value=int(day)):
            return day, day + _DAY
        case Literal(sort=Sort.PERIOD, value=(int(start), int(end))):
            return start, end
        case Call(name="now", arguments=()):
            return now(), now()
        case Operation(
            operator="add" | "sub" as sign,
            operands=(time, Literal(sort=Sort.DURATION, value=int(step))),
        ):
            span = _span(time, now)
            by = step if sign == "add" else -step
            return (span[0] + by, span[1] + by) if span else None
    return None


def _compared(operator: str, span: tuple[int, int] | None) -> Bounds:
    if span is None:
        return Bounds()
    since = span[0] if operator in ("gt", "ge", "eq") else None
    until = span[1] + 1 if operator in ("lt", "le", "eq") else None
    return Bounds(since, until)


def _during(call: Call) -> Bounds:
    match call.arguments:
        case (Path(steps=("phenomenonTime",)), Literal(value=(int(start), int(end)))):
            return Bounds(start, end)
    return Bounds()
