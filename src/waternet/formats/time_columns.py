"""When a figure is from, and by whose clock: the columns that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from waternet.errors import NotAcceptable
from waternet.formats.moments import (
    Moment,
    compile_clock,
    compile_moment,
    named_parts,
    number_months,
)
from waternet.formats.zones import find_zone

__all__ = ["TimeColumns", "read_year_start"]

_CONSTANT = ("ISO", "YYYY-MM", "YYYY", "YYYY/YY")


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """The `[time]` part: when, by whose clock.

    Attributes
    ----------
    column : str
        Holds the date, or date and time of day.
    format : tuple of str
        How dates are written, tried in turn: 'DD/MM/YYYY', 'DD-Mon-YY HH:MM',
        'ISO' (2015-06-30 or 2015-06-30T08:00:00+03:00), 'YYYY', 'serial' (days as
        spreadsheets count them). More in `waternet.formats.moments`.
    pivot_year : int
        First of the hundred years that two-digit years mean: 1950 makes 68 1968 and
        15 2015. Needed where the format has YY.
    clock_column : str
    clock : tuple of str
        How the time of day is written: 'HH:MM', 'HHMM' (leading zeros may be lost:
        845 is 08:45, 12 is 00:12), 'HH'. With both 'HHMM' and 'HH', one or two
        digits are hours.
    default_clock : str
        The time of day of readings that have only a date, 'HH:MM'; '' midnight.
    year_column, month_column, day_column : str
        Instead of `column`.
    headings : str
        For a wide grid: headings that are written like this are times, and the cells
        below them are figures: 'YYYY', 'MM/YYYY', 'Mon' (with `year_column`).
    month_names : tuple of 12 str
        What Mon stands for, where it is not English; twelve more for a second way.
    year_starts : str
        'MM-DD': a year stands for the twelve months from this day on.
    constant : str
        One time for all rows, as `format` says or 'YYYY', 'YYYY-MM', 'YYYY-MM-DD';
        with month columns or a grid of months, their year.
    end_column : str
        Holds the end of each row's interval, written as `column` is; it is kept where
        the datastream's interval does not tell it.
    stamp : str
        'end' where the time marks the end of the interval that a figure stands for.
    zone : str
        IANA zone or fixed offset of the clock: 'Asia/Amman', '+02:00'. In it the days
        and years of interval data begin.
    """

    column: str = ""
    format: tuple[str, ...] = ("ISO",)
    pivot_year: int = 0
    clock_column: str = ""
    clock: tuple[str, ...] = ("HH:MM",)
    default_clock: str = ""
    year_column: str = ""
    month_column: str = ""
    day_column: str = ""
    headings: str = ""
    month_names: tuple[str, ...] = ()
    year_starts: str = ""
    constant: str = ""
    end_column: str = ""
    stamp: str = "start"
    zone: str = ""

    def __post_init__(self) -> None:
        self._verify_month_names()
        if self.zone:
            find_zone(self.zone)
        written = (*self.format, *((self.headings,) if self.headings else ()))
        for moment in written:
            compile_moment(moment, self.month_names, self.pivot_year)
        compile_clock(self.clock)
        if self.default_clock:
            compile_clock(("HH:MM",))(self.default_clock)
        if self.stamp not in ("start", "end"):
            raise NotAcceptable(f"stamp {self.stamp!r} is neither 'start' nor 'end'")
        if self.end_column and (self.stamp == "end" or self.headings):
            raise NotAcceptable(
                "[time] end_column goes with a column of starts",
                hint="leave stamp out; a wide grid has no column of ends",
            )
        if self.year_starts:
            read_year_start(self.year_starts)
        if self.constant:
            self.constant_moment()

    def verify_whole_dates(self) -> None:
        """Raise where a column gives a month of no year, or a day of no month.

        Raises
        ------
        NotAcceptable
        """
        named = named_parts(self.headings) if self.headings else frozenset()
        if self.constant:
            named |= named_parts(self.constant_moment()[0])
        year = self.year_column or "year" in named
        month = self.month_column or "month" in named
        if self.month_column and not year:
            raise NotAcceptable("month_column needs year_column, or constant: the year")
        if self.day_column and not month:
            raise NotAcceptable("day_column needs month_column, or headings of months")
        if self.headings and not year:
            raise NotAcceptable(
                f"headings {self.headings!r} name no year, and nothing else does",
                hint="say year_column, or constant: the year",
            )
        if "day" in named and not month:
            raise NotAcceptable("headings of days need month_column, or constant")

    def _verify_month_names(self) -> None:
        numbers = number_months(self.month_names)
        meant = [numbers[name.casefold()] for name in self.month_names]
        if meant != [place % 12 + 1 for place in range(len(meant))] or len(meant) % 12:
            raise NotAcceptable(
                f"{len(meant)} month names; twelve are needed, or twelve for each way "
                "of writing them, none for two months"
            )

    @property
    def names_periods(self) -> bool:
        """Whether times name a whole month or year, which has no stamp to mark it."""
        if self.column:
            forms = self.format
        elif self.headings:
            forms = (self.headings,)
        else:
            forms = (self.constant_moment()[0],) if self.constant else ()
        named = [named_parts(form) for form in forms]
        return not (self.day_column or any("day" in parts for parts in named))

    def constant_moment(self) -> tuple[str, Moment]:
        """Return the one time of all rows, and the form in which it is written.

        Raises
        ------
        NotAcceptable
            It is written in none of the ways that are read.
        """
        for form in (*self.format, *_CONSTANT):
            try:
                read = compile_moment(form, self.month_names, self.pivot_year)
                return form, read(self.constant)
            except ValueError:
                continue
        raise NotAcceptable(
            f"constant {self.constant!r} is no time",
            hint="for example '1998', '1998-03', '1998-03-15', or as format says",
        )


def read_year_start(text: str) -> tuple[int, int]:
    """Return the month and day on which a year begins, from 'MM-DD'.

    Raises
    ------
    NotAcceptable
        It is no day that every year has.

    Examples
    --------
    >>> read_year_start("10-01")
    (10, 1)
    """
    try:
        day = date.fromisoformat(f"2001-{text}")
    except ValueError as error:
        raise NotAcceptable(
            f"year_starts {text!r} is no day of every year",
            hint="month and day: '10-01' for the first of October",
        ) from error
    return day.month, day.day
