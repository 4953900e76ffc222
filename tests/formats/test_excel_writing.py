"""Workbooks, read back by calamine, which nobody here wrote."""

import zipfile
from datetime import datetime

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from waternet.errors import NotAcceptable
from waternet.formats import excel_writing
from waternet.formats.excel_writing import Sheet, write_workbook

NAMES = ["قناة الغور", "מפלס הכנרת", "Lake level"]
LOOKS_LIKE = ["=1+1", "+1", "-1+1", "@SUM(A1)", "http://a.example", "1/2", "007", "\t="]


def cells(path, sheet="figures"):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()


def written(tmp_path, *parts):
    path = tmp_path / "figures.xlsx"
    with path.open("wb") as sink:
        write_workbook([Sheet("figures", parts)], sink)
    return path


def test_texts_in_three_scripts_are_read_back_as_they_were(tmp_path):
    path = written(tmp_path, pa.table({"name": NAMES}))
    assert cells(path) == [["name"], *([name] for name in NAMES)]


def test_a_text_is_a_text_whatever_it_looks_like(tmp_path):
    path = written(tmp_path, pa.table({"name": LOOKS_LIKE}))
    assert cells(path)[1:] == [[text] for text in LOOKS_LIKE]
    with zipfile.ZipFile(path) as inside:
        sheet = inside.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert 't="inlineStr"' in sheet


def test_letters_that_xml_forbids_are_spelt_as_the_standard_has_it(tmp_path):
    # ECMA-376, 22.4.2.4: _x0007_ is the bell, and _x005F_x0007_ is what it looks like.
    texts = ["\x07", "_x0007_", "a < b & c", '"quoted"', " blank "]
    path = written(tmp_path, pa.table({"name": texts}))
    with zipfile.ZipFile(path) as inside:
        sheet = inside.read("xl/worksheets/sheet1.xml").decode()
    assert ">_x0007_<" in sheet
    assert ">_x005F_x0007_<" in sheet
    assert [row[0] for row in cells(path)[3:]] == texts[2:]


def test_numbers_that_a_cell_cannot_hold_are_texts(tmp_path):
    values = pa.table({"v": [1.5, float("nan"), float("inf")], "n": [1, 2**53 + 1, -1]})
    assert cells(written(tmp_path, values))[1:] == [
        [1.5, 1.0],
        ["nan", str(2**53 + 1)],
        ["inf", -1.0],
    ]


def test_no_sheet_says_that_it_is_as_small_as_its_headings(tmp_path):
    with zipfile.ZipFile(written(tmp_path, pa.table({"n": [1, 2]}))) as inside:
        assert b"<dimension" not in inside.read("xl/worksheets/sheet1.xml")


def test_numbers_times_truth_and_nothing_are_what_they_are(tmp_path):
    path = written(
        tmp_path,
        pa.table(
            {
                "value": [-0.1, None, 5e-324],
                "release": pa.array([0, 7, 2**31 - 1], pa.int32()),
                "time": pa.array(
                    [datetime(2015, 6, 30, 21, 15), datetime(1968, 1, 1), None],
                    pa.timestamp("us"),
                ),
                "cosigned": [True, False, None],
            }
        ),
    )
    heading, first, second, third = cells(path)
    assert heading == ["value", "release", "time", "cosigned"]
    assert first == [-0.1, 0.0, datetime(2015, 6, 30, 21, 15), True]
    assert second[0] == ""
    assert second[2].isoformat()[:10] == "1968-01-01"
    assert third[0] == pytest.approx(5e-324)
    assert third[1] == 2**31 - 1


def test_what_a_workbook_cannot_hold_as_a_date_is_a_text(tmp_path):
    times = pa.array([datetime(1868, 5, 12, 9)], pa.timestamp("us"))
    assert cells(written(tmp_path, pa.table({"time": times})))[1:] == [
        ["1868-05-12T09:00:00Z"]
    ]


def test_parts_follow_one_another_below_one_heading(tmp_path):
    parts = (pa.table({"n": [number]}) for number in range(3))
    assert cells(written(tmp_path, *parts)) == [["n"], [0.0], [1.0], [2.0]]


def test_lists_and_names_by_language_are_json(tmp_path):
    names = pa.array([[("ar", "بئر")]], pa.map_(pa.string(), pa.string()))
    path = written(tmp_path, pa.table({"names": names, "within": [["a", "b"]]}))
    assert cells(path)[1:] == [['{"ar": "بئر"}', '["a", "b"]']]


def test_more_rows_than_a_sheet_holds_are_refused_and_not_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(excel_writing, "MOST_ROWS", 3)
    assert len(cells(written(tmp_path, pa.table({"n": [1, 2, 3]})))) == 4
    with pytest.raises(NotAcceptable, match="no workbook holds them") as refused:
        written(tmp_path, pa.table({"n": [1, 2]}), pa.table({"n": [3, 4]}))
    assert "shorter period" in refused.value.hint
