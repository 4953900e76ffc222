"""From figures to lines: gaps, steps, the year before, fewer points."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from waternet.bank.climatology import climatology
from waternet.portal.chart.line import Line
from waternet.portal.series.described import Described
from waternet.portal.series.figures import line_of, thin, usual_band, year_later

DAY = 86_400_000  # ms
AMMAN = ZoneInfo("Asia/Amman")


def _described(**about: str) -> Described:
    told = {
        "statistic": "instant",
        "interval": "PT0S",
        "zone": "Asia/Amman",
        "unit": "m",
        **about,
    }
    return Described("jordan", "a/b", told, {})


def _figures(times: list[str], values: list[float | None]) -> pa.Table:
    time = np.array(times, "datetime64[us]")
    count = len(times)
    return pa.table(
        {
            "unit": pa.array(["m"] * count),
            "time": pa.array(time, pa.timestamp("us")),
            "end": pa.nulls(count, pa.timestamp("us")),
            "value": pa.array(values, pa.float64()),
            "censor": pa.array([0] * count, pa.int8()),
            "grade": pa.array([1] * count, pa.int8()),
        }
    )


def _ms(*times: str) -> list[int]:
    found: list[int] = np.array(times, "datetime64[ms]").astype(np.int64).tolist()
    return found


def test_yearly_values_stand_until_the_owners_next_year() -> None:
    # Jordan kept summer time through the winter of 2012: 2013 began at UTC+3.
    times = ["2010-12-31T22:00", "2011-12-31T22:00", "2012-12-31T21:00"]
    described = _described(statistic="mean", interval="P1Y")
    line = line_of(_figures(times, [1.0, 2, 3]), described, "")
    ends = _ms("2011-12-31T22:00", "2012-12-31T21:00", "2013-12-31T22:00")
    assert line.end.tolist() == ends


def test_a_year_that_nobody_reported_is_a_gap_between_steps() -> None:
    times = ["2009-12-31T22:00", "2011-12-31T22:00"]
    described = _described(statistic="total", interval="P1Y")
    line = line_of(_figures(times, [1.0, 3.0]), described, "")
    assert np.isnan(line.value).tolist() == [False, True, False]
    assert line.end.tolist()[0] == line.time.tolist()[1]


def test_instants_far_apart_are_parted_by_a_gap() -> None:
    times = [f"2015-01-0{day}" for day in (1, 2, 3, 4)] + ["2016-01-01", "2016-01-02"]
    line = line_of(_figures(times, [1.0, 2, 3, 4, 5, 6]), _described(), "")
    assert np.flatnonzero(np.isnan(line.value)).tolist() == [4]
    assert line.broken().tolist() == [False, False, False, True, True, False, True]


def test_the_year_before_keeps_its_dates_over_a_leap_day() -> None:
    line = line_of(
        _figures(["2015-02-28", "2015-03-01", "2016-03-01"], [1.0, 2, 3]),
        _described(),
        "",
    )
    moved = year_later(line, "before")
    told = moved.time[np.isfinite(moved.value)].tolist()
    assert told == _ms("2016-02-28", "2016-03-01", "2017-03-01")
    assert moved.is_other


def test_a_thinner_line_keeps_extremes_gaps_and_ends() -> None:
    value = np.sin(np.arange(20_000) / 50.0)
    value[7_777], value[12_000] = 5.0, np.nan
    time = np.arange(20_000) * DAY
    line = Line("", "m", time, value, tells_gaps=True)
    few = thin(line, 400)
    assert len(few.time) <= 1_601 + 1
    assert np.nanmax(few.value) == 5.0
    assert np.isnan(few.value).sum() == 1
    assert (few.time[0], few.time[-1]) == (time[0], time[-1])


def test_what_is_usual_is_told_for_each_day_and_less_often_for_decades() -> None:
    days = np.arange("2001-01-01", "2013-01-01", dtype="datetime64[D]")
    time = days.astype(np.int64) * DAY
    usual = climatology(time, np.ones(len(time)))
    year = usual_band(usual, *_ms("2015-01-01", "2015-12-31"), "usual", AMMAN)
    assert year is not None
    assert 365 <= len(year.time) <= 367
    long = usual_band(usual, *_ms("1950-01-01", "2020-01-01"), "usual", AMMAN)
    assert long is not None
    assert len(long.time) < 1_200
