"""Opening, taking, compacting."""

import os
import sqlite3
import subprocess
import sys
import time

import pytest
from bank.histories import at, figures, name, place, withdrawal

from waternet.bank import store
from waternet.bank.arrival import Arrival
from waternet.bank.query import get_observations
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound

FIRST = figures("birch", 0, {("x", 0): 1.0, ("x", 1): 2.0, ("y", 0): 3.0})
SECOND = figures("birch", 1, {("x", 1): 2.5, ("x", 2): 4.0}, "revise", "typing error")


def values(bank):
    table = get_observations(bank, Selection())
    return [(row["datastream"][0], row["value"]) for row in table.to_pylist()]


def test_a_reader_needs_a_bank_and_a_writer_makes_one(tmp_path):
    with pytest.raises(NotFound):
        Bank.open(tmp_path / "bank")
    with Bank.open(tmp_path / "bank", writable=True) as bank:
        assert bank.position("birch") == 0
    with Bank.open(tmp_path / "bank") as bank:
        assert values(bank) == []


def test_a_second_writer_is_refused_and_a_reader_is_not(tmp_path):
    with Bank.open(tmp_path, writable=True):
        code = (
            "import sys, pathlib\n"
            "from waternet.bank.store import Bank\n"
            "from waternet.errors import Conflict\n"
            "folder = pathlib.Path(sys.argv[1])\n"
            "Bank.open(folder).close()\n"
            "try:\n    Bank.open(folder, writable=True)\n"
            "except Conflict:\n    sys.exit(7)\n"
        )
        run = subprocess.run([sys.executable, "-c", code, tmp_path], check=False)
        assert run.returncode == 7


def test_a_reader_sees_what_the_writer_takes_while_both_are_open(tmp_path):
    with Bank.open(tmp_path, writable=True) as writer, Bank.open(tmp_path) as reader:
        assert values(reader) == []
        writer.take(FIRST)
        assert values(reader) == [("x", 1.0), ("x", 2.0), ("y", 3.0)]
        writer.take(SECOND)
        assert values(reader) == [("x", 1.0), ("x", 2.5), ("x", 4.0), ("y", 3.0)]
        writer.compact()
        assert values(reader) == [("x", 1.0), ("x", 2.5), ("x", 4.0), ("y", 3.0)]


def test_a_bank_that_cannot_be_opened_is_not_left_locked(tmp_path):
    with Bank.open(tmp_path, writable=True):
        pass
    (tmp_path / "catalogue.sqlite").write_bytes(b"not a catalogue" * 1000)
    for _ in range(2):
        with pytest.raises(sqlite3.DatabaseError):
            Bank.open(tmp_path, writable=True)


def test_a_bank_opened_to_be_read_takes_nothing(tmp_path):
    Bank.open(tmp_path, writable=True).close()
    with Bank.open(tmp_path) as bank, pytest.raises(NotAllowed):
        bank.take(FIRST)


def test_entries_are_taken_in_the_order_of_the_log_and_once(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        with pytest.raises(Conflict, match="entry 0 is the next"):
            bank.take(SECOND)
        for arrival in (FIRST, FIRST, SECOND, FIRST):
            bank.take(arrival)
        assert bank.position("birch") == 2
        assert values(bank) == [("x", 1.0), ("x", 2.5), ("x", 4.0), ("y", 3.0)]


def test_rows_that_nobody_described_are_refused_before_anything_is_taken(tmp_path):
    bare = Arrival("birch", 0, FIRST.issued, "release", observations=FIRST.observations)
    with Bank.open(tmp_path, writable=True) as bank:
        with pytest.raises(NotAcceptable, match="no entry describes"):
            bank.take(bare)
        assert bank.position("birch") == 0
        bank.take(FIRST)
        assert len(values(bank)) == 3


def test_a_station_entry_brings_places_without_figures(tmp_path):
    arrival = Arrival("birch", 0, FIRST.issued, "station", places=(place("z"),))
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(arrival)
        assert bank.position("birch") == 1
        assert values(bank) == []


STEPS = (
    "bank.catalogued",
    "bank.before-delta",
    "bank.after-delta",
    "bank.before-compact",
    "bank.after-compact",
)


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


def take_and_compact(bank, arrival):
    bank.take(arrival)
    bank.compact()


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_the_bank_completes_on_the_second_try(
    tmp_path, monkeypatch, step
):
    # Another party's entry goes first afterwards: what was assigned must not move.
    other = figures("amber", 0, {("w", 0): 9.0})

    def kill(name):
        if name == step:
            raise Killed

    bank = Bank.open(tmp_path, writable=True)
    bank.take(FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(store, "failpoint", kill)
        with pytest.raises(Killed):
            take_and_compact(bank, SECOND)
    bank.close()
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(other)
        for arrival in (FIRST, SECOND)[bank.position("birch") :]:
            bank.take(arrival)
        wanted = [("w", 9.0), ("x", 1.0), ("x", 2.5), ("x", 4.0), ("y", 3.0)]
        assert values(bank) == wanted
        bank.compact()
        assert values(bank) == wanted


def test_an_entry_in_the_table_but_not_yet_counted_is_not_seen(tmp_path, monkeypatch):
    def kill(name):
        if name == "bank.after-delta":
            raise Killed

    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(FIRST)
        monkeypatch.setattr(store, "failpoint", kill)
        with pytest.raises(Killed):
            bank.take(SECOND)
    with Bank.open(tmp_path) as bank:
        assert bank.position("birch") == 1
        assert values(bank) == [("x", 1.0), ("x", 2.0), ("y", 3.0)]


def test_many_small_entries_do_not_leave_many_files(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        for index in range(40):
            bank.take(figures("birch", index, {("x", index): 1.0, ("x", 0): index}))
        files = [one for ones in bank.view().fragments.values() for one in ones]
        assert len(files) < 16
        assert len(values(bank)) == 40


def test_compaction_leaves_one_sorted_file_in_each_bucket(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        for arrival in (FIRST, SECOND, withdrawal("birch", 2, 1)):
            bank.take(arrival)
        bank.compact()
        files = [one for ones in bank.view().fragments.values() for one in ones]
        assert [(one.is_tail, one.rows) for one in files] == [(False, 5)]
        assert values(bank) == [("x", 1.0), ("y", 3.0)]


def test_a_corrected_unit_holds_for_the_rows_that_came_with_it(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("birch", 0, {("x", 0): 100.0, ("x", 1): 200.0}, unit="m"))
        bank.take(figures("birch", 1, {("x", 1): 200.0}, "revise", unit="cm"))
        table = get_observations(bank, [f"birch:{name('x')}"])
        assert table["unit"].to_pylist() == ["m", "cm"]
        metres = get_observations(bank, [f"birch:{name('x')}"], unit="m")
        assert metres["value"].to_pylist() == [100.0, 2.0]
        assert metres["time"].to_pylist() == [at(0), at(1)]


def test_what_a_stopped_writer_left_behind_is_cleared_an_hour_later(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        for arrival in (FIRST, SECOND):
            bank.take(arrival)
        (live,) = bank.view().fragments
        home = tmp_path / "obs" / f"bucket={live}"
        old, new = home / "base-old.parquet", home / "base-new.parquet"
        for path in (old, new):
            path.write_bytes(b"cut short")
        two_hours_ago = time.time() - 7200
        os.utime(old, (two_hours_ago, two_hours_ago))
        bank.compact()
        assert (old.exists(), new.exists()) == (False, True)
        assert len(values(bank)) == 4
