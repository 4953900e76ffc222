"""Solinst Levelogger: XLE, LEV and CSV, in the encodings these are written in."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file
from waternet.formats.solinst import is_solinst, list_series

LOG = (
    '<Log id="{n}"><Date>2023/12/22</Date><Time>10:16:{n:02d}</Time><ms>{ms}</ms>'
    "<ch1>{one}</ch1><ch2>15.4{n}</ch2></Log>"
)
XLE = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><Body_xle><Instrument_info>'
    "<Instrument_type>L5_LT</Instrument_type><Serial_number>2170536</Serial_number>"
    "</Instrument_info><Instrument_info_data_header><Project_ID>P</Project_ID>"
    "<Location>{place}</Location><Latitude>{lat}</Latitude>"
    "<Longtitude>{lon}</Longtitude><Num_log>{count}</Num_log>"
    "</Instrument_info_data_header><Ch1_data_header>"
    "<Identification>LEVEL</Identification><Unit>m</Unit></Ch1_data_header>"
    "<Ch2_data_header><Identification>TEMPERATURE</Identification><Unit>°C</Unit>"
    "</Ch2_data_header><Data>{logs}</Data></Body_xle>"
)
CSV = (
    "Serial_number:\n2088021\nProject ID:\n\nLocation:\nCHEVAK baro\nLEVEL\n"
    "UNIT: kPa\nOffset: 0.000000 kPa\nTEMPERATURE\nUNIT: °C\n"
    "Date,Time,ms,LEVEL,TEMPERATURE\n"
    "2025/06/28,17:30:00,0,96.6816,21.942\n2025/06/28,17:45:00,500,96.7,\n"
)
LEV = (
    "  Data file for DataLogger.\n[Instrument info from data header]\n"
    "  Instrument type          =LT_Gold=5\n  Serial number            =0012345.\n"
    "  Location                 =W 7\n[CHANNEL 1 from data header]\n"
    "  Identification           =LEVEL\n  Unit                     =m\n"
    "[CHANNEL 2 from data header]\n  Identification           =TEMPERATURE\n"
    "  Unit                     =°C\n[Data]\n2\n"
    "2015/01/01 00:00:00.0      1.234      12.300\n"
    "2015/01/01 01:00:00.0      1.235      12.310\n"
    "END OF DATA FILE OF DATALOGGER FOR WINDOWS\n"
)


def xle(values=("10.23", "10.24"), count=2, place="W 7", lat="31.5", lon="35.5"):
    logs = [
        LOG.format(n=n, ms=125 * (n - 1), one=one) for n, one in enumerate(values, 1)
    ]
    return XLE.format(logs="".join(logs), count=count, place=place, lat=lat, lon=lon)


def listed(folder, text, encoding="latin-1", name="a.xle"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return list_series(path, TableLayout())


def test_xle_gives_each_channel_with_its_unit_and_fractions_of_seconds(tmp_path):
    level, temperature = listed(tmp_path, xle()).series
    assert (level.feature, level.procedure) == ("W 7", "2170536")
    assert (level.quantities, level.unit, level.ucum) == (("LEVEL",), "m", "m")
    assert level.points.time == ["2023-12-22T10:16:01", "2023-12-22T10:16:02.125"]
    assert level.points.value == ["10.23", "10.24"]
    assert (temperature.unit, temperature.ucum) == ("°C", "Cel")
    assert (level.x, level.y, level.crs) == ("35.5", "31.5", "EPSG:4326")


def test_a_level_above_the_sensor_is_given_no_property(tmp_path):
    for text in (xle(), CSV, LEV):
        for each in listed(tmp_path, text).series:
            assert each.observed_property == ""
            assert (each.statistic, each.interval) == ("instant", "PT0S")


def test_coordinates_that_nobody_entered_are_none(tmp_path):
    level, _ = listed(tmp_path, xle(lat="0.000000", lon="0.000")).series
    assert (level.x, level.y, level.crs) == ("", "", "")


def test_a_logger_without_a_location_is_known_by_its_serial_number(tmp_path):
    assert listed(tmp_path, xle(place="")).series[0].feature == "2170536"


def test_a_document_with_fewer_logs_than_it_says_is_pointed_at(tmp_path):
    [notice] = listed(tmp_path, xle(count=5)).notices
    assert notice.reason == "2 records follow, 5 were announced"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_in_every_encoding_that_loggers_write(tmp_path, encoding):
    document = listed(tmp_path, CSV, encoding)
    level, temperature = document.series
    assert (level.feature, level.procedure) == ("CHEVAK baro", "2088021")
    assert (level.quantities, level.unit, level.ucum) == (("LEVEL",), "kPa", "kPa")
    assert temperature.ucum == "Cel"
    assert level.points.time == ["2025-06-28T17:30:00", "2025-06-28T17:45:00.500"]
    assert temperature.points.value == ["21.942", ""]
    assert document.notices == ()


def test_csv_with_semicolons_has_decimal_commas(tmp_path):
    rows = "2025/06/28;17:30:00;7;96,6816;21,9\n"
    head = CSV[: CSV.index("2025/06/28")].replace(",", ";").replace(";ms", ";100 ms")
    level, _ = listed(tmp_path, head + rows).series
    assert level.points.value == ["96.6816"]
    assert level.points.time == ["2025-06-28T17:30:00.7"]  # tenths of a second


def test_lev_has_its_channels_in_sections(tmp_path):
    level, temperature = listed(tmp_path, LEV).series
    assert (level.feature, level.procedure) == ("W 7", "0012345")
    assert (level.unit, temperature.ucum) == ("m", "Cel")
    assert level.points.value == ["1.234", "1.235"]
    assert level.points.number == [14, 15]


def test_numbers_that_are_none_are_refused_as_they_are_written(tmp_path):
    texts = ("NaN", "-Infinity", "1e400")
    path = tmp_path / "a.xle"
    path.write_bytes(xle(texts, count=3, place="W7").encode("latin-1"))
    recipe = """
    format = "solinst"
    dataset = "d"
    [time]
    zone = "Asia/Amman"
    [[value]]
    column = "LEVEL"
    observed_property = "stage"
    unit = "m"
    """
    reading = read_series_file(path, Recipe.from_toml(recipe))
    assert [reject.value for reject in reading.rejects] == list(texts)
    assert reading.counts["observations"] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        xle().encode("latin-1")[:-40],
        b"<Body_xle></Body_xle>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Body_xle>&b;</Body_xle>',
        b"Serial_number:\n1\n" * 300,
        b"Serial_number:\n1\nDate,Time,ms" + b",x" * 500_000,
        bytes(range(256)) * 99,
        b"[Instrument info from data header]\n[Data]\n1\n",
    ],
)
def test_what_is_not_whole_or_not_safe_is_refused(tmp_path, content):
    path = tmp_path / "a.xle"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_files_of_a_levelogger_look_like_one():
    for text in (xle(), CSV, LEV):
        assert is_solinst(text.encode("latin-1"), "a.txt")
    assert not is_solinst(b"Serial_number:\n1\n", "a.csv")
    assert not is_solinst(b"Date,Time,ms,LEVEL\n", "a.csv")
