"""Ends of intervals: kept where the length does not tell them, refused where wrong."""

import json
from datetime import datetime

import pytest
import xlsxwriter

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.observation.table import verify_table

RECIPE = """
format = "delimited"
dataset = "d"
[station]
column = "gauge"
kind = "weather-station"
[time]
column = "from"
end_column = "to"
zone = "Asia/Amman"
[[value]]
column = "rain"
observed_property = "precipitation"
unit = "mm"
statistic = "total"
interval = "P1M"
"""


def read(folder, *rows, recipe=RECIPE):
    path = folder / "a.csv"
    path.write_text("gauge,from,to,rain\n" + "".join(f"{row}\n" for row in rows))
    reading = read_file(path, Recipe.from_toml(recipe))
    counts = reading.counts
    lost = sum(reject.lost for reject in reading.rejects)
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    verify_table(reading.observations)
    return reading


def test_an_end_is_kept_where_the_month_does_not_tell_it(tmp_path):
    # Amman was at UTC+2 in January 2015.
    reading = read(
        tmp_path, "w,2015-01-01,2015-02-01,1", "w,2015-02-01,2015-02-20 08:00,2"
    )
    ends = reading.observations["end"].to_pylist()
    assert ends == [None, datetime(2015, 2, 20, 6)]


def test_a_blank_end_says_nothing(tmp_path):
    reading = read(tmp_path, "w,2015-01-01,,1", "w,2015-02-01,2015-02-20,2")
    assert reading.observations["value"].to_pylist() == [1.0, 2.0]
    assert reading.observations["end"].null_count == 1


@pytest.mark.parametrize("end", ["2015-01-01", "2014-12-31", "2015-02-30", "soon"])
def test_an_end_that_is_none_costs_its_figure_alone(tmp_path, end):
    reading = read(tmp_path, f"w,2015-01-01,{end},1", "w,2015-02-01,2015-03-01,2")
    assert reading.observations["value"].to_pylist() == [2.0]
    (reject,) = reading.rejects
    assert (reject.row, reject.column, reject.value) == (2, "to", end)
    assert reject.lost == 1


def test_a_day_of_23_hours_ends_where_days_end(tmp_path):
    # Jordan's clocks went from 00:00 to 01:00 on 27 March 2015: a day of 23 hours.
    recipe = RECIPE.replace("P1M", "P1D")
    reading = read(tmp_path, "w,2015-03-27,2015-03-28,1", recipe=recipe)
    assert reading.observations["end"].to_pylist() == [None]


def test_ends_in_a_workbook_are_dates_too(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["gauge", "from", "to", "rain"])
        sheet.write(1, 0, "w")
        sheet.write_datetime(1, 1, datetime(2015, 1, 1), day)
        sheet.write_datetime(1, 2, datetime(2015, 1, 20), day)
        sheet.write(1, 3, 1.5)
    recipe = Recipe.from_toml(RECIPE.replace("delimited", "excel"))
    reading = read_file(path, recipe)
    assert reading.observations["end"].to_pylist() == [datetime(2015, 1, 19, 22)]


def test_a_stamp_at_the_end_has_no_other_end():
    with pytest.raises(NotAcceptable, match="end_column"):
        Recipe.from_toml(RECIPE.replace("[[value]]", 'stamp = "end"\n[[value]]'))


def test_an_interval_of_sensorthings_keeps_its_end(tmp_path):
    document = {
        "@iot.id": 1,
        "name": "Rain",
        "unitOfMeasurement": {"symbol": "mm"},
        "Thing": {"@iot.id": "w"},
        "ObservedProperty": {"name": "Precipitation"},
        "Observations": [
            {
                "phenomenonTime": "2015-01-01T00:00:00Z/2015-01-01T05:30:10.5Z",
                "result": 1,
            },
            {
                "phenomenonTime": "2015-01-02T00:00:00Z/2015-01-03T00:00:00Z",
                "result": 2,
            },
        ],
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    recipe = Recipe.from_toml(
        """
        format = "sensorthings"
        dataset = "d"
        [[value]]
        column = "Precipitation"
        observed_property = "precipitation"
        unit = "mm"
        statistic = "total"
        interval = "P1D"
        """
    )
    reading = read_file(path, recipe)
    ends = reading.observations["end"].to_pylist()
    assert ends == [datetime(2015, 1, 1, 5, 30, 10, 500_000), None]
