"""Clocks: pivot years, summer time, days that begin late.

Zone changes are from the IANA time zone database: Asia/Jerusalem put its clock forward
on 2015-03-27 at 02:00 and back on 2015-10-25 at 02:00; Asia/Amman forward on
2015-03-27 at 00:00 and back on 2015-10-30 at 01:00.
"""

from datetime import datetime, timedelta

import numpy as np
import pytest

from waternet.formats.file import read_file
from waternet.formats.moments import compile_clock, compile_moment
from waternet.formats.recipe import Recipe
from waternet.formats.zones import to_utc

RECIPE = """
format = "delimited"
dataset = "d"
[station]
id = "a"
kind = "lake"
[time]
column = "time"
format = "YYYY-MM-DD HH:MM"
zone = "{zone}"
[[value]]
column = "v"
observed_property = "lake-level"
unit = "m"
"""


def read(folder, zone, *times, recipe=RECIPE):
    path = folder / "file.csv"
    lines = [f"{time},{number}" for number, time in enumerate(times)]
    path.write_text("time,v\n" + "\n".join(lines) + "\n")
    return read_file(path, Recipe.from_toml(recipe.format(zone=zone)))


def utc(reading):
    return reading.observations["time"].to_pylist()


def at(text):
    return (np.datetime64(text, "us") - np.datetime64(0, "us")).astype(np.int64)


@pytest.mark.parametrize(
    ("form", "text", "moment"),
    [
        ("DD/MM/YYYY", "02/03/2025", "2025-03-02"),
        ("MM/DD/YYYY", "02/03/2025", "2025-02-03"),
        ("D.M.YYYY".replace("D.M", "DD.MM"), "2.3.2025", "2025-03-02"),
        ("DD-Mon-YY", "12-May-68", "1968-05-12"),
        ("DD-Mon-YY", "5-jul-15", "2015-07-05"),
        ("DD Mon YYYY HH:MM", "1 September 2015 7:05", "2015-09-01T07:05"),
        ("HH:MM DD/MM/YYYY", "07:05 01/09/2015", "2015-09-01T07:05"),
        ("YYYYMMDD", "20150901", "2015-09-01"),
        ("MM/YYYY", "9/2015", "2015-09-01"),
        ("serial", "42248.5", "2015-09-01T12:00"),
        ("ISO", "2015-09-01T07:05:01.5", "2015-09-01T07:05:01.5"),
        ("DD/MM/YYYY hh:MM AM", "02/03/2025 12:05 AM", "2025-03-02T00:05"),
        ("DD/MM/YYYY hh:MM:SS AM", "02/03/2025 1:05:30 p.m.", "2025-03-02T13:05:30"),
        ("DD/MM/YYYY hh:MM AM", "٠٢/٠٣/٢٠٢٥ ٠٨:٣٠ م", "2025-03-02T20:30"),
        ("DD/MM/YYYY hh:MM AM", '02/03/2025 8:30 אחה"צ', "2025-03-02T20:30"),
        ("YYYY-DDD", "2016-060", "2016-02-29"),
        ("YYYY DDD HHMM", "2015 1 0730", "2015-01-01T07:30"),
        ("YYYY/YY", "1999/00", "1999-01-01"),
        ("YYYY-YYYY", "2014-2015", "2014-01-01"),
        ("DD/MM/YYYY", "٠٢/٠٣/٢٠٢٥", "2025-03-02"),
    ],
)
def test_dates_are_read_in_the_order_that_the_recipe_gives(form, text, moment):
    assert compile_moment(form, pivot_year=1950)(text).local == at(moment)


@pytest.mark.parametrize("text", ["31/02/2015", "1/13/2015", "2015-01-01", "1/2/15"])
def test_a_date_that_does_not_fit_is_not_guessed_at(text):
    with pytest.raises(ValueError, match=r"."):
        compile_moment("DD/MM/YYYY")(text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYY/YY", "2014/16"),
        ("YYYY-YYYY", "2014-2014"),
        ("YYYY-DDD", "2015-366"),
        ("YYYY-DDD", "2015-000"),
        ("DD/MM/YYYY hh:MM AM", "02/03/2025 13:05 PM"),
        ("DD/MM/YYYY hh:MM AM", "02/03/2025 0:05 AM"),
    ],
)
def test_what_no_calendar_or_clock_shows_is_refused(form, text):
    with pytest.raises(ValueError, match=r"."):
        compile_moment(form)(text)


def test_months_may_be_written_in_two_ways():
    short = "janv,févr,mars,avr,mai,juin,juil,août,sept,oct,nov,déc"
    long = "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,"
    names = f"{short},{long}novembre,décembre".split(",")
    read_month = compile_moment("DD Mon YYYY", names)
    assert read_month("3 févr 2015").local == at("2015-02-03")
    assert read_month("3 Février 2015").local == at("2015-02-03")


def test_month_names_are_the_recipe_s():
    names = "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,"
    names += "تشرين الثاني,كانون الأول"
    read_month = compile_moment("DD Mon YYYY", names.split(","))
    assert read_month("3 آذار 2015").local == at("2015-03-03")


@pytest.mark.parametrize(
    ("forms", "text", "minutes"),
    [
        (["HHMM"], "1200", 720),
        (["HHMM"], "845", 525),
        (["HHMM"], "12", 12),
        (["HHMM", "HH"], "12", 720),
        (["HH:MM"], "8:45", 525),
        (["HH"], "23", 1380),
        (["hh:MM AM"], "12:30 AM", 30),
        (["hh:MM AM"], "8:45 PM", 1245),
        (["HH:MM"], "٠٨:٤٥", 525),
    ],
)
def test_whether_12_is_an_hour_or_minutes_is_the_recipe_s_to_say(forms, text, minutes):
    assert compile_clock(forms)(text) == minutes * 60_000_000


@pytest.mark.parametrize("text", ["63", "2400", "1260", "-1", "noon", "0x8"])
def test_what_no_clock_shows_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        compile_clock(["HHMM", "HH"])(text)


def test_summer_and_winter_are_told_apart(tmp_path):
    reading = read(tmp_path, "Asia/Jerusalem", "2015-01-01 08:00", "2015-07-01 08:00")
    assert utc(reading) == [datetime(2015, 1, 1, 6), datetime(2015, 7, 1, 5)]
    assert reading.observations["offset"].to_pylist() == [120, 180]


def test_an_hour_that_the_clock_skipped_is_refused(tmp_path):
    reading = read(tmp_path, "Asia/Jerusalem", "2015-03-27 02:30", "2015-03-27 03:00")
    assert utc(reading) == [datetime(2015, 3, 27, 0)]
    [reject] = reading.rejects
    assert (reject.row, reject.lost) == (2, 1)
    assert "put forward" in reject.reason


def test_an_hour_that_came_twice_is_the_first_and_is_pointed_at(tmp_path):
    reading = read(tmp_path, "Asia/Jerusalem", "2015-10-25 01:30", "2015-10-25 02:00")
    assert utc(reading) == [datetime(2015, 10, 24, 22, 30), datetime(2015, 10, 25, 0)]
    assert [notice.row for notice in reading.notices] == [2]


def test_a_day_begins_at_its_first_instant_where_midnight_was_skipped(tmp_path):
    daily = RECIPE.replace("YYYY-MM-DD HH:MM", "YYYY-MM-DD")
    days = ("2015-03-26", "2015-03-27", "2015-03-28", "2015-10-30")
    reading = read(tmp_path, "Asia/Amman", *days, recipe=daily)
    assert utc(reading) == [
        datetime(2015, 3, 25, 22),
        datetime(2015, 3, 26, 22),
        datetime(2015, 3, 27, 21),
        datetime(2015, 10, 29, 21),
    ]
    assert not reading.rejects


@pytest.mark.parametrize("form", ["YYYY-MM-DD HH:MM", "ISO"])
def test_a_midnight_that_the_clock_skipped_is_refused_where_it_is_written(
    tmp_path, form
):
    times = ("2015-03-26 23:00", "2015-03-27 00:00", "2015-03-27 01:00")
    recipe = RECIPE.replace("YYYY-MM-DD HH:MM", form)
    reading = read(tmp_path, "Asia/Amman", *times, recipe=recipe)
    assert utc(reading) == [datetime(2015, 3, 26, 21), datetime(2015, 3, 26, 22)]
    assert [(r.row, r.column) for r in reading.rejects] == [(3, "time")]


@pytest.mark.parametrize("zone", ["Asia/Amman", "Asia/Hebron", "America/New_York"])
def test_every_hour_of_ninety_years_agrees_with_the_standard_library(zone):
    from datetime import UTC
    from zoneinfo import ZoneInfo

    hours = np.arange(at("1930-01-01"), at("2020-01-01"), 3_600_000_000 * 7)
    ours, _, _, _ = to_utc(hours, zone)
    for local, found in zip(hours[::11].tolist(), ours[::11].tolist(), strict=True):
        naive = datetime.fromtimestamp(local / 1e6, UTC).replace(tzinfo=ZoneInfo(zone))
        assert round(naive.timestamp() * 1e6) == found


def test_year_month_and_day_columns_and_a_grid_of_months(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("Year,Jan,Feb,Mar\n2015,1,2,\n2016,3,x,4\n")
    recipe = Recipe.from_toml(
        RECIPE.format(zone="+02:00")
        .replace('column = "time"\nformat = "YYYY-MM-DD HH:MM"', 'year_column = "Year"')
        .replace("[time]", '[time]\nheadings = "Mon"')
        .replace('column = "v"', 'statistic = "total"\ninterval = "P1M"')
    )
    reading = read_file(path, recipe)
    assert utc(reading) == [
        datetime(2014, 12, 31, 22),
        datetime(2015, 1, 31, 22),
        datetime(2015, 12, 31, 22),
        datetime(2016, 2, 29, 22),
    ]
    assert [(r.row, r.column) for r in reading.rejects] == [(3, "Feb")]


def test_a_day_that_the_month_lacks_is_refused(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("y,m,d,v\n2015,2,28,1\n2015,2,29,2\n2015,13,1,3\n")
    parts = 'year_column = "y"\nmonth_column = "m"\nday_column = "d"'
    recipe = Recipe.from_toml(
        RECIPE.format(zone="UTC").replace(
            'column = "time"\nformat = "YYYY-MM-DD HH:MM"', parts
        )
    )
    reading = read_file(path, recipe)
    assert utc(reading) == [datetime(2015, 2, 28)]
    assert [(r.row, r.column, r.value) for r in reading.rejects] == [
        (3, "d", "29"),
        (4, "m", "13"),
    ]


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("Asia/Amman", "0001-01-01T00:00"),
        ("UTC", "9999-06-30T00:00"),
        ("UTC", "0001-01-01T00:00:00Z"),
        ("UTC", "2015-01-01T00:00+99:99"),
        ("UTC", "2015-01-01T00:00+02:60"),
    ],
)
def test_a_year_or_an_offset_that_no_clock_shows_costs_its_own_row_only(
    tmp_path, zone, time
):
    recipe = RECIPE.replace("YYYY-MM-DD HH:MM", "ISO")
    reading = read(tmp_path, zone, "2300-01-01T12:00Z", time, recipe=recipe)
    assert utc(reading) == [datetime(2300, 1, 1, 12)]
    assert [(one.row, one.lost) for one in reading.rejects] == [(3, 1)]


GRID = """
format = "delimited"
dataset = "d"
[station]
{station}
kind = "rain-gauge"
[time]
{time}
zone = "+02:00"
[[value]]
{value}
observed_property = "precipitation"
unit = "mm"
statistic = "total"
interval = "{interval}"
"""


def read_rain(folder, text, time, value="", interval="P1D", station='id = "a"'):
    path = folder / "rain.csv"
    path.write_text(text, encoding="utf-8")
    parts = {"station": station, "time": time, "value": value, "interval": interval}
    reading = read_file(path, Recipe.from_toml(GRID.format(**parts)))
    lost = sum(reject.lost for reject in reading.rejects)
    counts = reading.counts
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    return reading


def local(reading):
    rows = reading.observations.to_pylist()
    return [row["time"] + timedelta(minutes=row["offset"]) for row in rows]


def test_rain_of_the_day_before_eight_o_clock_begins_the_day_before(tmp_path):
    text = "date,mm\n01/03/2016,4.2\n02/03/2016,0\n"
    time = 'column = "date"\nformat = "DD/MM/YYYY"\ndefault_clock = "08:00"\n'
    reading = read_rain(tmp_path, text, time + 'stamp = "end"', 'column = "mm"')
    assert local(reading) == [datetime(2016, 2, 29, 8), datetime(2016, 3, 1, 8)]


@pytest.mark.parametrize(
    ("end", "interval", "start"),
    [
        ("2016-03-01T00:00", "P1M", datetime(2016, 2, 1)),
        ("2016-02-29", "P1M", datetime(2016, 2, 1)),
        ("2015-12-31", "P1Y", datetime(2015, 1, 1)),
        ("2016-10-01", "P1Y", datetime(2015, 10, 1)),
        ("2016-03-01T00:00", "PT1H", datetime(2016, 2, 29, 23)),
        ("2016-03-01T08:00", "P1W", datetime(2016, 2, 23, 8)),
        ("2016-03-30T08:00", "P1M", datetime(2016, 2, 29, 8)),
        ("2016-03-01T08:00Z", "P1D", datetime(2016, 2, 29, 8)),
    ],
)
def test_an_interval_begins_by_the_calendar(tmp_path, end, interval, start):
    time = 'column = "date"\nstamp = "end"'
    reading = read_rain(
        tmp_path, f"date,mm\n{end},4.2\n", time, 'column = "mm"', interval
    )
    assert local(reading) == [start]


def test_a_day_of_23_hours_is_a_day(tmp_path):
    # Asia/Jerusalem: 2015-03-27 had 23 hours.
    path = tmp_path / "rain.csv"
    path.write_text("date,mm\n2015-03-28T00:00,1\n2015-03-27T12:00,2\n")
    parts = {"station": 'id = "a"', "value": 'column = "mm"', "interval": "P1D"}
    text = GRID.format(time='column = "date"\nstamp = "end"', **parts)
    recipe = Recipe.from_toml(text.replace("+02:00", "Asia/Jerusalem"))
    reading = read_file(path, recipe)
    assert utc(reading) == [datetime(2015, 3, 26, 10), datetime(2015, 3, 26, 22)]
    assert reading.observations["offset"].to_pylist() == [120, 120]


def test_figures_of_several_intervals_begin_each_at_its_own_start(tmp_path):
    text = "date,day,hour\n2016-03-01T08:00,4.2,1.1\n"
    hour = 'column = "hour"\nobserved_property = "precipitation"\nunit = "mm"\n'
    hour += 'statistic = "total"\ninterval = "PT1H"\n[[value]]\ncolumn = "day"'
    time = 'column = "date"\nstamp = "end"'
    assert local(read_rain(tmp_path, text, time, hour)) == [
        datetime(2016, 2, 29, 8),
        datetime(2016, 3, 1, 7),
    ]


def test_a_rain_year_begins_in_autumn(tmp_path):
    text = "season,mm\n2014/15,540\n2015-2016,610\n2016/18,1\n"
    time = 'year_column = "season"\nyear_starts = "09-01"'
    reading = read_rain(tmp_path, text, time, 'column = "mm"', "P1Y")
    assert local(reading) == [datetime(2014, 9, 1), datetime(2015, 9, 1)]
    assert [reject.value for reject in reading.rejects] == ["2016/18"]


@pytest.mark.parametrize(
    ("text", "time", "value"),
    [
        ("s,mm\n2014/15,1\n", 'column = "s"\nformat = "YYYY/YY"', 'column = "mm"'),
        ("x,2014/15\na,1\n", 'headings = "YYYY/YY"', ""),
        ("x,mm\na,1\n", 'constant = "2014/15"', 'column = "mm"'),
    ],
)
def test_a_rain_year_is_one_wherever_it_is_written(tmp_path, text, time, value):
    time += '\nyear_starts = "10-01"'
    assert local(read_rain(tmp_path, text, time, value, "P1Y")) == [
        datetime(2014, 10, 1)
    ]


def test_spring_of_a_rain_year_is_in_the_calendar_year_after(tmp_path):
    text = "season,Oct,Dec,Jan,Sep\n2014/15,20,110,90,0\n"
    time = 'year_column = "season"\nyear_starts = "10-01"\nheadings = "Mon"'
    assert local(read_rain(tmp_path, text, time, "", "P1M")) == [
        datetime(2014, 10, 1),
        datetime(2014, 12, 1),
        datetime(2015, 1, 1),
        datetime(2015, 9, 1),
    ]


def test_a_file_of_one_year_says_it_once(tmp_path):
    text = "Jan,Feb\n90,110\n"
    time = 'constant = "1998"\nheadings = "Mon"'
    assert local(read_rain(tmp_path, text, time, "", "P1M")) == [
        datetime(1998, 1, 1),
        datetime(1998, 2, 1),
    ]


def test_a_yearbook_s_grid_of_days_and_months_has_no_30_february(tmp_path):
    text = "day,Jan,Feb\n1,4,5\n29,0,\n30,1,\n31,2,x\n"
    time = 'constant = "2015"\nheadings = "Mon"\nday_column = "day"'
    reading = read_rain(tmp_path, text, time)
    assert len(local(reading)) == 5
    assert [(r.row, r.reason) for r in reading.rejects] == [
        (5, "the month has no such day")
    ]
    across = "year,month,1,29,30\n2015,1,4,0,1\n2015,2,5,,\n"
    time = 'year_column = "year"\nmonth_column = "month"\nheadings = "DD"'
    again = read_rain(tmp_path, across, time)
    assert local(again) == [
        datetime(2015, 1, 1),
        datetime(2015, 1, 29),
        datetime(2015, 1, 30),
        datetime(2015, 2, 1),
    ]
    assert not again.rejects
