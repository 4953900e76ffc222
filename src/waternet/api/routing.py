"""Which operation a path belongs to: a look-up, then a few patterns.

Starlette tries its routes one by one, which a hundred of them make felt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.routing import compile_path

from waternet.api.operation import Operation

__all__ = ["Found", "Place", "Routing"]

# Stands for a slash that was written as %2F: part of a name, not between two. No
# text may hold this code point (Unicode, noncharacters).
_SLASH = "\ufdd0"


@dataclass(frozen=True, slots=True)
class Place:
    """A path as it is written, and what can be asked of it, by method."""

    path: str
    operations: Mapping[str, Operation]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a path leads to.

    Attributes
    ----------
    operation : Operation or None
        None where its method is not known there.
    values : mapping of str to str
        Of the path's parameters, decoded.
    methods : tuple of str
        What Allow says, where the operation is None.
    """

    operation: Operation | None
    values: Mapping[str, str]
    methods: tuple[str, ...] = ()


class Routing:
    """Finds the place that a path leads to.

    Parameters
    ----------
    operations : iterable of Operation
        Where several paths fit, the one with fewer parameters counts that knows the
        method; among equals the first. One that takes slashes comes last.

    Raises
    ------
    ValueError
        Two operations have one name, or one method and path.

    Examples
    --------
    >>> answer = lambda asked: asked.path
    >>> one = Operation("GET", "/wells/{well}", "well", "wells", "A well.", answer)
    >>> Routing([one]).find("/wells/AL%2F1", "HEAD").values
    {'well': 'AL/1'}
    >>> Routing([one]).find("/wells/AL1", "PUT").methods
    ('GET', 'HEAD', 'OPTIONS')
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
        names = set()
        for one in operations:
            if one.name in names or one.method in by_path[one.path]:
                raise ValueError(f"two operations {one.name} {one.method} {one.path}")
            names.add(one.name)
            by_path[one.path][one.method] = one
        self.places = [Place(path, by_method) for path, by_method in by_path.items()]
        self._plain = {one.path: one for one in self.places if "{" not in one.path}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Place]]] = defaultdict(
            list
        )
        for place in sorted(self.places, key=_openness):
            if "{" in place.path:
                written = compile_path(place.path)[0].pattern
                pattern = re.compile(written, re.DOTALL)  # a name may hold any letter
                self._patterns[_first(place.path)].append((pattern, place))

    def find(self, raw: str, method: str) -> Found | None:
        """Return where a path leads to, as it came, encoded; None for nowhere."""
        path = _decoded(raw)
        if path is None:
            return None
        found = self._find(path, method)
        if found is None and len(path) > 1 and path.endswith("/"):
            return self._find(path[:-1], method)
        return found

    def _find(self, path: str, method: str) -> Found | None:
        known = "GET" if method == "HEAD" else method
        others: set[str] = set()
        for place, values in self._fitting(path):
            if operation := place.operations.get(known):
                return Found(operation, values)
            others |= place.operations.keys()
        if not others:
            return None
        others |= {"HEAD", "OPTIONS"} if "GET" in others else {"OPTIONS"}
        return Found(None, {}, tuple(sorted(others)))

    def _fitting(self, path: str) -> Iterator[tuple[Place, dict[str, str]]]:
        if place := self._plain.get(path):
            yield place, {}
        for key in (_first(path), ""):
            for pattern, one in self._patterns.get(key, ()):
                if match := pattern.match(path):
                    values = match.groupdict()
                    yield (
                        one,
                        {
                            name: text.replace(_SLASH, "/")
                            for name, text in values.items()
                        },
                    )


def _decoded(raw: str) -> str | None:
    """Return a path decoded once; None where no name can be meant.

    A slash inside a name stays apart from one between names.
    """
    if "%" in raw:
        raw = re.sub("%2[fF]", "%EF%B7%90", raw)
        try:
            raw = unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            return None
    return None if "\0" in raw or not raw.startswith("/") else raw


def _first(path: str) -> str:
    """Return the first name of a path; '' where a parameter begins in it."""
    first = path.split("/", 2)[1]
    return "" if "{" in first else first


def _openness(place: Place) -> tuple[bool, int]:
    return ":path}" in place.path, place.path.count("{")
