"""What a reader's bank shows and hides, told by hand."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC

import pytest
from bank.histories import datastream, figures, name, place, withdrawal

from waternet.bank import catalogue
from waternet.bank.extent import extents
from waternet.bank.history import get_history
from waternet.bank.query import get_latest, get_observations
from waternet.bank.seal import reading_bank
from waternet.bank.selection import Selection
from waternet.bank.standing import list_findings, standing_places
from waternet.bank.store import Bank
from waternet.errors import NotAllowed, NotFound, NotVerified

FIRST = ("x", 0)


def sealed(one, *to):
    """Return an entry as one that was restricted to some parties."""
    keys = {"sha256": f"key-{one.index}"}
    body = {**one.body, "sealed": {"keys": keys, "to": sorted({one.party, *to})}}
    return replace(one, body=body)


def opening(party, index, *releases):
    opened = [{"release": one, "key": ""} for one in releases]
    return replace(
        withdrawal(party, index, 0),
        kind="open",
        body={"dataset": "levels", "releases": opened},
    )


def fill(folder, *entries):
    with Bank.open(folder, writable=True) as bank:
        for one in entries:
            bank.take(one)
    return folder


def values(folder, reader, **asked):
    with reading_bank(folder, reader) as bank:
        return get_observations(bank, Selection(), **asked)["value"].to_pylist()


def test_the_figure_that_a_hidden_one_replaced_stands_for_who_may_not_read_it(tmp_path):
    bank = fill(
        tmp_path,
        figures("amber", 0, {FIRST: 1.0, ("x", 1): 2.0}),
        sealed(figures("amber", 1, {FIRST: 9.0}), "cedar"),
    )
    assert values(bank, "") == values(bank, "birch") == [1.0, 2.0]
    for reader in ("cedar", "amber", None):
        assert values(bank, reader) == [9.0, 2.0]


def test_what_counts_and_is_latest_is_each_readers_own(tmp_path):
    folder = fill(
        tmp_path,
        figures("amber", 0, {FIRST: 1.0}),
        sealed(figures("amber", 1, {("x", 5): 9.0}), "cedar"),
    )
    told = {}
    # One after the other: what was found for one must not be told another.
    for reader in (None, "", "cedar"):
        with reading_bank(folder, reader) as bank:
            (last,) = get_latest(bank, Selection())["value"].to_pylist()
            (count,) = extents(bank).table["figures"].to_pylist()
            told[reader] = last, count
    assert told == {None: (9.0, 2), "": (1.0, 1), "cedar": (9.0, 2)}


@pytest.mark.parametrize("order", [("", None), (None, "")])
def test_what_one_reader_is_not_told_of_is_there_for_another(
    tmp_path, order, monkeypatch
):
    monkeypatch.setattr(catalogue, "_BUCKET_SERIES", 1)
    both = (place("x"), place("y")), (datastream("x"), datastream("y"))
    first = sealed(figures("amber", 0, {FIRST: 1.0}))
    first = replace(first, places=both[0], datastreams=both[1])
    # Its owner described 'y' in the entry before, which is hidden.
    second = replace(figures("amber", 1, {("y", 0): 2.0}), places=(), datastreams=())
    folder = fill(tmp_path, first, second)
    told = {}
    for reader in order:
        with reading_bank(folder, reader) as bank:
            told[reader] = extents(bank).table["figures"].to_pylist()
    assert told == {"": [], None: [1, 1]}


def test_a_place_is_described_as_it_last_was_to_the_reader(tmp_path):
    first = figures("amber", 0, {FIRST: 1.0})
    renamed = replace(place("x"), names={"en": "The secret spring"})
    second = replace(sealed(figures("amber", 1, {FIRST: 2.0})), places=(renamed,))
    bank = fill(tmp_path, first, second)
    for reader, said in (("", "Lake x"), ("amber", "The secret spring")):
        with reading_bank(bank, reader) as opened:
            assert standing_places(opened, "amber")["x"].names["en"] == said
            found = get_latest(opened, Selection(text="secret")).num_rows
            assert found == (reader == "amber")


def test_a_datastream_of_hidden_figures_alone_is_not_there(tmp_path):
    bank = fill(
        tmp_path,
        figures("amber", 0, {FIRST: 1.0}),
        sealed(figures("amber", 1, {("y", 0): 2.0})),
    )
    with (
        reading_bank(bank, "") as opened,
        pytest.raises(NotFound) as refused,
    ):
        get_observations(opened, [f"amber:{name('y')}"])
    assert name("y") not in refused.value.hint


def test_each_reader_has_the_unit_of_what_it_may_read(tmp_path):
    bank = fill(
        tmp_path,
        figures("amber", 0, {FIRST: 1.0}, unit="m"),
        sealed(figures("amber", 1, {("x", 1): 200.0}, unit="cm"), "cedar"),
        figures("amber", 2, {("x", 2): 300.0}, unit="cm"),
        figures("amber", 3, {("x", 3): 4.0}, unit="m"),
    )
    assert values(bank, "", unit="m") == [1.0, 3.0, 4.0]
    assert values(bank, "cedar", unit="m") == [1.0, 2.0, 3.0, 4.0]


def test_what_is_opened_shows_at_once_to_a_bank_that_is_open(tmp_path):
    fill(tmp_path, sealed(figures("amber", 0, {FIRST: 1.0})))
    with (
        Bank.open(tmp_path, reader="") as bank,
        Bank.open(tmp_path, writable=True) as whole,
    ):
        assert get_observations(bank, Selection()).num_rows == 0
        whole.take(opening("amber", 1, 0))
        assert get_observations(bank, Selection()).num_rows == 1


def test_what_is_opened_to_who_read_it_before_is_no_second_revision(tmp_path):
    released = sealed(figures("amber", 0, {FIRST: 1.0}))
    with Bank.open(fill(tmp_path, released), writable=True) as bank:
        bank.complete(released)
        bank.take(opening("amber", 1, 0))
        time = get_observations(bank, Selection())["time"][0].as_py()
        address = f"amber:{name('x')}"
        told = get_history(bank, address, time.replace(tzinfo=UTC))
    assert told["change"].to_pylist() == ["published"]


def test_a_consent_that_something_is_wrong_with_gives_nothing(tmp_path):
    false = replace(opening("amber", 1, 0), finding="replayed-consent")
    bank = fill(tmp_path, sealed(figures("amber", 0, {FIRST: 1.0})), false)
    assert values(bank, "") == []


def test_what_is_amiss_inside_a_hidden_entry_is_not_told(tmp_path):
    amiss = replace(
        sealed(figures("amber", 0, {FIRST: 1.0})), finding="row 1 holds 1.0"
    )
    bank = fill(tmp_path, amiss)
    for reader, count in (("", 0), ("amber", 1)):
        with reading_bank(bank, reader) as opened:
            assert len(list_findings(opened)) == count


def test_a_bank_for_a_reader_is_not_written(tmp_path):
    with pytest.raises(NotAllowed):
        Bank.open(tmp_path, writable=True, reader="")


def test_a_bank_of_another_form_is_rebuilt_not_read(tmp_path):
    fill(tmp_path, figures("amber", 0, {FIRST: 1.0}))
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as db:
        db.execute("PRAGMA user_version = 1")
    for writable in (False, True):
        with pytest.raises(NotVerified, match="another form") as refused:
            Bank.open(tmp_path, writable=writable)
        assert "waternet rebuild" in refused.value.hint
