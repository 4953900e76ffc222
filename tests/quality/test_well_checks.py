"""Depth and level of one well, and the elevation they give: made by hand."""

from datetime import datetime

import numpy as np
import pytest
from quality.made import daily, said, table, us

from waternet.observation.datastream import Datastream
from waternet.quality.well_checks import (
    DepthAndLevel,
    find_broken_elevations,
    recover_elevations,
)

LEVEL = Datastream("d", "W1", "groundwater-level", "m")
DEPTH = Datastream("d", "W1", "depth-to-groundwater", "m")
DEPTHS = np.round(76 + np.sin(np.arange(20)), 2)


def well(levels, depths=DEPTHS, depth=DEPTH):
    # 'depth-to-groundwater' comes first by name: its rows are 0 to 19.
    return table((LEVEL, daily(20), levels), (depth, daily(20), depths))


def test_the_elevation_of_a_well_is_recovered():
    (found,) = recover_elevations(well(594.0 - DEPTHS), DepthAndLevel())
    assert (found.feature, found.pairs) == ("W1", 20)
    assert found.elevation == pytest.approx(594.0)
    assert not len(find_broken_elevations(well(594.0 - DEPTHS), DepthAndLevel()).rows)


def test_depths_in_centimetres_add_up_with_levels_in_metres():
    centimetres = Datastream("d", "W1", "depth-to-groundwater", "cm")
    series = well(594.0 - DEPTHS, DEPTHS * 100, centimetres)
    (found,) = recover_elevations(series, DepthAndLevel())
    assert found.elevation == pytest.approx(594.0)


def test_a_sum_that_breaks_names_level_and_depth():
    levels = 594.0 - DEPTHS
    levels[7] += 1.0
    hits = find_broken_elevations(well(levels), DepthAndLevel())
    both = "level and depth do not add up"
    assert said(hits) == [(7, both), (27, both)]
    # The depth that would make it right is a metre less, the level a metre less too.
    assert hits.expected == pytest.approx([DEPTHS[7] - 1, levels[7] - 1])


def test_a_well_surveyed_again_is_a_step_of_its_elevation():
    levels = 594.0 - DEPTHS
    levels[12:] += 0.6
    series = well(levels)
    first, second = recover_elevations(series, DepthAndLevel())
    assert (first.elevation, second.elevation) == pytest.approx((594.0, 594.6))
    assert second.since == us(datetime(2020, 1, 13))
    hits = find_broken_elevations(series, DepthAndLevel())
    assert said(hits) == [(32, "measured from 594.60 m, before from 594.00 m")]


def test_levels_that_are_depths_with_a_minus_sign_are_named_and_depths_are_not():
    hits = find_broken_elevations(well(-DEPTHS), DepthAndLevel())
    assert hits.rows.tolist() == list(range(20, 40))
    assert hits.notes == ("the depth with a minus sign",)


def test_a_well_below_the_sea_is_a_well():
    assert not len(find_broken_elevations(well(-216.7 - DEPTHS), DepthAndLevel()).rows)


def test_a_level_alone_is_not_judged():
    hits = find_broken_elevations(table((LEVEL, daily(2), [1.0, 2.0])), DepthAndLevel())
    assert hits.unjudged.tolist() == [0]
