"""What a filter says, as a tree: literals, paths, calls and operators.

References
----------
OGC 18-088, section 9.3.3.5 ($filter); OData 4.0 part 2 (URL conventions), section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

__all__ = [
    "Call",
    "Expression",
    "Lambda",
    "Literal",
    "Membership",
    "Negation",
    "Operation",
    "Path",
    "Sort",
    "paths_in",
    "walk",
]


class Sort(Enum):
    """What a value is; comparisons and functions are chosen by it."""

    NULL = "null"
    BOOLEAN = "true or false"
    NUMBER = "a number"
    TEXT = "text"
    INSTANT = "a time"
    PERIOD = "a time or interval"
    DATE = "a date"
    CLOCK = "a time of day"
    DURATION = "a duration"
    GEOMETRY = "a geometry"
    JSON = "a JSON value"
    RESULT = "a result"
    LIST = "a list"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that the filter spells.

    Attributes
    ----------
    value : object
        str, int, float, bool or None; of an INSTANT and a DURATION microseconds (since
        1970, UTC); of a PERIOD a pair of them; of a DATE its first microsecond; of a
        CLOCK microseconds since midnight; of a GEOMETRY its well-known text.
    at : int
        Its place in the option, from 1.
    """

    sort: Sort
    value: object
    at: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    """Names that lead to a property; a number is a place in a JSON array."""

    steps: tuple[str | int, ...]
    at: int = 0

    def __str__(self) -> str:
        text = ""
        for step in self.steps:
            text += f"[{step}]" if isinstance(step, int) else f"/{step}"
        return text.removeprefix("/")


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the standard, by its name in small letters."""

    name: str
    arguments: tuple[Expression, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands between which one operator stands: 'and', 'eq', 'add'...

    Only 'and' and 'or' have more than two.
    """

    operator: str
    operands: tuple[Expression, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Negation:
    """What is not so."""

    inner: Expression
    at: int = 0


@dataclass(frozen=True, slots=True)
class Lambda:
    """``path/any(variable: condition)``, or all."""

    path: Path
    word: str
    variable: str
    condition: Expression
    at: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """A value in a list of literals, or in a JSON array at a path."""

    item: Expression
    among: tuple[Literal, ...] | Path
    at: int = 0


Expression: TypeAlias = (
    Literal | Path | Call | Operation | Negation | Lambda | Membership
)


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all that is in it."""
    waiting: list[Expression] = [expression]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += _inside(one)


def paths_in(expression: Expression) -> list[Path]:
    """Return the paths that an expression reads."""
    return [one for one in walk(expression) if isinstance(one, Path)]


def _inside(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Call(arguments=arguments):
            return arguments
        case Operation(operands=operands):
            return operands
        case Negation(inner=inner):
            return (inner,)
        case Lambda(path=path, condition=condition):
            return (path, condition)
        case Membership(item=item, among=among):
            return (item, among) if isinstance(among, Path) else (item, *among)
    return ()
