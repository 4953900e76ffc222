"""The tag of a bank changes whenever an answer might."""

from bank.histories import ISSUED, figures, place

from waternet.api.banks import Lent
from waternet.bank.arrival import Arrival
from waternet.bank.discovery import find_places
from waternet.bank.selection import Selection
from waternet.bank.store import Bank


def told_of(folder):
    """Return the places that a newly opened bank tells of, and its tag."""
    with Bank.open(folder) as bank:
        return find_places(bank, Selection())["id"].to_pylist(), Lent(bank, 1).tag


def test_a_place_that_is_told_later_than_its_entry_came_changes_the_tag(tmp_path):
    sealed = {"sealed": {"keys": {"sha256": "k"}, "to": ["birch"]}}
    bare = Arrival("amber", 1, ISSUED, "station", sealed)
    whole = Arrival("amber", 1, ISSUED, "station", sealed, places=(place("y"),))
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("amber", 0, {("x", 0): 1.0}))
        bank.take(bare)
        before = told_of(tmp_path)
        bank.complete(whole)
        after = told_of(tmp_path)
    assert (before[0], after[0]) == (["x"], ["x", "y"])
    assert before[1] != after[1]


def test_two_that_opened_the_same_bank_tell_the_same_tag(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("amber", 0, {("x", 0): 1.0}))
    assert told_of(tmp_path) == told_of(tmp_path)


def test_a_bank_that_was_made_anew_has_another_tag(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        assert Lent(bank, 1).tag != Lent(bank, 2).tag
