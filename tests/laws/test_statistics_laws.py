"""What holds of trends, ranks and robust means whatever the figures are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from waternet.quality.groundwater_status import groundwater_index
from waternet.quality.interlaboratory import algorithm_a
from waternet.quality.kendall import score, score_variance
from waternet.quality.trend import mann_kendall, seasonal_mann_kendall

# Whole numbers: ties are many, and sums exact.
FIGURES = arrays(np.int64, st.integers(4, 40), elements=st.integers(-30, 30)).map(
    lambda figures: figures.astype(float)
)


@given(FIGURES)
def test_a_series_turned_upside_down_has_the_opposite_trend(value):
    time = np.arange(float(len(value)))
    up, down = mann_kendall(time, value), mann_kendall(time, -value)
    assert (up.s, up.variance) == (-down.s, down.variance)
    assert up.slope == pytest.approx(-down.slope)
    if not np.isnan(up.lower):
        assert up.lower == pytest.approx(-down.upper)
        assert up.lower <= up.slope <= up.upper


@given(FIGURES, st.integers(0, 10))
def test_s_is_counted_pair_by_pair(value, seed):
    time = np.random.default_rng(seed).integers(0, 20, len(value)).astype(float)
    signs = np.sign(time[None] - time[:, None]) * np.sign(value[None] - value[:, None])
    assert score(time, value) == int(np.triu(signs).sum())
    assert score_variance(time, value) >= 0


@given(FIGURES, st.permutations(range(40)))
def test_the_order_in_which_values_come_is_of_no_matter(value, order):
    time = np.arange(float(len(value)))
    moved = np.array([place for place in order if place < len(value)])
    assert repr(mann_kendall(time[moved], value[moved])) == repr(
        mann_kendall(time, value)
    )


@given(FIGURES)
def test_one_season_is_no_season(value):
    time = np.arange(float(len(value)))
    seasonal = seasonal_mann_kendall(time, value, np.ones(len(value), np.int64))
    plain = mann_kendall(time, value)
    assert repr(replace(seasonal, method="mann-kendall")) == repr(plain)


@given(FIGURES, st.integers(-1000, 1000), st.sampled_from([0.5, 2.0, 8.0]))
def test_a_robust_mean_moves_and_scales_with_the_results(value, shift, scale):
    mean, deviation = algorithm_a(value)
    moved = algorithm_a(value * scale + shift)
    assert moved == (
        pytest.approx(mean * scale + shift, abs=1e-6),
        pytest.approx(deviation * scale, abs=1e-6),
    )
    assert value.min() <= mean <= value.max()


@given(FIGURES)
def test_an_index_keeps_the_order_of_levels(value):
    index = groundwater_index(np.arange(len(value)) * 12, value, least_years=1)
    assert np.array_equal(np.argsort(value, kind="stable"), np.lexsort((value, index)))
    assert np.isfinite(index).all()
