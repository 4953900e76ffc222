"""Text tables: every cell is kept, missing, or reported with its line."""

from datetime import datetime

import pytest
from formats.text_tables import RECIPE, read, rejected, values

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.observation.vocabulary import Censor, Status


def test_a_bad_cell_is_reported_with_its_line_and_the_good_rows_go_on(tmp_path):
    text = "station,time,level\nA,2015-01-01,1.5\nA,2015-01-02,1.5m\nA,2015-01-03,2\n"
    reading = read(tmp_path, text)
    assert values(reading) == [1.5, 2.0]
    [reject] = reading.rejects
    assert (reject.file, reject.row, reject.column) == ("file.csv", 3, "level")
    assert (reject.value, reject.reason) == ("1.5m", "not a number")
    assert reject.expected == "a number such as 12.5"


@pytest.mark.parametrize(
    "text", ["NaN", "nan", "inf", "-Infinity", "1e400", "0x10", "1_0"]
)
def test_what_is_no_finite_decimal_number_is_rejected(tmp_path, text):
    reading = read(tmp_path, f"station,time,level\nA,2015-01-01,{text}\n")
    assert rejected(reading) == [(2, "level", text)]


def test_blank_and_sentinel_are_missing_and_zero_is_zero(tmp_path):
    text = (
        "station,time,level\nA,2015-01-01,0\nA,2015-01-02,\nA,2015-01-03,-999\n"
        "A,2015-01-04,-999.00\nA,2015-01-05,_\n"
    )
    reading = read(tmp_path, text, table='missing = ["-999", "_"]')
    assert values(reading) == [0.0]
    assert reading.counts["missing"] == 4
    assert not reading.rejects


def test_a_sentinel_of_one_column_is_a_figure_in_another(tmp_path):
    text = "station,time,level,depth\nA,2015-01-01,-1,-1\n"
    more = 'missing = ["-1"]\n[[value]]\ncolumn = "depth"\nunit = "m"\n'
    more += 'observed_property = "depth-to-groundwater"'
    reading = read(tmp_path, text, value=more)
    assert reading.observations["datastream"].to_pylist() == [
        "A/depth-to-groundwater/instant/PT0S/unspecified"
    ]


def test_limits_keep_their_signs(tmp_path):
    text = "station,time,level\nA,2015-01-01,<0.05\nA,2015-01-02,> 9\nA,2015-01-03,1\n"
    reading = read(tmp_path, text)
    assert values(reading) == [0.05, 9.0, 1.0]
    assert reading.observations["censor"].to_pylist() == [
        Censor.BELOW,
        Censor.ABOVE,
        Censor.NONE,
    ]
    assert reading.counts["censored"] == 2


def test_not_detected_without_a_limit_is_rejected(tmp_path):
    text = "station,time,level,limit\nA,2015-01-01,ND,0.5\nA,2015-01-02,ND,\n"
    reading = read(
        tmp_path, text, table='not_detected = ["ND"]', value='limit_column = "limit"'
    )
    assert values(reading) == [0.5]
    assert [r.reason for r in reading.rejects] == [
        "not detected, but no limit is given"
    ]


@pytest.mark.parametrize(
    ("table", "text", "value"),
    [
        ('decimal = ","\ndelimiter = ";"', "1,5", 1.5),
        ('decimal = ","\nthousands = "."\ndelimiter = ";"', "1.234,5", 1234.5),
        ('thousands = " "\ndelimiter = ";"', "1 234.5", 1234.5),
        ('after_number = ["º"]\ndelimiter = ";"', "35.1051º", 35.1051),
        ('decimal = "٫"\ndelimiter = ";"', "٣٫١٤", 3.14),
        # The Arabic decimal sign is one, whatever the recipe says of others.
        ('delimiter = ";"', "٣٫١٤", 3.14),
        ('decimal = ","\ndelimiter = ";"', "٣٫١٤", 3.14),
        ('delimiter = ";"', "\u22124.02", -4.02),
        ('delimiter = ";"', "0.1", 0.1),
    ],
)
def test_numbers_are_read_as_the_recipe_says_they_are_written(
    tmp_path, table, text, value
):
    reading = read(tmp_path, f"station;time;level\nA;2015-01-01;{text}\n", table=table)
    assert values(reading) == [value]


def test_a_thousands_sign_in_the_wrong_place_is_not_guessed_at(tmp_path):
    text = "station;time;level\nA;2015-01-01;1,5\n"
    table = 'thousands = ","\ndelimiter = ";"'
    assert rejected(read(tmp_path, text, table=table)) == [(2, "level", "1,5")]


def test_a_bad_date_costs_its_row_and_says_how_many_figures(tmp_path):
    text = "station,time,level\nA,30/02/2015,1\nA,2015-01-02,2\n"
    reading = read(tmp_path, text)
    assert values(reading) == [2.0]
    assert [(r.column, r.value, r.lost) for r in reading.rejects] == [
        ("time", "30/02/2015", 1)
    ]


def test_a_row_of_the_wrong_length_is_reported_with_its_line(tmp_path):
    text = 'station,time,level\n"A\nB",2015-01-01,1\nA,2015-01-02\n\nA,2015-01-03,3\n'
    reading = read(tmp_path, text)
    # The first station's name takes lines 2 and 3.
    assert rejected(reading) == [(2, "station", "A\nB"), (4, "", "A,2015-01-02")]
    assert values(reading) == [3.0]


def test_the_same_figure_twice_is_counted_as_repeated(tmp_path):
    text = "station,time,level\nA,2015-01-01,1\nA,2015-01-01,1.0\n"
    reading = read(tmp_path, text)
    assert (values(reading), reading.counts["repeated"]) == ([1.0], 1)
    assert "repeats row 2" in reading.rejects[0].reason


def test_two_figures_at_one_time_keep_the_first_and_name_it(tmp_path):
    text = "station,time,level\nA,2015-01-01,1\nB,2015-01-01,5\nA,2015-01-01,2\n"
    reading = read(tmp_path, text)
    assert (values(reading), reading.counts["repeated"]) == ([1.0, 5.0], 0)
    [reject] = reading.rejects
    assert (reject.row, reject.value) == (4, "2")
    assert "row 2 has 1.0 at the same time" in reject.reason


@pytest.mark.parametrize("encoding", ["cp1255", "utf-8-sig", "utf-16"])
def test_hebrew_names_come_through_every_encoding(tmp_path, encoding):
    text = "station,time,level,name\nA,2015-01-01,1,עין\u00a0גדי\n"
    reading = read(
        tmp_path,
        text,
        encoding=encoding,
        table=f'encoding = "{encoding}"',
        station='name_columns = { he = "name" }',
    )
    assert reading.places[0].names == {"he": "עין גדי"}


def test_direction_marks_are_taken_out_of_a_name_with_a_notice(tmp_path):
    text = "station,time,level,name\nA,2015-01-01,1,الكرك\u200f\n"
    reading = read(tmp_path, text, station='name_columns = { ar = "name" }')
    assert reading.places[0].names == {"ar": "الكرك"}
    [notice] = reading.notices
    assert (notice.row, notice.column) == (2, "name")
    assert "invisible marks" in notice.reason


def test_a_place_that_moves_within_the_file_is_pointed_at(tmp_path):
    text = "station,time,level,x,y\nA,2015-01-01,1,35,32\nA,2015-01-02,1,36,32\n"
    columns = 'x_column = "x"\ny_column = "y"\ncrs = "EPSG:4326"'
    reading = read(tmp_path, text, station=columns)
    assert reading.places[0].position.x == 35.0
    assert [(n.row, n.value) for n in reading.notices] == [(3, "36")]


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        ("500", "95", "EPSG:4326"),
        ("1e30", "5", "EPSG:28192"),
        ("35.5", "", "EPSG:4326"),
    ],
)
def test_coordinates_that_are_nowhere_are_pointed_at(tmp_path, x, y, crs):
    text = f"station,time,level,x,y\nA,2015-01-01,1,,\nB,2015-01-01,1,{x},{y}\n"
    columns = f'x_column = "x"\ny_column = "y"\ncrs = "{crs}"'
    reading = read(tmp_path, text, station=columns)
    assert [place.position for place in reading.places] == [None, None]
    assert [(n.row, n.column) for n in reading.notices] == [(3, "x")]
    assert reading.observations.num_rows == 2


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        ("0", "0", "EPSG:2039"),
        # The Old City of Jerusalem, in a grid whose false northing is another.
        ("222000", "631600", "EPSG:28191"),
        # Easting and northing exchanged.
        ("1131600", "172000", "EPSG:28192"),
    ],
)
def test_coordinates_far_from_their_grid_are_kept_and_pointed_at(tmp_path, x, y, crs):
    text = f"station,time,level,x,y\nB,2015-01-01,1,{x},{y}\n"
    columns = f'x_column = "x"\ny_column = "y"\ncrs = "{crs}"'
    reading = read(tmp_path, text, station=columns)
    assert reading.places[0].position.x == float(x)
    ((row, reason),) = ((n.row, n.reason) for n in reading.notices)
    assert row == 2
    assert f"far from where {crs} is used" in reason


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("well;time;level\nA;2015-01-01;1\n", "is the delimiter in [table] ';'?"),
        ("מספר,time,level\nA,2015-01-01,1\n", "'cp1255' or 'cp1256'"),
        ("PK\x03\x04,x,y\nA,2015-01-01,1\n", "format = 'excel'"),
        ("statoin,time,level\nA,2015-01-01,1\n", "is it 'statoin'?"),
        ("a,b,c\nA,2015-01-01,1\n", "is header_row right?"),
    ],
)
def test_a_file_that_is_laid_out_otherwise_is_met_with_the_likely_cause(
    tmp_path, text, hint
):
    with pytest.raises(NotAcceptable) as caught:
        read(tmp_path, text.encode("cp1255"))
    assert hint in caught.value.hint


def test_an_id_that_cannot_be_one_can_be_mapped(tmp_path):
    text = "station,time,level\nעין גדי,2015-01-01,1\nעין בוקק,2015-01-01,2\n"
    mapped = '[station.ids]\n"עין גדי" = "ein-gedi"'
    reading = read(tmp_path, text, station=mapped)
    assert [place.id for place in reading.places] == ["ein-gedi"]
    assert rejected(reading) == [(3, "station", "עין בוקק")]


def test_codes_become_statuses_and_remarks_stay_as_they_are(tmp_path):
    text = "station,time,level,q\nA,2015-01-01,1,REC  .\nA,2015-01-02,1,\n"
    columns = 'qualifier_column = "q"\nstatus_column = "q"\nstatus = "reported"\n'
    codes = '[status_codes]\n"REC  ." = "provisional"'
    reading = read(tmp_path, text, value=columns + codes)
    rows = reading.observations.to_pylist()
    assert [row["qualifier"] for row in rows] == ["REC  .", None]
    assert [row["status"] for row in rows] == [Status.PROVISIONAL, Status.REPORTED]


def test_an_offset_that_is_written_is_kept(tmp_path):
    text = (
        "station,time,level\nA,2015-01-01T00:00:00Z,1\n"
        "A,2015-01-01T12:00:00+02:00,2\nA,2015-01-02T00:00:00-0330,3\n"
    )
    rows = read(tmp_path, text).observations.to_pylist()
    assert [(row["time"], row["offset"]) for row in rows] == [
        (datetime(2015, 1, 1), 0),
        (datetime(2015, 1, 1, 10), 120),
        (datetime(2015, 1, 2, 3, 30), -210),
    ]


def test_the_quick_way_and_the_careful_way_agree(tmp_path):
    good = "".join(
        f"W{w},2015-0{m}-15T06:30:00Z,{w}.{m}\n" for w in (2, 1) for m in range(1, 9)
    )
    quick = read(tmp_path, "station,time,level\n" + good)
    careful = read(tmp_path, "station,time,level\n" + good + "W1,bad,\n")
    assert quick.observations.equals(careful.observations)
    assert quick.places == careful.places


def test_headings_further_down_and_first_row_of_figures(tmp_path):
    text = "Wells of 2015\n\nstation,time,level\n-,-,m\nA,2015-01-01,1\n"
    reading = read(tmp_path, text, table="header_row = 3\nfirst_row = 5")
    assert (values(reading), rejected(reading)) == ([1.0], [])


def test_a_column_that_is_not_there_is_named_with_what_there_is(tmp_path):
    with pytest.raises(NotAcceptable, match="no column 'level'; there are") as error:
        read(tmp_path, "station,time,levels\nA,2015-01-01,1\n")
    assert error.value.hint == "is it 'levels'?"


def test_two_columns_of_one_heading_are_not_chosen_between(tmp_path):
    with pytest.raises(NotAcceptable, match="two columns are headed 'level'"):
        read(tmp_path, "station,time,level,level\nA,2015-01-01,1,2\n")


def test_rows_of_quantities_that_the_recipe_leaves_out_are_pointed_at(tmp_path):
    text = "station,time,level,what\nA,2015-01-01,1,stage\nA,2015-01-01,2,other\n"
    reading = read(tmp_path, text, value='when = { what = "stage" }')
    assert values(reading) == [1.0]
    assert "1 rows from here on" in reading.notices[0].reason


def test_a_cell_of_a_million_characters_is_refused(tmp_path):
    text = f"station,time,level\nA,2015-01-01,{'9' * 1_000_001}\n"
    with pytest.raises(NotAcceptable, match="1,000,001 characters"):
        read(tmp_path, text)


def test_more_columns_than_a_spreadsheet_has_are_refused(tmp_path):
    with pytest.raises(NotAcceptable, match="at most 16,384 are read"):
        read(tmp_path, "station,time,level" + ",x" * 16_384 + "\n")


def test_a_file_without_rows_is_an_empty_reading(tmp_path):
    reading = read(tmp_path, "station,time,level\n")
    assert (reading.observations.num_rows, reading.datastreams) == (0, ())


def test_a_file_that_is_not_there_is_named(tmp_path):
    recipe = Recipe.from_toml(RECIPE.format(table="", station="", time="", value=""))
    with pytest.raises(NotFound, match=r"no file 'none\.csv'"):
        read_file(tmp_path / "none.csv", recipe)
