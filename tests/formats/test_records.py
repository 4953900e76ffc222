"""JSON lists of records."""

import json

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.records import preview_records

RECIPE = (
    'format = "records"\ndataset = "x"\n{table}[station]\nid = "a"\nkind = "lake"\n'
    '[time]\ncolumn = "date"\nzone = "UTC"\n'
    '[[value]]\ncolumn = "level"\nobserved_property = "lake-level"\nunit = "m"\n'
)


def read(folder, document, table=""):
    file = folder / "levels.json"
    text = document if isinstance(document, str) else json.dumps(document)
    file.write_text(text)
    return read_file(file, Recipe.from_toml(RECIPE.format(table=table)))


def test_a_record_that_says_a_thing_twice_is_refused(tmp_path):
    text = '[{"date": "2015-01-01", "level": 1, "level": 2}]'
    with pytest.raises(NotAcceptable, match="'level' twice"):
        read(tmp_path, text)


def test_numbers_as_text_with_blanks_are_numbers(tmp_path):
    rows = [{"date": "2015-01-01 ", "level": " -1.50  "}, {"date": "2015-01-02"}]
    reading = read(tmp_path, rows)
    assert reading.observations["value"].to_pylist() == [-1.5]
    assert reading.counts["missing"] == 1


def test_a_number_is_the_float_nearest_to_what_is_written(tmp_path):
    text = '[{"date": "2015-01-01", "level": 0.1000000000000000055511151231257827}]'
    assert read(tmp_path, text).observations["value"].to_pylist() == [0.1]


@pytest.mark.parametrize("level", ["NaN", "Infinity", "1e999", "true", "[1]"])
def test_what_is_no_number_is_rejected_with_its_record(tmp_path, level):
    text = f'[{{"date": "2015-01-01", "level": {level}}}]'
    assert [reject.row for reject in read(tmp_path, text).rejects] == [1]


def test_objects_inside_of_records_are_columns(tmp_path):
    rows = [{"date": "2015-01-01", "gauge": {"level": 1.5, "grade": "A"}}]
    text = RECIPE.format(table="").replace('"level"', '"gauge.level"')
    file = tmp_path / "levels.json"
    file.write_text(json.dumps(rows))
    reading = read_file(file, Recipe.from_toml(text))
    assert reading.observations["value"].to_pylist() == [1.5]


def test_a_list_of_lists_has_its_headings_first(tmp_path):
    rows = [["date", "level"], ["2015-01-01", 1], ["2015-01-02", "x"], ["2015-01-03"]]
    reading = read(tmp_path, rows)
    assert reading.observations["value"].to_pylist() == [1.0]
    assert [reject.row for reject in reading.rejects] == [2]
    assert reading.counts["missing"] == 1


def test_where_the_records_are_is_named_when_the_recipe_does_not_say(tmp_path):
    answer = {
        "success": True,
        "result": {"records": [{"date": "2015-01-01", "level": 1}]},
    }
    with pytest.raises(NotAcceptable) as refused:
        read(tmp_path, answer)
    assert "'result.records'" in refused.value.hint
    table = '[table]\nrecords = "result.records"\n'
    assert read(tmp_path, answer | {"x": 1}, table).counts["rows"] == 1


def test_a_preview_finds_the_records_and_the_way_to_them(tmp_path):
    file = tmp_path / "answer.json"
    records = [{"_id": n, "level": f"{n} "} for n in range(5_000)]
    fields = [{"id": "_id", "type": "int"}, {"id": "level", "type": "text"}]
    answer = {"success": True, "result": {"records": records, "fields": fields}}
    file.write_text(json.dumps(answer))
    [first] = preview_records(file, TableLayout())  # fields are about the columns
    assert (first.path, first.headings) == ("result.records", ("_id", "level"))
    assert (first.total_rows, first.rows[0]) == (5_000, (1, ("0", "0 ")))
    assert first.rows[-1][0] == 5_000
    assert len(first.rows) <= 2_000
