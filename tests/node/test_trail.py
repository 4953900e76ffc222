"""The audit trail is only added to, bounded, and holds no more than it says."""

import sqlite3
import stat
from contextlib import closing

import pytest

from waternet.node import trail as module
from waternet.node.trail import Event, Trail


@pytest.fixture
def trail(tmp_path):
    held = Trail(tmp_path / "audit.sqlite")
    yield held
    held.close()


def test_what_was_noted_is_read_newest_first(trail):
    trail.note(Event("write", "hana", "upper", "sta-create", "192.0.2.1", "done"))
    trail.note(Event("read", "omar", "lower", "data", releases=("upper:3", "upper:5")))
    read, written = trail.read()
    assert (read.who, read.releases) == ("omar", ("upper:3", "upper:5"))
    assert (written.kind, written.caller) == ("write", "192.0.2.1")
    assert [one.who for one in trail.read(kind="write")] == ["hana"]
    assert [one.kind for one in trail.read(who="omar")] == ["read"]
    assert trail.read(since=read.at) == [read]


def test_nothing_is_changed_or_taken_out(trail, tmp_path):
    trail.note(Event("write", "hana"))
    for sql in ("UPDATE event SET who = 'omar'", "DELETE FROM event"):
        with (
            closing(sqlite3.connect(tmp_path / "audit.sqlite")) as db,
            pytest.raises(sqlite3.IntegrityError, match="only added to"),
        ):
            db.execute(sql)
    assert [one.who for one in trail.read()] == ["hana"]


def test_the_oldest_fall_off_beyond_a_million(trail, tmp_path):
    trail.note(Event("write", "first"))
    with closing(sqlite3.connect(tmp_path / "audit.sqlite")) as db, db:
        db.execute("UPDATE sqlite_sequence SET seq = ?", (module.MOST_EVENTS + 998,))
    trail.note(Event("write", "last"))
    assert {one.who for one in trail.read()} == {"first", "last"}
    trail.note(Event("write", "one more"))
    assert {one.who for one in trail.read()} == {"last", "one more"}


def test_words_from_outside_stay_on_one_short_line(trail):
    trail.note(Event("refused", who="x\n\x1b[2J" + "y" * 1_000))
    (event,) = trail.read()
    assert event.who == "x??[2J" + "y" * 194


def test_of_many_releases_a_hundred_are_named_and_the_rest_counted(trail):
    trail.note(Event("read", releases=tuple(f"upper:{n}" for n in range(250))))
    (event,) = trail.read()
    assert len(event.releases) == 101
    assert event.releases[-1] == "+150"


def test_only_the_nodes_own_user_may_read_it(trail, tmp_path):
    trail.note(Event("write"))
    for path in tmp_path.glob("audit.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
