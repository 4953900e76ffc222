"""Trend tests against published cases, hand calculation and a peer program.

The peer is pymannkendall 1.4.3 (numpy 2.4.6, scipy 1.17.1); what it printed is quoted
beside each case.
"""

import math
from itertools import combinations

import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.quality.trend import (
    decimal_years,
    hamed_rao,
    mann_kendall,
    seasonal_mann_kendall,
    seasonal_medians,
    tie_limits,
)

# Annual flow of the Nile at Aswan 1871 to 1970 [10^8 m3]: Cobb, G.W. (1978).
# Biometrika 65, 243-251; data set 'Nile' of R. Its mean is 919.35.
FLOWS = """
1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799
958 1140 1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692
1020 1050 969 831 726 456 824 702 1120 1100 832 764 821 768 845 864 862 698 845 744
796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860
874 848 890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919
718 714 740
"""
NILE = np.array(FLOWS.split(), float)
YEARS = np.arange(1871.0, 1971.0)


def test_the_nile_fell_as_the_peer_says():
    # original_test: z=-4.128066522844101, p=3.658262921657496e-05, s=-1387.0,
    # Tau=-0.2802020202020202, var_s=112728.33333333333, slope=-2.6, intercept=1022.2
    found = mann_kendall(YEARS, NILE)
    assert (found.n, found.s, found.origin) == (100, -1387, 1871.0)
    assert found.variance == pytest.approx(112728.33333333333)
    assert found.z == pytest.approx(-4.128066522844101)
    assert found.p == pytest.approx(3.658262921657496e-05)
    assert found.tau == pytest.approx(-0.2802020202020202)
    assert found.slope == pytest.approx(-2.6)
    assert found.intercept == pytest.approx(1022.2)


def test_the_niles_memory_makes_its_fall_less_certain():
    # hamed_rao_modification_test: p=0.004802676310182719, z=-2.8199791956451388,
    # s=-1387.0, var_s=241565.3569166269, slope=-2.6
    found = hamed_rao(YEARS, NILE)
    assert (found.s, found.slope) == (-1387, pytest.approx(-2.6))
    assert found.variance == pytest.approx(241565.3569166269)
    assert found.z == pytest.approx(-2.8199791956451388)
    assert found.p == pytest.approx(0.004802676310182719)


def test_four_interwoven_niles_are_held_each_against_itself():
    # seasonal_test(period=4): p=0.0002132561333658689, z=-3.7027724642677344,
    # Tau=-0.265, s=-318.0, var_s=7329.333333333333, slope=-9.535885167464116
    found = seasonal_mann_kendall(
        np.repeat(np.arange(25.0), 4), NILE, np.arange(100) % 4
    )
    assert found.s == -318
    assert found.variance == pytest.approx(7329.333333333333)
    assert found.z == pytest.approx(-3.7027724642677344)
    assert found.p == pytest.approx(0.0002132561333658689)
    assert found.tau == pytest.approx(-0.265)
    assert found.slope == pytest.approx(-9.535885167464116)


def test_several_values_at_one_time_are_no_evidence_against_each_other():
    # Gilbert (1987), section 16.5: eight values at five times. 24 slopes, by hand
    # VAR(S) = (8 x 7 x 21 - 54 - 84) / 18 + 6 x 8 / (2 x 8 x 7) = 58.095;
    # his limits at 90 %: 2.6 and 9.3.
    time = np.array([1.0, 1, 1, 2, 3, 3, 4, 5])
    value = np.array([10.0, 22, 21, 30, 22, 30, 40, 40])
    found = mann_kendall(time, value, confidence=0.90)
    assert found.variance == pytest.approx(58.095, abs=5e-4)
    assert found.slope == pytest.approx(5.5)
    assert (round(found.lower, 1), round(found.upper, 1)) == (2.6, 9.3)
    # Of its 28 pairs, 4 are of one time: the first three, and two at time 3.
    signs = [
        np.sign(value[j] - value[i])
        for i, j in combinations(range(8), 2)
        if time[j] > time[i]
    ]
    assert (found.s, len(signs)) == (int(sum(signs)), 24)
    assert found.tau == pytest.approx(sum(signs) / 24)


def test_order_and_spacing_are_told_by_time():
    # On a line every pair has its slope, whatever the spacing.
    time = np.array([2010.0, 2001.5, 2003.25, 2020.0, 2001.0])
    found = mann_kendall(time, 7 - 0.5 * (time - 2000))
    assert (found.s, found.tau, found.slope) == (-10, -1.0, pytest.approx(-0.5))
    assert found.intercept == pytest.approx(6.5)  # at 2001


def test_a_missing_value_is_left_out_and_not_bridged():
    holes = NILE.copy()
    holes[[3, 50, 51]] = np.nan
    kept = np.isfinite(holes)
    assert mann_kendall(YEARS, holes) == mann_kendall(YEARS[kept], NILE[kept])


def test_a_level_series_has_no_trend_and_no_sign():
    found = mann_kendall(np.arange(10.0), np.full(10, 3.0))
    assert (found.s, found.tau, found.slope, found.variance) == (0, 0.0, 0.0, 0.0)
    assert math.isnan(found.z)
    assert math.isnan(found.p)


@pytest.mark.parametrize("steps", [0, 3, 1000])
def test_slopes_too_many_to_keep_have_their_exact_median(steps):
    # 3.1 million slopes, against all of them sorted; few steps make most of them 0.
    random = np.random.default_rng(3)
    value = random.normal(size=2500) + 1e-4 * np.arange(2500)
    if steps:
        value = np.round(value * steps / 4)
    rows, columns = np.triu_indices(2500, 1)
    slopes = (value[columns] - value[rows]) / (columns - rows)
    assert mann_kendall(np.arange(2500.0), value).slope == np.median(slopes)


def test_a_long_series_is_scored_pair_by_pair():
    value = np.random.default_rng(4).integers(0, 50, 1500).astype(float)
    time = np.sort(np.random.default_rng(5).integers(0, 900, 1500)).astype(float)
    later = np.sign(time[None, :] - time[:, None])
    higher = np.sign(value[None, :] - value[:, None])
    assert mann_kendall(time, value).s == int((np.triu(later * higher)).sum())


def test_three_times_are_too_few():
    with pytest.raises(NotAcceptable, match="4 different times or more, got 3"):
        mann_kendall(np.array([1.0, 2, 3, 3]), np.arange(4.0))
    with pytest.raises(NotAcceptable, match="got 2"):
        seasonal_mann_kendall(np.arange(4.0), np.arange(4.0), np.array([1, 2, 1, 2]))


def test_a_year_begins_by_the_clock_that_is_told():
    # Midnight of 1 January 2015 in Amman is 22:00 UTC of 31 December.
    eve = np.array(["2014-12-31T22:00"], "datetime64[us]").astype(np.int64)
    assert decimal_years(eve, offset=120)[0] == 2015.0
    # 1 March of a leap year: 60 of 366 days have passed.
    march = np.array(["2016-03-01"], "datetime64[us]").astype(np.int64)
    assert decimal_years(march)[0] == pytest.approx(2016 + 60 / 366)


def test_a_season_has_one_value_a_year_the_median_of_its_own():
    days = ["2015-01-05", "2015-01-20", "2015-03-01", "2015-04-01", "2016-01-31"]
    time = np.array(days, "datetime64[us]").astype(np.int64)
    middle, season, median = seasonal_medians(time, np.array([1.0, 4, 2, np.nan, 9]), 4)
    assert middle.tolist() == [2015.125, 2016.125]
    assert (season.tolist(), median.tolist()) == ([1, 1], [2.0, 9.0])
    months = seasonal_medians(time, np.array([1.0, 4, 2, 6, 9]))
    assert months[1].tolist() == [1, 3, 4, 1]
    assert months[2].tolist() == [2.5, 2.0, 6.0, 9.0]
    with pytest.raises(NotAcceptable, match="do not make 5 seasons"):
        seasonal_medians(time, np.zeros(5), 5)


def test_a_season_that_repeats_hides_no_trend_within_it():
    # Summer and winter lie 100 apart; each rises by 1 a year: S = 2 x (4 x 3 / 2).
    time = np.repeat(np.arange(2000.0, 2004), 2)
    season = np.tile([1, 2], 4)
    value = (time - 2000) + np.where(season == 1, 100.0, 0.0)
    found = seasonal_mann_kendall(time, value, season)
    assert (found.s, found.tau, found.slope) == (12, 1.0, 1.0)
    # Hand: 2 x 4 x 3 x 13 / 18 = 17.333; z = 11 / 4.1633 = 2.642.
    assert found.z == pytest.approx(2.642, abs=5e-4)


def test_limits_are_ties_and_invent_no_trend():
    # Limits that fell from 5 to 1 while nothing was detected are no fall.
    limits = np.array([5.0, 5, 5, 1, 1, 1])
    below = np.ones(6, np.int8)
    assert mann_kendall(np.arange(6.0), limits).s == -9
    assert mann_kendall(np.arange(6.0), tie_limits(limits, below)).s == 0


def test_limits_of_both_kinds_keep_what_lies_between():
    value, censor = np.array([2.0, 1, 5, 9, 12]), np.array([1, 0, 0, 2, 0], np.int8)
    assert tie_limits(value, censor).tolist() == [2, 2, 5, 9, 9]
    with pytest.raises(NotAcceptable, match="below 12, some above 9"):
        tie_limits(value, np.array([0, 0, 0, 2, 1], np.int8))


def test_a_straight_line_has_no_autocorrelation_left():
    # Without one, Hamed and Rao's variance is Kendall's: n (n-1) (2n+5) / 18.
    time = np.arange(30.0) / 7 + 0.1
    found = hamed_rao(time, 0.1 * time + 0.3)
    assert found.variance == pytest.approx(30 * 29 * 65 / 18)
