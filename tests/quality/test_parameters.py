"""Parameters of rules: what a rule of another party may ask of a machine."""

import math

import pytest
from quality.made import one

from waternet.errors import NotAcceptable
from waternet.quality.apply import apply_rules
from waternet.quality.checks import CHECKS
from waternet.quality.parameters import read_parameters
from waternet.quality.rules import Rule, RuleSet, default_rules


@pytest.mark.parametrize(
    ("check", "given"),
    [
        ("step", {"window": 10**12}),
        ("step", {"window": 0}),
        ("step", {"window": 2**63}),
        ("step", {"rivals": 1e308}),
        ("step", {"times": math.nan}),
        ("spike", {"times": math.inf}),
        ("spike", {"times": -1}),
        ("gap", {"regular": 1.5}),
        ("unit-slip", {"factors": []}),
        ("unit-slip", {"factors": [0.0]}),
        ("unit-slip", {"factors": [2.0] * 51}),
        ("detection-limit", {"factor": 0}),
        ("mass-balance", {"inflows": ["a"] * 1001}),
        ("mass-balance", {"inflows": [1]}),
        ("mass-balance", {"levels": ["a"]}),
        ("repeated-year", {"constant": 1}),
    ],
)
def test_a_parameter_out_of_bounds_is_refused_by_name(check, given):
    with pytest.raises(NotAcceptable, match=f"{next(iter(given))} of '{check}'"):
        read_parameters(check, given)


def test_what_bounds_nothing_by_default_may_be_given_so():
    assert read_parameters("range", {"most": math.inf}).most == math.inf
    assert read_parameters("range", {"least": -500}).least == -500.0
    assert not read_parameters("repeated-year", {"constant": False}).constant


def test_every_rule_that_can_be_written_can_be_read_again():
    usual = RuleSet("all", "1", tuple(Rule(name) for name in CHECKS))
    for rules in (usual, default_rules()):
        assert RuleSet.from_toml(rules.to_toml()) == rules


@pytest.mark.parametrize("values", [[1e100, -1e100] * 30, [3.0] * 60, [3.0, 4.0]])
def test_absurd_figures_are_judged_without_an_error(values):
    rules = RuleSet("all", "1", tuple(Rule(name) for name in CHECKS))
    assert len(apply_rules(one(values), rules).grade) == len(values)


def test_dates_of_a_series_that_is_doubted_altogether_are_no_error():
    parameters = read_parameters("date-slip", {"alone": 0.0})
    rules = RuleSet("one", "1", (Rule("date-slip", parameters=parameters),))
    values = [5.0 + number * 7 % 11 / 10 for number in range(400)]
    values[10] = 5000.0
    assert len(apply_rules(one(values), rules).grade) == 400


def test_the_last_rule_counts_whether_for_a_station_or_for_all():
    def grades(*rules):
        return apply_rules(one([3.0] * 4), RuleSet("set", "1", rules)).grade.tolist()

    general = Rule("range", parameters=read_parameters("range", {"most": 2}))
    station = Rule(
        "range", features=("L1",), parameters=read_parameters("range", {"most": 9})
    )
    assert grades(general, station) == [1] * 4
    assert grades(station, general) == [3] * 4
