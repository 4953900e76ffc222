"""Sessions: called, opened, attended, closed."""

import itertools

import pytest
from acting import Group, body, charter, member

from waternet.workinggroup.fold import fold

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "place": {"en": "Muscat"},
    "agenda": [{"id": "wells", "titles": {"en": "Wells"}}],
}
DELEGATES = [{"names": {"en": "R. Haddad"}, "office": "hydrologist"}]


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter(bodies=[body(gavel=["atlas", "jordan"])]))
    return made


def call(group: Group, **changed) -> str:
    told = {**CALL, **changed}
    return group.act("israel", "session.call", "third", told)


def attend(group: Group, party: str, opened: str, delegates=DELEGATES, **changed):
    told = {"delegates": delegates}
    return group.act(party, "session.attend", "third", told, [opened], **changed)


def close(group: Group, party: str, *on: str, decisions=(), **changed) -> str:
    told = {
        "minutes": {"en": ["They met.", "They agreed."]},
        "decisions": [*decisions],
        "seen": group.seen(),
    }
    return group.act(party, "session.close", "third", told, on, **changed)


def third(group: Group):
    return group.fold().thing("session", "third").value


def test_every_member_is_invited_the_absent_one_too(group):
    call(group)
    assert third(group).invited == ("atlas", "israel", "jordan", "palestine", "yonder")


def test_a_member_of_a_later_charter_is_invited_once_the_session_is_changed(group):
    called = call(group)
    more = charter(bodies=[body(gavel=["atlas", "jordan"])])
    more["members"].append(member("nether", "observer"))
    on = [group.charter]
    proposal = group.act("jordan", "charter.propose", "charter", {"charter": more}, on)
    group.charter = group.adopt_charter(group.charter, proposal, more)
    group.act(
        "israel",
        "session.change",
        "third",
        {"reason": "-", "to": "2026-03-11"},
        [called],
    )
    assert group.refused() == []
    assert "nether" in third(group).invited


def test_nothing_waits_for_the_absent(group):
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    attend(group, "jordan", opened)
    close(group, "atlas", opened)
    assert group.refused() == []
    assert (third(group).standing, third(group).attended) == ("closed", ("jordan",))


def test_a_session_is_opened_only_by_one_who_holds_the_gavel(group):
    group.act("israel", "session.open", "third", {}, [call(group)])
    assert group.refused() == ["not-entitled"]
    assert third(group).standing == "called"


def test_who_opened_it_chairs_it(group):
    group.act("jordan", "session.open", "third", {}, [call(group)])
    assert third(group).chair == "jordan"


def test_two_who_open_at_once_are_two_chairs_and_neither_has_the_gavel(group):
    called = call(group)
    for party in ("atlas", "jordan"):
        group.act(party, "session.open", "third", {}, [called])
    state = group.fold()
    assert state.refusals == ()
    assert [one.name for one in state.conflicts] == ["two-chairs"]
    assert third(group).standing == "called"


def test_one_of_two_chairs_gives_way_and_the_other_chairs(group):
    called = call(group)
    first, second = (
        group.act(party, "session.open", "third", {}, [called])
        for party in ("atlas", "jordan")
    )
    group.act("jordan", "session.open", "third", {}, [first, second])
    state = group.fold()
    assert (state.refusals, state.conflicts) == ((), ())
    assert third(group).chair == "atlas"


@pytest.mark.parametrize(
    ("party", "verb", "told", "names_call"),
    [
        ("jordan", "session.open", {}, False),
        ("jordan", "session.open", {}, True),
        ("jordan", "session.change", {"reason": "-", "to": "2026-03-11"}, False),
        ("israel", "session.change", {"reason": "-", "to": "2026-03-11"}, True),
        ("israel", "session.cancel", {"reason": "-"}, True),
    ],
)
def test_nobody_ends_the_chair_of_another(group, party, verb, told, names_call):
    called = call(group)
    other, own = (
        group.act(party, "session.open", "third", {}, [called])
        for party in ("atlas", "jordan")
    )
    on = [called, other, own] if names_call else [own, other]
    group.act(party, verb, "third", told, on)
    state = group.fold()
    assert [one.name for one in state.refusals] == ["two-chairs"]
    assert [one.name for one in state.conflicts] == ["two-chairs"]


def test_a_session_with_two_chairs_is_not_closed_by_one_of_them(group):
    called = call(group)
    first = group.act("atlas", "session.open", "third", {}, [called])
    group.act("jordan", "session.open", "third", {}, [called])
    close(group, "atlas", first)
    assert group.refused() == ["two-chairs"]


def test_two_chairs_stay_two_chairs_though_one_goes_on(group):
    called = call(group)
    first = group.act("atlas", "session.open", "third", {}, [called])
    group.act("jordan", "session.open", "third", {}, [called])
    group.act(
        "atlas", "session.change", "third", {"reason": "-", "to": "2026-03-13"}, [first]
    )
    assert [one.name for one in group.fold().conflicts] == ["two-chairs"]


def test_an_opening_beside_a_cancellation_is_no_second_chair(group):
    called = call(group)
    group.act("atlas", "session.open", "third", {}, [called])
    group.act("israel", "session.cancel", "third", {"reason": "storm"}, [called])
    assert [one.name for one in group.fold().conflicts] == ["acted-at-once"]


def test_only_the_chair_closes(group):
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    close(group, "jordan", opened)
    close(group, "israel", opened)
    assert group.refused() == ["two-chairs", "two-chairs"]


def test_a_closed_session_is_not_reopened_by_an_opening_that_comes_late(group):
    called = call(group)
    opened = group.act("atlas", "session.open", "third", {}, [called])
    close(group, "atlas", opened)
    group.act("jordan", "session.open", "third", {}, [called])
    assert group.refused() == ["not-open"]
    assert third(group).standing == "closed"


def test_minutes_and_decisions_are_kept_as_the_chair_wrote_them(group):
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    task = group.act(
        "israel",
        "task.set",
        "map",
        {
            "body": "water",
            "titles": {"en": "Map the wells"},
            "owner": "jordan",
            "due": "2026-05-01",
        },
    )
    decided = {"id": "map", "words": {"en": "A map is made."}, "acts": [task]}
    close(group, "atlas", opened, task, decisions=[decided])
    held = third(group)
    assert held.minutes == {"en": ("They met.", "They agreed.")}
    assert held.decisions[0].words == {"en": "A map is made."}
    assert held.decisions[0].acts == (task,)


def test_a_decision_by_an_act_that_is_not_named_is_refused(group):
    called = call(group)
    opened = group.act("atlas", "session.open", "third", {}, [called])
    decided = {"id": "map", "words": {"en": "A map is made."}, "acts": [called]}
    close(group, "atlas", opened, decisions=[decided])
    assert group.refused() == ["unmet-condition"]


def test_all_of_a_joint_delegation_are_present_with_one_of_them():
    group = Group()
    group.found(charter(joint=[["jordan", "palestine"]]))
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    attend(group, "palestine", opened)
    close(group, "atlas", opened)
    assert third(group).attended == ("jordan", "palestine")


def test_who_registers_after_the_session_was_closed_is_not_in_its_record(group):
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    closed = close(group, "atlas", opened)
    attend(group, "jordan", opened)
    attend(group, "jordan", closed)
    assert group.refused() == ["not-open"]
    assert third(group).attended == ()


def test_a_delegate_with_an_office_that_the_parties_excluded_does_not_attend():
    group = Group()
    group.found(charter(excluded=["council"]))
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    delegates = [{"names": {"en": "R. Haddad"}, "offices": ["council"]}]
    attend(group, "palestine", opened, delegates)
    assert group.refused() == ["excluded-office"]


def test_a_paper_is_bound_to_its_bytes(group):
    called = call(group)
    paper = {
        "titles": {"en": "Levels"},
        "name": "levels.pdf",
        "media_type": "application/pdf",
        "sha256": "5e" * 32,
        "bytes": 1200,
    }
    group.act("yonder", "session.paper", "third", paper, [called])
    for broken in (
        {"sha256": "5E" * 32},
        {"name": "../levels.pdf"},
        {"media_type": "pdf"},
        {"bytes": 0},
    ):
        group.act("jordan", "session.paper", "third", {**paper, **broken}, [called])
    assert group.refused() == ["unreadable-act"] * 4
    beside = group.fold().thing("session", "third").beside
    assert [one.act.body["sha256"] for one in beside] == ["5e" * 32]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"from": "2026-03-13"}, "unreadable-act"),
        ({"from": "2026-03-10T08:00:00Z"}, "unreadable-act"),
        ({"from": "2026-03"}, "unreadable-act"),
        ({"sort": "party"}, "unreadable-act"),
        ({"to": "9999-12-31"}, "unreadable-act"),
        ({"from": "0999-12-31"}, "unreadable-act"),
        ({"host": "nowhere"}, "not-a-member"),
        ({"body": "fire"}, "unreadable-act"),
        ({"agenda": [{"id": "a", "titles": {"en": "A"}}] * 2}, "unreadable-act"),
    ],
)
def test_a_call_that_cannot_be_held_to_is_refused(group, changed, name):
    call(group, **changed)
    assert group.refused() == [name]


def test_a_report_tells_the_days_of_a_session_as_far_as_they_are_known():
    group = Group()
    group.found(charter(keeper="atlas"))
    told = {**CALL, "from": "1992-01", "to": "1992-01"}
    report = {"of": "israel", "source": "a book", "date": "1992-01"}
    group.act("atlas", "session.call", "third", told, **report)
    assert group.refused() == []
    assert third(group).begins == "1992-01"


def test_a_session_that_was_cancelled_is_not_opened(group):
    called = call(group)
    gone = group.act("israel", "session.cancel", "third", {"reason": "storm"}, [called])
    group.act("atlas", "session.open", "third", {}, [gone])
    assert group.refused() == ["not-open"]
    assert (third(group).standing, third(group).reason) == ("cancelled", "storm")


def test_the_record_of_a_session_does_not_hang_on_the_order_of_arrival(group):
    called = call(group)
    first, second = (
        group.act(party, "session.open", "third", {}, [called])
        for party in ("atlas", "jordan")
    )
    given = group.act("jordan", "session.open", "third", {}, [first, second])
    attend(group, "palestine", given)
    close(group, "atlas", given)
    told = group.fold().sha256
    logs = [group.logs[party].said for party in ("atlas", "israel", "jordan")]
    rest = [*group.logs["palestine"].said, *group.logs["yonder"].said]
    for order in itertools.permutations(logs):
        said = [*rest, *(one for log in order for one in reversed(log))]
        assert fold(said, group.id).sha256 == told
