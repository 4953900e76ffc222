"""The parameter datetime: forms of the standard, and forms that people write."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from waternet.api.edr.times import Times, read_times
from waternet.errors import NotAcceptable


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def counted(text: str, *moments: str) -> list[bool]:
    """Return whether each of some moments counts."""
    stamps = np.array(moments, "datetime64[us]").astype(np.int64)
    return read_times(text).hold(stamps).tolist()


def test_a_moment_counts_alone():
    # Examples of OGC 19-086r6, table 9.
    found = counted("2018-02-12T00:00Z", "2018-02-11T23:59:59", "2018-02-12T00:00")
    assert found == [False, True]


def test_both_ends_of_an_interval_count():
    found = counted(
        "2018-02-12T00:00Z/2018-03-18T12:31Z",
        *("2018-02-11T23:59", "2018-02-12T00:00", "2018-03-18T12:31"),
        "2018-03-18T12:31:01",
    )
    assert found == [False, True, True, False]


def test_of_a_list_only_the_times_named_count():
    found = counted(
        "2018-02-12T00:00Z,2018-02-12T01:00Z,2018-02-14T12:00Z",
        *("2018-02-12T00:00", "2018-02-12T00:30", "2018-02-12T01:00"),
        "2018-02-14T12:00",
    )
    assert found == [True, False, True, True]


def test_an_open_end_is_open():
    assert read_times("../2015").start is None
    assert read_times("2015/..").end is None
    assert read_times("../..") == Times()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2015", "2015-01-01", "2016-01-01"),
        ("2016-02", "2016-02-01", "2016-03-01"),
        ("2015-12-31", "2015-12-31", "2016-01-01"),
        ("2015/2016", "2015-01-01", "2017-01-01"),
        ("2015-01-31/P1M", "2015-01-31", "2015-02-28"),
        ("P7D/2015-01-08", "2015-01-01", "2015-01-08"),
        ("2015-01-01T00:00Z/PT6H", "2015-01-01", "2015-01-01T06:00"),
    ],
)
def test_a_year_month_or_day_is_all_of_it(text, start, end):
    found = read_times(text)
    assert (found.start, found.end) == (moment(start), moment(end))


def test_a_repeated_time_is_as_many_as_it_says():
    # 'R4/2017-11-14T21:00Z/PT3H' of the standard: 21:00, 00:00, 03:00 and 06:00.
    found = read_times("R4/2017-11-14T21:00Z/PT3H")
    assert len(found.spans) == 4
    assert found.end == moment("2017-11-15T06:00") + timedelta(microseconds=1)


def test_a_plus_that_came_as_a_space_is_an_offset():
    assert read_times("2015-01-01T00:00 02:00").start == moment("2014-12-31T22:00")


def test_days_are_those_of_the_clock_that_is_given():
    # Amman was two hours east of UTC in January 2015 (IANA).
    found = read_times("2015-01-01", ZoneInfo("Asia/Amman"))
    assert (found.start, found.end) == (
        *(moment("2014-12-31T22:00"), moment("2015-01-01T22:00")),
    )


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2015-03-01/P1M", "2015-02-28T22:00", "2015-03-31T21:00"),
        ("P1M/2015-04-01", "2015-02-28T22:00", "2015-03-31T21:00"),
        ("2015-03-26/P3D", "2015-03-25T22:00", "2015-03-28T21:00"),
        ("2015-03-27/P1D", "2015-03-26T22:00", "2015-03-27T21:00"),
        ("R3/2015-03-26/P1D", "2015-03-25T22:00", "2015-03-28T21:00"),
        ("2015-03-26T22:00Z/PT24H", "2015-03-26T22:00", "2015-03-27T22:00"),
    ],
)
def test_days_and_months_are_added_by_the_clock_and_hours_are_not(text, start, end):
    # Amman's clocks went from +02:00 to +03:00 at midnight of 27 March 2015 (IANA).
    found = read_times(text, ZoneInfo("Asia/Amman"))
    assert (found.start, found.end) == (moment(start), moment(end))
    assert len(found.spans) == 1


def test_a_day_repeated_by_months_is_a_day_of_each():
    found = read_times("R2/2015-01-30/P1M")
    assert found.end == moment("2015-03-01T00:00")
    assert len(found.spans) == 2


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2015-13", "2015-02-29", "2015-06-30T25:00Z", "9999"),
        *("2016/2015", "../P1D", "2015/P1M1D", "R0/2015/P1D", "R1001/2015/P1D"),
        *("2015/2016/2017", "2015-01-01T00:00+99:00", "9990/P99Y", "2015," * 1_001),
    ],
)
def test_what_is_no_time_is_refused_with_what_is(text):
    with pytest.raises(NotAcceptable) as refused:
        read_times(text)
    assert "datetime" in str(refused.value)
    assert refused.value.hint
