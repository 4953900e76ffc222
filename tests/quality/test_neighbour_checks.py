"""A station beside its neighbours: made by hand."""

import numpy as np
import pytest
from quality.made import daily, lake, place, table

from waternet.quality.neighbour_checks import Neighbours, find_unlike_neighbours


def neighbours(values, away=0.05):
    names = ["A", "B", "C"]
    return table(
        *[(lake(n), daily(60), v) for n, v in zip(names, values, strict=True)],
        places=[place(n, longitude=35 + k * away) for k, n in enumerate(names)],
    )


def three():
    rng = np.random.default_rng(4)
    rain = np.cumsum(rng.normal(0, 1, 60))
    return [rain * f + rng.normal(0, 0.05, 60) + 10 for f in (1.0, 2.0, 0.5)]


def test_what_two_neighbours_contradict_is_named_with_what_they_say():
    values = three()
    right = values[0][30]
    values[0][30] += 5
    hits = find_unlike_neighbours(neighbours(values), Neighbours())
    assert hits.rows.tolist() == [30]
    assert hits.expected == pytest.approx([right], abs=0.3)


def test_neighbours_that_agree_are_left_alone():
    hits = find_unlike_neighbours(neighbours(three()), Neighbours())
    assert (len(hits.rows), len(hits.unjudged)) == (0, 0)


def test_stations_far_away_are_no_neighbours():
    # A degree of longitude at 32 N is 111.2 km x cos 32 = 94 km.
    hits = find_unlike_neighbours(neighbours(three(), away=1.0), Neighbours())
    assert hits.unjudged.tolist() == [0, 1, 2]


def test_a_neighbour_that_goes_its_own_way_says_nothing():
    rng = np.random.default_rng(9)
    values = [np.cumsum(rng.normal(0, 1, 60)) for _ in range(3)]
    hits = find_unlike_neighbours(neighbours(values), Neighbours(like=0.2))
    assert hits.unjudged.tolist() == [0, 1, 2]
