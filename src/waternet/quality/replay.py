"""Replaying edits on raw figures, and taking them back from edited ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.errors import Conflict, NotAcceptable
from waternet.observation.vocabulary import Censor, Grade, Status
from waternet.quality.edits import (
    Before,
    Edit,
    effective,
    read_value,
    to_micros,
    to_moment,
)

__all__ = ["make_edit", "replay", "revert", "verify_undo"]

Codes: TypeAlias = npt.NDArray[np.int8]
Rows: TypeAlias = npt.NDArray[np.int64]

_MOST_BEFORE = 10_000  # rows that one edit may give new values, runs of grades
_SIGNS = {Censor.NONE: "", Censor.BELOW: "<", Censor.ABOVE: ">"}


def make_edit(edits: Sequence[Edit], edit: Edit, raw: pa.Table) -> Edit:
    """Return the edit as it stands after `edits`: with how its rows were before.

    Parameters
    ----------
    edits : sequence of Edit
    edit : Edit
        Without `before`; no undo.
    raw : pyarrow.Table in `observation.table.SCHEMA`, (n,)
        In order.

    Raises
    ------
    NotAcceptable
        No row fits it, the message names near times; or too many do; or there is no
        neighbour to interpolate from.
    """
    if edit.operation in ("undo", "review"):
        return edit
    figures = _Figures(raw)
    for one in effective(edits):
        figures.apply(one)
    made = replace(edit, before=figures.before(edit, figures.rows(edit)))
    figures.apply(made)
    return made


def verify_undo(edits: Sequence[Edit], undo: Edit, raw: pa.Table) -> None:
    """Raise unless what `undo` names can be taken back.

    Raises
    ------
    NotAcceptable
        There is no such edit, or it was undone already.
    Conflict
        A later edit stands on it.
    """
    number = undo.number
    undone = {one.number for one in edits if one.operation == "undo"}
    given = 1 <= number <= len(edits)
    if not given or edits[number - 1].operation in ("undo", "review"):
        raise NotAcceptable(
            f"there is no edit {number} to undo", hint="'waternet edits' lists them"
        )
    if number in undone:
        raise NotAcceptable(f"edit {number} was undone already")
    replay(raw, [*edits, undo])


def replay(raw: pa.Table, edits: Sequence[Edit]) -> pa.Table:
    """Return the figures as the edits leave them; `raw` stays as it is.

    Parameters
    ----------
    raw : pyarrow.Table in `observation.table.SCHEMA`, (n,)
        In order.
    edits : sequence of Edit

    Returns
    -------
    pyarrow.Table, (n,)
        The same rows; the same table where no edit changes any.

    Raises
    ------
    NotAcceptable
        An edit fits no row.
    Conflict
        The rows are not as they were when an edit was made.
    """
    figures = _Figures(raw)
    for edit in effective(edits):
        figures.apply(edit)
    return figures.table()


def revert(edited: pa.Table, edits: Sequence[Edit]) -> pa.Table:
    """Return the figures as they were before any edit.

    Parameters
    ----------
    edited : pyarrow.Table in `observation.table.SCHEMA`, (n,)
        In order; rows may have been left out since.
    edits : sequence of Edit
    """
    figures = _Figures(edited)
    for edit in reversed(effective(edits)):
        figures.take_back(edit)
    return figures.table()


class _Figures:
    """The columns that edits may change, of figures in order."""

    def __init__(self, table: pa.Table) -> None:
        self._given = table
        column = table["datastream"].combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
        codes = column.indices.to_numpy()
        names = column.dictionary.to_pylist()
        edges = np.flatnonzero(np.diff(codes, prepend=-1))
        bounds = pairwise([*edges.tolist(), len(codes)])  # of no rows: none
        self._spans = {names[codes[start]]: (start, end) for start, end in bounds}
        self._time = table["time"].cast(pa.int64()).to_numpy()
        # Copied: what is edited must not show through in the raw table.
        self._value = np.array(table["value"].to_numpy(), np.float64)
        self._codes: dict[str, Codes] = {
            name: np.array(table[name].to_numpy(), np.int8)
            for name in ("censor", "grade", "status")
        }
        self._changed: set[str] = set()

    def rows(self, edit: Edit, *, some: bool = True) -> Rows:
        """Return the rows of an edit; raise where there are none but should be."""
        first, last = self._spans.get(edit.datastream, (0, 0))
        times = self._time[first:last]
        start = to_micros(edit.start)
        end = to_micros(edit.end) if edit.end else start + 1
        low, high = np.searchsorted(times, [start, end])
        if some and low == high:
            raise self._no_row(edit, times, int(low))
        return np.arange(first + low, first + high)

    def before(self, edit: Edit, rows: Rows) -> Before:
        """Return how the rows are now, as the edit will say they were."""
        if edit.operation == "comment":
            return ()
        if edit.operation in ("mark", "status"):
            name = "grade" if edit.operation == "mark" else "status"
            before = _runs(self._codes[name][rows], name)
        elif len(rows) > _MOST_BEFORE:
            before = ((),) * len(rows)
        else:
            before = tuple(self._told(int(row)) for row in rows)
        if len(before) > _MOST_BEFORE:
            raise NotAcceptable(
                f"{len(rows):,} figures are more than one edit may change",
                hint="divide the span; where a whole file is wrong, mend the recipe "
                "and import it again",
            )
        return before

    def apply(self, edit: Edit) -> None:
        """Change the rows of an edit.

        Raises
        ------
        Conflict
            They are not as they were when it was made.
        """
        rows = self.rows(edit)
        if self.before(edit, rows) != edit.before:
            raise Conflict(
                f"the edit {edit.operation!r} of {edit.datastream} at {edit.start} was "
                "made when its figures were others",
                hint="undo the later edit of these figures first; 'waternet edits' "
                "lists them",
            )
        if edit.operation == "mark":
            self._give("grade", rows, Grade[edit.grade.upper()])
        elif edit.operation == "status":
            self._give("status", rows, Status[edit.status.upper()])
        elif edit.operation == "correct":
            value, censor = edit.limit
            self._give_values(rows, value, censor, Grade.GOOD)
            if edit.status:
                self._give("status", rows, Status[edit.status.upper()])
        elif edit.operation == "interpolate":
            values = self._line(edit, rows)
            self._give_values(rows, values, Censor.NONE, Grade.UNCHECKED)
            self._give("status", rows, Status.IMPUTED)

    def take_back(self, edit: Edit) -> None:
        """Give the rows of an edit, as far as they are here, what they had before."""
        if edit.operation in ("mark", "status"):
            name = "grade" if edit.operation == "mark" else "status"
            rows = self.rows(edit, some=False)
            vocabulary = Grade if name == "grade" else Status
            codes = [int(vocabulary[term.upper()]) for term, _count in edit.before]
            counts = [int(count) for _term, count in edit.before]
            # Counted before they are laid out: another party may state any number.
            if len(rows) == sum(counts):
                self._give(name, rows, np.repeat(np.array(codes, np.int8), counts))
            elif len(set(codes)) == 1:
                self._give(name, rows, codes[0])
            elif len(rows):
                raise Conflict(
                    f"{edit.datastream} at {edit.start}: of {sum(counts)} figures that "
                    f"were edited only {len(rows)} are here, so what each was cannot "
                    "be told"
                )
            return
        for time, value, grade, status in edit.before:
            one = replace(edit, start=time, end="")
            rows = self.rows(one, some=False)
            self._give_values(rows, *read_value(value), Grade[grade.upper()])
            self._give("status", rows, Status[status.upper()])

    def table(self) -> pa.Table:
        """Return the figures as a table; columns that nobody changed are the same."""
        table = self._given
        for name in sorted(self._changed):
            place = table.schema.get_field_index(name)
            if name == "value":
                made = pa.array(self._value, mask=np.isnan(self._value))
            else:
                made = pa.array(self._codes[name])
            table = table.set_column(place, table.schema.field(place), made)
        return table

    def _give(self, name: str, rows: Rows, code: int | Codes) -> None:
        self._codes[name][rows] = code
        self._changed.add(name)

    def _give_values(
        self,
        rows: Rows,
        values: float | npt.NDArray[np.float64],
        censor: Censor,
        grade: Grade,
    ) -> None:
        self._value[rows] = values
        self._changed.add("value")
        self._give("censor", rows, censor)
        self._give("grade", rows, grade)

    def _told(self, row: int) -> tuple[str, ...]:
        value, sign = self._value[row], _SIGNS[Censor(self._codes["censor"][row])]
        return (
            to_moment(int(self._time[row])),
            "" if np.isnan(value) else f"{sign}{float(value)!r}",
            Grade(self._codes["grade"][row]).name.lower(),
            Status(self._codes["status"][row]).name.lower(),
        )

    def _line(self, edit: Edit, rows: Rows) -> npt.NDArray[np.float64]:
        """Return the values of `rows` on the line between their neighbours."""
        first, last = self._spans[edit.datastream]
        usable = (
            ~np.isnan(self._value[first:last])
            & (self._codes["censor"][first:last] == Censor.NONE)
            & (self._codes["grade"][first:last] != Grade.BAD)
        )
        below = np.flatnonzero(usable[: rows[0] - first])
        above = np.flatnonzero(usable[rows[-1] + 1 - first :])
        if not len(below) or not len(above):
            side = "after" if len(below) else "before"
            raise NotAcceptable(
                f"{edit.datastream}: no figure {side} the span from {edit.start} on to "
                "interpolate from",
                hint="a limit or a bad figure is no neighbour; choose a shorter span",
            )
        low, high = first + int(below[-1]), int(rows[-1]) + 1 + int(above[0])
        start, end = int(self._time[low]), int(self._time[high])
        share = (self._time[rows] - start) / (end - start)
        change = self._value[high] - self._value[low]
        line: npt.NDArray[np.float64] = self._value[low] + change * share
        return line

    def _no_row(self, edit: Edit, times: Rows, at: int) -> NotAcceptable:
        if not len(times):
            known = ", ".join(list(self._spans)[:3])
            return NotAcceptable(
                f"no figures of {edit.datastream!r} here", hint=f"there are {known}"
            )
        near = [to_moment(int(time)) for time in times[max(at - 1, 0) : at + 1]]
        span = f"from {edit.start} to {edit.end}" if edit.end else f"at {edit.start}"
        return NotAcceptable(
            f"{edit.datastream} has no figure {span}",
            hint=f"near it are {' and '.join(near)}",
        )


def _runs(codes: Codes, name: str) -> Before:
    vocabulary = Grade if name == "grade" else Status
    starts = np.flatnonzero(np.diff(codes, prepend=codes[:1] - 1))
    lengths = np.diff(starts, append=len(codes))
    return tuple(
        (vocabulary(codes[start]).name.lower(), str(length))
        for start, length in zip(starts, lengths, strict=True)
    )
