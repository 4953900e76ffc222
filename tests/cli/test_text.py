"""A text as it is shown: languages side by side, none turned by another."""

from typing import Any

import pytest
from drafting import Drafting, found, words

from waternet.cli.text_page import text_page
from waternet.workinggroup.text_standing import text_standing


@pytest.fixture
def drafting(monkeypatch: pytest.MonkeyPatch) -> Drafting:
    monkeypatch.setenv("COLUMNS", "120")
    return Drafting(found()).draft("p1", "p2")


def _page(drafting: Drafting) -> str:
    state = drafting.group.fold()
    return text_page(text_standing(state, state.thing("text", "declaration")))


def test_each_piece_of_arabic_and_hebrew_is_set_apart(drafting: Drafting) -> None:
    long = {name: " ".join([text] * 30) for name, text in words().items()}
    drafting.amend("p1", long)
    for line in _page(drafting).splitlines():
        assert line.count("\u2068") == line.count("\u2069")
        outside, inside = "", False
        for letter in line:
            inside = letter == "\u2068" or (inside and letter != "\u2069")
            outside += "" if inside else letter
        assert not any("\u0590" <= letter <= "\u06ff" for letter in outside)


def test_the_languages_stand_in_the_order_of_their_codes(drafting: Drafting) -> None:
    heading = _page(drafting).splitlines()[2]
    assert heading.split() == ["paragraph", "ar", "en", "he"]


def test_a_page_tells_who_stands_where_and_why(drafting: Drafting) -> None:
    condition: dict[str, Any] = {"kind": "release", "name": "levels"}
    told = {**condition, "words": {"en": "Once levels are out"}}
    drafting.consent("israel")
    drafting.object("palestine", condition=told)
    reservation = {"paragraph": "p2", "words": {"en": "As far as law allows"}}
    drafting.beside("jordan", "reserve", reservation)
    drafting.amend("p1", words("spring"))
    page = _page(drafting)
    (row,) = [line for line in page.splitlines() if "objects" in line]
    assert row.split()[2:] == ["missing", "(changed)", "missing", "objects"]
    assert "until release levels: Once levels are out" in page
    assert "reservation to p2 by jordan" in page


def test_a_contested_text_says_so(drafting: Drafting) -> None:
    base = drafting.last
    drafting.amend("p1", words("spring"))
    drafting.last = base
    drafting.amend("p1", words("lake"))
    assert "contested, shown as before" in _page(drafting)
