"""Dates by the source's clock, from the columns and headings that say so."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.formats.cells import Cells, clean_text
from waternet.formats.moments import (
    Moment,
    compile_moment,
    named_parts,
    number_months,
)
from waternet.formats.recipe import Recipe, TimeColumns
from waternet.formats.time_columns import read_year_start
from waternet.formats.zones import DAY

__all__ = [
    "NO_OFFSET",
    "LocalTimes",
    "Refusals",
    "find_bad",
    "read_constant",
    "read_date_parts",
    "read_date_texts",
]

Moments = npt.NDArray[np.int64]
# By row: column, value, reason, expected.
Refusals = dict[int, tuple[str, str, str, str]]
NO_OFFSET = np.iinfo(np.int64).min
_MINUTE = 60_000_000
_TWO_YEARS = re.compile(r"([0-9]{4}) ?[/–-] ?([0-9]{4}|[0-9]{2})")


@dataclass
class LocalTimes:
    """Moments by the source's clock, before they are UTC.

    Attributes
    ----------
    moments : array of int64, (n,) [us]
    good : array of bool, (n,)
    offset : array of int64, (n,) [us], or None
        `NO_OFFSET` where the text does not say; None where none does.
    has_clock : array of bool, (n,)
        A time of day is written.
    refused : mapping of row to (column, value, reason, expected)
        Why a row is not good.
    """

    moments: Moments
    good: npt.NDArray[np.bool_]
    offset: Moments | None
    has_clock: npt.NDArray[np.bool_]
    refused: Refusals


def read_date_texts(cells: Cells, recipe: Recipe) -> LocalTimes:
    """Read the column of dates."""
    time = recipe.time
    read = _reader(recipe)
    written, texts = cells.encoded(time.column)
    moments = np.zeros(len(texts) + 1, np.int64)  # the last: blank cells
    offset = np.full(len(texts) + 1, NO_OFFSET)
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
    for row in find_bad(cells, ~good[written]):
        place = written[row]
        text = texts[place] if place >= 0 else ""
        refused[int(row)] = (time.column, text, reasons[place], expected)
    return LocalTimes(
        moments[written], good[written], offset[written], has_clock[written], refused
    )


def read_constant(cells: Cells, time: TimeColumns) -> LocalTimes:
    """Give every row the one time that the recipe states."""
    form, moment = time.constant_moment()
    moment = _within_year(form, moment, time)
    count = len(cells.rows)
    return LocalTimes(
        np.full(count, moment.local),
        np.ones(count, bool),
        None if moment.offset is None else np.full(count, moment.offset * _MINUTE),
        np.full(count, moment.has_clock),
        {},
    )


def read_date_parts(
    cells: Cells, time: TimeColumns, heading: Moment | None = None
) -> LocalTimes:
    """Put a date together from year, month and day columns and a grid's heading."""
    refused: Refusals = {}
    year, month, day = _calendar(cells, time, heading, refused)
    months = (year - 1970) * 12 + (month - 1)
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]") - first
    for row in np.flatnonzero(day > length.astype(np.int64)):
        if int(row) not in refused:
            # A grid of days has cells for 30 February: nobody wrote that date.
            text = "" if heading else str(day[row])
            reason = "the month has no such day"
            refused[int(row)] = (time.day_column, text, reason, "")
    good = np.ones(len(cells.rows), bool)
    good[list(refused)] = False
    moments = (first.astype(np.int64) + day - 1) * DAY
    return LocalTimes(moments, good, None, np.zeros(len(good), bool), refused)


def find_bad(cells: Cells, bad: npt.NDArray[np.bool_]) -> Moments:
    """Return the rows that are bad; far too many mean a wrong recipe."""
    rows = np.flatnonzero(bad)
    cells.verify_few(len(rows))
    return rows


def _reader(recipe: Recipe) -> Callable[[str], Moment]:
    """Return what reads a date in any of the forms that the recipe gives."""
    time = recipe.time
    forms = list(time.format)
    if recipe.format == "excel" and "ISO" not in forms:
        forms.append("ISO")  # a cell that holds a date is handed on so
    readers = [
        (form, compile_moment(form, time.month_names, time.pivot_year))
        for form in forms
    ]

    def read(text: str) -> Moment:
        reason = ValueError("")
        for form, reader in readers:
            try:
                return _within_year(form, reader(text), time)
            except ValueError as error:
                reason = error
        raise reason

    return read


def _within_year(form: str, moment: Moment, time: TimeColumns) -> Moment:
    """Return when a year begins that is named alone."""
    if not time.year_starts or named_parts(form) != {"year"}:
        return moment
    month, day = read_year_start(time.year_starts)
    start = np.datetime64(moment.local, "us").astype("datetime64[Y]")
    start = start.astype("datetime64[M]") + np.timedelta64(month - 1, "M")
    start = start.astype("datetime64[D]") + np.timedelta64(day - 1, "D")
    return moment._replace(local=int(start.astype("datetime64[us]").astype(np.int64)))


def _calendar(
    cells: Cells, time: TimeColumns, heading: Moment | None, refused: Refusals
) -> tuple[Moments, Moments, Moments]:
    """Return each row's year, month and day, 1 where nothing says."""
    said, year_alone = _said_once(time, heading)
    ones = np.ones(len(cells.rows), np.int64)
    year, month, day = (ones * said.get(part, 1) for part in ("year", "month", "day"))
    if time.year_column:
        year, year_alone = _years(cells, time, refused), True
    if time.month_column:
        numbers = number_months(time.month_names)
        month = _whole(cells, time.month_column, (1, 12), refused, _names(numbers))
    if time.day_column:
        day = _whole(cells, time.day_column, (1, 31), refused, float)
    if time.year_starts and year_alone:
        first = read_year_start(time.year_starts)
        if time.month_column or "month" in said:
            year = year + (month < first[0])
        else:
            month, day = ones * first[0], ones * first[1]
    return year, month, day


def _said_once(
    time: TimeColumns, heading: Moment | None
) -> tuple[dict[str, int], bool]:
    """Return what the constant and the heading say, and if they name a year alone."""
    said: dict[str, int] = {}
    year_alone = False
    given = [time.constant_moment()] if time.constant else []
    for form, moment in [*given, *([(time.headings, heading)] if heading else [])]:
        named = named_parts(form)
        when = np.datetime64(moment.local, "us").astype("datetime64[D]").astype(object)
        said |= {part: getattr(when, part) for part in named}
        if "year" in named:
            year_alone = named == {"year"}
    return said, year_alone


def _years(cells: Cells, time: TimeColumns, refused: Refusals) -> Moments:
    def read(text: str) -> float:
        two = _TWO_YEARS.fullmatch(text)
        if two is not None and str(int(two[1]) + 1).endswith(two[2]):
            return float(two[1])
        year = float(text)
        if time.pivot_year and 0 <= year <= 99:
            return time.pivot_year + (year - time.pivot_year) % 100
        return year

    return _whole(cells, time.year_column, (1, 9999), refused, read)


def _names(numbers: dict[str, int]) -> Callable[[str], float]:
    return lambda text: numbers.get(text.casefold()) or float(text)


def _whole(
    cells: Cells,
    column: str,
    limits: tuple[int, int],
    refused: Refusals,
    read: Callable[[str], float],
) -> Moments:
    written, texts = cells.encoded(column)
    found = np.full(len(texts) + 1, limits[0], np.int64)
    good = np.zeros(len(texts) + 1, bool)
    for place, text in enumerate(texts):
        try:
            number = read(clean_text(text))
        except ValueError:
            continue
        if math.isfinite(number) and number == int(number):
            good[place] = limits[0] <= number <= limits[1]
            found[place] = int(number) if good[place] else limits[0]
    for row in find_bad(cells, ~good[written]):
        text = texts[written[row]] if written[row] >= 0 else ""
        expected = f"a whole number from {limits[0]} to {limits[1]}"
        reason = "not a date" if text else "no date"
        refused.setdefault(int(row), (column, text, reason, expected))
    return found[written]
