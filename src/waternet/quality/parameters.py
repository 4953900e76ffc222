"""Parameters of a check as a rule file gives them: of the right type, within bounds.

A rule may come from another party, and runs here on every import: what makes no sense
is refused when the rule is read, and so is what would need more memory than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from waternet.errors import NotAcceptable
from waternet.quality.checks import get_check

__all__ = ["read_parameters"]

_LARGEST = 1e15  # of a number; more has no digits left for a unit
_MOST = 1_000_000  # of a count
_LONGEST = 1000  # of a list: the lines of a reservoir's table
# Figures that stand out are laid against all of these at once.
_MOST_OF = {"window": 100}
_LONGEST_OF = {"factors": 50}
# What may lie below zero: values themselves, not distances, shares or counts.
_SIGNED = {"least", "most", "levels", "volumes", "usual"}
# What is divided by.
_POSITIVE = {"factor", "factors"}
_SHARES = {"share", "regular", "usual", "like"}
_TEXTS = "tuple[str, ...]"


def read_parameters(name: str, given: Mapping[str, Any]) -> Any:
    """Return a check's parameters, each of the type that its default has.

    Parameters
    ----------
    name : str
        The check's.
    given : mapping of parameter to value
        What is not given is as by default.

    Raises
    ------
    NotFound
        There is no such check.
    NotAcceptable
        A parameter is unknown, of another type or out of bounds; names it.

    Examples
    --------
    >>> read_parameters("flat-line", {"count": 5}).count
    5
    """
    kind = get_check(name).parameters
    if not isinstance(given, Mapping):
        raise NotAcceptable(f"rule of {name!r}: parameters are {given!r:.40}")
    usual = kind()
    types = {field.name: field.type for field in fields(usual)}
    read = {}
    for parameter, value in given.items():
        if parameter not in types:
            raise NotAcceptable(
                f"check {name!r} has no parameter {parameter!r:.80}",
                hint=f"it has {', '.join(types)}",
            )
        what, like = f"{parameter} of {name!r}", getattr(usual, parameter)
        if isinstance(like, tuple) and isinstance(value, list):
            element = "" if types[parameter] == _TEXTS else 0.0
            read[parameter] = _read_list(what, parameter, value, element)
        else:
            read[parameter] = _read_one(what, parameter, value, like)
    return kind(**read)


def _read_list(
    what: str, parameter: str, value: list[Any], element: str | float
) -> tuple[Any, ...]:
    longest = _LONGEST_OF.get(parameter, _LONGEST)
    if len(value) > longest or (not value and parameter in _POSITIVE):
        raise NotAcceptable(
            f"{what} lists {len(value):,} things, expected 1 to {longest:,}"
        )
    return tuple(_read_one(what, parameter, one, element, listed=True) for one in value)


def _read_one(
    what: str, parameter: str, value: Any, like: object, *, listed: bool = False
) -> Any:
    if isinstance(like, float) and type(value) is int and abs(value) <= _LARGEST:
        value = float(value)
    if not _is_like(value, like):
        expected = "a number" if isinstance(like, float) else type(like).__name__
        raise NotAcceptable(f"{what} is {value!r:.40}, expected {expected}")
    # What is infinite by default bounds nothing.
    if not isinstance(value, bool | str) and (listed or value != like):
        least, most = _bounds(parameter, value, listed=listed)
        if not least <= value <= most:
            raise NotAcceptable(f"{what} is {value:g}, expected {least:g} to {most:g}")
    return value


def _bounds(parameter: str, value: Any, *, listed: bool) -> tuple[float, float]:
    if isinstance(value, int):
        return 1, _MOST_OF.get(parameter, _MOST)
    if parameter in _POSITIVE:
        return 1 / _LARGEST, _LARGEST
    if parameter in _SHARES and not listed:
        return 0, 1
    return -_LARGEST if parameter in _SIGNED else 0, _LARGEST


def _is_like(value: object, like: object) -> bool:
    return type(value) is type(like)  # a truth value is no number
