"""Charters: founded, proposed anew, consented to, adopted."""

from datetime import timedelta

import pytest
from acting import Group, charter

from waternet.errors import NotAcceptable
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.fold import fold


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found()
    return made


def _proposed(group: Group, **changed) -> tuple[dict, str]:
    told = charter(**changed)
    on = [group.charter]
    return told, group.act(
        "jordan", "charter.propose", "charter", {"charter": told}, on
    )


def _consent(group: Group, party: str, told: dict, proposal: str) -> str:
    to = read_charter(told).sha256
    on = [group.charter, proposal]
    return group.act(party, "charter.consent", "charter", group.consent(to), on)


def test_a_charter_is_in_force_once_all_who_count_consented(group):
    state = group.fold()
    assert state.refusals == ()
    assert state.charter_id == group.charter
    assert state.charter.name == "basin"


def test_before_that_it_is_proposed_and_nothing_else_can_be_done():
    group = Group()
    group.join("atlas", "israel", "jordan", "palestine")
    group.id = group.act("atlas", "charter.found", "charter", {"charter": charter()})
    group.act("israel", "member.join", "israel")
    state = group.fold()
    assert (state.charter_id, state.charter.name) == ("", "basin")
    assert [one.name for one in state.refusals] == ["unknown-charter"]


def test_a_charter_is_not_changed_without_every_consent(group):
    told, proposal = _proposed(group, excluded=["council"])
    given = [_consent(group, party, told, proposal) for party in ("israel", "jordan")]
    on = [group.charter, proposal, *given]
    group.act("jordan", "charter.adopt", "charter", {"seen": group.seen()}, on)
    state = group.fold()
    assert [one.name for one in state.refusals] == ["no-consensus"]
    assert "palestine" in state.refusals[0].message
    assert state.charter_id == group.charter


def test_a_charter_is_changed_as_the_one_before_it_says(group):
    told, proposal = _proposed(group, excluded=["council"])
    adopted = group.adopt_charter(group.charter, proposal, told)
    state = group.fold()
    assert state.refusals == ()
    assert state.charter_id == adopted
    assert state.charter.excluded == ("council",)


def test_consent_to_other_bytes_does_not_count(group):
    _, proposal = _proposed(group, excluded=["council"])
    _consent(group, "israel", charter(excluded=["cabinet"]), proposal)
    assert group.refused() == ["consent-not-to-this"]


def test_consent_that_was_taken_back_in_time_does_not_count(group):
    told, proposal = _proposed(group, excluded=["council"])
    given = [
        _consent(group, party, told, proposal)
        for party in ("israel", "jordan", "palestine")
    ]
    on = [group.charter, given[0]]
    group.act("israel", "charter.dissent", "charter", {"reason": "no more"}, on)
    on = [group.charter, proposal, *given]
    group.act("jordan", "charter.adopt", "charter", {"seen": group.seen()}, on)
    assert group.refused() == ["consent-withdrawn"]


def test_an_act_under_a_charter_that_was_replaced_is_refused(group):
    before = group.charter
    told, proposal = _proposed(group, excluded=["council"])
    group.charter = group.adopt_charter(before, proposal, told)
    group.act("yonder", "member.join", "yonder", charter=before)
    assert group.refused() == ["superseded-charter"]


def test_an_act_entered_before_the_new_charter_was_adopted_counts(group):
    before = group.charter
    told, proposal = _proposed(group, excluded=["council"])
    group.act("yonder", "member.join", "yonder", charter=before)
    group.charter = group.adopt_charter(before, proposal, told)
    assert group.refused() == []
    assert group.fold().roles()["yonder"] == "regional"


def test_two_charters_adopted_at_once_are_a_conflict_and_the_former_stands(group):
    proposals = [_proposed(group, excluded=[name]) for name in ("cabinet", "council")]
    given = [
        [
            _consent(group, party, told, proposal)
            for party in ("israel", "jordan", "palestine")
        ]
        for told, proposal in proposals
    ]
    content = {"seen": group.seen()}
    for party, consents, (_, proposal) in zip(
        ("israel", "jordan"), given, proposals, strict=True
    ):
        on = [group.charter, proposal, *consents]
        group.act(party, "charter.adopt", "charter", content, on)
    state = group.fold()
    assert state.refusals == ()
    assert [one.name for one in state.conflicts] == ["two-charters"]
    assert state.charter_id == group.charter


def test_the_state_does_not_hang_on_the_order_of_arrival(group):
    told, proposal = _proposed(group, excluded=["council"])
    group.adopt_charter(group.charter, proposal, told)
    forward = group.fold()
    backward = fold(reversed(group.said()), group.id)
    assert forward.sha256 == backward.sha256


def test_a_stranger_is_no_member(group):
    group.join("nowhere")
    group.act("nowhere", "member.join", "nowhere")
    assert group.refused() == ["not-a-member"]


def test_a_delegate_with_an_excluded_office_is_refused():
    group = Group()
    group.join("atlas", "israel", "jordan", "palestine", "yonder")
    group.found(charter(excluded=["council"]))
    group.accredit("yonder", "elder", offices=["council"])
    group.act("yonder", "member.join", "yonder", delegate="elder")
    assert group.refused() == ["excluded-office"]


def test_an_act_in_the_log_of_another_party_is_refused(group):
    _, note = group.sign("yonder", "member.join", "yonder")
    group.enter("jordan", note)
    assert group.refused() == ["act-of-another-party"]


def test_an_act_that_is_entered_twice_counts_once(group):
    _, note = group.sign("yonder", "member.join", "yonder")
    group.enter("yonder", note)
    group.enter("yonder", note)
    assert group.refused() == ["replayed-act"]


def test_an_act_of_one_group_means_nothing_in_another(group):
    other = Group(logs=group.logs, now=group.now)
    other.found(charter(name="other"))
    _, note = group.sign("yonder", "member.join", "yonder")
    group.enter("yonder", note, group=other.id)
    assert group.refused() == []
    assert other.refused() == ["act-of-another-group"]


def test_an_act_in_an_entry_that_names_no_group_is_refused_by_name(group):
    done, note = group.sign("yonder", "member.join", "yonder")
    group.enter("yonder", note, group="")
    (refusal,) = group.fold().refusals
    assert (refusal.name, refusal.act) == ("act-of-another-group", done.id)
    group.enter("yonder", note)
    assert done.id in group.fold().taken


@pytest.mark.parametrize("name", ["3f8a91c0", "ab12" * 16, "00000000"])
def test_a_charter_does_not_take_the_id_of_another_group_as_its_name(name):
    with pytest.raises(NotAcceptable, match="could be the id of a group"):
        read_charter(charter(name=name))


def test_a_name_of_few_hexadecimal_digits_is_a_name():
    assert read_charter(charter(name="facade")).name == "facade"


def test_the_hash_does_not_hang_on_the_credential_of_a_stranger(group):
    before = group.fold().sha256
    group.join("stranger")
    assert group.fold().sha256 == before


def test_the_hash_of_a_day_does_not_hang_on_a_credential_of_a_later_one(group):
    day = f"{group.now:%Y-%m-%d}"
    past, whole = group.fold(day).sha256, group.fold().sha256
    group.now += timedelta(days=5)
    group.accredit("jordan", "second")
    assert group.fold(day).sha256 == past
    assert group.fold().sha256 != whole


def test_a_delegate_who_was_dismissed_speaks_no_more(group):
    group.dismiss("yonder", "envoy")
    group.act("yonder", "member.join", "yonder")
    assert group.refused() == ["credential-ended"]


def test_an_act_that_claims_an_earlier_day_is_refused(group):
    group.act("yonder", "member.join", "yonder", date="2026-02-01")
    assert group.refused() == ["back-dated"]


def test_only_the_keeper_reports_what_others_did():
    group = Group()
    group.join("atlas", "israel", "jordan", "palestine")
    group.found(charter(keeper="atlas"))
    told = {"of": "yonder", "source": "minutes", "date": "1994"}
    group.act("jordan", "member.join", "yonder", **told)
    group.act("atlas", "member.join", "yonder", **told)
    state = group.fold()
    assert [one.name for one in state.refusals] == ["not-entitled"]
    assert state.roles()["yonder"] == "regional"
    assert group.fold("1994-06").roles() == {}
