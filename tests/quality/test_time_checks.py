"""Gaps, moments to come, centuries: worked out by hand."""

from datetime import datetime, timedelta

import numpy as np
from quality.made import daily, lake, one, said, table, us, wave

from waternet.quality.time_checks import (
    CenturySlip,
    Future,
    Gap,
    find_century_slips,
    find_future,
    find_gaps,
)


def test_a_gap_is_counted_in_missing_values():
    times = daily(10) + daily(10, datetime(2020, 1, 14))  # 11, 12 and 13 are missing
    stream = lake(sampling="P1D")
    hits = find_gaps(one(wave(20), times, stream), Gap())
    assert said(hits) == [(10, "3 values missing")]


def test_february_is_no_gap_between_months():
    months = [datetime(2019 + n // 12, n % 12 + 1, 1) for n in range(24)]
    monthly = lake(statistic="mean", interval="P1M")
    assert not len(find_gaps(one(wave(24), months, monthly), Gap()).rows)
    del months[7]
    hits = find_gaps(one(wave(23), months, monthly), Gap())
    assert said(hits) == [(7, "1 value missing")]


def test_yearly_accounts_that_come_every_five_years_miss_nothing_between():
    years = [datetime(year, 1, 1) for year in (1990, 1995, 2000, 2005, 2015, 2020)]
    account = lake(statistic="mean", interval="P1Y")
    assert said(find_gaps(one(wave(6), years, account), Gap())) == [
        (4, "1 value missing")
    ]
    promised = lake(statistic="mean", interval="P1Y", sampling="P1Y")
    assert len(find_gaps(one(wave(6), years, promised), Gap()).rows) == 5


def test_a_spacing_that_is_kept_is_learned():
    times = daily(20) + daily(20, datetime(2020, 1, 22))
    assert said(find_gaps(one(wave(40), times), Gap())) == [(20, "1 value missing")]


def test_a_well_that_is_read_now_and_then_has_no_gaps():
    rng = np.random.default_rng(3)
    first = datetime(2020, 1, 1)
    times = [first + timedelta(days=int(d)) for d in np.cumsum(rng.integers(5, 60, 40))]
    hits = find_gaps(one(wave(40), times), Gap())
    assert (len(hits.rows), hits.unjudged.tolist()) == (0, [0])


def test_a_figure_taken_back_leaves_no_gap():
    level = wave(20)
    level[7] = np.nan
    assert not len(find_gaps(one(level, stream=lake(sampling="P1D")), Gap()).rows)


def test_tomorrow_is_allowed_and_the_day_after_is_not():
    now = us(datetime(2020, 1, 1))
    series = table((lake(), daily(4), wave(4)), now=now)
    assert find_future(series, Future()).rows.tolist() == [2, 3]
    assert find_future(one(wave(4)), Future()).unjudged.tolist() == [0]


def test_1968_read_as_2068_is_a_century_off():
    times = daily(9, datetime(1969, 1, 1)) + daily(2, datetime(2068, 12, 1))
    hits = find_century_slips(one(wave(11), times), CenturySlip())
    assert said(hits) == [(9, "100 years too late"), (10, "100 years too late")]


def test_2015_read_as_1915_is_a_century_off():
    times = daily(2, datetime(1915, 6, 1)) + daily(9, datetime(2014, 1, 1))
    hits = find_century_slips(one(wave(11), times), CenturySlip())
    assert said(hits) == [(0, "100 years too early"), (1, "100 years too early")]


def test_a_series_of_old_and_new_times_has_not_slipped():
    times = daily(5, datetime(1850, 1, 1)) + daily(9, datetime(2014, 1, 1))
    assert not len(find_century_slips(one(wave(14), times), CenturySlip()).rows)
