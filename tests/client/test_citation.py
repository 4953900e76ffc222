"""Citing figures, in every language and for BibTeX."""

import re
from dataclasses import replace

import pytest

import waternet as wn
from waternet.errors import NotAcceptable

W1 = "jordan:W1/groundwater-level"


@pytest.fixture(scope="module")
def cited(folder):
    with wn.open(folder) as source:
        return source.get_observations(W1).metadata


def test_each_release_has_a_line_with_owner_licence_and_digest(cited) -> None:
    first, correction = wn.cite(cited).splitlines()
    assert first.startswith("The agency (")
    assert "levels.csv. Release jordan:2, issued " in first
    assert "Licence: CC-BY-4.0" in first
    assert cited.citation[0]["sha256"] in first
    assert "Corrected because: خطأ في القراءة" in correction


@pytest.mark.parametrize(("language", "word"), [("ar", "الرخصة"), ("he", "רישיון")])
def test_labels_follow_the_reader_and_figures_stand_apart(
    cited, language, word
) -> None:
    (line, _) = wn.cite(cited, language=language).splitlines()
    assert word in line
    assert "\u2068CC-BY-4.0\u2069" in line
    assert line.count("\u2068") == line.count("\u2069")


def test_bibtex_has_an_entry_for_each_release(cited) -> None:
    written = wn.cite(cited, "bibtex")
    assert re.findall(r"^@misc\{(.+),$", written, re.MULTILINE) == [
        "waternet-jordan-2",
        "waternet-jordan-4",
    ]
    assert written.count("{") == written.count("}")
    assert "author = {{The agency}}" in written


def test_what_tex_would_take_for_a_command_is_written_out(cited) -> None:
    one = {**cited.citation[0], "title": r"50% of wells_A & B \input{x}"}
    written = wn.cite(replace(cited, citation=(one,)), "bibtex")
    assert r"title = {{50\% of wells\_A \& B /input\{x\}}}" in written


def test_a_dataset_without_a_licence_says_so(cited) -> None:
    one = {**cited.citation[0], "licence": "", "access": "restricted", "readers": ["a"]}
    line = wn.cite(replace(cited, citation=(one,)))
    assert "Licence: no licence stated" in line
    assert "restricted to a" in line


def test_a_list_of_stations_has_nothing_to_cite(folder) -> None:
    with wn.open(folder) as source, pytest.raises(NotAcceptable, match="no figures"):
        wn.cite(source.get_stations().metadata)


@pytest.mark.parametrize("words", [{"form": "html"}, {"language": "fr"}])
def test_other_forms_and_languages_are_refused(cited, words) -> None:
    with pytest.raises(NotAcceptable):
        wn.cite(cited, **words)
