"""A collection of features as data: its properties, and where its rows come from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from weakref import ReferenceType, ref

import pyarrow as pa

from waternet.api.asked import Asked
from waternet.api.operation import Parameter
from waternet.bank.store import Bank, View

__all__ = ["Collection", "Field", "Rows", "keep_rows"]

_TYPES: Final[dict[str, tuple[pa.DataType, dict[str, Any]]]] = {
    "text": (pa.string(), {"type": "string"}),
    "number": (pa.float64(), {"type": "number"}),
    "integer": (pa.int64(), {"type": "integer"}),
    "time": (pa.timestamp("us"), {"type": "string", "format": "date-time"}),
    "date": (pa.date32(), {"type": "string", "format": "date"}),
    "list": (pa.list_(pa.string()), {"type": "array", "items": {"type": "string"}}),
    "map": (
        pa.map_(pa.string(), pa.string()),
        {"type": "object", "additionalProperties": {"type": "string"}},
    ),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the features of a collection.

    Attributes
    ----------
    name : str
    kind : str
        'text', 'number', 'integer', 'time', 'date', 'list' (of texts) or 'map'.
    about : str
        One phrase.
    unit : str
        UCUM code of a number; ''.
    """

    name: str
    kind: str
    about: str
    unit: str = ""

    @property
    def type(self) -> pa.DataType:
        """How it is held."""
        return _TYPES[self.kind][0]

    @property
    def is_asked_for(self) -> bool:
        """Whether features can be chosen by it."""
        return self.kind != "map"

    @property
    def is_sorted_by(self) -> bool:
        """Whether features can be put in its order."""
        return self.kind not in ("map", "list")

    def schema(self) -> dict[str, Any]:
        """Return its JSON schema, null left aside."""
        described = {**_TYPES[self.kind][1], "title": self.name}
        if self.about:
            described["description"] = self.about
        if self.unit:
            described["x-ogc-unit"] = self.unit
        return described


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of a collection.

    Attributes
    ----------
    table : pyarrow.Table
        id, the fields' columns, and longitude and latitude [deg, WGS 84; null where
        there is no position] as '@x' and '@y'; in the order of id.
    """

    table: pa.Table


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of features.

    Attributes
    ----------
    id, title, about : str
    fields : tuple of Field
        Of 'id', which every feature has, nothing is said here.
    rows : function of Asked
        The features that this viewer may see.
    times : tuple of str
        The fields that say when a feature was: an instant, or start and end; ().
    has_geometry : bool
    """

    id: str
    title: str
    about: str
    fields: tuple[Field, ...]
    rows: Callable[[Asked], Rows]
    times: tuple[str, ...] = ()
    has_geometry: bool = True
    parameters: tuple[Parameter, ...] = ()
    is_lenient: bool = False
    omits: tuple[str, ...] = ()

    def arrow_schema(self) -> pa.Schema:
        """Return the schema of its rows' table."""
        return pa.schema(
            [
                ("id", pa.string()),
                *((one.name, one.type) for one in self.fields if one.name != "id"),
                ("@x", pa.float64()),
                ("@y", pa.float64()),
            ]
        )


_MOST_KEPT = 64 << 20  # bytes, of all banks of a process


@dataclass(frozen=True, slots=True)
class _Made:
    """Rows, of which bank and view they are, and whose figures they tell."""

    bank: ReferenceType[Bank]
    view: View
    rows: Rows
    looked_at: frozenset[int]


@dataclass(slots=True)
class _Kept:
    """Rows made lately, those asked for last at the end."""

    rows: OrderedDict[tuple[int, str], _Made] = field(default_factory=OrderedDict)
    bytes: int = 0
    lock: Lock = field(default_factory=Lock)

    def get(self, bank: Bank, view: View, name: str) -> _Made | None:
        with self.lock:
            found = self.rows.get((id(bank), name))
            if found is None or found.bank() is not bank or found.view is not view:
                return None
            self.rows.move_to_end((id(bank), name))
            return found

    def put(self, bank: Bank, name: str, made: _Made) -> None:
        with self.lock:
            if before := self.rows.pop((id(bank), name), None):
                self.bytes -= before.rows.table.nbytes
            self.rows[id(bank), name] = made
            self.bytes += made.rows.table.nbytes
            while self.bytes > _MOST_KEPT and len(self.rows) > 1:
                _, dropped = self.rows.popitem(last=False)
                self.bytes -= dropped.rows.table.nbytes


# Of every bank that is open in this process: one bound holds for all of them.
_KEPT = _Kept()


def keep_rows(bank: Bank, name: str, make: Callable[[], Rows]) -> Rows:
    """Return rows made once for a view of a bank, while memory allows.

    Parameters
    ----------
    name : str
        What the rows are, the language included.
    make : function
    """
    view = bank.view()
    found = _KEPT.get(bank, view, name)
    if found is None:
        before = bank.take_looked_at()
        rows = make()
        found = _Made(ref(bank), view, rows, frozenset(bank.take_looked_at()))
        bank.look_again(before)
        _KEPT.put(bank, name, found)
    # Whoever is told what was kept reads it as if it were read now.
    bank.look_again(found.looked_at)
    return found.rows
