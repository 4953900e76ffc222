"""How many figures a question is about, and of which releases."""

from datetime import UTC, datetime

import pytest

from waternet.bank import amount
from waternet.bank.amount import (
    count_beyond,
    count_by_release,
    in_shares,
    most_figures,
)
from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.question import Question
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.observation.datastream import Datastream
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Grade

LEVEL = Datastream("d", "a", "lake-level", "m")
DAYS = [datetime(2015, 1, day) for day in (1, 2, 3)]
GRADES = [int(Grade.GOOD), int(Grade.BAD), int(Grade.GOOD)]


def arrival(party, index, times, grades):
    rows = make_table(
        datastream=[LEVEL.name] * len(times),
        time=times,
        value=[1.0 + index] * len(times),
        grade=grades,
    )
    return Arrival(
        party=party,
        index=index,
        issued=datetime(2026, 1, 1 + index, tzinfo=UTC),
        kind="release",
        body={"dataset": "d"},
        datastreams=(LEVEL,),
        observations=in_order(rows),
    )


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("amount"), writable=True) as opened:
        opened.take(arrival("birch", 0, DAYS, GRADES))
        opened.take(arrival("amber", 0, DAYS[:1], GRADES[:1]))
        opened.take(arrival("birch", 1, DAYS[2:], GRADES[2:]))
        yield opened


@pytest.fixture(params=["read", "asked"], autouse=True)
def way(request, monkeypatch):
    """Few figures are read, many are counted by the engine: both ways are tried."""
    if request.param == "asked":
        monkeypatch.setattr(amount, "_FEW", -1)


def counted(bank, **question):
    series = choose_series(bank, Selection())
    rows = count_by_release(bank, series, Question(**question)).to_pylist()
    return [(row["party"], row["release"], row["figures"]) for row in rows]


def test_what_stands_is_counted_by_the_release_that_brought_it(bank):
    assert counted(bank) == [("amber", 0, 1), ("birch", 0, 2), ("birch", 1, 1)]
    past = AsOf.release("birch", 0)
    assert counted(bank, as_of=past) == [("amber", 0, 1), ("birch", 0, 3)]


def test_time_and_grade_cut_the_count(bank):
    since = datetime(2015, 1, 2, tzinfo=UTC)
    assert counted(bank, start=since) == [("birch", 0, 1), ("birch", 1, 1)]
    assert counted(bank, end=since) == [("amber", 0, 1), ("birch", 0, 1)]
    assert counted(bank, grades=(Grade.BAD,)) == [("birch", 0, 1)]
    # The bad one goes into no mean.
    assert counted(bank, start=since, aggregate="month") == [("birch", 1, 1)]
    series = choose_series(bank, Selection(party="nobody"))
    assert count_by_release(bank, series, Question()).num_rows == 0


def test_what_goes_beyond_a_limit_is_counted_exactly(bank):
    series = choose_series(bank, Selection())
    assert count_beyond(bank, series, Question(), 3) == 4
    assert count_beyond(bank, series, Question(), 4) == 0
    since = datetime(2015, 1, 2, tzinfo=UTC)
    assert count_beyond(bank, series, Question(start=since), 1) == 2
    # Files hold more, but within the time there are no more than that.
    assert count_beyond(bank, series, Question(start=since), 2) == 0
    assert count_beyond(bank, series[:0], Question(), 0) == 0


def test_a_download_is_divided_by_what_its_datastreams_hold(bank):
    series = choose_series(bank, Selection())
    figures = most_figures(bank, series, Question())
    assert sorted(figures.values()) == [1, 3]
    assert [len(share) for share in in_shares(series, figures, 4)] == [2]
    assert [len(share) for share in in_shares(series, figures, 3)] == [1, 1]
    assert list(in_shares(series, {}, 3)) == []
