"""Campbell TOA5: the example of the LoggerNet manual, statistics, gaps."""

from datetime import datetime

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file
from waternet.formats.toa5 import is_toa5, list_series

# LoggerNet manual, appendix B.1.4, with a mean and a total added.
TABLE = (
    '"TOA5","W7","CR1000","1031","CR1000.Std.00.60","CPU:Test.CR1","4062","Hourly"\n'
    '"TIMESTAMP","RECORD","batt_volt_Min","PTemp","Lvl_Avg","Rain_mm_Tot","Lvl_Std"\n'
    '"TS","RN","Volts","C","m","mm","m"\n'
    '"","","Min","Smp","Avg","Tot","Std"\n'
    '"2004-11-11 15:00:00",0,13.7,24.92,1.5,0,0.1\n'
    '"2004-11-11 16:00:00",1,13.7,24.95,"NAN",0.2,0.1\n'
)


def listed(folder, text):
    path = folder / "a.dat"
    path.write_text(text)
    return list_series(path, TableLayout())


def test_processing_says_the_statistic_and_its_stamp_is_the_end(tmp_path):
    found = {each.quantities[0]: each for each in listed(tmp_path, TABLE).series}
    assert list(found) == [
        "batt_volt_Min",
        "PTemp",
        "Lvl_Avg",
        "Rain_mm_Tot",
        "Lvl_Std",
    ]
    said = {name: (s.statistic, s.interval, s.stamp) for name, s in found.items()}
    assert said == {
        "batt_volt_Min": ("minimum", "", "end"),
        "PTemp": ("instant", "PT0S", "start"),
        "Lvl_Avg": ("mean", "", "end"),
        "Rain_mm_Tot": ("total", "", "end"),
        "Lvl_Std": ("", "", "start"),
    }
    assert found["Lvl_Avg"].points.value == ["1.5", ""]
    assert found["batt_volt_Min"].ucum == "V"
    assert found["PTemp"].points.time[0] == "2004-11-11T15:00:00"


def test_a_mean_is_stored_at_the_start_of_the_interval_that_the_recipe_says(tmp_path):
    path = tmp_path / "a.dat"
    path.write_text(TABLE)
    recipe = """
    format = "toa5"
    dataset = "d"
    [time]
    zone = "UTC"
    [[value]]
    column = "Lvl_Avg"
    observed_property = "stage"
    unit = "m"
    statistic = "mean"
    interval = "PT1H"
    """
    [row] = read_series_file(path, Recipe.from_toml(recipe)).observations.to_pylist()
    assert (row["time"], row["value"]) == (datetime(2004, 11, 11, 14), 1.5)


def test_the_station_is_the_place_and_the_table_the_procedure(tmp_path):
    found = listed(tmp_path, TABLE).series[0]
    assert (found.feature, found.procedure, found.zone) == ("W7", "Hourly", "")
    assert found.attributes == {"logger": "CR1000", "logger-serial": "1031"}


def test_a_record_cut_short_is_blank_to_the_right(tmp_path):
    found = listed(tmp_path, TABLE + '"2004-11-11 17:00:00",2,13.7\n').series
    assert [each.points.value[-1] for each in found] == ["13.7", "", "", "", ""]


def test_infinite_values_stay_to_be_refused(tmp_path):
    found = listed(tmp_path, TABLE.replace(",24.95,", ",INF,")).series
    assert found[1].points.value == ["24.92", "INF"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TABLE[:150].encode(),
        b'"TOA5","W7"\n"RECORD"\n\n\n',
        b'"TOB1","W7"\n"TIMESTAMP"\n""\n""\n',
        bytes(range(256)) * 99,
        b'"TOA5"' + b',"x"' * 300_000,
    ],
)
def test_what_has_not_the_four_lines_is_refused(tmp_path, content):
    path = tmp_path / "a.dat"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_the_header_of_toa5_looks_like_one():
    assert is_toa5(TABLE.encode(), "a.dat")
    assert is_toa5(TABLE.replace('"', "").encode(), "a.dat")
    assert not is_toa5(b'"TOA5"\n"RECORD"\n', "a.dat")
    assert not is_toa5(b"a,TOA5\nTIMESTAMP\n", "a.csv")
