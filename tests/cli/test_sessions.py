"""What the options of sessions tell."""

import pytest

from waternet.cli.paragraphs import read_paragraphs
from waternet.cli.session_telling import (
    read_call,
    read_decisions,
    read_delegates,
    read_items,
)
from waternet.errors import NotAcceptable, NotFound

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//elsewhere//EN
BEGIN:VEVENT
UID:one
DTSTAMP:20260301T000000Z
DTSTART;VALUE=DATE:20260310
SUMMARY:Elsewhere
END:VEVENT
END:VCALENDAR
"""


def test_an_empty_line_ends_a_paragraph(tmp_path):
    file = tmp_path / "words.txt"
    file.write_bytes("\ufeffOne\r\nline.\r\n\r\n  Two.\r\n\r\n\r\n".encode())
    assert read_paragraphs([f"en={file}"]) == {"en": ["One line.", "Two."]}


@pytest.mark.parametrize("given", ["words.txt", "=words.txt", "en="])
def test_a_file_of_words_says_its_language(given):
    with pytest.raises(NotAcceptable):
        read_paragraphs([given])


def test_words_that_are_not_utf_8_are_refused(tmp_path):
    file = tmp_path / "words.txt"
    file.write_bytes(b"\xe1\xe0\xf8")  # Hebrew, as Windows wrote it
    with pytest.raises(NotAcceptable):
        read_paragraphs([f"he={file}"])
    with pytest.raises(NotFound):
        read_paragraphs([f"he={tmp_path / 'nowhere'}"])


def test_an_option_stands_over_what_a_calendar_says(tmp_path):
    file = tmp_path / "one.ics"
    file.write_text(ICS, encoding="utf-8")
    told = read_call({"titles": {"en": "Ours"}, "to": ""}, file, "", "en")
    assert (told["titles"], told["from"], told["to"]) == (
        {"en": "Ours"},
        "2026-03-10",
        "2026-03-10",
    )


def test_a_calendar_that_does_not_tell_its_language_is_asked_for_it(tmp_path):
    file = tmp_path / "one.ics"
    file.write_text(ICS, encoding="utf-8")
    with pytest.raises(NotAcceptable) as refusal:
        read_call({}, file, "", "")
    assert "language" in str(refusal.value)


def test_an_item_of_an_agenda_says_its_language():
    with pytest.raises(NotAcceptable):
        read_items(["wells=Wells"])


def test_delegates_are_named_by_options_or_by_a_file_and_not_by_both(tmp_path):
    file = tmp_path / "who.toml"
    file.write_text('delegates = [{names = {en = "R. Haddad"}}]', encoding="utf-8")
    assert read_delegates([], "", [], file) == [{"names": {"en": "R. Haddad"}}]
    for names, named in ((["en=D. Sela"], file), ([], None)):
        with pytest.raises(NotAcceptable):
            read_delegates(names, "", [], named)


def test_a_file_of_decisions_holds_nothing_else(tmp_path):
    file = tmp_path / "decided.toml"
    file.write_text('decisions = []\nmore = "x"', encoding="utf-8")
    with pytest.raises(NotAcceptable):
        read_decisions(file)
