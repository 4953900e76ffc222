"""Findings told once, in plain words."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from quality.made import daily, lake, table, wave

from waternet.observation.vocabulary import Grade
from waternet.quality.apply import apply_rules
from waternet.quality.grouping import group_findings, write_figure
from waternet.quality.range_checks import Range
from waternet.quality.rules import Rule, RuleSet
from waternet.quality.time_checks import Gap

RULES = RuleSet(
    "test",
    "1",
    (
        Rule("spike"),
        Rule("range", parameters=Range(-300, 0)),
        Rule("gap", parameters=Gap()),
    ),
)


@pytest.fixture
def findings():
    level = wave(80)
    level[[10, 20, 30]] = [-210.0, 999.0, -211.123456]
    level[30] -= 1
    midnight = datetime(2019, 12, 31, 22)  # in Amman, 1 January
    series = table((lake("A"), daily(80, midnight), level), (lake("B"), [], []))
    return apply_rules(series, RULES).findings


def test_each_check_is_told_once_with_the_worst_first(findings):
    range_, spike = group_findings(findings)
    assert (range_.check, range_.grade, range_.count) == ("range", Grade.BAD, 1)
    assert (spike.check, spike.grade, spike.count) == ("spike", Grade.SUSPECT, 3)
    assert (spike.first, spike.last) == (
        datetime(2020, 1, 10, 22),
        datetime(2020, 1, 30, 22),
    )
    assert [example.value for example in spike.examples] == [
        -210.0,
        999.0,
        pytest.approx(-212.123456),
    ]


def test_a_sentence_says_what_when_and_for_example_by_the_owners_dates(findings):
    name = "A/lake-level/instant/PT0S/unspecified"
    range_, spike = group_findings(findings, {name: "Asia/Amman"})
    assert range_.sentence == (
        "1 value outside what is possible: too high; on 2020-01-21, such as 999 "
        "where 0 would not surprise"
    )
    assert spike.sentence.startswith(
        "3 values sticking out between neighbours that agree; 2020-01-11 to "
        "2020-01-31, such as -210 on 2020-01-11 where -211"
    )
    assert range_.advice.startswith("Compare with the source")


def test_what_is_told_and_not_held_against_a_value_has_no_grade_of_its_own():
    times = daily(10) + daily(10, datetime(2020, 3, 1))
    series = table((lake(sampling="P1D"), times, wave(20)))
    checked = apply_rules(series, RULES)
    (gap,) = group_findings(checked.findings)
    assert (gap.check, gap.grade) == ("gap", Grade.GOOD)
    assert "50 values missing" in gap.sentence
    assert checked.grade.tolist() == [Grade.GOOD] * 20


def test_notes_of_many_kinds_are_counted():
    names = pa.array(["a"] * 4)
    table_ = pa.table(
        {
            "datastream": names,
            "time": pa.array(daily(4), pa.timestamp("us")),
            "check": pa.array(["unit-slip"] * 4),
            "grade": pa.array([2] * 4, pa.int8()),
            "value": pa.array([1.0] * 4),
            "expected": pa.array([None] * 4, pa.float64()),
            "note": pa.array(["x", "y", "x", "z"]),
        }
    )
    (found,) = group_findings(table_)
    assert ": x (2), y (1) and others; 2020-01-01 to 2020-01-04" in found.sentence


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-211.28999999999996, "-211.29"),
        (0.05, "0.05"),
        (188100.0, "188,100"),
        (3042015.0, "3,042,015"),
        (0.0, "0"),
        (1e300, "1e+300"),
        (0.1 + 0.2, "0.3"),
        (np.float64(100.0), "100"),
    ],
)
def test_figures_have_no_more_digits_than_they_need(value, written):
    assert write_figure(value) == written


def test_a_check_of_a_later_version_is_told_by_its_name():
    later = pa.table(
        {
            "datastream": ["a"],
            "time": pa.array(daily(1), pa.timestamp("us")),
            "check": ["moonlight"],
            "grade": pa.array([2], pa.int8()),
            "value": [1.0],
            "expected": pa.array([None], pa.float64()),
            "note": pa.array([None], pa.string()),
        }
    )
    (found,) = group_findings(later)
    assert found.sentence == "1 value moonlight; on 2020-01-01, such as 1"
    assert found.advice == ""
