"""The commands that print a group's record, as they are typed."""

import importlib.util

import pytest
from delegations import make_delegations

WORDS = {"ar": "بئر", "en": "A well", "he": "באר"}


@pytest.fixture(scope="module")
def delegations(tmp_path_factory):
    made = make_delegations(tmp_path_factory.mktemp("print"), "jordan")
    made.found()
    paragraphs = [{"id": "p1", "words": WORDS}]
    told = {"body": "water", "titles": WORDS, "paragraphs": paragraphs}
    made.act("jordan", "text.draft", "wells", told)
    return made


def test_a_text_is_printed_whole_and_the_same_again(delegations, typed, tmp_path):
    node = delegations.nodes["jordan"].folder
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    done = typed("text", "print", "wells", "-o", first, "--json", node=node)
    assert done.json()["state"] == delegations.state("jordan").sha256
    assert done.json()["bytes"] == first.stat().st_size
    assert typed("text", "print", "wells", "-o", second, node=node).code == 0
    assert first.read_bytes() == second.read_bytes()


def test_a_text_that_is_not_there_leaves_no_file(delegations, typed, tmp_path):
    output = tmp_path / "none.pdf"
    node = delegations.nodes["jordan"].folder
    done = typed("text", "print", "none", "-o", output, node=node)
    assert (done.code, "there is: wells" in done.err) == (4, True)
    assert not output.exists()


def test_without_the_extra_the_next_step_is_said(
    delegations, typed, tmp_path, monkeypatch
):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda one: one != "typst" and found(one)
    )
    node = delegations.nodes["jordan"].folder
    done = typed("text", "print", "wells", "-o", tmp_path / "x.pdf", node=node)
    assert (done.code, "waternet[report]" in done.err) == (4, True)


def test_a_session_is_printed_in_the_languages_that_are_named(
    delegations, typed, tmp_path
):
    told = {"body": "water", "titles": WORDS, "sort": "session", "agenda": []}
    told |= {"from": "2126-05-04", "to": "2126-05-05", "place": WORDS}
    delegations.act("jordan", "session.call", "first", told)
    node = delegations.nodes["jordan"].folder
    output = tmp_path / "first.pdf"
    words = ("session", "print", "first", "-o", output, "--lang")
    assert typed(*words, "he, ar", node=node).code == 0
    assert output.read_bytes()[:5] == b"%PDF-"
    assert typed(*words, "xx", node=node).code == 4
