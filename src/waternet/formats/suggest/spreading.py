"""How a table spreads its figures: times, stations or quantities across, or long."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.dates import DateForm, find_date_form, month_names_for
from waternet.formats.suggest.kinds import Kind
from waternet.formats.suggest.roles import Roles, counts_rows
from waternet.formats.suggest.siblings import find_stations_across
from waternet.formats.suggest.words import month_number

__all__ = ["Spread", "find_spread"]

_YEAR = re.compile(r"(\D*?)((?:1[89]|20|21)\d\d)(\D*)")
_TOKEN = re.compile(r"YY|MM|DD|HH|SS|Mon", re.IGNORECASE)


@dataclass
class Spread:
    """What stands across a table.

    Attributes
    ----------
    across : str
        'times', 'stations', 'quantities', 'long' (a column names the quantity) or ''
        (no figures).
    figures : list of Column
    headings : str
        How the headings write times.
    month_names : tuple of str
    form : DateForm or None
    reason : str
    confidence : float
    """

    across: str
    figures: list[Column] = field(default_factory=list)
    headings: str = ""
    month_names: tuple[str, ...] = ()
    form: DateForm | None = None
    reason: str = ""
    confidence: float = 0.9


def find_spread(roles: Roles, columns: list[Column]) -> Spread:
    """Return what stands across a table."""
    numeric = [column for column in roles.rest if _is_figures(column)]
    times = _times_across(roles, columns)
    if times is not None:
        return times
    if roles.value and roles.variable:
        return Spread("long", [roles.value], reason="a column names the quantity")
    if roles.value:
        known = [column for column in numeric if column.properties]
        return Spread(
            "quantities", [roles.value, *known], reason="one column of values"
        )
    if roles.station is None and roles.has_time:
        stations = find_stations_across(numeric)
        if stations:
            figures, reason = stations
            return Spread("stations", figures, reason=reason, confidence=0.7)
    return Spread("quantities" if numeric else "", numeric, reason="a column each")


def _is_figures(column: Column) -> bool:
    return (
        column.number_share >= 0.5
        and bool(column.numbers)
        and column.share(Kind.DATE) < 0.3
        and column.share(Kind.CLOCK) < 0.3
        and column.roles.get("row", 0) < 0.9
        and not {"opened", "end_date"} & column.roles.keys()
        and not (column.heading == "#1" and counts_rows(column))
    )


def _times_across(roles: Roles, columns: list[Column]) -> Spread | None:
    """Return the spread of a grid whose headings are times; None where it is none."""
    free = [
        column
        for column in columns
        if not column.use and (column.is_empty or column.number_share >= 0.3)
    ]
    if len(free) < 2 or roles.date is not None:
        return None
    named = _months_or_days(roles, free) or _months_in_words(free)
    if named is not None:
        return named
    if roles.year is not None:
        years = [c for c in free if re.fullmatch(r"(?:1[89]|20|21)\d\d", c.heading)]
        if len(years) < 5 or len(years) * 2 < len(free):
            return None
        roles.year.use = ""
        roles.rest.append(roles.year)
        roles.year = None
    form = find_date_form([column.heading for column in free])
    fits = [c for c in free if find_date_form([c.heading]).formats]
    fits = [c for c in fits if c.heading != "serial"]
    if len(fits) >= 2 and len(form.formats) >= 1 and form.formats != ["serial"]:
        best = form.formats[0]
        chosen = [c for c in fits if find_date_form([c.heading]).formats == [best]]
        if form.alternatives or len(chosen) < 2:
            chosen = fits
        if _is_run([column.heading for column in chosen], best):
            reason = f"{len(chosen)} headings are times, as {chosen[0].heading!r}"
            return Spread("times", chosen, best, form.month_names, form, reason, 0.95)
    return _years_in_words(free) or _two_rows(free)


def _months_or_days(roles: Roles, free: list[Column]) -> Spread | None:
    """Find headings that are months or days alone."""
    months = [column for column in free if month_number(column.heading)]
    if len(months) >= 6 and len({month_number(c.heading) for c in months}) == len(
        months
    ):
        names = month_names_for({column.heading for column in months})
        reason = "months stand across"
        return Spread("times", months, "Mon", names, None, reason, 0.95)
    days = [c for c in free if re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", c.heading)]
    if roles.year and roles.month and len(days) >= 28:
        return Spread("times", days, "DD", (), None, "days stand across", 0.9)
    numbered = [c for c in free if re.fullmatch(r"0?[1-9]|1[0-2]", c.heading)]
    if roles.year and len(numbered) == 12:
        return Spread("times", numbered, "MM", (), None, "months stand across", 0.9)
    return None


def _is_run(headings: list[str], form: str) -> bool:
    """Whether headings are enough of a kind: years in order, or dates."""
    if form != "YYYY":
        return True
    years = [int(heading) for heading in headings if heading.isdigit()]
    return years == sorted(years) or years == sorted(years, reverse=True)


def _years_in_words(free: list[Column]) -> Spread | None:
    """Find headings such as 'Q_1995' or '1995 total', equal but for the year."""
    found: Counter[tuple[str, str]] = Counter()
    for column in free:
        match = _YEAR.fullmatch(column.heading)
        if match:
            found[match[1], match[3]] += 1
    if not found:
        return None
    (before, after), count = found.most_common(1)[0]
    misread = _TOKEN.search(before + after) or before[-1:].upper() == "Y"
    if count < 3 or (misread and (after or not re.fullmatch(r"[yY]|", before))):
        return None
    chosen = [
        column
        for column in free
        if (match := _YEAR.fullmatch(column.heading))
        and (match[1], match[3]) == (before, after)
    ]
    written = f"{before.lower() if before in ('Y', 'y') else before}YYYY{after}"
    reason = f"{count} headings differ in the year only, as {chosen[0].heading!r}"
    return Spread("times", chosen, written, (), None, reason, 0.85)


def _months_in_words(free: list[Column]) -> Spread | None:
    """Find headings such as 'Rain_Jan', equal but for the month."""
    found: Counter[str] = Counter()
    for column in free:
        before, month = _before_month(column.heading)
        if before and month:
            found[before] += 1
    for before, count in found.most_common(1):
        chosen = [c for c in free if _before_month(c.heading)[0] == before]
        written = {column.heading[len(before) :] for column in chosen}
        if count < 6 or _TOKEN.search(before) or len(written) < count:
            return None
        names = month_names_for(written)
        reason = f"{count} headings differ in the month only"
        return Spread("times", chosen, f"{before}Mon", names, None, reason, 0.85)
    return None


def _before_month(heading: str) -> tuple[str, int]:
    match = re.fullmatch(r"(.*[\W_])([^\W\d_]+'?)", heading)
    month = month_number(match[2]) if match else 0
    return (match[1], month) if match and month else ("", 0)


def _two_rows(free: list[Column]) -> Spread | None:
    """Find headings of two rows, the year and the month: '2015 / Jan'."""
    pairs = [(column, column.heading.split(" / ")) for column in free]
    for first, second in (("YYYY", "Mon"), ("Mon", "YYYY"), ("YYYY", "MM")):
        fits = [
            column
            for column, parts in pairs
            if len(parts) == 2 and _is(parts[0], first) and _is(parts[1], second)
        ]
        if len(fits) >= 3:
            place = (first, second).index("Mon") if "Mon" in (first, second) else 0
            names = (
                month_names_for({c.heading.split(" / ")[place] for c in fits})
                if "Mon" in (first, second)
                else ()
            )
            reason = "years and months stand across, in two rows"
            return Spread(
                "times", fits, f"{first} / {second}", names, None, reason, 0.9
            )
    return None


def _is(text: str, token: str) -> bool:
    if token == "YYYY":
        return bool(re.fullmatch(r"(?:1[89]|20|21)\d\d", text))
    if token == "MM":
        return bool(re.fullmatch(r"0?[1-9]|1[0-2]", text))
    return bool(month_number(text))
