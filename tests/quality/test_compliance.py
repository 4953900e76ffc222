"""Sampling frequencies kept and broken, counted by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.quality.compliance import find_compliance
from waternet.quality.schedule import Agreed, read_schedule, slot_starts
from waternet.quality.series import SeriesTable


def us(text):
    return int(np.datetime64(text, "us").astype(np.int64))


def iso(when):
    return datetime.fromtimestamp(when / 1e6, UTC).isoformat(timespec="minutes")[:16]


def table(*streams, **fields):
    """Make a table of (days, fields of the datastream)."""
    made = [
        Datastream("lab", f"w{number}", "chloride", "mg/L", **{**fields, **own})
        for number, (_days, own) in enumerate(streams)
    ]
    times = [np.array([us(day) for day in days], np.int64) for days, _own in streams]
    time = np.concatenate(times)
    return SeriesTable(
        datastreams=tuple(made),
        kinds=("well",) * len(made),
        starts=np.cumsum([0, *map(len, times)]),
        time=time,
        value=np.ones(len(time)),
        censor=np.zeros(len(time), np.int8),
        status=np.zeros(len(time), np.int8),
    )


def test_a_month_is_kept_by_any_day_of_it_and_by_one_alone():
    # January twice, February none, March on its last day; April runs still.
    days = ["2015-01-05", "2015-01-20", "2015-03-31T23:00"]
    (kept,) = find_compliance(table((days, {"sampling": "P1M"})), us("2015-04-20"))
    assert (kept.frequency, kept.expected, kept.had) == ("P1M", 3, 2)
    assert kept.share == pytest.approx(2 / 3)
    assert (iso(kept.gap_start), iso(kept.gap_end)) == (
        "2015-02-01T00:00",
        "2015-03-01T00:00",
    )
    assert kept.overdue is None


def test_months_are_the_owners():
    # 22:30 UTC of 31 January is 1 February in Amman (UTC+2 in winter 2015).
    days = ["2015-01-31T22:30", "2015-03-05"]
    stream = (days, {"sampling": "P1M", "zone": "Asia/Amman"})
    (kept,) = find_compliance(table(stream), us("2015-04-20"))
    assert (iso(kept.start), kept.expected, kept.had) == ("2015-01-31T22:00", 2, 2)


def test_years_are_told_apart_and_a_stopped_station_is_overdue():
    days = [f"2014-{month:02}-10" for month in range(3, 13)] + ["2015-01-10"]
    found = find_compliance(table((days, {"sampling": "P1M"})), us("2015-07-01"))
    assert [(one.expected, one.had) for one in found] == [(10, 10), (6, 1)]
    assert {iso(one.overdue) for one in found} == {"2015-02-01T00:00"}
    assert (found[0].gap_start, iso(found[1].gap_end)) == (None, "2015-07-01T00:00")


def test_a_value_of_the_present_month_ends_the_wait():
    days = ["2015-01-10", "2015-04-02"]
    (kept,) = find_compliance(table((days, {"sampling": "P1M"})), us("2015-04-20"))
    assert (kept.expected, kept.had, kept.overdue) == (3, 1, None)


def test_what_nobody_promised_is_not_expected():
    (kept,) = find_compliance(table((["2015-01-10"], {})), us("2016-01-01"))
    assert (kept.frequency, kept.expected, kept.share) == ("", 0, None)


def test_an_interval_is_a_promise_too_and_an_agreement_goes_before_both():
    stream = (["2014-01-01", "2014-07-01"], {"statistic": "mean", "interval": "P1D"})
    (kept,) = find_compliance(table(stream), us("2015-01-01"))
    assert (kept.frequency, kept.expected, kept.had) == ("P1D", 365, 2)
    agreed = (Agreed("P6M", observed_property="nitrate"), Agreed("P3M", dataset="lab"))
    (kept,) = find_compliance(table(stream), us("2015-01-01"), agreed)
    assert (kept.frequency, kept.expected, kept.had) == ("P3M", 4, 2)


def test_a_promise_counts_from_the_day_that_is_given():
    stream = ([], {"sampling": "P1M"})
    assert find_compliance(table(stream), us("2015-01-01")) == []
    (kept,) = find_compliance(
        table(stream), us("2015-01-01"), since=us("2014-10-01"), period="P1Y"
    )
    assert (kept.expected, kept.had, iso(kept.overdue)) == (3, 0, "2014-10-01T00:00")


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("P1W", ["2014-12-29", "2015-01-05", "2015-01-12"]),  # Mondays
        ("P3M", ["2015-01-01", "2015-04-01"]),
        ("P2Y", ["2014-01-01", "2016-01-01"]),
        ("PT12H", ["2015-01-01", "2015-01-01T12:00", "2015-01-02"]),
    ],
)
def test_slots_begin_by_the_calendar(interval, expected):
    last = {"P1W": "2015-01-05", "PT12H": "2015-01-01T12:00"}.get(
        interval, "2015-01-02"
    )
    found = slot_starts(interval, "UTC", us("2015-01-01"), us(last))
    assert found.tolist() == [us(day) for day in expected]


def test_a_day_on_which_clocks_change_is_one_day():
    # 25 October 2015 in Jerusalem has 25 hours: 24 October 21:00 to 25 October 22:00.
    found = slot_starts("P1D", "Asia/Jerusalem", us("2015-10-25"), us("2015-10-25"))
    assert [iso(one) for one in found] == ["2015-10-24T21:00", "2015-10-25T22:00"]


def test_a_schedule_that_cannot_be_meant_is_refused():
    lines = read_schedule('[[sampling]]\ninterval = "P1M"\nfeature = "w1"\n')
    assert lines == (Agreed("P1M", feature="w1"),)
    for text in (
        "sampling = 3",
        "",
        '[[sampling]]\ndataset = "x"',
        '[[sampling]]\ninterval = "monthly"',
        '[[sampling]]\ninterval = "P0M"',
        '[[sampling]]\ninterval = "P1M"\nstation = "x"',
        '[[sampling]]\ninterval = "P1M"\nfeature = 3',
        "[[sampling",
    ):
        with pytest.raises(NotAcceptable):
            read_schedule(text)


@pytest.mark.parametrize("interval", ["PT1S", "P101Y", "P999999999D"])
def test_a_frequency_beyond_counting_is_refused(interval):
    with pytest.raises(NotAcceptable, match="cannot count"):
        slot_starts(interval, "UTC", us("1990-01-01"), us("2020-01-01"))


def test_the_first_year_of_the_calendar_has_slots():
    found = slot_starts("P3Y", "UTC", us("0001-06-01"), us("0001-06-01"))
    assert [iso(one) for one in found] == ["0001-01-01T00:00", "0003-01-01T00:00"]
