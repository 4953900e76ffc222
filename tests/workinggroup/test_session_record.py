"""The record of a session."""

from acting import Group, charter

from waternet.workinggroup.session_record import list_sessions, session_record
from waternet.workinggroup.state import State

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "place": {"en": "Muscat"},
    "agenda": [],
}
HERE = {"delegates": [{"names": {"en": "R. Haddad"}, "office": "hydrologist"}]}
CLOSED = {"minutes": {"en": ["They met."]}, "decisions": []}
PAPER = {
    "titles": {"en": "Levels"},
    "name": "levels.pdf",
    "media_type": "application/pdf",
    "sha256": "5e" * 32,
    "bytes": 1200,
}


def founded(**changed) -> Group:
    group = Group()
    group.found(charter(**changed))
    return group


def call(group: Group, name: str = "third", **changed) -> str:
    return group.act("israel", "session.call", name, {**CALL, **changed})


def record(state: State):
    return session_record(state, state.thing("session", "third"))


def test_nobody_is_missing_before_a_session_begins():
    group = founded()
    call(group)
    told = record(group.fold())
    assert told.invited == ("atlas", "israel", "jordan", "palestine", "yonder")
    assert (told.present, told.missing) == ((), ())


def test_who_came_and_who_is_missing_of_all_who_were_invited():
    group = founded(joint=[["jordan", "palestine"]])
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    group.act("jordan", "session.attend", "third", HERE, [opened])
    told = record(group.fold())
    assert told.present == ("jordan", "palestine")
    assert told.missing == ("atlas", "israel", "yonder")
    assert told.attendances[0].delegates[0]["office"] == "hydrologist"


def test_an_attendance_after_the_closing_is_shown_as_late():
    group = founded()
    opened = group.act("atlas", "session.open", "third", {}, [call(group)])
    group.act("jordan", "session.attend", "third", HERE, [opened])
    closed = {**CLOSED, "seen": group.seen()}
    group.act("atlas", "session.close", "third", closed, [opened])
    group.act("palestine", "session.attend", "third", HERE, [opened])
    told = record(group.fold())
    assert told.present == ("jordan",)
    assert [(one.member, one.in_time) for one in told.attendances] == [
        ("jordan", True),
        ("palestine", False),
    ]


def test_what_was_reported_says_by_whom_and_from_where():
    group = founded(keeper="atlas")
    report = {"of": "israel", "source": "a book", "date": "1992-01"}
    told = {**CALL, "from": "1992-01", "to": "1992-01"}
    group.act("atlas", "session.call", "third", told, **report)
    written = record(group.fold()).to_json()
    assert written["called_by"]["member"] == "israel"
    assert written["called_by"]["reported_by"] == "atlas"
    assert written["called_by"]["source"] == "a book"


def test_papers_and_tasks_of_a_session_stand_in_its_record():
    group = founded()
    called = call(group)
    group.act("yonder", "session.paper", "third", PAPER, [called])
    task = {
        "body": "water",
        "titles": {"en": "Map the wells"},
        "owner": "jordan",
        "due": "2026-05-01",
        "session": called,
    }
    group.act("israel", "task.set", "map", task, [called])
    written = record(group.fold()).to_json()
    assert [(one["name"], one["member"]) for one in written["papers"]] == [
        ("levels.pdf", "yonder")
    ]
    assert [one["id"] for one in written["tasks"]] == ["map"]


def test_both_who_opened_it_are_named_until_one_gives_way():
    group = Group()
    told = charter()
    told["bodies"][0]["gavel"] = ["atlas", "jordan"]
    group.found(told)
    called = call(group)
    for party in ("jordan", "atlas"):
        group.act(party, "session.open", "third", {}, [called])
    assert record(group.fold()).chairs == ("atlas", "jordan")


def test_sessions_are_in_the_order_of_their_days():
    group = founded()
    call(group)
    call(group, "late", **{"from": "2026-04-01", "to": "2026-04-02"})
    call(
        group,
        "early",
        **{"from": "2026-03-10T06:00:00Z", "to": "2026-03-10T08:00:00Z"},
    )
    found = [one.thing.id for one in list_sessions(group.fold())]
    assert found == ["early", "third", "late"]
