"""Sets of entities and single ones, read with all that is expanded in them.

Each level of an expansion is one question to DuckDB for all entities around it; DuckDB
writes the JSON of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from waternet.api.sensorthings.arrays import array_sql
from waternet.api.sensorthings.entity_sql import entity_members
from waternet.api.sensorthings.latest import asks_latest, latest_of_each
from waternet.api.sensorthings.links import link_query
from waternet.api.sensorthings.model import KINDS, EntityKind, Navigation
from waternet.api.sensorthings.options import DEFAULT_TOP, MOST, Expansion, Options
from waternet.api.sensorthings.paging import (
    Key,
    after_token,
    order_sql,
    read_token,
    write_token,
)
from waternet.api.sensorthings.statement import Ground, Statement, has_drafted
from waternet.api.sensorthings.streams import known_streams
from waternet.errors import NotAcceptable

__all__ = ["Page", "Reading"]

_MOST_EXPANDED: Final = 200_000  # entities within others, in one answer
_LONGEST: Final = 64_000_000  # characters of them


@dataclass(slots=True)
class Page:
    """Some entities of a set.

    Attributes
    ----------
    entities : list of str
        Each as JSON.
    token : str
        Where the page ends; '' where nothing follows.
    count : int or None
        Of the whole set, where it was asked for.
    """

    entities: list[str] = field(default_factory=list)
    token: str = ""
    count: int | None = None


@dataclass(slots=True)
class _Rows:
    """Entities of one level: their members, ids, and what they lead to.

    Attributes
    ----------
    owners : list
        From which entity around them each was led to.
    ends : mapping of column to list
        The columns that navigations start from.
    keys : list of tuple
        What each was ordered by.
    """

    members: list[str]
    ids: list[int]
    owners: list[int]
    ends: dict[str, list[int | None]]
    keys: list[tuple[object, ...]]


class Reading:
    """Reads entities for one request."""

    def __init__(self, ground: Ground, own: Mapping[str, str]) -> None:
        self._ground = ground
        self._own = own
        self._left = _MOST_EXPANDED
        self._room = _LONGEST

    def page(self, statement: Statement, options: Options, *, of_one: bool) -> Page:
        """Return a page of the set that a statement asks for.

        Parameters
        ----------
        of_one : bool
            The statement asks for observations of one datastream.
        """
        rows, page, top = self._page(statement, options, of_one=of_one)
        page.entities = self._expanded(statement.kind, options, rows)[:top]
        return page

    def arrays(
        self,
        statement: Statement,
        options: Options,
        components: Sequence[str],
        *,
        of_one: bool,
    ) -> tuple[list[tuple[int, str]], Page]:
        """Return a page of observations as (datastream, JSON array)."""
        array = array_sql(components, statement.names)
        rows, page, top = self._page(statement, options, of_one=of_one, array=array)
        datastreams = [int(one or 0) for one in rows.ends["datastream"]]
        return list(zip(datastreams, rows.members, strict=True))[:top], page

    def _page(
        self, statement: Statement, options: Options, *, of_one: bool, array: str = ""
    ) -> tuple[_Rows, Page, int]:
        """Return the rows of a page and perhaps one more, the page without them."""
        statement.satisfy(options.filter)
        count = self.count(statement) if options.count else None
        top = min(DEFAULT_TOP if options.top is None else options.top, MOST)
        keys = statement.keys(options.order, of_one=of_one)
        values = read_token(options.token, len(keys)) if options.token else None
        if top == 0:
            return _Rows([], [], [], {"datastream": []}, []), Page(count=count), 0
        if not options.order:
            self._narrow(statement, options.skip + top + 1, values)
        if values is not None:
            statement.conditions.append(after_token(keys, values, statement.names))
        names = [f"k{place}" for place in range(len(keys))]
        columns = ", ".join(
            f"{key.sql} AS {name}" for key, name in zip(keys, names, strict=True)
        )
        order = order_sql(keys, names)
        # One more than is shown tells whether there is another page.
        inner = (
            f"SELECT {statement.alias}.*, 0 AS owner, {columns} "
            f"FROM {statement.scope.tables} WHERE {statement.where} "
            f"ORDER BY {order} LIMIT {top + 1} OFFSET {options.skip}"
        )
        rows = self._rows(statement, options, inner, keys, order, array=array)
        more = 0 < top < len(rows.ids)
        return (
            rows,
            Page([], write_token(rows.keys[top - 1]) if more else "", count),
            top,
        )

    def count(self, statement: Statement) -> int:
        """Return how many entities a statement asks for."""
        known = self._known_count(statement)
        if known is not None:
            return known
        sql = f"SELECT count(*) AS n FROM {statement.scope.tables}"
        return int(statement.ask(f"{sql} WHERE {statement.where}")["n"][0].as_py())

    def _narrow(
        self, statement: Statement, needed: int, after: Sequence[object] | None
    ) -> None:
        """Let a page of all observations read no more datastreams than it shows."""
        ground = self._ground
        if statement.whole_datastreams != [] or has_drafted(ground) or ground.as_of:
            return
        first = after[0] if after else 0
        if isinstance(first, int):
            streams = known_streams(ground.bank)
            statement.datastreams = streams.first_with(needed, first)

    def _known_count(self, statement: Statement) -> int | None:
        """Return how many observations there are of all datastreams, or of some.

        None where that must be counted: something else is asked of them.
        """
        ground, chosen = self._ground, statement.whole_datastreams
        if chosen is None or has_drafted(ground):
            return None
        return known_streams(ground.bank).count(ground.bank, chosen, ground.as_of)

    def entities(self, statement: Statement, options: Options) -> list[str]:
        """Return all entities that a statement asks for, which are few."""
        sql = (
            f"SELECT {statement.alias}.*, 0 AS owner FROM {statement.scope.tables} "
            f"WHERE {statement.where}"
        )
        rows = self._rows(statement, options, sql, (), "id")
        return self._expanded(statement.kind, options, rows)

    def _rows(
        self,
        statement: Statement,
        options: Options,
        inner: str,
        keys: Sequence[Key],
        order: str,
        *,
        is_nested: bool = False,
        array: str = "",
    ) -> _Rows:
        """Ask a question whose rows have the kind's columns, an owner and the keys."""
        kind = statement.kind
        members = array or entity_members(
            kind,
            "e",
            options.select,
            statement.names,
            self._ground.base,
            is_nested=is_nested,
        )
        starts = {
            kind.navigations[one.name].here
            for one in options.expand
            if kind.navigations[one.name].here != "id"
        } | ({"datastream"} if array else set())
        told = [key.told(f"k{place}") for place, key in enumerate(keys)]
        columns = ", ".join(
            [f"{members} AS members", "e.id AS id", "owner"]
            + [f"e.{one} AS {one}" for one in sorted(starts)]
            + [f"{sql} AS told{place}" for place, sql in enumerate(told)]
        )
        table = statement.ask(f"SELECT {columns} FROM ({inner}) e ORDER BY {order}")
        return _Rows(
            table["members"].to_pylist(),
            table["id"].to_pylist(),
            table["owner"].to_pylist(),
            {one: table[one].to_pylist() for one in starts},
            _keys(table, len(keys)),
        )

    def _expanded(self, kind: EntityKind, options: Options, rows: _Rows) -> list[str]:
        """Return the entities as JSON, with what is expanded in each."""
        parts = [[members] if members else [] for members in rows.members]
        for one in options.expand:
            navigation = kind.navigations[one.name]
            expand = self._of_many if navigation.is_many else self._of_one
            for part, text in zip(
                parts, expand(kind, navigation, one, rows), strict=True
            ):
                part.append(text)
        return [_braced(part) for part in parts]

    def _of_one(
        self, _kind: EntityKind, navigation: Navigation, one: Expansion, rows: _Rows
    ) -> list[str]:
        """Return the one entity that each leads to, as a member."""
        near = rows.ends[navigation.here]
        wanted = list(dict.fromkeys(number for number in near if number is not None))
        found: dict[int, str] = {}
        if wanted:
            there = KINDS[navigation.to]
            statement = Statement(self._ground, there)
            bound = statement.names.bind(wanted)
            statement.conditions.append(
                f"{statement.alias}.id IN (SELECT unnest({bound}))"
            )
            sql = (
                f"SELECT {statement.alias}.*, 0 AS owner "
                f"FROM {statement.scope.tables} WHERE {statement.where}"
            )
            inner = self._rows(statement, one.options, sql, (), "id", is_nested=True)
            texts = self._expanded(there, one.options, inner)
            found = dict(zip(inner.ids, texts, strict=True))
        # One entity may stand in thousands: it is measured before it is copied.
        self._verify_room(_found(found, number) for number in near)
        return [f'"{one.name}":{_found(found, number)}' for number in near]

    def _of_many(
        self, kind: EntityKind, navigation: Navigation, one: Expansion, rows: _Rows
    ) -> list[str]:
        """Return the entities that each leads to, as members: list, count, link."""
        options, there = one.options, KINDS[navigation.to]
        top = min(DEFAULT_TOP if options.top is None else options.top, MOST)
        groups = self._latest(kind, there, options, rows.ids)
        if groups is None:
            groups = self._groups(navigation, there, options, rows.ids, top)
        counts = self._counts(navigation, there, options, rows.ids)
        query = link_query(options.texts, self._own)
        self._verify_room(text for shown, _ in groups.values() for text in shown)
        written = []
        for number in rows.ids:
            shown, token = groups.get(number, ([], ""))
            text = f'"{one.name}":[{",".join(shown)}]'
            if options.count:
                text += f',"{one.name}@iot.count":{counts.get(number, 0)}'
            if token:
                address = f"{self._ground.base}/{kind.plural}({number})/{one.name}"
                text += f',"{one.name}@iot.nextLink":"{address}?{query}{token}"'
            written.append(text)
        return written

    def _latest(
        self, kind: EntityKind, there: EntityKind, options: Options, near: Sequence[int]
    ) -> dict[int, tuple[list[str], str]] | None:
        """Return the latest observation of each, where that is what is asked."""
        ground = self._ground
        if kind.name != "Datastream" or there.name != "Observation":
            return None
        if ground.as_of is not None or not asks_latest(options) or has_drafted(ground):
            return None
        self._spend(len(near))
        return latest_of_each(ground.bank, near, ground.base, options)

    def _groups(
        self,
        navigation: Navigation,
        there: EntityKind,
        options: Options,
        near: Sequence[int],
        top: int,
    ) -> dict[int, tuple[list[str], str]]:
        """Return the entities of each owner, and where its page ends or ''."""
        if not near or not top:
            return {}
        statement = Statement(self._ground, there)
        far = statement.led_to(navigation, near)
        self._verify_few(statement, options.skip + top)
        statement.satisfy(options.filter)
        keys = statement.keys(options.order, of_one=True)
        names = [f"k{place}" for place in range(len(keys))]
        columns = ", ".join(
            f"{key.sql} AS {name}" for key, name in zip(keys, names, strict=True)
        )
        order = order_sql(keys, names)
        inner = (
            f"SELECT {statement.alias}.*, {far} AS owner, {columns} "
            f"FROM {statement.scope.tables} WHERE {statement.where}"
        )
        limited = (
            f"SELECT * FROM ({inner}) QUALIFY row_number() OVER "
            f"(PARTITION BY owner ORDER BY {order}) "
            f"BETWEEN {options.skip + 1} AND {options.skip + top + 1} "
            f"LIMIT {self._left + 1}"
        )
        order = f"owner, {order}"
        rows = self._rows(statement, options, limited, keys, order, is_nested=True)
        self._spend(len(rows.ids))
        texts = self._expanded(there, options, rows)
        groups: dict[int, tuple[list[str], str]] = {}
        for place, (owner, text) in enumerate(zip(rows.owners, texts, strict=True)):
            shown, _ = groups.setdefault(owner, ([], ""))
            if len(shown) < top:
                shown.append(text)
            else:
                groups[owner] = shown, write_token(rows.keys[place - 1])
        return groups

    def _counts(
        self,
        navigation: Navigation,
        there: EntityKind,
        options: Options,
        near: Sequence[int],
    ) -> dict[int, int]:
        if not options.count or not near:
            return {}
        statement = Statement(self._ground, there)
        far = statement.led_to(navigation, near)
        statement.satisfy(options.filter)
        table = statement.ask(
            f"SELECT {far} AS owner, count(*) AS n FROM {statement.scope.tables} "
            f"WHERE {statement.where} GROUP BY 1"
        )
        return dict(
            zip(table["owner"].to_pylist(), table["n"].to_pylist(), strict=True)
        )

    def _verify_few(self, statement: Statement, most: int) -> None:
        """Raise where observations of datastreams are too many to be read at all."""
        chosen = statement.whole_datastreams
        if chosen and not has_drafted(self._ground):
            known = known_streams(self._ground.bank).by_number
            held = [known[one].figures for one in chosen if one in known]
            if sum(min(one, most) for one in held) > 10 * self._left:
                self._spend(self._left + 1)

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise NotAcceptable(
                f"$expand comes to more than {_MOST_EXPANDED} entities in one answer",
                hint="ask for fewer with $top, inside and outside of $expand",
            )

    def _verify_room(self, texts: Iterable[str]) -> None:
        self._room -= sum(map(len, texts))
        if self._room < 0:
            raise NotAcceptable(
                f"$expand comes to more than {_LONGEST} characters in one answer",
                hint="ask for fewer with $top, or for less with $select",
            )


def _keys(table: pa.Table, count: int) -> list[tuple[object, ...]]:
    columns = [table[f"told{place}"].to_pylist() for place in range(count)]
    return list(zip(*columns, strict=True))


def _braced(parts: Sequence[str]) -> str:
    """Return members of an object in its braces, copied once where they are few."""
    if len(parts) == 2:
        return f"{{{parts[0]},{parts[1]}}}"
    return "{" + ",".join(parts) + "}"


def _found(found: Mapping[int, str], number: int | None) -> str:
    return "null" if number is None else found.get(number, "null")
