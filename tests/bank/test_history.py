"""Why a figure is what it is."""

from datetime import UTC

import pytest
from bank.histories import at, figures, name, withdrawal

from waternet.bank.history import get_changes, get_history
from waternet.bank.store import Bank
from waternet.errors import NotFound

X = f"birch:{name('x')}"


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("bank"), writable=True) as made:
        made.take(figures("birch", 0, {("x", 0): 1.0, ("x", 1): 2.0, ("x", 2): 3.0}))
        made.take(
            figures("birch", 1, {("x", 0): 1.5, ("x", 1): None}, "revise", "misread")
        )
        made.take(figures("birch", 2, {("x", 0): 1.6, ("x", 3): 4.0}))
        made.take(withdrawal("birch", 3, 2, "wrong gauge"))
        yield made


def test_a_history_tells_every_revision_with_its_reason(bank):
    rows = get_history(bank, X, at(0).replace(tzinfo=UTC)).to_pylist()
    told = [(r["release"], r["change"], r["value"], r["reason"]) for r in rows]
    assert told == [
        (0, "published", 1.0, ""),
        (1, "revised", 1.5, "misread"),
        (2, "revised", 1.6, ""),
        (3, "withdrawn", None, "wrong gauge"),
    ]
    assert rows[1]["issued"] > rows[0]["issued"]


def test_a_figure_taken_back_says_so(bank):
    rows = get_history(bank, X, at(1).replace(tzinfo=UTC)).to_pylist()
    assert [(r["change"], r["value"]) for r in rows] == [
        ("published", 2.0),
        ("taken back", None),
    ]


def test_a_figure_that_never_was_has_no_history(bank):
    with pytest.raises(NotFound, match="never had a figure"):
        get_history(bank, X, at(9).replace(tzinfo=UTC))


def test_changes_between_two_entries_tell_old_new_and_why(bank):
    rows = get_changes(bank, "birch", 0, 1).to_pylist()
    assert [
        (r["time"], r["change"], r["old_value"], r["value"], r["reason"]) for r in rows
    ] == [
        (at(0), "changed", 1.0, 1.5, "misread"),
        (at(1), "taken back", 2.0, None, "misread"),
    ]


def test_a_figure_that_came_and_went_between_is_no_change(bank):
    rows = get_changes(bank, "birch", 1, 3).to_pylist()
    assert [(r["time"], r["change"], r["release"], r["reason"]) for r in rows] == [
        (at(0), "withdrawn", 3, "wrong gauge")
    ]


def test_everything_is_new_since_before_the_first_entry(bank):
    rows = get_changes(bank, "birch", -1, 0).to_pylist()
    assert [r["change"] for r in rows] == ["new", "new", "new"]


def test_changes_want_entries_that_are_there_and_in_order(bank):
    for start, end in ((0, 4), (2, 1), (-2, 1)):
        with pytest.raises(NotFound, match="has no entries from"):
            get_changes(bank, "birch", start, end)


def test_old_and_new_are_told_in_one_unit(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(figures("birch", 0, {("x", 0): 150.0, ("x", 1): 500.0}, unit="cm"))
        bank.take(figures("birch", 1, {("x", 0): 2.0}, "revise", unit="m"))
        bank.take(withdrawal("birch", 2, 0))
        rows = get_changes(bank, "birch", 0, 2).to_pylist()
        bank.take(figures("birch", 3, {("x", 0): 9.0}, "revise", unit="mg/L"))
        last = get_changes(bank, "birch", 2, 3).to_pylist()
    assert [
        (row["change"], row["old_value"], row["value"], row["unit"])
        for row in rows + last
    ] == [
        ("changed", 1.5, 2.0, "m"),
        ("withdrawn", 5.0, None, "m"),
        ("changed", None, 9.0, "mg/L"),
    ]


def test_changes_of_some_datastreams_leave_the_others_out(bank):
    assert get_changes(bank, "birch", 0, 1, [name("x")]).num_rows == 2
    assert get_changes(bank, "birch", 0, 1, [name("y")]).num_rows == 0
