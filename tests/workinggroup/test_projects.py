"""Projects: from an idea to its end, step by step, and what may block a step."""

import pytest
from acting import Group, body, charter, member

from waternet.errors import NotAcceptable
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.project import project_sha256
from waternet.workinggroup.stages import STEPS

EVIDENCE = {"evidence": ["minutes of the steering committee"]}
BILATERAL = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}


def _group(**changed) -> Group:
    made = Group()
    made.join("atlas", "israel", "jordan", "palestine", "yonder")
    members = [*charter()["members"], member("oman", "regional")]
    made.found(charter(linkages=[BILATERAL], members=members, **changed))
    return made


@pytest.fixture
def group() -> Group:
    return _group()


def _idea(group: Group, name: str = "laboratory", **given) -> str:
    told = {
        "body": "water",
        "titles": {"en": "A laboratory"},
        "lead": "jordan",
        "participants": ["israel", "palestine"],
        "experts": ["yonder"],
    }
    return group.act("jordan", "project.idea", name, {**told, **given})


def _project(group: Group):
    return group.fold().thing("project", "laboratory")


def _last(group: Group) -> str:
    return _project(group).last.act.id


def _move(group: Group, stage: str, on=(), party: str = "jordan", **given) -> str:
    told = {"stage": stage, **EVIDENCE, "seen": group.seen(), **given}
    return group.act(party, "project.move", "laboratory", told, [_last(group), *on])


def _consents(group: Group, *parties: str) -> list[str]:
    to = project_sha256(_project(group).value)
    on = [_last(group)]
    return [
        group.act(party, "project.consent", "laboratory", group.consent(to), on)
        for party in parties or ("israel", "jordan", "palestine")
    ]


def _raise_to(group: Group, stage: str) -> None:
    """Take the project on from where it stands."""
    first = STEPS.index(_project(group).value.stage) + 1
    for step in STEPS[first : STEPS.index(stage) + 1]:
        _move(group, step, _consents(group) if step == "agreed" else ())


def _block(group: Group, party: str, **changed) -> str:
    told = {"track": "bilateral", "stage": "execution", "reason": "talks are off"}
    on = [_last(group)]
    return group.act(party, "project.block", "laboratory", {**told, **changed}, on)


def test_a_project_goes_from_idea_to_done_in_order(group):
    _idea(group)
    _raise_to(group, "done")
    project = _project(group)
    assert group.refused() == []
    assert [one.value.stage for one in project.standing()] == list(STEPS)


def test_no_stage_is_left_out(group):
    _idea(group)
    _move(group, "feasibility", reason="in a hurry")
    assert group.refused() == ["not-open"]
    assert _project(group).value.stage == "idea"


def test_a_move_without_evidence_is_refused(group):
    _idea(group)
    _move(group, "defined", evidence=[])
    assert group.refused() == ["unreadable-act"]


def test_a_project_in_which_nobody_takes_part_is_not_defined(group):
    _idea(group, lead="palestine", participants=[])
    assert _project(group).value.taking_part == ("palestine",)
    told = {"body": "water", "titles": {"en": "A centre"}}
    begun = group.act("jordan", "project.idea", "centre", told)
    told = {"stage": "defined", **EVIDENCE, "seen": group.seen()}
    group.act("jordan", "project.move", "centre", told, [begun])
    assert group.refused() == ["unmet-condition"]


def test_agreed_takes_the_consent_of_all_who_count(group):
    _idea(group)
    _raise_to(group, "feasibility")
    given = _consents(group, "israel", "jordan")
    _move(group, "agreed", given)
    state = group.fold()
    assert [one.name for one in state.refusals] == ["no-consensus"]
    assert "palestine" in state.refusals[0].message


def test_a_changed_definition_voids_the_consents(group):
    _idea(group)
    _raise_to(group, "feasibility")
    given = _consents(group)
    told = {"participants": ["israel"], "reason": "fewer"}
    group.act("jordan", "project.change", "laboratory", told, [_last(group)])
    _move(group, "agreed", given)
    assert group.refused() == ["consent-not-to-this"]
    assert _project(group).value.stage == "feasibility"


def test_a_consent_to_one_project_is_none_to_another_of_the_same_definition(group):
    _idea(group, "twin")
    twin = group.fold().thing("project", "twin")
    _idea(group)
    _raise_to(group, "feasibility")
    told = group.consent(project_sha256(twin.value))
    given = [
        group.act(party, "project.consent", "twin", told, [twin.root])
        for party in ("israel", "jordan", "palestine")
    ]
    _move(group, "agreed", given)
    assert group.refused() == ["consent-not-to-this"]


def test_a_consent_that_was_taken_back_does_not_count(group):
    _idea(group)
    _raise_to(group, "feasibility")
    given = _consents(group)
    on = [_last(group), given[0]]
    group.act("israel", "project.dissent", "laboratory", {"reason": "no more"}, on)
    _move(group, "agreed", given)
    assert group.refused() == ["consent-withdrawn"]


def test_what_was_agreed_is_changed_only_after_it_was_taken_back_openly(group):
    _idea(group)
    _raise_to(group, "agreed")
    told = {"titles": {"en": "Another"}, "reason": "better"}
    group.act("jordan", "project.change", "laboratory", told, [_last(group)])
    assert group.refused() == ["not-open"]
    _move(group, "defined", reason="the site was given up")
    group.act("jordan", "project.change", "laboratory", told, [_last(group)])
    value = _project(group).value
    assert (value.stage, value.titles) == ("defined", {"en": "Another"})


def test_a_move_back_takes_a_reason(group):
    _idea(group)
    _raise_to(group, "feasibility")
    _move(group, "idea")
    assert group.refused() == ["unmet-condition"]


def test_what_was_suspended_is_resumed_to_where_it_was(group):
    _idea(group)
    _raise_to(group, "funded")
    _move(group, "suspended", reason="the fund was frozen")
    assert _project(group).value.stage == "suspended"
    _move(group, "execution")
    assert group.refused() == ["not-open"]
    _move(group, "funded")
    value = _project(group).value
    assert (value.stage, value.rests_at) == ("funded", "")


def test_nothing_moves_a_project_that_is_done(group):
    _idea(group)
    _raise_to(group, "done")
    _move(group, "suspended", reason="regrets")
    assert group.refused() == ["not-open"]


@pytest.mark.parametrize("stage", STEPS[:5] + STEPS[6:])
def test_another_track_blocks_no_stage_but_those_of_the_charter(group, stage):
    _idea(group)
    _block(group, "israel", stage=stage)
    state = group.fold()
    assert [one.name for one in state.refusals] == ["linkage"]
    assert "execution" in state.refusals[0].message


def test_a_track_that_the_charter_does_not_know_blocks_nothing(group):
    _idea(group)
    _block(group, "israel", track="refugees")
    assert group.refused() == ["linkage"]


def test_who_does_not_take_part_blocks_nothing(group):
    _idea(group, participants=["palestine"])
    _block(group, "israel")
    _block(group, "atlas")
    assert group.refused() == ["linkage", "linkage"]


def test_a_standing_block_stops_that_stage_and_no_other(group):
    _idea(group)
    _block(group, "palestine")
    _raise_to(group, "funded")
    assert group.refused() == []
    _move(group, "execution")
    state = group.fold()
    assert [one.name for one in state.refusals] == ["blocked"]
    assert "talks are off" in state.refusals[0].message
    assert _project(group).value.stage == "funded"


def test_a_block_ends_when_its_member_lifts_it(group):
    _idea(group)
    block = _block(group, "palestine")
    _raise_to(group, "funded")
    told = {"reason": "talks go on"}
    on = [_last(group), block]
    lifted = group.act("palestine", "project.unblock", "laboratory", told, on)
    _move(group, "execution", [lifted])
    assert group.refused() == []
    assert _project(group).value.stage == "execution"


def test_nobody_lifts_the_block_of_another(group):
    _idea(group)
    first, second = _block(group, "palestine"), _block(group, "israel")
    _raise_to(group, "funded")
    on = [_last(group), first, second]
    told = {"reason": "enough"}
    lifted = group.act("israel", "project.unblock", "laboratory", told, on)
    _move(group, "execution", [lifted])
    group.act("jordan", "project.unblock", "laboratory", told, on)
    assert sorted(group.refused()) == ["blocked", "unmet-condition"]


def test_a_block_does_not_keep_a_project_from_going_back(group):
    _idea(group)
    _block(group, "palestine", stage="execution")
    _raise_to(group, "funded")
    _move(group, "agreed", reason="the donor left")
    assert group.refused() == []


def test_a_block_is_not_overlooked_by_claiming_to_have_seen_less(group):
    _idea(group)
    _raise_to(group, "funded")
    early = group.seen()
    _block(group, "palestine")
    _move(group, "suspended", reason="a pause")
    _move(group, "funded", seen=group.seen())
    _move(group, "execution", seen=early)
    assert group.refused() == ["unmet-condition"]


def test_two_moves_at_once_are_a_conflict_and_none_is_lost(group):
    begun = _idea(group)
    told = {"stage": "defined", **EVIDENCE, "seen": group.seen()}
    for party in ("israel", "jordan"):
        group.act(party, "project.move", "laboratory", told, [begun])
    state = group.fold()
    assert [one.name for one in state.conflicts] == ["acted-at-once"]
    assert state.thing("project", "laboratory").value.stage == "idea"


def _silent(days: int) -> Group:
    agreed = {"how": "silence", "of": ["core"], "days": days}
    made = _group(bodies=[body(consensus=agreed)])
    _idea(made)
    _raise_to(made, "feasibility")
    return made


def test_silence_agrees_after_its_days():
    group = _silent(10)
    _move(group, "agreed")
    assert group.refused() == ["before-deadline"]
    group.now = group.now.replace(day=14)
    _move(group, "agreed")
    assert _project(group).value.stage == "agreed"


def test_a_dissent_ends_the_silence():
    group = _silent(10)
    on = [_last(group)]
    told = {"reason": "too dear"}
    dissent = group.act("palestine", "project.dissent", "laboratory", told, on)
    group.now = group.now.replace(day=14)
    _move(group, "agreed")
    assert group.refused() == ["standing-objection"]
    to = group.consent(project_sha256(_project(group).value))
    on = [_last(group), dissent]
    group.act("palestine", "project.consent", "laboratory", to, on)
    _move(group, "agreed")
    assert _project(group).value.stage == "agreed"


def test_a_milestone_is_reached_with_evidence(group):
    milestone = {"id": "site", "titles": {"en": "Site chosen"}, "due": "2026-06-01"}
    begun = _idea(group, milestones=[milestone])
    for name in ("site", "roof"):
        told = {"milestone": name, **EVIDENCE}
        group.act("jordan", "project.reach", "laboratory", told, [begun])
    assert group.refused() == ["unmet-condition"]
    assert len(_project(group).beside) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"sites": [{"names": {"en": "Gaza"}, "longitude": "34.4"}]},
        {"sites": [{"names": {"en": "x"}, "longitude": "200", "latitude": "0"}]},
        {"cost": {"amount": 1000, "currency": "USD"}},
        {"cost": {"amount": "1e6", "currency": "USD"}},
        {"cost": {"amount": "1000", "currency": "dollars"}},
        {"participants": ["israel", "israel"]},
        {"milestones": [{"id": "a", "titles": {"en": "A"}, "due": "soon"}]},
        {"others": {"luxembourg": {}}},
    ],
)
def test_a_definition_is_held_to_its_form(group, given):
    _idea(group, **given)
    assert group.refused() == ["unreadable-act"]


ARCHIVE = {"of": "palestine", "source": "an archive"}
NO_LOG = {"of": "oman", "source": "a letter"}


def _reported(**changed) -> Group:
    made = _group(keeper="atlas", **changed)
    told = {"body": "water", "titles": {"en": "A laboratory"}, "lead": "palestine"}
    made.act("atlas", "project.idea", "laboratory", told, date="1996", **ARCHIVE)
    return made


def test_a_report_tells_of_any_stage_as_archives_are_incomplete():
    group = _reported()
    told = {"stage": "funded", **EVIDENCE, "seen": group.seen()}
    report = {"date": "1998-05", **ARCHIVE}
    group.act("atlas", "project.move", "laboratory", told, [_last(group)], **report)
    assert group.refused() == []
    value = _project(group).value
    assert (value.stage, value.reported) == ("funded", True)


def test_no_report_moves_what_a_member_has_moved_itself():
    group = _reported()
    _move(group, "defined")
    told = {"stage": "funded", **EVIDENCE, "seen": group.seen()}
    group.act("atlas", "project.move", "laboratory", told, [_last(group)], **NO_LOG)
    assert group.refused() == ["not-open"]
    assert not _project(group).value.reported


def test_a_report_does_not_pass_a_block():
    group = _reported()
    _block(group, "palestine")
    told = {"stage": "execution", **EVIDENCE, "seen": group.seen()}
    group.act("atlas", "project.move", "laboratory", told, [_last(group)], **NO_LOG)
    assert group.refused() == ["blocked"]


def _session(group: Group, *present: str) -> tuple[str, list[str]]:
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
    there = [
        group.act(party, "session.attend", "third", names, [opened])
        for party in present
    ]
    return root, [root, opened, *there]


def test_where_consensus_is_of_those_present_their_consents_agree():
    agreed = {"how": "present", "of": ["core"], "quorum": 2}
    group = _group(bodies=[body(consensus=agreed)])
    _idea(group)
    _raise_to(group, "feasibility")
    given = _consents(group, "israel", "jordan")
    _move(group, "agreed", given)
    assert group.refused() == ["unmet-condition"]
    root, on = _session(group, "israel", "jordan")
    _move(group, "agreed", [*on, *given], session=root)
    assert _project(group).value.stage == "agreed"


def test_who_is_present_and_does_not_consent_keeps_it_from_being_agreed():
    agreed = {"how": "present", "of": ["core"], "quorum": 2}
    group = _group(bodies=[body(consensus=agreed)])
    _idea(group)
    _raise_to(group, "feasibility")
    given = _consents(group, "israel", "jordan")
    root, on = _session(group, "israel", "jordan", "palestine")
    _move(group, "agreed", [*on[:-1], *given], session=root)
    assert group.refused() == ["no-consensus"]


@pytest.mark.parametrize("stage", ["exectuion", "idea", "suspended"])
def test_a_charter_links_no_stage_that_a_project_cannot_go_on_to(stage):
    with pytest.raises(NotAcceptable, match=f"got '{stage}'"):
        read_charter(charter(linkages=[{**BILATERAL, "stages": [stage]}]))
