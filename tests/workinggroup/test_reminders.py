"""Reminders: what is due within some days."""

from datetime import date

from acting import Group, body, charter

from waternet.workinggroup.reminders import list_due

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "place": {"en": "Muscat"},
    "agenda": [],
}
TASK = {
    "body": "water",
    "titles": {"en": "Map the wells"},
    "owner": "jordan",
    "due": "2026-03-05",
}


def founded() -> Group:
    group = Group()
    group.found()
    return group


def due(group: Group, today: date, days: int) -> list[tuple[str, int]]:
    return [(one.id, one.days) for one in list_due(group.fold(), today, days)]


def test_what_is_due_within_so_many_days_is_told_the_earliest_first():
    group = founded()
    group.act("israel", "session.call", "third", CALL)
    group.act("israel", "task.set", "map", TASK)
    assert due(group, date(2026, 3, 3), 7) == [("map", 2), ("third", 7)]
    assert due(group, date(2026, 3, 3), 6) == [("map", 2)]


def test_what_is_overdue_stays_told_until_it_is_done():
    group = founded()
    given = group.act("israel", "task.set", "map", TASK)
    assert due(group, date(2026, 3, 8), 0) == [("map", -3)]
    group.act("jordan", "task.done", "map", {"evidence": ["a map"]}, [given])
    assert due(group, date(2026, 3, 8), 0) == []


def test_a_session_that_was_opened_or_cancelled_is_no_longer_due():
    group = founded()
    called = group.act("israel", "session.call", "third", CALL)
    other = group.act("israel", "session.call", "other", CALL)
    group.act("atlas", "session.open", "third", {}, [called])
    group.act("israel", "session.cancel", "other", {"reason": "storm"}, [other])
    assert due(group, date(2026, 3, 9), 30) == []


def test_a_reminder_of_a_session_is_for_the_absent_too_and_of_a_task_for_its_owner():
    group = founded()
    group.act("israel", "session.call", "third", CALL)
    group.act("israel", "task.set", "map", TASK)
    task, session = list_due(group.fold(), date(2026, 3, 3), 30)
    assert task.members == ("jordan",)
    assert session.members == ("atlas", "israel", "jordan", "palestine", "yonder")


def test_the_end_of_the_time_for_objections_is_due():
    group = Group()
    silence = {"how": "silence", "of": ["core"], "days": 5}
    group.found(charter(bodies=[body(consensus=silence)]))
    words = dict.fromkeys(("ar", "en", "he"), "A well.")
    drafted = group.act(
        "israel",
        "text.draft",
        "wells",
        {
            "body": "water",
            "titles": words,
            "paragraphs": [{"id": "one", "words": words}],
        },
    )
    told = {"deadline": "2026-03-20", "seen": group.seen()}
    group.act("atlas", "text.submit", "wells", told, [drafted])
    found = list_due(group.fold(), date(2026, 3, 10), 10)
    assert [(one.kind, one.id, one.days) for one in found] == [("text", "wells", 10)]


def test_a_pledge_is_due_until_all_of_it_has_come():
    group = founded()
    idea = {"body": "water", "titles": {"en": "Laboratory"}, "lead": "jordan"}
    begun = group.act("jordan", "project.idea", "laboratory", idea)
    told = {
        "project": begun,
        "titles": {"en": "Pumps"},
        "amount": "100",
        "currency": "USD",
        "due": "2026-03-09",
    }
    made = group.act("israel", "pledge.make", "pumps", told, [begun])
    assert due(group, date(2026, 3, 3), 7) == [("pumps", 6)]
    for _ in range(2):
        receipt = {"amount": "50", "on": "2026-03-02", "evidence": ["a letter"]}
        group.act("jordan", "pledge.receive", "pumps", receipt, [made])
    assert group.refused() == []
    assert due(group, date(2026, 3, 3), 7) == []


def test_a_milestone_is_due_until_it_is_said_to_be_reached():
    group = founded()
    told = {
        "body": "water",
        "titles": {"en": "Laboratory"},
        "lead": "jordan",
        "milestones": [
            {"id": "site", "titles": {"en": "A site"}, "due": "2026-03-04"},
            {"id": "roof", "titles": {"en": "A roof"}, "due": "2026-03-06"},
        ],
    }
    begun = group.act("jordan", "project.idea", "laboratory", told)
    reached = {"milestone": "site", "evidence": ["a deed"]}
    group.act("jordan", "project.reach", "laboratory", reached, [begun])
    assert group.refused() == []
    (found,) = list_due(group.fold(), date(2026, 3, 3), 7)
    assert (found.titles, found.days, found.members) == (
        {"en": "A roof"},
        3,
        ("jordan",),
    )
