"""The command `report`, as it is typed."""

import importlib.util

import pytest


def test_a_yearbook_is_written_whole(published, typed, tmp_path):
    output = tmp_path / "w1.pdf"
    words = ("report", output, "--station", "jordan:W1", "--lang", "he,ar")
    done = typed(*words, "--json", node=published.node.folder)
    assert done.json()["languages"] == ["he", "ar"]
    assert output.read_bytes()[:5] == b"%PDF-"
    assert done.json()["bytes"] == output.stat().st_size
    again = tmp_path / "again.pdf"
    assert typed("report", again, "--station", "jordan:W1", "--lang", "he,ar").code == 0
    assert again.read_bytes() == output.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 3, "give --station"),
        (("--station", "jordan:W1", "--area", "jordan:x"), 3, "give --station"),
        (("--station", "jordan:W9"), 4, "waternet stations"),
        (("--station", "jordan:W1", "--lang", "xx"), 4, "ar, en, he"),
        (("--station", "jordan:W1", "--lang", "en,en"), 3, "each once"),
        (("--station", "jordan:W1", "--year-begins", "13"), 3, "a month"),
        (("--station", "jordan:W1", "--date", "31/12"), 3, "2026-12-31"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_written(
    published, typed, tmp_path, words, code, told
):
    output = tmp_path / "none.pdf"
    done = typed("report", output, *words, node=published.node.folder)
    assert (done.code, told in done.err) == (code, True), done.err
    assert not output.exists()


def test_without_the_extra_the_next_step_is_said(
    published, typed, tmp_path, monkeypatch
):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda one: one != "typst" and found(one)
    )
    words = ("report", tmp_path / "x.pdf", "--station", "jordan:W1")
    done = typed(*words, node=published.node.folder)
    assert (done.code, "waternet[report]" in done.err) == (4, True)
