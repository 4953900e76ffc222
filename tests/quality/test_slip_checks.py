"""Figures in another unit or with another sign: worked out by hand."""

import numpy as np
import pytest
from quality.made import lake, one, said, wave

from waternet.quality.slip_checks import (
    SignSlip,
    UnitSlip,
    find_sign_slips,
    find_unit_slips,
)

POINTS = UnitSlip(factors=(1000.0, 100.0, 10.0))


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1000, "1,000 times too large"),
        (100, "100 times too large"),
        (10, "10 times too large"),
        (3.28084, "in feet rather than metres"),
        (0.3048, "in metres rather than feet"),
        (0.1, "10 times too small"),
        (0.01, "100 times too small"),
        (0.001, "1,000 times too small"),
    ],
)
def test_each_factor_is_told_and_undone(factor, words):
    level = wave(30)
    right = level[11]
    level[11] *= factor
    hits = find_unit_slips(one(level), UnitSlip())
    assert said(hits) == [(11, words)]
    assert hits.expected == pytest.approx([right], rel=1e-5)


def test_a_whole_stretch_in_feet_is_found():
    level = wave(60)
    level[20:32] /= 0.3048  # a fifth of the series
    hits = find_unit_slips(one(level), UnitSlip())
    assert hits.rows.tolist() == list(range(20, 32))


def test_what_no_factor_explains_is_no_slip_of_units():
    level = wave(30)
    level[11] *= 5.6
    assert not len(find_unit_slips(one(level), UnitSlip()).rows)


def test_feet_are_not_looked_for_where_nothing_is_measured_in_them():
    level = wave(30)
    level[11] *= 3.28084
    assert not len(
        find_unit_slips(one(level), UnitSlip(factors=(1000.0, 100.0, 10.0))).rows
    )


def test_volumes_that_differ_tenfold_by_themselves_have_not_slipped():
    volume = np.tile([100.0, 1000.0, 10_000.0, 300.0, 3000.0], 6)
    assert not len(
        find_unit_slips(one(volume), UnitSlip(factors=(1000.0, 100.0, 10.0))).rows
    )


def test_zeros_have_no_factor():
    assert not len(find_unit_slips(one([0.0] * 9 + [5.0] * 3), UnitSlip()).rows)


def test_a_lost_sign_is_found_below_the_sea():
    level = wave(30)
    level[11] = -level[11]
    hits = find_sign_slips(one(level), SignSlip())
    assert hits.rows.tolist() == [11]
    assert hits.expected.tolist() == [-level[11]]


def test_a_series_that_crosses_zero_loses_no_sign():
    hits = find_sign_slips(one([-0.2, 0.1, 0.3, -0.1] * 5, stream=lake()), SignSlip())
    assert (len(hits.rows), hits.unjudged.tolist()) == (0, [0])
