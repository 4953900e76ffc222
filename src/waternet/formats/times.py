"""When each row's figures are from, in UTC, from the columns that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells
from waternet.formats.date_columns import (
    NO_OFFSET,
    LocalTimes,
    Refusals,
    find_bad,
    read_constant,
    read_date_parts,
    read_date_texts,
)
from waternet.formats.moments import compile_clock, compile_moment
from waternet.formats.recipe import Recipe, TimeColumns
from waternet.formats.zones import to_utc
from waternet.observation.table import EARLIEST, LATEST

__all__ = ["Times", "read_heading_times", "read_times"]

Moments = npt.NDArray[np.int64]
_MINUTE = 60_000_000
_SKIPPED = "the clock was put forward over this hour: it never showed it"
_TWICE = "the clock was put back and showed this hour twice; taken as the first"


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


def read_times(cells: Cells, recipe: Recipe) -> Times:
    """Read the moment of every row; rejected clocks go to `cells.rejects`."""
    time = recipe.time
    if not (time.column or time.year_column or time.month_column):
        local = read_constant(cells, time)
    elif not time.column:
        local = read_date_parts(cells, time)
    elif pa.types.is_timestamp(cells.column(time.column).type):
        return _from_timestamps(cells, time)
    else:
        local = read_date_texts(cells, recipe)
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
        local = read_date_parts(cells, time, moment)
        found.append((heading, _in_utc(cells, time, local)))
    if not found:
        raise NotAcceptable(
            f"{cells.where}: no heading is written as {time.headings!r}",
            hint=f"the headings are {', '.join(list(cells.columns)[:12])}",
        )
    return found


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
        refused = {int(row): blank for row in find_bad(cells, ~good)}
    local = moments.to_numpy()
    if column.type.tz is not None:
        none = np.zeros(len(local), np.int64)
        return _told(time, local, none, LocalTimes(local, good, None, good, refused))
    # Whether '00:00' is written is not known here: what is doubtful is read again.
    has_clock = np.ones(len(local), bool)
    return _in_utc(cells, time, LocalTimes(local, good, None, has_clock, refused))


def _add_clock(cells: Cells, time: TimeColumns, local: LocalTimes) -> None:
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
    for row in find_bad(cells, bad[written]):
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


def _in_utc(cells: Cells, time: TimeColumns, local: LocalTimes) -> Times:
    if time.zone == "UTC" and local.offset is None:
        return _told(time, local.moments, np.zeros_like(local.moments), local)
    utc, offset, skipped, twice = to_utc(local.moments, time.zone or "UTC")
    # A day that the clock began late, or began twice, begins at its first instant.
    doubtful = (skipped | twice) & local.good & local.has_clock
    if local.offset is not None:
        stated = local.offset != NO_OFFSET
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


def _told(time: TimeColumns, utc: Moments, offset: Moments, local: LocalTimes) -> Times:
    """Return the times, without those of years that no calendar tells."""
    for row in np.flatnonzero(local.good & ((utc < EARLIEST) | (utc > LATEST))):
        text = str(local.moments[row].astype("datetime64[us]"))[:16]
        expected = "a year from 2 to 9997"
        local.refused[int(row)] = (time.column, text, "no such year", expected)
        local.good[row] = False
    return Times(utc, (offset // _MINUTE).astype(np.int16), local.good, local.refused)
