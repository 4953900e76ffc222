"""Rounds between laboratories, against published figures and hand calculation."""

import math

import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.quality.interlaboratory import algorithm_a, assess, classify

# Copper in wholemeal flour [ug/g], 24 determinations: Analytical Methods Committee
# (1989). Robust statistics - how not to reject outliers. Analyst 114, 1693-1702.
DETERMINED = """
2.2 2.2 2.4 2.4 2.5 2.7 2.8 2.9 3.03 3.03 3.1 3.37 3.4 3.4 3.4 3.5 3.6 3.7 3.7 3.7 3.7
3.77 5.28 28.95
"""
COPPER = np.array(DETERMINED.split(), float)


def test_a_wild_result_does_not_move_the_robust_mean():
    # hubers(chem) of R's MASS, and statsmodels' documentation of Huber with the same
    # data: 3.2054980819923693, 0.67365260010478967. The plain mean is 4.28.
    mean, deviation = algorithm_a(COPPER)
    assert mean == pytest.approx(3.2055, abs=1e-3)
    assert deviation == pytest.approx(0.6737, abs=1e-3)


def test_a_first_step_by_hand_leads_where_the_algorithm_ends():
    # 4.5 4.9 5.6 4.2 6.2 5.2 9.9: median 5.2, deviations 0.7 0.3 0.4 1.0 1.0 0 4.7,
    # s* = 1.483 x 0.7 = 1.038; only 9.9 lies beyond 5.2 + 1.557 and keeps doing so.
    # At the fixed point, with six kept values summing to 30.6:
    # x* = (30.6 + x* + 1.5 s*) / 7, so x* = 5.1 + 0.25 s*.
    mean, deviation = algorithm_a(np.array([4.5, 4.9, 5.6, 4.2, 6.2, 5.2, 9.9]))
    assert mean == pytest.approx(5.1 + 0.25 * deviation)
    near = np.array([4.5, 4.9, 5.6, 4.2, 6.2, 5.2, mean + 1.5 * deviation])
    assert deviation == pytest.approx(1.134 * near.std(ddof=1))


def test_where_most_results_are_one_the_others_still_spread():
    # s* begins with the plain deviation 0.5477, so that nothing is brought in.
    mean, deviation = algorithm_a(np.array([5.0, 5, 5, 6, 6]))
    assert mean == pytest.approx(5.4)
    assert deviation == pytest.approx(1.134 * math.sqrt(0.3))
    assert algorithm_a(np.full(6, 7.0)) == (7.0, 0.0)
    with pytest.raises(NotAcceptable, match="no results"):
        algorithm_a(np.array([]))


def test_scores_are_those_reckoned_by_hand():
    # x 10.6, assigned 10 with u 0.3, deviation 0.4, u(x) 0.4:
    # z 0.6 / 0.4; z' 0.6 / 0.5; zeta 0.6 / 0.5; En 0.6 / (2 x 0.5).
    found = assess(np.array([10.6, np.nan]), np.array([0.4, 0.4]), 10.0, 0.3, 0.4)
    assert found.scores.z[0] == pytest.approx(1.5)
    assert found.scores.z_prime[0] == pytest.approx(1.2)
    assert found.scores.zeta[0] == pytest.approx(1.2)
    assert found.scores.en[0] == pytest.approx(0.6)
    # 0.3 exceeds 0.3 x 0.4: the assigned value's uncertainty counts.
    assert found.prime
    assert found.verdict == ("satisfactory", "")
    assert not found.assigned.consensus


def test_a_consensus_is_the_robust_mean_with_its_own_uncertainty():
    found = assess(COPPER)
    assert found.assigned.consensus
    assert found.assigned.value == pytest.approx(3.2055, abs=1e-3)
    # 1.25 x 0.6737 / sqrt(24)
    assert found.assigned.uncertainty == pytest.approx(0.1719, abs=5e-4)
    assert not found.prime
    # (28.95 - 3.2055) / 0.6737 = 38.2; (5.28 - 3.2055) / 0.6737 = 3.08
    assert found.scores.z[-1] == pytest.approx(38.2, abs=0.1)
    assert found.verdict[-2:] == ("unsatisfactory", "unsatisfactory")
    assert set(found.verdict[:-2]) == {"satisfactory"}
    assert np.isnan(found.scores.zeta).all()


def test_four_laboratories_make_no_consensus_but_may_meet_a_reference():
    few = np.array([1.0, 1.1, 0.9, 1.5])
    with pytest.raises(NotAcceptable, match="needs 5 results or more, got 4"):
        assess(few)
    found = assess(few, reference=1.0, deviation=0.2)
    assert found.scores.z.tolist() == pytest.approx([0, 0.5, -0.5, 2.5])
    assert found.verdict[-1] == "questionable"


def test_results_that_are_all_one_need_a_deviation_from_outside():
    with pytest.raises(NotAcceptable, match="tells no result from another"):
        assess(np.full(6, 2.0))
    assert assess(np.full(6, 2.0), deviation=0.1).verdict == ("satisfactory",) * 6


def test_three_signals_action_and_two_does_not_warn():
    z = np.array([2.0, 2.001, -2.999, 3.0, math.nan])
    assert classify(z) == (
        "satisfactory",
        "questionable",
        "questionable",
        "unsatisfactory",
        "",
    )


def test_results_that_are_one_but_for_an_outlier_have_no_deviation():
    # Brought in to 1.5 s*, one of five off gives s* = 1.134 x 1.5 s* / sqrt(5): it
    # shrinks by a quarter at each step, to nothing.
    assert algorithm_a(np.array([5.0, 5, 5, 5, 9])) == (5.0, 0.0)
    with pytest.raises(NotAcceptable, match="tells no result from another"):
        assess(np.array([5.0, 5, 5, 5, 9]))
