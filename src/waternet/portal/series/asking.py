"""What a reader may ask of a hydrograph: all of it stands in the address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from waternet.api.figures import FIGURE_PARAMETERS, SPAN_PARAMETERS, question_of
from waternet.api.operation import Parameter
from waternet.bank.as_of import AsOf
from waternet.bank.question import Question
from waternet.bank.when import read_past, read_time
from waternet.errors import NotAcceptable
from waternet.portal.chart.line import MOST_LINES
from waternet.portal.page import Visit

__all__ = ["SERIES_PARAMETERS", "SPANS", "Asking", "asking_of", "earlier", "needs_last"]

SPANS: Final = ("month", "year", "all")
_MOST_PAGE = 1_000_000
_YES = {"type": "boolean"}

SERIES_PARAMETERS: Final = (
    Parameter(
        "datastream",
        {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 400},
            "maxItems": MOST_LINES,
        },
        "Addresses, PARTY:FEATURE/PROPERTY and what follows: at most five.",
    ),
    Parameter(
        "span",
        {"type": "string", "enum": list(SPANS)},
        "The last month or year of the record, or all of it (unless stated).",
    ),
    *SPAN_PARAMETERS,
    *FIGURE_PARAMETERS,
    Parameter(
        "against",
        {"type": "string", "maxLength": 100},
        "Another past, PARTY:RELEASE or a day: what differs is drawn and listed.",
    ),
    Parameter("log", _YES, "A logarithmic scale."),
    Parameter("last_year", _YES, "The year before, behind."),
    Parameter("usual", _YES, "Median and percentiles of each day of the year, behind."),
    Parameter(
        "axes",
        {"type": "string", "enum": ["shared", "own"]},
        "Whether lines of one unit share an axis (unless stated), or each has its own.",
    ),
    Parameter(
        "tab", {"type": "string", "enum": ["chart", "table"]}, "Which of them is shown."
    ),
    Parameter(
        "page",
        {"type": "integer", "minimum": 1, "maximum": _MOST_PAGE},
        "Of the table.",
    ),
    Parameter(
        "order",
        {"type": "string", "enum": ["newest", "oldest"]},
        "Which figure of the table comes first; the newest, unless stated.",
    ),
    Parameter(
        "add",
        {"type": "string", "maxLength": 100},
        "Words of a name: datastreams that may be shown beside these are listed.",
    ),
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of a hydrograph.

    Attributes
    ----------
    question : Question
        Its start is that of the span.
    against : AsOf or None
    values : mapping of str to value
        As they came.
    """

    question: Question
    against: AsOf | None
    values: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Return whether something is asked for."""
        return bool(self.values.get(name))

    @property
    def tab(self) -> str:
        """Which tab is shown."""
        return str(self.values.get("tab", "chart"))

    @property
    def span(self) -> str:
        """Which span is marked; '' where start or end are stated."""
        if "start" in self.values or "end" in self.values:
            return ""
        return str(self.values.get("span", "all"))


def needs_last(values: Mapping[str, Any]) -> bool:
    """Return whether the latest figure has to be looked up before what is shown.

    It stands among what is shown, where all figures up to now are, as published.
    """
    if values.get("span", "all") != "all" and "start" not in values:
        return True
    shortens = ("start", "end", "aggregate", "grades", "unit")
    return any(name in values for name in shortens)


def asking_of(
    visit: Visit, values: Mapping[str, Any], last: datetime | None, zone: tzinfo
) -> Asking:
    """Return what a visit asks.

    Parameters
    ----------
    values : mapping of str to value
        The visit's own, or those of less than it asks.
    last : datetime or None
        Of the latest figure: a span of a month ends with it.
    zone : tzinfo
        Whose month or year it is; times that state no offset are of it, too.

    Raises
    ------
    NotAcceptable
        As `question_of`; a hydrological year without the month it begins with.
    """
    values = dict(values)
    if "aggregate" not in values:
        values.pop("statistic", None)  # the form always sends it
    stated = {
        name: read_time(values[name], zone)
        for name in ("start", "end")
        if name in values
    }
    others = {name: one for name, one in values.items() if name not in stated}
    question = question_of(dataclasses.replace(visit.asked, values=others), **stated)
    if question.aggregate == "hydrological-year" and not question.first_month:
        raise NotAcceptable(
            "a hydrological year begins with a month that somebody states",
            hint="first_month=10 for October",
        )
    span = values.get("span", "all")
    if not stated and span != "all" and last is not None:
        start = earlier(last.astimezone(zone), 1 if span == "month" else 12)
        question = dataclasses.replace(question, start=start)
    against = values.get("against", "")
    return Asking(question, read_past(against) if against else None, values)


def earlier(when: datetime, months: int) -> datetime:
    """Return the same day some months before, or the last of that month.

    Examples
    --------
    >>> earlier(datetime(2015, 3, 31, tzinfo=UTC), 1).isoformat()
    '2015-02-28T00:00:00+00:00'
    """
    number = when.year * 12 + when.month - 1 - months
    year, month = divmod(number, 12)
    if year < 1:
        return when
    following = datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC)
    length = (following - timedelta(days=1)).day
    return when.replace(year=year, month=month + 1, day=min(when.day, length))
