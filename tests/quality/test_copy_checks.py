"""Blocks that stand twice, years that repeat, twins: made by hand."""

from datetime import datetime

import numpy as np
from quality.made import daily, lake, one, said, table

from waternet.quality.copy_checks import (
    CopiedBlock,
    Duplicate,
    RepeatedYear,
    find_copied_blocks,
    find_duplicates,
    find_repeated_years,
)


def walk(count, seed=1):
    steps = np.random.default_rng(seed).integers(-9, 10, count) / 100
    return np.round(-211 + np.cumsum(steps), 2)


def test_a_block_pasted_a_second_time_is_named_with_its_source():
    level = walk(200)
    level[120:150] = level[40:70]
    hits = find_copied_blocks(one(level), CopiedBlock())
    assert hits.rows.tolist() == list(range(120, 150))
    assert hits.notes == ("as from 2020-02-10",)  # day 40 from 1 January 2020


def test_fifteen_alike_are_no_block():
    level = walk(200)
    level[120:135] = level[40:55]
    assert not len(find_copied_blocks(one(level), CopiedBlock()).rows)


def test_a_slow_fall_comes_back_by_itself():
    fall = np.round(np.arange(100) * -0.01, 2)
    level = np.concatenate([fall, fall])
    assert not len(find_copied_blocks(one(level), CopiedBlock()).rows)


def test_two_series_alike_are_no_copy_within_one():
    level = walk(100)
    both = table((lake("A"), daily(100), level), (lake("B"), daily(100), level))
    assert not len(find_copied_blocks(both, CopiedBlock()).rows)


def test_two_procedures_at_one_time_are_told_and_whether_they_agree():
    gauge, radar = lake(procedure="gauge"), lake(procedure="radar")
    both = table(
        (gauge, daily(3), [1.0, 2.0, np.nan]),
        (radar, daily(4)[1:], [2.0, 3.0, 4.0]),
    )
    hits = find_duplicates(both, Duplicate())
    assert said(hits) == [(1, "the same value"), (3, "the same value")]
    other = table((gauge, daily(1), [1.0]), (radar, daily(1), [2.0]))
    hits = find_duplicates(other, Duplicate())
    assert said(hits) == [(0, "another value"), (1, "another value")]
    assert hits.expected.tolist() == [2.0, 1.0]


def months(first, years):
    return [datetime(first + n // 12, n % 12 + 1, 1) for n in range(12 * years)]


def volume(count, seed=5):
    return np.random.default_rng(seed).uniform(1e6, 9e6, count).round()


MONTHLY = lake(
    observed_property="water-transferred", unit="m3", statistic="total", interval="P1M"
)


def test_a_year_that_repeats_the_year_before_is_an_assumption():
    flow = volume(48)
    flow[36:] = flow[24:36]
    hits = find_repeated_years(one(flow, months(2006, 4), MONTHLY), RepeatedYear())
    assert said(hits) == [(row, "as the year before") for row in range(36, 48)]


def test_one_month_that_differs_makes_it_a_measurement():
    flow = volume(48)
    flow[36:] = flow[24:36]
    flow[40] += 1
    hits = find_repeated_years(one(flow, months(2006, 4), MONTHLY), RepeatedYear())
    assert not len(hits.rows)


def test_a_year_of_one_value_is_an_assumption_and_a_year_of_none_is_not():
    flow = volume(36)
    flow[12:24], flow[24:] = 4e6, 0
    hits = find_repeated_years(one(flow, months(2006, 3), MONTHLY), RepeatedYear())
    assert said(hits) == [(row, "one value all year") for row in range(12, 24)]


def test_yearly_figures_are_not_judged():
    years = [datetime(1990 + n, 1, 1) for n in range(20)]
    hits = find_repeated_years(one(volume(20), years), RepeatedYear())
    assert hits.unjudged.tolist() == [0]
