"""Texts: drafted, amended, shelved, withdrawn; positions on their paragraphs."""

import pytest
from acting import Group, body, charter
from drafting import Drafting, found, words

from waternet.workinggroup.texts import paragraph_sha256


@pytest.fixture
def group() -> Group:
    return found()


@pytest.fixture
def drafting(group) -> Drafting:
    return Drafting(group).draft("p1", "p2", "p3")


def _ids(drafting: Drafting) -> list[str]:
    return [one.id for one in drafting.text().paragraphs]


def test_a_text_is_drafted_in_every_language_of_the_charter(drafting):
    text = drafting.text()
    assert (text.by, text.body, text.stage) == ("jordan", "water", "draft")
    assert text.paragraph("p2").words == words("p2")


@pytest.mark.parametrize("left_out", ["ar", "en", "he"])
def test_a_paragraph_that_lacks_a_language_is_refused(drafting, left_out):
    told = words("other")
    del told[left_out]
    drafting.amend("p1", told)
    assert drafting.group.refused() == ["unmet-condition"]


def test_a_language_that_the_charter_does_not_have_is_refused(drafting):
    drafting.amend("p1", words("other") | {"fr": "Un puits"})
    assert drafting.group.refused() == ["unmet-condition"]


def test_titles_that_lack_a_language_are_refused(group):
    told = [{"id": "p1", "words": words()}]
    content = {"body": "water", "titles": {"en": "Wells"}, "paragraphs": told}
    group.act("jordan", "text.draft", "declaration", content)
    assert group.refused() == ["unmet-condition"]


def test_a_paragraph_that_is_named_twice_is_refused(group):
    told = [{"id": "p1", "words": words()}, {"id": "p1", "words": words("other")}]
    content = {"body": "water", "titles": words(), "paragraphs": told}
    group.act("jordan", "text.draft", "declaration", content)
    assert group.refused() == ["unreadable-act"]


def test_a_text_drafted_for_a_session_names_its_call(group):
    told = [{"id": "p1", "words": words()}]
    content = {"body": "water", "titles": words(), "paragraphs": told}
    content["session"] = group.charter
    group.act("jordan", "text.draft", "declaration", content, [group.charter])
    assert group.refused() == ["unmet-condition"]


def test_an_amendment_replaces_the_words_of_one_paragraph(drafting):
    drafting.amend("p2", words("spring"))
    text = drafting.text()
    assert text.paragraph("p1").words == words("p1")
    assert text.paragraph("p2").words == words("spring")
    assert _ids(drafting) == ["p1", "p2", "p3"]


@pytest.mark.parametrize(
    ("after", "order"),
    [
        ({"after": "p1"}, ["p1", "new", "p2", "p3"]),
        ({"after": ""}, ["new", "p1", "p2", "p3"]),
        ({}, ["p1", "p2", "p3", "new"]),
    ],
)
def test_an_amendment_places_a_new_paragraph(drafting, after, order):
    told = {"id": "new", "words": words("new"), **after}
    content = {"paragraphs": [told], "reason": "it was missing"}
    drafting.change("israel", "amend", content)
    assert _ids(drafting) == order


def test_a_paragraph_that_is_struck_keeps_its_place_without_words(drafting):
    content = {"paragraphs": [], "remove": ["p2"], "reason": "said in p1"}
    drafting.change("israel", "amend", content)
    text = drafting.text()
    assert text.paragraph("p2").is_struck
    assert [one.id for one in text.adopted_paragraphs()] == ["p1", "p3"]


def test_a_paragraph_that_is_struck_twice_at_once_is_refused(drafting):
    drafting.change(
        "israel", "amend", {"paragraphs": [], "remove": ["p1"] * 2, "reason": "x"}
    )
    assert drafting.group.refused() == ["unreadable-act"]


def test_an_amendment_that_changes_nothing_is_refused(drafting):
    drafting.amend("p1", words("p1"))
    assert drafting.group.refused() == ["unmet-condition"]


def test_two_amendments_at_once_are_a_conflict_and_the_text_stays(drafting):
    base = drafting.last
    first = drafting.amend("p1", words("spring"))
    drafting.last = base
    second = drafting.amend("p1", words("lake"), party="jordan")
    state = drafting.group.fold()
    assert [one.acts for one in state.conflicts] == [tuple(sorted((first, second)))]
    assert state.thing("text", "declaration").value.paragraph("p1").words == words("p1")


def test_who_joins_two_amendments_goes_on_from_the_first_that_is_named(drafting):
    base = drafting.last
    first = drafting.amend("p1", words("spring"))
    drafting.last = base
    second = drafting.amend("p2", words("lake"), party="jordan")
    told = [{"id": "p2", "words": words("lake")}]
    content = {"paragraphs": told, "reason": "both"}
    drafting.last = first
    drafting.last = drafting.beside("palestine", "amend", content, [second])
    state = drafting.group.fold()
    assert state.conflicts == ()
    text = state.thing("text", "declaration").value
    assert text.paragraph("p1").words == words("spring")
    assert text.paragraph("p2").words == words("lake")


def test_one_language_version_that_changes_changes_the_hash_of_that_paragraph(drafting):
    before = {name: paragraph_sha256(drafting.text(), name) for name in _ids(drafting)}
    drafting.amend("p2", words("p2") | {"he": "מעיין"})
    after = {name: paragraph_sha256(drafting.text(), name) for name in _ids(drafting)}
    assert {name for name in before if before[name] != after[name]} == {"p2"}


def test_two_texts_with_the_same_words_have_different_hashes(group):
    hashes = {
        paragraph_sha256(Drafting(group, name).draft().text(), "p1")
        for name in ("declaration", "protocol")
    }
    assert len(hashes) == 2


def test_a_consent_to_a_paragraph_is_taken(drafting):
    drafting.consent("israel", "p2")
    assert drafting.group.refused() == []


def test_a_consent_moved_to_another_paragraph_is_refused(drafting):
    to = paragraph_sha256(drafting.text(), "p1")
    content = {"paragraph": "p2", **drafting.group.consent(to)}
    drafting.beside("israel", "consent", content)
    assert drafting.group.refused() == ["consent-not-to-this"]


def test_a_consent_moved_to_another_text_is_refused(drafting):
    to = paragraph_sha256(drafting.text(), "p1")
    other = Drafting(drafting.group, "protocol").draft("p1")
    other.beside("israel", "consent", {"paragraph": "p1", **drafting.group.consent(to)})
    assert drafting.group.refused() == ["consent-not-to-this"]


def test_a_consent_to_what_stood_before_is_refused(drafting):
    to = paragraph_sha256(drafting.text(), "p1")
    drafting.amend("p1", words("p1") | {"ar": "نبع"})
    content = {"paragraph": "p1", **drafting.group.consent(to)}
    drafting.beside("israel", "consent", content)
    assert drafting.group.refused() == ["consent-not-to-this"]


def test_a_consent_that_ends_before_it_begins_is_refused(drafting):
    to = paragraph_sha256(drafting.text(), "p1")
    content = {"paragraph": "p1", "to": to, "expires": "2026-03-01"}
    drafting.beside("israel", "consent", content)
    assert drafting.group.refused() == ["consent-expired"]


def test_nobody_takes_back_the_consent_of_another(drafting):
    given = drafting.consent("israel")
    drafting.beside("jordan", "dissent", {"reason": "no"}, [given])
    assert drafting.group.refused() == ["unmet-condition"]


def test_a_position_on_a_paragraph_that_is_not_there_is_refused(drafting):
    for what in ("object", "reserve"):
        content = {"paragraph": "p9", "words": {"en": "No"}}
        drafting.beside("israel", what, content)
    assert drafting.group.refused() == ["unmet-condition", "unmet-condition"]


def test_only_the_objector_lifts_an_objection(drafting):
    objection = drafting.object("palestine")
    drafting.beside("israel", "lift", {"reason": "enough"}, [objection])
    assert drafting.group.refused() == ["unmet-condition"]
    drafting.beside("palestine", "lift", {"reason": "enough"}, [objection])
    assert drafting.group.refused() == ["unmet-condition"]


def test_an_objection_waits_for_no_stage_that_there_is_not(drafting):
    told = {"kind": "project", "name": "lab", "stage": "begun", "words": {"en": "x"}}
    drafting.object("palestine", condition=told)
    assert drafting.group.refused() == ["unreadable-act"]


def test_an_objection_that_waits_for_a_project_names_the_stage(drafting):
    waits = {"kind": "project", "name": "carrier", "words": {"en": "First that"}}
    drafting.object("israel", condition=waits)
    assert drafting.group.refused() == ["unreadable-act"]
    drafting.object("israel", condition={**waits, "stage": "funded"})
    assert drafting.group.refused() == ["unreadable-act"]


def test_a_text_is_taken_off_the_agenda_and_taken_up_again(drafting):
    drafting.change("atlas", "shelve", {"reason": "until feasibility is examined"})
    assert drafting.stage() == "shelved"
    drafting.beside("israel", "consent", {"paragraph": "p1", **_any_consent(drafting)})
    assert drafting.group.refused() == ["not-open"]
    drafting.change("atlas", "resume", {"reason": "it was examined"})
    assert drafting.stage() == "draft"


def _any_consent(drafting: Drafting) -> dict[str, str]:
    return drafting.group.consent(paragraph_sha256(drafting.text(), "p1"))


def test_an_amendment_of_a_shelved_text_is_refused(drafting):
    drafting.change("atlas", "shelve", {"reason": "not now"})
    drafting.amend("p1", words("other"))
    assert drafting.group.refused() == ["not-open"]


def test_only_who_drafted_a_text_withdraws_it(drafting):
    drafting.beside("israel", "withdraw", {"reason": "enough"})
    assert drafting.group.refused() == ["not-entitled"]
    drafting.change("jordan", "withdraw", {"reason": "another one comes"})
    assert drafting.stage() == "withdrawn"
    drafting.beside("atlas", "resume", {"reason": "no"})
    assert sorted(drafting.group.refused()) == ["not-entitled", "not-open"]


def test_an_observer_without_the_right_drafts_nothing():
    rights = {
        one: ["core"]
        for one in ("propose", "consent", "call", "chair", "pledge", "attend")
    }
    group = found(charter(bodies=[body(rights=rights, gavel=["israel"])]))
    Drafting(group).draft(party="atlas")
    assert group.refused() == ["not-entitled"]
