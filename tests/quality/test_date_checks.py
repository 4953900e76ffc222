"""Dates with day and month exchanged, or of the year before."""

from datetime import datetime, timedelta

import numpy as np
from quality.made import lake, one, said

from waternet.quality.date_checks import DateSlip, find_date_slips


def falling(times):
    """Return a level that falls by a metre a year, with a small wave on it."""
    days = np.array([(t - datetime(2000, 1, 1)).days for t in times])
    wobble = np.array([0.02, -0.01, 0.01, -0.02, 0.0])[np.arange(len(days)) % 5]
    return np.round(-400 - days / 365.25 + wobble, 3)


def monthly(years, day=1):
    return [datetime(2000 + n // 12, n % 12 + 1, day) for n in range(12 * years)]


def moved(times, level, row, to):
    """Date one value otherwise, and put the rows in order."""
    times = list(times)
    times[row] = to
    order = np.argsort(times)
    return [times[n] for n in order], level[order], int(np.argwhere(order == row)[0, 0])


def test_dates_that_are_right_stay():
    times = monthly(6)
    hits = find_date_slips(one(falling(times), times), DateSlip())
    assert not len(hits.rows)


def test_a_day_and_month_that_changed_places_are_found():
    times = monthly(6, day=3)
    times, level, row = moved(times, falling(times), 33, datetime(2002, 3, 10))
    hits = find_date_slips(one(level, times), DateSlip())
    assert said(hits) == [(row, "day and month exchanged")]


def test_the_copy_at_the_wrong_date_is_named_and_the_right_one_is_not():
    times = monthly(6)
    level = falling(times)
    copies = [datetime(2003, 1, 7), datetime(2003, 1, 8), datetime(2003, 1, 9)]
    rows = [42, 43, 44]  # 1 July, 1 August, 1 September 2003
    times, level = [*times, *copies], np.concatenate([level, level[rows]])
    order = np.argsort(times)
    series = one(level[order], [times[n] for n in order])
    found = find_date_slips(series, DateSlip())
    dates = [series.time[row] for row in found.rows]
    assert dates == [
        (copy - datetime(1970, 1, 1)) // timedelta(microseconds=1) for copy in copies
    ]
    assert found.notes == ("day and month exchanged",)


def test_the_old_year_written_in_january_is_found():
    times = monthly(6, day=2)
    times, level, row = moved(times, falling(times), 36, datetime(2002, 1, 3))
    hits = find_date_slips(one(level, times), DateSlip())
    assert said(hits) == [(row, "a year too early")]


def test_a_plain_error_is_not_called_a_slip_of_the_date():
    times = monthly(6)
    level = falling(times)
    level[40] += 25
    assert not len(find_date_slips(one(level, times), DateSlip()).rows)


def test_dates_are_the_owners_own():
    # Midnight in Amman is the evening before in UTC: 3 October is 2 October there.
    times = monthly(6, day=3)
    times, level, row = moved(times, falling(times), 33, datetime(2002, 3, 10))
    utc = [t - timedelta(hours=2) for t in times]
    hits = find_date_slips(one(level, utc, lake(zone="+02:00")), DateSlip())
    assert said(hits) == [(row, "day and month exchanged")]
