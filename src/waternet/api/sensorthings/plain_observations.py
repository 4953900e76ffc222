"""Observations of one datastream in order of time, read as columns.

What is asked most asks for no more than bounds of time and an end or a beginning: it
needs no SQL. A test holds what is written here against what DuckDB writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.sensorthings.expression import (
    Expression,
    Literal,
    Operation,
    Path,
    Sort,
)
from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.observation_text import Figures
from waternet.api.sensorthings.options import DEFAULT_TOP, ID_NAMES, MOST, Options
from waternet.api.sensorthings.paging import read_token, write_token
from waternet.api.sensorthings.streams import Stream
from waternet.bank.asking import ask_figures
from waternet.bank.labels import in_unit, label
from waternet.bank.question import Question
from waternet.bank.rows import read_standing
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.formats.stamps import end_intervals
from waternet.node.observation_number import number_observations
from waternet.observation.datastream import INSTANT

__all__ = ["PlainPage", "is_plain", "read_plain", "with_ends"]

Numbers = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -(2**63), 2**63 - 1
_DAY: Final = 86_400_000_000
_MORE: Final = 1.25  # times as long as so many figures should take


@dataclass(frozen=True, slots=True)
class _Bound:
    """A comparison of the time with one that the filter spells: both its ends."""

    operator: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page of observations as columns.

    Attributes
    ----------
    token : str
        Where it ends; '' where nothing follows.
    count : int or None
        Of the whole set, where it was asked for.
    """

    figures: Figures
    token: str = ""
    count: int | None = None


def is_plain(options: Options) -> bool:
    """Return whether options ask for no more than bounds and an order of time."""
    known = (*ID_NAMES, "@iot.selfLink", "selfLink")
    kind = KINDS["Observation"]
    names = [str(path) for path in options.select]
    return (
        not options.expand
        and options.result_format in ("", "dataArray", "CSV")
        and _direction(options) is not None
        and _bounds(options.filter) is not None
        and all(
            name in known or name in kind.properties or name in kind.navigations
            for name in names
        )
    )


def read_plain(
    bank: Bank, stream: Stream, options: Options, question: Question
) -> PlainPage | None:
    """Return the page that plain options ask for; None where SQL must be asked.

    Parameters
    ----------
    question : Question
        From the request's own words: as of when, in which unit, gathered how.
    """
    bounds = _bounds(options.filter) or []
    reading = _Reading(bank, stream, options, question, bounds)
    if question.aggregate:
        return reading.gathered()
    return reading.published()


def with_ends(
    starts: Numbers, ends: pa.ChunkedArray, interval: str, zone: str
) -> Numbers | None:
    """Return when figures end; empty of instants, None of instants among intervals."""
    if interval == INSTANT:
        none = ends.null_count == len(ends)
        return np.empty(0, np.int64) if none else None
    if ends.null_count == len(ends):
        return end_intervals(starts, interval, zone)
    told = ends.cast(pa.int64())
    if not told.null_count:
        return np.asarray(told.to_numpy(), np.int64)
    missing = told.is_null().to_numpy()
    filled = told.fill_null(0).to_numpy().copy()
    filled[missing] = end_intervals(starts[missing], interval, zone)
    return np.asarray(filled, np.int64)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One request for observations of one datastream."""

    bank: Bank
    stream: Stream
    options: Options
    question: Question
    bounds: Sequence[_Bound]

    @property
    def top(self) -> int:
        asked = self.options.top
        return min(DEFAULT_TOP if asked is None else asked, MOST)

    @property
    def is_descending(self) -> bool:
        return _direction(self.options) == "desc"

    def published(self) -> PlainPage | None:
        """Return figures as they were published."""
        needed = self._needed()
        since, until = self._window(is_counted=not needed)
        near = self._guess(since, until, needed) if needed else (since, until)
        figures = self._read(*near)
        if figures is not None and near != (since, until) and len(figures) < needed:
            figures = self._read(since, until)
        if figures is None:
            return None
        count = None
        if self.options.count:
            is_whole = not self.bounds and self.question == Question()
            count = self.stream.figures if is_whole else len(figures)
        return self._page(figures, count)

    def gathered(self) -> PlainPage:
        """Return figures gathered by period."""
        since, until = self._window(is_counted=self.options.count)
        question = replace(
            self.question,
            start=_moment(since) if since > _FIRST else None,
            end=_moment(until) if until < _LAST else None,
        )
        address = self.stream.series.address
        table = ask_figures(self.bank, [address], question)
        starts, ends = (
            np.asarray(table[name].cast(pa.int64()).to_numpy(), np.int64)
            for name in ("time", "end")
        )
        said = {"aggregate": question.aggregate, "statistic": question.statistic}
        if table.num_rows:
            said["unit"] = str(table["unit"][0].as_py())
        said["zone"] = question.zone or self.stream.zone
        party = self.stream.series.party
        empty = np.empty(0, np.int64)
        figures = Figures(party, empty, starts, ends, table, said)
        count = len(figures) if self.options.count else None
        return self._page(figures, count)

    def _needed(self) -> int:
        """Return how many rows at one end are enough; 0 where all are needed."""
        if self.options.count and self.bounds:
            return 0
        if self.options.count and self.question != Question():
            return 0
        return self.options.skip + self.top + 2

    def _window(self, *, is_counted: bool) -> tuple[int, int]:
        """Return bounds of time outside of which nothing is asked for.

        What is counted takes in the pages before.
        """
        since, until = _FIRST, _LAST
        for one in self.bounds:
            if one.operator in ("ge", "gt", "eq"):
                since = max(since, one.start)
            if one.operator in ("lt", "le", "eq"):
                last = one.end if one.operator == "lt" else one.end + 1
                until = min(until, last)
        if self.options.token and not is_counted:
            at = self._after()[0]
            if self.is_descending:
                until = min(until, at + 1)
            else:
                since = max(since, at)
        return since, max(since, until)

    def _guess(self, since: int, until: int, needed: int) -> tuple[int, int]:
        """Return the end of a window in which so many figures should lie."""
        stream = self.stream
        if stream.figures < 2 * needed:
            return since, until
        step = (stream.last - stream.first) / (stream.figures - 1)
        length = int(step * needed * _MORE)
        if self.is_descending:
            end = min(until, stream.last + 1)
            return max(since, end - length), until
        start = max(since, stream.first)
        return since, min(until, start + length)

    def _read(self, since: int, until: int) -> Figures | None:
        stream, question = self.stream, self.question
        cutoffs = self.bank.cutoffs(question.as_of)
        rows = read_standing(self.bank, [stream.series], (since, until), cutoffs)
        if question.grades:
            shown = pa.array([int(one) for one in question.grades], pa.int8())
            rows = rows.filter(pc.is_in(rows["grade"], shown))
        starts = rows["t"].to_numpy().view(np.int64)
        ends = with_ends(starts, rows["end"], stream.interval, stream.zone)
        if ends is None:
            return None
        unit = question.unit or stream.series.units[-1][1]
        said: dict[str, object] = {"unit": question.unit} if question.unit else {}
        if question.unit or len(stream.series.units) > 1:
            rows = in_unit(label(rows, [stream.series]), unit)
        ids = number_observations(stream.number, starts)
        figures = Figures(stream.series.party, ids, starts, ends, rows, said)
        return _chosen(figures, self.bounds)

    def _page(self, figures: Figures, count: int | None) -> PlainPage:
        options, top = self.options, self.top
        if self.is_descending:
            figures = figures.part(slice(None, None, -1))
        if options.token:
            figures = figures.part(slice(self._passed(figures), None))
        shown = figures.part(slice(options.skip, options.skip + top))
        more = top > 0 and len(figures) > options.skip + top
        return PlainPage(shown, self._token(shown) if more else "", count)

    def _after(self) -> list[int]:
        """Return the time and id where the page before ended."""
        values = read_token(self.options.token, 3 if self.options.order else 2)
        at, id_ = values[0], values[-1]
        if not isinstance(at, int) or not isinstance(id_, int | None):
            raise NotAcceptable("$skiptoken is not where a page of this question ended")
        return [at, id_ or 0]

    def _passed(self, figures: Figures) -> int:
        """Return how many figures were on the pages before: their times tell."""
        at = self._after()[0]
        if self.is_descending:
            return int(np.searchsorted(-figures.starts, -at, "right"))
        return int(np.searchsorted(figures.starts, at, "right"))

    def _token(self, shown: Figures) -> str:
        values: list[int | None] = [int(shown.starts[-1])]
        if self.options.order:
            values.append(int(shown.ends[-1]) if len(shown.ends) else None)
        values.append(int(shown.ids[-1]) if len(shown.ids) else None)
        return write_token(values)


def _direction(options: Options) -> str | None:
    """Return 'asc' or 'desc'; None where it is not an order of time."""
    if not options.order:
        return "asc"
    by_time = options.order[0].expression
    if len(options.order) > 1 or not isinstance(by_time, Path):
        return None
    if by_time.steps != ("phenomenonTime",):
        return None
    return "desc" if options.order[0].is_descending else "asc"


def _bounds(expression: Expression | None) -> list[_Bound] | None:
    """Return what a filter says of the time; None where it says anything else."""
    if expression is None:
        return []
    if isinstance(expression, Operation) and expression.operator == "and":
        parts = [_bounds(one) for one in expression.operands]
        if any(part is None for part in parts):
            return None
        return [bound for part in parts for bound in part or []]
    match expression:
        case Operation(
            operator="ge" | "gt" | "le" | "lt" | "eq" as operator,
            operands=(
                Path(steps=("phenomenonTime",)),
                Literal(sort=Sort.INSTANT | Sort.DATE as sort, value=int(at)),
            ),
        ):
            if sort is Sort.INSTANT:
                return [_Bound(operator, at, at)]
            # A date is its whole day: up to its end, or from its end on.
            end = at + _DAY
            turned = {
                "ge": _Bound("ge", at, at),
                "gt": _Bound("ge", end, end),
                "lt": _Bound("lt", at, at),
                "le": _Bound("lt", end, end),
            }
            return [turned[operator]] if operator in turned else None
    return None


def _chosen(figures: Figures, bounds: Sequence[_Bound]) -> Figures:
    """Return the figures within the bounds, as `moments` compares times."""
    keep = np.ones(len(figures), bool)
    starts = figures.starts
    has_ends = len(figures.ends) > 0
    for one in bounds:
        at = one.start
        match one.operator:
            case "ge":
                keep &= starts >= at
            case "gt":
                keep &= starts > at
            case "lt":
                keep &= figures.ends <= at if has_ends else starts < at
            case "le":
                keep &= figures.ends <= at if has_ends else starts <= at
            case "eq":
                keep &= np.zeros(len(starts), bool) if has_ends else starts == at
    if keep.all():
        return figures
    places = np.flatnonzero(keep)
    if len(places) and places[-1] - places[0] + 1 == len(places):
        return figures.part(slice(int(places[0]), int(places[-1]) + 1))
    return replace(
        figures,
        ids=figures.ids[keep] if len(figures.ids) else figures.ids,
        starts=starts[keep],
        ends=figures.ends[keep] if has_ends else figures.ends,
        table=figures.table.filter(pa.array(keep)),
    )


def _moment(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time)
