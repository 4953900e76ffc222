"""A filter made into a condition over the tables.

A path over many ("Datastreams/name") means any of them: the whole comparison or call
in which it stands is put to one of the many at a time. What is said of the same one in
several comparisons is written with `any`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from waternet.api.sensorthings.comparison import compare, reckon
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
)
from waternet.api.sensorthings.functions import apply_function
from waternet.api.sensorthings.literals import TIME, read_time
from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.options import ID_NAMES
from waternet.api.sensorthings.scope import Scope
from waternet.api.sensorthings.values import (
    Value,
    as_boolean,
    as_text,
    literal_value,
    property_value,
)
from waternet.errors import NotAcceptable

__all__ = ["Condition"]

_LOGICAL: Final = ("and", "or")
_COMPARISONS: Final = ("eq", "ne", "gt", "ge", "lt", "le")
_MOST_MANY: Final = 4
_TIMES: Final = (Sort.INSTANT, Sort.PERIOD, Sort.DATE)


class Condition:
    """Makes conditions and values out of expressions about one kind of entity.

    Parameters
    ----------
    scope : Scope
        Of the entities that are asked about.
    now : function returning int [us since 1970, UTC]
    """

    def __init__(self, scope: Scope, now: Callable[[], int]) -> None:
        self._scope = scope
        self._now = now
        self._variables: dict[str, Scope] = {}
        self._opened: list[dict[tuple[int, tuple[str, ...]], Scope]] = []
        self._of_any: set[int] = set()

    def where(self, expression: Expression) -> str:
        """Return the condition that an expression is.

        Raises
        ------
        NotAcceptable
            It is none, or names what is not there.
        """
        match expression:
            case Operation(operator=operator, operands=operands):
                if operator in _LOGICAL:
                    parts = [self.where(one) for one in operands]
                    return f"({f' {operator.upper()} '.join(parts)})"
                if operator in _COMPARISONS:
                    return self._comparison(operator, *operands)
            case Negation(inner=inner):
                return f"(NOT {self.where(inner)})"
            case Lambda():
                return self._any(lambda: self._lambda(expression))
            case Membership():
                return self._any(lambda: self._membership(expression))
        return self._any(lambda: as_boolean(self.value(expression)))

    def value(self, expression: Expression) -> Value:
        """Return what an expression stands for."""
        match expression:
            case Literal():
                return literal_value(expression, self._scope.names)
            case Path():
                return self._path(expression)
            case Call(name="now", arguments=(), at=at):
                bound = self._scope.names.bind(self._now())
                return Value(Sort.INSTANT, f"make_timestamp({bound})", "", at)
            case Call(name=name, arguments=arguments, at=at):
                return apply_function(name, [self.value(one) for one in arguments], at)
            case Operation(operator=operator, operands=operands, at=at):
                if operator not in (*_LOGICAL, *_COMPARISONS):
                    left, right = (self.value(one) for one in operands)
                    return reckon(operator, left, right, at)
        return Value(Sort.BOOLEAN, f"({self.where(expression)})", "", expression.at)

    def _comparison(self, operator: str, left: Expression, right: Expression) -> str:
        def make() -> str:
            first = self.value(self._spelt(left, right))
            second = self.value(self._spelt(self._quoted(operator, right), left))
            return compare(operator, first, second)

        seeks_none = operator == "eq" and any(
            isinstance(one, Literal) and one.sort is Sort.NULL for one in (left, right)
        )
        return self._any(make, or_none=seeks_none)

    def _spelt(self, one: Expression, other: Expression) -> Expression:
        """Return a time in quotes as the time that it spells, next to a time."""
        if not isinstance(one, Literal) or one.sort is not Sort.TEXT:
            return one
        text = str(one.value)
        if not re.fullmatch(TIME, text) or isinstance(other, Literal):
            return one
        return read_time(text, one.at) if self.value(other).sort in _TIMES else one

    def _quoted(self, operator: str, right: Expression) -> Expression:
        """Return a word that names nothing as text: pygeoapi leaves out the quotes."""
        if operator != "eq" or not isinstance(right, Path) or len(right.steps) > 1:
            return right
        word = str(right.steps[0])
        kind = self._scope.kind
        is_known = word in kind.properties or word in kind.navigations
        if is_known or word in ("id", "@iot.id") or word in self._variables:
            return right
        return Literal(Sort.TEXT, word, right.at)

    def _membership(self, expression: Membership) -> str:
        item = self.value(expression.item)
        if isinstance(expression.among, Path):
            array = self.value(expression.among)
            if array.sort is not Sort.JSON:
                raise NotAcceptable(
                    f"at character {array.at}: expected a JSON array, "
                    f"got {array.sort.value}"
                )
            texts = (
                f"list_transform(TRY_CAST({array.sql} AS JSON[]), lambda e: e ->> '$')"
            )
            return f"list_contains({texts}, {as_text(item)})"
        parts = [compare("eq", item, self.value(one)) for one in expression.among]
        return f"({' OR '.join(parts)})"

    def _lambda(self, expression: Lambda) -> str:
        scope, through, rest = self._follow(expression.path, keeps_last=True)
        _, kind = scope.reach(through[:-1]) if through else (None, None)
        navigation = kind.navigations.get(through[-1]) if kind else None
        if rest or navigation is None or not navigation.is_many:
            raise NotAcceptable(
                f"at character {expression.at}: {expression.word} is of a set, and "
                f"{expression.path} leads to none"
            )
        inner = scope.inner(through)
        hidden = self._variables.get(expression.variable)
        self._variables[expression.variable] = inner
        condition = self.where(expression.condition)
        del self._variables[expression.variable]
        if hidden is not None:
            self._variables[expression.variable] = hidden
        if expression.word == "all":
            condition = f"NOT coalesce({condition}, false)"
        some = f"EXISTS (SELECT 1 FROM {inner.tables} WHERE {inner.link}"
        negated = "NOT " if expression.word == "all" else ""
        return f"{negated}{some} AND {condition})"

    def _any(self, make: Callable[[], str], *, or_none: bool = False) -> str:
        """Return a condition that may be put to any one of the many it names.

        With `or_none`, it also holds where there are none of them.
        """
        opened: dict[tuple[int, tuple[str, ...]], Scope] = {}
        self._opened.append(opened)
        try:
            condition = make()
        finally:
            self._opened.pop()
        for scope in reversed(opened.values()):
            some = f"EXISTS (SELECT 1 FROM {scope.tables} WHERE {scope.link}"
            condition = f"{some} AND {condition})"
            if or_none:
                condition = f"({condition} OR NOT {some}))"
        return condition

    def _path(self, path: Path) -> Value:
        scope, through, rest = self._follow(path)
        alias, kind = scope.reach(through)
        if not rest:
            raise NotAcceptable(
                f"at character {path.at}: {path} leads to entities; name a property",
                hint=f"for example {path}/id",
            )
        name, *inner = rest
        if name in ID_NAMES and not inner:
            return Value(Sort.NUMBER, f"{alias}.id", "", path.at)
        property_ = kind.properties.get(str(name))
        if property_ is None:
            raise NotAcceptable(
                f"at character {path.at}: a {kind.name} has no property {name!r:.40}",
                hint=f"it has id, {', '.join((*kind.properties, *kind.navigations))}",
            )
        names = self._scope.names
        return property_value(property_, tuple(inner), alias, names, path.at)

    def _follow(
        self, path: Path, *, keeps_last: bool = False
    ) -> tuple[Scope, tuple[str, ...], list[str | int]]:
        """Return the scope that a path ends in, its way there, and what is left of it.

        With `keeps_last`, many that the path ends in stay part of the way.
        """
        rest = list(path.steps)
        scope = self._scope
        if len(rest) > 1 and rest[0] in self._variables:
            scope = self._variables[str(rest.pop(0))]
        elif len(rest) > 1 and rest[0] == "$it":
            rest.pop(0)
        through, kind, many = tuple[str, ...](), scope.kind, 0
        while rest and rest[0] in kind.navigations:
            navigation = kind.navigations[str(rest.pop(0))]
            through = (*through, navigation.name)
            kind = KINDS[navigation.to]
            many += navigation.is_many
            if many > _MOST_MANY:
                raise NotAcceptable(
                    f"at character {path.at}: {path} goes more than {_MOST_MANY} times "
                    "to many, each time over all of them",
                    hint="begin nearer to what the condition is about",
                )
            stays = id(scope) in self._of_any or (keeps_last and not rest)
            if navigation.is_many and not stays:
                scope = self._open(scope, through, path)
                through = ()
        return scope, through, rest

    def _open(self, scope: Scope, through: tuple[str, ...], path: Path) -> Scope:
        """Return the scope of one of the many that a comparison is put to."""
        if not self._opened:
            raise NotAcceptable(
                f"at character {path.at}: {path} are many; an order goes by one value",
                hint="order by what is of the entity itself, or of one it leads to",
            )
        opened, key = self._opened[-1], (id(scope), through)
        if key not in opened:
            opened[key] = scope.inner(through)
            self._of_any.add(id(opened[key]))
        return opened[key]
