"""ODM and HydroServer exports: whose the figures are stands above or beside them.

Layouts: ODMTools Python (export_service), CUAHSI's time series viewer and HydroServer 2
(datastream CSV), as their own sources write them.
"""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.odm import is_odm, list_series
from waternet.formats.recipe import TableLayout

ODM = (
    "SeriesId,ValueId,DataValue,ValueAccuracy,LocalDateTime,UTCOffset,DateTimeUTC,"
    "SiteCode,SiteName,SiteType,Latitude,Longitude,SRSName,VariableCode,VariableName,"
    "Speciation,VariableUnitsName,VariableUnitsAbbreviation,SampleMedium,OffsetValue,"
    "OffsetTypeID,CensorCode,QualifierID,QualifierCode,QualifierDescription,SampleID\n"
)
VIEWER = (
    "# Site Information\n# ---------------\n# Network: n\n# SiteCode: S1\n"
    "# SiteName: At the bridge\n# Latitude: 32.5\n# Longitude: 35.5\n#\n"
    "# Variable Information\n# -------\n# VariableCode: WT\n"
    "# VariableName: Temperature\n"
    "# DataType: Average\n# SampleMedium: Surface Water\n"
    "# VariableUnitsName: degree celsius\n"
    "# VariableUnitsAbbreviation: degC\n# NoDataValue: -9999\n# TimeSupport: 15\n"
    "# TimeSupportUnitsName: minute\n#\n# Method Information\n# ----\n"
    "# MethodDescription: Hydrolab\n#\n"
    "DateTime, TimeOffset, DateTimeUTC, Value, CensorCode, QualifierCode\n"
)
HYDROSERVER = (
    "# =====\n# Site Information:\n# -----\n# Name: At the bridge\n"
    "# SamplingFeatureCode: S1\n# SiteType: Stream\n#\n"
    "# Location Information:\n# -----\n"
    "# Name: Bridge\n# Latitude: 32.5\n# Longitude: 35.5\n# Elevation_m: 12.5\n"
    "# ElevationDatum: MSL\n#\n# Datastream Information:\n# -----\n"
    "# ObservationType: OM_Measurement\n# SampledMedium: Surface Water\n"
    "# NoDataValue: -9999.0\n# AggregationStatistic: Continuous\n"
    "# TimeAggregationInterval: 15.0\n# TimeAggregationIntervalUnit: minutes\n#\n"
    "# Method Information:\n# -----\n# Name: Probe\n#\n"
    "# Observed Property Information:\n# -----\n# Name: Discharge\n"
    "# Definition: None\n# VariableCode: Q\n#\n# Unit Information:\n# -----\n"
    "# Name: Cubic Meters per Second\n# Symbol: m³/s\n# =====\n"
    "ResultTime,Result,ResultQualifiers\n"
)


def listed(folder, text):
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return list_series(path, TableLayout()).series


def row(value, censor="nc", qualifier="", name="Chloride", offset=""):
    return (
        f"1,2,{value},,2015-07-01 12:00:00,3.0,2015-07-01 09:00:00,S1,At the bridge,"
        f"Stream,32.5,35.5,WGS84,CL,{name},Not Applicable,milligrams per liter,mg/L,"
        f"Surface Water,{offset},,{censor},1,{qualifier},,\n"
    )


def test_rows_that_name_their_series_are_read_with_clock_sign_and_remark(tmp_path):
    (one,) = listed(tmp_path, ODM + row("0.5", "lt", "J"))
    assert (one.feature, one.name, one.kind) == ("S1", "At the bridge", "stream-gauge")
    assert (one.observed_property, one.ucum) == ("chloride", "mg/L")
    assert one.points.time == ["2015-07-01T12:00:00+03:00"]
    assert (one.points.value, one.points.qualifier) == (["<0.5"], ["J"])
    assert (one.x, one.y, one.crs) == ("35.5", "32.5", "EPSG:4326")


def test_two_depths_of_one_variable_are_two_series(tmp_path):
    text = ODM + row("1", offset="0.5") + row("2", offset="5")
    assert [one.procedure for one in listed(tmp_path, text)] == [
        "offset 0.5",
        "offset 5",
    ]


def test_a_block_of_metadata_describes_the_rows_below_it(tmp_path):
    rows = "2015-07-01 12:00:00, +03:00, 2015-07-01 09:00:00, 21.50, nc, \n"
    rows += "2015-07-01 12:15:00, +03:00, 2015-07-01 09:15:00, -9999, nc, X\n"
    (one,) = listed(tmp_path, VIEWER + rows)
    assert (one.feature, one.observed_property) == ("S1", "water-temperature")
    assert (one.statistic, one.interval) == ("mean", "PT15M")
    assert (one.points.value, one.procedure) == (["21.50", ""], "Hydrolab")
    assert one.points.time[0] == "2015-07-01T12:00:00+03:00"


def test_hydroserver_2_says_in_each_section_another_name(tmp_path):
    rows = "2015-07-01T09:00:00+00:00,1.25,\n"
    rows += '2015-07-01T09:15:00+00:00,-9999.0,"ICE,EST"\n'
    (one,) = listed(tmp_path, HYDROSERVER + rows)
    assert (one.feature, one.name) == ("S1", "At the bridge")
    assert (one.observed_property, one.ucum) == ("discharge", "m3/s")
    assert (one.elevation, one.vertical_datum) == ("12.5", "MSL")
    assert (one.statistic, one.interval, one.procedure) == ("instant", "PT0S", "Probe")
    assert one.points.value == ["1.25", ""]
    assert one.points.qualifier == ["", "ICE EST"]


def test_an_export_without_rows_is_a_place(tmp_path):
    (one,) = listed(tmp_path, HYDROSERVER)
    assert (one.feature, one.points.time) == ("S1", [])


@pytest.mark.parametrize("text", ["", "# Site Information\n", "a,b\n1,2\n"])
def test_another_table_is_refused_by_name(tmp_path, text):
    with pytest.raises(NotAcceptable, match=r"a\.csv"):
        listed(tmp_path, text)


def test_a_file_is_told_by_its_headings():
    for text in (ODM, VIEWER, HYDROSERVER):
        assert is_odm(text.encode(), "x.csv")
    assert not is_odm(b"ResultTime,Result\n2015-01-01,1\n", "x.csv")


def test_a_column_of_sentinels_makes_its_rows_missing(tmp_path):
    heading = ODM.replace("SampleID", "NoDataValue")
    text = heading + row("-9999").replace(",,\n", ",,-9999\n")
    (one,) = listed(tmp_path, text)
    assert one.points.value == [""]


def test_metadata_made_to_take_for_ever_end(tmp_path):
    told = "# a" + " " * 400_000 + "x1\n"
    (one,) = listed(tmp_path, told + ODM + row("1"))
    assert one.points.value == ["1"]


@pytest.mark.parametrize(
    ("offset", "expected"), [("5.5", "+05:30"), ("-3.5", "-03:30"), ("5.75", "+05:45")]
)
def test_an_offset_of_half_an_hour_is_one(tmp_path, offset, expected):
    # ODM keeps UTCOffset as a number of hours: India, Newfoundland, Nepal.
    (one,) = listed(tmp_path, ODM + row("1").replace(",3.0,", f",{offset},"))
    assert one.points.time == [f"2015-07-01T12:00:00{expected}"]
