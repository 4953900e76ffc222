"""Figures by local period, with coverage and censoring."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from waternet.bank.aggregate import aggregate
from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.calendar import Calendar
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Grade
from waternet.observation.zone import find_zone

HOURLY = Datastream("d", "a", "lake-level", "m", sampling="PT1H")
LAB = Datastream("d", "b", "nitrate", "mg/L")
YEARLY = Datastream("d", "c", "groundwater-abstraction", "m3/a", "total", "P1Y")


def arrival(datastream, times, values, index=0, **columns):
    return Arrival(
        party="birch",
        index=index,
        issued=datetime(2026, 1, 1 + index, tzinfo=UTC),
        kind="release",
        body={"dataset": "d"},
        datastreams=(datastream,),
        observations=in_order(
            make_table(
                datastream=[datastream.name] * len(times),
                time=times,
                value=values,
                **columns,
            )
        ),
    )


def rows_of(tmp_path, calendar, *arrivals, **options):
    with Bank.open(tmp_path, writable=True) as bank:
        for one in arrivals:
            bank.take(one)
        return aggregate(bank, Selection(), calendar, **options).to_pylist()


def test_a_local_day_gathers_its_own_hours(tmp_path):
    # 25 October 2015 in Jerusalem lasted from 24 October 21:00 to 25 October 22:00 UTC.
    start = datetime(2015, 10, 24, 20)
    times = [start + timedelta(hours=n) for n in range(28)]
    rows = rows_of(
        tmp_path,
        Calendar("day", "Asia/Jerusalem"),
        arrival(HOURLY, times, [float(n) for n in range(28)]),
    )
    day = rows[1]
    assert (day["period"], day["start"], day["end"]) == (
        "2015-10-25",
        datetime(2015, 10, 24, 21),
        datetime(2015, 10, 25, 22),
    )
    assert (day["n"], day["expected"], day["coverage"]) == (25, 25.0, 1.0)
    # Values 1 to 25: mean 13.
    assert (day["mean"], day["minimum"], day["maximum"]) == (13.0, 1.0, 25.0)
    assert [row["coverage"] for row in rows] == [1 / 24, 1.0, 2 / 24]


def test_times_before_1970_fall_into_their_own_period(tmp_path):
    times = [datetime(1968, 12, 31, 23), datetime(1969, 1, 1, 0)]
    rows = rows_of(tmp_path, Calendar("year"), arrival(HOURLY, times, [1.0, 2.0]))
    assert [(row["period"], row["mean"]) for row in rows] == [("1968", 1), ("1969", 2)]


@pytest.mark.parametrize(
    ("censor", "code", "mean"),
    [([0, 0], 0, 2.0), ([0, 1], 1, 2.0), ([2, 0], 2, 2.0), ([1, 2], 3, None)],
)
def test_limits_make_a_bound_and_opposite_limits_nothing(tmp_path, censor, code, mean):
    times = [datetime(2015, 1, 1), datetime(2015, 1, 2)]
    (row,) = rows_of(
        tmp_path, Calendar("month"), arrival(LAB, times, [1.0, 3.0], censor=censor)
    )
    assert (row["censor"], row["mean"]) == (code, mean)
    assert (row["n"], row["censored"]) == (2, sum(one > 0 for one in censor))
    assert (row["minimum"] is None) == (mean is None)


def test_what_nobody_promised_has_no_coverage(tmp_path):
    (row,) = rows_of(
        tmp_path, Calendar("year"), arrival(LAB, [datetime(2015, 5, 5)], [1.0])
    )
    assert (row["n"], row["expected"], row["coverage"]) == (1, None, None)


def test_bad_figures_stay_out_unless_asked_for(tmp_path):
    times = [datetime(2015, 1, 1), datetime(2015, 1, 2)]
    one = arrival(LAB, times, [1.0, 3.0], grade=[int(Grade.BAD), int(Grade.SUSPECT)])
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(one)
        table = aggregate(bank, Selection(), Calendar("year"))
        assert table["mean"].to_pylist() == [3.0]
        assert table.schema.metadata[b"grades"] == b"unchecked good suspect"
        everything = aggregate(bank, Selection(), Calendar("year"), grades=Grade)
        assert everything["mean"].to_pylist() == [2.0]


def test_a_yearly_total_is_no_figure_of_its_january(tmp_path):
    one = arrival(YEARLY, [datetime(2015, 1, 1)], [5.0])
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(one)
        with pytest.raises(NotAcceptable, match="one value for each P1Y"):
            aggregate(bank, Selection(), Calendar("month"))
        (row,) = aggregate(bank, Selection(), Calendar("year")).to_pylist()
        assert (row["total"], row["coverage"]) == (5.0, 1.0)


def test_the_past_has_its_own_means(tmp_path):
    times = [datetime(2015, 1, 1), datetime(2015, 1, 2)]
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(arrival(LAB, times, [1.0, 3.0]))
        bank.take(arrival(LAB, times[1:], [5.0], index=1))
        for _ in range(2):
            before = aggregate(
                bank, Selection(), Calendar("year"), as_of=AsOf.release("birch", 0)
            )
            assert before["mean"].to_pylist() == [2.0]
            now = aggregate(bank, Selection(), Calendar("year"))
            assert (now["mean"].to_pylist(), now["release"].to_pylist()) == ([3.0], [1])
            bank.compact()


def test_means_are_converted_value_by_value(tmp_path):
    warm = Datastream("d", "a", "air-temperature", "Cel")
    times = [datetime(2015, 1, 1), datetime(2015, 1, 2)]
    (row,) = rows_of(
        tmp_path, Calendar("year"), arrival(warm, times, [0.0, 100.0]), unit="[degF]"
    )
    # 0 Cel is 32 [degF], 100 Cel is 212 [degF].
    assert row["unit"] == "[degF]"
    assert row["mean"] == pytest.approx(122)


def test_a_unit_corrected_on_the_way_does_not_mix(tmp_path):
    times = [datetime(2015, 1, 1), datetime(2015, 1, 2)]
    centimetres = Datastream("d", "a", "lake-level", "cm", sampling="PT1H")
    rows = rows_of(
        tmp_path,
        Calendar("year"),
        arrival(HOURLY, times, [1.0, 2.0]),
        arrival(centimetres, times[1:], [300.0], index=1),
    )
    assert [(row["unit"], row["mean"]) for row in rows] == [("cm", 200.0)]


def test_a_period_asked_for_cuts_what_goes_in(tmp_path):
    times = [datetime(2015, 1, day) for day in (1, 2, 3)]
    rows = rows_of(
        tmp_path,
        Calendar("month"),
        arrival(LAB, times, [1.0, 2.0, 3.0]),
        start=datetime(2015, 1, 2, tzinfo=UTC),
        end=datetime(2015, 1, 3, tzinfo=UTC),
    )
    assert [(row["n"], row["mean"]) for row in rows] == [(1, 2.0)]


def test_an_empty_bank_and_an_empty_period_have_no_rows(tmp_path):
    assert rows_of(tmp_path / "a", Calendar("day")) == []
    late = datetime(2030, 1, 1, tzinfo=UTC)
    one = arrival(LAB, [datetime(2015, 1, 1)], [1.0])
    assert rows_of(tmp_path / "b", Calendar("day"), one, start=late) == []


@pytest.mark.parametrize("zone", ["UTC", "Asia/Jerusalem", "America/New_York"])
def test_a_year_of_the_owner_is_that_year_by_every_calendar(tmp_path, zone):
    # By the clock of Amman, UTC+02 in the winter of 2014/15 and UTC+03 in 2022/23.
    years = {"2015": datetime(2014, 12, 31, 22), "2023": datetime(2022, 12, 31, 21)}
    stream = replace(YEARLY, zone="Asia/Amman")
    taken = arrival(stream, list(years.values()), [1.0, 2.0])
    hourly = arrival(HOURLY, [datetime(2015, 1, 1)], [7.0], index=1)
    rows = rows_of(tmp_path, Calendar("year", zone), taken, hourly)
    yearly = [row for row in rows if row["datastream"] == stream.name]
    assert [(row["period"], row["total"]) for row in yearly] == [
        ("2015", 1.0),
        ("2023", 2.0),
    ]
    # An instant is an instant: New York was still in 2014.
    (instant,) = [row["period"] for row in rows if row["datastream"] == HOURLY.name]
    assert instant == ("2014" if zone == "America/New_York" else "2015")
    begins = datetime(2023, 1, 1, tzinfo=find_zone(zone))
    with Bank.open(tmp_path) as bank:
        asked = aggregate(bank, Selection(), Calendar("year", zone), begins)
        before = aggregate(bank, Selection(), Calendar("year", zone), end=begins)
    assert asked["period"].to_pylist() == ["2023"]
    assert before["mean"].to_pylist() == [7.0, 1.0]


def test_only_totals_and_counts_are_added_up(tmp_path):
    # A sum of levels is nothing, and a sum of discharges is no volume.
    rain = Datastream("d", "r", "precipitation", "mm", "total", "P1D")
    times = [datetime(2015, 1, 1), datetime(2015, 1, 2)]
    rows = rows_of(
        tmp_path,
        Calendar("month"),
        arrival(HOURLY, times, [400.0, 401.0]),
        arrival(rain, times, [3.0, 4.5], index=1),
    )
    assert [(row["unit"], row["total"]) for row in rows] == [("m", None), ("mm", 7.5)]
