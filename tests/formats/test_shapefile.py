"""Shapefiles: attributes, positions, systems, encodings, damage."""

import struct
import zipfile

import numpy as np
import pytest
from formats import shapes

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.registry import HEAD
from waternet.formats.shapefile import is_shapefile, preview_shapefile

TOML = """
format = "shapefile"
dataset = "wells"
{table}
[station]
column = "id"
kind = "well"
name_columns = {{ ar = "name" }}
x_column = "x"
y_column = "y"
{crs}
"""
# Amman, about 31.95 N 35.93 E, in both of the grids of the Palestine 1923 datum.
IN_GRID, IN_BELT = (238244, 150847), (238244, 1150847)


def recipe(table="", crs=""):
    return Recipe.from_toml(TOML.format(table=table, crs=crs))


def preview(path, **table):
    (sheet,) = preview_shapefile(path, TableLayout(**table))
    return sheet


def test_a_well_lies_where_the_prj_puts_it(tmp_path):
    for name, prj, place in (
        ("grid", shapes.GRID, IN_GRID),
        ("belt", shapes.BELT, IN_BELT),
    ):
        path = shapes.write(
            tmp_path, name, [(b"W1", b"")], [shapes.point(*place)], prj=prj
        )
        (well,) = read_file(path, recipe()).places
        assert well.position.longitude == pytest.approx(35.93, abs=0.01)
        assert well.position.latitude == pytest.approx(31.95, abs=0.01)
        assert well.position.crs == {"grid": "EPSG:28191", "belt": "EPSG:28192"}[name]


def test_a_prj_whose_name_and_figures_differ_is_undecided(tmp_path):
    prj = shapes.BELT.replace("Palestine_Belt", "Palestine_Grid")
    path = shapes.write(
        tmp_path, "w", [(b"W1", b"")], [shapes.point(*IN_BELT)], prj=prj
    )
    sheet = preview(path)
    assert (sheet.crs, sheet.headings) == ("", ("id", "name", "x", "y"))
    with pytest.raises(NotAcceptable, match="in what reference system") as raised:
        read_file(path, recipe())
    assert "EPSG:28192" in raised.value.hint
    reading = read_file(path, recipe(crs='crs = "EPSG:28192"'))
    assert reading.places[0].position.latitude == pytest.approx(31.95, abs=0.01)
    assert "ask which one is meant" in reading.notices[0].reason


def test_a_recipe_that_contradicts_the_prj_counts_and_is_pointed_at(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", b"")], [shapes.point(*IN_BELT)])
    reading = read_file(path, recipe(crs='crs = "EPSG:28192"'))
    assert reading.places[0].position.crs == "EPSG:28192"
    assert [one.reason for one in reading.notices] == [
        "the file says EPSG:28191; the recipe's EPSG:28192 was taken"
    ]


def test_heights_of_points_are_a_third_column(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", b"")], [shapes.point_z(1, 2, -211.5)])
    assert preview(path).headings == ("id", "name", "x", "y", "z")
    assert preview(path).rows[0][1][2:] == ("1.0", "2.0", "-211.5")


def test_an_area_is_stood_for_by_a_point_inside_and_a_line_by_one_on_it(tmp_path):
    # A ring around a lake: the middle of its extent is in the hole.
    ring = [(0, 0), (0, 10), (10, 10), (10, 0), (0, 0)]
    hole = [(1, 1), (9, 1), (9, 9), (1, 9), (1, 1)]
    records = [(b"A", b""), (b"B", b"")]
    area, line = shapes.outline(5, ring, hole), shapes.outline(3, [(0, 0), (4, 0)])
    for name, kind in (("areas", area), ("lines", line)):
        path = shapes.write(tmp_path, name, records, [kind, kind])
        rows = [list(map(float, row[2:])) for _, row in preview(path).rows]
        if name == "areas":
            assert all(0 < x < 1 or 9 < x < 10 for x, y in rows)
        else:
            assert rows == [[2, 0], [2, 0]]
        notice = read_file(path, recipe()).notices[0]
        assert (notice.row, notice.column) == (1, "geometry")
        assert notice.reason.startswith("2 lines or areas from here on")


def test_a_record_without_shape_has_no_position_and_is_pointed_at(tmp_path):
    blank = struct.pack("<i", 0)
    records = [(b"W1", b""), (b"W2", b"")]
    path = shapes.write(tmp_path, "w", records, [blank, shapes.point(*IN_GRID)])
    reading = read_file(path, recipe())
    assert [place.position is None for place in reading.places] == [True, False]
    assert [(n.row, n.column) for n in reading.notices] == [(1, "x")]


def test_an_attribute_called_x_keeps_its_name(tmp_path):
    fields = [(b"id", "C", 8), (b"X", "N", 8)]
    path = shapes.write(
        tmp_path, "w", [(b"W1", b"7")], [shapes.point(1, 2)], fields=fields
    )
    assert preview(path).headings == ("id", "X", "geometry.x", "geometry.y")


def test_records_marked_as_deleted_are_passed_over_and_counted(tmp_path):
    records = [(b"W1", b""), (b"W2", b"")]
    path = shapes.write(
        tmp_path, "w", records, [shapes.point(1, 1), shapes.point(*IN_GRID)]
    )
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[33 + 64] = ord("*")
    table.write_bytes(content)
    reading = read_file(path, recipe())
    assert [place.id for place in reading.places] == ["W2"]
    assert reading.places[0].position.x == IN_GRID[0]
    assert "1 records are marked as deleted" in reading.notices[0].reason


def test_types_of_a_table_are_read_as_text(tmp_path):
    fields = [(b"n", "N", 12), (b"d", "D", 8), (b"l", "L", 1), (b"i", "I", 4)]
    fields += [(b"o", "O", 8), (b"t", "@", 8), (b"m", "M", 10)]
    # Julian day 2440588 is 1970-01-01.
    moment = struct.pack("<ii", 2440588, 3_600_000)
    made = (b"   -12.50", b"20150630", b"y", struct.pack("<i", -7))
    made += (struct.pack("<d", 0.1), moment, b"1")
    path = tmp_path / "t.dbf"
    path.write_bytes(shapes.dbf(fields, [made]))
    row = ("-12.50", "2015-06-30", "T", "-7", "0.1", "1970-01-01T01:00:00", "")
    assert preview(path).rows == ((1, row),)


@pytest.mark.parametrize(
    ("cpg", "driver", "written", "said"),
    [
        ("UTF-8", 0, "عمان".encode(), ""),
        ("1256", 0, "عمان".encode("cp1256"), ""),
        ("ANSI 1256", 0, "عمان".encode("cp1256"), ""),
        (None, 0x7E, "عمان".encode("cp1256"), ""),
        ("UTF-8", 0, "عمان".encode("cp1256"), "cp1256"),
        ("1252", 0, "عمان".encode(), ""),  # the mark of the code page lies
        # 15 letters of 2 bytes in a field of 29: the last one is cut in two.
        (None, 0, ("عمان" + "م" * 11).encode()[:29], ""),
    ],
)
def test_text_is_read_as_its_code_page_says(tmp_path, cpg, driver, written, said):
    fields = [(b"id", "C", 8), (b"name", "C", 29)]
    (tmp_path / "w.dbf").write_bytes(shapes.dbf(fields, [(b"W1", written)], driver))
    if cpg:
        (tmp_path / "w.cpg").write_text(cpg)
    sheet = preview(tmp_path / "w.dbf", **({"encoding": said} if said else {}))
    assert sheet.rows[0][1][1].startswith("عمان")
    assert "\ufffd" not in sheet.rows[0][1][1]


def test_text_in_another_encoding_is_refused_with_what_to_write(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", "بئر".encode("cp1256"))])
    with pytest.raises(NotAcceptable, match="not in utf-8") as raised:
        preview(path)
    assert "cp1256" in raised.value.hint


def pack(path, *parts, prefix=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, prefix + part.name)
    return path


def test_a_zip_of_one_shapefile_reads_as_the_shapefile_does(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", b"")], [shapes.point(*IN_GRID)])
    parts = [path.with_suffix(suffix) for suffix in (".shp", ".dbf", ".prj")]
    packed = pack(tmp_path / "w.zip", *parts, prefix="layers/2015/")
    assert read_file(packed, recipe()).places == read_file(path, recipe()).places
    for each in (packed, path, path.with_suffix(".dbf")):
        assert is_shapefile(each.read_bytes()[:HEAD], each.name)


def test_a_zip_of_two_shapefiles_asks_which(tmp_path):
    one, two = (shapes.write(tmp_path, name, [(b"W1", b"")]) for name in "ab")
    packed = pack(tmp_path / "w.zip", one, two)
    with pytest.raises(NotAcceptable, match="holds several: a, b"):
        preview(packed)
    assert preview(packed, sheet="b").name == "b"
    with pytest.raises(NotFound, match="no 'c' in it; there are a, b"):
        preview(packed, sheet="c")


def test_an_archive_whose_names_lead_out_of_it_is_refused(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", b"")])
    packed = pack(tmp_path / "w.zip", path, prefix="../../etc/")
    with pytest.raises(NotAcceptable, match="outside it"):
        preview(packed)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "w.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w.dbf", bytes(50_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(NotAcceptable, match="to 50,000,000 bytes"):
        preview(path)


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", b"")] * 9000)
    packed = pack(tmp_path / "w.zip", path)
    content = bytearray(packed.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 400)
    packed.write_bytes(content)
    with pytest.raises(NotAcceptable, match=r"w\.zip is a damaged archive|cut short"):
        preview(packed)


def test_parts_that_do_not_belong_together_are_told(tmp_path):
    path = shapes.write(tmp_path, "w", [(b"W1", b"")] * 2, [shapes.point(1, 2)])
    with pytest.raises(NotAcceptable, match=r"1 shapes, but 2 records in the \.dbf"):
        preview(path)
    path.with_suffix(".dbf").unlink()
    with pytest.raises(NotAcceptable, match=r"no w\.dbf beside it"):
        preview(path)


@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_a_file_cut_short_anywhere_is_refused_by_name(tmp_path, part):
    ring = [(0, 0), (0, 10), (10, 10), (0, 0)]
    path = shapes.write(
        tmp_path, "w", [(b"W1", b"")] * 2, [shapes.outline(5, ring)] * 2
    )
    whole = path.with_suffix(part).read_bytes()
    for length in range(0, len(whole) - 1, 7):
        path.with_suffix(part).write_bytes(whole[:length])
        with pytest.raises(NotAcceptable, match="w"):
            preview(path)


def test_no_change_of_a_few_bytes_does_more_than_refuse(tmp_path):
    ring = [(0, 0), (0, 10), (10, 10), (0, 0)]
    path = shapes.write(tmp_path, "w", [(b"W1", b"a")], [shapes.outline(5, ring)])
    chance = np.random.default_rng(7)
    for part in (".shp", ".dbf"):
        whole = np.frombuffer(path.with_suffix(part).read_bytes(), np.uint8)
        for _ in range(300):
            mutant = whole.copy()
            places = chance.integers(0, len(whole), 4)
            mutant[places] = chance.integers(0, 256, 4)
            path.with_suffix(part).write_bytes(mutant.tobytes())
            try:
                preview(path)
            except NotAcceptable:
                continue
        path.with_suffix(part).write_bytes(whole.tobytes())
