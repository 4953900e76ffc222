"""Deliveries held against a schedule; every expected value is worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.delivery import Release, account, deliveries
from waternet.exchange.delivery_schedule import DeliveryLine, DeliverySchedule
from waternet.exchange.period import begun_by, date_after, midnight
from waternet.observation.zone import find_zone

MONTHLY = DeliveryLine(
    custodian="jordan",
    dataset="levels",
    every="P1M",
    step="P1D",
    due="P10D",
    first=date(2026, 1, 1),
    zone="Asia/Amman",
)


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


def release(number, first, last, issued, **more):
    return Release("jordan", "levels", number, first, last, issued, **more)


# Asia/Amman is at UTC+3 all year since 2022: its 1 January begins at 21:00 UTC before.
JANUARY = release(3, at(2025, 12, 31, 21), at(2026, 1, 30, 21), at(2026, 2, 5))
HALF = release(3, at(2025, 12, 31, 21), at(2026, 1, 14, 21), at(2026, 1, 20))
REST = release(4, at(2026, 1, 15, 21), at(2026, 1, 30, 21), at(2026, 2, 13))


def test_a_month_is_delivered_when_each_of_its_days_is_covered():
    january, february = deliveries(MONTHLY, [JANUARY], at(2026, 2, 20))
    assert (january.start, january.end) == (date(2026, 1, 1), date(2026, 2, 1))
    # Ten days after 1 February, at midnight in Amman: 10 February 21:00 UTC.
    assert january.due == at(2026, 2, 10, 21)
    assert (january.state, january.steps, january.covered) == ("delivered", 31, 31)
    assert (january.delivered, january.release) == (at(2026, 2, 5), 3)
    assert january.overdue == timedelta(0)
    assert (february.state, february.steps, february.covered) == ("not yet due", 28, 0)


def test_what_is_there_in_part_is_told_and_does_not_count_as_delivered():
    (january, _) = deliveries(MONTHLY, [HALF], at(2026, 2, 9))
    # The first to the fifteenth by the clock of Amman.
    assert (january.state, january.covered, january.is_partial) == ("due", 15, True)
    assert january.delivered is None
    (january, _) = deliveries(MONTHLY, [HALF], at(2026, 2, 12, 21))
    assert (january.state, january.overdue) == ("late", timedelta(days=2))


def test_the_release_that_completes_a_period_delivers_it():
    (january, _) = deliveries(MONTHLY, [HALF, REST], at(2026, 2, 20))
    assert (january.state, january.release) == ("delivered", 4)
    # Due 10 February 21:00, issued 13 February 00:00: two days and three hours late.
    assert january.overdue == timedelta(days=2, hours=3)


def test_a_later_release_of_the_same_days_changes_nothing():
    again = release(9, JANUARY.first, JANUARY.last, at(2026, 3, 1))
    (january, *_) = deliveries(MONTHLY, [again, JANUARY], at(2026, 3, 2))
    assert (january.release, january.delivered) == (3, at(2026, 2, 5))


def test_a_withdrawn_release_does_not_count_once_it_is_withdrawn():
    gone = release(
        3, JANUARY.first, JANUARY.last, JANUARY.issued, withdrawn=at(2026, 2, 8)
    )
    (january, _) = deliveries(MONTHLY, [gone], at(2026, 2, 7))
    assert january.state == "delivered"
    (january, _) = deliveries(MONTHLY, [gone], at(2026, 2, 9))
    assert (january.state, january.covered) == ("due", 0)


def test_what_is_issued_later_does_not_count_yet():
    (january, _) = deliveries(MONTHLY, [JANUARY], at(2026, 2, 4))
    assert (january.state, january.covered) == ("due", 0)


def test_when_it_was_seen_is_told_and_counts_for_nothing():
    carried = release(
        3, JANUARY.first, JANUARY.last, at(2026, 2, 5), seen=at(2026, 3, 1)
    )
    (january, *_) = deliveries(MONTHLY, [carried], at(2026, 3, 2))
    assert (january.overdue, january.seen) == (timedelta(0), at(2026, 3, 1))


def test_restricted_figures_are_delivered_and_marked():
    sealed = release(3, JANUARY.first, JANUARY.last, at(2026, 2, 5), restricted=True)
    (january, _) = deliveries(MONTHLY, [sealed], at(2026, 2, 20))
    assert (january.state, january.restricted) == ("delivered", True)
    opened = release(5, JANUARY.first, JANUARY.last, at(2026, 2, 18))
    (january, _) = deliveries(MONTHLY, [sealed, opened], at(2026, 2, 20))
    assert (january.restricted, january.release) == (False, 3)


def test_each_observed_property_is_to_be_there():
    both = DeliveryLine(
        "jordan",
        "levels",
        "P1M",
        "P1M",
        "P0D",
        date(2026, 1, 1),
        observed_properties=("groundwater-level", "nitrate"),
    )
    level = release(
        1,
        at(2026, 1, 5),
        at(2026, 1, 5),
        at(2026, 1, 6),
        observed_properties=frozenset({"groundwater-level"}),
    )
    (january,) = deliveries(both, [level], at(2026, 1, 31))
    assert (january.steps, january.covered) == (2, 1)
    unread = release(2, at(2026, 1, 5), at(2026, 1, 5), at(2026, 1, 7))
    (january,) = deliveries(both, [level, unread], at(2026, 1, 31))
    assert (january.state, january.release) == ("delivered", 2)


def test_due_in_hours_begins_at_the_midnight_that_ends_the_period():
    line = DeliveryLine(
        "jordan", "levels", "P1D", "P1D", "PT12H", date(2026, 3, 1), zone="+02:00"
    )
    (day,) = deliveries(line, [], at(2026, 3, 1, 12))
    assert (day.due, day.state) == (at(2026, 3, 2, 10), "not yet due")


def test_nothing_is_owed_before_the_first_period_nor_after_the_last():
    assert deliveries(MONTHLY, [], at(2025, 12, 31, 20)) == []
    assert len(deliveries(MONTHLY, [], at(2025, 12, 31, 21))) == 1
    ending = DeliveryLine(
        "jordan",
        "levels",
        "P1M",
        "P1D",
        "P10D",
        date(2026, 1, 1),
        until=date(2026, 3, 1),
    )
    found = deliveries(ending, [], at(2027, 1, 1))
    assert [one.start.month for one in found] == [1, 2, 3]


def test_of_an_old_line_the_last_years_are_counted_and_the_rest_is_told():
    daily = DeliveryLine("jordan", "levels", "P1D", "P1D", "P1D", date(1900, 1, 1))
    found = deliveries(daily, [], at(2026, 1, 1, 12))
    # From 1 January 1900 to 1 January 2026 are 126 * 365 + 31 leap days (1904 to 2024)
    # and the day itself: 46,022; the last 4,000 are counted.
    assert (len(found), account(daily, found).earlier) == (4_000, 42_022)


def test_an_account_counts_periods():
    found = deliveries(MONTHLY, [HALF, REST], at(2026, 3, 5))
    told = account(MONTHLY, found)
    # January came late; February is over, due 10 March 21:00; March is running.
    assert (told.delivered, told.delivered_late, told.late) == (1, 1, 0)
    assert (told.due, told.not_yet_due, told.partial) == (1, 1, 0)
    assert told.next_due == at(2026, 3, 10, 21)
    assert told.most_overdue == timedelta(days=2, hours=3)


# The calendar


@pytest.mark.parametrize(
    ("first", "interval", "times", "expected"),
    [
        (date(2023, 1, 31), "P1M", 1, date(2023, 2, 28)),
        (date(2024, 1, 31), "P1M", 1, date(2024, 2, 29)),
        (date(2024, 1, 31), "P1M", 2, date(2024, 3, 31)),
        (date(2024, 2, 29), "P1Y", 1, date(2025, 2, 28)),
        (date(2024, 2, 29), "P1Y", 4, date(2028, 2, 29)),
        (date(2025, 10, 1), "P3M", 1, date(2026, 1, 1)),
        (date(2026, 12, 28), "P1W", 1, date(2027, 1, 4)),
    ],
)
def test_months_end_where_they_end(first, interval, times, expected):
    assert date_after(first, interval, times) == expected
    assert begun_by(expected, first, interval) == times + 1
    assert begun_by(expected - timedelta(days=1), first, interval) == times


def test_quarters_from_the_end_of_a_month_have_three_steps_each():
    line = DeliveryLine("jordan", "levels", "P3M", "P1M", "P1M", date(2025, 11, 30))
    found = deliveries(line, [], at(2026, 6, 1))
    assert [(one.start, one.steps) for one in found] == [
        (date(2025, 11, 30), 3),
        (date(2026, 2, 28), 3),
        (date(2026, 5, 30), 3),
    ]


def test_a_day_whose_midnight_the_clocks_leave_out_begins_as_they_go_forward():
    # Beirut, 31 March 2024: from 00:00 (UTC+2) clocks went to 01:00 (UTC+3).
    assert midnight(date(2024, 3, 31), find_zone("Asia/Beirut")) == at(2024, 3, 30, 22)


# What may stand in a schedule

TEXT = """
name = "basin"
version = "1"

[[delivery]]
custodian = "jordan"
dataset = "levels"
every = "P1M"
step = "P1D"
due = "P10D"
from = 2026-01-01
zone = "Asia/Amman"

[[delivery]]
custodian = "israel"
dataset = "lake"
every = "P1Y"
step = "P1M"
due = "P3M"
from = "2025-10-01"
until = "2035-10-01"
observed_properties = ["nitrate", "lake-level"]
"""


def test_a_schedule_is_read_sorted_and_written_as_it_is():
    schedule = DeliverySchedule.from_toml(TEXT)
    assert [line.custodian for line in schedule.lines] == ["israel", "jordan"]
    assert schedule.lines[1] == MONTHLY
    lines = schedule.to_json()
    assert lines[0]["observed_properties"] == ["lake-level", "nitrate"]
    assert DeliverySchedule.from_json("basin", "1", reversed(lines)) == schedule


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('every = "P1M"', 'every = "PT1H"', "whole days"),
        ('every = "P1M"', 'every = "P0M"', "whole days"),
        ('every = "P1M"', 'every = "P11Y"', "ten years"),
        ('every = "P1M"', 'every = "P999999999Y"', "ten years"),
        ('every = "P1M"', 'every = "P1DT1H"', "interval"),
        ('step = "P1D"', 'step = "P2M"', "no longer"),
        ('every = "P1Y"\nstep = "P1M"', 'every = "P2Y"\nstep = "P1D"', "400"),
        ('due = "P10D"', 'due = "PT999999999H"', "ten years"),
        ("2026-01-01", "1066-10-14", "1900"),
        ('"2025-10-01"', '"2025-02-30"', "date"),
        ('"2035-10-01"', '"2024-10-01"', "before from"),
        ("Asia/Amman", "Asia/Nowhere", "time zone"),
        ('zone = "', 'clock = "', "no key"),
        ('due = "P10D"', "", "missing"),
        ('dataset = "levels"', "dataset = 7", "not text"),
        ('version = "1"', "", "name, version"),
        ('"nitrate", ', "1, ", "texts"),
    ],
)
def test_what_no_schedule_can_hold_is_named(old, new, named):
    assert old in TEXT
    with pytest.raises(NotAcceptable, match=named):
        DeliverySchedule.from_toml(TEXT.replace(old, new))


def test_an_unknown_quantity_is_named():
    with pytest.raises(NotFound):
        DeliverySchedule.from_toml(TEXT.replace("nitrate", "phlogiston"))


def test_two_lines_that_ask_for_the_same_at_one_time_are_refused():
    line = MONTHLY.to_json()
    later = {**line, "from": "2027-01-01", "every": "P3M"}
    with pytest.raises(NotAcceptable, match="two lines"):
        DeliverySchedule.from_json("basin", "1", [line, later])
    ended = {**line, "until": "2026-12-01"}
    DeliverySchedule.from_json("basin", "1", [ended, later])


def test_a_million_lines_are_refused_before_they_are_kept():
    line = MONTHLY.to_json()
    endless = ({**line, "dataset": f"d{number}"} for number in range(1_000_000))
    with pytest.raises(NotAcceptable, match="1,000 lines"):
        DeliverySchedule.from_json("basin", "1", endless)
    assert next(endless)["dataset"] == "d1001"
