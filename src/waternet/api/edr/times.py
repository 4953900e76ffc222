"""When: the parameter ``datetime`` as spans of time.

References
----------
OGC 19-086r6 (EDR 1.1), /req/core/datetime-response; ISO 8601-1 (durations).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.datastream import calendar_interval

__all__ = ["Times", "read_times"]

MAX_SPANS = 1_000  # of a list, or of a repeated time

_WHEN = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?([Zz]|[+ -][0-9]{2}(?::?[0-9]{2})?)?)?)?)?"
)
_REPEAT = re.compile(r"R([0-9]{1,9})/([^/]+)/(P[^/]+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST, _LAST = -(2**62), 2**62
_FORMS = (
    "write 2015, 2015-06, 2015-06-30 or 2015-06-30T08:00+03:00; an interval as a/b, "
    "../b, a/.. or a/P7D; several with commas between"
)


@dataclass(frozen=True, slots=True)
class Times:
    """Which times count.

    Attributes
    ----------
    spans : tuple of (int, int) [us since 1970, UTC]
        Half-open, in order, apart from one another.
    """

    spans: tuple[tuple[int, int], ...] = ((_FIRST, _LAST),)

    @property
    def start(self) -> datetime | None:
        """The first moment that counts; None where it is open."""
        return _moment(self.spans[0][0])

    @property
    def end(self) -> datetime | None:
        """The first moment after all that count; None where it is open."""
        return _moment(self.spans[-1][1])

    def hold(self, t: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return which moments [us since 1970, UTC] count."""
        starts, ends = np.array(self.spans, np.int64).T
        place = np.searchsorted(starts, t, "right") - 1
        held: npt.NDArray[np.bool_] = (place >= 0) & (t < ends[np.maximum(place, 0)])
        return held


def read_times(text: str, clock: tzinfo = UTC) -> Times:
    """Read the parameter ``datetime``.

    Parameters
    ----------
    text : str
        A moment, an interval or several, with commas between. What is written as a
        year, month or day is all of it. The end of an interval counts, all of it, as
        the standard's are closed; of ``a/P7D`` the moment seven days after `a` does
        not.
    clock : tzinfo
        By which times without an offset are meant, and days, months and years added.

    Raises
    ------
    NotAcceptable
        It is none of these, ends before it starts, or is more than `MAX_SPANS`.

    Examples
    --------
    >>> read_times("2015-06-30/..").start.isoformat()
    '2015-06-30T00:00:00+00:00'
    >>> read_times("2015").end.isoformat()
    '2016-01-01T00:00:00+00:00'
    """
    parts = text.split(",")
    if len(parts) > MAX_SPANS:
        raise NotAcceptable(
            f"datetime: {len(parts):,} times, and at most {MAX_SPANS:,} are read",
            hint="ask for an interval",
        )
    spans = [span for part in parts for span in _spans(part.strip(), clock)]
    return Times(_joined(spans))


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    ordered: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if ordered and start <= ordered[-1][1]:
            ordered[-1] = ordered[-1][0], max(end, ordered[-1][1])
        else:
            ordered.append((start, end))
    return tuple(ordered)


def _spans(text: str, clock: tzinfo) -> list[tuple[int, int]]:
    if repeat := _REPEAT.fullmatch(text):
        return _repeated(int(repeat[1]), _span(repeat[2], clock), repeat[3], clock)
    first, slash, last = text.partition("/")
    if not slash:
        return [_span(text, clock)]
    if first.startswith("P"):
        end = _span(last, clock)[0]
        return [_forwards(_later(end, first, -1, clock), end, text)]
    start = _FIRST if first in ("", "..") else _span(first, clock)[0]
    if last.startswith("P"):
        end = _later(start, last, 1, clock)
    else:
        end = _LAST if last in ("", "..") else _span(last, clock)[1]
    return [_forwards(start, end, text)]


def _forwards(start: int, end: int, text: str) -> tuple[int, int]:
    if end <= start:
        raise NotAcceptable(
            f"datetime: {text[:80]!r} ends before it starts",
            hint="the earlier time comes first",
        )
    return start, end


def _repeated(
    count: int, first: tuple[int, int], step: str, clock: tzinfo
) -> list[tuple[int, int]]:
    """Return `count` spans like `first`, a step from one another."""
    if not 1 <= count <= MAX_SPANS:
        raise NotAcceptable(
            f"datetime: repeated {count:,} times, expected 1 to {MAX_SPANS:,}",
            hint="ask for an interval",
        )
    spans = []
    for times in range(count):
        start, end = (_later(one, step, times, clock) for one in first)
        # The 30th and the 31st are both the last day of a shorter month.
        spans.append((start, end if end > start else start + first[1] - first[0]))
    return spans


def _later(start: int, duration: str, times: int, clock: tzinfo) -> int:
    """Return a time so many durations later: days and longer by the clock."""
    moment = _moment(start)
    if moment is None:
        raise NotAcceptable(
            f"datetime: {duration[:40]!r} from a moment that is open", hint=_FORMS
        )
    try:
        count, unit = calendar_interval(duration)
        if unit in ("year", "month"):
            local = _told(moment, clock)
            months = local.year * 12 + local.month - 1
            months += times * count * (12 if unit == "year" else 1)
            return _stamp(_on_day(local, months))
        by_clock = _told(moment, clock) if unit in ("week", "day") else moment
        return _stamp(by_clock + times * count * timedelta(**{f"{unit}s": 1}))
    except (NotAcceptable, ValueError, OverflowError) as error:
        raise NotAcceptable(
            f"datetime: no time {duration[:40]!r} from {moment.isoformat()}",
            hint="durations have one part: P7D, P1M, PT6H",
        ) from error


def _told(moment: datetime, clock: tzinfo) -> datetime:
    """Return a moment as a clock tells it; where clocks skip midnight, as midnight."""
    local = moment.astimezone(clock)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if _stamp(midnight) == _stamp(moment) else local


def _on_day(moment: datetime, months: int) -> datetime:
    """Return the same day of another month, or that month's last."""
    year, month = divmod(months, 12)
    following = datetime(year + month // 11, (month + 1) % 12 + 1, 1, tzinfo=UTC)
    last = (following - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _span(text: str, clock: tzinfo) -> tuple[int, int]:
    """Return what a year, month, day or moment takes."""
    found = _WHEN.fullmatch(text)
    if found is None:
        raise NotAcceptable(f"datetime: {text[:80]!r} is not a time", hint=_FORMS)
    year, month, day, hour, minute, second, part, offset = found.groups()
    try:
        zone = _zone(offset) if offset else clock
        start = datetime(
            *(int(year), int(month or 1), int(day or 1)),
            *(int(hour or 0), int(minute or 0), int(second or 0)),
            int((part or "0").ljust(6, "0")[:6]),
            tzinfo=zone,
        )
        if hour is not None:
            return _stamp(start), _stamp(start) + 1
        if day is not None:
            return _stamp(start), _stamp(start + timedelta(days=1))
        months = start.year * 12 + start.month - 1 + (12 if month is None else 1)
        return _stamp(start), _stamp(_on_day(start, months))
    except (ValueError, OverflowError) as error:
        raise NotAcceptable(
            f"datetime: {text[:80]!r} is a time of no calendar", hint=_FORMS
        ) from error


def _zone(offset: str) -> timezone:
    """Return a clock; a '+' that was not encoded comes as a space."""
    if offset in "Zz":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    apart = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-apart if offset[0] == "-" else apart)


def _stamp(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(stamp: int) -> datetime | None:
    return None if abs(stamp) == _LAST else _EPOCH + stamp * _MICROSECOND
