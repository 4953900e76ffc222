"""Every entry of every record, found by filters and words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bank.histories import ISSUED, figures, withdrawal

from waternet.bank.arrival import Arrival
from waternet.bank.browsing import EntryChoice, entry_of, find_entries, neighbours
from waternet.bank.store import Bank
from waternet.errors import NotFound


def _request(party, index, purpose):
    body = {"owner": "amber", "dataset": "levels", "purpose": purpose, "nonce": "0"}
    return Arrival(party, index, ISSUED + timedelta(days=9), "request", body)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("bank"), writable=True) as made:
        made.take(figures("amber", 0, {("x", 0): 1.0}))
        made.take(figures("amber", 1, {("x", 0): 2.0}, "revise", "خطأ في القراءة"))
        made.take(withdrawal("amber", 2, 1, "wrong gauge"))
        made.take(_request("birch", 0, "נחוץ לתקציב המשותף"))
        late = replace(figures("birch", 1, {("y", 0): 1.0}), finding="a file is gone")
        made.take(replace(late, issued=ISSUED + timedelta(days=30)))
        yield made


def _found(bank, **wanted):
    told = find_entries(bank, EntryChoice(**wanted), 10)
    return [f"{one['party']}:{one['entry']}" for one in told.entries]


def test_the_newest_come_first_a_page_at_a_time(bank):
    assert _found(bank) == ["birch:1", "birch:0", "amber:2", "amber:1", "amber:0"]
    told = find_entries(bank, EntryChoice(), 2, 2)
    assert [one["entry"] for one in told.entries] == [2, 1]
    assert told.count == 5


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"party": "birch"}, ["birch:1", "birch:0"]),
        ({"kind": "withdraw"}, ["amber:2"]),
        ({"dataset": "levels", "party": "amber"}, ["amber:1", "amber:0"]),
        ({"end": datetime(2026, 1, 2, tzinfo=UTC)}, ["amber:0"]),
        ({"start": datetime(2026, 1, 4, tzinfo=UTC)}, ["birch:1", "birch:0"]),
        ({"text": "gauge WRONG"}, ["amber:2"]),
        ({"text": "خطا القراءه"}, ["amber:1"]),
        ({"text": "תקציב"}, ["birch:0"]),
        ({"text": "entry 1", "party": "amber"}, ["amber:1"]),
        ({"text": "nothing says this"}, []),
    ],
)
def test_entries_are_found_by_filters_and_words_in_any_spelling(bank, wanted, found):
    assert _found(bank, **wanted) == found


def test_each_filter_counts_what_the_others_leave(bank):
    told = find_entries(bank, EntryChoice(party="amber"), 10)
    assert told.counts["party"] == {"amber": 3, "birch": 2}
    assert told.counts["kind"] == {"release": 1, "revise": 1, "withdraw": 1}
    told = find_entries(bank, EntryChoice(text="levels"), 10)
    assert told.counts["kind"] == {"release": 2, "request": 1, "revise": 1}


def test_an_entry_says_what_withdrew_it_and_what_is_amiss(bank):
    assert entry_of(bank, "amber", 1)["withdrawn_by"] == 2
    assert entry_of(bank, "birch", 1)["finding"] == "a file is gone"
    with pytest.raises(NotFound, match="'amber' has no entry 3"):
        entry_of(bank, "amber", 3)


def test_an_entry_has_the_one_before_and_the_one_after(bank):
    assert neighbours(bank, "amber", 0) == (None, 1)
    assert neighbours(bank, "amber", 2) == (1, None)
