"""The tables that one level of a question joins, and the values bound in it.

Text from a request never becomes SQL: names of columns come from the model, values are
bound by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from waternet.api.sensorthings.model import KINDS, EntityKind, Navigation
from waternet.errors import NotAcceptable

__all__ = ["Names", "Scope"]

_MOST_JOINS = 60
_PLACEHOLDER = re.compile(r"\$(\w+)")


@dataclass(slots=True)
class Names:
    """Names that one statement has given: to its tables, and to the values bound.

    Attributes
    ----------
    schema : str
        In which the tables lie. Observations have none: they are a relation that the
        statement begins with.
    values : dict
        What is bound, by name.
    readings : dict of str to int
        How often each table is read.
    """

    schema: str
    values: dict[str, object] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """Return the placeholder of a value."""
        name = f"q{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def bound_in(self, sql: str) -> dict[str, object]:
        """Return the values that SQL has placeholders for: DuckDB takes no others."""
        found = set(_PLACEHOLDER.findall(sql))
        return {name: one for name, one in self.values.items() if name in found}

    def alias(self, table: str) -> str:
        """Return a name for one more reading of a table."""
        self.readings[table] = self.readings.get(table, 0) + 1
        return f"t{sum(self.readings.values())}"

    def table(self, name: str) -> str:
        """Return a table's full name."""
        return name if name == "observations" else f"{self.schema}.{name}"


class Scope:
    """One table, and those that are joined to it where a path goes on.

    Attributes
    ----------
    link : str
        The condition that ties it to the scope around it; '' of the outermost.
    """

    def __init__(self, names: Names, kind: EntityKind) -> None:
        self.names = names
        self.kind = kind
        self.alias = names.alias(kind.table)
        self.link = ""
        self._reached: dict[tuple[str, ...], tuple[str, EntityKind]] = {}
        self._tables = [f"{names.table(kind.table)} AS {self.alias}"]

    def reach(self, path: tuple[str, ...]) -> tuple[str, EntityKind]:
        """Return the alias and kind at the end of a path of navigations."""
        if not path:
            return self.alias, self.kind
        if path not in self._reached:
            here, kind = self.reach(path[:-1])
            navigation = kind.navigations[path[-1]]
            there = KINDS[navigation.to]
            self._reached[path] = self._joined(here, navigation, there), there
        return self._reached[path]

    def inner(self, path: tuple[str, ...]) -> Scope:
        """Return a scope of the many that a path leads to, tied to this one."""
        here, kind = self.reach(path[:-1])
        navigation = kind.navigations[path[-1]]
        scope = Scope(self.names, KINDS[navigation.to])
        scope.tie(f"{here}.{navigation.here}", navigation)
        return scope

    def tie(self, near: str, navigation: Navigation) -> str:
        """Let the rows be those that a navigation leads to from the row with `near`.

        Parameters
        ----------
        near : str
            SQL for what the navigation's own column holds.
        navigation : Navigation

        Returns
        -------
        str
            The column that is equal to `near`.
        """
        far = f"{self.alias}.{navigation.there}"
        if navigation.link is not None:
            pairs = self.names.alias(navigation.link.table)
            self._tables.append(
                f"JOIN {self.names.table(navigation.link.table)} AS {pairs} "
                f"ON {pairs}.{navigation.link.there} = {far}"
            )
            far = f"{pairs}.{navigation.link.here}"
        self.link = f"{far} = {near}"
        return far

    @property
    def tables(self) -> str:
        """What stands after FROM."""
        if len(self._tables) > _MOST_JOINS:
            raise NotAcceptable(
                f"its paths go over more than {_MOST_JOINS} tables",
                hint="ask in several requests",
            )
        return " ".join(self._tables)

    def _joined(self, here: str, navigation: Navigation, there: EntityKind) -> str:
        alias = self.names.alias(there.table)
        near, link = f"{here}.{navigation.here}", navigation.link
        if link is not None:
            pairs = self.names.alias(link.table)
            self._tables.append(
                f"LEFT JOIN {self.names.table(link.table)} AS {pairs} "
                f"ON {pairs}.{link.here} = {near}"
            )
            near = f"{pairs}.{link.there}"
        self._tables.append(
            f"LEFT JOIN {self.names.table(there.table)} AS {alias} "
            f"ON {alias}.{navigation.there} = {near}"
        )
        return alias
