"""Every sentence of the pages is there in every language."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from waternet.portal.language.catalogue import languages, read_catalogue

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "waternet" / "portal" / "languages"


def test_no_sentence_is_missing_empty_or_no_longer_said() -> None:
    told = subprocess.run(
        [sys.executable, ROOT / "script" / "catalogues.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout) == (0, "")


@pytest.mark.parametrize("code", languages())
def test_rooms_do_not_contradict_each_other(code: str) -> None:
    assert read_catalogue(code).ugettext("Find data")


@pytest.mark.parametrize("code", languages())
def test_plurals_are_those_of_the_language(code: str) -> None:
    """Each number gets the form that CLDR's rule names for it."""
    locale = Locale.parse(code)
    order = [
        one
        for one in ("zero", "one", "two", "few", "many", "other")
        if one in {*locale.plural_form.tags, "other"}
    ]
    for path in FOLDER.glob(f"{code}/*.po"):
        with path.open("rb") as file:
            header = read_po(file, locale)
        expression = header.plural_expr
        for number in range(300):
            form = eval(
                expression.replace("&&", " and ").replace("||", " or ")
                if "?" not in expression
                else _in_python(expression),
                {"n": number},
            )
            assert order[int(form)] == locale.plural_form(number), (path, number)


def _in_python(expression: str) -> str:
    """Return C's conditional expression in Python's words."""
    condition, question, rest = expression.strip("() ").partition("?")
    if not question:
        return condition.replace("&&", " and ")
    chosen, _, otherwise = rest.partition(":")
    condition = condition.replace("&&", " and ")
    return f"({chosen}) if ({condition}) else ({_in_python(otherwise)})"


@pytest.mark.parametrize("code", languages())
def test_what_is_put_into_a_sentence_is_the_same_in_every_language(code: str) -> None:
    import re

    for path in FOLDER.glob(f"{code}/*.po"):
        with path.open("rb") as file:
            for message in read_po(file, Locale.parse(code)):
                if not isinstance(message.id, str) or not message.id:
                    continue
                needed = set(re.findall(r"%\((\w+)\)s", message.id))
                given = set(re.findall(r"%\((\w+)\)s", str(message.string)))
                assert given == needed, (path.name, message.id)
                assert str(message.string).count("%") == message.id.count("%")
