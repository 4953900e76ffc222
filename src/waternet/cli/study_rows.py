"""Rows of statistics: what each study says of one datastream."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from waternet.cli.own_figures import OwnFigures
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import DEPTHS

if TYPE_CHECKING:
    from waternet.quality.compliance import Kept
    from waternet.quality.trend import Trend

__all__ = [
    "KEPT",
    "SEASONS",
    "STATUS",
    "TREND",
    "is_close",
    "kept_row",
    "make_rows_table",
    "status_row",
    "trend_row",
]

SEASONS = {"month": 12, "quarter": 4, "half-year": 2, "year": 1}
_MONTH = 28 * 86_400_000_000  # us
_MOST = 30_000  # values whose pairs are compared; every pair has a slope

TREND = {
    **dict.fromkeys(("party", "datastream", "unit", "method", "season"), "string"),
    **dict.fromkeys(("first", "last"), "time"),
    **dict.fromkeys(("n", "limits", "s"), "int64"),
    **dict.fromkeys(("variance", "z", "p", "tau", "slope", "lower"), "float64"),
    **dict.fromkeys(("upper", "intercept", "origin"), "float64"),
    "trend": "string",
    "release": "int64",
}
STATUS = {
    **dict.fromkeys(("party", "datastream", "unit"), "string"),
    "time": "time",
    "value": "float64",
    "censor": "int8",
    "percentile": "float64",
    "class": "string",
    "years": "int64",
    "month": "string",
    "month_mean": "float64",
    "index": "float64",
    "release": "int64",
}
KEPT = {
    **dict.fromkeys(("party", "datastream", "frequency", "period"), "string"),
    **dict.fromkeys(("start", "end"), "time"),
    **dict.fromkeys(("expected", "had"), "int64"),
    "share": "float64",
    **dict.fromkeys(("gap_start", "gap_end", "overdue"), "time"),
}


def trend_row(
    one: OwnFigures, method: str, season: str, confidence: float
) -> dict[str, Any]:
    """Return the trend of one datastream; without figures where it is too short."""
    import numpy as np

    row = {
        **_named(one),
        "method": method,
        "season": season,
        "first": int(one.time[0]) if len(one.time) else None,
        "last": int(one.time[-1]) if len(one.time) else None,
        "limits": int(np.count_nonzero(one.censor)),
    }
    try:
        found = _find_trend(one, method, season, confidence)
    except _NoTrend as none:
        return {**row, "n": none.count, "trend": ""}
    direction = "none"
    if found.p < 1 - confidence:
        direction = "rising" if found.s > 0 else "falling"
    told = {name: getattr(found, name) for name in TREND if hasattr(found, name)}
    return {**row, **told, "trend": direction}


def is_close(one: OwnFigures) -> bool:
    """Whether its values usually lie less than a month apart."""
    import numpy as np

    steps = np.diff(one.time)
    return len(steps) > 1 and bool(np.median(steps) < _MONTH)


class _NoTrend(Exception):
    """There is no trend to tell: said in its row, as other series may have one."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def _find_trend(one: OwnFigures, method: str, season: str, confidence: float) -> Trend:
    import numpy as np

    from waternet.quality.trend import (
        decimal_years,
        hamed_rao,
        mann_kendall,
        seasonal_mann_kendall,
        seasonal_medians,
        tie_limits,
    )

    local = one.local_time()
    try:
        value = tie_limits(one.value, one.censor)
    except NotAcceptable as error:  # limits in no order
        raise _NoTrend(len(one.value)) from error
    if season:
        time, number, value = seasonal_medians(local, value, SEASONS[season])
    else:
        time, number = decimal_years(local), np.zeros(len(value), np.int64)
    if len(value) > _MOST:
        raise NotAcceptable(
            f"{one.party}:{one.datastream.name}: {len(value):,} values are too many "
            f"to compare in pairs; {_MOST:,} can be",
            hint="--season month takes the medians of months; --from a shorter time",
        )
    alike = number if method == "seasonal" else np.zeros(len(value), np.int64)
    times = [len(np.unique(time[alike == one])) for one in np.unique(alike)]
    if max(times, default=0) < 4:
        raise _NoTrend(len(value))
    if method == "seasonal":
        return seasonal_mann_kendall(time, value, number, confidence)
    test = mann_kendall if method == "mann-kendall" else hamed_rao
    return test(time, value, confidence)


def status_row(one: OwnFigures, by: str, least_years: int) -> dict[str, Any]:
    """Return how the latest figure of one datastream stands among its others."""
    import numpy as np

    from waternet.quality.groundwater_status import (
        class_of,
        groundwater_index,
        monthly_means,
        percentiles_of_year,
    )

    sign = -1.0 if one.datastream.observed_property in DEPTHS else 1.0
    local = one.local_time()
    level = np.where(one.censor == 0, sign * one.value, np.nan)
    among = percentiles_of_year(
        local, level, "day" if by == "day" else "month", least_years=least_years
    )
    months = monthly_means(local, level)
    index = groundwater_index(months.month, months.mean, least_years)
    share = float(among.percentile[-1])
    row = {
        **_named(one),
        "time": int(one.time[-1]),
        "value": float(one.value[-1]),
        "censor": int(one.censor[-1]),
        "percentile": share,
        "class": class_of(share),
        "years": int(among.years[-1]),
    }
    if len(months.month):
        year, month = divmod(int(months.month[-1]), 12)
        row |= {
            "month": f"{year:04}-{month + 1:02}",
            "month_mean": sign * float(months.mean[-1]),
            "index": float(index[-1]),
        }
    return row


def kept_row(one: OwnFigures, kept: Kept, period: str) -> dict[str, Any]:
    """Return how one datastream kept its frequency over one period."""
    from waternet.formats.zones import find_zone

    begin = datetime.fromtimestamp(kept.start / 1e6, UTC)
    local = begin.astimezone(find_zone(one.datastream.zone))
    return {
        **_named(one),
        "frequency": kept.frequency,
        "period": local.strftime("%Y" if period == "year" else "%Y-%m")
        if kept.frequency
        else "",
        **{
            name: getattr(kept, name)
            for name in KEPT
            if hasattr(kept, name) and name not in ("datastream", "frequency")
        },
    }


def _named(one: OwnFigures) -> dict[str, Any]:
    return {
        "party": one.party,
        "datastream": one.datastream.name,
        "unit": one.unit,
        "release": one.release,
    }


def make_rows_table(rows: list[dict[str, Any]], columns: dict[str, str]) -> Any:
    """Make a table of rows; what a row has not, or is no number, is null."""
    import pyarrow as pa

    kinds = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    kinds["int8"] = pa.int8()
    made = {}
    for name in columns:
        cells = [row.get(name) for row in rows]
        plain = [None if _is_nan(cell) else cell for cell in cells]
        made[name] = pa.array(plain, kinds.get(columns[name], pa.timestamp("us")))
    return pa.table(made)


def _is_nan(cell: object) -> bool:
    return isinstance(cell, float) and math.isnan(cell)
