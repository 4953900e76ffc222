"""Times and pasts as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from waternet.bank.as_of import AsOf
from waternet.bank.when import read_past, read_time
from waternet.errors import NotAcceptable

AMMAN = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2015", datetime(2015, 1, 1, tzinfo=AMMAN)),
        ("2015-06", datetime(2015, 6, 1, tzinfo=AMMAN)),
        ("2015-06-30", datetime(2015, 6, 30, tzinfo=AMMAN)),
        ("2015-06-30T08:00", datetime(2015, 6, 30, 8, tzinfo=AMMAN)),
        ("2015-06-30T08:00Z", datetime(2015, 6, 30, 8, tzinfo=UTC)),
    ],
)
def test_a_time_is_by_the_clock_that_is_meant_unless_it_says_its_own(text, when):
    assert read_time(text, AMMAN) == when


@pytest.mark.parametrize(
    "text", ["", "15", "2015-13", "2015-02-30", "yesterday", "٢٠١٥"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(NotAcceptable, match="is not a time"):
        read_time(text)


def test_a_past_is_a_day_to_its_end_a_moment_or_an_entry():
    assert read_past("jordan:12") == AsOf.release("jordan", 12)
    end = datetime(2026, 11, 22, 23, 59, 59, 999999, UTC)
    assert read_past("2026-11-22") == AsOf(moment=end)
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert read_past("2026-11-22T08:00Z") == AsOf(moment=moment)
    # A day with hours is no party with an entry.
    assert read_past("2026-11-22T08:15").moment == moment + timedelta(minutes=15)


@pytest.mark.parametrize("text", ["2015", "2015-06", "now", "jordan:", "jordan:x"])
def test_a_year_could_mean_its_beginning_or_its_end(text):
    with pytest.raises(NotAcceptable, match=r"not a (day|time)"):
        read_past(text)
