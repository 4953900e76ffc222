"""SQL for one value of a filter, with its sort; and how one sort is read as another."""

from __future__ import annotations

from dataclasses import dataclass

from waternet.api.sensorthings.expression import Literal, Sort
from waternet.api.sensorthings.model import Property, Shape
from waternet.api.sensorthings.scope import Names
from waternet.errors import NotAcceptable

__all__ = [
    "DAY",
    "Value",
    "as_boolean",
    "as_number",
    "as_period",
    "as_text",
    "is_null",
    "literal_value",
    "number_text",
    "property_value",
]

DAY = "INTERVAL 1 DAY"
_NUMBERS = "('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"


@dataclass(frozen=True, slots=True)
class Value:
    """What stands for a value in SQL.

    Attributes
    ----------
    sql : str
        Of a PERIOD its start; of a RESULT its number.
    end : str
        Of a PERIOD its end, null of an instant; of a RESULT its JSON.
    at : int
        Its place in the option.
    """

    sort: Sort
    sql: str
    end: str = ""
    at: int = 0


def literal_value(literal: Literal, names: Names) -> Value:
    """Return a literal, bound."""
    sort, value = literal.sort, literal.value
    if sort is Sort.NULL:
        return Value(sort, "NULL", "", literal.at)
    if sort in (Sort.INSTANT, Sort.DATE):
        return Value(sort, f"make_timestamp({names.bind(value)})", "", literal.at)
    if sort is Sort.PERIOD and isinstance(value, tuple):
        start, end = (f"make_timestamp({names.bind(one)})" for one in value)
        return Value(sort, start, end, literal.at)
    return Value(sort, names.bind(value), "", literal.at)


def property_value(
    property_: Property,
    inner: tuple[str | int, ...],
    alias: str,
    names: Names,
    at: int,
) -> Value:
    """Return a property of the row `alias`, or a member of it."""
    columns = [f'{alias}."{column}"' for column in property_.columns]
    shape = property_.shape
    if inner and not property_.is_json:
        raise NotAcceptable(
            f"at character {at}: {property_.name} has no {inner[0]!r:.40}"
        )
    if inner:
        pointer = "".join(f"/{_escaped(step)}" for step in inner)
        sql = f"json_extract({columns[-1]}, {names.bind(pointer)})"
        return Value(Sort.JSON, sql, "", at)
    if shape in (Shape.INTERVAL, Shape.MOMENT):
        return Value(Sort.PERIOD, columns[0], columns[1], at)
    if shape is Shape.RESULT:
        return Value(Sort.RESULT, columns[0], columns[1], at)
    sort = {
        Shape.TEXT: Sort.TEXT,
        Shape.INSTANT: Sort.INSTANT,
        Shape.GEOMETRY: Sort.GEOMETRY,
    }.get(shape, Sort.JSON)
    return Value(sort, columns[0], "", at)


def as_number(value: Value) -> str:
    """Return it as a number; null of a JSON value that is none."""
    if value.sort in (Sort.NUMBER, Sort.RESULT):
        return value.sql
    if value.sort is Sort.JSON:
        json = value.sql
        return (
            f"CASE WHEN json_type({json}) IN {_NUMBERS} "
            f"THEN TRY_CAST({json} AS DOUBLE) END"
        )
    raise _expected(Sort.NUMBER, value)


def as_text(value: Value) -> str:
    """Return it as text; a number, true or false as JSON writes them."""
    if value.sort is Sort.TEXT:
        return value.sql
    if value.sort is Sort.JSON:
        return f"({value.sql} ->> '$')"
    if value.sort is Sort.NUMBER:
        return number_text(value.sql)
    if value.sort is Sort.RESULT:
        return f"coalesce({number_text(value.sql)}, {value.end} ->> '$')"
    raise _expected(Sort.TEXT, value)


def as_boolean(value: Value) -> str:
    """Return it as true or false; null of a JSON value that is neither."""
    if value.sort is Sort.BOOLEAN:
        return value.sql
    if value.sort in (Sort.JSON, Sort.RESULT):
        json = value.sql if value.sort is Sort.JSON else value.end
        told = f"({json} ->> '$') = 'true'"
        return f"CASE WHEN json_type({json}) = 'BOOLEAN' THEN {told} END"
    raise _expected(Sort.BOOLEAN, value)


def as_period(value: Value) -> tuple[str, str]:
    """Return its start, and its end or NULL."""
    if value.sort is Sort.PERIOD:
        return value.sql, value.end
    if value.sort is Sort.INSTANT:
        return value.sql, "NULL"
    if value.sort is Sort.DATE:
        return value.sql, f"{value.sql} + {DAY}"
    if value.sort is Sort.JSON:
        read = f"TRY_CAST({value.sql} ->> '$' AS TIMESTAMPTZ)"
        return f"{read} AT TIME ZONE 'UTC'", "NULL"
    raise _expected(Sort.PERIOD, value)


def is_null(value: Value) -> str:
    """Return whether there is no such value."""
    if value.sort is Sort.RESULT:
        return f"({value.sql} IS NULL AND {value.end} IS NULL)"
    if value.sort is Sort.JSON:
        return f"({value.sql} ->> '$') IS NULL"
    return f"{value.sql} IS NULL"


def number_text(sql: str) -> str:
    """Return a number as JSON text, a whole one without a fraction."""
    return (
        f"CASE WHEN {sql} = trunc({sql}) AND abs({sql}) < 1e15 "
        f"THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) "
        f"ELSE CAST({sql} AS VARCHAR) END"
    )


def _escaped(step: str | int) -> str:
    """Return a step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def _expected(sort: Sort, value: Value) -> NotAcceptable:
    return NotAcceptable(
        f"at character {value.at}: expected {sort.value}, got {value.sort.value}"
    )
