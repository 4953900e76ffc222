"""Commands that study series: trend, groundwater, compliance; rounds of results.

How each figure is made stands in docs/method/trends.md and docs/method/laboratory.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.answer import Answer, asks
from waternet.cli.ask import (
    Addresses,
    End,
    Party,
    Past,
    Property,
    Start,
    Text,
    Unit,
    Within,
)
from waternet.cli.own_figures import (
    OwnFigures,
    figures_by_series,
    rounded,
    verify_one_of,
)
from waternet.cli.rounds import round_
from waternet.cli.study_rows import (
    KEPT,
    SEASONS,
    STATUS,
    TREND,
    is_close,
    kept_row,
    make_rows_table,
    status_row,
    trend_row,
)
from waternet.cli.typed import as_of, clock_of, full_addresses, moment, selection
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.quality.series import SeriesTable

__all__ = ["add_commands"]

Question = Callable[[Any], Answer]

_METHODS = ("mann-kendall", "seasonal", "hamed-rao")
_PERIODS = {"year": "P1Y", "month": "P1M"}
_TREND_SHOWN = (
    *("party", "datastream", "unit", "first", "last", "n", "trend", "p", "tau"),
    *("slope", "lower", "upper", "method", "limits"),
)
_KEPT_SHOWN = (
    *("party", "datastream", "frequency", "period", "expected", "had", "share"),
    *("gap_start", "gap_end", "overdue"),
)

_DEPENDENT = (
    "values less than a month apart are rarely independent, and p is too small: "
    "--season month, or --method hamed-rao"
)

LeastYears = Annotated[
    int, typer.Option("--least-years", help="Fewer years say nothing of a value.")
]


@asks
def trend(
    addresses: Addresses,
    method: Annotated[
        str, typer.Option("--method", help="mann-kendall, seasonal or hamed-rao.")
    ] = "",
    season: Annotated[
        str,
        typer.Option(
            "--season", help="Medians by month, quarter, half-year or year go in."
        ),
    ] = "",
    confidence: Annotated[
        float, typer.Option("--confidence", help="Of the slope's limits.")
    ] = 0.95,
    start: Start = "",
    end: End = "",
    past: Past = "",
    unit: Unit = "",
) -> Question:
    """Test whether series rise or fall, and how fast (Mann-Kendall, Sen's slope)."""
    chosen = method or ("seasonal" if season not in ("", "year") else "mann-kendall")
    verify_one_of("method", chosen, _METHODS)
    verify_one_of("season", season, ("", *SEASONS))
    if not 0.5 <= confidence < 1:
        raise NotAcceptable(
            f"--confidence {confidence} is not a share", hint="0.9, 0.95 or 0.99"
        )
    by = season or ("month" if chosen == "seasonal" else "")

    def ask(bank: Any) -> Answer:
        full = full_addresses(bank, addresses)
        clock = clock_of(bank, full[0])
        period = moment(start, clock), moment(end, clock)
        ones = list(figures_by_series(bank, full, *period, as_of(past), unit))
        rows = [trend_row(one, chosen, by, confidence) for one in ones]
        remark = f"confidence {confidence:g}; slopes are in their unit a year"
        if short := sum("s" not in row for row in rows):
            remark += f"; {short} of too few values, or of limits in no order"
        if chosen == "mann-kendall" and not by and any(map(is_close, ones)):
            remark += f"\n{_DEPENDENT}"
        return Answer(make_rows_table(rows, TREND), _TREND_SHOWN, remark, True, rounded)

    return ask


@asks
def groundwater(
    addresses: Addresses,
    by: Annotated[
        str, typer.Option("--by", help="Percentiles among the same month, or day.")
    ] = "month",
    least_years: LeastYears = 10,
    start: Start = "",
    end: End = "",
    past: Past = "",
) -> Question:
    """Show how the latest levels stand among those of other years (SGI, percentile)."""
    verify_one_of("--by", by, ("month", "day"))

    def ask(bank: Any) -> Answer:
        full = full_addresses(bank, addresses)
        clock = clock_of(bank, full[0])
        period = moment(start, clock), moment(end, clock)
        rows = [
            status_row(one, by, least_years)
            for one in figures_by_series(bank, full, *period, as_of(past))
            if len(one.time)
        ]
        remark = f"percentiles by {by}, index by month, of {least_years} years or more"
        return Answer(make_rows_table(rows, STATUS), (), remark, True, rounded)

    return ask


@asks
def compliance(
    text: Text = "",
    party: Party = "",
    within: Within = "",
    observed_property: Property = "",
    schedule: Annotated[
        Path | None,
        typer.Option("--schedule", help="What was agreed, in TOML; else as each says."),
    ] = None,
    period: Annotated[str, typer.Option("--period", help="year or month.")] = "year",
    start: Start = "",
    end: End = "",
    past: Past = "",
) -> Question:
    """Hold datastreams against the frequency that was promised."""
    from waternet.quality.compliance import find_compliance

    verify_one_of("period", period, tuple(_PERIODS))
    agreed = _read_schedule(schedule)

    def ask(bank: Any) -> Answer:
        chosen = selection(
            bank,
            text=text,
            party=party,
            within=within,
            observed_property=observed_property,
        )
        now = moment(end) or datetime.now(UTC)
        since = moment(start)
        ones = list(figures_by_series(bank, chosen, None, now, as_of(past)))
        kept = find_compliance(
            _series_table(ones),
            _microseconds(now),
            agreed,
            since=_microseconds(since) if since else None,
            period=_PERIODS[period],
        )
        rows = [kept_row(ones[one.datastream], one, period) for one in kept]
        open_ = sum(not one.frequency for one in kept)
        remark = f"nobody promised a frequency of {open_} of them" if open_ else ""
        return Answer(make_rows_table(rows, KEPT), _KEPT_SHOWN, remark, read=rounded)

    return ask


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (trend, groundwater, compliance):
        app.command()(command)
    app.command("round")(round_)


def _series_table(ones: list[OwnFigures]) -> SeriesTable:
    import numpy as np

    from waternet.quality.series import SeriesTable

    lengths = [len(one.time) for one in ones]
    count = sum(lengths)
    return SeriesTable(
        datastreams=tuple(one.datastream for one in ones),
        kinds=("",) * len(ones),
        starts=np.cumsum([0, *lengths]),
        time=np.concatenate([np.empty(0, np.int64), *(one.time for one in ones)]),
        value=np.concatenate([np.empty(0), *(one.value for one in ones)]),
        censor=np.zeros(count, np.int8),
        status=np.zeros(count, np.int8),
    )


def _read_schedule(path: Path | None) -> Any:
    from waternet.quality.schedule import read_schedule

    if path is None:
        return ()
    if not path.is_file():
        raise NotFound(f"no file {path}", hint="give the schedule's TOML file")
    try:
        return read_schedule(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"{path} is not UTF-8: {error}") from error


def _microseconds(when: datetime) -> int:
    from waternet.bank.labels import to_microseconds

    return to_microseconds(when, 0)
