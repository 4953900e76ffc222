"""Adoption: every consent that the charter demands, and no objection that stands."""

from datetime import timedelta

import pytest
from acting import body, charter
from drafting import CORE, Drafting, found, silent, words

from waternet.workinggroup.charter_form import read_charter


def _drafting(*paragraphs: str, written=None) -> Drafting:
    return Drafting(found(written)).draft(*paragraphs)


def _body(how: str, **changed) -> dict:
    return charter(bodies=[body(consensus={"how": how, "of": ["core"], **changed})])


def _submitted(**changed) -> Drafting:
    drafting = _drafting(written=silent(**changed))
    deadline = f"{drafting.group.now + timedelta(days=10):%Y-%m-%d}"
    content = {"deadline": deadline, "seen": drafting.group.seen()}
    drafting.change("atlas", "submit", content)
    return drafting


def test_a_text_is_adopted_once_all_who_count_consented_to_every_paragraph():
    drafting = _drafting("p1", "p2")
    drafting.consent_all()
    drafting.adopt()
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


@pytest.mark.parametrize("party", CORE)
@pytest.mark.parametrize("name", ["p1", "p2"])
def test_one_consent_that_is_missing_holds_the_whole_text_up(party, name):
    drafting = _drafting("p1", "p2")
    drafting.consent_all()
    del drafting.given[party, name]
    drafting.adopt()
    state = drafting.group.fold()
    assert [one.name for one in state.refusals] == ["no-consensus"]
    assert party in state.refusals[0].message
    assert name in state.refusals[0].message


def test_one_language_version_that_changes_voids_the_consents_to_that_paragraph():
    drafting = _drafting("p1", "p2")
    drafting.consent_all()
    drafting.amend("p2", words("p2") | {"he": "מעיין"})
    drafting.adopt()
    assert drafting.group.refused() == ["consent-not-to-this"]
    for party in CORE:
        drafting.consent(party, "p2")
    drafting.adopt()
    assert drafting.stage() == "adopted"


def test_striking_a_paragraph_takes_consent_as_words_do():
    drafting = _drafting("p1", "p2")
    drafting.consent_all()
    content = {"paragraphs": [], "remove": ["p2"], "reason": "shorter"}
    drafting.change("jordan", "amend", content)
    for party in CORE:
        del drafting.given[party, "p2"]
    drafting.adopt()
    assert drafting.group.refused() == ["no-consensus"]
    for party in CORE:
        drafting.consent(party, "p2")
    drafting.adopt()
    assert drafting.stage() == "adopted"


def test_a_consent_that_ran_out_does_not_count():
    drafting = _drafting()
    drafting.consent_all()
    drafting.group.now += timedelta(days=31)
    drafting.adopt()
    assert drafting.group.refused() == ["consent-expired"]


def test_a_consent_that_was_taken_back_in_time_does_not_count():
    drafting = _drafting()
    drafting.consent_all()
    given = drafting.given["israel", "p1"]
    drafting.beside("israel", "dissent", {"reason": "no more"}, [given])
    drafting.adopt()
    assert drafting.group.refused() == ["consent-withdrawn"]


def test_who_took_a_consent_back_may_consent_anew():
    drafting = _drafting()
    drafting.consent_all()
    given = drafting.given["israel", "p1"]
    drafting.beside("israel", "dissent", {"reason": "no more"}, [given])
    drafting.consent("israel")
    drafting.adopt()
    assert drafting.stage() == "adopted"


def test_a_consent_taken_back_after_the_adoption_leaves_it_standing():
    drafting = _drafting()
    drafting.consent_all()
    before, given = drafting.last, drafting.given["israel", "p1"]
    drafting.adopt()
    drafting.last = before
    drafting.beside("israel", "dissent", {"reason": "no more"}, [given])
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


def test_only_a_holder_of_the_gavel_adopts():
    drafting = _drafting()
    drafting.consent_all()
    drafting.adopt(party="israel")
    assert drafting.group.refused() == ["not-entitled"]


def test_an_objection_of_one_who_counts_blocks_though_all_consented():
    drafting = _drafting()
    drafting.consent_all()
    drafting.object("palestine")
    drafting.adopt()
    assert drafting.group.refused() == ["standing-objection"]


def test_an_objection_of_one_whose_consent_is_not_asked_for_is_heard_alone():
    drafting = _drafting()
    drafting.consent_all()
    drafting.object("atlas")
    drafting.adopt()
    assert drafting.stage() == "adopted"


def test_an_objection_stands_though_the_paragraph_was_amended():
    drafting = _drafting()
    drafting.object("palestine")
    drafting.amend("p1", words("spring"))
    drafting.consent_all()
    drafting.adopt()
    assert drafting.group.refused() == ["standing-objection"]


def test_a_lift_counts_where_the_adoption_names_it():
    drafting = _drafting()
    drafting.consent_all()
    objection = drafting.object("palestine")
    lift = drafting.beside("palestine", "lift", {"reason": "met"}, [objection])
    drafting.adopt()
    assert drafting.group.refused() == ["standing-objection"]
    drafting.adopt(on=[lift])
    assert drafting.stage() == "adopted"


def test_an_objection_that_the_chair_did_not_have_yet_comes_too_late():
    drafting = _drafting()
    drafting.consent_all()
    seen = drafting.group.seen()
    drafting.object("palestine")
    drafting.adopt(seen=seen)
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


def test_a_chair_who_claims_to_have_seen_less_than_is_built_on_is_refused():
    drafting = _drafting()
    seen = drafting.group.seen()
    drafting.object("palestine")
    drafting.consent_all()
    drafting.adopt(seen=seen)
    assert drafting.group.refused() == ["unmet-condition"]


def test_reservations_stay_with_the_adopted_text():
    drafting = _drafting()
    drafting.consent_all()
    told = {"paragraph": "p1", "words": {"en": "As far as our law allows"}}
    reservation = drafting.beside("israel", "reserve", told)
    drafting.adopt()
    thing = drafting.thing()
    assert thing.value.stage == "adopted"
    assert reservation in {one.act.id for one in thing.beside}


def test_an_adopted_text_is_not_reopened():
    drafting = _drafting()
    drafting.consent_all()
    drafting.last = drafting.adopt()
    drafting.beside("jordan", "withdraw", {"reason": "no more"})
    drafting.beside("atlas", "shelve", {"reason": "no more"})
    drafting.object("palestine")
    content = {"paragraphs": [{"id": "p1", "words": words("x")}], "reason": "no"}
    drafting.beside("israel", "amend", content)
    assert drafting.group.refused() == ["not-open"] * 4
    assert drafting.text().paragraph("p1").words == words("p1")


def test_an_amendment_that_comes_after_the_adoption_is_refused():
    drafting = _drafting()
    drafting.consent_all()
    before = drafting.last
    drafting.adopt()
    drafting.last = before
    drafting.amend("p1", words("spring"))
    assert drafting.group.refused() == ["not-open"]
    assert drafting.stage() == "adopted"


def test_an_amendment_that_the_chair_passed_over_is_a_conflict_and_nothing_is_adopted():
    drafting = _drafting()
    drafting.consent_all()
    before = drafting.last
    drafting.amend("p1", words("spring"))
    drafting.last = before
    drafting.adopt()
    state = drafting.group.fold()
    assert [one.name for one in state.conflicts] == ["acted-at-once"]
    assert state.thing("text", "declaration").value.stage == "draft"


def test_one_who_was_absent_consents_to_what_was_adopted():
    drafting = _drafting()
    drafting.consent_all()
    drafting.last = drafting.adopt()
    drafting.group.act("yonder", "member.join", "yonder")
    drafting.consent("yonder")
    assert drafting.group.refused() == []


def test_a_language_that_the_charter_gained_is_asked_for():
    drafting = _drafting()
    drafting.consent_all()
    group = drafting.group
    told = charter(languages=["ar", "en", "fr", "he"])
    on = [group.charter]
    proposal = group.act("jordan", "charter.propose", "charter", {"charter": told}, on)
    assert read_charter(told).languages == ("ar", "en", "fr", "he")
    group.charter = group.adopt_charter(group.charter, proposal, told)
    drafting.adopt()
    assert group.refused() == ["unmet-condition"]


# ------------------------------------------------------------------ silence


def test_silence_to_the_end_of_the_deadline_is_consent():
    drafting = _submitted()
    drafting.group.now += timedelta(days=11)
    drafting.adopt()
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


def test_silence_is_not_over_on_its_last_day():
    drafting = _submitted()
    drafting.group.now += timedelta(days=9, hours=12)
    drafting.adopt()
    assert drafting.group.refused() == ["before-deadline"]


def test_an_adoption_dated_a_day_ahead_does_not_shorten_the_time():
    drafting = _submitted()
    group = drafting.group
    group.now += timedelta(days=9, hours=12)
    tomorrow = f"{group.now + timedelta(days=1):%Y-%m-%d}"
    content = {"seen": group.seen()}
    drafting.beside("atlas", "adopt", content, date=tomorrow)
    assert group.refused() == ["before-deadline"]


def test_less_time_than_the_charter_gives_is_refused():
    drafting = _drafting(written=silent())
    deadline = f"{drafting.group.now + timedelta(days=9):%Y-%m-%d}"
    content = {"deadline": deadline, "seen": drafting.group.seen()}
    drafting.beside("atlas", "submit", content)
    assert drafting.group.refused() == ["before-deadline"]


def test_an_objection_within_the_time_blocks():
    drafting = _submitted()
    drafting.object("palestine")
    drafting.group.now += timedelta(days=11)
    drafting.adopt()
    assert drafting.group.refused() == ["standing-objection"]


def test_an_objection_after_the_time_does_not_block():
    drafting = _submitted()
    drafting.group.now += timedelta(days=11)
    drafting.object("palestine")
    drafting.adopt()
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


def test_a_chair_who_had_seen_an_objection_at_submission_cannot_forget_it():
    drafting = _drafting(written=silent())
    before = drafting.group.seen()
    drafting.object("palestine")
    deadline = f"{drafting.group.now + timedelta(days=10):%Y-%m-%d}"
    content = {"deadline": deadline, "seen": drafting.group.seen()}
    drafting.change("atlas", "submit", content)
    drafting.group.now += timedelta(days=11)
    seen = {**drafting.group.seen(), "palestine": before["palestine"]}
    drafting.adopt(seen=seen)
    assert drafting.group.refused() == ["standing-objection"]


def test_an_amendment_ends_the_silence_procedure():
    drafting = _submitted()
    drafting.amend("p1", words("spring"))
    drafting.group.now += timedelta(days=11)
    drafting.adopt()
    assert drafting.group.refused() == ["not-open"]


def test_a_text_of_a_body_that_asks_for_consent_is_not_submitted_to_silence():
    drafting = _drafting()
    content = {"deadline": "2026-04-01", "seen": drafting.group.seen()}
    drafting.beside("atlas", "submit", content)
    assert drafting.group.refused() == ["not-open"]


# ------------------------------------------------------- agree to disagree


def _divided(**changed) -> tuple[Drafting, str]:
    written = _body("all", may_disagree=True, **changed)
    drafting = _drafting("p1", "p2", written=written)
    drafting.consent_all(but=["p2"])
    return drafting, drafting.object("palestine", "p2")


def test_members_agree_to_disagree_on_a_paragraph_on_which_all_spoke():
    drafting, objection = _divided()
    for party in ("israel", "jordan"):
        drafting.consent(party, "p2")
    drafting.adopt(on=[objection], disagreed=["p2"])
    assert drafting.group.refused() == []
    text = drafting.thing().value
    assert (text.stage, text.disagreed) == ("adopted", ("p2",))
    assert [one.id for one in text.adopted_paragraphs()] == ["p1"]


def test_a_paragraph_is_not_set_aside_before_all_spoke():
    drafting, objection = _divided()
    drafting.consent("israel", "p2")
    drafting.adopt(on=[objection], disagreed=["p2"])
    state = drafting.group.fold()
    assert [one.name for one in state.refusals] == ["no-consensus"]
    assert "jordan" in state.refusals[0].message


def test_a_paragraph_to_which_nobody_objects_is_not_set_aside():
    drafting, _ = _divided()
    drafting.adopt(disagreed=["p1"])
    assert drafting.group.refused() == ["unmet-condition"]


def test_a_text_of_which_nothing_is_left_is_not_adopted():
    drafting = _drafting(written=_body("all", may_disagree=True))
    objections = [drafting.object(party) for party in CORE]
    drafting.adopt(on=objections, disagreed=["p1"])
    assert drafting.group.refused() == ["unmet-condition"]


def test_nobody_agrees_to_disagree_where_the_charter_does_not_say_so():
    drafting = _drafting("p1", "p2")
    drafting.consent_all()
    objection = drafting.object("palestine", "p2")
    drafting.adopt(on=[objection], disagreed=["p2"])
    assert drafting.group.refused() == ["no-consensus"]


def test_presence_is_at_a_session_and_at_nothing_else():
    drafting = _drafting(written=_body("present"))
    drafting.consent_all()
    drafting.adopt(session=drafting.root)
    assert drafting.group.refused() == ["unmet-condition"]


# ------------------------------------------------------------------ presence


CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-02",
    "to": "2026-03-12",
    "place": {"en": "Muscat"},
    "agenda": [{"id": "wells", "titles": {"en": "Wells"}}],
}


class _Session:
    """An open session of the water group, with those who attend."""

    def __init__(self, drafting: Drafting, *parties: str) -> None:
        self.group = drafting.group
        self.root = self.group.act("israel", "session.call", "third", CALL)
        self.opened = self.group.act("atlas", "session.open", "third", {}, [self.root])
        self.attended = [self.attend(one) for one in parties]

    def attend(self, party: str) -> str:
        told = {"delegates": [{"names": {"en": "R. Haddad"}}]}
        return self.group.act(party, "session.attend", "third", told, [self.opened])

    def close(self) -> str:
        told = {"minutes": {"en": ["They met."]}, "decisions": []}
        content = {**told, "seen": self.group.seen()}
        return self.group.act("atlas", "session.close", "third", content, [self.opened])

    def on(self) -> list[str]:
        return [self.root, self.opened, *self.attended]


def _present(*parties: str, **changed) -> tuple[Drafting, _Session]:
    rule = {"how": "present", "of": ["core"], "quorum": 2}
    drafting = _drafting(written=charter(bodies=[body(consensus=rule)], **changed))
    return drafting, _Session(drafting, *parties)


def test_those_present_adopt_and_nothing_waits_for_the_absent():
    drafting, session = _present("israel", "jordan")
    drafting.consent_all("israel", "jordan")
    drafting.adopt(session=session.root, on=session.on())
    assert drafting.group.refused() == []
    assert drafting.stage() == "adopted"


def test_one_who_is_present_and_does_not_consent_holds_the_text_up():
    drafting, session = _present("israel", "jordan", "palestine")
    drafting.consent_all("israel", "jordan")
    drafting.adopt(session=session.root, on=session.on())
    assert drafting.group.refused() == ["no-consensus"]


def test_one_who_is_present_counts_though_the_chair_leaves_the_attendance_out():
    drafting, session = _present("israel", "jordan", "palestine")
    drafting.consent_all("israel", "jordan")
    drafting.adopt(session=session.root, on=session.on()[:-1])
    assert drafting.group.refused() == ["no-consensus"]


def test_fewer_than_the_quorum_adopt_nothing():
    drafting, session = _present("israel")
    drafting.consent_all("israel")
    drafting.adopt(session=session.root, on=session.on())
    assert drafting.group.refused() == ["no-consensus"]


def test_of_a_joint_delegation_each_consents_for_itself():
    drafting, session = _present("israel", "jordan", joint=[["jordan", "palestine"]])
    drafting.consent_all("israel", "jordan")
    drafting.adopt(session=session.root, on=session.on())
    state = drafting.group.fold()
    assert [one.name for one in state.refusals] == ["no-consensus"]
    assert "palestine" in state.refusals[0].message
    drafting.consent("palestine")
    drafting.adopt(session=session.root, on=session.on())
    assert drafting.stage() == "adopted"


def test_nothing_is_adopted_in_a_session_that_is_over():
    drafting, session = _present("israel", "jordan")
    drafting.consent_all("israel", "jordan")
    session.close()
    drafting.adopt(session=session.root, on=session.on())
    assert drafting.group.refused() == ["not-open"]


def test_nothing_is_adopted_in_a_session_whose_opening_is_not_named():
    drafting, session = _present("israel", "jordan")
    drafting.consent_all("israel", "jordan")
    drafting.adopt(session=session.root, on=[session.root])
    assert drafting.group.refused() == ["unmet-condition"]
