"""When each row's figures are from, in UTC, from the columns that say so."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells, clean_text
from waternet.formats.moments import (
    Moment,
    compile_clock,
    compile_moment,
    number_months,
)
from waternet.formats.recipe import Recipe, TimeColumns
from waternet.formats.zones import DAY, to_utc
from waternet.observation.table import EARLIEST, LATEST

__all__ = ["Times", "read_heading_times", "read_times"]

Moments = npt.NDArray[np.int64]
_MINUTE = 60_000_000
_SKIPPED = "the clock was put forward over this hour: it never showed it"
_TWICE = "the clock was put back and showed this hour twice; taken as the first"
Refusals = dict[int, tuple[str, str, str, str]]


@dataclass(frozen=True)
class Times:
    """When each row is from.

    Attributes
    ----------
    utc : array of int64, (n,) [us]
    offset : array of int16, (n,) [min]
    good : array of bool, (n,)
    refused : mapping of row to (column, value, reason, expected)
        Why a row is not good.
    """

    utc: Moments
    offset: npt.NDArray[np.int16]
    good: npt.NDArray[np.bool_]
    refused: Mapping[int, tuple[str, str, str, str]]


@dataclass
class _Local:
    """Moments by the source's clock, before they are UTC."""

    moments: Moments
    good: npt.NDArray[np.bool_]
    offset: Moments | None  # us; `_NO_OFFSET` where the text does not say
    has_clock: npt.NDArray[np.bool_]  # a time of day is written
    refused: Refusals


_NO_OFFSET = np.iinfo(np.int64).min


def read_times(cells: Cells, recipe: Recipe) -> Times:
    """Read the moment of every row; rejected clocks go to `cells.rejects`."""
    time = recipe.time
    if not time.column:
        local = _from_parts(cells, time)
    elif pa.types.is_timestamp(cells.column(time.column).type):
        return _from_timestamps(cells, time)
    else:
        local = _from_text(cells, time, _reader(recipe))
    _add_clock(cells, time, local)
    return _in_utc(cells, time, local)


def read_heading_times(cells: Cells, recipe: Recipe) -> list[tuple[str, Times]]:
    """Return the headings of a wide grid that are times, and when each row's is."""
    time = recipe.time
    read = compile_moment(time.headings, time.month_names, time.pivot_year)
    found = []
    for heading in cells.columns:
        try:
            moment = read(heading)
        except ValueError:
            continue
        local = _from_parts(cells, time, np.datetime64(moment.local, "us"))
        found.append((heading, _in_utc(cells, time, local)))
    if not found:
        raise NotAcceptable(
            f"{cells.where}: no heading is written as {time.headings!r}",
            hint=f"the headings are {', '.join(list(cells.columns)[:12])}",
        )
    return found


def _reader(recipe: Recipe) -> Callable[[str], Moment]:
    """Return what reads a date in any of the forms that the recipe gives."""
    time = recipe.time
    forms = list(time.format)
    if recipe.format == "excel" and "ISO" not in forms:
        forms.append("ISO")  # a cell that holds a date is handed on so
    readers = [
        compile_moment(form, time.month_names, time.pivot_year) for form in forms
    ]

    def read(text: str) -> Moment:
        reason = ValueError("")
        for reader in readers:
            try:
                return reader(text)
            except ValueError as error:
                reason = error
        raise reason

    return read


def _from_timestamps(cells: Cells, time: TimeColumns) -> Times:
    """Take a column whose every cell was a moment in ISO form."""
    column = cells.column(time.column)
    moments = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    good = np.ones(len(moments), bool)
    refused: Refusals = {}
    if moments.null_count:
        good = moments.is_valid().to_numpy()
        moments = moments.fill_null(0)
        blank = (time.column, "", "no date", "")
        refused = {int(row): blank for row in _some(cells, ~good)}
    local = moments.to_numpy()
    if column.type.tz is not None:
        none = np.zeros(len(local), np.int64)
        return _told(time, local, none, _Local(local, good, None, good, refused))
    # Whether '00:00' is written is not known here: what is doubtful is read again.
    has_clock = np.ones(len(local), bool)
    return _in_utc(cells, time, _Local(local, good, None, has_clock, refused))


def _from_text(
    cells: Cells,
    time: TimeColumns,
    read: Callable[[str], Moment],
) -> _Local:
    written, texts = cells.encoded(time.column)
    moments = np.zeros(len(texts) + 1, np.int64)  # the last: blank cells
    offset = np.full(len(texts) + 1, _NO_OFFSET)
    has_clock, good = np.zeros((2, len(texts) + 1), bool)
    reasons = ["no date"] * (len(texts) + 1)
    for place, text in enumerate(texts):
        try:
            moment = read(clean_text(text))
        except (ValueError, OverflowError) as error:
            reasons[place] = str(error)
            continue
        moments[place], good[place] = moment.local, True
        has_clock[place] = moment.has_clock
        if moment.offset is not None:
            offset[place] = moment.offset * _MINUTE
    expected = f"a date written as {' or '.join(time.format)}"
    refused = {}
    for row in _some(cells, ~good[written]):
        place = written[row]
        text = texts[place] if place >= 0 else ""
        refused[int(row)] = (time.column, text, reasons[place], expected)
    return _Local(
        moments[written], good[written], offset[written], has_clock[written], refused
    )


def _from_parts(
    cells: Cells, time: TimeColumns, heading: np.datetime64 | None = None
) -> _Local:
    """Put a date together from year, month and day columns and a grid's heading."""
    count = len(cells.rows)
    refused: Refusals = {}
    year = month = day = np.ones(count, np.int64)
    if heading is not None:
        start = heading.astype("datetime64[M]")
        year = year * (start.astype("datetime64[Y]").astype(np.int64) + 1970)
        month = month * (start.astype(np.int64) % 12 + 1)
        day = day * ((heading.astype("datetime64[D]") - start).astype(np.int64) + 1)
    if time.year_column:
        year = _whole(cells, time.year_column, (1, 9999), refused)
    if time.month_column:
        month = _whole(cells, time.month_column, (1, 12), refused, time.month_names)
    if time.day_column:
        day = _whole(cells, time.day_column, (1, 31), refused)
    months = (year - 1970) * 12 + (month - 1)
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]") - first
    for row in np.flatnonzero(day > length.astype(np.int64)):
        if int(row) not in refused:
            reason = "the month has no such day"
            refused[int(row)] = (time.day_column, str(day[row]), reason, "")
    good = np.ones(count, bool)
    good[list(refused)] = False
    moments = (first.astype(np.int64) + day - 1) * DAY
    return _Local(moments, good, None, np.zeros(count, bool), refused)


def _whole(
    cells: Cells,
    column: str,
    limits: tuple[int, int],
    refused: Refusals,
    names: tuple[str, ...] = (),
) -> Moments:
    written, texts = cells.encoded(column)
    found = np.full(len(texts) + 1, limits[0], np.int64)
    good = np.zeros(len(texts) + 1, bool)
    months = number_months(names) if names else {}
    for place, text in enumerate(texts):
        try:
            number = months.get(text.casefold()) or float(text)
        except ValueError:
            continue
        if math.isfinite(number) and number == int(number):
            good[place] = limits[0] <= number <= limits[1]
            found[place] = int(number) if good[place] else limits[0]
    for row in _some(cells, ~good[written]):
        text = texts[written[row]] if written[row] >= 0 else ""
        expected = f"a whole number from {limits[0]} to {limits[1]}"
        reason = "not a date" if text else "no date"
        refused.setdefault(int(row), (column, text, reason, expected))
    return found[written]


def _some(cells: Cells, bad: npt.NDArray[np.bool_]) -> Moments:
    """Return the rows that are bad; far too many mean a wrong recipe."""
    rows = np.flatnonzero(bad)
    cells.verify_few(len(rows))
    return rows


def _add_clock(cells: Cells, time: TimeColumns, local: _Local) -> None:
    """Add the time of day; where none can be read, the recipe's default."""
    default = compile_clock(("HH:MM",))(time.default_clock) if time.default_clock else 0
    if not time.clock_column:
        if default:
            local.moments[~local.has_clock] += default
        return
    read = compile_clock((*time.clock, "HH:MM"))
    written, texts = cells.encoded(time.clock_column)
    clock = np.full(len(texts) + 1, default, np.int64)
    reasons = [""] * (len(texts) + 1)
    for place, text in enumerate(texts):
        try:
            clock[place] = read(text)
        except ValueError as error:
            reasons[place] = str(error)
    bad = np.array([bool(reason) for reason in reasons])
    for row in _some(cells, bad[written]):
        place = written[row]
        cells.reject(
            int(row),
            time.clock_column,
            texts[place],
            f"{reasons[place]}; the reading is kept at {time.default_clock or '00:00'}",
            f"a time of day written as {' or '.join(time.clock)}",
            lost=0,
        )
    local.moments += clock[written]
    local.has_clock |= (written >= 0) & ~bad[written]


def _in_utc(cells: Cells, time: TimeColumns, local: _Local) -> Times:
    if time.zone == "UTC" and local.offset is None:
        return _told(time, local.moments, np.zeros_like(local.moments), local)
    utc, offset, skipped, twice = to_utc(local.moments, time.zone or "UTC")
    # A day that the clock began late, or began twice, begins at its first instant.
    doubtful = (skipped | twice) & local.good & local.has_clock
    if local.offset is not None:
        stated = local.offset != _NO_OFFSET
        utc = np.where(stated, local.moments - local.offset, utc)
        offset = np.where(stated, local.offset, offset)
        doubtful &= ~stated
    for row in np.flatnonzero(doubtful):
        text = str(local.moments[row].astype("datetime64[us]"))[:16]
        if twice[row]:
            cells.notice(int(row), time.column, text, _TWICE)
            continue
        expected = f"a time in {time.zone}; is the clock on winter time all year?"
        local.refused[int(row)] = (time.column, text, _SKIPPED, expected)
        local.good[row] = False
    return _told(time, utc, offset, local)


def _told(time: TimeColumns, utc: Moments, offset: Moments, local: _Local) -> Times:
    """Return the times, without those of years that no calendar tells."""
    for row in np.flatnonzero(local.good & ((utc < EARLIEST) | (utc > LATEST))):
        text = str(local.moments[row].astype("datetime64[us]"))[:16]
        expected = "a year from 2 to 9997"
        local.refused[int(row)] = (time.column, text, "no such year", expected)
        local.good[row] = False
    return Times(utc, (offset // _MINUTE).astype(np.int16), local.good, local.refused)
