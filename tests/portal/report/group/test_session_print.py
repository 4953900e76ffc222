"""The record of a session as PDF, read back in three languages."""

import io
from dataclasses import replace

import pypdf
import pytest
from drafting import found
from portal.report.group.reading import flat, fonts, pages, set_right_to_left
from printable import CALL, HOSTILE, MINUTES, called, held, named_charter

from waternet.errors import Conflict, NotAcceptable
from waternet.portal.language.language import get_language
from waternet.portal.report.group.roster import told_day
from waternet.portal.report.group.session import acts_of_session, print_session

LANGUAGES = [get_language(code) for code in ("ar", "he", "en")]
ENGLISH = LANGUAGES[2:]


@pytest.fixture(scope="module")
def session():
    return held()


@pytest.fixture(scope="module")
def made(session):
    return print_session(*session, LANGUAGES)


def test_the_same_state_gives_the_same_bytes(session, made):
    assert print_session(*session, LANGUAGES) == made


def test_each_language_has_its_part_set_in_its_own_direction(made):
    assert set_right_to_left(made, MINUTES["ar"][0])
    assert set_right_to_left(made, MINUTES["he"][0])
    assert MINUTES["en"][0] in flat(made)
    assert [page.count("CLOSED") for page in pages(made)] == [0, 0, 1, 0]


def test_every_font_is_in_the_file(made):
    assert all(fonts(made).values())


def test_it_tells_who_called_where_who_hosts_who_chairs_and_when(session):
    told = flat(print_session(*session, ENGLISH))
    for words in (
        "Called by Jordan (Envoy), 2 March 2026 (jordan:2)",
        "Place Muscat",
        "Host Jordan",
        "Chair Atlas",
        "Days 4 May 2026 – 6 May 2026",
        "1. Data",
    ):
        assert words in told


def test_who_did_not_come_is_told_as_invited_and_nothing_more(session):
    told = flat(print_session(*session, ENGLISH))
    # The chair was there, though it gave no delegates; the absent member is invited.
    assert "Invited as well: Palestine · Yonder Every member is invited" in told
    assert "absent" not in told


def test_papers_tasks_and_decisions_carry_hashes_and_acts(session, made):
    told = flat(made)
    assert told.count("ab" * 32) == 3
    english = flat(print_session(*session, ENGLISH))
    assert "The wells are mapped" in english
    assert "task.set map — Jordan (Envoy)" in english
    assert "Map of the wells Israel 1 July 2026 to be done" in english
    for one in acts_of_session(*session):
        assert one.act.id in told


def test_acts_and_hashes_stand_once_for_all_languages(session, made):
    assert flat(made).count(session[0].sha256) == 1


def test_a_session_that_is_not_over_says_so_on_its_pages():
    group, _root = called()
    state = group.fold()
    words = pages(print_session(state, state.thing("session", "third"), ENGLISH))
    assert "CALLED, NOT HELD YET" in words[0]


def test_minutes_in_another_language_are_told_as_they_were_written():
    state, thing = held(minutes={"he": MINUTES["he"]})
    made = print_session(state, thing, ENGLISH)
    assert "not written in this language" in flat(made)
    assert set_right_to_left(made, MINUTES["he"][0])


def test_moments_are_told_by_the_clock_of_the_place():
    begins, ends = "2026-05-04T06:00:00Z", "2026-05-04T09:30:00Z"
    call = {**CALL, "from": begins, "to": ends, "zone": "Asia/Amman"}
    state, thing = held(call)
    told = flat(print_session(state, thing, ENGLISH))
    assert "4 May 2026, 09:00 Asia/Amman – 4 May 2026, 12:30 Asia/Amman" in told


def test_hostile_words_are_only_words():
    titles = {"en": HOSTILE}
    call = {**CALL, "titles": titles, "place": titles}
    call["agenda"] = [{"id": "a", "titles": titles}]
    state, thing = held(call, {"en": [HOSTILE]}, HOSTILE)
    told = flat(print_session(state, thing, ENGLISH)).replace(" ", "")
    assert told.count(HOSTILE.replace(" ", "")) == 5


def test_long_minutes_go_on_over_pages():
    words = ["Much was said, and all of it was written down."] * 150
    state, thing = held(minutes={"en": words})
    made = print_session(state, thing, ENGLISH)
    assert len([one for one in pages(made) if one.count("Much was said") > 20]) >= 2
    assert flat(made).count("Much was said") == 150


def test_it_has_one_to_three_languages(session):
    with pytest.raises(NotAcceptable, match="one to 3"):
        print_session(*session, [*LANGUAGES, *LANGUAGES])


def test_a_session_that_was_called_twice_at_once_is_not_guessed(session):
    state, thing = session
    with pytest.raises(Conflict, match="nothing stands"):
        print_session(state, replace(thing, changes=()), ENGLISH)


def test_it_bears_the_day_of_the_newest_act(session, made):
    newest = max(one.act.issued for one in session[0].taken.values())
    told = pypdf.PdfReader(io.BytesIO(made)).metadata.creation_date
    assert told.strftime("%Y-%m-%dT%H:%M:%SZ") == newest


def test_a_session_of_which_only_a_report_tells_says_so():
    told = named_charter(keeper="israel")
    group = found(told)
    reported = {"of": "israel", "source": "Archive, box 3", "date": "1999-02"}
    call = {name: CALL[name] for name in ("body", "titles", "sort", "from", "to")}
    told = {**call, "agenda": []}
    group.act("israel", "session.call", "third", told, **reported)
    assert group.refused() == []
    state = group.fold()
    words = flat(print_session(state, state.thing("session", "third"), ENGLISH))
    assert "the source does not say who, February 1999 — reported [1]" in words
    assert words.count("[1] reported by Israel, from: Archive, box 3") == 1


def test_a_session_without_attendances_claims_nobodys_absence():
    group, root = called()
    opened = group.act("atlas", "session.open", "third", {}, [root])
    closing = {"minutes": MINUTES, "decisions": [], "seen": group.seen()}
    group.act("atlas", "session.close", "third", closing, [opened])
    state = group.fold()
    words = flat(print_session(state, state.thing("session", "third"), ENGLISH))
    assert "Who took part is not on record. Invited: Israel · Jordan" in words


def test_a_name_and_a_day_are_divided_as_the_language_divides_them():
    told = told_day("2026-11-28T08:00:00Z", get_language("ar"))
    assert "،" in told
    assert ", " not in told
