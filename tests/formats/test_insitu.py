"""In-Situ: VuSitu's CSV and HTML, Win-Situ's CSV."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.insitu import is_insitu, list_series
from waternet.formats.recipe import TableLayout

VUSITU = (
    '"Location Properties"\n"Location Name = W7"\n"Latitude = 31.35 °"\n'
    '"Longitude = 35.39 °"\n""\n"Report Properties"\n"Time Offset = -07:00:00"\n'
    '"Instrument Properties"\n"Device SN = 914228"\n""\n'
    '"Date Time","Actual Conductivity (µS/cm) (914228)","Temperature (°C) (558407)",'
    '"Depth (m)","Marked"\n'
    '"2026-09-01 16:21:24.000","104.5","16.5","0.4",""\n'
)
WINSITU = (
    "Report Date:,6/11/2026 9:12:53 AM\n\nDevice Properties\nDevice,BaroTROLL 500\n"
    "Site,W7\nSerial Number,1146367\n\nLog Notes:\nDate and Time,Note\n"
    "4/21/2026 10:34:00 AM ,Used Battery: 8%\n\nLog Data:\nRecord Count,2\n\n"
    "Time Zone: Jordan Standard Time\n\n,,Sensor: Baro Pres ,Sensor: Baro Pres ,\n"
    ",Elapsed Time,SN#: 1146367 ,SN#: 1146367 ,\n"
    "Date and Time,Seconds     ,Temperature (C)     ,Barometric Pressure (PSI)   ,\n"
    "4/21/2026 11:00:00 AM ,       0.000,      29.800,          14.366,\n"
    "4/21/2026 12:00:00 PM ,    3600.001,            ,          14.367,\n"
)
HTML = (
    '<html><body><table id="isi-report"><tr isi-group="LocationProperties">'
    "<td>Location Properties</td></tr><tr><td isi-property='Name'>"
    "<span isi-label>Location Name</span> = <span isi-value>W7</span></td></tr>"
    "<tr><td isi-property='TimeOffset'>Time Offset = 03:00:00</td></tr>"
    '<tr class="dataHeader" isi-data-table=""><td isi-data-column-header="DateTime">'
    "Date Time</td><td isi-data-column-header>Pressure (psi) (790478)</td></tr>"
    '<tr class="data" isi-data-row=""><td>2024-10-09 16:29:46</td>'
    '<td isi-data-quality="4">9.25</td></tr>\n'
    '<tr class="data" isi-data-row=""><td>2024-10-09 16:29:48</td><td></td></tr>'
    "</table></body></html>"
)


def listed(folder, text, encoding="utf-8"):
    path = folder / "a.csv"
    path.write_bytes(text.encode(encoding))
    return list_series(path, TableLayout())


def test_vusitu_states_place_clock_and_sensors(tmp_path):
    found = listed(tmp_path, VUSITU).series
    assert [each.quantities for each in found] == [
        ("Actual Conductivity (µS/cm)", "Actual Conductivity"),
        ("Temperature (°C)", "Temperature"),
        ("Depth (m)", "Depth"),
    ]
    assert [each.ucum for each in found] == ["uS/cm", "Cel", "m"]
    assert [each.procedure for each in found] == ["914228", "558407", "914228"]
    assert (found[0].feature, found[0].zone) == ("W7", "-07:00")
    assert (found[0].x, found[0].y, found[0].crs) == ("35.39", "31.35", "EPSG:4326")
    assert found[0].points.time == ["2026-09-01T16:21:24.000"]


def test_winsitu_names_its_clock_in_words_that_are_shown(tmp_path):
    document = listed(tmp_path, WINSITU)
    temperature, pressure = document.series
    assert (pressure.feature, pressure.procedure) == ("W7", "1146367")
    assert (pressure.unit, pressure.ucum) == ("PSI", "[psi]")
    assert temperature.points.value == ["29.800", ""]
    assert pressure.points.time == ["2026-04-21T11:00:00", "2026-04-21T12:00:00"]
    assert pressure.zone == ""
    assert [n.value for n in document.notices] == ["Jordan Standard Time"]


def test_a_setting_with_a_unit_is_no_heading(tmp_path):
    # As in logs that Win-Situ merged with a barometer's: indented settings.
    setting = "Log Configuration\n,Notes Size(bytes),4096\n\nLog Data:"
    found = listed(tmp_path, WINSITU.replace("Log Data:", setting)).series
    assert [each.quantities[1] for each in found] == [
        "Temperature",
        "Barometric Pressure",
    ]
    assert found[1].points.value == ["14.366", "14.367"]


def test_html_holds_the_same_in_its_cells(tmp_path):
    [found] = listed(tmp_path, HTML).series
    assert (found.feature, found.zone) == ("W7", "+03:00")
    assert found.quantities == ("Pressure (psi)", "Pressure")
    assert found.points.time == ["2024-10-09T16:29:46", "2024-10-09T16:29:48"]
    assert found.points.value == ["9.25", ""]
    assert found.points.number == [1, 2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'"Location Properties"\n' * 500,
        b"Date and Time,Seconds\n1,2\n",
        bytes(range(256)) * 99,
        b'<table isi-report="">' + b"<tr>" * 100_000,
        b'<table isi-report=""><td>' + b"<" * 100_000,
        b"Date and Time,Seconds" + b",x (m)" * 200_000,
    ],
)
def test_what_is_no_such_log_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_reports_and_logs_of_a_troll_look_like_one():
    for text in (VUSITU, WINSITU, HTML):
        assert is_insitu(text.encode(), "a.csv")
    assert not is_insitu(b"Date and Time,Level (m)\n1,2\n", "a.csv")
    assert not is_insitu(b"<html><table><tr><td>1</td></tr></table></html>", "a.htm")
