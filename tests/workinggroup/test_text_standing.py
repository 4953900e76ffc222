"""Where a text stands: consents, objections with their conditions, what is missing."""

from typing import Any

from acting import Group, body, charter
from drafting import CORE, Drafting, found, silent, words

from waternet.workinggroup.text_standing import TextStanding, text_standing

RELEASE = {"party": "israel", "entry": 7, "sha256": "ab" * 32}


def _drafting(*paragraphs: str) -> Drafting:
    return Drafting(found()).draft(*paragraphs)


def _standing(drafting: Drafting, on_day: str = "") -> TextStanding:
    state = drafting.group.fold()
    return text_standing(state, state.thing("text", drafting.name), on_day)


def _stands(drafting: Drafting, name: str = "p1", on_day: str = "") -> dict[str, str]:
    paragraphs = _standing(drafting, on_day).paragraphs
    found = next(one for one in paragraphs if one.paragraph.id == name)
    return {one.member: one.stand for one in found.positions}


def _waiting(drafting: Drafting, **condition: Any) -> str:
    told = {"words": {"en": "First that"}, **condition}
    return drafting.object("palestine", condition=told)


def test_a_matrix_tells_of_each_paragraph_who_consents_objects_and_is_missing():
    drafting = _drafting("p1", "p2")
    drafting.consent("israel", "p1")
    drafting.object("palestine", "p1")
    assert _stands(drafting, "p1") == {
        "israel": "consents",
        "jordan": "missing",
        "palestine": "objects",
    }
    assert set(_stands(drafting, "p2").values()) == {"missing"}


def test_one_whose_consent_is_not_asked_for_is_in_the_matrix_once_it_spoke():
    drafting = _drafting()
    drafting.beside("atlas", "reserve", {"paragraph": "p1", "words": {"en": "But"}})
    (paragraph,) = _standing(drafting).paragraphs
    atlas = paragraph.positions[0]
    assert (atlas.member, atlas.counts, atlas.stand) == ("atlas", False, "")
    assert [one.act.body["words"] for one in atlas.reservations] == [{"en": "But"}]


def test_by_silence_nobody_is_missing():
    drafting = Drafting(found(silent())).draft()
    assert _stands(drafting) == dict.fromkeys(CORE, "")
    assert _standing(drafting).paragraphs[0].missing == ()


def test_where_those_present_decide_those_who_attend_are_needed():
    consensus = {"how": "present", "of": ["core"]}
    drafting = Drafting(found(charter(bodies=[body(consensus=consensus)]))).draft()
    assert _standing(drafting).paragraphs[0].missing == ()
    group = drafting.group
    told = {
        "body": "water",
        "titles": {"en": "Third session"},
        "sort": "session",
        "from": "2026-03-02",
        "to": "2026-03-04",
        "place": {"en": "Town"},
        "agenda": [],
    }
    root = group.act("jordan", "session.call", "third", told)
    opened = group.act("atlas", "session.open", "third", {}, [root])
    names = {"delegates": [{"names": {"en": "Envoy"}}]}
    attended = [
        group.act(party, "session.attend", "third", names, [opened])
        for party in ("atlas", "israel", "jordan")
    ]
    drafting.consent("israel")
    assert _standing(drafting).paragraphs[0].missing == ("jordan",)
    drafting.consent("jordan")
    drafting.adopt([root, opened, *attended], session=root)
    assert group.refused() == []
    assert _stands(drafting) == {
        "israel": "consents",
        "jordan": "consents",
        "palestine": "",
    }


def test_a_condition_is_met_by_a_project_that_went_past_its_stage_at_once():
    drafting = Drafting(found(charter(keeper="atlas"))).draft()
    group = drafting.group
    report = {"of": "jordan", "source": "an archive"}
    told = {"body": "water", "titles": {"en": "A laboratory"}}
    idea = group.act("atlas", "project.idea", "lab", told, date="1998", **report)
    _waiting(drafting, kind="project", name="lab", stage="agreed")
    told = {"stage": "defined", "evidence": ["x"], "seen": group.seen()}
    defined = group.act(
        "atlas", "project.move", "lab", told, [idea], date="1998", **report
    )
    assert [one.status for one in _standing(drafting).objections] == ["open"]
    told = {"stage": "execution", "evidence": ["x"], "seen": group.seen()}
    moved = group.act(
        "atlas", "project.move", "lab", told, [defined], date="1999", **report
    )
    (objection,) = _standing(drafting).objections
    assert (objection.status, objection.met_by) == ("met", (moved,))


def test_a_consent_to_words_that_were_changed_is_shown_as_lapsed():
    drafting = _drafting()
    drafting.consent("israel")
    drafting.amend("p1", words("spring"))
    (paragraph,) = _standing(drafting).paragraphs
    assert (paragraph.positions[0].stand, paragraph.positions[0].lapsed) == (
        "missing",
        "changed",
    )


def test_a_consent_that_ran_out_or_was_taken_back_is_shown_as_lapsed():
    drafting = _drafting()
    drafting.consent("israel")
    given = drafting.consent("jordan")
    drafting.beside("jordan", "dissent", {"reason": "no more"}, [given])
    (paragraph,) = _standing(drafting, "2027-01-01").paragraphs
    lapsed = [one.lapsed for one in paragraph.positions]
    assert lapsed == ["expired", "taken back", ""]


def test_what_an_adoption_names_is_what_is_missing_from_it():
    drafting = _drafting("p1", "p2")
    drafting.consent_all()
    objection = drafting.object("palestine")
    drafting.beside("palestine", "lift", {"reason": "enough"}, [objection])
    drafting.given.clear()
    drafting.adopt(on=_standing(drafting).relied_on())
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


def test_what_an_adoption_named_stays_consent_when_its_time_is_over():
    drafting = _drafting()
    drafting.consent_all()
    drafting.adopt()
    assert _stands(drafting, on_day="2030-01-01") == dict.fromkeys(CORE, "consents")


def test_a_condition_is_open_until_a_feasibility_record_about_the_text_is_there():
    drafting = _drafting()
    _waiting(drafting, kind="feasibility", name="yields")
    (objection,) = _standing(drafting).objections
    assert objection.status == "open"
    assert objection.condition["name"] == "yields"


def test_a_release_that_an_objection_waits_for_is_named_and_the_objector_lifts():
    drafting = _drafting()
    objection = _waiting(drafting, kind="release", name="levels")
    met = drafting.beside("israel", "meet", {"release": RELEASE}, [objection])
    (tracked,) = _standing(drafting).objections
    assert (tracked.status, tracked.met_by) == ("met", (met,))
    assert _stands(drafting)["palestine"] == "objects"
    lift = drafting.beside("palestine", "lift", {"reason": "seen"}, [objection, met])
    (tracked,) = _standing(drafting).objections
    assert (tracked.status, tracked.lifted_by) == ("lifted", lift)
    assert _stands(drafting)["palestine"] == "missing"


def test_no_release_meets_what_waits_for_something_else():
    drafting = _drafting()
    objection = _waiting(drafting, kind="feasibility", name="yields")
    drafting.beside("israel", "meet", {"release": RELEASE}, [objection])
    assert drafting.group.refused() == ["unmet-condition"]


def test_an_objection_that_the_chair_passed_over_is_shown():
    drafting = _drafting()
    drafting.consent_all()
    seen = drafting.group.seen()
    objection = drafting.object("palestine")
    drafting.adopt(seen=seen)
    standing = _standing(drafting)
    assert standing.text.stage == "adopted"
    assert [one.made.act.id for one in standing.passed_over] == [objection]


def test_an_objection_after_the_adoption_is_late_and_nobody_passed_over_it():
    drafting = _drafting()
    drafting.consent_all()
    before = drafting.last
    drafting.adopt()
    drafting.last = before
    drafting.object("palestine")
    standing = _standing(drafting)
    assert [one.timing for one in standing.objections] == ["late"]
    assert standing.passed_over == ()


def test_what_is_reported_is_shown_with_who_reported_it_and_from_where():
    group = Group()
    group.join("atlas", *CORE)
    group.found(charter(keeper="atlas"))
    told = {"of": "yonder", "source": "minutes", "date": "2026-03-02"}
    group.act("atlas", "member.join", "yonder", **told)
    drafting = Drafting(group).draft()
    content = {"paragraph": "p1", "words": {"en": "Until feasibility is examined"}}
    drafting.beside("atlas", "object", content, **told)
    (objection,) = _standing(drafting).to_json()["objections"]
    assert (objection["member"], objection["reported_by"]) == ("yonder", "atlas")
    assert objection["source"] == "minutes"


def test_the_standing_as_plain_values_holds_all_languages():
    drafting = _drafting()
    drafting.consent("israel")
    (told,) = _standing(drafting).to_json()["paragraphs"]
    assert told["words"] == words("p1")
    assert told["positions"][0]["consent"]["member"] == "israel"
