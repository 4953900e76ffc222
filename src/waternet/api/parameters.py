"""Parameters of a request: text to values, as the operation's schemas say.

What each parameter must be is worked out once, when the application is made; reading a
request costs a dictionary and a few comparisons.

References
----------
OpenAPI 3.1 (style form, explode false); JSON Schema 2020-12.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

from waternet.api.operation import Operation, Parameter
from waternet.errors import NotAcceptable

__all__ = ["ParameterReader", "query_pairs"]

Check: TypeAlias = Callable[[str], Any]

_MOST_TEXT = 4_096  # characters of one parameter that says no length of its own
_MOST_ITEMS = 1_000  # of one list
_MOST_PAIRS = 200  # parameters of one request
_EVERYWHERE = frozenset({"lang"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class ParameterReader:
    """Reads the parameters of one operation.

    Examples
    --------
    >>> top = Parameter("top", {"type": "integer", "minimum": 1}, "At most so many.")
    >>> answer = lambda asked: asked.values
    >>> operation = Operation("GET", "/a", "a", "a", "A.", answer, parameters=(top,))
    >>> ParameterReader(operation).read("top=5", {}, {})
    {'top': 5}
    """

    def __init__(self, operation: Operation) -> None:
        self._is_open = operation.is_open
        self._checks: dict[str, dict[str, Check]] = {
            "query": {},
            "path": {},
            "header": {},
        }
        for one in operation.parameters:
            name = one.name.lower() if one.place == "header" else one.name
            self._checks[one.place][name] = _check(one)
        self._required = [
            one for one in operation.parameters if one.required and one.place != "path"
        ]
        self._headers = {
            one.name.lower(): one.name
            for one in operation.parameters
            if one.place == "header"
        }

    def read(
        self, query: str, path: Mapping[str, str], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the values by name; what is left out, or left empty, is absent.

        Raises
        ------
        NotAcceptable
            A parameter is unknown, lacking, given twice or of another form.
        """
        values: dict[str, Any] = {}
        checks = self._checks["path"]
        for name, text in path.items():
            values[name] = checks[name](text) if name in checks else text
        if query:
            self._read_query(query, values)
        for name, written in self._headers.items():
            if (given := headers.get(name)) is not None:
                values[written] = self._checks["header"][name](given)
        for one in self._required:
            if one.name not in values:
                raise NotAcceptable(
                    f"no {one.place} parameter {one.name!r} in the request",
                    hint=one.about,
                )
        return values

    def _read_query(self, query: str, values: dict[str, Any]) -> None:
        checks = self._checks["query"]
        for name, text in _joined(query, checks).items():
            if check := checks.get(name):
                if text:
                    values[name] = check(text)
            elif self._is_open:
                values[name] = text
            elif name not in _EVERYWHERE:
                raise self._unknown(name)

    def _unknown(self, name: str) -> NotAcceptable:
        known = sorted(self._checks["query"])
        told = f"known here: {', '.join(known)}" if known else "none is known here"
        return NotAcceptable(f"unknown query parameter {name[:100]!r}", hint=told)


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Return a query's names and texts, decoded, in their order.

    Raises
    ------
    NotAcceptable
        It is not UTF-8, has NUL in it, or holds too many.

    Examples
    --------
    >>> query_pairs("a=1&b=x%2Cy+z&c")
    [('a', '1'), ('b', 'x,y z'), ('c', '')]
    """
    if not query:
        return []
    parts = query.split("&")
    if len(parts) > _MOST_PAIRS:
        raise NotAcceptable(
            f"expected at most {_MOST_PAIRS} query parameters, got {len(parts)}"
        )
    pairs = []
    for part in parts:
        if part:
            name, _, text = part.partition("=")
            pairs.append((_decoded(name), _decoded(text)))
    return pairs


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    if "%" in text:
        try:
            text = unquote_to_bytes(text).decode()
        except UnicodeDecodeError as error:
            raise NotAcceptable(
                f"query parameter {text[:100]!r} is not UTF-8"
            ) from error
    if "\0" in text:
        raise NotAcceptable("a query parameter holds a NUL character")
    return text


def _joined(query: str, checks: Mapping[str, Check]) -> dict[str, str]:
    """Return the texts by name; a list that is given in parts is one list."""
    found: dict[str, str] = {}
    for name, text in query_pairs(query):
        if name in found:
            if not getattr(checks.get(name), "is_list", False):
                raise NotAcceptable(
                    f"query parameter {name[:100]!r} is given twice",
                    hint="give it once",
                )
            text = f"{found[name]},{text}"  # noqa: PLW2901  the list so far
        found[name] = text
    return found


class _Check:
    """Reads one parameter's text; its message names the parameter."""

    def __init__(self, parameter: Parameter, read: Check, *, is_list: bool) -> None:
        self._name, self._place = parameter.name, parameter.place
        self._read = read
        self.is_list = is_list

    def __call__(self, text: str) -> Any:
        try:
            return self._read(text)
        except ValueError as error:
            shown = text if len(text) <= 100 else f"{text[:100]}..."
            raise NotAcceptable(
                f"{self._place} parameter {self._name!r}: expected {error}, "
                f"got {shown!r}"
            ) from None


def _check(parameter: Parameter) -> _Check:
    schema = parameter.schema
    is_list = schema.get("type") == "array"
    read = _list(schema) if is_list else _single(schema)
    return _Check(parameter, read, is_list=is_list)


def _single(schema: Mapping[str, Any]) -> Check:
    """Return what reads one value; it raises a ValueError that says the expected."""
    kind = schema.get("type", "string")
    if kind == "boolean":
        return _truth
    if kind in ("integer", "number"):
        return _number(schema, is_whole=kind == "integer")
    return _text(schema)


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError("true or false")
    return _TRUTH[text.lower()]


def _number(schema: Mapping[str, Any], *, is_whole: bool) -> Check:
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    words = "a whole number" if is_whole else "a number"
    if "minimum" in schema:
        words += f" from {low}"
    if "maximum" in schema:
        words += f" up to {high}"
    form = _INTEGER if is_whole else _NUMBER

    def read(text: str) -> float:
        if not form.fullmatch(text):
            raise ValueError(words)
        number = int(text) if is_whole else float(text)
        if not low <= number <= high or math.isinf(number):
            raise ValueError(words)
        return number

    return read


def _text(schema: Mapping[str, Any]) -> Check:
    choices = schema.get("enum")
    if choices is not None:
        allowed = frozenset(choices)
        words = f"one of {', '.join(map(str, choices))}"

        def choose(text: str) -> str:
            if text not in allowed:
                raise ValueError(words)
            return text

        return choose
    most, least = schema.get("maxLength", _MOST_TEXT), schema.get("minLength", 0)
    form = re.compile(schema["pattern"]) if "pattern" in schema else None

    def read(text: str) -> str:
        if not least <= len(text) <= most:
            raise ValueError(f"{least} to {most} characters")
        if form is not None and not form.search(text):
            raise ValueError(f"text like {schema['pattern']}")
        return text

    return read


def _list(schema: Mapping[str, Any]) -> Check:
    item = _single(schema.get("items", {}))
    least, most = schema.get("minItems", 0), schema.get("maxItems", _MOST_ITEMS)

    def read(text: str) -> Sequence[Any]:
        parts = text.split(",", most + 1)
        if not least <= len(parts) <= most:
            many = f"{least}" if least == most else f"{least} to {most}"
            raise ValueError(f"{many} items with commas between")
        return [item(part) for part in parts]

    return read
