"""Spikes, steps, flat lines, fast changes: worked out by hand."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from quality.made import daily, lake, one, wave

from waternet.quality.shape_checks import (
    FlatLine,
    RateOfChange,
    Spike,
    Step,
    find_fast_changes,
    find_flat_lines,
    find_spikes,
    find_steps,
)


def test_noise_is_the_larger_of_the_median_and_the_tenth_largest_change():
    # Ten changes a day apart: nine of 0.01, one of 0.05. Median 0.01, so
    # 0.01 / 0.6745 = 0.01483; the value at nine tenths of the ranks is 0.01 too, so
    # 0.01 / 1.645 = 0.00608. The larger: 0.01483.
    level = np.cumsum([0, *[0.01] * 9, 0.05])
    assert one(level).figures.noise == pytest.approx([0.014826], rel=1e-3)


def test_one_value_that_sticks_out_is_a_spike_and_its_neighbours_are_not():
    level = wave(40)
    level[17] += 1.0
    hits = find_spikes(one(level), Spike())
    assert hits.rows.tolist() == [17]
    assert hits.expected == pytest.approx([(level[16] + level[18]) / 2])


@pytest.mark.parametrize("sign", [1, -1])
def test_a_spike_is_found_in_both_directions(sign):
    level = wave(40)
    level[17] += sign
    assert find_spikes(one(level), Spike()).rows.tolist() == [17]


def test_a_rise_over_a_long_silence_is_no_spike():
    # 0.5 m over 400 days is 0.025 m a day by a random walk: a usual change here.
    times = daily(20) + daily(20, datetime(2021, 2, 25))
    level = wave(40)
    level[20:] += 0.5
    assert not len(find_spikes(one(level, times), Spike(times=6)).rows)
    assert not len(find_steps(one(level, times), Step()).rows)


def test_what_is_less_than_the_least_is_never_objected_to():
    level = wave(40)
    level[17] += 1.0
    assert not len(find_spikes(one(level), Spike(least=1.1)).rows)
    assert len(find_spikes(one(level), Spike(least=0.9)).rows) == 1
    centimetres = lake(unit="cm")
    found = find_spikes(one(level * 100, stream=centimetres), Spike(least=1.1))
    assert not len(found.rows)


def test_a_series_of_eight_is_too_short_to_have_noise():
    hits = find_spikes(one([1, 1.1, 1, 1.1, 9, 1, 1.1, 1]), Spike())
    assert (hits.rows.tolist(), hits.unjudged.tolist()) == ([], [0])


def test_a_shift_that_stays_is_a_step_and_no_spike():
    level = wave(40)
    level[20:] += 1.0
    hits = find_steps(one(level), Step())
    assert hits.rows.tolist() == [20]
    assert hits.expected == pytest.approx([np.median(level[15:20])])
    assert not len(find_spikes(one(level), Spike()).rows)


def test_a_spike_is_no_step():
    level = wave(40)
    level[20] += 1.0
    assert not len(find_steps(one(level), Step()).rows)


def test_a_run_is_flat_from_its_second_value_on():
    level = wave(60)
    level[20:45] = level[20]
    hits = find_flat_lines(one(level), FlatLine(count=20))
    assert hits.rows.tolist() == list(range(21, 45))
    assert not len(find_flat_lines(one(level), FlatLine(count=27)).rows)


def test_a_run_must_also_last():
    times = daily(60, step=timedelta(hours=1))
    level = wave(60)
    level[20:45] = level[20]
    hourly = one(level, times)
    assert not len(find_flat_lines(hourly, FlatLine(count=20, days=2)).rows)
    assert len(find_flat_lines(hourly, FlatLine(count=20, days=1)).rows) == 24


def test_days_without_rain_are_usual():
    rain = [0.0] * 100 + [3.2] * 6
    hits = find_flat_lines(one(rain), FlatLine(count=5, usual=(0.0,)))
    assert hits.rows.tolist() == [101, 102, 103, 104, 105]


def test_equal_values_of_two_series_are_no_run():
    from quality.made import table

    both = table(
        (lake("A"), daily(3), [1.0, 2.0, 5.0]), (lake("B"), daily(3), [5.0, 5.0, 1.0])
    )
    assert not len(find_flat_lines(both, FlatLine(count=3)).rows)


def test_a_change_faster_than_allowed_is_named_once():
    # 0.5 m a day and 0.2 m at once: 0.7 m over one day, 1.2 m over two.
    level = [10.0, 10.6, 10.0, 11.0, 11.1, 11.0]
    hits = find_fast_changes(one(level), RateOfChange(0.5, 0.2))
    assert hits.rows.tolist() == [3]
    times = [datetime(2020, 1, day) for day in (1, 2, 3, 5, 6, 7)]
    assert not len(find_fast_changes(one(level, times), RateOfChange(0.5, 0.2)).rows)


def test_the_way_back_of_an_excursion_is_not_named():
    level = [10.0, 10.0, 15.0, 10.0, 10.0]
    hits = find_fast_changes(one(level), RateOfChange(0.5, 0.2))
    assert hits.rows.tolist() == [2]
