"""Lines of text: encodings by their marks and bytes, bounds that name file and line."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.lines import decode_head, read_lines, split_cells
from waternet.formats.recipe import TableLayout

TEXT = "Température °C\nمنسوب\n"


def lines(folder, content, table=TableLayout(), written_in=""):  # noqa: B008  frozen
    path = folder / "a.txt"
    path.write_bytes(content)
    found = read_lines(path, table, written_in)
    return [line for _, line in found], found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_or_utf_8_goes_before_what_the_recipe_says(tmp_path, encoding):
    table = TableLayout(encoding="cp1255")
    found, _ = lines(tmp_path, TEXT.encode(encoding), table)
    assert found == TEXT.splitlines()
    assert decode_head(TEXT.encode(encoding)) == TEXT


def test_other_bytes_are_in_the_recipe_s_encoding(tmp_path):
    table = TableLayout(encoding="cp1256")
    found, text = lines(tmp_path, "منسوب".encode("cp1256"), table, "cp1252")
    assert (found, text.notices) == (["منسوب"], ())


def test_without_a_word_cp1252_is_assumed_and_said(tmp_path):
    found, text = lines(tmp_path, "°C".encode("cp1252"))
    assert found == ["°C"]
    assert [notice.expected for notice in text.notices] == ["[table] encoding"]
    # A format that is documented to be so needs no notice.
    assert lines(tmp_path, "°C".encode("cp1252"), written_in="cp1252")[1].notices == ()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a\nb\0c\n", "line 2 holds a NUL"),
        (b"a\n" + b"x" * 1_000_001, "line 2 is longer"),
        (b"a\n" + b"x;" * 16_384, "line 2 has more than 16,384 cells"),
        (b"a\n\x81\n", "after line"),
    ],
)
def test_lines_that_cannot_be_are_refused_by_file_and_line(tmp_path, content, fault):
    with pytest.raises(NotAcceptable, match=rf"a\.txt, .*{fault}"):
        lines(tmp_path, content)


def test_ends_of_lines_are_those_of_every_system(tmp_path):
    assert lines(tmp_path, b"a\r\nb\rc\n\nd")[0] == ["a", "b", "c", "", "d"]


def test_cells_between_quotes_hold_the_delimiter():
    assert split_cells('1, "a, b",', ",") == ["1", "a, b", ""]
    with pytest.raises(NotAcceptable, match="cells"):
        split_cells("," * 20_000, ",")
    with pytest.raises(NotAcceptable, match="delimited"):
        split_cells('"' + "a" * 200_000 + '",b', ",")
