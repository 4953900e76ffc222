"""Tasks: set, done by the owner, dropped."""

import pytest
from acting import Group, charter

SET = {
    "body": "water",
    "titles": {"en": "Map the wells"},
    "owner": "jordan",
    "due": "2026-05-01",
}
DONE = {"evidence": ["release wells 2026-1"]}


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found()
    return made


def task(group: Group):
    return group.fold().thing("task", "map").value


def test_a_task_is_done_by_its_owner(group):
    given = group.act("israel", "task.set", "map", SET)
    group.act("israel", "task.done", "map", DONE, [given])
    assert group.refused() == ["not-entitled"]
    group.act("jordan", "task.done", "map", DONE, [given])
    assert (task(group).standing, task(group).evidence) == (
        "done",
        ("release wells 2026-1",),
    )
    assert task(group).ended == f"{group.now:%Y-%m-%d}"


def test_a_task_is_not_done_without_evidence(group):
    given = group.act("israel", "task.set", "map", SET)
    group.act("jordan", "task.done", "map", {"evidence": []}, [given])
    assert group.refused() == ["unreadable-act"]


def test_a_task_for_a_stranger_is_refused(group):
    group.act("israel", "task.set", "map", {**SET, "owner": "nowhere"})
    assert group.refused() == ["not-a-member"]


def test_a_task_of_a_session_names_the_call_of_that_session(group):
    group.act("israel", "task.set", "map", {**SET, "session": group.charter})
    assert group.refused() == ["unmet-condition"]


def test_a_task_that_was_dropped_is_not_done_later(group):
    given = group.act("israel", "task.set", "map", SET)
    gone = group.act("israel", "task.drop", "map", {"reason": "no need"}, [given])
    group.act("jordan", "task.done", "map", DONE, [gone])
    assert group.refused() == ["not-open"]


def test_a_task_done_and_dropped_at_once_is_a_conflict_until_somebody_joins_both(group):
    given = group.act("israel", "task.set", "map", SET)
    gone = group.act("israel", "task.drop", "map", {"reason": "no need"}, [given])
    done = group.act("jordan", "task.done", "map", DONE, [given])
    state = group.fold()
    assert [one.name for one in state.conflicts] == ["acted-at-once"]
    assert task(group).standing == "set"
    group.act("jordan", "task.done", "map", DONE, [given, gone, done])
    assert (group.refused(), group.fold().conflicts) == ([], ())
    assert task(group).standing == "done"


def test_an_observer_sets_no_task_where_the_charter_gives_it_no_right():
    group = Group()
    told = charter()
    told["bodies"][0]["rights"]["propose"] = ["core"]
    group.found(told)
    group.act("atlas", "task.set", "map", SET)
    assert group.refused() == ["not-entitled"]
