"""Onset HOBO exports: headings, events, clocks, what spreadsheets did to them."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.hobo import is_hobo, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file

HEADINGS = (
    '"#","Date Time, GMT+03:00","Abs Pres, kPa (LGR S/N: 2040, SEN S/N: 2040)",'
    '"Temp, °C (LGR S/N: 2040, SEN S/N: 7, LBL: Rb1)",'
    '"Host Connected (LGR S/N: 2040)","End Of File (LGR S/N: 2040)"\n'
)
ROWS = (
    "1,05/13/21 11:00:00 AM,106.479,9.077,,\n"
    "2,05/13/21 11:30:00 PM,,9.1,,\n"
    "3,05/14/21 12:00:00 AM,,,Logged,Logged\n"
)
EXPORT = '"Plot Title: W7"\n' + HEADINGS + ROWS


def listed(folder, text, encoding="utf-8-sig"):
    path = folder / "a.csv"
    path.write_bytes(text.encode(encoding))
    return list_series(path, TableLayout())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_of_figures_are_series_and_events_are_none(tmp_path, encoding):
    document = listed(tmp_path, EXPORT, encoding)
    pressure, temperature = document.series
    assert pressure.quantities == ("Abs Pres, kPa", "Abs Pres")
    assert (pressure.unit, pressure.ucum) == ("kPa", "kPa")
    assert (temperature.ucum, temperature.procedure) == ("Cel", "7")
    assert {each.feature for each in document.series} == {"W7"}
    assert {each.zone for each in document.series} == {"+03:00"}
    assert document.notices == ()


def test_a_blank_cell_is_no_reading(tmp_path):
    pressure, temperature = listed(tmp_path, EXPORT).series
    assert pressure.points.time == ["2021-05-13T11:00:00"]
    assert temperature.points.time == ["2021-05-13T11:00:00", "2021-05-13T23:30:00"]


def test_bytes_that_are_not_utf_8_are_read_as_cp1252_and_said_to_be(tmp_path):
    document = listed(tmp_path, EXPORT, "cp1252")
    assert document.series[1].ucum == "Cel"
    assert [notice.reason[:12] for notice in document.notices] == ["the bytes ar"]


def test_dates_that_prove_no_order_are_pointed_at(tmp_path):
    text = '"Plot Title: W7"\n' + HEADINGS + "1,02/03/21 11:00:00 AM,1,2,,\n"
    [notice] = listed(tmp_path, text).notices
    assert "order of day and month" in notice.reason


def test_units_in_brackets_are_read_too(tmp_path):
    text = (
        'Serial Number:2038 --\n\n"Date Time, GMT -0700","Temp, (*C)","Button Up"\n'
        "2018-06-22 17:00:00,14.08, \n"
    )
    [found] = listed(tmp_path, text).series
    assert (found.feature, found.unit, found.ucum) == ("2038", "*C", "Cel")
    assert (found.quantities[-1], found.zone) == ("Temp", "-07:00")
    text = '#,"Date-Time (EST)","Ch: 1 - Temperature   (°C)"\n1,05/13/2021 10:13,5.5\n'
    [found] = listed(tmp_path, '"Plot Title: W7"\n' + text).series
    assert (found.quantities[-1], found.ucum, found.zone) == ("Temperature", "Cel", "")


def test_a_date_turned_round_by_a_spreadsheet_is_refused_not_misread(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(EXPORT + "4,2009-01-21 12:00:00 AM,1,2,,\n")
    recipe = """
    format = "hobo"
    dataset = "d"
    [[value]]
    column = "Temp"
    observed_property = "water-temperature"
    unit = "Cel"
    """
    reading = read_series_file(path, Recipe.from_toml(recipe))
    assert [(r.row, r.value) for r in reading.rejects] == [
        (6, "2009-01-21 12:00:00 AM")
    ]
    assert reading.counts["observations"] == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n" * 100,
        bytes(range(256)) * 99,
        b'"#","Date Time, GMT+03:00"' + b',"x"' * 300_000,
    ],
)
def test_what_is_no_export_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_headings_of_an_export_look_like_one():
    assert is_hobo(EXPORT.encode("utf-8-sig"), "a.csv")
    assert not is_hobo(b"Date Time,Level\n2021-05-13 11:00,1\n", "a.csv")
    assert not is_hobo(b"Note,Plot Title: x\n1,2\n", "a.csv")
