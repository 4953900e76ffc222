"""The same question as programs put it: curl, Python, R, and a page that embeds it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from waternet.portal.series.asking import Asking

__all__ = ["FORMS", "Programs", "data_query", "programs_of", "shown_query"]

FORMS = ("xlsx", "csv", "parquet", "json")
_ASKED = (
    *("start", "end", "as_of", "aggregate", "statistic", "zone", "first_month"),
    *("unit", "grades"),
)
_SHOWN = (
    *("span", "start", "end", "as_of", "aggregate", "statistic", "zone"),
    *("first_month", "unit", "grades", "log", "last_year", "usual", "axes", "against"),
)
_WORDS = ("start", "end", "as_of", "aggregate", "statistic", "zone", "unit")


@dataclass(frozen=True, slots=True)
class Programs:
    """What to paste where.

    Attributes
    ----------
    curl, python, r : str
    embed : str
        HTML.
    """

    curl: str
    python: str
    r: str
    embed: str


def data_query(datastreams: Sequence[str], asking: Asking) -> dict[str, str]:
    """Return the question that /data/observations is asked for what is shown.

    Start and end are told with their offset: there, unlike on a page, a time that
    states none is not by the owner's clock.
    """
    asked = {name: asking.values[name] for name in _ASKED if name in asking.values}
    if "aggregate" not in asked:
        asked.pop("statistic", None)
    for name in ("start", "end"):
        if when := getattr(asking.question, name):
            asked[name] = _told(when)
    return {"datastream": ",".join(datastreams)} | {
        name: ",".join(one) if isinstance(one, list | tuple) else str(one)
        for name, one in asked.items()
    }


def shown_query(
    datastreams: Sequence[str], values: Mapping[str, Any]
) -> dict[str, str]:
    """Return the query that shows the same chart again."""
    return {"datastream": ",".join(datastreams)} | {
        name: _text(values[name]) for name in _SHOWN if name in values
    }


def programs_of(url: str, datastreams: Sequence[str], asking: Asking) -> Programs:
    """Return the question for programs, and the snippet that embeds the drawing.

    Parameters
    ----------
    url : str
        Where the reader finds this node.
    """
    query = data_query(datastreams, asking)
    csv = f"{url}/data/observations?{_written({**query, 'format': 'csv'})}"
    embedded = f"{url}/embed?{_written(shown_query(datastreams, asking.values))}"
    return Programs(
        curl=f"curl '{csv}'",
        python=_python(url, datastreams, query),
        r=f'levels <- read.csv("{csv}",\n    colClasses = c(censor = "character"))\n'
        'levels$time <- as.POSIXct(levels$time, format = "%Y-%m-%dT%H:%M:%SZ", '
        'tz = "UTC")',
        embed=f'<iframe src="{escape(embedded)}" width="100%" height="420" '
        'loading="lazy" title="Waternet"></iframe>',
    )


def _told(when: datetime) -> str:
    """Return a time in UTC; by its own clock where UTC has no such year."""
    if MINYEAR < when.year < MAXYEAR:
        when = when.astimezone(UTC)
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def _python(url: str, datastreams: Sequence[str], query: Mapping[str, str]) -> str:
    alone = len(datastreams) == 1
    told = [json.dumps(datastreams[0] if alone else list(datastreams))]
    told += [f"{name}={json.dumps(query[name])}" for name in _WORDS if name in query]
    if "first_month" in query:
        told.append(f"first_month={int(query['first_month'])}")
    if "grades" in query:
        told.append(f"grades={json.dumps(query['grades'].split(','))}")
    asked = ",\n    ".join(told)
    return (
        f'import waternet as wn\n\nnode = wn.open("{url}")\n'
        f"levels, about = node.get_observations(\n    {asked},\n)\n"
        "wn.verify(about, levels)  # signatures and proofs, checked here\n"
        "print(wn.cite(about))"
    )


def _written(query: Mapping[str, str]) -> str:
    return urlencode(query, safe=":,/")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return ",".join(value) if isinstance(value, list | tuple) else str(value)
