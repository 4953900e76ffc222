"""Edits: what a person changed of figures, as operations that can be replayed.

An edit names a datastream, a time or span, its author and reason, and how the rows were
before it. The list of edits is only added to: an `undo` takes one back and stays
in the list; a `review` says who looked at all that stands before it. Raw figures are
never touched: `replay` gives the edited ones, `revert` the raw ones again.

==============  ============================================================
operation       what it does to the rows of its span
==============  ============================================================
mark            gives them a grade
comment         nothing; its reason is the comment
correct         gives them a value; the grade becomes good
interpolate     puts values on the straight line between the neighbours; the
                status becomes imputed, the grade unchecked
status          gives them a status
undo            takes an earlier edit back: `number` says which, from 1
review          nothing; its reason is the reviewer's note
==============  ============================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np

from waternet.errors import NotAcceptable
from waternet.observation.legible import verify_legible
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = [
    "OPERATIONS",
    "Before",
    "Edit",
    "effective",
    "read_value",
    "to_micros",
    "to_moment",
]

OPERATIONS = (
    "mark",
    "comment",
    "correct",
    "interpolate",
    "status",
    "undo",
    "review",
)
Before: TypeAlias = tuple[tuple[str, ...], ...]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_NEEDED = {
    "mark": ("grade",),
    "correct": ("value",),
    "status": ("status",),
    "undo": ("number",),
    "review": ("digest",),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation.

    Attributes
    ----------
    operation : str
        One of `OPERATIONS`.
    author, made, reason : str
        Who, when ('2026-11-22T08:00:00Z') and why.
    datastream : str
        '' for an undo or review.
    start, end : str
        Moments. Rows with `start` <= time < `end`; without an `end` the one row at
        `start`.
    grade, status : str
        By name: 'suspect', 'imputed'.
    value : str
        As it is written: '12.5', '<0.05' for a limit.
    number : int
        Which edit an undo takes back, from 1.
    digest : str
        Of what was reviewed.
    before : tuple of tuple of str
        How the rows were: (time, value, grade, status) of each row that got a value;
        (grade or status, how many rows in a run) where only that was given.
    """

    operation: str
    author: str
    made: str
    reason: str = ""
    datastream: str = ""
    start: str = ""
    end: str = ""
    grade: str = ""
    value: str = ""
    status: str = ""
    number: int = 0
    digest: str = ""
    before: Before = ()

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise NotAcceptable(
                f"expected an operation of {', '.join(OPERATIONS)}, "
                f"got {self.operation!r:.80}"
            )
        _verify_words(self)
        _verify_terms(self)
        for name in ("made", "start", "end"):
            moment = getattr(self, name)
            if (moment or name == "made") and not _is_moment(moment):
                raise NotAcceptable(
                    f"the edit's {name}: expected '2026-11-22T08:00:00Z', "
                    f"got {moment!r:.40}"
                )
        if self.end and not to_micros(self.start) < to_micros(self.end):
            raise NotAcceptable(
                f"the edit begins at {self.start}, but ends at {self.end}"
            )

    @property
    def limit(self) -> tuple[float, Censor]:
        """The value and whether it is a limit."""
        return read_value(self.value)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values; what is empty is left out."""
        written = {one.name: getattr(self, one.name) for one in fields(self)}
        written["before"] = [list(row) for row in self.before]
        return {name: value for name, value in written.items() if value}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Edit:
        """Read what `to_json` returned.

        Raises
        ------
        NotAcceptable
            A field is missing, unknown or not as its operation demands.
        """
        try:
            given = dict(written)
            rows = given.pop("before", ())
            _verify_types(given)
            before = _read_before(given.get("operation", ""), rows)
            return cls(**given, before=before)
        except (TypeError, ValueError, AttributeError) as error:
            raise NotAcceptable(f"not an edit: {error}") from error

    def says_the_same(self, other: Edit) -> bool:
        """Return whether both ask for the same, whenever they were made."""
        mine, others = (
            replace(one, made=self.made, before=()) for one in (self, other)
        )
        return mine == others


def effective(edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that change or comment figures and were not undone."""
    undone = {one.number for one in edits if one.operation == "undo"}
    return [
        one
        for number, one in enumerate(edits, 1)
        if one.operation not in ("undo", "review") and number not in undone
    ]


def _is_moment(text: str) -> bool:
    try:
        return bool(_MOMENT.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False  # the 30th of February, or the year 0


def _verify_words(edit: Edit) -> None:
    if not edit.author.strip() or not (edit.reason.strip() or _is_review(edit)):
        raise NotAcceptable(
            "an edit needs an author and a reason",
            hint="give --author NAME --reason 'why'",
        )
    for name in ("author", "reason", "datastream"):
        verify_legible(getattr(edit, name), f"the edit's {name}")
    if bool(edit.datastream and edit.start) == _is_about_edits(edit):
        raise NotAcceptable(f"the edit {edit.operation!r} lacks its datastream or time")


def _verify_terms(edit: Edit) -> None:
    needed = _NEEDED.get(edit.operation, ())
    allowed = (*needed, "status") if edit.operation == "correct" else needed
    for name in ("grade", "value", "status", "number", "digest"):
        given = bool(getattr(edit, name))
        if given != (name in needed) and not (given and name in allowed):
            verb = "needs" if name in needed else "takes no"
            raise NotAcceptable(f"the edit {edit.operation!r} {verb} {name}")
    if edit.value:
        read_value(edit.value)
    for name, vocabulary in (("grade", Grade), ("status", Status)):
        term = getattr(edit, name)
        known = [one.name.lower() for one in vocabulary]
        if term and term not in known:
            raise NotAcceptable(
                f"expected a {name} of {', '.join(known)}, got {term!r:.40}"
            )


def _is_review(edit: Edit) -> bool:
    return edit.operation == "review"


def _is_about_edits(edit: Edit) -> bool:
    return edit.operation in ("undo", "review")


def _verify_types(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if type(value) is not (int if name == "number" else str):
            raise TypeError(f"{name} = {value!r:.40}")


def _read_before(operation: str, rows: Iterable[object]) -> Before:
    """Return how rows were before an edit; raise where it cannot be taken back so."""
    before = tuple(map(_row_of_text, rows))
    for row in before:
        if operation in ("mark", "status"):
            term, count = row
            vocabularies = [(term, Grade if operation == "mark" else Status)]
            right = bool(re.fullmatch("[1-9][0-9]{0,9}", count))
        else:
            time, value, grade, status = row
            vocabularies = [(grade, Grade), (status, Status)]
            read_value(value)
            right = _is_moment(time)
        if not right or not all(
            term.islower() and term.upper() in vocabulary.__members__
            for term, vocabulary in vocabularies
        ):
            raise ValueError(f"before = {row!r:.80}")
    return before


def _row_of_text(row: object) -> tuple[str, ...]:
    if not isinstance(row, list | tuple) or not all(
        isinstance(one, str) for one in row
    ):
        raise TypeError(f"before = {row!r:.80}")
    return tuple(row)


def read_value(text: str) -> tuple[float, Censor]:
    """Read a value as an edit writes it; NaN for a figure taken back."""
    censor = {"<": Censor.BELOW, ">": Censor.ABOVE}.get(text[:1], Censor.NONE)
    if not text:
        return float("nan"), Censor.NONE
    try:
        value = float(text[1:] if censor else text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise NotAcceptable(
            f"expected a figure such as 12.5 or <0.05, got {text!r:.40}"
        )
    return value, censor


def to_micros(moment: str) -> int:
    """Return a moment in microseconds since 1970."""
    return int(np.datetime64(moment.removesuffix("Z"), "us").astype(np.int64))


def to_moment(micros: int) -> str:
    """Return microseconds since 1970 as a moment: '2026-11-22T08:00:00Z'."""
    exact = "us" if micros % 1_000_000 else "s"
    return str(np.datetime64(micros, "us").astype(f"datetime64[{exact}]")) + "Z"
