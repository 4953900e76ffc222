"""GeoPackages: layers, positions, systems, and databases made to do harm."""

import sqlite3
import struct
from contextlib import closing

import numpy as np
import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.file import read_file
from waternet.formats.geopackage import is_geopackage, preview_geopackage
from waternet.formats.recipe import Recipe, TableLayout

TOML = """
format = "geopackage"
dataset = "wells"
{table}
[station]
column = "well"
kind = "well"
x_column = "x"
y_column = "y"
"""
# As OGC 12-128r18, annex C, has them.
TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT,
    identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME,
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT, m TINYINT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('grid', 28191, 'EPSG', 28191, 'undefined', '');
INSERT INTO gpkg_spatial_ref_sys VALUES ('geo', -1, 'NONE', -1, 'undefined', '');
"""
WELLS = """
CREATE TABLE wells (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom BLOB, well TEXT, depth);
INSERT INTO gpkg_contents (table_name, data_type, srs_id)
    VALUES ('wells', 'features', 28191);
INSERT INTO gpkg_geometry_columns VALUES ('wells', 'geom', 'POINT', 28191, 0, 0);
"""


def blob(body, flags=1, envelope=b""):
    return b"GP" + bytes([0, flags]) + struct.pack("<i", 28191) + envelope + body


def point(x, y):
    return blob(struct.pack("<BIdd", 1, 1, x, y))


AMMAN = point(238244, 150847)


def make(folder, *rows, more="", tables=TABLES + WELLS):
    path = folder / "wells.gpkg"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA application_id = 0x47504B47")
        database.executescript(tables)
        sql = "INSERT INTO wells (geom, well, depth) VALUES (?, ?, ?)"
        database.executemany(sql, rows)
        database.executescript(more)
    return path


def preview(path, sheet=""):
    return preview_geopackage(path, TableLayout(sheet=sheet))


def recipe(table=""):
    return Recipe.from_toml(TOML.format(table=table))


def test_a_layer_is_read_with_its_positions_and_system(tmp_path):
    path = make(tmp_path, (AMMAN, "W1", 12.5), (None, "W2", None))
    (sheet,) = preview(path)
    assert (sheet.name, sheet.crs, sheet.total_rows) == ("wells", "EPSG:28191", 2)
    assert sheet.headings == ("fid", "well", "depth", "x", "y")
    assert sheet.rows[0] == (1, ("1", "W1", "12.5", "238244.0", "150847.0"))
    reading = read_file(path, recipe())
    assert reading.places[0].position.longitude == pytest.approx(35.93, abs=0.01)
    assert reading.places[1].position is None
    assert is_geopackage(path.read_bytes()[:65536], path.name)
    assert not list(tmp_path.glob("wells.gpkg?*"))


RING = [0, 0, 9, 0, 9, 9, 0, 9, 0, 0]
PLACES = [
    (blob(struct.pack(">BIdd", 0, 1, 3, 4), 0), ("3.0", "4.0", "")),
    (blob(struct.pack("<BIddd", 1, 1001, 3, 4, -211.5)), ("3.0", "4.0", "-211.5")),
    (blob(struct.pack("<BIddd", 1, 0x80000001, 3, 4, 5)), ("3.0", "4.0", "5.0")),
    (blob(struct.pack("<BIddd", 1, 2001, 3, 4, 5)), ("3.0", "4.0", "")),
    (
        blob(struct.pack("<BIdd", 1, 1, 3, 4), 3, struct.pack("<4d", 3, 3, 4, 4)),
        ("3.0", "4.0", ""),
    ),
    (blob(struct.pack("<BIdd", 1, 1, np.nan, np.nan), 0x11), ("", "", "")),
    (blob(struct.pack("<BII4d", 1, 2, 2, 0, 0, 4, 0)), ("2.0", "0.0", "")),
    (blob(struct.pack("<BIII10d", 1, 3, 1, 5, *RING)), ("4.5", "4.5", "")),
    (
        blob(struct.pack("<BII", 1, 6, 1) + struct.pack("<BIII10d", 1, 3, 1, 5, *RING)),
        ("4.5", "4.5", ""),
    ),
]


@pytest.mark.parametrize(("content", "expected"), PLACES)
def test_geometries_are_read_in_any_byte_order_and_dimension(
    tmp_path, content, expected
):
    (sheet,) = preview(make(tmp_path, (content, "W1", 1), (point(0, 0), "W2", 2)))
    found = (*sheet.rows[0][1][3:], "")[:3]
    assert found == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GP",
        b"text",
        7,
        blob(struct.pack("<BI", 1, 1)),
        blob(struct.pack("<BII", 1, 2, 0xFFFFFFFF)),
        blob(struct.pack("<BII", 1, 7, 0xFFFFFFFF)),
        blob(struct.pack("<BII", 1, 7, 1) * 100_000),
        blob(struct.pack("<BI", 1, 99)),
        blob(b"", 0x20),
    ],
)
def test_a_damaged_geometry_costs_its_position_alone(tmp_path, content):
    path = make(tmp_path, (content, "W1", 1), (AMMAN, "W2", 2))
    reading = read_file(path, recipe())
    assert [place.position is None for place in reading.places] == [True, False]
    assert [(one.row, one.column) for one in reading.notices] == [(1, "geometry")]


def test_several_layers_ask_which(tmp_path):
    more = """
    CREATE TABLE readings (well TEXT, level REAL);
    INSERT INTO readings VALUES ('W1', -211.3);
    INSERT INTO gpkg_contents (table_name, data_type) VALUES ('readings', 'attributes');
    """
    path = make(tmp_path, (AMMAN, "W1", 1), more=more)
    assert [sheet.name for sheet in preview(path)] == ["wells", "readings"]
    with pytest.raises(NotAcceptable, match="several layers: 'wells', 'readings'"):
        read_file(path, recipe())
    with pytest.raises(NotFound, match="no layer 'x'; there are 'wells', 'readings'"):
        read_file(path, recipe('[table]\nsheet = "x"'))
    assert len(read_file(path, recipe('[table]\nsheet = "wells"')).places) == 1


@pytest.mark.parametrize(
    "instead",
    [
        # A query that never ends, behind the name of a layer.
        "CREATE VIEW wells AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 "
        "FROM c) SELECT n AS well, n AS geom, n AS depth FROM c",
        "CREATE VIEW wells AS SELECT load_extension('x') AS well, 1 AS geom",
        "CREATE VIRTUAL TABLE wells USING fts5(well, geom, depth)",
    ],
)
def test_a_layer_that_would_run_something_is_refused(tmp_path, instead):
    path = make(tmp_path, more=f"DROP TABLE wells; {instead};")
    with pytest.raises(NotAcceptable, match="not a plain table: it is not run"):
        preview(path)


def test_the_list_of_layers_itself_may_not_be_a_view(tmp_path):
    more = """
    ALTER TABLE gpkg_contents RENAME TO real;
    CREATE VIEW gpkg_contents AS SELECT * FROM real;
    """
    with pytest.raises(NotAcceptable, match="'gpkg_contents' is view"):
        preview(make(tmp_path, more=more))


def test_triggers_never_run_and_computed_columns_may_not_call_functions(tmp_path):
    more = "CREATE TRIGGER t AFTER INSERT ON wells BEGIN DELETE FROM wells; END;"
    path = make(tmp_path, (AMMAN, "W1", 1), more=more)
    assert preview(path)[0].total_rows == 1
    path.unlink()
    more = "ALTER TABLE wells ADD COLUMN big AS (hex(zeroblob(60000000)));"
    with pytest.raises(NotAcceptable, match="cannot be read as a GeoPackage"):
        preview(make(tmp_path, (AMMAN, "W1", 1), more=more))


def test_names_of_layers_are_names_and_nothing_else(tmp_path):
    name = 'a" UNION SELECT 1; --'
    quoted = name.replace('"', '""')
    more = f"""
    CREATE TABLE "{quoted}" (well TEXT);
    INSERT INTO "{quoted}" VALUES ('W1');
    DELETE FROM gpkg_contents;
    INSERT INTO gpkg_contents (table_name, data_type) VALUES ('{name}', 'attributes');
    """
    (sheet,) = preview(make(tmp_path, more=more))
    assert sheet.rows == ((1, ("W1",)),)


@pytest.mark.parametrize("made", ["", "CREATE TABLE a (b);", TABLES])
def test_a_database_that_is_no_geopackage_is_refused(tmp_path, made):
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(made)
    with pytest.raises(NotAcceptable, match=r"a\.gpkg"):
        preview(path)


def test_a_damaged_file_is_refused_or_read_never_more(tmp_path):
    path = make(tmp_path, *[(AMMAN, f"W{n}", n) for n in range(200)])
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    chance = np.random.default_rng(7)
    for length in range(0, len(whole), 1511):
        path.write_bytes(whole[:length].tobytes())
        with pytest.raises(NotAcceptable, match="wells"):
            preview(path)
    for _ in range(150):
        mutant = whole.copy()
        mutant[chance.integers(0, len(whole), 20)] = chance.integers(0, 256, 20)
        path.write_bytes(mutant.tobytes())
        try:
            preview(path)
        except NotAcceptable:
            continue
