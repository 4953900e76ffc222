"""The track's story is told to its end, and answers its questions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples/multilateral-track/demo.py"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> str:
    """Tell the story once."""
    folder = tmp_path_factory.mktemp("track") / "demo"
    done = subprocess.run(
        [sys.executable, DEMO, folder],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
    )
    assert done.stderr == ""
    return done.stdout


def _answer(told: str, question: str) -> str:
    return told.partition(question)[2].partition("\n\n")[0]


def test_where_each_project_stood(told):
    answer = _answer(told, "Where did each project stand on 1999-01-01?")
    rows = [line.split() for line in answer.splitlines()]
    stages = {row[0]: row[2] for row in rows if len(row) > 2 and row[1] == "water"}
    assert stages == {
        "agricultural-water-laboratory": "defined",
        "desalination-centre": "funded",
        "resources-needs": "defined",
        "waternet": "funded",
    }


def test_what_blocked_the_declaration(told):
    answer = _answer(told, "What blocked the declaration")
    assert "by egypt" in answer
    assert "feasibility" in answer


def test_what_was_pledged_and_by_whom(told):
    answer = _answer(told, "What was pledged")
    for words in ("1000000 USD", "16000000 USD", "canada", "norway", "russia"):
        assert words in answer


def test_reports_are_told_as_reports(told):
    assert told.count("reported from: A. Baklanov") >= 2


def test_years_of_silence_and_the_formula(told):
    assert "8004" in _answer(told, "How active was it")
    assert "united-nations" in _answer(told, "What would change under the formula")
