"""What is asked about figures, in the words that every interface uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from waternet.bank.as_of import AsOf
from waternet.bank.calendar import PERIODS
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Grade
from waternet.observation.zone import find_zone

__all__ = ["PERCENTILE", "STATISTICS", "Question"]

STATISTICS = ("mean", "minimum", "maximum", "total", "count")
PERCENTILE = re.compile("p([0-9][0-9])")


@dataclass(frozen=True, slots=True)
class Question:
    """Which figures, over which time, as of when, gathered how.

    Attributes
    ----------
    start, end : datetime or None
        Half-open, with time zone; None is open.
    as_of : AsOf or None
        The past to look from; None is now.
    aggregate : str
        A period of `waternet.bank.calendar.PERIODS`; '' asks for the figures as they
        were published.
    statistic : str
        'mean', 'minimum', 'maximum', 'total', 'count', or a percentile: 'p05', 'p50'.
        It matters only with `aggregate`.
    zone : str
        In whose days and years figures are gathered; '' is each datastream's own.
    first_month : int
        With which a hydrological year begins, 1 to 12.
    unit : str
        UCUM code to express every value in; '' is each datastream's own.
    grades : tuple of Grade
        Of the figures that are shown, or go in. () shows every one; into a statistic
        go those that are not bad.

    Raises
    ------
    NotAcceptable
        A period, statistic or zone that there is not; an end that is not after the
        start.

    Examples
    --------
    >>> Question(aggregate="month", statistic="p90").percent
    90
    """

    start: datetime | None = None
    end: datetime | None = None
    as_of: AsOf | None = None
    aggregate: str = ""
    statistic: str = "mean"
    zone: str = ""
    first_month: int = 0
    unit: str = ""
    grades: tuple[Grade, ...] = ()

    def __post_init__(self) -> None:
        if self.aggregate and self.aggregate not in PERIODS:
            raise NotAcceptable(
                f"no period {self.aggregate[:40]!r} to gather figures by",
                hint=f"one of {', '.join(PERIODS)}",
            )
        if self.statistic not in STATISTICS and self.percent is None:
            raise NotAcceptable(
                f"no statistic {self.statistic[:40]!r}",
                hint=f"one of {', '.join(STATISTICS)}, or a percentile from p00 to p99",
            )
        if self.zone:
            find_zone(self.zone)
        if self.start and self.end and self.end < self.start:
            raise NotAcceptable(
                f"a time from {self.start.isoformat()} to {self.end.isoformat()} "
                "ends before it starts",
                hint="the start comes first, the end is not part of it",
            )

    @property
    def percent(self) -> int | None:
        """Which percentile is asked for; None where another statistic is."""
        found = PERCENTILE.fullmatch(self.statistic)
        return int(found[1]) if found else None
