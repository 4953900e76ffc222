"""Laws of the checks, whatever the figures."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quality.made import daily, lake, one, place, table

from waternet.observation.vocabulary import Grade
from waternet.quality.apply import apply_rules
from waternet.quality.checks import CHECKS
from waternet.quality.grouping import group_findings
from waternet.quality.robust import quantiles
from waternet.quality.rules import Rule, RuleSet, default_rules
from waternet.quality.shape_checks import Spike, find_spikes

EVERY = RuleSet("every", "1", tuple(Rule(name) for name in CHECKS))
NOW = 1_700_000_000_000_000

# Levels in hundredths, so that a shift by whole metres is exact enough for all.
figures = st.lists(
    st.one_of(st.integers(-30, 30), st.integers(-90_000, 90_000), st.none()),
    max_size=60,
).map(lambda all_: np.array([np.nan if v is None else v / 100 for v in all_]))
spacings = st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=30)])


def check(parts, places=()):
    series = table(*parts, places=places, now=NOW)
    return series, apply_rules(series, EVERY)


def rows_of(series, checked, name):
    """Return what was found in one datastream, with rows counted from its first."""
    number = [one.name for one in series.datastreams].index(name)
    begin, end = series.starts[number], series.starts[number + 1]
    found = [
        (one["row"] - begin, one["check"], one["grade"], one["expected"], one["note"])
        for one in checked.findings.to_pylist()
        if begin <= one["row"] < end
    ]
    return found, checked.grade[begin:end].tolist()


@settings(max_examples=80, deadline=None)
@given(figures, spacings)
def test_checks_never_alter_what_they_look_at(values, spacing):
    series = one(values, daily(len(values), step=spacing))
    kept = series.value.tobytes(), series.time.tobytes(), series.starts.tobytes()
    for array in (series.value, series.time, series.starts, series.censor):
        array.flags.writeable = False
    checked = apply_rules(series, EVERY)
    assert kept == (
        series.value.tobytes(),
        series.time.tobytes(),
        series.starts.tobytes(),
    )
    missing = np.isnan(series.value)
    assert (checked.grade[missing] != Grade.GOOD).all()
    assert len(checked.grade) == len(values)


@settings(max_examples=80, deadline=None)
@given(figures, figures, spacings)
def test_an_unrelated_series_changes_nothing(values, others, spacing):
    mine = lake("B"), daily(len(values), step=spacing), values
    before = lake("A"), daily(len(others), step=spacing), others
    after = lake("C", unit="cm"), daily(len(others), step=spacing), others
    alone = rows_of(*check([mine]), mine[0].name)
    assert rows_of(*check([before, mine, after]), mine[0].name) == alone


@settings(max_examples=60, deadline=None)
@given(st.lists(figures, min_size=1, max_size=4), spacings, st.randoms())
def test_the_order_in_which_series_come_changes_nothing(all_, spacing, random):
    parts = [
        (lake(f"S{n}"), daily(len(values), step=spacing), values)
        for n, values in enumerate(all_)
    ]
    names = [f"S{n}" for n in range(len(all_))]
    random.shuffle(names)
    renamed = [
        (lake(name), times, values)
        for name, (_, times, values) in zip(names, parts, strict=True)
    ]
    first, second = check(parts), check(renamed)
    for (mine, _, _), (theirs, _, _) in zip(parts, renamed, strict=True):
        assert rows_of(*first, mine.name) == rows_of(*second, theirs.name)


@settings(max_examples=80, deadline=None)
@given(figures, st.integers(-500, 500), st.integers(0, 3000))
def test_a_level_shifted_in_height_and_time_has_the_same_spikes(values, metres, days):
    times = daily(len(values))
    later = [time + timedelta(days=days) for time in times]
    # Binary fractions: sums are exact, so that nothing is lost by the shift.
    exact = np.round(values * 128) / 128
    found = find_spikes(one(exact, times), Spike())
    shifted = find_spikes(one(exact + metres, later), Spike())
    assert shifted.rows.tolist() == found.rows.tolist()
    assert shifted.expected == pytest.approx(found.expected + metres)


@settings(max_examples=80, deadline=None)
@given(figures, spacings)
def test_a_grade_is_the_worst_that_was_found(values, spacing):
    series, checked = check([(lake("A"), daily(len(values), step=spacing), values)])
    worst = np.zeros(series.count, int)
    for found in checked.findings.to_pylist():
        worst[found["row"]] = max(worst[found["row"]], found["grade"])
    objected = worst > Grade.GOOD
    assert (checked.grade[objected] == worst[objected]).all()
    assert (checked.grade[~objected] <= Grade.GOOD).all()
    rows = checked.findings["row"].to_pylist()
    assert rows == sorted(rows)


@settings(max_examples=60, deadline=None)
@given(figures, spacings)
def test_groups_count_every_finding_once(values, spacing):
    _, checked = check([(lake("A"), daily(len(values), step=spacing), values)])
    groups = group_findings(checked.findings)
    assert sum(group.count for group in groups) == checked.findings.num_rows
    keys = [(group.check, group.datastream) for group in groups]
    assert len(keys) == len(set(keys))
    assert all(group.first <= group.last for group in groups)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(-9, 9), max_size=9), min_size=1, max_size=5))
def test_quantiles_by_sort_and_by_partition_agree(all_):
    shares = (0.0, 0.1, 0.5, 0.9, 1.0)
    values = np.array([v for one_ in all_ for v in one_], float)
    starts = np.concatenate([[0], np.cumsum([len(one_) for one_ in all_])])
    together = quantiles(values, starts.astype(np.int64), shares)
    for number, mine in enumerate(all_):
        ranked = sorted(mine)
        expected = [
            ranked[int(np.floor(share * (len(mine) - 1)))] if mine else np.nan
            for share in shares
        ]
        np.testing.assert_array_equal(together[:, number], expected)
        long = np.tile(np.array(mine), 300) if mine else np.empty(0)
        ends = np.array([0, len(long)])
        ranked = np.sort(long)
        for share, got in zip(shares, quantiles(long, ends, shares)[:, 0], strict=True):
            if mine:
                assert got == ranked[int(np.floor(share * (len(long) - 1)))]


@pytest.mark.parametrize("rules", [EVERY, default_rules()], ids=["every", "default"])
def test_tables_with_nothing_in_them_work(rules):
    nothing = table((lake("A"), [], []), places=[place("A")], now=NOW)
    checked = apply_rules(nothing, rules)
    assert len(checked.grade) == checked.findings.num_rows == 0
    assert group_findings(checked.findings) == []
    single = one([5.0], [datetime(2020, 1, 1)])
    assert apply_rules(replace(single, now=NOW), rules).findings.num_rows == 0
    taken_back = one([np.nan] * 40)
    assert apply_rules(taken_back, rules).grade.tolist() == [Grade.UNCHECKED] * 40
