"""Members take their seats, leave them and come back; nobody does it for them."""

from acting import Group, charter, member

from waternet.workinggroup.charter_form import read_charter

REASON = {"reason": "the talks are off"}


def _group(**changed) -> Group:
    made = Group()
    made.join("atlas", "israel", "jordan", "palestine", "yonder")
    made.found(charter(**changed))
    return made


def test_who_stayed_away_takes_its_seat_when_it_comes():
    group = _group()
    assert group.fold().roles()["yonder"] == "absent"
    group.act("yonder", "member.join", "yonder")
    assert group.fold().roles()["yonder"] == "regional"


def test_who_leaves_is_awaited_and_may_come_back():
    group = _group()
    group.act("jordan", "member.leave", "jordan", REASON)
    assert group.fold().roles()["jordan"] == "absent"
    group.act("jordan", "member.join", "jordan")
    assert group.fold().roles()["jordan"] == "core"
    assert group.refused() == []


def test_who_left_has_no_right_but_to_come_back():
    group = _group()
    group.act("jordan", "member.leave", "jordan", REASON)
    told = {"charter": charter(name="other")}
    group.act("jordan", "charter.propose", "charter", told, [group.charter])
    assert group.refused() == ["not-entitled"]


def test_nobody_joins_twice_or_leaves_twice():
    group = _group()
    group.act("jordan", "member.join", "jordan")
    group.act("jordan", "member.leave", "jordan", REASON)
    group.act("jordan", "member.leave", "jordan", REASON)
    assert group.refused() == ["not-open", "not-open"]


def test_nobody_takes_or_leaves_the_seat_of_another():
    group = _group()
    group.act("jordan", "member.leave", "israel", REASON)
    assert group.refused() == ["not-entitled"]
    assert group.fold().roles()["israel"] == "core"


def test_consent_of_one_that_left_in_time_is_not_waited_for():
    group = _group()
    group.act("palestine", "member.leave", "palestine", REASON)
    told = charter(excluded=["council"])
    proposal = _propose(group, told)
    adopted = _adopt(group, told, proposal, "israel", "jordan")
    assert group.fold().charter_id == adopted


def test_one_that_leaves_after_an_adoption_does_not_undo_it():
    group = _group()
    told = charter(excluded=["council"])
    adopted = group.adopt_charter(group.charter, _propose(group, told), told)
    group.charter = adopted
    group.act("israel", "member.leave", "israel", REASON)
    assert group.fold().charter_id == adopted


def test_joining_again_is_no_conflict_of_names():
    group = _group()
    group.act("jordan", "member.leave", "jordan", REASON)
    group.act("jordan", "member.join", "jordan")
    assert group.fold().conflicts == ()


def test_the_keeper_reports_no_leave_of_one_that_keeps_a_record():
    group = _group(keeper="atlas")
    told = {"of": "israel", "source": "a newspaper"}
    group.act("atlas", "member.leave", "israel", REASON, **told)
    assert group.refused() == ["not-entitled"]
    assert group.fold().roles()["israel"] == "core"


def test_a_member_s_own_record_goes_before_what_was_reported():
    """What was told of 1995 does not take away the seat of one that is here now."""
    group = _group(keeper="atlas")
    told = {"of": "israel", "source": "a newspaper", "date": "1995"}
    group.act("atlas", "member.leave", "israel", REASON, **told)
    assert group.refused() == []
    assert group.fold().roles()["israel"] == "core"


def test_a_member_without_a_record_is_reported():
    members = [*charter()["members"], member("oman", "regional")]
    group = _group(keeper="atlas", members=members)
    told = {"of": "oman", "source": "a letter", "date": "1999-05"}
    group.act("atlas", "member.leave", "oman", REASON, **told)
    assert group.fold().roles()["oman"] == "absent"


def _propose(group: Group, told: dict) -> str:
    content = {"charter": told}
    return group.act("jordan", "charter.propose", "charter", content, [group.charter])


def _adopt(group: Group, told: dict, proposal: str, *parties: str) -> str:
    to, on = read_charter(told).sha256, [group.charter, proposal]
    given = [
        group.act(one, "charter.consent", "charter", group.consent(to), on)
        for one in parties
    ]
    content = {"seen": group.seen()}
    return group.act("jordan", "charter.adopt", "charter", content, [*on, *given])
