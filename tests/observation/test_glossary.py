"""The glossary speaks three languages, and its names are those of the code."""

import importlib
import re
import unicodedata
from pathlib import Path

import pytest

from waternet.observation.vocabulary import get_terms

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| English")
]


def has_script(text: str, script: str) -> bool:
    return any(unicodedata.name(sign, "").startswith(script) for sign in text)


def test_every_term_has_a_name_in_each_language_and_a_meaning() -> None:
    assert len(ROWS) > 60
    for row in ROWS:
        english, arabic, hebrew, meaning, _ = row
        assert has_script(english, "LATIN"), row
        assert has_script(arabic, "ARABIC LETTER"), row
        assert has_script(hebrew, "HEBREW LETTER"), row
        assert meaning, row


def test_no_term_stands_twice() -> None:
    terms = [row[0] for row in ROWS]
    assert len(terms) == len(set(terms))


def test_a_hyphenated_code_name_is_an_observed_property() -> None:
    names = {
        name for row in ROWS for name in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", row[4])
    }
    assert names
    assert names <= set(get_terms("observed_property"))


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("waternet.observation.place", ["Place", "Position"]),
        ("waternet.observation.datastream", ["Datastream"]),
        ("waternet.observation.vocabulary", ["Censor", "Grade", "Status"]),
        ("waternet.exchange.delivery_schedule", ["DeliveryLine", "DeliverySchedule"]),
        ("waternet.record.note", ["Note", "Signer", "Verifier"]),
        ("waternet.record.tree", ["inclusion_proof", "consistency_proof"]),
        ("waternet.formats.recipe", ["Recipe"]),
        ("waternet.workinggroup.objections", ["Objection"]),
        ("waternet.workinggroup.texts", ["Text"]),
        ("waternet.workinggroup.text_standing", ["TextStanding"]),
        ("waternet.formats.reading", ["Reject"]),
    ],
)
def test_the_names_in_the_glossary_are_those_in_code(
    module: str, names: list[str]
) -> None:
    in_glossary = {name for row in ROWS for name in re.findall(r"`(\w+)", row[4])}
    loaded = importlib.import_module(module)
    for name in names:
        assert name in in_glossary
        assert hasattr(loaded, name)
