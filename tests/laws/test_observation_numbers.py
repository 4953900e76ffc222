"""The number of an observation tells its datastream and its time."""

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable
from waternet.node.observation_number import (
    MOST_COUNTED,
    number_observation,
    number_observations,
    number_sql,
    split_number,
)
from waternet.observation.table import EARLIEST, LATEST

DATASTREAMS = st.integers(1, (1 << 22) - 1)
SECOND = 1_000_000
# A second before 1697-10-17T11:03:28Z would be told in another way.
NEAR = st.integers(-(1 << 33), (1 << 33) - 1)


@given(DATASTREAMS, st.integers(EARLIEST // SECOND, LATEST // SECOND))
def test_whole_seconds_of_any_year_come_back(datastream, second):
    number = number_observation(datastream, second * SECOND)
    assert MOST_COUNTED < number < 1 << 63
    assert split_number(number) == (datastream, second * SECOND)


@given(st.integers(1, (1 << 19) - 1), NEAR)
def test_whole_seconds_of_our_time_are_whole_in_javascript(datastream, second):
    assert number_observation(datastream, second * SECOND) < 1 << 53


@given(
    st.integers(1, (1 << 18) - 1), st.integers(-(1 << 33) * 1000, (1 << 33) * 1000 - 1)
)
def test_milliseconds_of_our_time_come_back(datastream, millisecond):
    number = number_observation(datastream, millisecond * 1000)
    assert split_number(number) == (datastream, millisecond * 1000)


@given(DATASTREAMS, st.lists(st.integers(EARLIEST, LATEST), min_size=1))
def test_columns_and_sql_tell_the_same_numbers(datastream, times):
    one_by_one = [number_observation(datastream, time) for time in times]
    column = number_observations(datastream, np.array(times, np.int64))
    assert column.tolist() == one_by_one
    sql = number_sql(f"{datastream}", "make_timestamp(t)")
    told = duckdb.execute(f"SELECT {sql} FROM (SELECT unnest(?) AS t)", [times])
    assert [one for (one,) in told.fetchall()] == one_by_one


def test_a_number_that_tells_nothing_is_none_of_these():
    assert split_number(0) is None
    assert split_number(MOST_COUNTED) is None
    assert split_number(1 << 63) is None
    assert split_number(1 << 53) is None


def test_more_datastreams_than_there_are_numbers_for_are_refused():
    with pytest.raises(NotAcceptable, match="four million"):
        number_observation(1 << 22, 0)
