"""WISKI exports as csv and ascii: dialects of portals, blocks, second values."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.kiwis import is_kiwis, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file

HEADER = """#ts_id;5041
#station_name;Well 1
#station_latitude;31.95
#station_longitude;35.85
#parametertype_name;Groundwater level
#ts_name;Momentary.O
#ts_unitsymbol;m+NAP
#station_no;1024_F1
#rows;2
"""
ROWS = """#Timestamp;Value;Interpolation Type;Quality Code
2010-01-01T00:00:00.000+01:00;12.758;102;200
2010-01-01T03:00:00.000+01:00;;102;-1
"""


def listed(folder, text):
    path = folder / "export.csv"
    path.write_text(text)
    return list_series(path, TableLayout())


def test_a_block_says_what_its_series_is(tmp_path):
    document = listed(tmp_path, HEADER + ROWS)
    [found] = document.series
    assert (found.feature, found.name) == ("1024_F1", "Well 1")
    assert found.quantities == ("Groundwater level",)
    assert (found.x, found.y, found.crs) == ("35.85", "31.95", "EPSG:4326")
    assert (found.unit, found.ucum) == ("m+NAP", "m")
    assert found.procedure == "Momentary.O"
    assert found.points.value == ["12.758", ""]
    assert found.points.qualifier == ["200", "-1"]
    assert document.notices == ()


def test_times_with_offsets_need_no_clock_in_the_recipe(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(HEADER + ROWS)
    recipe = """
    format = "kiwis"
    dataset = "d"
    [[value]]
    column = "Groundwater level"
    observed_property = "groundwater-level"
    unit = "m"
    """
    reading = read_series_file(path, Recipe.from_toml(recipe))
    [row] = reading.observations.to_pylist()
    assert (row["time"].isoformat(), row["offset"]) == ("2009-12-31T23:00:00", 60)
    assert (row["qualifier"], reading.counts["missing"]) == ("200", 1)


def test_the_portals_longer_names_are_the_same_things(tmp_path):
    text = (
        "#Station Name;CROSSROADS\n#Station Number;IE_1\n"
        "#Station Parameter Name;Groundwater Level\n#Timeseries Name;Day.Mean.Abs\n"
        "#Unit Symbol;m\n#Rows;1\n#Timestamp;Value;Quality Code Name\n"
        "2024-01-01 01:00:00;83.231;Good\n"
    )
    [found] = listed(tmp_path, text).series
    assert (found.feature, found.quantities) == ("IE_1", ("Groundwater Level",))
    assert found.points.qualifier == ["Good"]
    assert found.points.time == ["2024-01-01 01:00:00"]


def test_several_blocks_are_several_series(tmp_path):
    other = HEADER.replace("1024_F1", "1024_F2")
    document = listed(tmp_path, HEADER + ROWS + other + ROWS)
    assert [each.feature for each in document.series] == ["1024_F1", "1024_F2"]
    assert [each.points.number for each in document.series] == [[11, 12], [23, 24]]


def test_absolute_values_are_a_second_series(tmp_path):
    text = (
        "#station_no;1\n#stationparameter_name;H\n"
        "#Timestamp;Value;Quality Code;Absolute Value;AV Quality Code\n"
        "2010-01-01T00:00:00Z;1.5;40;101.5;80\n"
    )
    found = listed(tmp_path, text).series
    assert [each.quantities for each in found] == [("H",), ("H (absolute value)",)]
    assert [each.points.value for each in found] == [["1.5"], ["101.5"]]
    assert [each.points.qualifier for each in found] == [["40"], ["80"]]


def test_tabs_and_decimal_commas_are_read(tmp_path):
    text = "#station_no\t1\n#Timestamp\tValue\n2010-01-01T00:00:00Z\t1,5\n"
    [found] = listed(tmp_path, text).series
    assert (found.feature, found.points.value) == ("1", ["1.5"])


def test_a_file_that_was_cut_off_is_pointed_at(tmp_path):
    [notice] = listed(tmp_path, HEADER + ROWS[: ROWS.index("2010-01-01T03")]).notices
    assert notice.reason == "1 rows follow, 2 were announced"


def test_lines_without_time_or_value_are_reported(tmp_path):
    document = listed(tmp_path, HEADER + ROWS + "<html>error</html>\n")
    assert [(reject.row, reject.lost) for reject in document.rejects] == [(13, 1)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#a;b\n1;2\n",
        bytes(range(256)) * 100,
        b"#Timestamp;Value\n" + b"1;" * 20_000,
        b"#Timestamp;Value" + b";x" * 1_000_000,
    ],
)
def test_what_is_no_such_export_is_refused(tmp_path, content):
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_described_blocks_look_like_an_export():
    assert is_kiwis((HEADER + ROWS).encode(), "a.csv")
    assert is_kiwis((HEADER + ROWS).encode("utf-16"), "a.csv")
    assert not is_kiwis(b"Timestamp;Value\n2010-01-01;1\n", "a.csv")
    assert not is_kiwis(b"a,b\n#Timestamp;Value\n", "a.csv")
