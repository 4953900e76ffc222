"""Laws: the bank says what the records say, however it came to hold them."""

from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from bank.histories import Model, figures, withdrawal
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.bank.aggregate import aggregate
from waternet.bank.as_of import AsOf
from waternet.bank.calendar import Calendar
from waternet.bank.extent import extents
from waternet.bank.history import get_changes, get_history
from waternet.bank.query import get_latest, get_observations
from waternet.bank.selection import Selection
from waternet.bank.store import Bank

PARTIES = ("amber", "birch")
KEYS = st.tuples(st.sampled_from("xyz"), st.integers(0, 3))
VALUES = st.none() | st.integers(0, 3).map(float)
ROWS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(PARTIES),
        ROWS | st.integers(0, 8),  # figures, or which earlier entry to withdraw
        st.sampled_from(["", "", "", "compact", "reopen"]),
    ),
    min_size=1,
    max_size=12,
)


def to_arrivals(steps):
    """Return the entries of both logs in the order of `steps`, each with its after."""
    sizes = dict.fromkeys(PARTIES, 0)
    for party, said, after in steps:
        index = sizes[party]
        sizes[party] += 1
        if isinstance(said, int):
            yield withdrawal(party, index, said % (index + 1)), after
        else:
            yield figures(party, index, said), after


def standing(bank, party, cutoff):
    table = get_observations(
        bank, Selection(party=party), as_of=AsOf.release(party, cutoff)
    )
    return {
        (row["datastream"], row["time"]): (row["value"], row["release"])
        for row in table.to_pylist()
    }


def latest(bank, party, cutoff):
    table = get_latest(bank, Selection(party=party), as_of=AsOf.release(party, cutoff))
    return {
        row["datastream"]: (row["time"], row["value"], row["release"])
        for row in table.to_pylist()
    }


def extent(bank, party, cutoff):
    """Return (figures, first, last, newest release, last value, its release)."""
    names = {one.id: one.name for one in bank.catalogue.series()}
    series = bank.catalogue.series("s.party = ?", (party,))
    told = extents(bank, series, AsOf.release(party, cutoff)).table
    return {
        names[row["series_id"]]: tuple(
            row[name]
            for name in (
                *("figures", "first", "last", "release"),
                *("value", "last_release"),
            )
        )
        for row in told.to_pylist()
    }


def expected_extent(model, party, cutoff):
    found = {}
    for (name, time), (value, release) in sorted(
        model.standing(party, cutoff).items(), key=lambda one: one[0]
    ):
        count, first, _, newest, *_ = found.get(name, (0, time, time, -1))
        found[name] = (
            *(count + 1, first, time, max(newest, release)),
            *(value, release),
        )
    return found


def changes(bank, party, start, end):
    return {
        (row["datastream"], row["time"]): (
            row["change"],
            row["old_value"],
            row["value"],
            row["release"],
        )
        for row in get_changes(bank, party, start, end).to_pylist()
    }


def verify_history(bank, model, party):
    keys = {
        (row["datastream"], row["time"])
        for one in model.arrivals
        if one.party == party and one.observations is not None
        for row in one.observations.to_pylist()
    }
    for name, time in sorted(keys)[:3]:
        told = get_history(bank, f"{party}:{name}", time.replace(tzinfo=UTC))
        rows = [(r["release"], r["change"], r["value"]) for r in told.to_pylist()]
        assert rows == model.history(party, (name, time))


def daily_means(bank, party):
    table = aggregate(bank, Selection(party=party), Calendar("day"))
    return {
        (row["datastream"], row["start"]): (row["mean"], row["release"])
        for row in table.to_pylist()
    }


def verify_all(bank, model):
    for party in PARTIES:
        size = bank.position(party)
        # One figure a day: its day's mean is the figure.
        assert daily_means(bank, party) == model.standing(party, size)
        for cutoff in range(size):
            assert standing(bank, party, cutoff) == model.standing(party, cutoff)
            assert latest(bank, party, cutoff) == model.latest(party, cutoff)
            # Asked twice: the second answer is what was kept of the first.
            for _ in range(2):
                told = extent(bank, party, cutoff)
                assert told == expected_extent(model, party, cutoff)
        for start in range(-1, size, 2):
            for end in range(max(start, 0), size, 3):
                wanted = model.changes(party, start, end)
                assert changes(bank, party, start, end) == wanted
        if size:
            verify_history(bank, model, party)


@settings(max_examples=10, deadline=None)
@given(STEPS)
def test_the_bank_says_what_the_records_say_however_it_was_fed(steps):
    with TemporaryDirectory() as folder:
        model = Model()
        bank = Bank.open(Path(folder) / "a", writable=True)
        for arrival, after in to_arrivals(steps):
            bank.take(arrival)
            model.arrivals.append(arrival)
            if after == "compact":
                bank.compact()
            if after == "reopen":
                bank.close()
                bank = Bank.open(Path(folder) / "a", writable=True)
        with bank:
            verify_all(bank, model)
        with Bank.open(Path(folder) / "b", writable=True) as rebuilt:
            for party in PARTIES:
                for arrival in model.arrivals:
                    if arrival.party == party:
                        rebuilt.take(arrival)
            verify_all(rebuilt, model)
