"""Times as people write them, against ISO 8601 and the calendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from waternet.client.moments import past, period, written
from waternet.errors import NotAcceptable

AMMAN = pd.Timestamp("2015-06-30 08:00", tz="Asia/Amman")
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def told(start, end=None) -> list[str]:
    return [written(time) if time else ".." for time in period(start, end, NOW)]


@pytest.mark.parametrize(
    ("start", "end", "since", "until"),
    [
        ("2015", None, "2015-01-01T00:00:00Z", ".."),
        ("2015-06", "2015-07-01", "2015-06-01T00:00:00Z", "2015-07-01T00:00:00Z"),
        ("2015-06-30T08:00+03:00", None, "2015-06-30T05:00:00Z", ".."),
        ("2015/2016", None, "2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"),
        ("../2016", None, "..", "2016-01-01T00:00:00Z"),
        ("2015/..", None, "2015-01-01T00:00:00Z", ".."),
        ("2015-01-31/P1M", None, "2015-01-31T00:00:00Z", "2015-02-28T00:00:00Z"),
        ("P7D", None, "2026-11-15T10:00:00Z", "2026-11-22T10:00:00Z"),
        ("P1Y", "2016-02-29", "2015-02-28T00:00:00Z", "2016-02-29T00:00:00Z"),
        ("2015", "PT36H", "2015-01-01T00:00:00Z", "2015-01-02T12:00:00Z"),
        (date(2015, 6, 30), None, "2015-06-30T00:00:00Z", ".."),
        (AMMAN, None, "2015-06-30T05:00:00Z", ".."),
        (None, None, "..", ".."),
    ],
)  # fmt: skip
def test_a_period_is_read_as_it_is_written(start, end, since, until) -> None:
    assert told(start, end) == [since, until]


@pytest.mark.parametrize(
    ("start", "end", "since", "until"),
    [
        ("2015-03-01", "P1M", "2015-02-28T22:00:00Z", "2015-03-31T21:00:00Z"),
        ("P1M", "2015-04-01", "2015-02-28T22:00:00Z", "2015-03-31T21:00:00Z"),
        ("2015-03-27", "P1D", "2015-03-26T22:00:00Z", "2015-03-27T21:00:00Z"),
        ("2015-03-26", "PT48H", "2015-03-25T22:00:00Z", "2015-03-27T22:00:00Z"),
    ],
)
def test_months_and_days_are_those_of_the_clock(start, end, since, until) -> None:
    # Amman's clocks went from +02:00 to +03:00 at midnight of 27 March 2015 (IANA).
    found = period(start, end, NOW, ZoneInfo("Asia/Amman"))
    assert [written(time) for time in found if time] == [since, until]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("spring", None),
        ("P", None),
        ("PT", None),
        ("2016", "2015"),
        (None, "P7D"),
        ("2015/2016", "2017"),
        ("P9999Y", "2015"),
    ],
)
def test_what_is_no_period_is_refused_with_an_example(start, end) -> None:
    with pytest.raises(NotAcceptable) as refused:
        told(start, end)
    assert (
        refused.value.hint
        or "ends before" in str(refused.value)
        or "calendar" in str(refused.value)
    )


def test_a_past_is_a_day_a_time_or_a_release() -> None:
    assert past("jordan:4") == "jordan:4"
    assert past(date(2015, 6, 30)) == past("2015-06-30") == "2015-06-30"
    assert past(datetime(2015, 6, 30, 8, tzinfo=UTC)) == "2015-06-30T08:00:00Z"
    for text in ("2015", "2015-06", "jordan"):
        with pytest.raises(NotAcceptable):
            past(text)
