"""How much stands of each datastream; the law of it is in `laws/test_bank_laws.py`."""

from datetime import date

import pytest
from bank.histories import at, figures, name, withdrawal

from waternet.bank.as_of import AsOf
from waternet.bank.discovery import find_datastreams
from waternet.bank.extent import EXTENT_SCHEMA, extents, known_extents
from waternet.bank.query import get_latest, get_observations
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotFound


@pytest.fixture
def bank(tmp_path):
    with Bank.open(tmp_path / "bank", writable=True) as made:
        made.take(figures("amber", 0, {("x", 0): 1.0, ("x", 1): 2.0, ("y", 0): 5.0}))
        made.take(figures("birch", 0, {("x", 3): 8.0}))
        yield made


def told(bank, as_of=None):
    names = {one.id: f"{one.party}:{one.name}" for one in bank.catalogue.series()}
    return {
        names[row["series_id"]]: (row["figures"], row["last"], row["value"])
        for row in extents(bank, as_of=as_of).table.to_pylist()
    }


X, Y, OTHER = f"amber:{name('x')}", f"amber:{name('y')}", f"birch:{name('x')}"


def test_a_correction_a_figure_taken_back_and_a_withdrawal_are_seen_at_once(bank):
    assert told(bank) == {
        X: (2, at(1), 2.0),
        Y: (1, at(0), 5.0),
        OTHER: (1, at(3), 8.0),
    }
    bank.take(figures("amber", 1, {("x", 1): 2.5, ("x", 2): 3.0}))
    assert told(bank)[X] == (3, at(2), 3.0)
    bank.take(figures("amber", 2, {("x", 2): None}))
    assert told(bank)[X] == (2, at(1), 2.5)
    bank.take(withdrawal("amber", 3, 1))
    # What entry 1 had replaced does not come back.
    assert told(bank)[X] == (1, at(0), 1.0)
    bank.compact()
    assert told(bank)[X] == (1, at(0), 1.0)


def test_each_past_keeps_its_own_extents(bank):
    bank.take(figures("amber", 1, {("x", 1): None, ("y", 4): 6.0}))
    assert told(bank)[X] == (1, at(0), 1.0)
    assert told(bank, AsOf.release("amber", 0))[X] == (2, at(1), 2.0)
    # Entries are issued on the day of their number from 2026-01-01 on.
    assert told(bank, AsOf.date(date(2026, 1, 1)))[Y] == (1, at(0), 5.0)
    assert told(bank, AsOf.date(date(2025, 12, 31))) == {}
    with pytest.raises(NotFound, match="no party 'cedar'"):
        extents(bank, as_of=AsOf.release("cedar", 0))


def test_a_release_leaves_what_is_known_of_other_buckets(bank):
    extents(bank)
    mine, other = choose_series(bank, [X]), choose_series(bank, [OTHER])
    bank.take(figures("amber", 1, {("x", 9): 9.0}))
    cutoffs = bank.cutoffs(None)
    assert known_extents(bank, mine, cutoffs) is None
    assert known_extents(bank, other, cutoffs).table["figures"].to_pylist() == [1]
    assert extents(bank, mine).table["figures"].to_pylist() == [3]
    assert known_extents(bank, mine, cutoffs).table["value"].to_pylist() == [9.0]


def test_entries_without_figures_leave_all_of_it_known(bank):
    extents(bank)
    bank.take(withdrawal("birch", 1, 1))
    every = bank.catalogue.series()
    assert known_extents(bank, every, bank.cutoffs(None)) is not None


def test_what_one_reader_found_another_need_not_look_for(bank, tmp_path):
    with Bank.open(tmp_path / "bank") as one, Bank.open(tmp_path / "bank") as two:
        extents(one)
        every = two.catalogue.series()
        assert known_extents(two, every, two.cutoffs(None)) is not None
        bank.take(figures("birch", 1, {("x", 4): 9.0}))
        assert known_extents(two, every, two.cutoffs(None)) is None
        assert told(two)[OTHER] == (2, at(4), 9.0)


def test_the_latest_and_what_there_is_are_those_of_the_figures(bank):
    bank.take(figures("amber", 1, {("y", 1): 7.0, ("x", 1): None}))
    everything = get_observations(bank, Selection()).to_pylist()
    for _ in range(2):  # the second time from what is known
        for asked in (Selection(), [Y], [OTHER, X]):
            rows = get_latest(bank, asked)
            series = choose_series(bank, asked)
            last = [
                [row for row in everything if _address(row) == one.address][-1]
                for one in series
            ]
            assert rows.to_pylist() == last
        found = {
            _address(row): (row["figures"], row["first"], row["last"])
            for row in find_datastreams(bank, Selection()).to_pylist()
        }
        for address, (figures_held, first, last_time) in found.items():
            times = [row["time"] for row in everything if _address(row) == address]
            assert (figures_held, first, last_time) == (
                len(times),
                min(times),
                max(times),
            )


def _address(row):
    return f"{row['party']}:{row['datastream']}"


def test_a_bank_without_figures_has_no_extents(tmp_path):
    with Bank.open(tmp_path / "empty", writable=True) as made:
        assert extents(made).table.equals(EXTENT_SCHEMA.empty_table())
