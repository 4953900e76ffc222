"""KISTERS ZRXP: blocks, gaps, clocks, layouts; headers as WISKI writes them."""

from datetime import datetime

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file
from waternet.formats.zrxp import is_zrxp, list_series

HEADER = (
    "#ZRXPVERSION2300.100|*|ZRXPCREATORKiIOSystem.ZRXPV2R2_E|*|\n"
    "#SANR{station}|*|SNAMEWadi Zarqa|*|SWATERZarqa|*|CNRQ|*|CNAMEDischarge|*|\n"
    "#TZUTC+2|*|RINVAL-777|*|\n"
    "#CUNITm³/s|*|\n"
    "#LAYOUT(timestamp,value)|*|\n"
)
RECIPE = """
format = "zrxp"
dataset = "d"
[station]
kind = "stream-gauge"
[[value]]
column = "Q"
observed_property = "discharge"
unit = "m3/s"
"""


def listed(folder, text, encoding="utf-8"):
    path = folder / "export.zrx"
    path.write_bytes(text.encode(encoding))
    return list_series(path, TableLayout())


def test_each_block_is_a_series_with_its_own_header(tmp_path):
    text = HEADER.format(station=1) + "20150701000000 1.5\n"
    text += HEADER.format(station=2) + "20150701000000 2.5\n"
    document = listed(tmp_path, text)
    assert [(s.feature, s.points.value) for s in document.series] == [
        ("1", ["1.5"]),
        ("2", ["2.5"]),
    ]
    one = document.series[0]
    assert one.quantities == ("Q", "Discharge")
    assert (one.name, one.unit, one.ucum) == ("Wadi Zarqa", "m³/s", "m3/s")
    assert (one.zone, one.attributes) == ("+02:00", {"river": "Zarqa"})
    assert one.points.time == ["2015-07-01T00:00:00"]


def test_a_file_of_iso_8859_1_needs_no_word_about_it(tmp_path):
    text = HEADER.format(station=1) + "20150701000000 1.5\n"
    document = listed(tmp_path, text, "latin-1")
    assert (document.series[0].ucum, document.notices) == ("m3/s", ())


def test_the_invalid_value_is_a_gap_and_777_is_the_usual_one(tmp_path):
    text = HEADER.format(station=1) + "20150701000000 -777.000\n"
    assert listed(tmp_path, text).series[0].points.value == [""]
    text = "#REXCHANGEa|*|\n20150701000000 -777.0\n"
    assert listed(tmp_path, text).series[0].points.value == [""]
    text = "#REXCHANGEa|*|RINVAL-999|*|\n20150701000000 -777\n20150701010000 -999\n"
    assert listed(tmp_path, text).series[0].points.value == ["-777", ""]


def test_statuses_and_remarks_are_kept_as_qualifiers(tmp_path):
    text = (
        "##Station: 1\n#REXCHANGE1_TA|*|RINVAL-999|*|\n#SANR1|*|CNAMETA|*|\n"
        "#LAYOUT(timestamp,value,status,remark)|*|\n"
        '20190130203000 269.81 41 "processed by hand"\n'
    )
    [found] = listed(tmp_path, text).series
    assert found.points.qualifier == ["41 processed by hand"]
    assert found.quantities == ("TA", "1_TA")


def test_columns_stand_where_the_layout_says(tmp_path):
    text = "#REXCHANGEf|*|\n#LAYOUT(timestamp,forecast, member,value)|*|\n"
    text += "201501010000 201501010600 3 1.25\n"
    [found] = listed(tmp_path, text).series
    assert found.points.value == ["1.25"]
    assert found.points.time == ["2015-01-01T00:00:00"]
    assert found.points.qualifier == ["201501010600 3"]


def test_the_other_delimiter_is_read_too(tmp_path):
    text = "#SANR7;*;CNAMEW;*;CUNITcm;*;\n20150701000000 15\n"
    [found] = listed(tmp_path, text).series
    assert (found.feature, found.quantities, found.ucum) == ("7", ("W",), "cm")


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("UTC+1", "+01:00"),
        ("UTC-3", "-03:00"),
        ("UTC0", "UTC"),
        ("MEZ", "+01:00"),
        ("Asia/Amman", "Asia/Amman"),
        ("EST", ""),
    ],
)
def test_clocks_are_offsets_or_named_and_others_are_asked_for(tmp_path, written, zone):
    text = f"#REXCHANGEa|*|TZ{written}|*|\n20150701000000 1\n"
    assert listed(tmp_path, text).series[0].zone == zone


def test_means_have_an_interval_where_the_number_a_day_is_given(tmp_path):
    # The header of the example in KISTERS' manual: one mean value a day.
    text = "#SANR1|*|CMW1|*|RTYPEmean values|*|\n19741231000000 -777.0\n"
    [found] = listed(tmp_path, text).series
    assert (found.statistic, found.interval) == ("mean", "P1D")
    text = "#SANR1|*|CMW96|*|RTYPEmean values|*|\n19741231000000 1\n"
    assert listed(tmp_path, text).series[0].interval == "PT15M"


def test_lines_that_do_not_fit_the_layout_are_reported_and_others_kept(tmp_path):
    text = "20150101000000 9\n#REXCHANGEa|*|TZUTC0|*|CNAMEQ|*|\n"
    path = tmp_path / "export.zrx"
    path.write_text(f"{text}20150701000000 1\n20150702000000\n20150799000000 3\n")
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert [(reject.row, reject.lost) for reject in reading.rejects] == [
        (1, 1),
        (4, 1),
        (5, 1),
    ]
    counts = reading.counts
    assert counts["observations"] == 1
    assert counts["cells"] == 4


def test_numbers_that_are_none_are_refused_as_they_are_written(tmp_path):
    texts = ["NaN", "Infinity", "1e400", "1,5"]
    lines = [f"2015070{day}000000 {text}\n" for day, text in enumerate(texts, 1)]
    path = tmp_path / "export.zrx"
    path.write_text("#SANRa|*|TZUTC0|*|CNAMEQ|*|\n" + "".join(lines))
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert [reject.value for reject in reading.rejects] == texts


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        bytes(range(256)) * 100,
        b"#REXCHANGEa|*|\n" + b"1 " * 1_000_000,
        b"#SANR\0|*|\n",
    ],
)
def test_what_is_no_zrxp_is_refused_by_name(tmp_path, content):
    path = tmp_path / "export.zrx"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable, match=r"export\.zrx"):
        list_series(path, TableLayout())


def test_only_headers_of_zrxp_look_like_it():
    assert is_zrxp(HEADER.encode(), "a.txt")
    assert is_zrxp(b"##comment\n#REXCHANGEa|*|\n", "a.zrx")
    assert not is_zrxp(b"#SANR is a key of ZRXP\n1,2\n", "a.csv")
    assert not is_zrxp(bytes(range(256)), "a.zrx")


def test_the_sign_of_an_iana_offset_is_the_other_way_round(tmp_path):
    # tzdata, file 'etcetera': Etc/GMT-1 is one hour ahead of Greenwich.
    text = HEADER.format(station=1).replace("UTC+2", "Etc/GMT-1")
    text += "20150701010000 1.5\n"
    path = tmp_path / "export.zrx"
    path.write_text(text, encoding="utf-8")
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert reading.observations["time"].to_pylist() == [datetime(2015, 7, 1)]
