"""Local periods as instants of UTC."""

from datetime import UTC, datetime

import numpy as np
import pytest

from waternet.bank.calendar import Calendar
from waternet.errors import NotAcceptable
from waternet.observation.table import EARLIEST, LATEST


def us(text: str) -> int:
    return int(np.datetime64(text, "us").astype(np.int64))


def told(calendar, start, end):
    periods = calendar.periods(us(start), us(end))
    starts = periods.starts.astype("datetime64[us]").astype("datetime64[m]")
    return dict(zip(periods.labels, map(str, starts), strict=False)), periods


def test_days_of_clock_changes_have_23_and_25_hours():
    # Israel 2015: summer time from 27 March 02:00 to 25 October 02:00 (IANA asia).
    for day, hours in (("2015-03-27", 23), ("2015-10-25", 25), ("2015-06-01", 24)):
        _, periods = told(Calendar("day", "Asia/Jerusalem"), f"{day}T06", f"{day}T06")
        assert periods.expected("PT1H").tolist() == [hours]


def test_a_day_may_begin_where_clocks_skip_midnight():
    # Jordan, 1 April 2011: clocks went from 00:00 to 01:00 (IANA asia, rule Jordan).
    starts, periods = told(
        Calendar("day", "Asia/Amman"), "2011-04-01T06", "2011-04-01T06"
    )
    assert starts == {"2011-04-01": "2011-03-31T22:00"}
    assert periods.expected("PT1H").tolist() == [23]


def test_hours_of_a_day_with_a_repeated_hour_are_told_apart():
    calendar = Calendar("hour", "Asia/Jerusalem")
    starts, _ = told(calendar, "2015-10-24T22:30", "2015-10-24T23:30")
    assert starts["2015-10-25T01:00+03:00"] == "2015-10-24T22:00"
    assert starts["2015-10-25T01:00+02:00"] == "2015-10-24T23:00"


def test_winter_belongs_to_the_year_of_its_january():
    starts, periods = told(Calendar("season"), "2014-12-15", "2015-03-15")
    assert starts == {"2015-DJF": "2014-12-01T00:00", "2015-MAM": "2015-03-01T00:00"}
    assert periods.expected("P1D").tolist() == [90, 92]
    assert periods.expected("P1M").tolist() == [3, 3]


def test_a_hydrological_year_begins_where_it_is_said_to():
    october, _ = told(
        Calendar("hydrological-year", "UTC", 10), "2015-09-30", "2015-10-01"
    )
    assert october == {"2014/15": "2014-10-01T00:00", "2015/16": "2015-10-01T00:00"}
    may, _ = told(Calendar("hydrological-year", "UTC", 5), "2015-04-30", "2015-04-30")
    assert may == {"2014/15": "2014-05-01T00:00"}
    with pytest.raises(NotAcceptable, match="begins with a month"):
        Calendar("hydrological-year")


def test_a_leap_year_expects_366_days():
    _, periods = told(Calendar("year"), "2015-06-01", "2016-06-01")
    assert periods.expected("P1D").tolist() == [365, 366]
    assert periods.expected("P1W").tolist() == [52, 52]


def test_what_has_no_step_or_a_longer_one_than_the_period_expects_nothing_known():
    _, periods = told(Calendar("month"), "2015-06-01", "2015-06-01")
    for interval in ("", "PT0S", "P1Y"):
        assert np.isnan(periods.expected(interval)).all()


def test_a_fixed_offset_is_a_zone_and_an_invented_name_is_not():
    starts, _ = told(Calendar("day", "+05:30"), "2015-06-01T12", "2015-06-01T12")
    assert starts == {"2015-06-01": "2015-05-31T18:30"}
    with pytest.raises(NotAcceptable, match="no time zone"):
        Calendar("day", "Asia/Atlantis")
    with pytest.raises(NotAcceptable, match="not a period"):
        Calendar("decade")


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Asia/Jerusalem", "Asia/Gaza"])
@pytest.mark.parametrize("period", ["hour", "day", "month"])
def test_periods_follow_one_another_and_hold_the_span(zone, period):
    start, end = us("1935-03-03"), us("1936-02-02")
    periods = Calendar(period, zone).periods(start, end)
    assert periods.starts[0] <= start
    assert periods.starts[-1] > end
    assert (np.diff(periods.starts) > 0).all()
    moment = datetime.fromtimestamp(periods.starts[0] / 1e6, UTC)
    assert moment.year in (1934, 1935)


def test_one_wrong_year_does_not_fill_the_memory_with_hours():
    with pytest.raises(NotAcceptable, match="0068-05-12 to 2026"):
        Calendar("hour").periods(us("0068-05-12"), us("2026-11-22"))
    assert (
        len(Calendar("year").periods(us("0068-05-12"), us("2026-11-22")).labels) == 1959
    )


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Adak", "+14:00"])
@pytest.mark.parametrize("period", ["day", "season", "hydrological-year", "year"])
def test_the_first_and_the_last_year_have_their_periods(zone, period):
    for limit in (EARLIEST, LATEST):
        periods = Calendar(period, zone, 10).periods(limit, limit)
        assert periods.starts[0] <= limit < periods.starts[-1]
