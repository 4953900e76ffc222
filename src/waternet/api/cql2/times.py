"""Instants and intervals of a filter, and how two of them can lie.

Intervals are closed at both ends, as in ISO 8601; a date is the whole of its day in
UTC.

References
----------
OGC 21-065r2 (CQL2 1.0), 7.4; W3C/OGC Time Ontology in OWL, 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["DAY", "FIRST", "LAST", "RELATIONS", "Times", "read_instant"]

Numbers: TypeAlias = npt.NDArray[np.int64]
Truths: TypeAlias = npt.NDArray[np.bool_]

FIRST, LAST = -(2**63), 2**63 - 1  # open ends
DAY = 86_400_000_000  # us
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Times:
    """Times of one operand: one for all rows, or one for each [us since 1970, UTC].

    Attributes
    ----------
    start, end : arrays of int, (1,) or (rows,)
        Equal where it is an instant.
    known : array of bool
        Where there is one.
    is_interval : bool
        Said to be an interval, not an instant.
    is_day : bool
        A date: its start and end are those of a day.
    """

    start: Numbers
    end: Numbers
    known: Truths
    is_interval: bool = False
    is_day: bool = False


def read_instant(text: Any) -> tuple[int, int]:
    """Return the first and last microsecond of a date or timestamp.

    Raises
    ------
    NotAcceptable
        It is neither, by RFC 3339.

    Examples
    --------
    >>> read_instant("1970-01-02"), read_instant("1970-01-01T00:00:01Z")
    ((86400000000, 172799999999), (1000000, 1000000))
    """
    refused = NotAcceptable(
        f"expected a date or a time with its zone, got {str(text)[:40]!r}",
        hint="such as 2015-06-30 or 2015-06-30T12:00:00Z",
    )
    if not isinstance(text, str):
        raise refused
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise refused from None
    if _DATE.fullmatch(text):
        start = _microseconds(when.replace(tzinfo=UTC))
        return start, start + DAY - 1
    if when.tzinfo is None:
        raise refused
    return (_microseconds(when),) * 2


def _microseconds(when: datetime) -> int:
    since = when - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _disjoint(a: Times, b: Times) -> Truths:
    return (a.end < b.start) | (a.start > b.end)


Relation: TypeAlias = Callable[[Times, Times], Truths]
# Of each, whether instants may stand in it; more than one relation needs intervals.
RELATIONS: Final[dict[str, tuple[bool, Relation]]] = {
    "t_after": (True, lambda a, b: a.start > b.end),
    "t_before": (True, lambda a, b: a.end < b.start),
    "t_disjoint": (True, _disjoint),
    "t_equals": (True, lambda a, b: (a.start == b.start) & (a.end == b.end)),
    "t_intersects": (True, lambda a, b: ~_disjoint(a, b)),
    "t_contains": (False, lambda a, b: (a.start < b.start) & (a.end > b.end)),
    "t_during": (False, lambda a, b: (a.start > b.start) & (a.end < b.end)),
    "t_finishedBy": (False, lambda a, b: (a.start < b.start) & (a.end == b.end)),
    "t_finishes": (False, lambda a, b: (a.start > b.start) & (a.end == b.end)),
    "t_meets": (False, lambda a, b: a.end == b.start),
    "t_metBy": (False, lambda a, b: a.start == b.end),
    "t_overlappedBy": (
        False,
        lambda a, b: (a.start > b.start) & (a.start < b.end) & (a.end > b.end),
    ),
    "t_overlaps": (
        False,
        lambda a, b: (a.start < b.start) & (a.end > b.start) & (a.end < b.end),
    ),
    "t_startedBy": (False, lambda a, b: (a.start == b.start) & (a.end > b.end)),
    "t_starts": (False, lambda a, b: (a.start == b.start) & (a.end < b.end)),
}
