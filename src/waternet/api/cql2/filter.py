"""A filter applied to columns: which rows it is true of.

References
----------
OGC 21-065r2 (CQL2 1.0), clauses 6 and 7.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from waternet.api.cql2.operands import (
    as_alike,
    exactly,
    fixed,
    floats,
    kind_of,
    numbers,
    plain,
    shown,
    spread,
    times_of,
)
from waternet.api.cql2.shapes import SPATIAL, Shapes, read_shape
from waternet.api.cql2.spelling import SPELLINGS
from waternet.api.cql2.times import FIRST, LAST, RELATIONS, Times, read_instant
from waternet.api.cql2.tree import Tree
from waternet.errors import NotAcceptable

__all__ = ["Columns", "apply_filter"]

Truths: TypeAlias = npt.NDArray[np.bool_]

_COMPARED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    ">": pc.greater,
    "<=": pc.less_equal,
    ">=": pc.greater_equal,
}
_COUNTED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "div": lambda a, b: np.trunc(np.divide(a, b)),
    "^": np.float_power,
}
_ARRAYS: Final[dict[str, Callable[[set[Any], set[Any]], bool]]] = {
    "a_equals": operator.eq,
    "a_contains": operator.ge,
    "a_containedBy": operator.le,
    "a_overlaps": lambda a, b: bool(a & b),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows that a filter is applied to.

    Attributes
    ----------
    length : int
    values : mapping of property to array
        Text, numbers, booleans, times (timestamp[us], UTC), dates or lists of text.
    shapes : mapping of property to array of shapely geometries
        In the reference system of the filter; None where there is none.
    is_lenient : bool
        What stands in apostrophes is a number where it is held against numbers, and a
        time where against times.
    """

    length: int
    values: Mapping[str, pa.Array]
    shapes: Mapping[str, Shapes] = field(default_factory=dict)
    is_lenient: bool = False


def apply_filter(tree: Tree, columns: Columns) -> Truths:
    """Return of which rows a filter is true; what is not known is not true.

    Raises
    ------
    NotAcceptable
        A property, function or operator is not known, or is given what it cannot
        hold.

    Examples
    --------
    >>> depths = Columns(3, {"depth": pa.array([1.0, None, 9.0])})
    >>> apply_filter({"op": ">", "args": [{"property": "depth"}, 5]}, depths)
    array([False, False,  True])
    """
    found = _Walk(columns).truth(tree)
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False))


class _Walk:
    """Works out the parts of one filter."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def truth(self, node: Tree) -> Any:
        """Return true, false or null of each row."""
        if isinstance(node, bool):
            return self._everywhere(pa.scalar(node))
        found = self.value(node)
        if not isinstance(found, pa.Array) or not pa.types.is_boolean(found.type):
            raise NotAcceptable(f"expected a condition, got {shown(node)}")
        return found

    def value(self, node: Tree) -> Any:
        """Return an Arrow array or scalar, `Times`, geometries, or a list."""
        if isinstance(node, list):
            return [self.value(one) for one in node]
        if not isinstance(node, dict):
            is_number = isinstance(node, int) and not isinstance(node, bool)
            return pa.scalar(float(node) if is_number else node)
        if "op" in node:
            return self._called(node["op"], node["args"])
        if "property" in node:
            return self._property(node["property"])
        if "date" in node or "timestamp" in node:
            return self._instant(node)
        if "interval" in node:
            return self._interval(node["interval"])
        return read_shape(node)

    def _called(self, name: str, nodes: Sequence[Tree]) -> Any:
        for names, answer in (
            (("and", "or", "not"), self._joined),
            (_COMPARED, self._compared),
            (("between", "in", "like", "isNull"), self._tested),
            (SPELLINGS, self._spelled),
            (_COUNTED, self._counted),
            (SPATIAL, self._spatial),
            (RELATIONS, self._temporal),
            (_ARRAYS, self._arrays),
        ):
            if name in names:
                return answer(name, nodes)
        raise NotAcceptable(
            f"no function {name[:40]!r} in a filter",
            hint="there are casei and accenti, and those of space, time and arrays "
            "that begin with s_, t_ and a_",
        )

    def _everywhere(self, scalar: Any) -> Any:
        return pa.repeat(scalar, self._columns.length)

    def _property(self, name: Any) -> Any:
        name = name if isinstance(name, str) else repr(name)
        if name in self._columns.shapes:
            return self._columns.shapes[name]
        if name not in self._columns.values:
            known = sorted({*self._columns.values, *self._columns.shapes})
            raise NotAcceptable(
                f"no property {name[:60]!r} to filter by",
                hint=f"there are {', '.join(known)}",
            )
        found = self._columns.values[name]
        return times_of(found) if pa.types.is_temporal(found.type) else found

    def _instant(self, node: Tree) -> Times:
        kind, text = next(iter(node.items()))
        start, end = read_instant(text)
        if (kind == "date") != (start != end):
            raise NotAcceptable(f"{str(text)[:40]!r} is no {kind}")
        return fixed(start, end, is_day=kind == "date")

    def _interval(self, ends: Any) -> Times:
        if not isinstance(ends, list) or len(ends) != 2:
            raise NotAcceptable("an interval has a start and an end")
        start, end = (self._end(one) for one in ends)
        first = FIRST if start is None else start.start
        last = LAST if end is None else end.end
        known = np.ones(1, np.bool_)
        for one in (start, end):
            known = known & one.known if one is not None else known
        return Times(
            np.atleast_1d(np.asarray(first, np.int64)),
            np.atleast_1d(np.asarray(last, np.int64)),
            known,
            is_interval=True,
        )

    def _end(self, node: Tree) -> Times | None:
        if node == "..":
            return None
        if isinstance(node, str):
            return fixed(*read_instant(node))
        found = self.value(node)
        if not isinstance(found, Times) or found.is_interval:
            raise NotAcceptable(f"{shown(node)} is no start or end of an interval")
        return found

    def _joined(self, name: str, nodes: Sequence[Tree]) -> Any:
        if name == "not":
            (only,) = exactly(1, name, nodes)
            return pc.invert(self.truth(only))
        if not nodes:  # the standard asks for two; clients write one, too
            raise NotAcceptable(f"{name} needs a condition")
        join = pc.and_kleene if name == "and" else pc.or_kleene
        found = self.truth(nodes[0])
        for node in nodes[1:]:
            found = join(found, self.truth(node))
        return found

    def _compared(self, name: str, nodes: Sequence[Tree]) -> Any:
        left, right = (self.value(one) for one in exactly(2, name, nodes))
        return self._comparison(name, left, right)

    def _comparison(self, name: str, left: Any, right: Any) -> Any:
        if self._columns.is_lenient:
            left, right = as_alike(left, right), as_alike(right, left)
        if isinstance(left, Times) and isinstance(right, Times):
            return self._of_times(name, left, right)
        left, right = self._alike(name, left, right)
        found = _COMPARED[name](left, right)
        return found if isinstance(found, pa.Array) else self._everywhere(found)

    def _alike(self, name: str, left: Any, right: Any) -> tuple[Any, Any]:
        """Return two operands that can be held against each other."""
        if kind_of(left) != kind_of(right) or kind_of(left) in (
            "list",
            "geometry",
            "time",
        ):
            raise NotAcceptable(
                f"{name} cannot hold {kind_of(left)} against {kind_of(right)}",
                hint="texts stand in apostrophes, times as DATE('...') or "
                "TIMESTAMP('...')",
            )
        if kind_of(left) == "number":
            return floats(left), floats(right)
        return left, right

    def _of_times(self, name: str, left: Times, right: Times) -> Any:
        if left.is_interval or right.is_interval:
            raise NotAcceptable(
                f"{name} holds instants against each other",
                hint="for intervals there are T_INTERSECTS, T_DURING and others",
            )
        truths = {
            "=": lambda: (left.start <= right.end) & (left.end >= right.start),
            "<>": lambda: (left.start > right.end) | (left.end < right.start),
            "<": lambda: left.end < right.start,
            ">": lambda: left.start > right.end,
            "<=": lambda: left.end <= right.end,
            ">=": lambda: left.start >= right.start,
        }[name]()
        return self._masked(truths, left.known & right.known)

    def _tested(self, name: str, nodes: Sequence[Tree]) -> Any:
        if name == "between":
            what, low, high = (self.value(one) for one in exactly(3, name, nodes))
            return pc.and_kleene(
                self._comparison(">=", what, low), self._comparison("<=", what, high)
            )
        if name == "isNull":
            return self._absent(exactly(1, name, nodes)[0])
        left, right = exactly(2, name, nodes)
        return self._member(left, right) if name == "in" else self._like(left, right)

    def _absent(self, node: Tree) -> Any:
        found = self.value(node)
        if isinstance(found, Times):
            return self._masked(~found.known, np.ones(1, np.bool_))
        if isinstance(found, np.ndarray):
            return self._masked(shapely.is_missing(found), np.ones(1, np.bool_))
        if isinstance(found, pa.Array):
            return pc.is_null(found)
        return self._everywhere(pa.scalar(False))

    def _member(self, node: Tree, among: Tree) -> Any:
        if not isinstance(among, list) or not among:
            raise NotAcceptable("in needs a list of one value or more")
        left = self.value(node)
        members = [self.value(one) for one in among]
        if isinstance(left, pa.Array) and all(
            isinstance(m, pa.Scalar) for m in members
        ):
            if self._columns.is_lenient:
                members = [as_alike(one, left) for one in members]
            pairs = [self._alike("in", left, one) for one in members]
            among = pa.array([one.as_py() for _, one in pairs], pairs[0][1].type)
            found = pc.is_in(pairs[0][0], among)
            return pc.if_else(pc.is_null(left), None, found)
        found = self._comparison("=", left, members[0])
        for one in members[1:]:
            found = pc.or_kleene(found, self._comparison("=", left, one))
        return found

    def _like(self, node: Tree, pattern: Tree) -> Any:
        left, right = self.value(node), self.value(pattern)
        if kind_of(left) != "text" or not isinstance(right, pa.StringScalar):
            raise NotAcceptable("like holds a text against a pattern in apostrophes")
        found = pc.match_like(left, right.as_py())
        return found if isinstance(found, pa.Array) else self._everywhere(found)

    def _spelled(self, name: str, nodes: Sequence[Tree]) -> Any:
        (only,) = exactly(1, name, nodes)
        found = self.value(only)
        if kind_of(found) != "text":
            raise NotAcceptable(f"{name} spells a text, not {kind_of(found)}")
        fold = SPELLINGS[name]
        if isinstance(found, pa.Scalar):
            return pa.scalar(fold(found.as_py()))
        coded = found.dictionary_encode()
        folded = [
            None if one is None else fold(one) for one in coded.dictionary.to_pylist()
        ]
        return pa.array(folded, pa.string()).take(coded.indices)

    def _counted(self, name: str, nodes: Sequence[Tree]) -> Any:
        left, right = (self.value(one) for one in exactly(2, name, nodes))
        if not kind_of(left) == kind_of(right) == "number":
            raise NotAcceptable(f"{name} counts with numbers, not {kind_of(left)}")
        scalar = isinstance(left, pa.Scalar) and isinstance(right, pa.Scalar)
        with np.errstate(all="ignore"):
            found = _COUNTED[name](numbers(left), numbers(right))
        told = pa.array(np.atleast_1d(found), from_pandas=True)
        return told[0] if scalar else told

    def _spatial(self, name: str, nodes: Sequence[Tree]) -> Any:
        left, right = (self.value(one) for one in exactly(2, name, nodes))
        for one in (left, right):
            if kind_of(one) != "geometry":
                raise NotAcceptable(f"{name} takes geometries, not {kind_of(one)}")
        known = ~shapely.is_missing(left) & ~shapely.is_missing(right)
        return self._masked(SPATIAL[name](left, right), known)

    def _temporal(self, name: str, nodes: Sequence[Tree]) -> Any:
        left, right = (self.value(one) for one in exactly(2, name, nodes))
        takes_instants, relation = RELATIONS[name]
        for one in (left, right):
            if not isinstance(one, Times):
                raise NotAcceptable(f"{name} takes times, not {kind_of(one)}")
        if not takes_instants and not (left.is_interval and right.is_interval):
            raise NotAcceptable(
                f"{name} holds two intervals against each other",
                hint="INTERVAL(first, last); for instants there is T_INTERSECTS",
            )
        is_interval = left.is_interval or right.is_interval
        if name == "t_equals" and not is_interval and left.is_day != right.is_day:
            # Something at a moment of a day is at that day.
            return self._of_times("=", left, right)
        return self._masked(relation(left, right), left.known & right.known)

    def _arrays(self, name: str, nodes: Sequence[Tree]) -> Any:
        left, right = (self._sets(one) for one in exactly(2, name, nodes))
        holds = _ARRAYS[name]
        length = self._columns.length
        pairs = zip(spread(left, length), spread(right, length), strict=True)
        return pa.array(
            [None if a is None or b is None else holds(a, b) for a, b in pairs],
            pa.bool_(),
        )

    def _sets(self, node: Tree) -> list[set[Any] | None]:
        found = self.value(node)
        if isinstance(found, list):
            return [{plain(one) for one in found}]
        if kind_of(found) != "list":
            raise NotAcceptable(f"{shown(node)} is no array")
        return [None if one is None else set(one) for one in found.to_pylist()]

    def _masked(self, truths: Any, known: Any) -> Any:
        length = self._columns.length
        return pa.array(
            np.broadcast_to(truths, length), mask=~np.broadcast_to(known, length)
        )
