"""Dates as loggers export them, in an order that only the whole file proves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

__all__ = ["find_offset", "read_clocks"]

_WRITTEN = re.compile(
    r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})"
    r"(?:[ T,]\s*(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d{1,6})?))?"
    r"\s*(a\.?m\.?|p\.?m\.?|fm|em|ص|م)?)?",
    re.IGNORECASE | re.ASCII,
)
_OFFSET = re.compile(r"(?:GMT|UTC)\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_AFTERNOON = ("p", "em", "م")
_ORDERS = {"MDY": (2, 0, 1), "DMY": (2, 1, 0), "YMD": (0, 1, 2)}
_CENTURY = 80  # two digits below it are of this century: loggers are younger
_Parts = tuple[str, str, str]


def read_clocks(texts: Sequence[str], usual: str) -> tuple[list[str], bool]:
    """Return times as ISO texts, and whether the order of the dates is proved.

    A logger writes at regular steps. Of the orders in which most dates exist, the one
    is right in which they only go on, by the smallest largest step.

    Parameters
    ----------
    texts : sequence of str, (n,)
        '05/13/21 11:00:00 AM', '2021-05-13 11:00', '13.05.2021 11:00:00'.
    usual : str
        'MDY', 'DMY' or 'YMD': what the software writes unless told otherwise. It
        counts where the dates prove nothing.

    Returns
    -------
    times : list of str, (n,)
        A text that is no such time, or is written in another order than most, stays
        as it is, to be refused where it is read: a spreadsheet that took 09/01/18 for
        a date has made it 2009-01-18.
    is_proved : bool

    Examples
    --------
    >>> read_clocks(["05/13/21 11:00:00 PM", "05/14/21 01:00:00 AM"], "DMY")
    (['2021-05-13T23:00:00', '2021-05-14T01:00:00'], True)
    """
    found = [_WRITTEN.fullmatch(text.strip()) for text in texts]
    days = [_parts(match) for match in found if match]
    order, is_proved = _find_order(list(dict.fromkeys(days)), usual)
    times = []
    for text, match in zip(texts, found, strict=True):
        day = _day(_parts(match), order) if match else None
        times.append(f"{day}{_clock(match)}" if match and day else text)
    return times, is_proved


def find_offset(text: str) -> str:
    """Return the offset from UTC that a heading states, as '+03:00'; else ''.

    Examples
    --------
    >>> find_offset("Date Time, GMT-07:00"), find_offset("UTC+3"), find_offset("EST")
    ('-07:00', '+03:00', '')
    """
    match = _OFFSET.search(text)
    if match is None:
        return ""
    sign, hours, minutes = match.groups()
    return f"{sign}{int(hours):02d}:{minutes or '00'}"


def _find_order(days: list[_Parts], usual: str) -> tuple[str, bool]:
    """Return the order in which most dates exist and go on most evenly."""
    found = {}
    for order in sorted(_ORDERS, key=lambda name: name != usual):
        texts = [text for day in days if (text := _day(day, order))]
        ordinals = [date.fromisoformat(text).toordinal() for text in texts]
        apart = [later - earlier for earlier, later in pairwise(ordinals)]
        # Dates that go back come last: a clock may have been set, once.
        goes_back = min(apart, default=0) < 0
        found[order] = (-len(texts), goes_back, max(map(abs, apart), default=0))
    least = min(found.values())
    best = [order for order, how in found.items() if how == least]
    return best[0], len(best) == 1


@lru_cache(4096)
def _day(parts: _Parts, order: str) -> str | None:
    """Return a date as ISO text; None where these numbers, so ordered, are none."""
    year, month, day = (parts[place] for place in _ORDERS[order])
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if whole < _CENTURY else 1900
    try:
        return date(whole, int(month), int(day)).isoformat()
    except ValueError:
        return None


def _parts(match: re.Match[str]) -> _Parts:
    return match[1], match[3], match[4]


def _clock(match: re.Match[str]) -> str:
    hour, minute, second, half = match.group(5, 6, 7, 8)
    if hour is None:
        return ""
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half.casefold().startswith(_AFTERNOON) else 0)
    return f"T{hours:02d}:{minute}:{second or '00'}"
