"""Workbooks: serial and text dates in one column, merged headings, units."""

import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.excel import preview_excel
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, TableLayout

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


PUMPING = """
format = "excel"
dataset = "pumping"
[station]
column = "Field"
kind = "scheme"
make_ids = true
[time]
year_column = "Year"
month_column = "Month"
zone = "+02:00"
[[value]]
column = "Pumped"
observed_property = "groundwater-abstraction"
unit = "m3/mo"
statistic = "mean"
interval = "P1M"
"""


def write_pumping(path):
    """Write a sheet with a field and a year merged over their rows."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("2015")
        sheet.write_row(0, 0, ["Field", "Year", "Month", "Pumped"])
        sheet.merge_range("A2:A5", "North field")
        sheet.merge_range("B2:B3", 2014)
        sheet.merge_range("B4:B5", 2015)
        sheet.merge_range("D4:D5", 40)
        for row, (month, pumped) in enumerate([(11, 10), (12, 20), (1, None)], 1):
            sheet.write(row, 2, month)
            if pumped is not None:
                sheet.write(row, 3, pumped)
        sheet.write(4, 2, 2)
        sheet.write_row(5, 2, [3, 7])
        sheet.write(6, 3, 77)
    return path


def test_what_was_merged_downwards_holds_for_each_of_its_rows(tmp_path):
    path = write_pumping(tmp_path / "pumping.xlsx")
    reading = read_file(path, Recipe.from_toml(PUMPING))
    assert [place.id for place in reading.places] == ["north-field"]
    rows = reading.observations.to_pylist()
    # Months of +02:00 begin at 22:00 UTC the day before.
    assert [(row["time"], row["value"]) for row in rows] == [
        (datetime(2014, 10, 31, 22), 10.0),
        (datetime(2014, 11, 30, 22), 20.0),
        (datetime(2014, 12, 31, 22), 40.0),
    ]
    # Blank cells that nobody merged are blank, and so is a merged figure's second row.
    assert reading.counts["missing"] == 1
    assert [(r.row, r.column, r.lost) for r in reading.rejects] == [
        (6, "Field", 1),
        (7, "Field", 1),
    ]


def test_what_stands_below_the_last_row_of_a_sheet_is_not_read(tmp_path):
    path = write_pumping(tmp_path / "pumping.xlsx")
    text = PUMPING.replace("[station]", "[table]\nlast_row = 5\n[station]")
    assert not read_file(path, Recipe.from_toml(text)).rejects


def test_a_cell_that_shows_an_error_is_no_figure(tmp_path):
    path = tmp_path / "errors.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("a")
        sheet.write_row(0, 0, ["Field", "Year", "Month", "Pumped"])
        for row, shown in enumerate(["#DIV/0!", "#N/A", "#REF!", "#VALUE!"], 1):
            sheet.write_row(row, 0, ["A", 2015, row])
            sheet.write_formula(row, 3, "=1/0", None, shown)
        sheet.write_row(5, 0, ["A", 2015, 5])
        sheet.write_formula(5, 3, "=2*3", None, 6)
    reading = read_file(path, Recipe.from_toml(PUMPING))
    assert reading.observations["value"].to_pylist() == [6.0]
    assert reading.counts["missing"] + len(reading.rejects) == 4


def test_quantities_down_and_years_across_are_read_by_when(tmp_path):
    path = tmp_path / "balance.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Balance")
        sheet.write_row(0, 0, ["Item", 2013, 2014])
        sheet.write_row(1, 0, ["Production", 100, "110"])
        sheet.write_row(2, 0, ["Losses, %", "12.5 %", ""])
        sheet.write_row(3, 0, ["Staff", 7, 8])
    recipe = Recipe.from_toml(
        'format = "excel"\ndataset = "d"\n[table]\nafter_number = ["%"]\n'
        '[station]\nid = "a"\nkind = "scheme"\n'
        '[time]\nheadings = "YYYY"\nzone = "UTC"\n'
        '[every_value]\nstatistic = "mean"\ninterval = "P1Y"\n'
        '[[value]]\nwhen = { Item = "Production" }\nunit = "hm3/a"\n'
        'observed_property = "water-production"\n'
        '[[value]]\nwhen = { Item = "Losses, %" }\nunit = "%"\n'
        'observed_property = "non-revenue-water"\n'
    )
    reading = read_file(path, recipe)
    assert sorted(reading.observations["value"].to_pylist()) == [12.5, 100.0, 110.0]
    assert [notice.row for notice in reading.notices] == [4]  # Staff


def test_sheets_of_different_layouts_make_one_reading(tmp_path):
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        pumping, years = book.add_worksheet("Monthly"), book.add_worksheet("Yearly")
        pumping.write_row(0, 0, ["Field", "Year", "Month", "Pumped"])
        pumping.write_row(1, 0, ["South", 2015, 1, 10])
        years.write_row(2, 0, ["Name", 2013, 2014])
        years.write_row(3, 0, ["South", 100, "x"])
        years.write_row(4, 0, ["West", 200, ""])
    parts = """
[[part]]
table = { sheet = "Monthly" }
[[part]]
table = { sheet = "Yearly", header_row = 3 }
station = { column = "Name" }
time = { year_column = "", month_column = "", headings = "YYYY" }
every_value = { unit = "m3/a", interval = "P1Y" }
[[part.value]]
observed_property = "groundwater-abstraction"
statistic = "mean"
"""
    reading = read_file(path, Recipe.from_toml(PUMPING + parts))
    assert [place.id for place in reading.places] == ["south", "west"]
    assert sorted(reading.observations["value"].to_pylist()) == [10.0, 100.0, 200.0]
    assert [(r.sheet, r.row, r.column) for r in reading.rejects] == [
        ("Yearly", 4, "2014")
    ]


def test_a_preview_shows_each_sheet_with_its_rows_and_merged_cells(tmp_path):
    path = write_pumping(tmp_path / "pumping.xlsx")
    [sheet] = preview_excel(path, TableLayout())
    assert (sheet.name, sheet.headings, sheet.total_rows) == ("2015", None, 7)
    assert sheet.rows[0] == (1, ("Field", "Year", "Month", "Pumped"))
    assert sheet.rows[2] == (3, ("North field", "2014", "12", "20"))
    assert sheet.rows[5] == (6, ("", "", "3", "7"))
    assert (2, 1, 5, 1) in sheet.merged


MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""
ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="2015">
<table:table-row>{headings}</table:table-row>
<table:table-row>{figures}</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_a_spreadsheet_of_libreoffice_is_read(tmp_path):
    def text(word):
        return (
            '<table:table-cell office:value-type="string"><text:p>'
            f"{word}</text:p></table:table-cell>"
        )

    def number(figure):
        return (
            f'<table:table-cell office:value-type="float" office:value="{figure}">'
            f"<text:p>{figure}</text:p></table:table-cell>"
        )

    names = ("Field", "Year", "Month", "Pumped")
    figures = text("شمال") + "".join(map(number, (2015, 2, 12.5)))
    content = ODS.format(headings="".join(map(text, names)), figures=figures)
    path = tmp_path / "pumping.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    reading = read_file(path, Recipe.from_toml(PUMPING))
    assert reading.observations["value"].to_pylist() == [12.5]
    assert [place.id for place in reading.places] == ["shmal"]


@pytest.mark.parametrize(
    ("cell", "counted"),
    [("", "missing"), ("dry", "rejected"), ("<0.05", "censored"), (-999, "missing")],
)
def test_one_odd_cell_changes_nothing_of_the_others(tmp_path, cell, counted):
    path = tmp_path / "levels.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["well", "day", "level"])
        for row in range(1, 200):
            level = cell if row == 100 else row / 8
            sheet.write_row(row, 0, [101.0, 42_000 + row, level])
    recipe = Recipe.from_toml(
        """
        format = "excel"
        dataset = "levels"
        [table]
        missing = ["-999"]
        [station]
        column = "well"
        kind = "well"
        [time]
        column = "day"
        format = "serial"
        zone = "UTC"
        [[value]]
        column = "level"
        observed_property = "groundwater-level"
        unit = "m"
        """
    )
    reading = read_file(path, recipe)
    assert reading.counts[counted] == 1
    values = reading.observations["value"].to_pylist()
    expected = [row / 8 for row in range(1, 200)]
    if cell == "<0.05":
        expected[99] = 0.05
    else:
        expected.pop(99)
    assert values == expected
    assert {place.id for place in reading.places} == {"101"}
