"""GRDC station files: daily and monthly, gaps, flags, what the header says."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.grdc import is_grdc, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file

HEADER = """# Title:                 GRDC STATION DATA FILE
#                        --------------
# Format:                DOS-ASCII
# missing values are indicated by -999.000
#
# GRDC-No.:              6123456
# River:                 JORDAN
# Station:               A BRIDGE
# Country:               XX
# Latitude (DD):       32.5
# Longitude (DD):      35.6
# Catchment area (km²):      1030.0
# Altitude (m ASL):        {altitude}
#************************************************************
#
# Data Set Content:      MEAN {content} DISCHARGE (Q)
#                        --------------------
# Unit of measure:                  m³/s
#
# Data lines: {lines}
# DATA
"""
DAILY = "YYYY-MM-DD;hh:mm; Value\n"
BOTH = "YYYY-MM-DD;hh:mm; Original; Calculated; Flag\n"
RECIPE = """
format = "grdc"
dataset = "d"
[time]
zone = "Asia/Amman"
[[value]]
column = "Value"
observed_property = "discharge"
unit = "m3/s"
statistic = "mean"
interval = "P1D"
"""


def write(folder, rows, columns=DAILY, content="DAILY", encoding="cp1252", **header):
    path = folder / "6123456_Q_Day.Cmd.txt"
    header = {"altitude": "-999.00", "lines": len(rows.splitlines())} | header
    text = HEADER.format(content=content, **header) + columns + rows
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


def listed(*arguments, **more):
    return list_series(write(*arguments, **more), TableLayout())


def test_daily_means_are_read_with_their_station(tmp_path):
    rows = "1942-12-30;--:--;    1.250\n1942-12-31;--:--; -999.000\n"
    document = listed(tmp_path, rows, altitude="-210.0")
    [found] = document.series
    assert (found.feature, found.name) == ("6123456", "A BRIDGE")
    assert (found.statistic, found.interval, found.stamp) == ("mean", "P1D", "start")
    assert (found.observed_property, found.unit, found.ucum) == (
        *("discharge", "m³/s", "m3/s"),
    )
    assert (found.x, found.y, found.elevation) == ("35.6", "32.5", "-210.0")
    assert found.points.value == ["1.250", ""]
    assert found.points.time == ["1942-12-30", "1942-12-31"]
    assert document.notices == ()


def test_a_file_in_utf_8_is_read_alike(tmp_path):
    [found] = listed(tmp_path, "1942-12-30;--:--; 1\n", encoding="utf-8").series
    assert (found.ucum, found.elevation) == ("m3/s", "")


@pytest.mark.parametrize("date", ["1951-01-00", "1951-01-01", "1951-01"])
def test_a_month_is_the_month_however_its_day_is_written(tmp_path, date):
    rows = f"{date};--:--;      2.030;   -999.000;   0\n"
    found = listed(tmp_path, rows, BOTH, "MONTHLY").series
    assert [each.points.time for each in found] == [["1951-01-01"]] * 2
    assert [each.interval for each in found] == ["P1M", "P1M"]


def test_the_calculated_series_stands_beside_the_original_with_its_flags(tmp_path):
    rows = "1901-01-01;--:--; 1.0; 2.0;  900\n1901-01-02;--:--; 3.0; 3.0; -999\n"
    original, calculated = listed(tmp_path, rows, BOTH).series
    assert (original.quantities, original.procedure) == (("Original",), "original")
    assert original.points.value == ["1.0", "3.0"]
    assert original.points.qualifier == []
    assert calculated.points.value == ["2.0", "3.0"]
    assert calculated.points.qualifier == ["900", ""]


def test_lines_that_fit_nothing_are_reported_and_a_short_file_is_pointed_at(tmp_path):
    rows = "1942-12-30;--:--; 1\n1942-12-31\n1943-99-01;--:--; NaN\n"
    reading = read_series_file(write(tmp_path, rows), Recipe.from_toml(RECIPE))
    lines = HEADER.count("\n") + 1
    assert [(r.row - lines, r.lost) for r in reading.rejects] == [(2, 1), (3, 1)]
    assert reading.counts["observations"] == 1
    assert [n.reason for n in reading.notices if n.column == "Data lines"] == [
        "2 lines follow, 3 were announced"
    ]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "1,5"])
def test_numbers_that_are_none_are_refused_as_they_are_written(tmp_path, value):
    path = write(tmp_path, f"1942-12-30;--:--; {value}\n")
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert [reject.value for reject in reading.rejects] == [value]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HEADER.encode(),
        b"YYYY-MM-DD;hh:mm; Value\n",
        bytes(range(256)) * 99,
        b"# GRDC-No.: 1\nYYYY-MM-DD;" + b"x;" * 100_000,
    ],
)
def test_what_is_no_station_file_is_refused(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_the_header_of_a_station_file_looks_like_one():
    assert is_grdc(HEADER.encode("cp1252"), "a.txt")
    assert not is_grdc(b"GRDC-No.: 1\n", "a.txt")
    assert not is_grdc(b"a,b\n# GRDC-No.: 1\n", "a.csv")


def test_the_test_file_of_ewatercycle_has_33_daily_values(shared):
    path = shared / "data/formats/grdc/test_file_grdc_Q_Day.Cmd.txt"
    if not path.exists():
        pytest.skip(f"input absent by design: {path.name}")
    document = list_series(path, TableLayout())
    [found] = document.series
    assert (len(found.points.time), found.points.value[-1]) == (33, "33")
    assert (found.feature, document.notices) == ("123456789", ())
