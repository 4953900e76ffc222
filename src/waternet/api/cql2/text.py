"""CQL2 text to the standard's own tree: CQL2 JSON.

References
----------
OGC 21-065r2 (CQL2 1.0), clause 8 and annex B.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from waternet.api.cql2.tree import Tree, verify_tree
from waternet.errors import NotAcceptable

__all__ = ["MOST_CHARACTERS", "parse_text"]

MOST_CHARACTERS = 4_096
_EXACT_DIGITS = 15  # that a number of 64 bits holds
_Arguments: TypeAlias = list[Any]
_TYPES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}
# Names of the standard are told in any case; the JSON form has one spelling.
_SPELLED = {
    "t_finishedby": "t_finishedBy",
    "t_metby": "t_metBy",
    "t_overlappedby": "t_overlappedBy",
    "t_startedby": "t_startedBy",
    "a_containedby": "a_containedBy",
}
_STANDARD = ("s_", "t_", "a_")


def parse_text(text: str) -> Tree:
    """Return the tree of a filter.

    Raises
    ------
    NotAcceptable
        It is too long, nested too deep, or not CQL2: the place is named.

    Examples
    --------
    >>> parse_text("kind = 'well' AND NOT elevation < -300")["op"]
    'and'
    >>> parse_text("kind = 'well")
    Traceback (most recent call last):
    waternet.errors.NotAcceptable: the filter is not CQL2 text at character 8: "'well"
    """
    if len(text) > MOST_CHARACTERS:
        raise NotAcceptable(
            f"expected a filter of at most {MOST_CHARACTERS} characters, "
            f"got {len(text)}",
            hint="send it as CQL2 JSON in the body of a POST request",
        )
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        place = _place(error, text)
        rest = text[place : place + 30] or "its end"
        raise NotAcceptable(
            f"the filter is not CQL2 text at character {place + 1}: {rest!r}",
            hint="such as: kind = 'well' AND S_INTERSECTS(geometry, BBOX(35,31,36,33))",
        ) from None
    except VisitError as error:
        raise NotAcceptable(f"the filter is not CQL2 text: {error.orig_exc}") from None
    verify_tree(tree)
    return tree


def _place(error: UnexpectedInput, text: str) -> int:
    """Return where the text could not be read on, counted from 0."""
    is_end = getattr(getattr(error, "token", None), "type", "") == "$END"
    at: int | None = None if is_end else error.pos_in_stream
    return at if at is not None and 0 <= at < len(text) else len(text)


@cache
def _parser() -> Lark:
    grammar = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_ToTree(), maybe_placeholders=False)


def _op(name: str, *arguments: Any) -> dict[str, Any]:
    return {"op": name, "args": list(arguments)}


def _number(text: str) -> int | float:
    is_exact = text.isdigit() and len(text) <= _EXACT_DIGITS
    return int(text) if is_exact else float(text)


class _ToTree(Transformer[Token, Any]):
    """Makes the JSON form of each rule, from the leaves up."""

    def either(self, parts: _Arguments) -> Any:
        return _op("or", *parts)

    def both(self, parts: _Arguments) -> Any:
        return _op("and", *parts)

    def negation(self, parts: _Arguments) -> Any:
        return _op("not", parts[-1])

    def comparison(self, parts: _Arguments) -> Any:
        left, sign, right = parts
        return _op(str(sign), left, right)

    def like(self, parts: _Arguments) -> Any:
        return _op("like", parts[0], parts[-1])

    def unlike(self, parts: _Arguments) -> Any:
        return _op("not", self.like(parts))

    def between(self, parts: _Arguments) -> Any:
        return _op("between", parts[0], *parts[-2:])

    def outside(self, parts: _Arguments) -> Any:
        return _op("not", self.between(parts))

    def member(self, parts: _Arguments) -> Any:
        return _op("in", parts[0], parts[-1])

    def stranger(self, parts: _Arguments) -> Any:
        return _op("not", self.member(parts))

    def absent(self, parts: _Arguments) -> Any:
        return _op("isNull", parts[0])

    def present(self, parts: _Arguments) -> Any:
        return _op("not", self.absent(parts))

    def chain(self, parts: _Arguments) -> Any:
        found = parts[0]
        for sign, right in zip(parts[1::2], parts[2::2], strict=True):
            found = _op(str(sign).lower(), found, right)
        return found

    def power(self, parts: _Arguments) -> Any:
        return _op("^", *parts)

    def signed(self, parts: _Arguments) -> Any:
        sign, value = parts
        if sign == "+":
            return value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return -value if is_number else _op("*", -1, value)

    def number(self, parts: _Arguments) -> Any:
        return _number(parts[0])

    def text(self, parts: _Arguments) -> Any:
        return _unquoted(parts[0])

    def true(self, _parts: _Arguments) -> Any:
        return True

    def false(self, _parts: _Arguments) -> Any:
        return False

    def name(self, parts: _Arguments) -> Any:
        return {"property": str(parts[0])}

    def quoted(self, parts: _Arguments) -> Any:
        return {"property": str(parts[0])[1:-1]}

    def call(self, parts: _Arguments) -> Any:
        name = str(parts[0])
        lowered = name.lower()
        if lowered in ("casei", "accenti") or lowered.startswith(_STANDARD):
            name = _SPELLED.get(lowered, lowered)
        arguments = parts[1] if len(parts) > 1 else []
        if name.startswith("a_"):
            # One member in brackets is an array of one, as the operator says.
            arguments = [
                one if isinstance(one, list) or _may_be_array(one) else [one]
                for one in arguments
            ]
        return _op(name, *arguments)

    def date(self, parts: _Arguments) -> Any:
        return {"date": _unquoted(parts[-1])}

    def timestamp(self, parts: _Arguments) -> Any:
        return {"timestamp": _unquoted(parts[-1])}

    def interval(self, parts: _Arguments) -> Any:
        return {"interval": parts[-2:]}

    def bbox(self, parts: _Arguments) -> Any:
        return {"bbox": parts[1:]}

    def empty(self, _parts: _Arguments) -> Any:
        return []

    def array(self, parts: _Arguments) -> Any:
        return [parts[0], *parts[1]]

    def list(self, parts: _Arguments) -> Any:
        return parts

    def wkt(self, parts: _Arguments) -> Any:
        return {"type": _TYPES[str(parts[0]).upper()], "coordinates": parts[-1]}

    def collection(self, parts: _Arguments) -> Any:
        return {"type": "GeometryCollection", "geometries": parts[1:]}

    @v_args(inline=True)
    def place(self, position: Any) -> Any:
        return position

    def line(self, parts: _Arguments) -> Any:
        return parts

    rings = points = areas = position = line

    def coordinate(self, parts: _Arguments) -> Any:
        value = _number(parts[-1])
        return -value if parts[0] == "-" else value


def _unquoted(token: str) -> str:
    """Return a text without its quotes; both ways to write an apostrophe are read."""
    return token[1:-1].replace("\\'", "'").replace("''", "'")


def _may_be_array(node: Any) -> bool:
    """Return whether a node names an array, or a function that may return one."""
    return isinstance(node, dict) and ("property" in node or "op" in node)
