"""The `[time]` part of a suggested recipe, and the spacing of its moments."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.dates import (
    DateForm,
    month_lists,
    month_names_for,
    read_dates,
)
from waternet.formats.suggest.draft import Draft, Part
from waternet.formats.suggest.kinds import DIGITS, Kind
from waternet.formats.suggest.roles import Roles
from waternet.formats.suggest.spreading import Spread
from waternet.formats.suggest.words import month_number
from waternet.formats.suggest.years import name_year, start_months

__all__ = ["Spacing", "ask_zone", "describe_time"]

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_ZONE_TEXT = "By whose clock are the times? A zone with summer time, or a fixed offset"
_NAMES = re.compile(r"YYYY(.)YY")


@dataclass
class Spacing:
    """How far apart a file's moments are.

    Attributes
    ----------
    interval : str
        'P1Y', 'P1M', 'P1D', 'PT1H'...; '' where they are irregular.
    reason : str
    clock_hour : int
        The hour at which all stand; -1 where it varies or none is written.
    has_offset : bool
        Each time carries its own offset.
    """

    interval: str = ""
    reason: str = ""
    clock_hour: int = -1
    has_offset: bool = False
    fine: bool = field(default=False)  # times of day differ
    by_day: bool = field(default=False)  # dates of visits, not names of months or years


def describe_time(
    draft: Draft, part: Part, roles: Roles, spread: Spread, said: str
) -> Spacing | None:
    """Fill in `[time]` without the zone; None where nothing tells when.

    `said` is what stands around the table: it may name the year of months across.
    """
    if spread.across == "times":
        return _across(draft, part, roles, spread, said)
    if roles.date is not None:
        return _by_date(draft, part, roles, roles.date)
    if roles.year is not None:
        return _by_parts(draft, part, roles, roles.year)
    return None


def _across(
    draft: Draft, part: Part, roles: Roles, spread: Spread, said: str
) -> Spacing | None:
    time = part.time
    time["headings"] = spread.headings
    draft.say("time.headings", spread.headings, spread.reason, spread.confidence)
    if spread.month_names:
        time["month_names"] = list(spread.month_names)
    if (spread.headings.endswith("Mon") and "YYYY" not in spread.headings) or (
        spread.headings == "MM"
    ):
        months = [_month(column.heading) for column in spread.figures]
        if roles.year is not None:
            time["year_column"] = roles.year.heading
            two_years = any("YYYY/" in form for form in roles.year.dates.formats)
            two_years |= any("YYYY-YY" in form for form in roles.year.dates.formats)
            start_months(draft, part, months, two_years=two_years)
        else:
            name_year(draft, part, said, months)
        if roles.day is not None and roles.month is None:
            time["day_column"] = roles.day.heading
            return Spacing("P1D", "a row each day, a column each month")
        return Spacing("P1M", "a column each month")
    if spread.headings == "DD" and roles.year and roles.month:
        time["year_column"] = roles.year.heading
        time["month_column"] = roles.month.heading
        return Spacing("P1D", "a column each day")
    if spread.form is not None:
        _order(draft, part, "time.headings", spread.form)
        if spread.form.pivot_year:
            time["pivot_year"] = spread.form.pivot_year
    if _NAMES.search(spread.headings) or re.search("YYYY.YYYY", spread.headings):
        _ask_year_start(draft, part)
    if "D" in spread.headings:
        return Spacing("P1D", "a column each day")
    monthly = "M" in spread.headings
    return Spacing("P1M" if monthly else "P1Y", "a column each")


def _month(heading: str) -> int:
    last = re.split(r"[\W_]+", heading)[-1]
    return month_number(heading) or month_number(last) or int(heading.translate(DIGITS))


def _order(draft: Draft, part: Part, key: str, form: DateForm) -> list[str]:
    """Return the formats; where the order is open, the owner is asked."""
    formats = list(form.formats)
    if not form.alternatives and (not formats or draft.answer(key) is None):
        return formats
    chosen = draft.ask(
        key,
        "Which is the day and which the month?",
        [formats[0], *form.alternatives],
        None,
        form.reason,
    )
    if chosen is None:
        return formats
    if key == "time.headings":
        part.time["headings"] = chosen
    return [chosen, *(each for each in formats if each != formats[0])]


def _by_date(draft: Draft, part: Part, roles: Roles, column: Column) -> Spacing | None:
    form = column.dates
    if form.problem:
        draft.notice(
            f"dates in {column.heading!r} are not understood: {form.problem}; "
            f"for example {next(iter(column.distinct))!r}"
        )
        return None
    time = part.time
    time["column"] = column.heading
    formats = _order(draft, part, "time.format", form)
    if formats != ["ISO"]:
        time["format"] = formats if len(formats) > 1 else formats[0]
    if not form.alternatives:
        draft.say("time.format", formats, form.reason, form.confidence)
    if form.pivot_year:
        time["pivot_year"] = form.pivot_year
        reason = "no two-digit year then lies in the future"
        draft.say("time.pivot_year", form.pivot_year, reason, 0.8)
    if form.month_names:
        time["month_names"] = list(form.month_names)
    if any(re.search("YYYY.YY", each) for each in formats):
        _ask_year_start(draft, part)
    if form.share < 1:
        bad = [t for t in column.distinct if not any(read_dates([t], form))]
        if bad:
            draft.notice(
                f"{column.heading!r}: {len(bad)} different texts are not read as "
                "dates, "
                f"for example {bad[0]!r}"
            )
    if roles.clock is not None:
        _clock(draft, part, roles.clock)
    parsed = DateForm(formats, pivot_year=form.pivot_year, month_names=form.month_names)
    spacing = _spacing(roles, column, parsed)
    spacing.has_offset = form.has_offset
    days = {
        moment.local // _DAY for moment in read_dates(column.cells, parsed) if moment
    }
    spacing.by_day = _are_visits(days)
    _clock_hour(spacing, roles, column, parsed)
    return spacing


def _clock(draft: Draft, part: Part, column: Column) -> None:
    part.time["clock_column"] = column.heading
    texts = [text.translate(DIGITS) for text in column.distinct]
    if column.share(Kind.CLOCK) > 0.5:
        seconds = any(text.count(":") == 2 for text in texts)
        form: list[str] = ["HH:MM:SS"] if seconds else ["HH:MM"]
    else:
        long = sum(len(text) >= 3 for text in texts)
        hours = [text for text in texts if len(text) <= 2 and text.isdigit()]
        form = ["HHMM"] if long else ["HH"]
        if long and any(1 <= int(text) <= 23 for text in hours):
            form.append("HH")
            draft.notice(
                f"{column.heading!r}: {hours[0]!r} stands beside "
                f"{max(texts, key=len)!r} "
                "and is read as an hour"
            )
    if form != ["HH:MM"]:
        part.time["clock"] = form if len(form) > 1 else form[0]
    draft.say("time.clock", form, f"so {column.heading!r} is written", 0.85)


def _by_parts(draft: Draft, part: Part, roles: Roles, year: Column) -> Spacing | None:
    time = part.time
    if roles.month is None and _hydrological(draft, part, year):
        return Spacing("P1Y", "hydrological years")
    time["year_column"] = year.heading
    said = [year.heading]
    if roles.month:
        time["month_column"] = roles.month.heading
        said.append(roles.month.heading)
        names = {text for text in roles.month.distinct if month_number(text)}
        if names:
            listed = month_names_for(names)
            time["month_names"] = list(listed) if listed else _english(names)
    if roles.day and roles.month:
        time["day_column"] = roles.day.heading
        said.append(roles.day.heading)
    if roles.clock and roles.day:
        _clock(draft, part, roles.clock)
    draft.say("time.year_column", said, "headings, and numbers in their range", 0.93)
    if roles.clock and roles.day:
        return Spacing("", "day and clock columns", fine=True)
    kinds = {1: "P1Y", 2: "P1M", 3: "P1D"}
    return Spacing(kinds[len(said)], f"one row for each {said[-1].lower()}")


def _english(names: set[str]) -> list[str]:
    """Return the twelve English names as long as those in the file."""
    full = list(month_lists()[0][1])
    short = all(len(name) <= 3 for name in names)
    listed = [name[:3] for name in full] if short else full
    shown = next(iter(names))
    if shown.isupper():
        return [name.upper() for name in listed]
    return [name.lower() for name in listed] if shown.islower() else listed


def _hydrological(draft: Draft, part: Part, year: Column) -> bool:
    """Take years written '2014/15' as twelve months from a day that is asked for."""
    forms = [form for form in year.dates.formats if re.search(r"YYYY.YY", form)]
    if not forms:
        return False
    part.time["column"] = year.heading
    part.time["format"] = forms[0] if len(forms) == 1 else forms
    draft.say("time.format", forms, "two years in one text: the first counts", 0.9)
    _ask_year_start(draft, part)
    return True


def _ask_year_start(draft: Draft, part: Part) -> None:
    day = draft.ask(
        "time.year_starts",
        "On which day (MM-DD) does such a year begin?",
        ("10-01", "09-01", "11-01", "07-01"),
        None,
        "years are written as '2014/15'",
    )
    if day:
        part.time["year_starts"] = day


def _spacing(roles: Roles, column: Column, form: DateForm) -> Spacing:
    """Return the usual step between a station's moments."""
    moments = read_dates(column.cells, form)
    groups = roles.station.cells if roles.station else [""] * len(moments)
    extra = roles.variable.cells if roles.variable else [""] * len(moments)
    by_place: dict[tuple[str, str], set[int]] = {}
    for place, kind, moment in zip(groups, extra, moments, strict=True):
        if moment is not None:
            by_place.setdefault((place, kind), set()).add(moment.local)
    steps: Counter[int] = Counter()
    for times in by_place.values():
        ordered = np.sort(np.fromiter(times, np.int64))
        steps.update(np.diff(ordered).tolist())
    return _named(steps, form)


def _named(steps: Counter[int], form: DateForm) -> Spacing:
    """Return the interval that steps between moments make."""
    total = sum(steps.values())
    if total < 2:
        return _within_days(steps, total) if total else Spacing("", "too few moments")
    if all(
        "D" not in each and "M" not in each and each != "ISO" and each != "serial"
        for each in form.formats
    ):
        return Spacing("P1Y", "dates are years")
    if all("D" not in each and each not in ("ISO", "serial") for each in form.formats):
        return Spacing("P1M", "dates are months")
    for interval, low, high in (
        ("P1D", _DAY, _DAY),
        ("P1M", 28 * _DAY, 31 * _DAY),
        ("P1Y", 365 * _DAY, 366 * _DAY),
    ):
        near = sum(count for step, count in steps.items() if low <= step <= high)
        if near >= 0.8 * total:
            return Spacing(
                interval, f"{near / total:.0%} of the steps are of {interval}"
            )
    return _within_days(steps, total)


def _within_days(steps: Counter[int], total: int) -> Spacing:
    """Return the interval of steps shorter than a day."""
    step, count = steps.most_common(1)[0]
    if step < _DAY and _DAY % step == 0 and count >= 0.8 * total:
        minutes = step // 60_000_000
        name = f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"
        if step % 60_000_000 == 0:
            return Spacing(
                name, f"{count / total:.0%} of the steps are of {name}", fine=True
            )
    return Spacing("", "the steps between moments vary")


def _are_visits(days: set[int]) -> bool:
    """Whether dates are days in the midst of months: not all first or last ones."""
    ends = 0
    for day in days:
        on, after = (np.datetime64(day + more, "D") for more in (0, 1))
        ends += 1 in (_day_of_month(on), _day_of_month(after))
    return len(days) > 2 and ends * 2 < len(days)


def _day_of_month(day: np.datetime64) -> int:
    return int((day - day.astype("datetime64[M]")).astype(int)) + 1


def _clock_hour(spacing: Spacing, roles: Roles, column: Column, form: DateForm) -> None:
    if roles.clock is not None:
        hours = set(roles.clock.distinct)
        if len(hours) == 1:
            match = re.match(r"(\d{1,2}):?(\d\d)?", next(iter(hours)))
            spacing.clock_hour = int(match[1]) if match else -1
        return
    moments = [m for m in read_dates(column.cells[:400], form) if m is not None]
    hours_seen = {
        moment.local % _DAY // _HOUR for moment in moments if moment.has_clock
    }
    if len(hours_seen) == 1 and moments and all(m.has_clock for m in moments):
        spacing.clock_hour = int(hours_seen.pop())


def ask_zone(draft: Draft, part: Part, near: list[str], *, stated: bool) -> str:
    """Ask by whose clock the times are; nothing in a file's language tells it."""
    if stated and draft.answer("time.zone") is None:
        draft.say("time.zone", "UTC", "each time carries its own offset", 0.95)
        part.time["zone"] = "UTC"
        return "UTC"
    zone = draft.ask(
        "time.zone",
        _ZONE_TEXT,
        [*near, "UTC", "+02:00", "+03:00"] if not near else [*near, "UTC"],
        None,
        "the file does not say it; days, months and years begin by this clock",
    )
    if zone:
        part.time["zone"] = zone
    return zone or ""
