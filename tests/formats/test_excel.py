"""Workbooks: serial and text dates in one column, merged headings, units."""

from datetime import date, datetime

import pytest
import xlsxwriter

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe

RECIPE = """
format = "excel"
dataset = "wells"
[table]
sheet = "Readings"
header_row = 3
header_rows = 2
first_row = 6
[station]
column = "Well no."
kind = "well"
name_columns = { ar = "Name" }
x_column = "Position / East"
y_column = "Position / North"
crs = "EPSG:28191"
[time]
column = "Date"
format = "DD/MM/YYYY"
clock_column = "Hour"
default_clock = "12:00"
zone = "+02:00"
[[value]]
column = "Level"
observed_property = "groundwater-level"
unit = "m"
"""


@pytest.fixture
def workbook(tmp_path):
    """Write a sheet like those that field offices keep."""
    path = tmp_path / "wells.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write(0, 0, "not here")
        sheet = book.add_worksheet("Readings")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        hour = book.add_format({"num_format": "hh:mm"})
        sheet.write(0, 0, "Water levels 2015")
        sheet.merge_range("C3:D3", "Position")
        for column, text in {0: "Well no.", 1: "Name", 4: "Date", 5: "Hour"}.items():
            sheet.write(2, column, text)
        sheet.write(2, 6, "Level")
        sheet.write(3, 2, "East")
        sheet.write(3, 3, "North")
        sheet.write(4, 6, "m asl")
        rows = [
            (101, "بئر\u00a0الزرقاء", date(2015, 6, 30), 0.25, 517.56),
            (101, "بئر\u00a0الزرقاء", "01/07/2015", None, 517.5),
            (102, "بئر عمان", datetime(2015, 7, 2, 8, 30), None, "dry"),
            (102, "بئر عمان", "31/06/2015", None, 0.1 + 0.2),
        ]
        for row, (well, name, when, clock, level) in enumerate(rows, 5):
            sheet.write(row, 0, well)
            sheet.write(row, 1, name)
            sheet.write(row, 2, 177000.5)
            sheet.write(row, 3, 1e5)
            if isinstance(when, str):
                sheet.write_string(row, 4, when)
            else:
                sheet.write_datetime(row, 4, when, day)
            if clock is not None:
                sheet.write(row, 5, clock, hour)
            sheet.write(row, 6, level)
    return path


def test_serial_and_text_dates_of_one_column_are_both_read(workbook):
    reading = read_file(workbook, Recipe.from_toml(RECIPE))
    rows = reading.observations.to_pylist()
    assert [(row["time"], row["value"]) for row in rows] == [
        (datetime(2015, 6, 30, 4), 517.56),
        (datetime(2015, 7, 1, 10), 517.5),
    ]


def test_bad_cells_are_named_by_sheet_and_row_as_the_reader_sees_them(workbook):
    reading = read_file(workbook, Recipe.from_toml(RECIPE))
    assert [(r.sheet, r.row, r.column, r.value) for r in reading.rejects] == [
        ("Readings", 8, "Level", "dry"),
        ("Readings", 9, "Date", "31/06/2015"),
    ]


def test_whole_numbers_are_ids_without_a_decimal_point(workbook):
    places = read_file(workbook, Recipe.from_toml(RECIPE)).places
    assert [place.id for place in places] == ["101", "102"]
    assert places[0].names == {"ar": "بئر الزرقاء"}
    assert (places[0].position.x, places[0].position.y) == (177000.5, 1e5)


def test_a_cell_s_float_is_the_float_that_is_read(workbook):
    text = RECIPE.replace('format = "DD/MM/YYYY"', 'format = ["DD/MM/YYYY", "ISO"]')
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet("Readings")
        sheet.write_row(2, 0, ["Well no.", "Name", "Position", "", "Date", "Hour"])
        sheet.write(2, 6, "Level")
        sheet.write_row(3, 2, ["East", "North"])
        sheet.write_row(5, 0, [1, "a", 1e5, 1e5, "01/07/2015", "", 517.5600000000001])
    reading = read_file(workbook, Recipe.from_toml(text))
    assert reading.observations["value"].to_pylist() == [517.5600000000001]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(workbook):
    recipe = Recipe.from_toml(RECIPE.replace("Readings", "Levels"))
    with pytest.raises(NotFound, match="no sheet 'Levels'; there are 'Notes'"):
        read_file(workbook, recipe)


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"station,time,level\n")
    with pytest.raises(NotAcceptable, match=r"a\.xlsx: expected a workbook"):
        read_file(path, Recipe.from_toml(RECIPE))
