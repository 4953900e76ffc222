"""The functions of the standard, as SQL.

References
----------
OGC 18-088, table 23 (functions) and table 24 (st_…); OData 4.0 part 2, section 5.1.1.4.
Durations in `before` to `finishes`: FROST-Server's extension.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from waternet.api.sensorthings.expression import Sort
from waternet.api.sensorthings.geometry import MEASURES, PREDICATES, geometry_function
from waternet.api.sensorthings.moments import RELATIONS
from waternet.api.sensorthings.values import (
    Value,
    as_boolean,
    as_number,
    as_period,
    as_text,
)
from waternet.errors import NotAcceptable

__all__ = ["FUNCTIONS", "apply_function"]


@dataclass(frozen=True, slots=True)
class _Function:
    """Arguments and answer of a function, and SQL with a brace for each argument.

    Attributes
    ----------
    optional : int
        How many of the last arguments may be left out.
    shorter : str
        The SQL where they are.
    """

    takes: tuple[Sort, ...]
    gives: Sort
    sql: str
    optional: int = 0
    shorter: str = ""


_TEXT, _NUMBER, _TIME = Sort.TEXT, Sort.NUMBER, Sort.PERIOD
_INDEX = "CAST(greatest(trunc({1}), 0) AS BIGINT) + 1"
_BLANKS = "' ' || chr(9) || chr(10) || chr(13)"


def _of_text(name: str) -> _Function:
    return _Function((_TEXT,), _TEXT, f"{name}({{0}})")


def _of_number(name: str) -> _Function:
    return _Function((_NUMBER,), _NUMBER, f"{name}({{0}})")


def _part(name: str) -> _Function:
    return _Function((_TIME,), _NUMBER, f"{name}({{0}})")


_PLAIN: Final = {
    "substringof": _Function((_TEXT, _TEXT), Sort.BOOLEAN, "contains({1}, {0})"),
    "contains": _Function((_TEXT, _TEXT), Sort.BOOLEAN, "contains({0}, {1})"),
    "endswith": _Function((_TEXT, _TEXT), Sort.BOOLEAN, "ends_with({0}, {1})"),
    "startswith": _Function((_TEXT, _TEXT), Sort.BOOLEAN, "starts_with({0}, {1})"),
    "length": _Function((_TEXT,), _NUMBER, "length({0})"),
    "indexof": _Function((_TEXT, _TEXT), _NUMBER, "(instr({0}, {1}) - 1)"),
    "substring": _Function(
        (_TEXT, _NUMBER, _NUMBER),
        _TEXT,
        f"substring({{0}}, {_INDEX}, CAST(greatest(trunc({{2}}), 0) AS BIGINT))",
        optional=1,
        shorter=f"substring({{0}}, {_INDEX})",
    ),
    "tolower": _of_text("lower"),
    "toupper": _of_text("upper"),
    "trim": _Function((_TEXT,), _TEXT, f"trim({{0}}, {_BLANKS})"),
    "concat": _Function((_TEXT, _TEXT), _TEXT, "({0} || {1})"),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "fractionalseconds": _Function(
        (_TIME,), _NUMBER, "(microsecond({0}) % 1000000 / 1000000.0)"
    ),
    "date": _Function((_TIME,), Sort.DATE, "date_trunc('day', {0})"),
    "time": _Function(
        (_TIME,), Sort.CLOCK, "(epoch_us({0}) - epoch_us(date_trunc('day', {0})))"
    ),
    # Times are kept and answered in UTC.
    "totaloffsetminutes": _Function(
        (_TIME,), _NUMBER, "CASE WHEN {0} IS NOT NULL THEN 0 END"
    ),
    "mindatetime": _Function((), Sort.INSTANT, "TIMESTAMP '0001-01-01'"),
    "maxdatetime": _Function((), Sort.INSTANT, "TIMESTAMP '9999-12-31 23:59:59.999'"),
    "round": _of_number("round"),
    "floor": _of_number("floor"),
    "ceiling": _of_number("ceil"),
    **{
        name: _Function((Sort.GEOMETRY,), _NUMBER, f"{geometry_function(name)}({{0}})")
        for name, count in MEASURES.items()
        if count == 1
    },
    **{
        name: _Function(
            (Sort.GEOMETRY, Sort.GEOMETRY),
            _NUMBER,
            f"{geometry_function(name)}({{0}}, {{1}})",
        )
        for name, count in MEASURES.items()
        if count > 1
    },
    **{
        name: _Function(
            (Sort.GEOMETRY, Sort.GEOMETRY),
            Sort.BOOLEAN,
            f"{geometry_function(name)}({{0}}, {{1}})",
        )
        for name in PREDICATES
    },
    "st_relate": _Function(
        (Sort.GEOMETRY, Sort.GEOMETRY, _TEXT),
        Sort.BOOLEAN,
        f"{geometry_function('st_relate')}({{0}}, {{1}}, {{2}})",
    ),
}
FUNCTIONS: Final = (*_PLAIN, *RELATIONS, "now")


def apply_function(name: str, arguments: Sequence[Value], at: int) -> Value:
    """Return what a function makes of its arguments.

    Raises
    ------
    NotAcceptable
        There is no such function, or it takes other arguments.
    """
    if name in RELATIONS:
        _verify_count(name, arguments, 2, 2, at)
        return Value(Sort.BOOLEAN, RELATIONS[name](*arguments), "", at)
    function = _PLAIN.get(name)
    if function is None:
        raise NotAcceptable(
            f"at character {at}: no function {name!r:.40}",
            hint=f"there are {', '.join(FUNCTIONS)}",
        )
    most = len(function.takes)
    _verify_count(name, arguments, most - function.optional, most, at)
    read = [
        _READ[sort](value)
        for sort, value in zip(function.takes, arguments, strict=False)
    ]
    sql = function.sql if len(read) == most else function.shorter
    return Value(function.gives, sql.format(*read), "", at)


def _verify_count(
    name: str, arguments: Sequence[Value], fewest: int, most: int, at: int
) -> None:
    if not fewest <= len(arguments) <= most:
        wanted = str(most) if fewest == most else f"{fewest} or {most}"
        raise NotAcceptable(
            f"at character {at}: {name} takes {wanted} arguments, got {len(arguments)}"
        )


def _start(value: Value) -> str:
    return as_period(value)[0]


def _geometry(value: Value) -> str:
    if value.sort not in (Sort.GEOMETRY, Sort.JSON):
        raise NotAcceptable(
            f"at character {value.at}: expected a geometry, got {value.sort.value}",
            hint="for example location, or geography'POINT(35.6 32.8)'",
        )
    return f"CAST({value.sql} AS VARCHAR)"


_READ: Final[Mapping[Sort, Callable[[Value], str]]] = MappingProxyType(
    {
        Sort.TEXT: as_text,
        Sort.NUMBER: as_number,
        Sort.BOOLEAN: as_boolean,
        Sort.PERIOD: _start,
        Sort.GEOMETRY: _geometry,
    }
)
