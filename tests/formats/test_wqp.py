"""Water Quality Portal: limits, clocks, fractions, blanks, sites."""

import csv
import io

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.wqp import is_wqp, list_series
from waternet.observation.vocabulary import Censor

OLD = {
    "OrganizationIdentifier": "O",
    "ActivityStartDate": "2015-07-01",
    "ActivityStartTime/Time": "12:00:00",
    "ActivityStartTime/TimeZoneCode": "EST",
    "ActivityTypeCode": "Sample-Routine",
    "MonitoringLocationIdentifier": "O-1",
    "ResultDetectionConditionText": "",
    "CharacteristicName": "Chloride",
    "ResultSampleFractionText": "Dissolved",
    "ResultMeasureValue": "",
    "ResultMeasure/MeasureUnitCode": "",
    "ResultStatusIdentifier": "Final",
    "ActivityDepthHeightMeasure/MeasureValue": "",
    "DetectionQuantitationLimitMeasure/MeasureValue": "",
    "DetectionQuantitationLimitMeasure/MeasureUnitCode": "",
    "ResultCommentText": "",
}
UNIT = "ResultMeasure/MeasureUnitCode"
CONDITION = "ResultDetectionConditionText"
LIMIT = "DetectionQuantitationLimitMeasure/MeasureValue"
LIMIT_UNIT = "DetectionQuantitationLimitMeasure/MeasureUnitCode"
RECIPE = Recipe.from_toml(
    """
format = "wqp"
dataset = "quality"
[time]
zone = "America/New_York"
[[value]]
column = "Chloride"
written_unit = "mg/l"
observed_property = "chloride"
unit = "mg/L"
"""
)


def write(folder, *rows, base=OLD):
    path = folder / "a.csv"
    text = io.StringIO()
    writer = csv.DictWriter(text, base, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**base, **row} for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def listed(folder, *rows, base=OLD):
    return list_series(write(folder, *rows, base=base), TableLayout())


def result(value, day=1, **more):
    given = {"ResultMeasureValue": value, "ActivityStartDate": f"2015-07-{day:02d}"}
    return {**given, UNIT: "mg/l" if value else "", **more}


def limit(condition, value, day=1, unit="mg/L"):
    return result("", day, **{CONDITION: condition, LIMIT: value, LIMIT_UNIT: unit})


def test_what_was_not_detected_is_below_its_limit(tmp_path):
    rows = (
        result("12.50"),
        limit("Not Detected", "0.8", 2),
        limit("Present Below Quantification Limit", "1.0", 3),
        limit("*Present >QL", "100", 4),
        result("<0.5", 5),
    )
    reading = read_file(write(tmp_path, *rows), RECIPE)
    table = reading.observations
    assert table["value"].to_pylist() == [12.5, 0.8, 1.0, 100, 0.5]
    assert table["censor"].to_pylist() == [
        *(Censor.NONE, Censor.BELOW, Censor.BELOW, Censor.ABOVE, Censor.BELOW)
    ]
    assert (reading.counts["censored"], reading.rejects) == (4, ())


def test_not_detected_without_any_limit_is_refused_not_taken_as_zero(tmp_path):
    rows = (result("1"), limit("Not Detected", "", 2), limit("Not Reported", "", 3))
    reading = read_file(write(tmp_path, *rows), RECIPE)
    assert [(one.row, one.value, one.lost) for one in reading.rejects] == [
        (3, "Not Detected", 1),
        (4, "Not Reported", 1),
    ]
    counts = reading.counts
    assert (counts["cells"], counts["observations"]) == (3, 1)


def test_a_limit_in_another_unit_makes_another_series(tmp_path):
    rows = (result("1"), limit("Not Detected", "800", 2, "ug/l"))
    units = [(one.unit, one.points.value) for one in listed(tmp_path, *rows).series]
    assert units == [("mg/l", ["1"]), ("ug/L", ["<800"])]


@pytest.mark.parametrize(
    ("code", "clock", "time"),
    [
        ("EST", "12:00:00", "2015-07-01T12:00:00-05:00"),
        ("CDT", "12:00:00", "2015-07-01T12:00:00-05:00"),
        ("AKST", "12:00:00", "2015-07-01T12:00:00-09:00"),
        ("", "12:00:00", "2015-07-01T12:00:00"),
        ("EST", "", "2015-07-01"),
    ],
)
def test_clocks_become_offsets(tmp_path, code, clock, time):
    names = {
        "ActivityStartTime/TimeZoneCode": code,
        "ActivityStartTime/Time": clock,
    }
    (one,) = listed(tmp_path, result("1", **names)).series
    assert one.points.time == [time]


def test_an_unknown_clock_is_pointed_at(tmp_path):
    found = listed(tmp_path, result("1", **{"ActivityStartTime/TimeZoneCode": "XST"}))
    assert [one.value for one in found.notices] == ["XST"]


def test_fraction_method_and_depth_tell_series_apart(tmp_path):
    rows = (
        result("1"),
        result("2", ResultSampleFractionText="Total"),
        result("3", **{"ActivityDepthHeightMeasure/MeasureValue": "5"}),
        result("4", **{"ActivityDepthHeightMeasure/MeasureValue": "9"}),
    )
    found = listed(tmp_path, *rows).series
    assert [one.procedure for one in found] == [
        "Dissolved",
        "Dissolved; offset 5",
        "Dissolved; offset 9",
        "Total",
    ]
    assert found[0].quantities == ("Chloride, Dissolved", "Chloride")


def test_a_blank_is_not_taken_for_the_water_of_the_place(tmp_path):
    blank = result("0", 2, ActivityTypeCode="Quality Control Sample-Field Blank")
    reading = read_file(write(tmp_path, result("1"), blank), RECIPE)
    assert reading.observations["value"].to_pylist() == [1.0]
    assert any("leaves out" in one.reason for one in reading.notices)


def test_a_comment_over_several_lines_does_not_break_the_row(tmp_path):
    rows = (result("1", ResultCommentText='two\nlines, "quoted"'), result("2", 2))
    (one,) = listed(tmp_path, *rows).series
    assert one.points.value == ["1", "2"]


def test_nitrate_of_unknown_speciation_is_not_named(tmp_path):
    base = {**OLD, "MethodSpecificationName": ""}
    rows = [
        result("1", CharacteristicName="Nitrate", MethodSpecificationName=said)
        for said in ("", "as N", "as NO3")
    ]
    found = listed(tmp_path, *rows, base=base).series
    assert [one.observed_property for one in found] == [
        *("", "nitrate-as-nitrogen", "nitrate")
    ]


def test_sites_are_places_in_their_datum(tmp_path):
    base = {
        "OrganizationIdentifier": "O",
        "MonitoringLocationIdentifier": "O-1",
        "MonitoringLocationName": "A pond",
        "MonitoringLocationTypeName": "Lake, Reservoir, Impoundment",
        "LatitudeMeasure": "39.2",
        "LongitudeMeasure": "-74.95",
        "HorizontalCoordinateReferenceSystemDatumName": "NAD83",
        "VerticalMeasure/MeasureValue": "5",
        "VerticalMeasure/MeasureUnitCode": "feet",
        "VerticalCoordinateReferenceSystemDatumName": "NGVD29",
    }
    unknown = {
        "MonitoringLocationIdentifier": "O-2",
        "HorizontalCoordinateReferenceSystemDatumName": "UNKWN",
    }
    first, second = listed(tmp_path, base, unknown, base=base).series
    assert (first.crs, first.x, first.y, first.kind) == (
        *("EPSG:4269", "-74.95", "39.2", "lake"),
    )
    assert (float(first.elevation), first.vertical_datum) == (1.524, "NGVD29")
    # Of an unknown datum the position is kept as it was written, and not used.
    assert (second.x, second.attributes["latitude"]) == ("", "39.2")


def test_limits_without_dates_are_no_observations(tmp_path):
    base = {
        "OrganizationIdentifier": "O",
        "MonitoringLocationIdentifier": "O-1",
        "CharacteristicName": "Chloride",
        LIMIT: "0.8",
    }
    found = listed(tmp_path, base, base=base)
    assert [one.points.value for one in found.series] == [[]]
    assert "1 detection limits without a date" in found.notices[0].reason


def test_what_is_no_such_table_is_refused_by_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"2\n')
    with pytest.raises(NotAcceptable, match=r"a\.csv"):
        list_series(path, TableLayout())


def test_a_file_is_told_by_its_headings():
    assert is_wqp(",".join(OLD).encode(), "x")
    assert is_wqp(b'"Org_Identifier","Location_Identifier","a"\n', "x")
    assert not is_wqp(b"site,MonitoringLocationIdentifierX\n", "wqp.csv")


def test_milligrams_of_nitrogen_and_of_nitrate_are_two_series(tmp_path):
    rows = [
        {"CharacteristicName": "Nitrate", "ResultMeasureValue": value, UNIT: unit}
        for value, unit in (("1", "mg/l as N"), ("4.43", "mg/l NO3"))
    ]
    series = list_series(write(tmp_path, *rows), TableLayout()).series
    assert [(s.unit, s.points.value) for s in series] == [
        ("mg/l as N", ["1"]),
        ("mg/l NO3", ["4.43"]),
    ]
