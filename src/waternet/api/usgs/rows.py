"""Figures of some time series, as rows with the names that the USGS gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.usgs.series import COMPUTED_DAILY, CONTINUOUS
from waternet.bank.as_of import AsOf
from waternet.bank.asking import ask_figures
from waternet.bank.query import get_latest
from waternet.bank.question import Question
from waternet.bank.store import Bank
from waternet.formats.writing import to_iso
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = ["FigureRows", "Span", "last_rows", "read_rows"]

Numbers: TypeAlias = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9997, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_APPROVAL = {Status.APPROVED: "Approved", Status.PROVISIONAL: "Provisional"}
_ESTIMATED = "ESTIMATED"
_OF_GRADE = {Grade.SUSPECT: "SUSPECT", Grade.BAD: "BAD"}
_SHARED = (
    *("time", "unit", "value", "censor", "grade", "status", "qualifier", "release"),
    *("n", "coverage"),
)
_SIGNS = {Censor.BELOW: "<", Censor.ABOVE: ">", 3: "<>"}


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked of figures, whatever the series.

    Attributes
    ----------
    first, last : int [us since 1970, UTC]
        Both inclusive; of days, by their dates.
    as_of : AsOf or None
    unit : str
        UCUM code; '' is each series's own.
    """

    first: int
    last: int
    as_of: AsOf | None = None
    unit: str = ""


class FigureRows:
    """Figures of some series; a column is worked out when it is asked for.

    Parameters
    ----------
    series : pyarrow.Table, (k,)
        As `waternet.api.usgs.series` returns them, all continuous or all of days.
    which : array of int, (n,)
        The place of each figure's series.
    figures : pyarrow.Table, (n,)
        time, unit, value, censor, grade, status, qualifier, release; and n and
        coverage of what is computed, else null.
    issued : mapping of (party, entry) to its time [us since 1970]
    """

    def __init__(
        self,
        series: pa.Table,
        which: Numbers,
        figures: pa.Table,
        issued: Mapping[tuple[str, int], int],
    ) -> None:
        self._series, self._which = series, which
        self._figures, self._issued = figures, issued
        self._made: dict[str, Any] = {}

    @property
    def num_rows(self) -> int:
        """How many there are."""
        return len(self._which)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Return a column."""
        if name not in self._made:
            made = self._column(name)
            is_array = isinstance(made, pa.Array)
            self._made[name] = pa.chunked_array([made]) if is_array else made
        return self._made[name]

    def take(self, places: Any) -> FigureRows:
        """Return some of the figures."""
        at = pa.array(places)
        figures = self._figures.take(at)
        return FigureRows(self._series, self._which[places], figures, self._issued)

    def table(self, names: Iterable[str]) -> pa.Table:
        """Return some columns as a table."""
        return pa.table({name: self[name] for name in names})

    def _column(self, name: str) -> Any:
        made: Mapping[str, Callable[[], Any]] = {
            "id": self._ids,
            "time_series_id": lambda: self._of_series("id"),
            "time": self._times,
            "value": lambda: self._figures["value"],
            "unit_of_measure": lambda: self._figures["unit"].cast(pa.string()),
            "approval_status": lambda: _approvals(self._figures),
            "qualifier": lambda: _qualifiers(self._figures),
            "last_modified": self._last_modified,
            "release": lambda: self._figures["release"].cast(pa.int64()),
            "figures": lambda: self._figures["n"].cast(pa.int64()),
            "coverage": lambda: self._figures["coverage"].cast(pa.float64()),
        }
        return made[name]() if name in made else self._of_series(name)

    def _of_series(self, name: str) -> Any:
        return self._series[name].combine_chunks().take(pa.array(self._which))

    def _is_of_days(self) -> bool:
        return bool(pc.any(pc.not_equal(self._series["@kind"], CONTINUOUS)).as_py())

    def _ids(self) -> Any:
        time = self["time"]
        is_date = pa.types.is_date(time.type)
        written = time.cast(pa.string()) if is_date else to_iso(time)
        return pc.binary_join_element_wise(self["time_series_id"], written, "@")

    def _times(self) -> Any:
        """Return times; of days, their dates by their owners' clocks."""
        times = self._figures["time"]
        if not self._is_of_days():
            return times
        zones = np.array(self._series["@zone"].to_pylist(), object)[self._which]
        dates = np.empty(len(zones), "datetime64[D]")
        for zone in set(zones.tolist()):
            at = np.flatnonzero(zones == zone)
            moments = times.take(pa.array(at)).cast(pa.timestamp("us", "UTC"))
            local = pc.local_timestamp(moments.cast(pa.timestamp("us", zone)))
            dates[at] = local.to_numpy().astype("datetime64[D]")
        return pa.array(dates, pa.date32())

    def _last_modified(self) -> Any:
        parties = np.array(self._series["party"].to_pylist(), object)[self._which]
        figures = pa.table({"party": parties, "release": self._figures["release"]})
        places, told = _coded(figures, "party", "release")
        moments = [self._issued.get(one) for one in told]
        return _taken(places, moments, pa.int64()).cast(pa.timestamp("us"))


def read_rows(
    bank: Bank, series: pa.Table, span: Span, issued: Mapping[tuple[str, int], int]
) -> FigureRows:
    """Return the figures of some series, by series as given, then time.

    Parameters
    ----------
    series : pyarrow.Table
        As `waternet.api.usgs.series` returns them, all continuous or all of days.
    span : Span
    issued : mapping of (party, entry) to its time [us since 1970]
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for place, (kind, statistic) in enumerate(
        zip(series["@kind"].to_pylist(), series["@statistic"].to_pylist(), strict=True)
    ):
        key = kind, statistic if kind == COMPUTED_DAILY else ""
        groups.setdefault(key, []).append(place)
    parts, places = [], []
    for (kind, statistic), at in groups.items():
        part = series.take(pa.array(at))
        addresses = part["@address"].to_pylist()
        figures = ask_figures(bank, addresses, _question(span, kind, statistic))
        places.append(np.array(at, np.int64)[_which(part, figures)])
        parts.append(_alike(figures))
    which = np.concatenate(places)
    rows = FigureRows(series, which, pa.concat_tables(parts), issued)
    if len(parts) == 1:
        return rows
    return rows.take(np.argsort(which, kind="stable"))


def last_rows(
    bank: Bank,
    series: pa.Table,
    as_of: AsOf | None,
    issued: Mapping[tuple[str, int], int],
) -> FigureRows:
    """Return the last figure of each published series."""
    figures = get_latest(bank, series["@address"].to_pylist(), as_of=as_of)
    return FigureRows(series, _which(series, figures), _alike(figures), issued)


def _alike(figures: pa.Table) -> pa.Table:
    """Return figures with the same columns, however they were asked for."""
    told = figures.select([name for name in _SHARED if name in figures.column_names])
    told = told.set_column(
        told.schema.get_field_index("qualifier"),
        "qualifier",
        figures["qualifier"].cast(pa.string()),
    )
    told = told.set_column(
        told.schema.get_field_index("unit"), "unit", figures["unit"].cast(pa.string())
    )
    if "n" not in told.column_names:
        told = told.append_column("n", pa.nulls(told.num_rows, pa.int64()))
        told = told.append_column("coverage", pa.nulls(told.num_rows, pa.float64()))
    return told


def _question(span: Span, kind: str, statistic: str) -> Question:
    start, end = _moment(span.first, _FIRST), _moment(span.last + 1, _LAST)
    if kind != CONTINUOUS:
        # Days begin by their owner's clock, up to a day from UTC's.
        start = max(start - _DAY, _FIRST) if start > _FIRST else start
        end = min(end + _DAY, _LAST) if end < _LAST else end
    aggregate = "day" if kind == COMPUTED_DAILY else ""
    return Question(
        start=None if start == _FIRST else start,
        end=None if end == _LAST else end,
        as_of=span.as_of,
        aggregate=aggregate,
        statistic=statistic if aggregate else "mean",
        unit=span.unit,
    )


def _moment(at: int, otherwise: datetime) -> datetime:
    try:
        when = _EPOCH + timedelta(microseconds=at)
    except OverflowError:
        return otherwise
    return min(max(when, _FIRST), _LAST)


def _which(series: pa.Table, figures: pa.Table) -> Numbers:
    """Return the place of each figure's series."""
    addresses = pc.binary_join_element_wise(
        figures["party"].cast(pa.string()), figures["datastream"].cast(pa.string()), ":"
    )
    found: Numbers = pc.index_in(
        addresses, series["@address"].combine_chunks()
    ).to_numpy()
    return found


def _coded(figures: pa.Table, *names: str) -> tuple[Any, list[tuple[Any, ...]]]:
    """Return the different combinations of some columns, and which each row has."""
    columns = [figures[name] for name in names]
    key = np.zeros(figures.num_rows, np.int64)
    values: list[list[Any]] = []
    for column in columns:
        coded = column.combine_chunks()
        coded = (
            coded if pa.types.is_dictionary(coded.type) else coded.dictionary_encode()
        )
        indices = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy()
        values.append([*coded.dictionary.to_pylist(), None])
        key = key * len(values[-1]) + np.where(
            indices < 0, len(values[-1]) - 1, indices
        )
    found, places = np.unique(key, return_inverse=True)
    told = []
    for code in found.tolist():
        parts, left = list[Any](), code
        for among in reversed(values):
            left, place = divmod(left, len(among))
            parts.append(among[place])
        told.append(tuple(reversed(parts)))
    return places, told


def _approvals(figures: pa.Table) -> pa.Array:
    places, told = _coded(figures, "status")
    words = [
        _APPROVAL.get(Status(status)) if status is not None else None
        for (status,) in told
    ]
    return _taken(places, words, pa.string())


def _qualifiers(figures: pa.Table) -> pa.Array:
    """Return what is to be known of each figure; null where nothing is."""
    places, told = _coded(figures, "qualifier", "censor", "status", "grade")
    return _taken(places, [_qualifier(*one) for one in told], pa.list_(pa.string()))


def _qualifier(
    written: str | None, censor: int | None, status: int | None, grade: int | None
) -> list[str] | None:
    found = [written] if written else []
    if sign := _SIGNS.get(censor or 0):
        found.append(sign)
    if status == Status.ESTIMATED:
        found.append(_ESTIMATED)
    if word := _OF_GRADE.get(Grade(grade or 0)):
        found.append(word)
    return found or None


def _taken(places: Any, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(list(values), kind).take(pa.array(places))
