"""A file made to do harm takes down its parser at most, within stated limits."""

import dataclasses
import json
import os
import struct
import zipfile

import pytest
import xlsxwriter

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.suggest import suggest_recipe
from waternet.node.bounded import LIMITS, Limits, read_bounded
from waternet.node.proposing import propose_bounded

EXCEL = Recipe.from_toml(
    """
    format = "excel"
    dataset = "levels"
    [station]
    column = "well"
    kind = "well"
    [time]
    column = "date"
    zone = "UTC"
    [[value]]
    column = "level"
    observed_property = "groundwater-level"
    unit = "m"
    """
)
WATERML = Recipe.from_toml(
    """
    format = "waterml"
    dataset = "levels"
    [[value]]
    column = "level"
    observed_property = "groundwater-level"
    unit = "m"
    """
)
SMALL = Limits(memory=1 << 30, seconds=5)


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "levels.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("קידוח")
        sheet.write_row(0, 0, ["well", "date", "level"])
        sheet.write_row(1, 0, ["W1", "2015-01-01", -4.02])
        sheet.write_row(2, 0, ["W1", "2015-01-02", "dry?"])
    return path


def refill(path, name, text):
    """Return the archive with one member replaced."""
    other = path.with_name("refilled.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for each in old.namelist():
            method = zipfile.ZIP_DEFLATED
            new.writestr(each, text if each == name else old.read(each), method)
    return other


def test_a_reading_comes_back_whole_from_its_own_process(workbook):
    inside, outside = read_file(workbook, EXCEL), read_bounded(workbook, EXCEL)
    assert outside.observations.equals(inside.observations)
    for field in dataclasses.fields(inside):
        if field.name != "observations":
            assert getattr(outside, field.name) == getattr(inside, field.name)
    assert len(outside.rejects) == 1


def test_an_error_of_the_parser_is_raised_as_it_was(tmp_path):
    path = tmp_path / "levels.xlsx"
    path.write_bytes(b"PK\x03\x04 but no more")
    with pytest.raises(NotAcceptable, match="damaged archive"):
        read_bounded(path, EXCEL)


def test_a_workbook_that_says_it_unpacks_to_gigabytes_is_not_unpacked(workbook):
    written = bytearray(workbook.read_bytes())
    place = written.index(b"PK\x01\x02")  # the central directory's first member
    written[place + 24 : place + 28] = struct.pack("<I", 3 << 30)
    workbook.write_bytes(written)
    with pytest.raises(NotAcceptable, match="would unpack"):
        read_bounded(workbook, EXCEL, SMALL)


def test_a_workbook_whose_sheet_swells_ends_its_own_process_only(workbook):
    rows = b"<row><c><v>1</v></c></row>" * 1_000_000
    swollen = b"<worksheet><sheetData>" + rows * 8 + b"</sheetData></worksheet>"
    path = refill(workbook, "xl/worksheets/sheet1.xml", swollen)
    assert path.stat().st_size < len(swollen) / 50
    with pytest.raises(NotAcceptable, match="would take more than"):
        read_bounded(path, EXCEL, Limits(memory=1 << 30, seconds=3))


def test_a_shared_string_of_a_gigabyte_is_not_read(workbook):
    text = b"<sst><si><t>" + b"x" * (400 << 20) + b"</t></si></sst>"
    path = refill(workbook, "xl/sharedStrings.xml", text)
    with pytest.raises(NotAcceptable):
        read_bounded(path, EXCEL, Limits(memory=768 << 20, seconds=5))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY a SYSTEM "http://127.0.0.1:1/x">',
        '<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;',
    ],
    ids=["laughs", "file", "address", "parameter"],
)
def test_entities_are_refused_wherever_they_lead(tmp_path, declared):
    path = tmp_path / "levels.xml"
    path.write_text(
        f"<?xml version='1.0'?><!DOCTYPE x [{declared}]>"
        "<x xmlns='http://www.opengis.net/waterml/2.0'>&a;</x>"
    )
    with pytest.raises(NotAcceptable, match="not safe XML"):
        read_bounded(path, WATERML, SMALL)


def test_xml_nested_a_million_deep_is_refused(tmp_path):
    path = tmp_path / "levels.xml"
    path.write_text("<x>" * 1_000_000 + "</x>" * 1_000_000)
    with pytest.raises(NotAcceptable):
        read_bounded(path, WATERML, SMALL)


def test_a_file_larger_than_is_read_is_refused_unopened(workbook):
    with pytest.raises(NotAcceptable, match="at most 0 MiB"):
        read_bounded(workbook, EXCEL, dataclasses.replace(LIMITS, file=100))


def test_a_parser_gets_no_secret(monkeypatch):
    from waternet.node import bounded

    monkeypatch.setenv("WATERNET_PASSPHRASE", "secret")
    monkeypatch.setenv("PYTHONPATH", os.curdir)
    assert not {"WATERNET_PASSPHRASE", "PYTHONPATH"} & set(bounded.without_secrets())


def test_an_archive_that_names_files_outside_it_is_refused(workbook):
    with zipfile.ZipFile(workbook, "a") as archive:
        archive.writestr("../../etc/passwd", "x")
    with pytest.raises(NotAcceptable, match="outside it"):
        read_bounded(workbook, EXCEL)


def as_plain(proposal):
    """Return all of it but the recipe, lists and tuples alike."""
    return json.dumps(dataclasses.asdict(dataclasses.replace(proposal, recipe=None)))


def test_a_proposal_comes_back_whole_from_its_own_process(workbook, tmp_path):
    text = tmp_path / "levels.csv"
    text.write_text("well,date,level\nW1,2015-01-31,-4.02\nW1,2015-02-28,-4.5\n")
    for path in (workbook, text):
        inside, outside = suggest_recipe(path), propose_bounded(path, {})
        assert as_plain(outside) == as_plain(inside)
        assert (outside.recipe, outside.toml) == (inside.recipe, inside.toml)
        assert outside.questions
    answers = {
        question.key: "UTC" for question in inside.questions if "zone" in question.key
    }
    answered = propose_bounded(text, answers)
    assert as_plain(answered) == as_plain(suggest_recipe(text, answers))
    assert len(answered.questions) < len(inside.questions)


def test_a_file_that_nobody_described_cannot_take_the_node_down(tmp_path):
    path = tmp_path / "mystery.json"
    path.write_bytes(b"[" * 5_000_000)
    with pytest.raises(NotAcceptable, match=r"mystery\.json"):
        propose_bounded(path, {}, limits=SMALL)
