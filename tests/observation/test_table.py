"""Observations as columns."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.observation.table import in_order, make_table, verify_table


def _table(rows):
    names, times = zip(*rows, strict=True) if rows else ((), ())
    return make_table(
        datastream=pa.array(names, pa.string()),
        time=pa.array(times, pa.timestamp("us")),
        value=np.arange(len(rows), dtype=float),
    )


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), unique=True))
def test_any_distinct_rows_can_be_put_in_order_and_none_is_lost(rows):
    ordered = in_order(_table(rows))
    verify_table(ordered)
    got = zip(
        ordered["datastream"].to_pylist(),
        ordered["time"].cast(pa.int64()).to_pylist(),
        strict=True,
    )
    assert list(got) == sorted(rows)


def test_equal_observations_give_equal_tables_whatever_the_order_they_came_in():
    rows = [("b", 1), ("a", 2), ("a", 1)]
    one, other = in_order(_table(rows)), in_order(_table(rows[::-1]))
    assert one["datastream"].equals(other["datastream"])
    assert one["time"].equals(other["time"])
    assert one["value"].to_pylist() == other["value"].to_pylist()[::-1] == [2, 1, 0]


def test_two_values_at_one_time_are_refused_by_name():
    with pytest.raises(NotAcceptable, match="'a' has two values at 1970"):
        in_order(_table([("a", 1), ("b", 1), ("a", 1)]))


def test_rows_out_of_order_are_not_a_release():
    with pytest.raises(NotAcceptable, match="not sorted"):
        verify_table(_table([("b", 1), ("a", 1)]))


def test_an_absent_figure_is_not_a_number():
    table = make_table(datastream=["a"], time=[datetime(2015, 1, 1)], value=[np.nan])
    with pytest.raises(NotAcceptable, match="NaN"):
        verify_table(table)


def test_a_code_that_is_not_in_use_is_refused():
    table = make_table(
        datastream=["a"], time=[datetime(2015, 1, 1)], value=[1.0], grade=[77]
    )
    with pytest.raises(NotAcceptable, match="'grade'"):
        verify_table(table)


@pytest.mark.parametrize(
    "columns",
    [
        {"time": [2**62]},
        {"time": [-(2**62)]},
        {"end": [2**62]},
        {"end": [0]},
        {"offset": [24 * 60]},
    ],
)
def test_a_time_that_nobody_can_write_down_is_refused(columns):
    known = {"datastream": ["a"], "time": [1], "value": [1.0]}
    table = make_table(**{name: pa.array(v) for name, v in (known | columns).items()})
    with pytest.raises(NotAcceptable, match="column"):
        verify_table(table)


@pytest.mark.parametrize(
    "year", ["0622-07-16", "1677-09-21", "2262-04-12", "9997-12-31"]
)
def test_years_beyond_nanoseconds_are_years(year):
    verify_table(_table([("a", int(np.datetime64(year, "us").astype(int)))]))
