"""WaterML 1.1 as it is written: what stands where, by the schema's own names."""

import io
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import pytest

from waternet.formats.series_writing import WrittenSeries
from waternet.formats.waterml1_writing import (
    WrittenSite,
    write_sites,
    write_time_series,
    write_variables,
)
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Grade, Status

NITRATE = Datastream("d", "W1", "nitrate", "mg/L", procedure="lab", zone="Asia/Amman")
WELL = Place("W1", "well", {"ar": "بئر"}, Position(35.9, 31.9, "EPSG:4326", 35.9, 31.9))
NAMES = {"w": "http://www.cuahsi.org/waterML/1.1/"}


def figures(values, **columns):
    count = len(values)
    return in_order(
        make_table(
            datastream=[NITRATE.name] * count,
            time=[datetime(2015, 7, day) for day in range(1, count + 1)],
            value=values,
            **columns,
        )
    )


def written(rows, **said):
    sink = io.BytesIO()
    write_time_series([WrittenSeries(NITRATE, WELL, rows, **said)], sink, {})
    return ElementTree.fromstring(sink.getvalue())


def texts(root, path):
    return [one.text for one in root.findall(f".//{path}", NAMES)]


def test_remarks_are_the_sources_own_then_status_and_bad_grades():
    rows = figures(
        [1.0, 2.0, 3.0],
        qualifier=["A, e", None, None],
        status=[int(Status.MEASURED), int(Status.ESTIMATED), int(Status.MEASURED)],
        grade=[int(Grade.GOOD), int(Grade.GOOD), int(Grade.SUSPECT)],
    )
    root = written(rows)
    values = root.findall(".//w:value", NAMES)
    assert [one.get("qualifiers") for one in values] == ["A e", "estimated", "suspect"]
    assert texts(root, "w:qualifierCode") == ["A", "e", "estimated", "suspect"]


@pytest.mark.parametrize(
    ("grades", "level"),
    [((Grade.GOOD, Grade.GOOD), "1"), ((Grade.GOOD, Grade.UNCHECKED), "0")],
)
def test_only_what_was_checked_throughout_is_quality_controlled(grades, level):
    root = written(figures([1.0, 2.0], grade=[int(grade) for grade in grades]))
    assert texts(root, "w:qualityControlLevelCode") == [level]


def test_no_value_is_taken_for_none():
    assert texts(written(figures([1.0])), "w:noDataValue") == ["-9999"]
    assert texts(written(figures([-9999.0])), "w:noDataValue") == ["-99999"]


def test_a_quantity_has_cuahsis_name_where_it_has_one():
    # ODM's vocabulary: the name, and apart from it as what the mass is expressed.
    root = written(figures([1.0]))
    assert texts(root, "w:variableName") == ["Nitrogen, nitrate (NO3)"]
    assert texts(root, "w:speciation") == ["NO3"]


def test_a_clock_is_told_by_its_standard_time():
    # Amman kept summer time until 2022, and UTC+3 since.
    (zone,) = written(figures([1.0])).findall(".//w:defaultTimeZone", NAMES)
    assert zone.attrib == {"zoneOffset": "+03:00", "zoneAbbreviation": "Asia/Amman"}


def test_letters_that_xml_forbids_and_markup_do_no_harm():
    rows = figures([1.0], qualifier=['<a&"\x00>'])
    root = written(rows, party="jordan", citation=("<b> & Co.",))
    (value,) = root.findall(".//w:value", NAMES)
    assert value.get("qualifiers") == '<a&"\ufffd>'
    assert texts(root, "w:citation") == ["<b> & Co."]


def test_a_variable_of_two_stations_is_listed_once():
    other = replace(NITRATE, feature="W2")
    daily = replace(NITRATE, statistic="mean", interval="P1D")
    sink = io.BytesIO()
    write_variables([NITRATE, other, daily], sink, {"variable": "x"})
    root = ElementTree.fromstring(sink.getvalue())
    assert texts(root, "w:variableCode") == ["nitrate.instant.PT0S", "nitrate.mean.P1D"]
    assert texts(root, "w:dataType") == ["Sporadic", "Average"]
    assert texts(root, "w:timeSupport") == ["0", "1"]


def test_a_site_without_a_position_is_a_site_all_the_same():
    bare = replace(WELL, position=None)
    sink = io.BytesIO()
    site = WrittenSite("jordan", bare, "UTC")
    write_sites([site], sink, "GetSites", {})
    root = ElementTree.fromstring(sink.getvalue())
    assert texts(root, "w:siteName") == ["بئر"]
    assert root.findall(".//w:latitude", NAMES) == []
