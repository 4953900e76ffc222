"""Files made to do harm: bounded time and memory, a clear error, nothing half-imported.

Each is given to the command line in a process with 3 GiB of address space and a minute
of a processor.
"""

import resource
from pathlib import Path

import pytest
from forks import Ended, Fork, Place
from parties import RECIPE, Party, make_party

from waternet.cli.main import run

LIMITS = {resource.RLIMIT_AS: 3 << 30, resource.RLIMIT_CPU: 60}
GOOD = "W1,2015-01-01,1.5\n"


@pytest.fixture
def party(tmp_path: Path) -> Party:
    return make_party(tmp_path)


def import_limited(
    party: Party, content: bytes, recipe: str = RECIPE, name: str = "x.csv"
) -> Ended:
    """Type `waternet import` on a file in a limited process."""
    file, said = party.desk / name, party.desk / "recipe.toml"
    file.write_bytes(content)
    said.write_text(recipe, encoding="utf-8")
    environment = {"WATERNET_NODE": str(party.node.folder), "COLUMNS": "200"}
    place = Place(party.desk, environment, limits=LIMITS)
    done = Fork(run, ("import", file, "--recipe", said), place).wait()
    assert "Traceback" not in done.errors, done.errors[-2000:]
    return done


def pending(party: Party) -> list[str]:
    return sorted(path.name for path in party.node.pending.glob("*"))


def assert_refused(party: Party, done, *said: str) -> None:
    assert done.code == 3, (done.code, done.errors[-500:])
    assert "hint:" in done.errors
    for words in said:
        assert words in done.errors
    assert pending(party) == []


def test_a_cell_of_ten_million_characters_is_refused(party):
    cell = b"9" * 10_000_000
    done = import_limited(party, b"well,day,level\nW1,2015-01-01," + cell + b"\n")
    assert_refused(party, done, "x.csv", "level")


def test_a_heading_of_ten_million_characters_is_refused(party):
    done = import_limited(party, b"well,day,level" + b"x" * 10_000_000 + b"\n")
    assert_refused(party, done, "x.csv")


def test_a_million_columns_are_refused(party):
    headings = b",".join(b"c%d" % number for number in range(1_000_000))
    done = import_limited(party, headings + b"\n" + b"," * 999_999 + b"\n")
    assert_refused(party, done, "columns")


def test_a_million_columns_of_json_are_refused(party):
    record = ",".join(f'"c{number}":1' for number in range(1_000_000))
    recipe = RECIPE.replace('"delimited"', '"records"')
    done = import_limited(party, f"[{{{record}}}]".encode(), recipe, "x.json")
    assert_refused(party, done, "columns")


def test_json_nested_a_hundred_thousand_deep_is_refused(party):
    recipe = RECIPE.replace('"delimited"', '"records"')
    done = import_limited(party, b"[" * 100_000 + b"]" * 100_000, recipe, "x.json")
    assert_refused(party, done, "x.json")


def test_an_unclosed_quotation_mark_does_not_swallow_the_file(party):
    rows = b'well,day,level\n"W1,2015-01-01,1\n' + GOOD.encode() * 100_000
    done = import_limited(party, rows)
    assert_refused(party, done, "quotation mark")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "1e400", "0x1p3", "1_000"])
def test_what_is_no_finite_number_is_rejected_and_the_rest_is_kept(party, text):
    content = f"well,day,level\n{GOOD}W1,2015-01-02,{text}\n"
    done = import_limited(party, content.encode())
    assert done.code == 0, done.errors
    (folder,) = party.node.pending.glob("0*")
    rejects = (folder / "rejects.csv").read_text(encoding="utf-8")
    assert rejects.count("\n") == 2
    assert text in rejects


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u200b", "\u0000"])
def test_an_identifier_with_a_hidden_mark_is_rejected_by_its_row(party, mark):
    content = f"well,day,level\n{GOOD}W{mark}2,2015-01-02,7\n"
    done = import_limited(party, content.encode())
    assert done.code == 0, done.errors
    (folder,) = party.node.pending.glob("0*")
    assert '"W1"' in (folder / "import.json").read_text(encoding="utf-8")
    assert "x.csv" in (folder / "rejects.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "id_", ["../../etc/passwd", "..", "a/b", "C:\\x", "=1+1", "-x"]
)
def test_an_identifier_cannot_lead_out_of_a_folder_or_into_a_formula(party, id_):
    done = import_limited(party, f"well,day,level\n{GOOD}{id_},2015-01-02,7\n".encode())
    assert done.code == 0, done.errors
    (folder,) = party.node.pending.glob("0*")
    rejects = (folder / "rejects.csv").read_text(encoding="utf-8")
    assert "not an id" in rejects
    # A spreadsheet that opens the list of rejects runs nothing.
    assert ",=1+1" not in rejects


def test_a_file_of_nothing_but_zero_bytes_is_refused(party):
    assert_refused(party, import_limited(party, b"\0" * 50_000_000))


def test_one_line_without_an_end_is_refused(party):
    assert_refused(party, import_limited(party, b"x" * 200_000_000), "x.csv")


def test_ten_million_blank_lines_are_no_figures(party):
    done = import_limited(party, b"well,day,level\n" + b"\n" * 10_000_000)
    assert done.code == 3, done.errors[-500:]
    assert pending(party) == []


def test_a_million_bad_rows_are_told_once_and_end(party):
    done = import_limited(party, b"well,day,level\n" + b"W1,yesterday,1\n" * 1_200_000)
    assert_refused(party, done, "recipe")


def test_a_name_that_leads_out_of_the_folder_stays_a_name(party, tmp_path):
    content = f"well,day,level\n{GOOD}".encode()
    done = import_limited(party, content, name="..%2f..%2fx.csv")
    assert done.code == 0, done.errors
    assert len(pending(party)) == 1
    assert not (tmp_path.parent / "x.csv").exists()
