"""Days as far as they are known: '1992-01-28', '1992-01' or '1992'."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from functools import lru_cache

from waternet.errors import NotAcceptable

__all__ = ["day_span", "moment"]

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@lru_cache(maxsize=10_000)  # asked of every act, many times
def day_span(text: str) -> tuple[date, date]:
    """Return the first and the last day that a date may mean.

    Raises
    ------
    NotAcceptable
        It is no date.

    Examples
    --------
    >>> day_span("1992-02")
    (datetime.date(1992, 2, 1), datetime.date(1992, 2, 29))
    """
    found = _DAY.fullmatch(text)
    try:
        if found:
            year, month, day = (int(one) if one else 0 for one in found.groups())
            first = date(year, month or 1, day or 1)
            last_month = month or 12
            last_day = day or calendar.monthrange(year, last_month)[1]
            return first, date(year, last_month, last_day)
    except ValueError:
        pass  # the 30th of February, or the year 0
    raise NotAcceptable(f"{text!r:.40}: expected a date as 1992-01-28, 1992-01 or 1992")


@lru_cache(maxsize=10_000)
def moment(text: str) -> datetime:
    """Return a moment that passed `verify_time`, in UTC."""
    return datetime.fromisoformat(text)
