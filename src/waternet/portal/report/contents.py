"""What stands in a yearbook's chapters: figures and statistics, in no language yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.aggregate import aggregate
from waternet.bank.amount import most_figures
from waternet.bank.asking import ask_figures
from waternet.bank.calendar import Calendar
from waternet.bank.question import Question
from waternet.bank.selection import choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.vocabulary import Grade
from waternet.observation.zone import find_zone
from waternet.portal.chart.line import Line
from waternet.portal.report.scope import Scope
from waternet.portal.series.described import Described
from waternet.portal.series.figures import line_of

__all__ = ["MOST_FIGURES", "Chapter", "Extreme", "Period", "read_chapters"]

MOST_FIGURES: Final = 3_000_000  # of all chapters
MOST_ROWS: Final = 200  # years of a table; earlier ones are told to be left out
_MOST_DIGITS: Final = 3  # after the decimal point
_SIGNS: Final = ("", "<", ">")
Extreme: TypeAlias = tuple[float, str, datetime]


@dataclass(frozen=True, slots=True)
class Period:
    """Which figures, and with which month a year begins.

    Attributes
    ----------
    start, end : datetime or None
        Half-open.
    first_month : int
        1 for years of the calendar.
    """

    start: datetime | None = None
    end: datetime | None = None
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class Chapter:
    """One datastream in a yearbook.

    Attributes
    ----------
    about : Described
    line : Line
        Every figure; its name is the datastream's address.
    unit : str
        UCUM.
    digits : int
        After the decimal point, of what is shown.
    figures : int
    suspect, bad, limits : int
        How many of the figures are graded so, or known as a limit only.
    lowest, highest : (value, sign, datetime) or None
        Of the figures that are not bad; the sign is '<' or '>' of a limit, else ''.
    years, months : tuple of dict
        As `aggregate` returns them. Years are () where a figure stands for more than
        one, months where it stands for more than a month.
    is_summed : bool
        Totals are added up; else months show means.
    releases : tuple of (party, number)
    """

    about: Described
    line: Line
    unit: str
    digits: int
    figures: int
    suspect: int
    bad: int
    limits: int
    lowest: Extreme | None
    highest: Extreme | None
    years: tuple[dict[str, Any], ...]
    months: tuple[dict[str, Any], ...]
    is_summed: bool
    releases: tuple[tuple[str, int], ...]

    @property
    def zone(self) -> tzinfo:
        """By whose clock its days begin."""
        return find_zone(self.about.zone)


def read_chapters(bank: Bank, scope: Scope, period: Period) -> tuple[Chapter, ...]:
    """Return the chapters of a yearbook; a datastream without figures has none.

    Raises
    ------
    NotAcceptable
        More than `MOST_FIGURES`.
    NotFound
        There are none at all.
    """
    question = Question(start=period.start, end=period.end, as_of=scope.as_of)
    addresses = [one.address for one in scope.datastreams]
    most = sum(most_figures(bank, choose_series(bank, addresses), question).values())
    if most > MOST_FIGURES:
        raise NotAcceptable(
            f"a yearbook of some {most:,} figures; {MOST_FIGURES:,} at most",
            hint="give --from and --to, or name a smaller area",
        )
    chapters = [_chapter(bank, one, scope, period) for one in scope.datastreams]
    found = tuple(one for one in chapters if one is not None)
    if not found:
        raise NotFound("no figure of it can be read for this time")
    return found


def _chapter(
    bank: Bank, about: Described, scope: Scope, period: Period
) -> Chapter | None:
    question = Question(start=period.start, end=period.end, as_of=scope.as_of)
    figures = ask_figures(bank, [about.address], question)
    if scope.release is not None:
        figures = figures.filter(pc.equal(figures["release"], scope.release[1]))
    if not figures.num_rows:
        return None
    line = line_of(figures, about, about.address)
    years = _gathered(bank, about, scope, period, "year")
    grade = figures["grade"].to_numpy(zero_copy_only=False)
    censor = figures["censor"].to_numpy(zero_copy_only=False)
    lowest, highest = _extremes(figures)
    return Chapter(
        about=about,
        line=line,
        unit=line.unit,
        digits=_digits(figures),
        figures=figures.num_rows,
        suspect=int((grade == int(Grade.SUSPECT)).sum()),
        bad=int((grade == int(Grade.BAD)).sum()),
        limits=int((censor != 0).sum()) if len(censor) else 0,
        lowest=lowest,
        highest=highest,
        years=years,
        months=_gathered(bank, about, scope, period, "month"),
        is_summed=any(one["total"] is not None for one in years),
        releases=_releases(figures),
    )


def _gathered(
    bank: Bank, about: Described, scope: Scope, period: Period, by: str
) -> tuple[dict[str, Any], ...]:
    """Return a statistic of each year or month; () where a figure is longer."""
    is_yearly = about.about["interval"].endswith("Y")  # those years are the owner's
    if by == "year" and period.first_month != 1 and not is_yearly:
        calendar = Calendar("hydrological-year", about.zone, period.first_month)
    else:
        calendar = Calendar(by, about.zone)
    try:
        rows = aggregate(
            bank,
            [about.address],
            calendar,
            period.start,
            period.end,
            as_of=scope.as_of,
        )
    except NotAcceptable:
        return ()  # a figure of ten years has no place in one of them
    return tuple(rows.to_pylist())


def _digits(figures: pa.Table) -> int:
    """Return how many digits after the point tell every published figure apart."""
    value = figures["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    value = value[np.isfinite(value)]
    for digits in range(_MOST_DIGITS):
        if np.all(np.abs(value - np.round(value, digits)) < 1e-9):
            return digits
    return _MOST_DIGITS


def _extremes(figures: pa.Table) -> tuple[Extreme | None, Extreme | None]:
    value = figures["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    grade = figures["grade"].to_numpy(zero_copy_only=False)
    value = np.where(grade == int(Grade.BAD), np.nan, value)
    if not np.isfinite(value).any():
        return None, None
    places = (int(np.nanargmin(value)), int(np.nanargmax(value)))
    low, high = (
        (
            float(value[at]),
            _SIGNS[figures["censor"][at].as_py() or 0],
            figures["time"][at].as_py(),
        )
        for at in places
    )
    return low, high


def _releases(figures: pa.Table) -> tuple[tuple[str, int], ...]:
    named = figures.select(["party", "release"]).group_by(
        ["party", "release"], use_threads=False
    )
    found: Sequence[dict[str, Any]] = named.aggregate([]).to_pylist()
    return tuple(sorted((one["party"], one["release"]) for one in found))
