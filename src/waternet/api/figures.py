"""The parameters of a question about figures, the same in every interface.

How each is meant: decision 0057, docs/method/aggregation.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from waternet.api.asked import Asked
from waternet.api.operation import Parameter
from waternet.bank.calendar import PERIODS
from waternet.bank.question import STATISTICS, Question
from waternet.bank.when import read_past, read_time
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Grade
from waternet.observation.zone import find_zone

__all__ = ["FIGURE_PARAMETERS", "SPAN_PARAMETERS", "asked_plainly", "question_of"]

_TIME = {"type": "string", "maxLength": 40}
_GRADES = [grade.name.lower() for grade in Grade]

FIGURE_PARAMETERS: Final = (
    Parameter(
        "as_of",
        {"type": "string", "maxLength": 100},
        "The past to look from: a day (2026-11-22, to its end in UTC), a time, or an "
        "entry of a party's record (jordan:12).",
    ),
    Parameter(
        "aggregate",
        {"type": "string", "enum": list(PERIODS)},
        "Gather figures by period, with coverage; without it they are as published.",
    ),
    Parameter(
        "statistic",
        {
            "type": "string",
            "pattern": f"^({'|'.join(STATISTICS)}|p[0-9][0-9])$",
            "maxLength": 8,
        },
        "What the figures of a period are reduced to: mean (unless stated), minimum, "
        "maximum, total, count, or a percentile from p00 to p99.",
    ),
    Parameter(
        "zone",
        {"type": "string", "maxLength": 64},
        "Whose days and years: Asia/Amman, +02:00. Unless stated, those of each "
        "datastream's owner.",
    ),
    Parameter(
        "first_month",
        {"type": "integer", "minimum": 1, "maximum": 12},
        "With which a hydrological year begins.",
    ),
    Parameter(
        "unit",
        {"type": "string", "maxLength": 64},
        "UCUM code to express every value in; unless stated, each as published.",
    ),
    Parameter(
        "grades",
        {
            "type": "array",
            "items": {"type": "string", "enum": _GRADES},
            "maxItems": len(_GRADES),
        },
        "Grades of the figures that are shown, or gathered; unless stated, all, or "
        "all that are not bad.",
    ),
)

SPAN_PARAMETERS: Final = (
    Parameter("start", _TIME, "From this time on: 2015, 2015-06, 2015-06-30T08:00Z."),
    Parameter("end", _TIME, "Up to this time, which is not part of it."),
)


def question_of(
    asked: Asked, start: datetime | None = None, end: datetime | None = None
) -> Question:
    """Return the question that a request's parameters put.

    Parameters
    ----------
    asked : Asked
        Of an operation with `FIGURE_PARAMETERS`, and perhaps `SPAN_PARAMETERS`: times
        without an offset are by `zone`, or else UTC.
    start, end : datetime or None
        Where the interface says in words of its own which time is meant.

    Raises
    ------
    NotAcceptable
        A parameter names no past, period, time or zone; a statistic without a period.
    """
    values = asked.values
    if "statistic" in values and "aggregate" not in values:
        raise NotAcceptable(
            "a statistic is of figures gathered by period: 'aggregate' says by which",
            hint="aggregate=month; statistic_kind is what a datastream itself holds",
        )
    zone = values.get("zone", "")
    clock = find_zone(zone or "UTC")
    if written := values.get("start"):
        start = read_time(written, clock)
    if written := values.get("end"):
        end = read_time(written, clock)
    past = values.get("as_of", "")
    return Question(
        start=start,
        end=end,
        as_of=read_past(past) if past else None,
        aggregate=values.get("aggregate", ""),
        statistic=values.get("statistic", "mean"),
        zone=zone,
        first_month=values.get("first_month", 0),
        unit=values.get("unit", ""),
        grades=tuple(Grade[name.upper()] for name in values.get("grades", ())),
    )


def asked_plainly(asked: Asked) -> Mapping[str, Any]:
    """Return what was asked, parameter by parameter, to stand in the answer."""
    names = [one.name for one in asked.operation.parameters]
    return {name: asked.values[name] for name in names if name in asked.values}
