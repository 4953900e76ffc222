"""The report of a check: each finding once, in three languages, as text and as page."""

import json
import re
import tomllib
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pytest
from parties import LEVELS, RECIPE, make_party

from waternet.cli.check_chart import MOST_POINTS, decimate, draw_series
from waternet.quality.checks import CHECKS
from waternet.quality.coordinates import ADVICE, FOUND, SENTENCES
from waternet.quality.wording import words_in

RULES = """
name = "basin"
version = "1"

[[rule]]
check = "range"
observed_property = ["groundwater-level"]
parameters = { least = -500, most = 10 }
"""
NAME = '<script>alert("x")</script>בְּאֵר & "bī\'r"'
WORDS = tomllib.loads(
    (files("waternet.quality") / "check_words.toml").read_text(encoding="utf-8")
)


@pytest.fixture
def basin(tmp_path, typed):
    """Return a node with rules of its own and an import that breaks one."""
    party = make_party(tmp_path)
    (party.desk / "rules.toml").write_text(RULES)
    place = {"id": "W2", "kind": "well", "names": {"ar": "بئر", "he": NAME, "en": NAME}}
    (party.desk / "places.jsonl").write_text(
        json.dumps(place, ensure_ascii=False), encoding="utf-8"
    )
    node = party.node.folder
    assert typed("rules", party.desk / "rules.toml", node=node).code == 0
    assert typed("import", party.desk / "places.jsonl").code == 0
    assert typed("publish").code == 0
    party.read(LEVELS + "W2,2015-03-01,99\n")
    return party


def test_every_check_is_named_in_arabic_and_hebrew():
    for language in ("ar", "he"):
        said = {
            name: [WORDS["check"].get(name, {}).get(language, {}).get(part, "")]
            for name in CHECKS
            for part in ("name", "finding", "advice")
        }
        assert [name for name, texts in said.items() if not all(texts)] == []
    assert set(WORDS["check"]) <= set(CHECKS)


def test_every_remark_of_a_check_has_its_words():
    remarks = {note for check in CHECKS.values() for note in check.notes}
    assert set(WORDS["note"]) == remarks
    for note, said in WORDS["note"].items():
        gaps = sorted(re.findall(r"\{\w+\}", note))
        for language in ("ar", "he"):
            assert sorted(re.findall(r"\{\w+\}", said[language])) == gaps, note


def test_what_is_said_of_places_has_its_words():
    assert set(WORDS["place"]) == set(SENTENCES) == set(FOUND) == set(ADVICE)
    for finding, said in WORDS["place"].items():
        assert said["en"]["sentence"] == SENTENCES[finding]
        gaps = sorted(re.findall(r"\{\w+\}", SENTENCES[finding]))
        for language in ("ar", "he"):
            assert all(said[language][part] for part in ("name", "finding", "advice"))
            told = said[language]["sentence"]
            assert sorted(re.findall(r"\{\w+\}", told)) == gaps, finding


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("1 value missing", "חסר נתון אחד"),
        ("1,200 values missing", "חסרים 1,200 נתונים"),
        ("1000 times too small", "קטן מדי פי 1000"),
        ("chloride less than its parts", "כלוריד: קטן מחלקיו"),
        ("said by a later version", "said by a later version"),
    ],
)
def test_a_remark_is_translated_with_what_differs(note, told):
    assert words_in("he").note(note) == told
    assert words_in("en").note(note).casefold() == note


def test_headings_are_complete_in_the_three_languages():
    assert set(WORDS["heading"]) == {"ar", "he", "en"}
    keys = {tuple(said) for said in WORDS["heading"].values()}
    assert len(keys) == 1
    assert all(text for said in WORDS["heading"].values() for text in said.values())


@pytest.mark.usefixtures("basin")
def test_a_finding_is_named_once_with_where_and_what_to_do(typed):
    done = typed("check")
    assert done.code == 0
    assert done.out.count("outside what is possible") == 1
    assert "2015-01-01 12.5 (expected 10, too high), 2015-03-01 99" in done.out
    assert CHECKS["range"].advice in done.out
    assert "2 bad" in done.out


@pytest.mark.usefixtures("basin")
def test_programs_get_every_group(typed):
    (checked,) = typed("check", "--json").json()["checked"]
    assert (checked["figures"], checked["good"], checked["bad"]) == (5, 3, 2)
    (finding,) = checked["findings"]
    assert (finding["check"], finding["grade"], finding["count"]) == ("range", "bad", 2)
    assert finding["examples"][0] == {
        "time": "2014-12-31T22:00:00Z",
        "value": 12.5,
        "expected": 10.0,
        "note": "too high",
    }


@pytest.mark.usefixtures("basin")
def test_a_release_and_a_series_are_checked_by_name(typed):
    assert typed("publish").code == 0
    release = typed("check", "jordan:4").out
    assert "outside what is possible" in release
    series = typed("check", "jordan:W2/groundwater-level").out
    assert "2 figures outside what is possible" in series
    assert typed("check").out == "nothing is pending\n"
    assert typed("check", "0009-none").code == 4


def test_a_file_is_checked_without_a_node(basin, typed, tmp_path, monkeypatch):
    monkeypatch.delenv("WATERNET_NODE")
    monkeypatch.chdir(tmp_path)
    desk = basin.desk
    words = ["check", "--file", desk / "levels.csv", "--recipe", desk / "recipe.toml"]
    assert "2 bad" in typed(*words, "--rules", desk / "rules.toml").out
    assert typed("check", "--file", desk / "levels.csv").code == 3
    assert typed(*words, "0001-levels").code == 3


PLACES = """well,lon,lat,day,level
W1,35.1,32.1,2015-01-01,4
W2,35.2,32.2,2015-01-01,5
W3,35.2,32.2,2015-01-01,6
W4,35.2,32.2,2015-01-01,7
W5,35.3,32.0,2015-01-01,8
W6,32.1,35.1,2015-01-01,9
"""


@pytest.fixture
def scattered(basin):
    """Return the basin with an import of wells, two of which stand where W2 does."""
    recipe = RECIPE.replace(
        'kind = "well"',
        'kind = "well"\nx_column = "lon"\ny_column = "lat"\ncrs = "EPSG:4326"',
    )
    (basin.desk / "placed.toml").write_text(recipe)
    (basin.desk / "placed.csv").write_text(PLACES)
    return basin.desk / "placed.csv", basin.desk / "placed.toml"


def test_what_is_odd_about_places_is_told_once_each(scattered, typed, tmp_path):
    file, recipe = scattered
    imported = typed("import", file, "--recipe", recipe)
    assert "places: one-point 2, exchanged 1" in imported.out
    told = typed("check", "0002-levels").out
    assert "one-point: 2 places of one kind at the very point of another" in told
    assert "W3: it lies at the same point as W2" in told
    assert told.count(ADVICE["one-point"]) == 1
    assert "W6: it lies " in told
    (checked,) = typed("check", "0002-levels", "--json").json()["checked"]
    named = {one["finding"]: one["places"] for one in checked["places"]}
    assert named == {"one-point": ["W3", "W4"], "exchanged": ["W6"]}
    page = tmp_path / "report.html"
    assert typed("check", "0002-levels", "--html", page, "--language", "ar").code == 0
    written = page.read_text(encoding="utf-8")
    assert "نقطة واحدة" in written
    assert "it lies" not in written
    # Published, they are still held against all places of the party.
    assert typed("publish", "--reason", "read again").code == 0
    (series,) = typed("check", "jordan:W3/groundwater-level", "--json").json()[
        "checked"
    ]
    assert [one["places"] for one in series["places"]] == [["W3"]]


def test_a_gap_is_a_note_and_no_praise(basin, typed, tmp_path):
    rows = "".join(f"W7,2015-01-{day:02d},5\n" for day in range(1, 29) if day != 9)
    report = basin.read("well,day,level\n" + rows, "gap.csv")
    rules = tmp_path / "gap.toml"
    rules.write_text('name = "gap"\nversion = "1"\n[[rule]]\ncheck = "gap"\n')
    wanted = ["check", report.pending, "--rules", rules]
    told = typed(*wanted).out
    assert "note: gap: 1 figure coming after a gap" in told
    page = tmp_path / "report.html"
    typed(*wanted, "--html", page, "--language", "he")
    written = page.read_text(encoding="utf-8")
    assert '<span class="grade note">הערה</span>' in written
    assert "חסר נתון אחד" in written


@pytest.mark.usefixtures("basin")
def test_findings_about_figures_that_were_edited_say_so(typed, tmp_path):
    series = "W2/groundwater-level"
    said = ["--author", "Rana", "--reason", "a one too many"]
    wanted = ["edit", "correct", "0001-levels", series, "--from", "2015-01-01"]
    assert "as they were read" not in typed("check").out
    assert typed(*wanted, "--value", "2.5", *said).code == 0
    assert "after 1 edit ('waternet edits 0001-levels'" in typed("check").out
    page = tmp_path / "report.html"
    typed("check", "--html", page)
    assert "as they were read" in page.read_text(encoding="utf-8")


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "path":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))


@pytest.mark.parametrize("language", ["ar", "he", "en"])
@pytest.mark.usefixtures("basin")
def test_the_page_is_one_file_that_runs_nothing(typed, tmp_path, language):
    path = tmp_path / "report.html"
    assert typed("check", "--html", path, "--language", language).code == 0
    written = path.read_text(encoding="utf-8")
    page = _Page()
    page.feed(written)
    assert page.open == []
    tags = {tag for tag, _attributes in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "form", "a"}
    names = {name for _tag, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src"}
    root = dict(page.tags)["html"] if "html" in tags else {}
    assert root == {"lang": language, "dir": "ltr" if language == "en" else "rtl"}
    assert "svg" in tags
    # The name from the file is text, whatever stands in it.
    assert language == "ar" or any(text == NAME for _tag, text in page.texts)
    assert words_in(language).finding("range") in written


@pytest.mark.parametrize("language", ["ar", "he"])
@pytest.mark.usefixtures("basin")
def test_no_number_is_turned_among_letters_from_right_to_left(
    typed, tmp_path, language
):
    path = tmp_path / "report.html"
    typed("check", "--html", path, "--language", language)
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    loose = [text for tag, text in page.texts if re.search(r"\d", text)]
    apart = ("bdi", "b", "text", "title", "style")
    numbers = [text for tag, text in page.texts if text in loose and tag not in apart]
    assert numbers == []


def test_ranges_are_learned_without_what_is_bad(basin, typed, tmp_path):
    rows = "".join(
        f"W5,2016-{1 + n // 28:02d}-{1 + n % 28:02d},{n % 5}\n" for n in range(60)
    )
    report = basin.read("well,day,level\n" + rows + "W5,2017-01-01,5000\n", "more.csv")
    assert report.bad == 1
    learned = tmp_path / "ranges.toml"
    assert typed("check", report.pending, "--learn", learned).code == 0
    (rule,) = tomllib.loads(learned.read_text(encoding="utf-8"))["rule"]
    assert (rule["check"], rule["features"]) == ("station-range", ["W5"])
    assert rule["parameters"]["most"] < 50
    tried = typed("check", report.pending, "--rules", learned)
    assert "outside what this station has had" in tried.out


@pytest.mark.usefixtures("basin")
def test_an_unknown_language_is_named(typed):
    refused = typed("check", "--language", "fr")
    assert refused.code == 3
    assert "ar, he, en" in refused.err


@pytest.mark.usefixtures("basin")
def test_rules_are_listed_with_who_agrees(typed):
    listed = typed("rules", "--json").json()
    assert listed["in_force"] == "basin/1"
    (one,) = listed["rule_sets"]
    assert (one["in_force"], one["not_yet"]) == (True, [])
    assert list(one["agreed_by"]) == ["jordan"]
    assert "agreed by all" in typed("rules").out


@pytest.mark.usefixtures("basin")
def test_an_edit_is_typed_and_listed(typed):
    series, pending = "W2/groundwater-level", "0001-levels"
    said = ["--author", "Rana", "--reason", "a one too many"]
    wanted = ["edit", "correct", pending, series, "--from", "2015-01-01"]
    done = typed(*wanted, "--value", "2.5", *said)
    assert "2015-01-01T00:00+02:00 (before: 12.5)" in done.out
    assert typed("edit", "delete", pending, series, *said).code == 3
    assert typed("edit", "undo", pending, "2", *said).code == 3
    assert typed("edit", "undo", pending, "x", *said).code == 3
    assert typed("edit", "undo", pending, "1", *said).code == 0
    edits = typed("edits", pending, "--json").json()["edits"]
    assert [one["undone"] for one in edits] == [True, False]
    reviewed = typed("review", pending, "--reviewer", "Yael", "--json").json()
    assert len(reviewed["digest"]) == 64
    assert typed("review", pending, "--reviewer", "rana").code == 5


# The drawing


def test_a_drawing_has_at_most_two_thousand_points():
    count = 300_000
    value = np.sin(np.arange(count) / 5000)
    grade = np.where(np.arange(count) % 100, 1, 2).astype(np.int8)
    drawn = draw_series(np.arange(count) * 3_600_000_000, value, grade)
    points = len(re.findall(r"[ML][\d.]+ [\d.]+", drawn.split('class="course"')[1]))
    assert 500 < points <= MOST_POINTS
    assert len(drawn) < 200_000


def test_extremes_survive_thinning():
    value = np.zeros(100_000)
    value[12_345], value[77_777] = 9, -9
    kept = decimate(value, 200)
    assert {12_345, 77_777} <= set(kept.tolist())
    assert len(kept) <= 200


def test_a_bad_figure_does_not_flatten_the_others():
    time = np.arange(5) * 86_400_000_000
    value = np.array([214.8, 214.9, 1e9, 215.0, 215.1])
    drawn = draw_series(time, value, np.array([1, 1, 3, 1, 1], np.int8))
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", drawn)]
    assert max(heights) - min(heights) > 100
    assert "<title>1970-01-03 00:00Z: 1000000000</title>" in drawn


def test_a_suspect_far_off_does_not_flatten_the_others_either():
    time = np.arange(6) * 86_400_000_000
    value = np.array([214.8, 214.9, 704.7, 215.0, 215.1, 215.4])
    drawn = draw_series(time, value, np.array([1, 1, 2, 1, 1, 2], np.int8))
    course = drawn.split('class="course"')[1]
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", course)]
    assert heights[0] - heights[4] > 50


@pytest.mark.parametrize("value", [[], [np.nan], [5.0], [5.0, 5.0], [0.0], [1e300]])
def test_few_or_equal_figures_are_drawn_too(value):
    count = len(value)
    drawn = draw_series(
        np.arange(count) * 1_000_000, np.array(value), np.full(count, 2, np.int8)
    )
    assert "nan" not in drawn
    assert drawn == "" or drawn.startswith("<svg")
