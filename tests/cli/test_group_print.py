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
        "waternet.portal.report.group.printing.find_spec",
        lambda one: one != "typst" and found(one),
    )
    node = delegations.nodes["jordan"].folder
    done = typed("text", "print", "wells", "-o", tmp_path / "x.pdf", node=node)
    assert (done.code, "waternet[report]" in done.err) == (4, True)
