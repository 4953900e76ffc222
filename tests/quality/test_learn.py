"""Station ranges learned from what a station has had."""

import numpy as np
from quality.made import daily, lake, one, table

from waternet.quality.apply import apply_rules
from waternet.quality.learn import Learning, learn_ranges
from waternet.quality.rules import RuleSet

# 1 to 101: a hundredth of the ranks is 2, the median 51, 99 hundredths 100.
COUNT = np.arange(1.0, 102.0)


def test_a_range_is_twice_as_wide_as_what_the_station_has_had():
    (rule,) = learn_ranges(one(COUNT)).rules
    # 51 - 2 x 49 = -47, and nothing was negative: 0. 51 + 2 x 49 = 149, outwards in
    # two digits of the width of 196: 150.
    assert (rule.parameters.least, rule.parameters.most) == (0.0, 150.0)
    assert rule.because == (
        "Learned from 101 figures, 2020-01-01 to 2020-04-10, 1 to 101; 0 of them "
        "outside."
    )


def test_an_error_does_not_widen_the_range_and_is_told():
    (clean,) = learn_ranges(one(COUNT)).rules
    (rule,) = learn_ranges(one(np.append(COUNT, 1e6))).rules
    assert rule.parameters == clean.parameters
    assert rule.because.endswith("1 of them outside.")
    found = apply_rules(one(np.append(COUNT, 1e6)), RuleSet("s", "1", (rule,)))
    assert found.findings["row"].to_pylist() == [101]


def test_a_level_below_the_sea_keeps_its_range():
    (rule,) = learn_ranges(one(-261 + COUNT / 10)).rules
    assert rule.parameters.least < -261
    assert rule.parameters.most < -240


def test_stations_with_few_figures_and_limits_have_no_range():
    assert learn_ranges(one(COUNT[:29])).rules == ()
    assert len(learn_ranges(one(COUNT[:29]), Learning(fewest=29)).rules) == 1


def test_a_learned_set_is_written_and_read_and_holds_for_its_station_alone():
    both = table((lake("A"), daily(101), COUNT), (lake("B"), daily(101), COUNT + 500))
    learned = learn_ranges(both, party="amber")
    assert RuleSet.from_toml(learned.to_toml()) == learned
    assert [rule.features for rule in learned.rules] == [("A",), ("B",)]
    checked = apply_rules(both, learned, "amber")
    assert checked.findings.num_rows == 0
    assert not apply_rules(both, learned, "birch").grade.any()
