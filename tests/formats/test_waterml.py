"""WaterML 2.0: points without value, defaults, several series, hostile XML."""

from dataclasses import replace
from datetime import datetime

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.waterml import is_waterml, list_series
from waternet.observation.vocabulary import Censor, Status

RECIPE = Recipe.from_toml(
    """
format = "waterml"
dataset = "d"
[station]
kind = "stream-gauge"
[time]
zone = "Asia/Amman"
[[value]]
column = "Discharge"
written_unit = "m3/s"
observed_property = "discharge"
unit = "m3/s"
[status_codes]
P = "provisional"
"""
)
NAMES = (
    'xmlns:wml2="http://www.opengis.net/waterml/2.0" '
    'xmlns:om="http://www.opengis.net/om/2.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:swe="http://www.opengis.net/swe/2.0"'
)


def point(time, value, metadata=""):
    metadata = metadata and (
        "<wml2:metadata><wml2:TVPMeasurementMetadata>"
        f"{metadata}</wml2:TVPMeasurementMetadata></wml2:metadata>"
    )
    return (
        f"<wml2:point><wml2:MeasurementTVP>{time and f'<wml2:time>{time}</wml2:time>'}"
        f"{value and f'<wml2:value>{value}</wml2:value>'}{metadata}"
        "</wml2:MeasurementTVP></wml2:point>"
    )


def series(place, *points, unit="m3/s", quantity="Discharge"):
    return (
        "<wml2:observationMember><om:OM_Observation>"
        f'<om:observedProperty xlink:href="http://x/{quantity}"/>'
        f'<om:featureOfInterest xlink:href="http://x/{place}" xlink:title="{place}!"/>'
        "<om:result><wml2:MeasurementTimeseries><wml2:defaultPointMetadata>"
        f'<wml2:DefaultTVPMeasurementMetadata><wml2:uom code="{unit}"/>'
        "</wml2:DefaultTVPMeasurementMetadata></wml2:defaultPointMetadata>"
        f"{''.join(points)}</wml2:MeasurementTimeseries></om:result>"
        "</om:OM_Observation></wml2:observationMember>"
    )


def read(folder, *members):
    path = folder / "answer.xml"
    path.write_text(f"<wml2:Collection {NAMES}>{''.join(members)}</wml2:Collection>")
    return read_file(path, RECIPE)


def test_every_observation_member_is_read_with_its_own_place(tmp_path):
    one = series("S1", point("2015-01-01T00:00:00Z", "1"))
    other = series("S2", point("2015-01-01T00:00:00Z", "2"))
    reading = read(tmp_path, one, other)
    assert [place.names["und"] for place in reading.places] == ["S1!", "S2!"]
    assert reading.observations["value"].to_pylist() == [1.0, 2.0]


def test_times_keep_their_offset_and_bare_ones_are_by_the_recipe_s_clock(tmp_path):
    times = ("2015-07-01T00:00:00+02:00", "2015-07-02T00:00:00")
    reading = read(tmp_path, series("S1", *(point(time, "1") for time in times)))
    rows = reading.observations.to_pylist()
    assert [(row["time"], row["offset"]) for row in rows] == [
        (datetime(2015, 6, 30, 22), 120),
        (datetime(2015, 7, 1, 21), 180),
    ]


def test_points_without_value_are_missing_and_without_time_are_reported(tmp_path):
    points = (point("", ""), point("2015-07-01T00:00:00Z", ""), point("", "3"))
    reading = read(tmp_path, series("S1", *points))
    assert reading.counts["missing"] == 2
    assert [(r.row, r.column, r.lost) for r in reading.rejects] == [(3, "time", 1)]


def test_a_point_s_own_metadata_go_before_the_default(tmp_path):
    own = (
        "<wml2:qualifier><swe:Category><swe:value>P</swe:value></swe:Category>"
        "</wml2:qualifier>"
    )
    points = (
        point("2015-07-01T00:00:00Z", "1", own),
        point("2015-07-02T00:00:00Z", "2"),
    )
    rows = read(tmp_path, series("S1", *points)).observations.to_pylist()
    assert [row["qualifier"] for row in rows] == ["P", None]
    assert [row["status"] for row in rows] == [Status.PROVISIONAL, Status.MEASURED]


def test_a_censored_point_is_a_limit_and_one_without_a_limit_is_refused(tmp_path):
    # OGC nil reasons, http://www.opengis.net/def/nil/OGC/0/.
    nil = "http://www.opengis.net/def/nil/OGC/0"
    points = [
        point(
            f"2015-07-0{day}T00:00:00Z",
            "0.05",
            reason and f'<wml2:censoredReason xlink:href="{nil}/{reason}"/>',
        )
        for day, reason in enumerate(
            ("BelowDetectionRange", "AboveDetectionRange", "", "withheld"), 1
        )
    ]
    reading = read(tmp_path, series("S1", *points))
    assert reading.observations["value"].to_pylist() == [0.05] * 3
    assert reading.observations["censor"].to_pylist() == [
        Censor.BELOW,
        Censor.ABOVE,
        Censor.NONE,
    ]
    assert [(one.row, one.lost) for one in reading.rejects] == [(4, 1)]


@pytest.mark.parametrize(
    ("system", "written"),
    [
        # Amman, in the order of each system's own axes (EPSG registry).
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "31.95 35.93"),
        ("urn:ogc:def:crs:EPSG::4326", "31.95 35.93"),
        ("urn:ogc:def:crs:OGC::CRS84", "35.93 31.95"),
        ("urn:ogc:def:crs:EPSG::28191", "238244 150847"),
    ],
)
def test_positions_are_read_in_the_order_of_their_system_s_axes(
    tmp_path, system, written
):
    made = series("S1", point("2015-07-01T00:00:00Z", "1")).replace(
        "<om:result>",
        f'<gml:pos xmlns:gml="http://www.opengis.net/gml/3.2" srsName="{system}">'
        f"{written}</gml:pos><om:result>",
    )
    (place,) = read(tmp_path, made).places
    assert place.position.longitude == pytest.approx(35.93, abs=0.01)
    assert place.position.latitude == pytest.approx(31.95, abs=0.01)


def test_figures_in_another_unit_are_refused_not_converted(tmp_path):
    reading = read(
        tmp_path, series("S1", point("2015-07-01T00:00:00Z", "1"), unit="l/s")
    )
    assert reading.observations.num_rows == 0
    assert [(r.column, r.value, r.lost) for r in reading.rejects] == [("uom", "l/s", 1)]


def test_quantities_that_the_recipe_leaves_out_are_pointed_at(tmp_path):
    here = series("S1", point("2015-07-01T00:00:00Z", "1"))
    other = series("S1", point("2015-07-01T00:00:00Z", "9"), quantity="Stage")
    reading = read(tmp_path, here, other)
    assert reading.observations["value"].to_pylist() == [1.0]
    assert len(reading.notices) == 1


def test_a_series_that_names_no_quantity_is_left_out_and_pointed_at(tmp_path):
    nameless = series("S1", point("2015-07-01T00:00:00Z", "1")).replace(
        'xlink:href="http://x/Discharge"', ""
    )
    reading = read(tmp_path, nameless)
    assert (reading.observations.num_rows, len(reading.notices)) == (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<a><b></a>",
        "not xml",
        '<?xml version="1.0" encoding="klingon"?><a/>',
    ],
)
def test_entities_and_broken_xml_are_refused(tmp_path, text):
    path = tmp_path / "a.xml"
    path.write_text(text)
    with pytest.raises(NotAcceptable, match=r"a\.xml is not safe XML"):
        read_file(path, RECIPE)


def test_another_kind_of_xml_is_named(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<html/>")
    with pytest.raises(NotAcceptable, match="no om:OM_Observation in <html>"):
        read_file(path, RECIPE)


def measured(*points, interpolation="", duration="", place=""):
    """One series whose default metadata say what its points stand for."""
    said = ""
    if interpolation:
        address = (
            f"http://www.opengis.net/def/waterml/2.0/interpolationType/{interpolation}"
        )
        said += f'<wml2:interpolationType xlink:href="{address}"/>'
    if duration:
        said += f"<wml2:aggregationDuration>{duration}</wml2:aggregationDuration>"
    made = series("S1", *points).replace(
        "</wml2:DefaultTVP", f"{said}</wml2:DefaultTVP", 1
    )
    return made.replace("<om:result>", f"{place}<om:result>", 1)


def listed(folder, *members):
    path = folder / "answer.xml"
    path.write_text(f"<wml2:Collection {NAMES}>{''.join(members)}</wml2:Collection>")
    return list_series(path, RECIPE.table).series


@pytest.mark.parametrize(
    ("interpolation", "statistic", "stamp"),
    [
        # OGC 10-126r4, table of interpolation types: "preceding" values end at
        # their time, "succeeding" ones begin there.
        ("AveragePrec", "mean", "end"),
        ("TotalPrec", "total", "end"),
        ("MaxPrec", "maximum", "end"),
        ("ConstPrec", "", "end"),
        ("AverageSucc", "mean", "start"),
        ("TotalSucc", "total", "start"),
    ],
)
def test_an_interpolation_type_says_which_end_of_the_interval_a_time_marks(
    tmp_path, interpolation, statistic, stamp
):
    made = measured(
        point("2015-07-01T00:00:00Z", "1"),
        interpolation=interpolation,
        duration="P0Y0M1DT0H0M0S",
    )
    (one,) = listed(tmp_path, made)
    assert (one.statistic, one.interval, one.stamp) == (statistic, "P1D", stamp)


def test_a_day_s_mean_that_is_stamped_at_its_end_is_stored_at_its_start(tmp_path):
    path = tmp_path / "answer.xml"
    made = measured(
        point("2015-07-02T00:00:00+03:00", "1"),
        interpolation="AveragePrec",
        duration="P1D",
    )
    path.write_text(f"<wml2:Collection {NAMES}>{made}</wml2:Collection>")
    (discharge,) = RECIPE.value
    mean = replace(discharge, statistic="mean", interval="P1D")
    daily = replace(RECIPE, value=(mean,))
    (row,) = read_file(path, daily).observations.to_pylist()
    # The first of July in Amman began at 21:00 UTC.
    assert row["time"] == datetime(2015, 6, 30, 21)


def test_continuous_points_are_instants(tmp_path):
    made = measured(point("2015-07-01T00:00:00Z", "1"), interpolation="Continuous")
    (one,) = listed(tmp_path, made)
    assert (one.statistic, one.interval) == ("instant", "PT0S")


def test_points_in_two_units_are_two_series(tmp_path):
    own = '<wml2:uom code="l/s"/>'
    points = (
        point("2015-07-01T00:00:00Z", "1"),
        point("2015-07-02T00:00:00Z", "2", own),
    )
    units = [(one.unit, one.ucum) for one in listed(tmp_path, series("S1", *points))]
    assert units == [("m3/s", "m3/s"), ("l/s", "L/s")]


def test_a_stated_quality_is_a_status_or_a_remark_and_a_missing_one_no_figure(tmp_path):
    address = "http://www.opengis.net/def/waterml/2.0/quality"
    points = [
        point(
            f"2015-07-0{day}T00:00:00Z",
            "1",
            f'<wml2:quality xlink:href="{address}/{said}"/>',
        )
        for day, said in enumerate(("good", "estimate", "suspect", "missing"), 1)
    ]
    reading = read(tmp_path, series("S1", *points))
    rows = reading.observations.to_pylist()
    assert [row["status"] for row in rows] == [
        Status.MEASURED,
        Status.ESTIMATED,
        Status.MEASURED,
    ]
    assert [row["qualifier"] for row in rows] == [None, None, "suspect"]
    assert reading.counts["missing"] == 1


def test_a_later_observation_may_point_at_a_place_that_stood_before(tmp_path):
    # As 52 North's SOS writes its answers: the first whole, the others by '#id'.
    gml = 'xmlns:gml="http://www.opengis.net/gml/3.2"'
    whole = (
        f'<om:featureOfInterest><wml2:MonitoringPoint {gml} gml:id="p1">'
        "<gml:identifier>http://x/stations/S1</gml:identifier>"
        "<gml:name>Adasiya</gml:name><gml:pos>32.66 35.62 -200</gml:pos>"
        "</wml2:MonitoringPoint></om:featureOfInterest>"
    )
    link = '<om:featureOfInterest xlink:href="http://x/S1" xlink:title="S1!"/>'
    first = series("S1", point("2015-07-01T00:00:00Z", "1")).replace(link, whole)
    second = series("S1", point("2015-07-02T00:00:00Z", "2")).replace(
        link, '<om:featureOfInterest xlink:href="#p1"/>'
    )
    for one in listed(tmp_path, first, second):
        assert (one.feature, one.name) == ("S1", "Adasiya")
        assert (one.x, one.y, one.elevation) == ("35.62", "32.66", "-200")


def test_a_file_is_told_by_its_root_and_its_names():
    begin = f"<wml2:Collection {NAMES}>".encode()
    assert is_waterml(begin, "any.txt")
    assert not is_waterml(b'<timeSeriesResponse xmlns="..."/>', "a.xml")
    assert not is_waterml(b"site,opengis.net/waterml/2.0\n", "a.csv")


def test_a_deep_nest_of_elements_is_refused(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<a>" * 10_000)
    with pytest.raises(NotAcceptable, match="nested"):
        read_file(path, RECIPE)
