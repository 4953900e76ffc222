"""How active a group is: counted from its acts."""

import pytest
from acting import Group

from waternet.workinggroup.activity import activity

DAY = "2026-03-02"


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found()
    return made


def _task(group: Group, name: str, due: str) -> str:
    told = {"body": "water", "titles": _in_all(name), "owner": "jordan", "due": due}
    return group.act("jordan", "task.set", name, told)


def _in_all(words: str) -> dict[str, str]:
    return dict.fromkeys(("ar", "en", "he"), words)


def _pledge(group: Group, name: str, due: str) -> str:
    told = {"titles": _in_all(name), "amount": "100", "currency": "USD", "due": due}
    return group.act("atlas", "pledge.make", name, told)


def test_a_group_without_a_session_has_no_last_one(group):
    told = activity(group.fold(), DAY)
    assert (told.last_session, told.days_since, told.dormant) == ("", None, ())
    (year,) = told.years
    assert (year.year, year.sessions_held, year.counts["consents"]) == (2026, 0, 3)


def test_tasks_are_counted_for_their_owner(group):
    done = _task(group, "map", "2026-04-01")
    _task(group, "list", "2026-04-01")
    group.act("jordan", "task.done", "map", {"evidence": ["the map"]}, [done])
    parts = {one.member: one for one in activity(group.fold(), DAY).parts}
    assert (parts["jordan"].tasks_done, parts["jordan"].tasks_owned) == (1, 2)
    assert (parts["israel"].tasks_done, parts["israel"].tasks_owned) == (0, 0)


def test_what_is_overdue_is_told_with_its_days_the_longest_first(group):
    _task(group, "list", "2026-04-01")
    _pledge(group, "sum", "2026-03-31")
    told = activity(group.fold(), "2026-04-03").dormant
    assert [(one.kind, one.id, one.days) for one in told] == [
        ("pledge", "sum", 3),
        ("task", "list", 2),
    ]
    assert activity(group.fold(), "2026-03-31").dormant == ()


def test_a_year_without_an_act_is_there_with_nothing(group):
    years = activity(group.fold(), "2028-01-01").years
    assert [(one.year, one.acts) for one in years][1:] == [(2027, 0), (2028, 0)]


def test_a_session_that_is_closed_before_its_days_ended_when_it_was_closed(group):
    call = {
        "body": "water",
        "titles": _in_all("First"),
        "sort": "session",
        "from": "2026-12-08",
        "to": "2026-12-10",
        "agenda": [],
    }
    last = group.act("atlas", "session.call", "first", call)
    last = group.act("atlas", "session.open", "first", {}, [last])
    told = activity(group.fold(), "2026-03-05")
    assert (told.last_session, told.days_since) == ("2026-03-05", 0)
    closing = {"decisions": [], "minutes": {"en": ["Met."]}, "seen": group.seen()}
    group.act("atlas", "session.close", "first", closing, [last])
    told = activity(group.fold(), "2026-03-05")
    assert group.refused() == []
    assert (told.last_session, told.days_since) == ("2026-03-02", 3)
