"""The desk: durable drafts and numbers, for any number of processes."""

import subprocess
import sys

import pytest

from waternet.errors import NotVerified
from waternet.node.desk import Desk, DraftEntity, DraftObservation
from waternet.node.desk_clearing import clear_rows, promise_numbers

WRITER = """
import sys
from pathlib import Path
from waternet.node.desk import Desk, DraftEntity
with Desk.open(Path(sys.argv[1])) as desk:
    for _ in range(25):
        with desk.writing():
            number = desk.number_draft("Thing")
            desk.put([DraftEntity("Thing", number, '{}')])
"""


@pytest.fixture
def desk(tmp_path):
    with Desk.open(tmp_path) as desk:
        yield desk


def _things(desk):
    return desk.rows("SELECT number, body FROM entity WHERE kind = 'Thing' ORDER BY 1")


def test_a_number_is_given_once_whoever_asks(tmp_path, desk):
    with Desk.open(tmp_path) as other:
        assert desk.number("Thing", ["a", "b"]) == {"a": 1, "b": 2}
        assert other.number("Thing", ["b", "c"]) == {"b": 2, "c": 3}
        assert desk.number("Sensor", ["c"]) == {"c": 1}
    with Desk.open(tmp_path) as later:
        assert later.number("Thing", ["c", "a"]) == {"c": 3, "a": 1}
        assert later.key("Thing", 2) == "b"
        assert later.key("Thing", 4) == ""


def test_a_write_that_fails_leaves_nothing(desk):
    before = desk.stand()

    def write():
        with desk.writing():
            desk.put([DraftEntity("Thing", desk.number_draft("Thing"), "{}")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert (_things(desk), desk.stand()) == ([], before)


def test_a_reader_tells_what_is_new_to_it(tmp_path, desk):
    with desk.writing():
        desk.put([DraftEntity("Thing", 1, "{}")])
    seen = desk.stand().sequence
    with Desk.open(tmp_path) as other, other.writing():
        other.put([DraftEntity("Thing", 2, "{}")])
        other.put([DraftEntity("Thing", 1, None)])
    new = "SELECT number FROM entity WHERE sequence > ? ORDER BY sequence"
    assert desk.rows(new, (seen,)) == [(2,), (1,)]


def test_processes_that_write_at_once_lose_nothing(tmp_path, desk):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)])
        for _ in range(2)
    ]
    assert [one.wait(60) for one in writers] == [0, 0]
    assert [number for number, _ in _things(desk)] == list(range(1, 51))


def test_a_draft_keeps_its_number_whoever_meets_it_first_in_the_bank(tmp_path, desk):
    with desk.writing():
        draft = desk.number_draft("Thing")
        promise_numbers(desk, [["Thing", "jordan:W1", draft]])
    with Desk.open(tmp_path) as reader:
        told = reader.number("Thing", ["jordan:W0", "jordan:W1"])
    assert told["jordan:W1"] == draft
    assert told["jordan:W0"] != draft
    with desk.writing():
        clear_rows(desk, [], [], [], [["Thing", "jordan:W1", draft]])
    assert desk.number("Thing", ["jordan:W1"]) == {"jordan:W1": draft}


def test_what_was_changed_since_is_not_cleared(desk):
    with desk.writing():
        desk.put_observations([DraftObservation(1, 1, 0, result=1.0)])
        desk.put_observations([DraftObservation(2, 1, 1, result=2.0)])
    through = desk.stand().sequence
    with desk.writing():
        desk.put_observations([DraftObservation(2, 1, 1, result=2.5)])
        carried = [{"datastream": 1, "through": through, "left": []}]
        clear_rows(desk, [], [], carried, [])
    assert desk.rows("SELECT number, result FROM observation") == [(2, 2.5)]


@pytest.mark.usefixtures("desk")
def test_other_users_do_not_read_it(tmp_path):
    files = sorted(tmp_path.glob("desk.sqlite*"))
    assert len(files) > 1
    assert {one.stat().st_mode & 0o077 for one in files} == {0}


def test_damage_is_named(tmp_path):
    (tmp_path / "desk.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(NotVerified, match=r"desk.sqlite is damaged"):
        Desk.open(tmp_path)
