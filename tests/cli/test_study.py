"""Trends, groundwater status, compliance and rounds, as they are typed."""

import json
import math
import re
from pathlib import Path

import pytest
from parties import make_party

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
W1, W2, W3 = (f"jordan:W{number}/groundwater-level" for number in (1, 2, 3))


def _levels():
    """Return W1 yearly, W2 monthly with a fall of 0.1 m a year, W3 a limit or two."""
    rows = ["well,day,level"]
    rows += [
        f"W1,{2000 + year}-01-01,{value}" for year, value in enumerate((5, 7, 6, 8))
    ]
    rows += [
        f"W2,{year}-{month:02}-01,{10 - 0.1 * (year - 2000) + month / 10:.3f}"
        for year in range(2000, 2012)
        for month in range(1, 13)
        if (year, month) != (2011, 6)
    ]
    rows += ["W3,2011-01-01,<3", "W3,2011-02-01,2.8"]
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("study"))
    party.read(_levels())
    party.publish()
    return party.node.folder


def fields_on_the_page(command):
    section = re.split(
        rf"^### `waternet {command}\b", REFERENCE.read_text(), flags=re.MULTILINE
    )[1].split("\n### ")[0]
    line = re.sub(r"\([^)]*\)", "", section.split("Fields: ")[1])
    return re.findall(r"`([a-z_]+)`", line)


def test_a_trend_is_that_of_the_page(typed, studied):
    # docs/method/trends.md: S 4, var S 8.667, z 1.019, slope 0.75 a year.
    (row,) = typed("trend", W1, "--json", node=studied).json()
    assert (row["n"], row["s"], row["trend"]) == (4, 4, "none")
    assert (round(row["variance"], 3), round(row["z"], 3)) == (8.667, 1.019)
    # The days begin at +02:00: 1 January is the year's first, and pairs are even.
    assert (row["slope"], row["origin"]) == (0.75, 2000.0)
    assert row["lower"] is None


def test_seasons_make_a_fall_certain_that_the_year_hides(typed, studied):
    done = typed("trend", W2, "--season", "month", node=studied)
    assert "falling" in done.out
    assert "slopes are in their unit a year" in done.out
    (row,) = typed("trend", W2, "--method", "seasonal", "--json").json()
    assert (row["method"], row["season"], row["tau"]) == ("seasonal", "month", -1.0)
    assert row["slope"] == pytest.approx(-0.1)
    (plain,) = typed("trend", W2, "--json").json()
    assert -1 < plain["tau"] < 0
    (rao,) = typed("trend", W2, "--method", "hamed-rao", "--json").json()
    assert (rao["s"], rao["method"]) == (plain["s"], "hamed-rao")
    (yearly,) = typed("trend", W2, "--season", "year", "--json").json()
    assert (yearly["method"], yearly["n"]) == ("mann-kendall", 12)


def test_a_short_series_is_told_and_keeps_no_other_back(typed, studied):
    rows = typed("trend", W1, W3, "--json", node=studied).json()
    assert [(row["trend"], row["n"], row["limits"]) for row in rows] == [
        ("none", 4, 0),
        ("", 2, 1),
    ]
    assert rows[1]["p"] is None
    told = typed("trend", W1, W3).out
    assert "1 of too few values, or of limits in no order" in told
    assert "rarely independent" not in told


def test_daily_values_are_said_to_follow_each_other(typed, tmp_path):
    party = make_party(tmp_path)
    days = [f"W1,2015-01-{day:02},{day}" for day in range(1, 20)]
    days += ["W2,2015-01-01,<5", "W2,2015-01-02,>3"]
    party.read("well,day,level\n" + "\n".join(days) + "\n")
    party.publish()
    assert "rarely independent" in typed("trend", W1, node=party.node.folder).out
    assert "rarely independent" not in typed("trend", W1, "--season", "month").out
    (row,) = typed("trend", W2, "--json").json()
    assert (row["trend"], row["n"]) == ("", 2)


def test_a_level_stands_among_its_other_years(typed, studied):
    # The lowest of twelve Decembers: 100 / 13 %; the index is the quantile at 1/24.
    (row,) = typed("groundwater", W2, "--json", node=studied).json()
    assert (row["month"], row["years"], row["value"]) == ("2011-12", 12, 10.1)
    assert row["percentile"] == pytest.approx(100 / 13)
    assert row["class"] == "much below normal"
    assert row["index"] == pytest.approx(-1.7317, abs=1e-4)
    # Eleven years ago it was the highest of one: too few to say anything.
    (then,) = typed("groundwater", W2, "--to", "2001", "--json").json()
    assert (then["class"], then["percentile"], then["years"]) == ("", None, 1)
    assert typed("groundwater", W2, "--by", "day", "--json").json()[0]["years"] == 12


def test_a_limit_is_shown_as_one_and_has_no_status(typed, studied):
    words = ("groundwater", W3, "--to", "2011-01-15", "--least-years", "1")
    done = typed(*words, node=studied)
    assert "<3" in done.out
    (row,) = typed(*words, "--json").json()
    assert (row["censor"], row["percentile"]) == ("<", None)


def test_a_schedule_is_held_against_what_came(typed, studied, tmp_path):
    schedule = tmp_path / "agreed.toml"
    schedule.write_text('[[sampling]]\ninterval = "P1M"\nfeature = "W2"\n')
    words = (
        "compliance",
        "--schedule",
        schedule,
        "--from",
        "2010",
        "--to",
        "2012-03-15",
    )
    rows = typed(*words, "--json", node=studied).json()
    kept = [
        (row["period"], row["expected"], row["had"])
        for row in rows
        if row["frequency"] == "P1M"
    ]
    # June 2011 is missing; March 2012 is not past yet.
    assert kept == [("2010", 12, 12), ("2011", 12, 11), ("2012", 2, 0)]
    (gap,) = [row for row in rows if row["period"] == "2011"]
    assert gap["gap_start"] == "2011-05-31T22:00:00Z"
    assert gap["overdue"] == "2011-12-31T22:00:00Z"
    out = typed(*words).out
    assert "2012-01-01" in out  # by the owner's clock
    assert "nobody promised a frequency of 2 of them" in out
    months = typed(*words, "--period", "month", "--json").json()
    assert sum(row["frequency"] == "P1M" for row in months) == 26


ROUND = """Laboratory,Parameter,Value,Uncertainty,\
Reference,Reference_uncertainty,Deviation
A,lead,10.6,0.4,10,0.3,0.4
B,lead,11.2,,10,,
مختبر,lead,8.7,,,,
D,lead,<9,,,,
A,zinc,1.0,,,,
B,zinc,2.0,,,,
"""


def test_laboratories_are_scored_against_the_reference(typed, tmp_path):
    file = tmp_path / "round.csv"
    file.write_text(ROUND, encoding="utf-8-sig")
    rows = typed("round", file, "--json").json()
    lead = {row["laboratory"]: row for row in rows if row["parameter"] == "lead"}
    # By hand: 0.6 / 0.4, 0.6 / 0.5, 0.6 / 0.5, 0.6 / 1.0; the verdict is by z'.
    scores = [lead["A"][name] for name in ("z", "z_prime", "zeta", "en")]
    assert scores == pytest.approx([1.5, 1.2, 1.2, 0.6])
    assert lead["A"]["score"] == "z_prime"
    # 1.2 / 0.5 = 2.4; -1.3 / 0.5 = -2.6.
    assert {name: row["verdict"] for name, row in lead.items()} == {
        "A": "satisfactory",
        "B": "questionable",
        "مختبر": "questionable",
        "D": "",
    }
    assert (lead["D"]["reported"], lead["D"]["value"]) == ("<9", None)
    out = typed("round", file).out
    assert "lead: assigned 10, standard uncertainty 0.3 (reference)" in out
    assert "zinc: not scored: a consensus needs 5 results or more, got 2" in out
    assert "\u2068مختبر\u2069" in out
    assert typed("round", file, "--csv").out.startswith('"parameter","laboratory"')
    done = typed("round", file, "-o", tmp_path / "scores.json")
    assert (done.code, done.out) == (0, "")
    assert len(json.loads((tmp_path / "scores.json").read_text())) == 6


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("laboratory,value\nA,1\n", "no column parameter"),
        ("", "no column laboratory, parameter, value"),
        ("laboratory,parameter,value\nA,lead,1e999\n", "line 2: value is '1e999'"),
        ("laboratory,parameter,value\nA,lead,nan\n", "not a number"),
        ("laboratory,parameter,value\nA,lead,<x\n", "not a number"),
        (
            "laboratory,parameter,value\nA,lead,1\nA,lead,2\n",
            "line 3: 'A' has a result",
        ),
        ("laboratory,parameter,value\n,lead,1\n", "line 2: no laboratory"),
        ("laboratory,parameter,value\nA\u202e,lead,1\n", "line 2: laboratory"),
        (
            "laboratory,parameter,value,uncertainty\nA,lead,1,-1\n",
            "uncertainty is '-1'",
        ),
        (
            "laboratory,parameter,value,reference\nA,lead,1,1\nB,lead,1,2\n",
            "more than one reference: 1, 2",
        ),
        ("laboratory,parameter,value\nA,lead," + "9" * 200_000 + "\n", "line 2"),
    ],
)
def test_a_round_that_cannot_be_read_says_where(text, says, typed, tmp_path):
    file = tmp_path / "round.csv"
    file.write_text(text, encoding="utf-8")
    done = typed("round", file)
    assert (done.code, done.out) == (3, "")
    assert says in done.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("trend", W1, "--method", "spearman"), 3, "no method 'spearman'"),
        (("trend", W1, "--season", "week"), 3, "no season 'week'"),
        (("trend", W1, "--confidence", "95"), 3, "not a share"),
        (("trend", "jordan:W9/groundwater-level"), 4, "W9"),
        (("groundwater", W1, "--by", "year"), 3, "no --by 'year'"),
        (("compliance", "--period", "week"), 3, "no period 'week'"),
        (("compliance", "--schedule", "nowhere.toml"), 4, "no file nowhere.toml"),
        (("round", "nowhere.csv"), 4, "no file nowhere.csv"),
    ],
)
def test_what_cannot_be_meant_is_refused(words, code, says, typed, studied):
    done = typed(*words, node=studied)
    assert (done.code, says in done.err) == (code, True)


@pytest.mark.parametrize(
    "words", [("trend", W1), ("groundwater", W2), ("compliance",), ("round",)]
)
def test_programs_get_the_fields_that_the_reference_gives(
    words, typed, studied, tmp_path
):
    if words == ("round",):
        (tmp_path / "round.csv").write_text(ROUND, encoding="utf-8")
        words = ("round", tmp_path / "round.csv")
    row = typed(*words, "--json", node=studied).json()[0]
    assert list(row) == fields_on_the_page(words[0])
    assert not any(
        isinstance(cell, float) and math.isnan(cell) for cell in row.values()
    )
