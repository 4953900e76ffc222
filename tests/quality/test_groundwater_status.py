"""Groundwater status against a peer program and hand calculation.

The peer is pastas 2.0.0 (pandas 3.1.1, scipy 1.17.1), pastas.stats.sgi.
"""

import math

import numpy as np
import pytest

from waternet.quality.groundwater_status import (
    class_of,
    groundwater_index,
    monthly_means,
    percentiles_of_year,
)

JANUARIES = [1120.0, 1160, 963, 1210, 1165, 1161, 813, 1230, 1370, 1140]


def times(*texts):
    return np.array(texts, "datetime64[us]").astype(np.int64)


def test_ten_januaries_have_the_scores_that_the_peer_gives():
    found = groundwater_index(np.arange(1871, 1881) * 12, np.array(JANUARIES))
    expected = [
        -0.67448975,
        -0.125661347,
        -1.036433389,
        0.67448975,
        0.385320466,
        0.125661347,
        -1.644853627,
        1.036433389,
        1.644853627,
        -0.385320466,
    ]
    assert found.tolist() == pytest.approx(expected, abs=1e-9)


def test_each_calendar_month_is_held_against_itself():
    # Three years of two months; the peer gives a month's lowest, middle and highest
    # -0.967421566, 0 and 0.967421566, whatever the other month does.
    month = np.array([0, 5, 12, 17, 24, 29])
    level = np.array([3.1, -90.0, 2.9, -80.0, 3.3, -95.0])
    found = groundwater_index(month, level, least_years=3)
    high = 0.967421566
    assert found.tolist() == pytest.approx([0, 0, -high, high, high, -high], abs=1e-9)


def test_too_few_years_have_no_index():
    month = np.arange(1871, 1880) * 12
    assert np.isnan(groundwater_index(month, np.array(JANUARIES[:9]))).all()


def test_a_missing_month_has_no_index_and_counts_for_no_year():
    level = np.array([*JANUARIES, np.nan])
    found = groundwater_index(np.arange(1871, 1882) * 12, level)
    assert math.isnan(found[-1])
    assert np.isfinite(found[:-1]).all()


def test_equal_levels_share_a_score():
    # Ranks 1, 2.5, 2.5, 4 of 4: shares 1/8, 1/2, 1/2, 7/8.
    found = groundwater_index(np.arange(4) * 12, np.array([1.0, 2, 2, 3]), 4)
    assert found.tolist() == pytest.approx([-1.150349, 0, 0, 1.150349], abs=1e-6)


def test_months_are_the_owners():
    eve = times("2014-12-31T22:30", "2015-01-31T21:00", "2015-01-31T23:00")
    found = monthly_means(eve, np.array([1.0, 3.0, 7.0]), offset=120)
    assert found.month.tolist() == [2015 * 12, 2015 * 12 + 1]
    assert (found.mean.tolist(), found.count.tolist()) == ([2.0, 7.0], [2, 1])


def test_a_day_stands_among_the_same_day_of_other_years():
    # Weibull: the i-th lowest of 9 stands at 100 i / 10.
    when = times(*(f"{year}-06-30T08:00" for year in range(2001, 2010)))
    found = percentiles_of_year(when, np.arange(9.0)[::-1], least_years=9)
    assert found.percentile.tolist() == pytest.approx(list(range(90, 0, -10)))
    assert set(found.years.tolist()) == {9}
    assert np.isnan(percentiles_of_year(when, np.arange(9.0)).percentile).all()


def test_a_leap_day_is_held_against_the_day_before_it():
    when = times("2015-02-28", "2016-02-28", "2016-02-29", "2016-03-01")
    found = percentiles_of_year(when, np.array([1.0, 2, 3, 4]), least_years=1)
    assert found.percentile.tolist() == [25.0, 50.0, 75.0, 50.0]
    assert found.years.tolist() == [2, 2, 2, 1]


def test_by_month_all_days_of_a_month_count():
    when = times("2015-02-03", "2016-02-28", "2016-03-01")
    value = np.array([1.0, np.nan, 5.0])
    found = percentiles_of_year(when, value, "month", least_years=1)
    assert found.percentile.tolist() == pytest.approx([50.0, np.nan, 50.0], nan_ok=True)


def test_classes_are_those_of_the_survey():
    # Much below < 10, below 10-24, normal 25-75, above 76-90, much above > 90.
    named = [class_of(one) for one in (0, 9.99, 10, 24.9, 25, 75, 75.1, 90, 90.1, 100)]
    assert named == [
        *["much below normal"] * 2,
        *["below normal"] * 2,
        *["normal"] * 2,
        *["above normal"] * 2,
        *["much above normal"] * 2,
    ]
    assert class_of(math.nan) == ""
