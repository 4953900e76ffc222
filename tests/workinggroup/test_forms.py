"""What fields of acts of several rooms may hold."""

import pytest

from waternet.errors import NotAcceptable
from waternet.workinggroup.forms import (
    verify_listed,
    verify_paragraphs,
    verify_parties,
    verify_titles,
)


def _nothing(_value, _at):
    pass


@pytest.mark.parametrize(
    ("verify", "value"),
    [
        (verify_titles, {}),
        (verify_titles, {"en": ""}),
        (verify_titles, "a title"),
        (verify_paragraphs, {}),
        (verify_paragraphs, {"en": "one text"}),
        (verify_paragraphs, {"en": ["two\nlines"]}),
        (verify_paragraphs, {"no language": ["one"]}),
        (verify_parties, ["israel", "israel"]),
        (verify_parties, ["no id"]),
        (verify_parties, "israel"),
    ],
)
def test_what_cannot_be_one_is_refused(verify, value):
    with pytest.raises(NotAcceptable):
        verify(value, "here")


def test_what_is_one_passes():
    verify_titles({"ar": "ماء", "he": "מים"}, "here")
    verify_paragraphs({"en": ["One.", "Two."]}, "here")
    verify_parties([], "here")


def test_a_list_is_as_long_as_it_must_be():
    verify_listed([1], "here", _nothing)
    with pytest.raises(NotAcceptable, match="1 to 200"):
        verify_listed([], "here", _nothing)
    with pytest.raises(NotAcceptable, match="1 to 200"):
        verify_listed([1] * 201, "here", _nothing)
