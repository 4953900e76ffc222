"""Each command, as it is typed."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest
from parties import ADDRESS, LEVELS, make_party
from typer.main import get_command

from waternet.cli import main

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
W1 = "jordan:W1/groundwater-level"
QUESTIONS = {
    "stations": ["stations"],
    "datastreams": ["datastreams"],
    "observations": ["observations", W1],
    "latest": ["latest"],
    "aggregate": ["aggregate", W1, "--period", "year", "--zone", "+02:00"],
    "compare": ["compare", "groundwater-level"],
    "history": ["history", W1, "2015-03"],
    "changes": ["changes", "jordan", "3", "4"],
    "releases": ["releases"],
}


def fields_on_the_page(command):
    """Return the fields that the reference gives for a question's programs."""
    section = re.split(
        rf"^### `waternet {command}\b", REFERENCE.read_text(), flags=re.MULTILINE
    )[1].split("\n### ")[0]
    if "Fields: those of `observations`" in section:
        return fields_on_the_page("observations")
    line = section.split("Fields: ")[1].split("\n\n")[0]
    return re.findall(r"`([a-z_]+)`", re.sub(r"\([^)]*\)", "", line))


def test_an_import_counts_what_it_understood(tmp_path, typed):
    party = make_party(tmp_path)
    party.read("well,day,level\nW9,2015-01-01,1\n")  # writes recipe and file
    (party.desk / "levels.csv").write_text(LEVELS)
    words = ["import", party.desk / "levels.csv", "-r", party.desk / "recipe.toml"]
    done = typed(*words, "--title", "مناسيب", "--json", node=party.node.folder)
    told = done.json()
    # By hand: five rows of two wells; "<-215" is a limit, "n/a" is no number.
    assert (told["stations"], told["datastreams"]) == (2, 2)
    assert (told["observations"], told["censored"]) == (4, 1)
    assert (told["missing"], told["rejected"]) == (0, 1)
    assert (told["pending"], told["dataset"]) == ("0002-levels", "levels")
    with Path(told["rejects_file"]).open(encoding="utf-8") as file:
        rejects = list(csv.DictReader(file))
    assert [(one["row"], one["value"]) for one in rejects] == [("6", "n/a")]
    dropped = typed("discard", "0002-levels")
    assert (dropped.code, "nothing of it was published" in dropped.out) == (0, True)
    assert typed("status", "--json").json()["pending"] == ["0001-levels"]


def test_a_node_is_made_published_followed_pulled_verified(tmp_path, typed):
    upper, lower = tmp_path / "upper", tmp_path / "lower"
    desk = make_party(tmp_path, "desk").desk
    (desk / "places.jsonl").write_text(
        '{"id": "S1", "kind": "spring", "names": {"en": "Spring"}}\n'
    )
    made = typed(
        "init", upper, "--party", "upper", "--name", "en=Upper", "--plain-keys"
    )
    assert (made.code, "waternet/upper/steward+" in made.out) == (0, True)
    made = typed(
        *("init", lower, "--party", "lower", "--name", "ar=الأدنى", "--plain-keys"),
        "--json",
    ).json()
    assert set(made) == {*("party", "folder", "log", "log_key", "steward_key", "card")}
    assert typed("import", desk / "places.jsonl", "--node", upper).code == 0
    published = typed("publish", "--node", upper, "--json").json()["published"]
    assert [(one["entry"], one["kind"]) for one in published] == [(0, "station")]
    assert typed("publish", "--node", upper).out == "nothing is pending\n"
    card = upper / "public" / "card.json"
    followed = typed("follow", card, node=lower)
    assert "Compare these keys" in followed.out
    assert typed("follow", card, "--json").json()["follows"] == "upper"
    assert typed("pull", upper, "--json").json() == {
        "entries": {"upper": 1},
        "not_followed": [],
        "other_cards": [],
        "unread": [],
        "still_missing": [],
        "findings": [],
        "bad_copies": [],
    }
    assert typed("pull", upper, "--whole").out == "upper: nothing new\n"
    assert typed("verify").out.endswith("Everything holds.\n")
    assert typed("verify", "--json").json()["entries"] == {"lower": 0, "upper": 1}
    assert typed("rebuild", "--json").json()["entries"] == 1
    stands = typed("status", "--json").json()
    assert [(one["party"], one["own"]) for one in stands["records"]] == [
        ("lower", True),
        ("upper", False),
    ]
    assert "S1" in typed("stations", "spring").out


def test_a_withdrawal_is_told_and_its_figures_stand_no_more(tmp_path, typed):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    done = typed("withdraw", "2", "--reason", "broken", node=party.node.folder)
    assert done.out == "entry 3, withdraw: levels.csv\n"
    assert typed("observations", W1).out == "nothing found\n"
    told = typed("history", W1, "2015-03-01")
    assert (told.code, "withdrawn" in told.out, "broken" in told.out) == (0, True, True)
    assert typed("releases", "--json").json()[0]["kind"] == "withdraw"


@pytest.mark.parametrize("command", QUESTIONS)
def test_programs_get_the_fields_that_the_reference_gives(command, typed, published):
    words = QUESTIONS[command]
    if command == "compare":
        words = [*words, "--place", "jordan:W1"]
    done = typed(*words, "--json", node=published.node.folder)
    assert done.code == 0
    rows = done.json()
    assert list(rows[0]) == fields_on_the_page(command)


@pytest.mark.parametrize("command", QUESTIONS)
def test_every_form_holds_the_same_rows(command, typed, published, tmp_path):
    words = QUESTIONS[command]
    rows = typed(*words, "--json", node=published.node.folder).json()
    table = list(csv.DictReader(io.StringIO(typed(*words, "--csv").out)))
    assert len(table) == len(rows)
    for ending in ("json", "csv", "parquet"):
        file = tmp_path / f"answer.{ending}"
        file.write_text("what stood here before")
        done = typed(*words, "-o", file)
        assert (done.code, done.out) == (0, "")
    assert json.loads((tmp_path / "answer.json").read_bytes()) == rows
    written = pyarrow.parquet.read_table(tmp_path / "answer.parquet")
    assert written.num_rows == len(rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answer.csv",
        "answer.json",
        "answer.parquet",
    ]
    assert typed(*words).code == 0


def test_a_past_is_asked_for_by_day_and_by_release(typed, published):
    asked = ["observations", W1, "--from", "2015-03", "--json"]
    folder = published.node.folder
    assert [one["value"] for one in typed(*asked, node=folder).json()] == [-213.5]
    before = typed(*asked, "--as-of", "jordan:3").json()
    assert [one["value"] for one in before] == [-214.5]
    assert typed(*asked, "--as-of", "1999-12-31").json() == []
    late = typed(*asked, "--as-of", "2999-12-31T08:00+03:00").json()
    assert [one["value"] for one in late] == [-213.5]


def test_a_limit_keeps_its_sign_in_every_form(typed, published):
    asked = ["observations", W1, "--from", "2015-02", "--to", "2015-03"]
    assert "<-215" in typed(*asked, node=published.node.folder).out
    (row,) = typed(*asked, "--json").json()
    assert (row["value"], row["censor"]) == (-215.0, "<")
    assert '-215,"<"' in typed(*asked, "--csv").out
    mean = typed(*QUESTIONS["aggregate"]).out
    # (-214.87 - 215 - 213.5) / 3 = -214.456666..., an upper bound.
    assert "<-214.4566667" in mean


def test_of_limits_of_both_kinds_no_mean_is_told(tmp_path, typed):
    party = make_party(tmp_path)
    party.read("well,day,level\nW1,2015-01-01,<1\nW1,2015-02-01,>3\n")
    party.publish()
    words = QUESTIONS["aggregate"]
    (row,) = typed(*words, "--json", node=party.node.folder).json()
    assert (row["mean"], row["censor"], row["censored"]) == (None, "<>", 2)
    shown = typed(*words)
    assert (shown.code, "mean" in shown.out) == (0, False)


def test_a_unit_and_a_zone_are_the_askers(typed, published):
    (row, *_) = typed(
        "observations", W1, "--unit", "cm", "--json", node=published.node.folder
    ).json()
    assert (row["unit"], row["value"]) == ("cm", pytest.approx(-21487))
    # Midnight of 1 January in a zone two hours ahead is 31 December in UTC.
    assert row["time"] == "2014-12-31T22:00:00Z"
    assert "2015-01-01 " in typed("observations", W1).out


def test_names_in_arabic_and_hebrew_come_through_unharmed(typed, published, tmp_path):
    names = {"ar": "بئر القرية", "he": "באר הכפר", "en": "Village well"}
    asked = ["stations", "القريه"]  # as many would type it
    shown = typed(*asked, node=published.node.folder).out
    assert "\u2068بئر القرية\u2069 · Village well · \u2068באר הכפר\u2069" in shown
    (row,) = typed(*asked, "--json").json()
    assert row["names"] == names
    (row,) = csv.DictReader(io.StringIO(typed(*asked, "--csv").out))
    assert json.loads(row["names"]) == names
    typed(*asked, "-o", tmp_path / "s.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "s.parquet")
    assert dict(table["names"][0].as_py()) == names
    reason = typed("changes", "jordan", "3", "4")
    assert "\u2068خطأ في القراءة\u2069" in reason.out
    figures = typed("observations", W1, "--from", "2015-03")
    assert "\u2068قياسات.csv\u2069; signed by waternet/jordan/steward" in figures.out


def test_two_procedures_of_one_party_stand_side_by_side(tmp_path, typed):
    party = make_party(tmp_path)
    party.read("well,day,level\nW1,2015-01-01,12.5\n")
    recipe = party.desk / "recipe.toml"
    recipe.write_text(recipe.read_text().replace('"dipper"', '"logger"'))
    file = party.desk / "levels.csv"
    file.write_text("well,day,level\nW1,2015-01-01,13\n")
    typed("import", file, "-r", recipe, node=party.node.folder)
    party.publish()
    words = ["compare", "groundwater-level", "--place", "jordan:W1"]
    lines = [line for line in typed(*words).out.splitlines() if line.strip()]
    _unit, heading, _rule, figures = lines[:4]
    assert "jordan: W1 instant/PT0S/dipper" in heading
    assert "jordan: W1 instant/PT0S/logger" in heading
    assert figures.split() == ["2015-01-01", "12.5", "13"]


def test_an_export_says_whose_figures_it_holds(typed, published, tmp_path):
    file = tmp_path / "figures.csv"
    done = typed("export", file, "--party", "jordan", node=published.node.folder)
    assert (
        done.out == f"4 figures in {file}, their sources in figures.csv.sources.json\n"
    )
    assert len(file.read_text().splitlines()) == 5
    told = json.loads((tmp_path / "figures.csv.sources.json").read_text())
    assert [one["release"] for one in told["releases"]] == [3, 4]
    assert {one["licence"] for one in told["releases"]} == {"CC-BY-4.0"}


def test_more_rows_than_a_screen_holds_are_counted(tmp_path, typed):
    party = make_party(tmp_path)
    rows = [f"W1,20{year}-01-01,{year}" for year in range(10, 60)]
    party.read("well,day,level\n" + "\n".join(rows) + "\n")
    party.publish()
    shown = typed("observations", W1, node=party.node.folder).out
    assert "... and 10 more rows; -o FILE.csv writes them all" in shown


def test_completion_prints_a_script(typed, monkeypatch):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    # The options are made with the commands, which are made once.
    monkeypatch.setattr(main, "_commands", lambda: get_command(main.app))
    done = typed("--show-completion", "bash")
    assert (done.code, "_WATERNET_COMPLETE=complete_bash" in done.out) == (0, True)


def test_the_command_line_starts_without_what_is_heavy():
    asked = "pyarrow duckdb deltalake numpy rich cryptography"
    code = (
        "import sys, waternet.cli.main\n"
        f"print([name for name in {asked.split()} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"


def test_a_full_address_and_its_beginning_are_the_same(typed, published):
    folder = published.node.folder
    short = typed("observations", W1, "--csv", node=folder).out
    assert typed("observations", f"jordan:{ADDRESS}", "--csv").out == short


def test_a_day_that_has_a_figure_at_another_time_is_told_when(tmp_path, typed):
    party = make_party(tmp_path)
    party.read("well,day,level\nW1,2015-03-01T09:30+02:00,12.5\n")
    party.publish()
    done = typed("history", W1, "2015-03-01", node=party.node.folder)
    assert done.code == 4
    assert "hint: that day has figures at 2015-03-01T09:30+02:00" in done.err
    # One day later there is none to tell of.
    assert "waternet observations" in typed("history", W1, "2015-03-02").err


def test_parties_without_a_shared_name_are_told_how_to_compare(tmp_path, typed):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    property_ = W1.split("/")[1]
    shown = typed("compare", property_, node=party.node.folder).out
    assert shown.startswith("nothing found\n")
    assert "--place PARTY:ID" in shown


def test_releases_name_terms_by_their_dataset_and_count_no_rows(typed, published):
    shown = typed("releases", node=published.node.folder).out
    (terms,) = (line for line in shown.splitlines() if " terms " in line)
    assert terms.split()[-2:] == ["terms", "levels"]


def test_a_vocabulary_promises_no_option_that_it_lacks(typed):
    shown = typed("vocabulary", "observed_property").out
    assert "more rows; add a word" in shown
    assert "-o FILE" not in shown


def test_no_more_notices_than_a_screen_holds(tmp_path, typed):
    party = make_party(tmp_path)
    rows = [f"W{n},2015-01-01,1,0,0" for n in range(15)]
    file, recipe = tmp_path / "grid.csv", tmp_path / "grid.toml"
    file.write_text("well,day,level,x,y\n" + "\n".join(rows) + "\n")
    recipe.write_text(
        'format = "delimited"\ndataset = "levels"\n'
        '[station]\ncolumn = "well"\nkind = "well"\n'
        'x_column = "x"\ny_column = "y"\ncrs = "EPSG:28191"\n'
        '[time]\ncolumn = "day"\nzone = "+02:00"\n'
        '[[value]]\ncolumn = "level"\nobserved_property = "groundwater-level"\n'
        'unit = "m"\n'
    )
    words = ("import", file, "--recipe", recipe)
    shown = typed(*words, node=party.node.folder).out
    assert shown.count("far from where EPSG:28191 is used") == 10
    assert "... and 5 more; --json lists them all" in shown
    assert len(typed(*words, "--json").json()["notices"]) == 15


def test_a_name_that_looks_like_markup_is_shown_as_it_is(tmp_path, typed):
    party = make_party(tmp_path)
    places = party.desk / "places.jsonl"
    names = ["Well [/x]", "[bold]Spring", "Lake :smile:"]
    places.write_text(
        "\n".join(
            json.dumps({"id": f"P{number}", "kind": "well", "names": {"en": name}})
            for number, name in enumerate(names)
        )
    )
    node = party.node.folder
    assert typed("import", places, node=node).code == 0
    assert typed("publish").code == 0
    shown = typed("stations")
    assert shown.code == 0
    assert all(name in shown.out for name in names)
