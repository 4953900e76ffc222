"""A text as it is shown: languages side by side, none turned by another."""

from typing import Any

import pytest
from acting import Group, charter
from drafting import CORE, Drafting, found, words

from waternet.cli.text_page import text_page
from waternet.workinggroup.text_standing import text_standing

OPENS = "\u2066\u2067\u2068"


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
        assert sum(map(line.count, OPENS)) == line.count("\u2069")
        outside, inside = "", False
        for letter in line:
            inside = letter in OPENS or (inside and letter != "\u2069")
            outside += "" if inside else letter
        assert not any("\u0590" <= letter <= "\u06ff" for letter in outside)


def test_the_languages_stand_in_the_order_of_their_codes(drafting: Drafting) -> None:
    (heading,) = [line for line in _page(drafting).splitlines() if " ar " in line]
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
    assert "\n until release levels:\n   en  Once levels are out\n" in page
    assert "reservation to p2 by jordan, 2026-03-02:\n   en  As far" in page


def test_a_contested_text_says_so(drafting: Drafting) -> None:
    base = drafting.last
    drafting.amend("p1", words("spring"))
    drafting.last = base
    drafting.amend("p1", words("lake"))
    assert "contested, shown as before" in _page(drafting)


def test_a_page_tells_what_was_done_last_and_why(drafting: Drafting) -> None:
    drafting.change("atlas", "shelve", {"reason": "not now"})
    assert "\nshelved by atlas, 2026-03-02: not now\n" in _page(drafting)
    drafting.change("atlas", "resume", {"reason": "it was examined"})
    assert "\ntaken up again by atlas, 2026-03-02: it was" in _page(drafting)


def test_what_was_reported_is_shown_as_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # a narrow screen breaks the words
    group = Group()
    group.join("atlas", *CORE)
    group.found(charter(keeper="atlas"))
    told = {"of": "yonder", "source": "minutes", "date": "2026-03-02"}
    drafting = Drafting(group).draft()
    group.act("atlas", "member.join", "yonder", **told)
    content = {"paragraph": "p1", "words": {"en": "Not yet"}}
    drafting.beside("atlas", "object", content, **told)
    page = _page(drafting)
    assert "by yonder, 2026-03-02 (reported by atlas from minutes): open" in page
    assert "objects, as reported" in page


def test_a_version_that_begins_with_latin_letters_runs_its_own_way(
    drafting: Drafting,
) -> None:
    drafting.amend("p1", {"ar": "WGWR بئر", "en": "A well, בור", "he": "WGWR באר"})
    page = _page(drafting)
    assert "\u2067WGWR بئر\u2069" in page
    assert "\u2067WGWR באר\u2069" in page
    assert "\u2066A well, בור\u2069" in page
