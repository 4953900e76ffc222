"""Text files as they come: encodings, comments, blanks, headings that drift."""

import pytest
from formats.text_tables import RECIPE, read, rejected, values

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe


@pytest.mark.parametrize(
    ("written", "stated", "says"),
    [
        ("utf-16", "utf-8", "mark of utf-16"),
        ("utf-16", "cp1256", "mark of utf-16"),
        ("utf-8-sig", "cp1256", "mark of utf-8"),
        ("utf-8-sig", "utf-16", "mark of utf-8"),
        ("utf-8", "utf-16", "no byte at its start is zero"),
    ],
)
def test_a_file_that_says_its_encoding_is_believed(tmp_path, written, stated, says):
    text = "station,time,level\nA,2015-01-01,1\n"
    with pytest.raises(NotAcceptable, match=says) as refused:
        read(tmp_path, text, encoding=written, table=f'encoding = "{stated}"')
    assert "[table] encoding" in refused.value.hint


def test_text_in_the_wrong_code_page_is_repaired_on_request(tmp_path):
    # 'قضاء' and 'بئر' as bytes of cp1256, read as cp1252 and saved as UTF-8.
    heading, name = (text.encode("cp1256").decode("cp1252") for text in ("قضاء", "بئر"))
    assert heading == "ÞÖÇÁ"
    text = f"station,time,level,{heading}\nA,2015-01-01,1,{name}\nB,2015-01-01,2,عمان\n"
    reading = read(
        tmp_path,
        text,
        table='mojibake = "cp1256"',
        station='name_columns = { ar = "قضاء" }',
    )
    assert [place.names["ar"] for place in reading.places] == ["بئر", "عمان"]


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_file_with_headings_alone_has_no_rows(tmp_path, ending):
    reading = read(tmp_path, "station,time,level" + ending)
    assert (reading.counts["rows"], values(reading), reading.rejects) == (0, [], ())


def test_comments_are_no_rows_wherever_they_stand(tmp_path):
    text = (
        "# a logger's own words, with one quotation mark: \"\nstation,time,level\n"
        'A,2015-01-01,1\n# battery changed\n"A\n#1",2015-01-01,5\nA,2015-01-03,x\n'
    )
    reading = read(tmp_path, text, table='comment = "#"')
    assert values(reading) == [1.0]
    assert rejected(reading) == [(5, "station", "A\n#1"), (7, "level", "x")]


def test_rows_are_counted_without_comments(tmp_path):
    text = "# one\ntitle\n# two\nstation,time,level\nm\nA,2015-01-01,1\nsum,,1\n"
    table = 'comment = "#"\nheader_row = 2\nfirst_row = 4\nlast_row = 4'
    reading = read(tmp_path, text, table=table)
    assert (values(reading), reading.rejects) == ([1.0], ())


def test_what_stands_below_the_last_row_is_not_read(tmp_path):
    text = "station,time,level\nA,2015-01-01,1\nA,2015-01-02,2\nmean,,1.5\n"
    reading = read(tmp_path, text, table="last_row = 3")
    assert (values(reading), reading.rejects) == ([1.0, 2.0], ())


def test_columns_may_be_kept_apart_by_any_number_of_blanks(tmp_path):
    text = (
        "  station    time       level\n  A   2015-01-01     1.50\n"
        '  B\t2015-01-02   -2\n  "C 1" 2015-01-03  3\n  D 2015-01-04\n'
    )
    reading = read(tmp_path, text, table='delimiter = " "')
    assert values(reading) == [1.5, -2.0]
    assert rejected(reading) == [(4, "station", "C 1"), (5, "", "D 2015-01-04")]


def test_tabs_keep_blank_cells_apart(tmp_path):
    text = "station\ttime\tlevel\nA\t2015-01-01\t\nA\t2015-01-02\t2\n"
    reading = read(tmp_path, text, table='delimiter = "\\t"')
    assert (values(reading), reading.counts["missing"]) == ([2.0], 1)


def test_a_layout_that_drifted_is_read_and_pointed_at(tmp_path):
    table = 'headings = ["time", "station", "level", "remark"]'
    text = "station,time,level,battery\nA,2015-01-01,1,3.6\n"
    reading = read(tmp_path, text, table=table)
    assert values(reading) == [1.0]
    assert [(n.column, n.reason.split(" when ")[0]) for n in reading.notices] == [
        ("battery", "a column that was not there"),
        ("remark", "this column was there"),
        ("station", "columns stand in another order than"),
    ]


def test_a_layout_as_it_was_gives_no_notice(tmp_path):
    table = 'headings = ["station", "time ", "level"]'
    reading = read(tmp_path, "station,time,level\nA,2015-01-01,1\n", table=table)
    assert not reading.notices


def test_new_years_of_a_wide_grid_are_no_drift(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("well,2014,2015,kind\nA,1,2,x\n")
    recipe = (
        RECIPE.format(
            table='headings = ["well", "2013", "2014"]',
            station="",
            time='headings = "YYYY"',
            value='statistic = "total"\ninterval = "P1Y"',
        )
        .replace('column = "time"\n', "")
        .replace('column = "level"\n', "")
    )
    recipe = recipe.replace("groundwater-level", "groundwater-abstraction")
    recipe = recipe.replace('"station"', '"well"').replace('"m"', '"m3/a"')
    reading = read_file(path, Recipe.from_toml(recipe))
    assert values(reading) == [1.0, 2.0]
    assert [notice.column for notice in reading.notices] == ["kind"]


@pytest.mark.parametrize(
    ("after", "text", "value"),
    [
        ('["m"]', "12.5 m", 12.5),
        ('["مم"]', "1,234 مم", 1234.0),
        ('["م"]', "١٢٫٥ م", 12.5),
        ('["m3/s"]', "3.2m3/s", 3.2),
        ('["º"]', "35.1\u00a0º", 35.1),
        ('["*"]', "7*", 7.0),
    ],
)
def test_units_inside_of_cells_are_taken_off(tmp_path, after, text, value):
    table = f'after_number = {after}\nthousands = ","\ndelimiter = ";"'
    reading = read(tmp_path, f"station;time;level\nA;2015-01-01;{text}\n", table=table)
    assert values(reading) == [value]


def test_a_minus_behind_the_number_is_a_minus(tmp_path):
    text = "station,time,level\nA,2015-01-01,12.50-\nA,2015-01-02,-1-\n"
    reading = read(tmp_path, text)
    assert values(reading) == [-12.5]
    assert rejected(reading) == [(3, "level", "-1-")]


def test_two_quantities_with_a_date_column_each_are_two_parts(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(
        "id,d1,level,d2,depth\nA,2015-01-01,5,2015-01-02,7\nA,,,2015-01-03,8\n"
    )
    recipe = Recipe.from_toml(
        'format = "delimited"\ndataset = "d"\n[station]\ncolumn = "id"\nkind = "well"\n'
        '[time]\nzone = "UTC"\n[every_value]\nunit = "m"\n'
        '[[part]]\ntime = { column = "d1" }\n[[part.value]]\ncolumn = "level"\n'
        'observed_property = "groundwater-level"\n'
        '[[part]]\ntime = { column = "d2" }\n[[part.value]]\ncolumn = "depth"\n'
        'observed_property = "depth-to-groundwater"\n'
    )
    reading = read_file(path, recipe)
    assert sorted(values(reading)) == [5.0, 7.0, 8.0]
    assert (reading.counts["cells"], reading.counts["missing"]) == (4, 1)
    assert len(reading.places) == 1
