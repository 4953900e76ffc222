"""WaterML 1.0 and 1.1: methods, censor codes, clocks, SOAP, hostile XML."""

from datetime import datetime
from html import escape

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.waterml1 import is_waterml1, list_series
from waternet.observation.vocabulary import Censor, Status

RECIPE = Recipe.from_toml(
    """
format = "waterml1"
dataset = "d"
[[value]]
column = "NO3"
observed_property = "nitrate-as-nitrogen"
unit = "mg/L"
"""
)


def answer(values, site="", variable="", version="1.1"):
    return (
        f'<timeSeriesResponse xmlns="http://www.cuahsi.org/waterML/{version}/">'
        "<timeSeries><sourceInfo><siteName>At the bridge</siteName>"
        f'<siteCode network="n">S1</siteCode>{site}</sourceInfo>'
        '<variable><variableCode vocabulary="v">NO3</variableCode>'
        "<variableName>Nitrogen, nitrate (NO3)</variableName>"
        f"<noDataValue>-9999</noDataValue>{variable}</variable>"
        f"{values}</timeSeries></timeSeriesResponse>"
    )


def value(text, day=1, **attributes):
    given = {"dateTime": f"2015-07-{day:02d}T12:00:00", "timeOffset": "+03:00"}
    written = " ".join(f'{key}="{one}"' for key, one in (given | attributes).items())
    return f"<value {written}>{text}</value>"


def write(folder, text):
    path = folder / "answer.xml"
    path.write_text(text, encoding="utf-8")
    return path


def listed(folder, text):
    return list_series(write(folder, text), TableLayout()).series


def test_a_local_time_and_its_offset_make_one_instant(tmp_path):
    made = answer(f"<values>{value('1')}</values>")
    (row,) = read_file(write(tmp_path, made), RECIPE).observations.to_pylist()
    assert (row["time"], row["offset"]) == (datetime(2015, 7, 1, 9), 180)


def test_censor_codes_are_limits_and_an_unknown_one_is_refused(tmp_path):
    codes = ("nc", "lt", "gt", "nd", "odd")
    values = [value("0.05", day, censorCode=code) for day, code in enumerate(codes, 1)]
    reading = read_file(
        write(tmp_path, answer(f"<values>{''.join(values)}</values>")), RECIPE
    )
    assert reading.observations["censor"].to_pylist() == [
        *(Censor.NONE, Censor.BELOW, Censor.ABOVE, Censor.BELOW)
    ]
    assert [(one.row, one.lost) for one in reading.rejects] == [(5, 1)]


def test_the_document_s_own_sentinel_is_missing_however_it_is_written(tmp_path):
    made = answer(
        f"<values>{value('-9999.0')}{value('-9999', 2)}{value('0', 3)}</values>"
    )
    reading = read_file(write(tmp_path, made), RECIPE)
    assert (reading.counts["missing"], reading.counts["observations"]) == (2, 1)


def test_blocks_of_values_by_several_methods_are_several_series(tmp_path):
    blocks = "".join(
        f"<values>{value(str(number))}<method methodID='{number}'>"
        f"<methodDescription>{name}</methodDescription></method></values>"
        for number, name in ((1, "upper sensor"), (2, "lower sensor"))
    )
    found = listed(tmp_path, answer(blocks))
    assert [(one.procedure, one.points.value) for one in found] == [
        ("upper sensor", ["1"]),
        ("lower sensor", ["2"]),
    ]


def test_values_that_name_their_method_and_level_are_told_apart(tmp_path):
    values = (
        value("1", methodCode="7", qualityControlLevelCode="0")
        + value("2", methodCode="7", qualityControlLevelCode="1")
        + "<method methodID='3'><methodCode>7</methodCode>"
        "<methodDescription>dip</methodDescription></method>"
    )
    found = listed(tmp_path, answer(f"<values>{values}</values>"))
    assert [one.procedure for one in found] == [
        "dip; quality level 0",
        "dip; quality level 1",
    ]


def test_remark_codes_of_the_usgs_say_the_status(tmp_path):
    values = value("1", 1, qualifiers="A") + value("2", 2, qualifiers="P,e")
    (one,) = listed(tmp_path, answer(f"<values>{values}</values>"))
    assert one.points.status == ["approved", "estimated"]
    assert one.points.qualifier == ["A", "P e"]
    rows = read_file(
        write(tmp_path, answer(f"<values>{values}</values>")), RECIPE
    ).observations.to_pylist()
    assert [row["status"] for row in rows] == [Status.APPROVED, Status.ESTIMATED]


@pytest.mark.parametrize(
    ("keeps", "zone"), [("true", "America/Chicago"), ("false", "-06:00")]
)
def test_times_without_offset_are_by_the_site_s_clock(tmp_path, keeps, zone):
    site = (
        f'<timeZoneInfo siteUsesDaylightSavingsTime="{keeps}">'
        '<defaultTimeZone zoneOffset="-06:00" zoneAbbreviation="CST"/>'
        '<daylightSavingsTimeZone zoneOffset="-05:00" zoneAbbreviation="CDT"/>'
        "</timeZoneInfo>"
    )
    made = answer(f"<values>{value('1', timeOffset='')}</values>", site)
    (one,) = listed(tmp_path, made)
    assert (one.zone, one.points.time) == (zone, ["2015-07-01T12:00:00"])


def test_a_site_says_where_it_is_and_in_which_system(tmp_path):
    site = (
        '<geoLocation><geogLocation srs="EPSG:4269"><latitude>31.9</latitude>'
        "<longitude>35.9</longitude></geogLocation></geoLocation>"
        "<elevation_m>-9999</elevation_m><verticalDatum>MSL</verticalDatum>"
        '<siteProperty name="Site Type">Well</siteProperty>'
    )
    (one,) = listed(tmp_path, answer(f"<values>{value('1')}</values>", site))
    assert (one.x, one.y, one.crs) == ("35.9", "31.9", "EPSG:4269")
    assert (one.elevation, one.kind) == ("", "well")


def test_version_1_0_has_its_unit_and_its_interval_elsewhere(tmp_path):
    variable = (
        '<units unitsAbbreviation="cfs" unitsCode="35">cubic feet per second</units>'
        "<dataType>Average</dataType><timeSupport isRegular='true'><unit>"
        "<UnitDescription>day</UnitDescription></unit><timeInterval>1</timeInterval>"
        "</timeSupport>"
    )
    made = answer(f"<values>{value('1')}</values>", "", variable, "1.0")
    (one,) = listed(tmp_path, made)
    assert (one.unit, one.ucum) == ("cfs", "[ft_i]3/s")
    assert (one.statistic, one.interval) == ("mean", "P1D")


@pytest.mark.parametrize(
    ("speciation", "expected"),
    [("N", "nitrate-as-nitrogen"), ("NO3", "nitrate"), ("Unknown", "")],
)
def test_a_nitrate_is_named_by_what_its_mass_is_expressed_as(
    tmp_path, speciation, expected
):
    variable = f"<speciation>{speciation}</speciation>"
    (one,) = listed(tmp_path, answer(f"<values>{value('1')}</values>", "", variable))
    assert one.observed_property == expected


def test_an_answer_that_soap_carries_as_text_is_read_too(tmp_path):
    inside = escape('<?xml version="1.0" encoding="utf-16"?>') + escape(
        answer(f"<values>{value('1')}</values>")
    )
    made = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soap:Body><GetValuesResponse><GetValuesResult>"
        f"{inside}</GetValuesResult></GetValuesResponse></soap:Body></soap:Envelope>"
    )
    (one,) = listed(tmp_path, made)
    assert (one.feature, one.points.value) == ("S1", ["1"])
    assert is_waterml1(made.encode(), "answer.xml")


def test_an_entity_inside_the_carried_text_is_refused(tmp_path):
    inside = escape('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    made = f"<Envelope><GetValuesResult>{inside}</GetValuesResult></Envelope>"
    with pytest.raises(NotAcceptable, match="not safe XML"):
        listed(tmp_path, made)


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a>", "<a/>", "a,b\n"]
)
def test_what_is_no_answer_is_refused_by_name(tmp_path, text):
    with pytest.raises(NotAcceptable, match=r"answer\.xml"):
        listed(tmp_path, text)


def test_a_file_is_told_by_its_root_and_its_names():
    assert is_waterml1(answer("").encode(), "x")
    assert not is_waterml1(b"<wml2:Collection xmlns:wml2='...'/>", "x")
    assert not is_waterml1(b"url,http://www.cuahsi.org/waterML/1.1/\n", "x.csv")
