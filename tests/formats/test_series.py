"""Series documents and recipes: clocks, units and procedures that do not agree."""

from datetime import datetime

import pytest

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe

LOG = '"Plot Title: W7"\n"#","Date Time, GMT+02:00","Temp, °C (LGR S/N: 1)"\n'
LOG += "1,07/01/2015 12:00:00,21.5\n2,07/15/2015 12:00:00,22\n"
HOBO = """
format = "hobo"
dataset = "d"
[time]
zone = "Asia/Jerusalem"
[[value]]
column = "Temp"
observed_property = "water-temperature"
unit = "Cel"
"""
STREAM = """
format = "odm"
dataset = "d"
[[value]]
column = "Q"
observed_property = "discharge"
unit = "m3/s"
"""
HEADINGS = (
    "DataValue,LocalDateTime,UTCOffset,SiteCode,VariableCode,DataType,TimeSupport,"
    "TimeSupportUnitsName,VariableUnitsAbbreviation,MethodDescription\n"
)


def read(folder, text, recipe, name="a.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    reading = read_file(path, Recipe.from_toml(recipe))
    counts = reading.counts
    lost = sum(reject.lost for reject in reading.rejects)
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    return reading


def row(value, time="2015-07-01 12:00:00", unit="m3/s", method="a", site="S1"):
    return f"{value},{time},0,{site},Q,Sporadic,0,second,{unit},{method}\n"


def test_a_logger_s_own_clock_keeps_no_summer_time(tmp_path):
    # By the wall clock of Jerusalem, noon of 1 July is 09:00 UTC; by GMT+2 it is 10:00.
    rows = read(tmp_path, LOG, HOBO).observations.to_pylist()
    assert rows[0]["time"] == datetime(2015, 7, 1, 10)
    assert rows[0]["offset"] == 120


def test_a_clock_that_the_document_does_not_state_is_the_recipe_s(tmp_path):
    text = LOG.replace(", GMT+02:00", "")
    rows = read(tmp_path, text, HOBO).observations.to_pylist()
    assert rows[0]["time"] == datetime(2015, 7, 1, 9)


@pytest.mark.parametrize("unit", ["ft3/s", "cfs", "L/s"])
def test_figures_in_another_unit_than_the_recipe_s_are_refused(tmp_path, unit):
    reading = read(tmp_path, HEADINGS + row(1) + row(2, unit=unit, site="S2"), STREAM)
    assert reading.observations["value"].to_pylist() == [1.0]
    (reject,) = reading.rejects
    assert (reject.value, reject.lost) == (unit, 1)
    assert "'m3/s'" in reject.expected


def test_a_recipe_may_say_that_the_document_s_unit_is_wrong(tmp_path):
    recipe = STREAM + 'written_unit = "cfs"\n'
    reading = read(tmp_path, HEADINGS + row(1, unit="cfs"), recipe)
    assert reading.observations["value"].to_pylist() == [1.0]


def test_two_ways_of_writing_one_unit_are_one(tmp_path):
    text = HEADINGS + row(1, unit="cms") + row(2, unit="m3/sec", site="S2")
    reading = read(tmp_path, text, STREAM)
    assert reading.counts["observations"] == 2


def test_two_procedures_that_become_one_datastream_are_pointed_at(tmp_path):
    later = row(2, "2015-07-02 12:00:00", method="radar")
    text = HEADINGS + row(1, method="float") + later
    reading = read(tmp_path, text, STREAM)
    assert reading.counts["observations"] == 2
    (notice,) = [each for each in reading.notices if each.column == "procedure"]
    assert "'float', 'radar'" in notice.reason
    assert (notice.row, notice.lost) == (3, 0)


def test_procedures_told_apart_by_the_recipe_need_no_notice(tmp_path):
    text = HEADINGS + row(1, method="float") + row(2, method="radar")
    part = STREAM.partition("[[value]]")[2]
    recipe = STREAM + "procedure = 'float'\nwhen = { procedure = 'float' }\n"
    recipe += "[[value]]" + part
    recipe += "procedure = 'radar'\nwhen = { procedure = 'radar' }\n"
    reading = read(tmp_path, text, recipe)
    assert len(reading.datastreams) == 2
    assert not [each for each in reading.notices if each.column == "procedure"]


def test_procedures_at_two_places_need_no_notice(tmp_path):
    text = HEADINGS + row(1, method="float") + row(2, method="radar", site="S2")
    reading = read(tmp_path, text, STREAM)
    assert reading.counts["datastreams"] == 2
    assert not [each for each in reading.notices if each.column == "procedure"]
