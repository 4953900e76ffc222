"""Where times and values lie in a drawing, and which of them are named at an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

import numpy as np

from waternet.portal.chart.line import Floats

__all__ = ["Scale", "Tick", "scale_of", "time_ticks"]

_ROOM = 0.06  # of the range, kept free above and below
_GREATEST: Final = 1e10  # eleven digits are no longer read
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = 3_600_000  # ms
_DAY: Final = 24 * _HOUR
_HOURS = (1, 3, 6, 12)
_DAYS = (1, 2, 5, 10)
_MONTHS = (1, 2, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place at an axis and what it is called; a greater one begins a year or day."""

    at: float
    text: str
    is_greater: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to heights between 0 (the foot) and 1.

    Attributes
    ----------
    low, high : float
        In logarithms of ten where `is_log`.
    is_log : bool
    falls : bool
        The least value lies at the top, as the least depth does.
    """

    low: float
    high: float
    is_log: bool = False
    falls: bool = False

    def share(self, value: Floats) -> Floats:
        """Return how high values lie; below 0 or above 1 is outside.

        On a logarithmic scale, what is not positive lies where the least would.
        """
        told = value
        if self.is_log:
            told = np.log10(np.where(value > 0, value, 10.0**self.low))
        shares: Floats = (told - self.low) / (self.high - self.low)
        if self.falls:
            shares = 1.0 - shares
        return np.where(np.isfinite(value), shares, np.nan)

    def ticks(self, most: int) -> list[Tick]:
        """Return values that are named, at most about so many."""
        if self.is_log:
            return self._powers(most)
        step = _round_step((self.high - self.low) / max(most, 1))
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [
            Tick(self._height(number * step), _figure(number * step, decimals))
            for number in range(first, last + 1)
        ]

    def _height(self, told: float) -> float:
        share = (told - self.low) / (self.high - self.low)
        return 1.0 - share if self.falls else share

    def _powers(self, most: int) -> list[Tick]:
        """Return powers of ten, with 2 and 5 times them where there are few."""
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        every = max(1, math.ceil(len(powers) / max(most, 1)))
        span = self.high - self.low
        factors = (1, 2, 5) if span * 3 <= most + 1 else (1,)
        found = []
        for power in powers[::every]:
            for factor in factors:
                share = self._height(power + math.log10(factor))
                if 0 <= share <= 1:
                    value = factor * 10.0**power
                    found.append(Tick(share, _figure(value, max(0, -power))))
        return found


def scale_of(
    values: Sequence[Floats], *, is_log: bool = False, falls: bool = False
) -> Scale:
    """Return the scale that shows all values, with some room; 0 to 1 for none."""
    known = [value[np.isfinite(value)] for value in values]
    told = np.concatenate(known) if known else np.empty(0)
    if is_log:
        told = np.log10(told[told > 0])
    if not len(told):
        return Scale(0.0, 1.0, is_log, falls)
    low, high = float(told.min()), float(told.max())
    room = (high - low) * _ROOM or (0.5 if is_log else abs(high) * 0.05 or 1.0)
    starts_at_zero = not is_log and low >= 0 and low <= (high - low) * _ROOM
    least = 0.0 if starts_at_zero else low - room
    return Scale(least, high + room, is_log, falls)


def time_ticks(
    first: int, last: int, most: int, zone: tzinfo, months: Sequence[str] = ()
) -> list[Tick]:
    """Return beginnings of years, months, days or hours between two times.

    Parameters
    ----------
    first, last : int [ms since 1970, UTC]
    most : int
        About so many.
    zone : tzinfo
        Whose years, months and days.
    months : sequence of str, 12 or none
        What they are called; without, they are numbers: '2015-06'.

    Returns
    -------
    list of Tick
        `at` in ms since 1970, UTC. Never a word beside a number: their order would
        depend on the script.
    """
    each = (last - first) / max(most, 1)
    begin = _local(first, zone)
    if each > 200 * _DAY:
        step = next((n for n in _YEARS if n * 365 * _DAY >= each), _YEARS[-1])
        return _years(first, last, begin, step, zone)
    if each > 20 * _DAY:
        step = next((n for n in _MONTHS if n * 30 * _DAY >= each), 6)
        return _months(first, last, begin, step, zone, months)
    if each > 12 * _HOUR:
        step = next((n for n in _DAYS if n * _DAY >= each), _DAYS[-1])
        return _days(first, last, begin, step, zone)
    step = next((n for n in _HOURS if n * _HOUR >= each), 12)
    return _clock(first, last, begin, step, zone)


def _years(
    first: int, last: int, begin: datetime, step: int, zone: tzinfo
) -> list[Tick]:
    found = []
    year = begin.year - begin.year % step
    while year <= 9999 and (at := _instant(date(max(year, 1), 1, 1), zone)) <= last:
        if at >= first:
            found.append(Tick(at, f"{year:04}"))
        year += step
    return found


def _months(
    first: int,
    last: int,
    begin: datetime,
    step: int,
    zone: tzinfo,
    names: Sequence[str],
) -> list[Tick]:
    found = []
    number = begin.year * 12 + begin.month - 1
    number -= number % step
    while (at := _instant(date(number // 12, number % 12 + 1, 1), zone)) <= last:
        year, month = divmod(number, 12)
        plain = f"{year:04}-{month + 1:02}"
        text = f"{year:04}" if not month else names[month] if names else plain
        if at >= first:
            found.append(Tick(at, text, not month))
        number += step
    return found


def _days(
    first: int, last: int, begin: datetime, step: int, zone: tzinfo
) -> list[Tick]:
    found = []
    day = begin.date()
    while (at := _instant(day, zone)) <= last:
        is_first = day.day == 1
        # The 31st and then the 1st would lie upon one another.
        is_named = (day.day - 1) % step == 0 and (is_first or day.day + step <= 32)
        if at >= first and is_named:
            found.append(Tick(at, f"{day:%Y-%m}" if is_first else f"{day:%m-%d}"))
        day += timedelta(days=1)
    return found


def _clock(
    first: int, last: int, begin: datetime, step: int, zone: tzinfo
) -> list[Tick]:
    found = []
    at = _instant(begin.date(), zone)
    while at <= last:
        local = _local(at, zone)
        if at >= first and local.hour % step == 0:
            is_day = local.hour == 0
            found.append(Tick(at, f"{local:%m-%d}" if is_day else f"{local:%H:%M}"))
        at += _HOUR
    return found


def _local(at: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)


def _instant(day: date, zone: tzinfo) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight - _EPOCH) // timedelta(milliseconds=1)


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= least * (1 - 1e-9):
            return factor * power
    return 10 * power


def _figure(value: float, decimals: int) -> str:
    """Return a figure as it is read: in groups of three, a power of ten at the last."""
    if abs(value) >= _GREATEST or decimals > 6:
        mantissa, _, power = f"{value:.4e}".partition("e")
        raised = str(int(power)).translate(_RAISED)
        return f"{float(mantissa):g}·10{raised}".replace("-", "\N{MINUS SIGN}")
    return f"{value + 0.0:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
