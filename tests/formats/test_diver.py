"""Van Essen Diver: MON and CSV, heads of water and pressures of water."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.diver import is_diver, list_series
from waternet.formats.recipe import TableLayout

MON = (
    "Data file for DataLogger.\r\n" + "=" * 40 + "\r\nCOMPANY    : A\r\n"
    "[Logger settings]\r\n  Instrument type         =CTD-Diver=17\r\n"
    "  Serial number           =..04-X2427  317.\r\n"
    "  Instrument number       =          {clock}     \r\n"
    "  Location                =W7\r\n  Number of channels      =3\r\n"
    "[Channel 1]\r\n  Identification          =PRESSURE\r\n"
    "  Reference level         =4.0000    cm\r\n  Range  =107.5000  cm\r\n"
    "[Channel 2]\r\n  Identification          =TEMPERATURE\r\n"
    "  Reference level         =-20.000   °C\r\n"
    "[Channel 3]\r\n  Identification          =1: CONDUCTIVITY\r\n"
    "  Reference level         =0.000     mS/cm\r\n"
    "[Channel 1 from data header]\r\n  Identification          =PRESSURE\r\n"
    "  Reference level         =4.0000    m\r\n"
    "[Data]\r\n{count}\r\n"
    "2021/11/15 11:00:00.0      10.2135      19.307       0.092\r\n"
    "2021/11/15 11:10:00.0      10.1884      19.603       0.092\r\n"
)
END = "END OF DATA FILE OF DATALOGGER FOR WINDOWS\r\n"
CSV = (
    "Data file for DataLogger.\n[Logger settings]\n  Location  =W7\n[Channel 1]\n"
    "  Identification =WATER HEAD (WC)\n\n"
    "Date/time,Water head[cm],Temperature[°C],2:Spec.cond.[mS/cm]\n"
    "2021/07/22 12:00:00,     ,12.790,0.1\n2021/07/22 15:00:00,452.1,12.807\n"
)


def listed(folder, text, encoding="cp1252"):
    path = folder / "a.mon"
    path.write_bytes(text.encode(encoding))
    return list_series(path, TableLayout())


def mon(clock="UTC-8", count=2):
    return MON.format(clock=clock, count=count) + END


def test_mon_gives_each_channel_with_the_unit_of_the_data_s_own_header(tmp_path):
    document = listed(tmp_path, mon())
    pressure, temperature, conductivity = document.series
    assert (pressure.feature, pressure.procedure) == ("W7", "X2427")
    assert pressure.quantities == ("PRESSURE",)
    # Metres of water, as the channel is a pressure: a length would be a level.
    assert (pressure.unit, pressure.ucum) == ("m", "m[H2O]")
    assert (temperature.unit, temperature.ucum) == ("°C", "Cel")
    assert conductivity.quantities == ("CONDUCTIVITY",)
    assert conductivity.ucum == "mS/cm"
    assert pressure.points.value == ["10.2135", "10.1884"]
    assert pressure.zone == "-08:00"
    assert (document.notices, document.rejects) == ((), ())


def test_a_clock_that_is_not_stated_is_asked_for(tmp_path):
    assert listed(tmp_path, mon(clock="")).series[0].zone == ""


def test_a_file_that_was_cut_off_is_pointed_at(tmp_path):
    [notice] = listed(tmp_path, MON.format(clock="", count=14273)).notices
    assert notice.reason == "2 records follow, 14273 were announced"


def test_csv_has_its_units_in_the_headings(tmp_path):
    head, temperature, conductivity = listed(tmp_path, CSV).series
    assert (head.quantities, head.unit, head.ucum) == (("Water head",), "cm", "cm")
    assert head.points.value == ["", "452.1"]
    assert temperature.points.value == ["12.790", "12.807"]
    assert conductivity.quantities == ("Spec.cond.",)
    assert conductivity.points.value == ["0.1", ""]
    assert head.points.time == ["2021-07-22T12:00:00", "2021-07-22T15:00:00"]


def test_csv_with_semicolons_has_decimal_commas_and_an_end(tmp_path):
    text = (
        "Location=rb1\nDate/time;Pression[cmH2O];Température[°C]\n"
        "2016/03/15 10:30:00;1026,9;5,18\n" + END
    )
    pressure, _ = listed(tmp_path, text, "utf-8").series
    assert (pressure.feature, pressure.points.value) == ("rb1", ["1026.9"])
    assert pressure.ucum == "cm[H2O]"


def test_records_without_a_time_are_reported_and_others_kept(tmp_path):
    document = listed(tmp_path, CSV + ",1.5,2.5,\n")
    assert [(reject.row, reject.lost) for reject in document.rejects] == [(10, 2)]
    document = listed(tmp_path, CSV + "yesterday,1.5,2.5,\n")
    assert document.series[0].points.time[-1] == "yesterday"  # refused when read


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[Logger settings]\n",
        bytes(range(256)) * 99,
        b"Date/time" + b",x[cm]" * 300_000,
        b"[Channel 1]\n" + b"a =b\n" * 50_000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_diver_s_file_is_refused_or_without_points(tmp_path, content):
    path = tmp_path / "a.mon"
    path.write_bytes(content)
    try:
        document = list_series(path, TableLayout())
    except NotAcceptable:
        return
    assert not any(each.points.time for each in document.series)


def test_only_a_diver_s_frame_looks_like_one():
    assert is_diver(mon().encode("cp1252"), "a.mon")
    assert is_diver(CSV.encode(), "a.csv")
    assert not is_diver(b"Date/time,Level\n2021/07/22 12:00:00,1\n", "a.csv")
    assert not is_diver(b"[Channel 1]\n", "a.ini")
