"""Delft-FEWS PI-XML: steps, stamps, flags, gaps, hostile documents.

Flags and stamps: Deltares, FEWSDOC, 'Quality flags', 'Aggregation Accumulative'.
"""

from datetime import datetime

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.pi_xml import is_pi_xml, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file
from waternet.observation.vocabulary import Status

ROOT = '<TimeSeries xmlns="http://www.wldelft.nl/fews/PI" version="1.2">'
RECIPE = """
format = "pi_xml"
dataset = "d"
[station]
kind = "rain-gauge"
[[value]]
column = "P.obs"
observed_property = "precipitation"
unit = "mm"
statistic = "total"
interval = "PT1H"
"""


def series(
    *events, kind="accumulative", step='unit="second" multiplier="3600"', more=""
):
    return (
        f"<series><header><type>{kind}</type><locationId>L1</locationId>"
        f"<parameterId>P.obs</parameterId><timeStep {step}/>"
        f"<missVal>-999.0</missVal>{more}<units>mm</units></header>"
        f"{''.join(events)}</series>"
    )


def event(time, value, more=""):
    return f'<event date="2015-07-01" time="{time}" value="{value}" {more}/>'


def write(folder, *parts, zone="<timeZone>2.0</timeZone>"):
    path = folder / "export.xml"
    path.write_text(f"{ROOT}{zone}{''.join(parts)}</TimeSeries>")
    return path


def listed(path):
    return list_series(path, TableLayout())


def test_an_accumulated_value_stands_at_the_end_of_its_step(tmp_path):
    [found] = listed(write(tmp_path, series(event("13:00:00", "1.5")))).series
    assert (found.statistic, found.interval, found.stamp) == ("total", "PT1H", "end")
    reading = read_series_file(tmp_path / "export.xml", Recipe.from_toml(RECIPE))
    [row] = reading.observations.to_pylist()
    # 13:00 by the clock of +02:00 ends the hour that began at 10:00 UTC.
    assert (row["time"], row["value"]) == (datetime(2015, 7, 1, 10), 1.5)


def test_the_missing_value_of_the_header_is_a_gap_however_it_is_written(tmp_path):
    events = [event(f"{hour:02d}:00:00", "-999") for hour in range(3)]
    path = write(tmp_path, series(*events, event("03:00:00", "NaN")))
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert reading.counts["missing"] == 3
    # NaN is no gap here, as the header calls another number so: it is shown.
    assert [(r.row, r.value) for r in reading.rejects] == [(4, "NaN")]


def test_flag_9_is_missing_whatever_stands_there(tmp_path):
    path = write(tmp_path, series(event("01:00:00", "8.5", 'flag="9"')))
    assert listed(path).series[0].points.value == [""]


def test_completed_values_are_imputed_corrected_ones_estimated(tmp_path):
    events = [event(f"{flag:02d}:00:00", "1", f'flag="{flag}"') for flag in range(9)]
    path = write(tmp_path, series(*events))
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    statuses = reading.observations["status"].to_pylist()
    wanted = [Status.MEASURED, Status.ESTIMATED, Status.IMPUTED] * 3
    assert statuses == wanted
    assert reading.observations["qualifier"].to_pylist() == list("012345678")


def test_a_comment_and_the_rule_that_set_a_flag_are_kept(tmp_path):
    more = 'flag="6" flagSource="HX" comment="gauge dry"'
    path = write(tmp_path, series(event("01:00:00", "1", more)))
    assert listed(path).series[0].points.qualifier == ["6 HX gauge dry"]


@pytest.mark.parametrize(
    ("step", "interval"),
    [
        ('unit="second" multiplier="86400"', "P1D"),
        ('unit="minute" multiplier="15"', "PT15M"),
        ('unit="month"', "P1M"),
        ('unit="second" multiplier="90"', "PT90S"),
        ('unit="nonequidistant"', ""),
        ('unit="hour" multiplier="1" divider="3"', ""),
        ('unit="second" multiplier="99999999999"', ""),
    ],
)
def test_a_step_is_an_interval_where_it_is_equidistant(tmp_path, step, interval):
    path = write(tmp_path, series(event("01:00:00", "1"), step=step))
    assert listed(path).series[0].interval == interval


def test_an_instant_has_no_interval_whatever_its_step(tmp_path):
    path = write(tmp_path, series(event("01:00:00", "1"), kind="instantaneous"))
    [found] = listed(path).series
    assert (found.statistic, found.interval, found.stamp) == (
        "instant",
        "PT0S",
        "start",
    )


@pytest.mark.parametrize(
    ("hours", "zone"),
    [("5.75", "+05:45"), ("-3.5", "-03:30"), ("0.0", "+00:00"), ("99", ""), ("x", "")],
)
def test_the_time_zone_is_decimal_hours(tmp_path, hours, zone):
    path = write(tmp_path, series(), zone=f"<timeZone>{hours}</timeZone>")
    assert listed(path).series[0].zone == zone


def test_without_a_time_zone_nobody_knows_the_clock(tmp_path):
    path = write(tmp_path, series(event("01:00:00", "1")), zone="")
    with pytest.raises(NotAcceptable, match="by whose clock"):
        read_series_file(path, Recipe.from_toml(RECIPE))


def test_degrees_go_before_a_grid_that_is_not_named(tmp_path):
    more = "<lat>31.5</lat><lon>35.5</lon><x>1000</x><y>2000</y><z>-9999.0</z>"
    [found] = listed(write(tmp_path, series(more=more))).series
    assert (found.x, found.y, found.crs) == ("35.5", "31.5", "EPSG:4326")
    assert found.attributes == {"x": "1000", "y": "2000"}
    assert found.elevation == ""


def test_qualifiers_tell_two_series_of_one_parameter_apart(tmp_path):
    more = "<qualifierId>b</qualifierId><qualifierId>a</qualifierId>"
    [found] = listed(write(tmp_path, series(more=more))).series
    assert found.quantities == ("P.obs:a:b", "P.obs")


def test_a_type_that_is_not_known_is_pointed_at(tmp_path):
    document = listed(write(tmp_path, series(event("01:00:00", "1"), kind="sum")))
    assert document.series[0].statistic == ""
    assert [notice.value for notice in document.notices] == ["sum"]


def test_values_in_a_binary_file_beside_it_are_refused(tmp_path):
    more = (
        '<startDate date="2015-07-01" time="00:00:00"/>'
        '<endDate date="2015-07-02" time="00:00:00"/>'
    )
    with pytest.raises(NotAcceptable, match="binary"):
        listed(write(tmp_path, series(more=more)))


def test_numbers_that_are_none_are_refused_as_they_are_written(tmp_path):
    texts = ("Infinity", "-Infinity", "1e400", "12,5")
    events = [event(f"{n:02d}:00:00", text) for n, text in enumerate(texts)]
    reading = read_series_file(
        write(tmp_path, series(*events)), Recipe.from_toml(RECIPE)
    )
    assert [reject.value for reject in reading.rejects] == list(texts)
    assert reading.counts["observations"] == 0


@pytest.mark.parametrize(
    "text",
    [
        f"{ROOT}<series><header><type>mean</type>",
        '<!DOCTYPE T [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + ROOT + "</TimeSeries>",
        '<!DOCTYPE T SYSTEM "file:///etc/passwd">' + ROOT + "&x;</TimeSeries>",
        '<?xml version="1.0" encoding="utf-97"?><TimeSeries/>',
        "<html/>",
        "",
    ],
)
def test_a_document_that_is_not_whole_or_not_safe_is_refused(tmp_path, text):
    path = tmp_path / "export.xml"
    path.write_text(text)
    with pytest.raises(NotAcceptable, match=r"export\.xml"):
        listed(path)


def test_junk_is_refused(tmp_path):
    path = tmp_path / "export.xml"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(NotAcceptable, match=r"export\.xml"):
        listed(path)


def test_only_a_document_of_the_published_interface_looks_like_one():
    assert is_pi_xml(f'<?xml version="1.0"?>\n{ROOT}'.encode(), "a.xml")
    assert is_pi_xml(f'<?xml version="1.0"?>\n{ROOT}'.encode("utf-16"), "a.xml")
    assert not is_pi_xml(b"a,b\nhttp://www.wldelft.nl/fews/PI,TimeSeries\n", "a.csv")
    assert not is_pi_xml(b"", "a.xml")


def test_the_radar_export_has_51_values_in_two_series(shared):
    path = shared / "data/formats/other/fews_pi.xml"
    if not path.exists():
        pytest.skip("input absent by design: fews_pi.xml")
    found = listed(path).series
    assert sum(len(each.points.time) for each in found) == 51
    assert [(s.statistic, s.interval, s.zone) for s in found] == [
        ("total", "PT1H", "+01:00"),
        ("total", "P1D", "+01:00"),
    ]
    recipe = Recipe.from_toml(RECIPE.replace("P.obs", "P.radar.h"))
    rows = read_series_file(path, recipe).observations.to_pylist()
    # The file's first value is stamped 2013-06-11 15:00 in +01:00.
    assert (len(rows), rows[0]["time"]) == (34, datetime(2013, 6, 11, 13))
