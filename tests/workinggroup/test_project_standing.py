"""Where a project stands, stage by stage, and what its next step lacks."""

import pytest
from acting import Group, body, charter

from waternet.workinggroup.project import project_sha256
from waternet.workinggroup.project_standing import (
    named_for_move,
    project_standing,
    stage_history,
)

BILATERAL = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}
REPORT = {"of": "palestine", "source": "an archive"}


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter(linkages=[BILATERAL], keeper="atlas"))
    milestone = {"id": "site", "titles": {"en": "Site chosen"}, "due": "2026-06-01"}
    told = {
        "body": "water",
        "titles": {"en": "A laboratory"},
        "participants": ["israel", "jordan", "palestine"],
        "milestones": [milestone],
    }
    made.act("jordan", "project.idea", "laboratory", told)
    return made


def _thing(group: Group):
    return group.fold().thing("project", "laboratory")


def _move(group: Group, stage: str, on=(), **given) -> None:
    told = {"stage": stage, "evidence": ["minutes"], "seen": group.seen(), **given}
    base = _thing(group).last.act.id
    group.act("jordan", "project.move", "laboratory", told, [base, *on])


def _act(group: Group, party: str, verb: str, *on: str, **told) -> str:
    base = _thing(group).last.act.id
    return group.act(party, f"project.{verb}", "laboratory", told, [base, *on])


def _consent(group: Group, party: str, expires: str = "2026-12-31") -> str:
    to = project_sha256(_thing(group).value)
    return _act(group, party, "consent", to=to, expires=expires)


def _standing(group: Group, day: str = "2026-04-01"):
    return project_standing(group.fold(), _thing(group), day)


def test_the_time_in_each_stage_is_counted_in_days(group):
    group.now = group.now.replace(day=12)
    _move(group, "defined")
    group.now = group.now.replace(day=15)
    _move(group, "suspended", reason="a pause")
    told = [
        (one.stage, one.since, one.until, one.days)
        for one in stage_history(_thing(group), "2026-04-01")
    ]
    assert told == [
        ("idea", "2026-03-02", "2026-03-12", 10),
        ("defined", "2026-03-12", "2026-03-15", 3),
        ("suspended", "2026-03-15", "", 17),
    ]


def test_of_reports_the_days_are_as_known_and_what_is_not_told_is_named():
    group = Group()
    group.found(charter(keeper="atlas"))
    told = {"body": "water", "titles": {"en": "Waternet"}}
    idea = group.act("atlas", "project.idea", "waternet", told, date="1996", **REPORT)
    told = {"stage": "funded", "evidence": ["pledges"], "seen": group.seen()}
    report = {"date": "1998-05", **REPORT}
    group.act("atlas", "project.move", "waternet", told, [idea], **report)
    state = group.fold()
    first, second = stage_history(state.thing("project", "waternet"), "1999-01-01")
    # From 31 December 1996, the last day that '1996' may mean, to 31 May 1998.
    assert (first.since, first.until, first.days) == ("1996", "1998-05", 516)
    assert second.not_told == ("defined", "feasibility", "agreed")
    assert second.to_json()["reported_by"] == "atlas"
    assert second.to_json()["source"] == "an archive"


def test_who_consented_to_it_as_it_is_and_who_is_missing(group):
    _consent(group, "israel")
    _consent(group, "atlas")
    standing = _standing(group)
    assert [one.act.member for one in standing.consents] == ["israel"]
    assert standing.missing == ("jordan", "palestine")
    _act(group, "jordan", "change", titles={"en": "Another"}, reason="better")
    assert _standing(group).missing == ("israel", "jordan", "palestine")


def test_a_consent_that_ran_out_is_missing(group):
    _consent(group, "israel", "2026-03-20")
    assert "israel" not in _standing(group, "2026-03-20").missing
    assert "israel" in _standing(group, "2026-03-21").missing


def test_a_consent_given_anew_stands_after_one_that_was_taken_back(group):
    first = _consent(group, "israel")
    _act(group, "israel", "dissent", first, reason="not yet")
    assert "israel" in _standing(group).missing
    second = _consent(group, "israel")
    assert [one.act.id for one in _standing(group).consents] == [second]


def test_what_a_move_must_name_is_found(group):
    block = _act(
        group, "israel", "block", track="bilateral", stage="execution", reason="no"
    )
    given = [_consent(group, party) for party in ("israel", "jordan", "palestine")]
    lifted = _act(group, "israel", "unblock", block, reason="yes")
    state, day = group.fold(), "2026-03-03"
    assert set(named_for_move(state, _thing(group), "agreed", day)) == set(given)
    assert named_for_move(state, _thing(group), "execution", day) == (lifted,)
    assert named_for_move(state, _thing(group), "funded", day) == ()


def test_standing_blocks_and_milestones_are_told(group):
    told = {"track": "bilateral", "stage": "execution", "reason": "talks are off"}
    first = _act(group, "israel", "block", **told)
    _act(group, "palestine", "block", **told)
    _act(group, "israel", "unblock", first, reason="talks go on")
    _act(group, "jordan", "reach", milestone="site", evidence=["a deed"])
    standing = _standing(group)
    assert [one.act.member for one in standing.blocks] == ["palestine"]
    written = standing.to_json()
    assert written["blocks"][0]["reason"] == "talks are off"
    assert written["reached"][0]["milestone"] == "site"
    assert written["taking_part"] == ["israel", "jordan", "palestine"]


def test_one_that_was_begun_twice_at_once_stands_nowhere(group):
    told = {"body": "water", "titles": {"en": "Another"}}
    group.act("israel", "project.idea", "laboratory", told)
    state = group.fold()
    assert [one.name for one in state.conflicts] == ["two-of-one-name"]
    stands = [project_standing(state, one, "2026-04-01") for one in state.of("project")]
    assert {one.project.titles["en"] for one in stands} == {"A laboratory", "Another"}


def test_by_silence_nobody_is_missing():
    agreed = {"how": "silence", "of": ["core"], "days": 10}
    made = Group()
    made.found(charter(bodies=[body(consensus=agreed)]))
    told = {"body": "water", "titles": {"en": "A laboratory"}}
    made.act("jordan", "project.idea", "laboratory", told)
    assert _standing(made).missing == ()
