"""An import without a recipe: what is proposed, asked, accepted and written."""

import json

import pytest
import typer

from waternet.cli import propose
from waternet.cli.main import run
from waternet.formats.recipe import read_recipe

LEVELS = "Survey_Date,Lake level (m)\n28/02/2015,-211.26\n01/03/2015,-211.25\n"
ANSWERS = ["--answer", "time.zone=+02:00", "--answer", "station.id=lake-1"]


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WATERNET_NODE", raising=False)
    path = tmp_path / "levels.csv"
    path.write_text(LEVELS, encoding="utf-8")
    return path


@pytest.fixture
def node(file):
    words = ["init", "n", "--party", "x", "--name", "en=X", "--plain-keys"]
    assert run(words) == 0
    return file.parent / "n"


def test_without_a_node_the_proposal_is_shown_and_nothing_is_written(file, capsys):
    assert run(["import", "levels.csv"]) == 3
    done = capsys.readouterr()
    assert "DD/MM/YYYY" in done.out
    assert "time.zone" in done.err
    assert not (file.parent / "levels.toml").exists()


@pytest.mark.usefixtures("file")
def test_json_lists_guesses_and_open_questions(capsys):
    assert run(["import", "levels.csv", "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert said["open"] == ["time.zone"]
    assert said["counts"]["observations"] == 2
    assert {"format", "guesses", "questions", "toml", "notices"} <= said.keys()


def test_yes_leaves_a_question_without_a_default_open(node, capsys):
    assert run(["import", "levels.csv", "--yes", "-n", str(node)]) == 3
    assert "open questions: time.zone" in capsys.readouterr().err


def test_answers_and_yes_import_the_file_and_write_the_recipe(node, capsys):
    capsys.readouterr()
    words = ["import", "levels.csv", *ANSWERS, "--yes", "--json", "-n", str(node)]
    assert run(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["observations"] == 2
    recipe = read_recipe(said["recipe_file"])
    assert recipe.station.id == "lake-1"
    assert recipe.value[0].observed_property == "lake-level"


def test_another_recipe_is_never_overwritten(node, file):
    (file.parent / "levels.toml").write_text("# mine\n", encoding="utf-8")
    words = ["import", "levels.csv", *ANSWERS, "--yes", "-n", str(node)]
    assert run(words) == 7
    assert (file.parent / "levels.toml").read_text(encoding="utf-8") == "# mine\n"
    assert run([*words, "--save", "other.toml"]) == 0
    assert (file.parent / "other.toml").exists()


def test_on_a_terminal_the_questions_are_asked(node, file, monkeypatch):
    said = {"time.zone": "+02:00"}
    monkeypatch.setattr(propose, "is_terminal", lambda: True)
    monkeypatch.setattr(
        typer, "prompt", lambda key, default=None: said.get(key, default)
    )
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: True)
    assert run(["import", "levels.csv", "-n", str(node)]) == 0
    assert read_recipe(file.parent / "levels.toml").time.zone == "+02:00"


@pytest.mark.usefixtures("file")
def test_an_answer_that_says_no_key_is_refused(capsys):
    assert run(["import", "levels.csv", "--answer", "lake"]) == 3
    assert "KEY=VALUE" in capsys.readouterr().err


def test_a_drifted_file_is_told_when_the_recipe_reads_it(node, file, capsys):
    words = ["import", "levels.csv", *ANSWERS, "--yes", "-n", str(node)]
    assert run(words) == 0
    after = file.parent / "march.csv"
    after.write_text(LEVELS.replace("\n", ",A\n").replace(",A", ",Flag", 1))
    capsys.readouterr()
    assert run(["import", "march.csv", "-r", "levels.toml", "-n", str(node)]) == 0
    assert "Flag" in capsys.readouterr().out


def test_a_workbook_is_proposed_for_in_a_process_of_its_own(
    tmp_path, monkeypatch, capsys
):
    import xlsxwriter

    monkeypatch.chdir(tmp_path)
    with xlsxwriter.Workbook(tmp_path / "w.xlsx") as book:
        sheet = book.add_worksheet("wells")
        for row, cells in enumerate(
            (["Well", "Date", "Level (m)"], ["W1", "2015-01-31", 5])
        ):
            sheet.write_row(row, 0, cells)
    assert run(["import", "w.xlsx", "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert said["open"] == ["time.zone"]
    assert said["counts"]["observations"] == 1
