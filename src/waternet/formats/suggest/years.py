"""Of which year the months across are, and where a year of theirs begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from waternet.formats.suggest.draft import Draft, Part

__all__ = ["name_year", "start_months"]

_TWO = re.compile(r"(?<!\d)((?:19|20)\d\d) ?[/\u2013\u2014-] ?(\d{4}|\d\d)(?!\d)")
_ONE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CALENDAR = "calendar"


def name_year(draft: Draft, part: Part, said: str, months: Sequence[int]) -> None:
    """Say of which year the months across are: a title or sheet's name may tell it.

    Parameters
    ----------
    draft, part
    said : str
        Titles and the sheet's name.
    months : sequence of int
        In the order of the columns: where they do not begin with January, the
        figures are of two calendar years.
    """
    pairs = [
        f"{first}/{int(first) % 100 + 1:02d}"
        for first, second in _TWO.findall(said)
        if str(int(first) + 1).endswith(second)
    ]
    pairs = list(dict.fromkeys(pairs))
    years = list(dict.fromkeys(_ONE.findall(_TWO.sub(" ", said))))
    start = _first_month(months)
    if pairs or start:
        _two_years(draft, part, (pairs, years), start, said)
        return
    if len(years) == 1 and draft.answer("time.constant") is None:
        draft.say("time.constant", years[0], f"{said.strip()!r} names one year", 0.85)
        part.time["constant"] = years[0]
        return
    _ask_year(draft, part, years, "no column and no title names one year")


def _two_years(
    draft: Draft,
    part: Part,
    told: tuple[list[str], list[str]],
    start: int,
    said: str,
) -> None:
    pairs, years = told
    if len(pairs) == 1 and draft.answer("time.constant") is None:
        draft.say("time.constant", pairs[0], f"{said.strip()!r} names it", 0.9)
        part.time["constant"] = pairs[0]
    else:
        # One year over months of two may be the first of them or the second.
        near = [f"{y}/{(y + 1) % 100:02d}" for x in years for y in (int(x), int(x) - 1)]
        reason = "the months across are of two calendar years, and no title names both"
        _ask_year(draft, part, pairs or near, reason)
    start_months(draft, part, [start] if start else [], two_years=True)


def _ask_year(draft: Draft, part: Part, choices: Sequence[str], reason: str) -> None:
    year = draft.ask(
        "time.constant", "Of which year are the months across?", choices, None, reason
    )
    part.time["constant"] = year or "2000"
    if not year:
        draft.assume("year = 2000")


def start_months(
    draft: Draft, part: Part, months: Sequence[int], *, two_years: bool
) -> None:
    """Say on which day the years begin that months across are of.

    Parameters
    ----------
    draft, part
    months : sequence of int
        In the order of the columns.
    two_years : bool
        Whether years are named by both: '2014/15'.
    """
    start = months[0] if len(months) == 1 else _first_month(months)
    if not two_years and not start:
        return
    day = f"{start:02d}-01"
    if two_years and start and draft.answer("time.year_starts") is None:
        reason = "years are named by two, and their months across begin there"
        draft.say("time.year_starts", day, reason, 0.9)
        part.time["year_starts"] = day
        return
    choices = (day, _CALENDAR) if start else ("10-01", "09-01", "11-01", "07-01")
    asked = draft.ask(
        "time.year_starts",
        "On which day (MM-DD) does such a year begin? 'calendar': each month is of "
        "the calendar year that its row names",
        choices,
        None,
        "months across do not begin with January"
        if start
        else "years are written as '2014/15'",
    )
    if asked and asked != _CALENDAR:
        part.time["year_starts"] = asked


def _first_month(months: Sequence[int]) -> int:
    """Return the month with which a year's columns begin; 0 for January."""
    turns = sum(after < before for before, after in pairwise(months))
    is_run = all((after - before) % 12 == 1 for before, after in pairwise(months))
    return months[0] if months and turns == 1 and is_run else 0
