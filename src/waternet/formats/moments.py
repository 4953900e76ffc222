"""Dates and times of day, in the ways that people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from waternet.errors import NotAcceptable

__all__ = [
    "Moment",
    "compile_clock",
    "compile_moment",
    "named_parts",
    "number_months",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERIAL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)

_ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_TOKENS = re.compile(
    r"YYYY[/–-]YYYY|YYYY[/–-]YY(?!Y)|YYYY|YY|Mon|MM|DDD|DD|HH|hh|AM|SS|.", re.DOTALL
)
_DIGITS = {"YYYY": r"(?P<year>\d{4})", "YY": r"(?P<short>\d{2})"}
_DIGITS |= {"DDD": r"(?P<ordinal>\d{1,3})", "DD": r"(?P<day>\d{1,2})"}
_DIGITS |= {"HH": r"(?P<hour>\d{1,2})", "hh": r"(?P<hour>0?[1-9]|1[0-2])"}
_DIGITS |= {"SS": r"(?P<second>\d{1,2}(?:\.\d{1,6})?)"}
# Before and after noon, as English, Arabic and Hebrew write it.
_BEFORE, _AFTER = ("am", "a.m.", "ص", "לפנה״צ"), ("pm", "p.m.", "م", "אחה״צ")
_DIGITS["AM"] = f"(?P<half>{'|'.join(map(re.escape, _BEFORE + _AFTER))})"
# Digits of the Arabic and Persian scripts; quotation marks for the Hebrew gershayim.
_PLAIN = str.maketrans('٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"', "01234567890123456789״")
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d)(?::?(?P<minute>\d\d)"
    r"(?::?(?P<second>\d\d(?:[.,]\d{1,9})?))?)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?"
)


class Moment(NamedTuple):
    """What one text says about time.

    Attributes
    ----------
    local : int
        Microseconds since 1970-01-01, by the clock it was written from.
    offset : int or None
        Minutes east of UTC where the text says so.
    has_clock : bool
        Whether a time of day is written.
    """

    local: int
    offset: int | None = None
    has_clock: bool = False


def compile_moment(
    written: str, month_names: Sequence[str] = (), pivot_year: int = 0
) -> Callable[[str], Moment]:
    """Return what reads dates written in one way.

    Parameters
    ----------
    written : str
        'ISO', 'serial', or tokens YYYY, YY, MM, Mon, DD, HH, SS and signs between
        them; the first MM after HH is minutes. Also DDD, the day of the year; hh with
        AM, for a clock of twelve hours; YYYY/YY and YYYY-YYYY, two years that follow
        each other, of which the first counts.
    month_names : sequence of 12 str
        What Mon stands for; English names where it is empty. Twelve more where months
        are written in a second way, and so on.
    pivot_year : int
        First of the hundred years that YY means.

    Returns
    -------
    callable
        Raises ValueError for a text that does not fit.

    Raises
    ------
    NotAcceptable
        The format names no year, month or day, or has YY without a pivot year.

    Examples
    --------
    >>> read = compile_moment("DD-Mon-YY", pivot_year=1950)
    >>> read("12-May-68") == compile_moment("ISO")("1968-05-12")
    True
    """
    if written == "ISO":
        return _read_iso
    if written == "serial":
        return _read_serial
    tokens = _TOKENS.findall(written)
    _verify_tokens(written, tokens, pivot_year)
    months = number_months(month_names)
    pattern = re.compile(_pattern(tokens, months), re.ASCII | re.IGNORECASE)

    def read(text: str) -> Moment:
        match = pattern.fullmatch(text.translate(_PLAIN))
        if match is None:
            raise ValueError(f"not written as {written}")
        parts = match.groupdict()
        if parts.get("name"):
            parts["month"] = str(months[parts["name"].casefold()])
        if parts.get("short"):
            years = (int(parts["short"]) - pivot_year) % 100
            parts["year"] = str(pivot_year + years)
        if parts.get("half"):
            parts["hour"] = _hour_of_day(parts)
        return _moment(parts)

    return read


def _verify_tokens(written: str, tokens: Sequence[str], pivot_year: int) -> None:
    if "YY" in tokens and not 1 <= pivot_year <= 9900:
        raise NotAcceptable(
            f"format {written!r} has two-digit years but no pivot_year",
            hint="pivot_year = 1950 makes 68 1968 and 15 2015",
        )
    if ("hh" in tokens) != ("AM" in tokens):
        raise NotAcceptable(
            f"format {written!r} needs hh and AM together",
            hint="hh:MM AM for a clock of twelve hours, HH:MM for one of 24",
        )
    if not named_parts(written):
        raise NotAcceptable(
            f"format {written!r} names neither year nor month nor day",
            hint="for example 'DD/MM/YYYY', 'YYYY-MM-DD HH:MM', 'MM/YYYY', 'YYYY'",
        )


def named_parts(written: str) -> frozenset[str]:
    """Return which of 'year', 'month' and 'day' a format names.

    Examples
    --------
    >>> sorted(named_parts("MM/YYYY")), sorted(named_parts("YYYY/YY HH:MM"))
    (['month', 'year'], ['year'])
    """
    if written in ("ISO", "serial"):
        return frozenset(("year", "month", "day"))
    pattern = _pattern(_TOKENS.findall(written), {})
    found = frozenset(re.findall(r"\(\?P<(\w+)>", pattern))
    meant = {"short": "year", "name": "month"}
    named = frozenset(meant.get(part, part) for part in found)
    if "ordinal" in named:
        named |= {"month", "day"}
    return named & {"year", "month", "day"}


def compile_clock(written: Sequence[str]) -> Callable[[str], int]:
    """Return what reads times of day, as microseconds since midnight.

    Parameters
    ----------
    written : sequence of str
        'HH:MM', 'HH:MM:SS', 'HHMM' or 'HH'; leading zeros may be lost in the last
        two. 'hh:MM AM' for a clock of twelve hours.

    Raises
    ------
    NotAcceptable
        Another form; or what is returned raises ValueError for a text.

    Examples
    --------
    >>> read = compile_clock(["HHMM"])
    >>> read("845") == (8 * 60 + 45) * 60_000_000
    True
    >>> compile_clock(["HHMM", "HH"])("12") == 12 * 3_600_000_000
    True
    """
    known = ("HH:MM", "HH:MM:SS", "HHMM", "HH", "hh:MM AM")
    for form in written:
        if form not in known:
            raise NotAcceptable(
                f"no clock format {form!r}", hint=f"one of {', '.join(known)}"
            )
    forms = tuple(written)

    def read(text: str) -> int:
        text = text.translate(_PLAIN)
        match, half = _CLOCK.fullmatch(text), _HALF_CLOCK.fullmatch(text)
        if half and "hh:MM AM" in forms:
            hour = int(_hour_of_day(half.groupdict()))
            minute, second = int(half["minute"] or 0), int(half["second"] or 0)
        elif match and ("HH:MM" in forms or "HH:MM:SS" in forms):
            hour, minute, second = (int(part) for part in match.groups("0"))
        elif re.fullmatch(r"[0-9]{1,4}", text):
            hour, minute, second = _digits_as_clock(text, forms)
        else:
            raise ValueError(f"not written as {' or '.join(forms)}")
        if hour > 23 or minute > 59 or second > 59:
            raise ValueError("no clock shows this time")
        return (hour * 3600 + minute * 60 + second) * 1_000_000

    return read


_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_HALF_CLOCK = re.compile(
    _DIGITS["hh"] + r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?)? ?" + _DIGITS["AM"],
    re.ASCII | re.IGNORECASE,
)


def _digits_as_clock(text: str, forms: tuple[str, ...]) -> tuple[int, int, int]:
    if "HH" in forms and len(text) <= 2:
        return int(text), 0, 0
    if "HHMM" in forms:
        return int(text) // 100, int(text) % 100, 0
    raise ValueError(f"not written as {' or '.join(forms)}")


def _read_iso(text: str) -> Moment:
    match = _ISO.fullmatch(text.translate(_PLAIN))
    if match is None:
        raise ValueError("not written as 2015-06-30 or 2015-06-30T08:00:00Z")
    parts = match.groupdict()
    written = parts.pop("zone")
    moment = _moment(parts)
    if written is None:
        return moment
    digits = written[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 23 or int(digits[2:]) > 59:
        raise ValueError("no clock is so far from UTC")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return moment._replace(offset=-minutes if written[0] == "-" else minutes)


def _read_serial(text: str) -> Moment:
    days = float(text)
    if not 1 <= days < 2_958_466:
        raise ValueError("a spreadsheet's day number lies between 1 and 2958465")
    seconds = round(days * 86_400)
    start = (_SERIAL_EPOCH - _EPOCH) // timedelta(seconds=1)
    return Moment((start + seconds) * 1_000_000, None, seconds % 86_400 != 0)


def number_months(names: Sequence[str]) -> dict[str, int]:
    """Return the number of the month that each name stands for, in small letters.

    Parameters
    ----------
    names : sequence of str
        From January on, twelve for each way of writing them; English if empty.
    """
    if names:
        return {name.casefold(): place % 12 + 1 for place, name in enumerate(names)}
    numbers = {name.casefold(): number for number, name in enumerate(_ENGLISH, 1)}
    return {name[:3]: number for name, number in numbers.items()} | numbers


def _hour_of_day(parts: Mapping[str, str | None]) -> str:
    after = (parts["half"] or "").casefold() in _AFTER
    return str(int(parts["hour"] or 12) % 12 + 12 * after)


def _pattern(tokens: Sequence[str], months: dict[str, int]) -> str:
    pattern, clock = "", False
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    for token in tokens:
        if token == "Mon":
            pattern += f"(?P<name>{names})"
        elif token == "MM":
            pattern += r"(?P<minute>\d{2})" if clock else r"(?P<month>\d{1,2})"
            clock = False
        elif token.startswith("YYYY") and len(token) > 4:
            pattern += rf"(?P<year>\d{{4}}){token[4]}(?P<next>\d{{{len(token) - 5}}})"
        else:
            clock = clock or token in ("HH", "hh")
            pattern += _DIGITS.get(token, re.escape(token))
    return pattern


def _moment(parts: dict[str, str | None]) -> Moment:
    second, _, fraction = (parts.get("second") or "0").replace(",", ".").partition(".")
    hour = int(parts.get("hour") or 0)
    following = parts.get("next")
    if following and not str(int(parts["year"] or 0) + 1).endswith(following):
        raise ValueError("not two years that follow each other")
    start = datetime(
        int(parts.get("year") or 1),
        int(parts.get("month") or 1),
        int(parts.get("day") or 1),
        hour,
        int(parts.get("minute") or 0),
        int(second),
        int(fraction[:6].ljust(6, "0")) if fraction else 0,
        tzinfo=UTC,  # of the arithmetic; by which clock is another column's matter
    )
    if parts.get("ordinal"):
        year, start = start.year, start + timedelta(int(parts["ordinal"] or 1) - 1)
        if parts["ordinal"] == "0" * len(parts["ordinal"] or "") or start.year != year:
            raise ValueError("the year has no such day")
    return Moment(
        (start - _EPOCH) // timedelta(microseconds=1),
        None,
        parts.get("hour") is not None,
    )
