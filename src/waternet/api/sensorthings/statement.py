"""One question to DuckDB about the entities of one kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from waternet.api.sensorthings.condition import Condition
from waternet.api.sensorthings.expression import Expression, Sort
from waternet.api.sensorthings.geometry import add_geometry_functions
from waternet.api.sensorthings.model import KINDS, EntityKind, Navigation
from waternet.api.sensorthings.narrowing import (
    Bounds,
    datastream_conditions,
    time_bounds,
)
from waternet.api.sensorthings.observed import observations
from waternet.api.sensorthings.options import OrderKey, told_of
from waternet.api.sensorthings.paging import Key
from waternet.api.sensorthings.scope import Names, Scope
from waternet.api.sensorthings.tables import Tables
from waternet.api.sensorthings.values import Value, as_number, as_text
from waternet.bank.as_of import AsOf
from waternet.bank.scan import ask
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable

__all__ = ["Ground", "Statement", "has_drafted"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What questions are put to, and how they are answered.

    Attributes
    ----------
    bank : Bank
        Lent for this request, for who asks.
    base : str
        The service's address, as it stands within a JSON text.
    now : function returning int [us since 1970, UTC]
    as_of : AsOf or None
    """

    bank: Bank
    tables: Tables
    base: str
    now: Callable[[], int]
    as_of: AsOf | None = None


def has_drafted(ground: Ground, datastream: int | None = None) -> bool:
    """Return whether drafts of observations stand over those of a datastream, or any.

    A datastream that is drafted itself counts.
    """
    if not ground.tables.has_drafts or ground.as_of is not None:
        return False
    found = ground.bank.engine.execute(
        "SELECT 1 FROM drafted.observation WHERE $number IS NULL "
        "OR datastream = $number UNION ALL SELECT 1 FROM drafted.entity "
        "WHERE kind = 'Datastream' AND ($number IS NULL OR number = $number) LIMIT 1",
        {"number": datastream},
    ).fetchall()
    return bool(found)


class Statement:
    """Collects conditions and an order over one kind of entity, then asks.

    Attributes
    ----------
    datastreams : list of int, or None
        Of Observations, those that alone are wanted; None is all.
    """

    def __init__(self, ground: Ground, kind: EntityKind) -> None:
        self.ground = ground
        self.kind = kind
        self.names = Names(ground.tables.schema)
        self.scope = Scope(self.names, kind)
        self.alias = self.scope.alias
        self.conditions: list[str] = []
        self.datastreams: list[int] | None = None
        self._bounds = Bounds()
        self._led_to_whole = 0
        self._condition = Condition(self.scope, ground.now)

    def only(self, id_: int) -> None:
        """Ask for one entity."""
        self.conditions.append(f"{self.alias}.id = {self.names.bind(id_)}")

    def led_to(self, navigation: Navigation, near: Sequence[int]) -> str:
        """Ask for those that a navigation leads to, from rows whose column is `near`.

        Returns
        -------
        str
            The column that tells from which of them.
        """
        if len(near) == 1:
            bound = self.names.bind(near[0])
            far = self.scope.tie(bound, navigation)
            self.conditions.append(self.scope.link)
        else:
            far = self.scope.tie("", navigation)
            bound = self.names.bind(list(near))
            self.conditions.append(f"{far} IN (SELECT unnest({bound}))")
        if self.kind.name == "Observation" and navigation.there == "datastream":
            self.datastreams = list(near)
            self._led_to_whole = len(self.conditions)
        return far

    def satisfy(self, expression: Expression | None) -> None:
        """Ask for those that a filter chooses."""
        if expression is None:
            return
        if self.kind.name == "Observation":
            self._bounds = self._bounds.and_also(
                time_bounds(expression, self.ground.now)
            )
            with told_of("$filter"):
                self._narrow(datastream_conditions(expression))
        with told_of("$filter"):
            self.conditions.append(self._condition.where(expression))

    def within(self, bounds: Bounds) -> None:
        """Ask for observations that begin within bounds."""
        self._bounds = self._bounds.and_also(bounds)

    def keys(self, order: Sequence[OrderKey], *, of_one: bool = False) -> list[Key]:
        """Return the columns to order by: what is asked for, then the id.

        Parameters
        ----------
        of_one : bool
            Observations of one datastream come by time already.
        """
        keys = list[Key]()
        with told_of("$orderby"):
            for one in order:
                for sql, is_time in _orderable(self._condition.value(one.expression)):
                    keys.append(Key(sql, one.is_descending, is_time))
        if not keys and self.kind.name == "Observation":
            if not of_one:
                keys.append(Key(f"{self.alias}.datastream"))
            keys.append(Key(f'{self.alias}."phenomenonTime_start"', is_time=True))
        return [*keys, Key(f"{self.alias}.id")]

    @property
    def whole_datastreams(self) -> list[int] | None:
        """The datastreams of which all observations are asked for; empty for all.

        None where something else is asked, or of another kind.
        """
        if self.kind.name != "Observation":
            return None
        if not self.conditions and self.datastreams is None:
            return []
        is_whole = len(self.conditions) == self._led_to_whole == 1
        return self.datastreams if is_whole else None

    @property
    def where(self) -> str:
        """The condition of all that is asked."""
        return " AND ".join(self.conditions) or "true"

    def ask(self, sql: str) -> pa.Table:
        """Return DuckDB's answer.

        Raises
        ------
        NotAcceptable
            A value that the request spells cannot be reckoned with.
        """
        if "observations" in self.names.readings:
            relation = self._observations()
            sql = f"WITH observations AS ({relation[0]}) {sql}"
            self.names.values |= relation[1]
        if "waternet_" in sql:
            add_geometry_functions(self.ground.bank.engine)
        try:
            return ask(self.ground.bank, sql, self.names.bound_in(sql))
        except _OF_VALUES as error:
            raise NotAcceptable(
                f"the question cannot be reckoned: {_first_line(error)}",
                hint="a value in $filter, $orderby or $skiptoken is out of range, or "
                "not of the kind that it is compared with",
            ) from error

    def _observations(self) -> tuple[str, dict[str, object]]:
        ground, is_alone = self.ground, self.names.readings["observations"] == 1
        is_own = is_alone and self.kind.name == "Observation"
        relation = observations(
            ground.bank,
            ground.tables,
            ground.as_of,
            self.datastreams if is_own else None,
            (self._bounds.since, self._bounds.until) if is_own else (None, None),
        )
        return relation.sql, relation.values

    def _narrow(self, conditions: Sequence[Expression]) -> None:
        if not conditions:
            return
        inner = Statement(self.ground, KINDS["Datastream"])
        for one in conditions:
            inner.satisfy(one)
        sql = f"SELECT {inner.alias}.id FROM {inner.scope.tables} WHERE {inner.where}"
        found = [int(one) for one in inner.ask(sql)["id"].to_pylist()]
        before = self.datastreams
        self.datastreams = (
            found if before is None else [one for one in before if one in set(found)]
        )


_OF_VALUES = (
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.InvalidInputException,
)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:160]


def _orderable(value: Value) -> list[tuple[str, bool]]:
    """Return the columns that a value is ordered by, and whether they are times."""
    if value.sort is Sort.PERIOD:
        return [(value.sql, True), (value.end, True)]
    if value.sort in (Sort.INSTANT, Sort.DATE):
        return [(value.sql, True)]
    if value.sort in (Sort.JSON, Sort.RESULT):
        return [(as_number(value), False), (as_text(value), False)]
    if value.sort is Sort.GEOMETRY:
        return [(f"CAST({value.sql} AS VARCHAR)", False)]
    return [(value.sql, False)]
