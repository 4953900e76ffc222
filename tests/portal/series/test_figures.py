"""From figures to lines: gaps, steps, the year before, fewer points."""

from __future__ import annotations

from datetime import UTC
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
        "observed_property": "groundwater-level",
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
    moved = year_later(line, "before", UTC)
    told = moved.time[np.isfinite(moved.value)].tolist()
    assert told == _ms("2016-02-28", "2016-03-01", "2017-03-01")
    assert moved.is_other


def test_a_leap_day_has_no_day_a_year_later() -> None:
    # Days of Jordan begin at 22:00 UTC; 2020 had a 29 February, 2021 had none.
    days = [f"2020-02-{day}T22:00" for day in (26, 27, 28, 29)]
    line = line_of(_figures(days, [27.0, 28, 29, 1]), _described(), "")
    moved = year_later(line, "before", AMMAN)
    assert moved.value.tolist() == [27.0, 28.0, 1.0]
    told = _ms("2021-02-26T22:00", "2021-02-27T22:00", "2021-02-28T22:00")
    assert moved.time.tolist() == told


def test_hours_of_a_leap_year_still_rise_a_year_later() -> None:
    hours = np.arange("2020-02-20", "2020-03-10", dtype="datetime64[h]")
    times = [str(one) for one in hours]
    line = line_of(_figures(times, [1.0] * len(hours)), _described(), "")
    moved = year_later(line, "before", UTC)
    assert np.all(np.diff(moved.time) > 0)
    assert len(moved.time) == len(hours) - 24


def test_a_gap_that_begins_on_a_leap_day_stays_one() -> None:
    days = ["2020-02-27", "2020-02-28", "2020-02-29", "2020-06-01", "2020-06-02"]
    line = line_of(_figures(days, [1.0, 2, 3, 4, 5]), _described(), "")
    moved = year_later(line, "before", UTC)
    assert np.isnan(moved.value).tolist() == [False, False, True, False, False]
    assert np.all(np.diff(moved.time) > 0)


def test_depths_are_lines_downwards_and_counts_of_them_are_not() -> None:
    figures = _figures(["2015-01-01"], [12.0])
    deep = _described(observed_property="depth-to-groundwater")
    assert line_of(figures, deep, "").is_depth
    assert not line_of(figures, _described(), "").is_depth
    counted = figures.set_column(0, "unit", pa.array(["1"]))
    assert not line_of(counted, deep, "").is_depth


def test_a_thinner_line_is_bounded_whatever_its_gaps() -> None:
    # A total of a minute every two minutes: a gap after each of them.
    count = 200_000
    time = np.arange(count) * 120_000
    value = np.where(np.arange(count) % 2, np.nan, 1.0)
    line = Line("", "mm", time, value, end=time + 60_000, tells_gaps=True)
    assert len(thin(line, 400).time) <= 400 * 5


def test_a_thinner_line_keeps_a_gap_as_wide_as_a_pixel() -> None:
    time = np.arange(40_000) * DAY
    value = np.ones(40_000)
    value[10_000:10_400] = np.nan
    few = thin(Line("", "m", time, value, tells_gaps=True), 400)
    hidden = few.time[np.isnan(few.value)]
    assert len(hidden) == 1
    assert time[10_000] <= hidden[0] < time[10_400]


def test_a_thinner_line_keeps_what_was_flagged() -> None:
    count = 40_000
    grade, censor = np.ones(count, np.int8), np.zeros(count, np.int8)
    grade[12_345], censor[23_456] = 2, 1  # in the middle of others, and no extremes
    value = np.sin(np.arange(count) * 2.0)
    value[[12_345, 23_456]] = 0.0
    line = Line("", "m", np.arange(count) * DAY, value, grade, censor)
    few = thin(line, 400)
    assert np.count_nonzero(few.grade == 2) == 1
    assert np.count_nonzero(few.censor == 1) == 1


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
