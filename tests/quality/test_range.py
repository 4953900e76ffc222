"""What a property can have at all, and how limits and taken-back values stand to it."""

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Censor, Grade
from waternet.quality.apply import apply_rules
from waternet.quality.range_checks import Range
from waternet.quality.rules import Rule, RuleSet, default_rules
from waternet.quality.series import SeriesTable

LEVEL = Datastream("levels", "L1", "lake-level", "m")
CHLORIDE = Datastream("lab", "W1", "chloride", "mg/L", procedure="lab")
PLACES = {"L1": Place("L1", "lake", {"en": "L1"})}


def series_of(values, datastream=LEVEL, censor=None):
    times = [datetime(2020, 1, 1) + timedelta(days=day) for day in range(len(values))]
    table = make_table(
        datastream=[datastream.name] * len(values),
        time=times,
        value=pa.array(values, pa.float64()),
        **({"censor": censor} if censor else {}),
    )
    return SeriesTable.from_observations(in_order(table), [datastream], PLACES)


def rules(*rule):
    return RuleSet("test", "1", rule)


def test_bounds_themselves_are_possible_and_beyond_them_is_bad():
    checked = apply_rules(
        series_of([-500.0, -500.01, 10.0, 10.5]),
        rules(Rule("range", parameters=Range(-500, 10))),
    )
    assert checked.grade.tolist() == [Grade.GOOD, Grade.BAD, Grade.GOOD, Grade.BAD]
    assert checked.findings["row"].to_pylist() == [1, 3]
    assert checked.findings["expected"].to_pylist() == [-500, 10]
    assert checked.findings["note"].to_pylist() == ["too low", "too high"]


def test_a_figure_taken_back_is_not_judged():
    checked = apply_rules(
        series_of([1.0, None]), rules(Rule("range", parameters=Range(5, 9)))
    )
    assert checked.grade.tolist() == [Grade.BAD, Grade.UNCHECKED]


def test_a_limit_is_out_of_range_only_where_all_that_it_allows_is():
    below = [Censor.BELOW] * 3 + [Censor.ABOVE]
    checked = apply_rules(
        series_of([-1.0, 5.0, 50.0, 50.0], CHLORIDE, below),
        rules(Rule("range", parameters=Range(0, 10))),
    )
    # "<-1" cannot be, "<5" and "<50" can be 1; ">50" cannot be below 10.
    assert checked.grade.tolist() == [Grade.BAD, Grade.GOOD, Grade.GOOD, Grade.BAD]


def test_bounds_are_converted_to_the_series_own_unit():
    centimetres = Datastream("levels", "L1", "lake-level", "cm")
    checked = apply_rules(
        series_of([-21_100.0, 5.0, 800.0], centimetres),
        rules(Rule("range", parameters=Range(-300, 7))),
    )
    assert checked.grade.tolist() == [Grade.GOOD, Grade.GOOD, Grade.BAD]


def test_bounds_of_another_dimension_say_nothing():
    monthly = Datastream("w", "W1", "groundwater-abstraction", "m3", "total", "P1M")
    checked = apply_rules(
        series_of([1e12], monthly), rules(Rule("range", parameters=Range(0, 1e8)))
    )
    assert checked.grade.tolist() == [Grade.UNCHECKED]
    assert checked.findings.num_rows == 0


def test_the_last_rule_that_matches_counts():
    general = Rule("range", parameters=Range(0, 10))
    lakes = Rule("range", kinds=("lake",), parameters=Range(-500, 10))
    others = Rule("range", party="elsewhere", parameters=Range(0, 1))
    checked = apply_rules(series_of([-211.0]), rules(general, lakes, others), "here")
    assert checked.grade.tolist() == [Grade.GOOD]
    off = Rule("range", features=("L1",), grade=Grade.UNCHECKED)
    checked = apply_rules(series_of([-211.0]), rules(general, off))
    assert checked.grade.tolist() == [Grade.UNCHECKED]


def test_a_rule_set_writes_back_as_itself():
    written = default_rules().to_toml()
    assert RuleSet.from_toml(written) == default_rules()
    assert RuleSet.from_json(default_rules().to_json()) == default_rules()


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("[[rule]]\ncheck = 'rang'", NotFound, "no check 'rang'"),
        ("[[rule]]\ncheck = 'range'\nstation = 'x'", NotAcceptable, "'station'"),
        ("[[rule]]\ncheck = 'range'\nparameters = {most = '9'}", NotAcceptable, "most"),
        ("[[rule]]\ncheck = 'range'\nparameters = {max = 9}", NotAcceptable, "'max'"),
        ("[[rule]]\ncheck = 'range'\ngrade = 'awful'", NotAcceptable, "'awful'"),
        ("[[rule]]\ncheck = 'range'\nkinds = 'well'", NotAcceptable, "kinds"),
        ("[[rule]]\ncheck = 'range'\nkinds = ['wel']", NotFound, "'wel'"),
        ("rule = [", NotAcceptable, "not a rule file"),
        ("rule = [3]", NotAcceptable, "rule 1 is 3"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_name(text, error, says):
    with pytest.raises(error, match=says):
        RuleSet.from_toml(text)


def test_an_empty_table_has_no_findings():
    empty = SeriesTable.from_observations(
        make_table(datastream=[], time=[], value=[]), []
    )
    checked = apply_rules(empty, default_rules())
    assert len(checked.grade) == checked.findings.num_rows == 0
