"""A text as PDF, read back: languages, positions, hashes, and words that are words."""

import io
import re
from collections.abc import Mapping

import pypdf
import pytest
from acting import member
from portal.report.group.reading import flat, fonts, pages, set_right_to_left
from printable import HOSTILE, TITLES, WORDS, disagreed, drafted, wide_charter

from waternet.errors import Conflict, NotAcceptable
from waternet.portal.report.group import ground
from waternet.portal.report.group.ground import Carried
from waternet.portal.report.group.text import acts_of_text, print_text
from waternet.workinggroup.texts import paragraph_sha256


def printed(text):
    return print_text(text.group.fold(), text.thing())


@pytest.fixture(scope="module")
def adopted():
    return disagreed()


@pytest.fixture(scope="module")
def made(adopted):
    return print_text(*adopted)


@pytest.fixture(scope="module")
def told(made):
    return flat(made)


def test_the_same_state_gives_the_same_bytes(adopted, made):
    assert print_text(*adopted) == made


def test_every_language_version_is_set_in_its_own_direction(made):
    for words in WORDS.values():
        assert set_right_to_left(made, words["ar"])
        assert set_right_to_left(made, words["he"])
    assert WORDS["p1"]["en"] in flat(made)


def test_language_versions_stand_in_the_order_of_their_codes(told):
    places = [told.index(word) for word in ("مشترك", "shared", "משותף")]
    assert places == sorted(places)


def test_every_font_is_in_the_file(made):
    found = fonts(made)
    assert all(found.values())
    named = " ".join(found)
    for family in ("NotoSans-", "Vazirmatn", "NotoSansHebrew"):
        assert family in named


def test_it_is_tagged_for_screen_readers(made):
    root = pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ar"
    assert re.search(rb"pdfuaid:part>1<", root["/Metadata"].get_data())


def test_a_draft_says_so_on_every_page_in_every_language():
    for page in pages(printed(drafted())):
        assert {"مسودة", "DRAFT", "טיוטה"} <= set(re.findall(r"\w+", page))


def test_an_adopted_text_is_nowhere_called_a_draft(made, told):
    for page in pages(made):
        assert {"معتمد", "ADOPTED", "מאומץ"} <= set(re.findall(r"\w+", page))
    assert "DRAFT" not in told


def test_each_consent_is_told_with_member_delegate_day_and_entry(adopted, told):
    _state, thing = adopted
    consents = [one for one in thing.beside if one.act.verb == "text.consent"]
    assert len(consents) == 5
    for one in consents:
        name = one.act.party.title()
        entry = rf"{one.act.party}:{one.index}"
        assert re.search(rf"{name} · \w+ ?Envoy · שליח ?{one.act.day} ?{entry}", told)


def test_a_draft_names_those_whose_consent_is_not_there():
    text = drafted()
    text.consent("jordan", "p1")
    told = flat(printed(text))
    assert told.count("not yet") == 5  # of three parties and two paragraphs
    for name in ("إسرائيل · Israel · ישראל", "فلسطين · Palestine · פלסטין"):
        assert len(re.findall(f"{name} ?\\w+ \\w+ · not yet", told)) == 2


def test_reservations_and_objections_stand_with_their_paragraph(told):
    first, second = told.index("1 · p1"), told.index("2 · p2")
    assert first < told.index("Rights stay") < second
    assert first < told.index("Unclear") < told.index("The member lifted it") < second
    end = told.index("On what this rests")
    for words in ("Later", "A study", "balance", "The objection stands", "to disagree"):
        assert second < told.index(words) < end


def test_every_hash_that_it_rests_on_is_printed(adopted, told):
    state, thing = adopted
    for name in WORDS:
        assert paragraph_sha256(thing.value, name) in told
    acts = acts_of_text(state, thing)
    verbs = {one.act.verb for one in acts}
    assert verbs >= {"text.draft", "text.adopt", "text.lift", "charter.adopt"}
    for one in acts:
        assert one.act.id in told
    charter = state.charters[state.charter_id]
    for one in (state.sha256, state.group, state.charter_id, charter.sha256):
        assert one in told
    for party in ("israel", "jordan", "palestine"):
        assert state.credentials.at(party, "envoy", 9).vkey in told


def test_what_is_reported_says_by_whom_and_from_where():
    written = wide_charter(2) | {"keeper": "atlas"}
    written["members"].append(member("far", "observer"))
    text = drafted(written=written, reported="far")
    day = f"{text.group.now:%Y-%m-%d}"
    told = {"of": "far", "source": "Minutes, volume 3", "date": day}
    reserved = {"paragraph": "p1", "words": {"en": "As before"}}
    text.beside("atlas", "reserve", reserved, **told)
    assert text.group.refused() == []
    words = flat(printed(text))
    assert "reported by Atlas, from: Minutes, volume 3" in words
    assert re.search(r"Far منقول ?\[1\] · reported \[1\] · מדווח ?\[1\]", words)
    assert words.count("[1] reported by Atlas") == 1


def test_hostile_words_are_only_words():
    words = {"p1": dict.fromkeys(("ar", "en", "he"), HOSTILE)}
    text = drafted(words, dict.fromkeys(("ar", "en", "he"), HOSTILE))
    text.object("israel", "p1", words={"en": HOSTILE})
    told = flat(printed(text)).replace(" ", "")
    # The title and the paragraph in three languages each, and the objection; where
    # a line runs from the right, its signs are turned.
    assert told.count("panic") == told.count("import") == 7
    assert told.count(HOSTILE.replace(" ", "")) == 3


def test_a_long_paragraph_goes_on_over_pages():
    words = {code: " ".join([one] * 140) for code, one in TITLES.items()}
    made = printed(drafted({"p1": words}))
    holding = [page for page in pages(made) if page.count("Declaration") > 5]
    assert len(holding) >= 2
    assert flat(made).count("Declaration of rules") == 140 + 1


def test_thirty_members_are_all_told():
    text = drafted(written=wide_charter(30))
    parties = [f"party{number:02}" for number in range(30)]
    text.consent_all(*parties)
    text.adopt()
    assert text.group.refused() == []
    told = flat(printed(text))
    for party in parties:
        log = text.group.logs[party].said
        for one in (len(log) - 1, len(log) - 2):
            assert f"{party}:{one}" in told


def test_four_languages_stand_one_after_another():
    more = {"fr": "L'eau du bassin est commune", **WORDS["p2"]}
    written = wide_charter(2) | {"languages": ["ar", "en", "fr", "he"]}
    text = drafted({"p1": more}, {**TITLES, "fr": "Déclaration"}, written)
    told = flat(printed(text))
    assert told.index("No demand is made") < told.index("L'eau du bassin")


def test_two_texts_begun_at_once_under_one_act_are_not_guessed_between(adopted):
    state, thing = adopted
    from dataclasses import replace

    with pytest.raises(Conflict, match="nothing stands"):
        print_text(state, replace(thing, changes=()))


def test_more_acts_than_a_machine_should_set_are_refused(adopted, monkeypatch):
    monkeypatch.setattr(ground, "MOST_ACTS", 5)
    with pytest.raises(NotAcceptable, match="a print holds 5"):
        print_text(*adopted)


def test_what_is_carried_can_be_taken_out_again(adopted):
    files: Mapping[str, str] = {"jordan-1.tlog-proof": "c2sp.org/tlog-proof@v1\n"}
    made = print_text(*adopted, Carried(files, 2))
    held = pypdf.PdfReader(io.BytesIO(made)).attachments
    assert {name: held[name] for name in held} == {
        "jordan-1.tlog-proof": [b"c2sp.org/tlog-proof@v1\n"]
    }
    assert "Not of all acts" in flat(made)
