"""A period, the latest, the past."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from bank.histories import ISSUED, at, figures, name, withdrawal

from waternet.bank.as_of import AsOf
from waternet.bank.query import get_latest, get_observations
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.table import SCHEMA
from waternet.observation.vocabulary import Grade

X, Y = f"birch:{name('x')}", f"birch:{name('y')}"


def utc(day: int) -> datetime:
    return at(day).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("bank"), writable=True) as made:
        rows = {(x, day): float(day) for x in "xy" for day in range(5)}
        made.take(figures("birch", 0, rows))
        made.take(figures("birch", 1, {("x", 3): 33.0, ("x", 4): None}, "revise"))
        made.take(figures("birch", 2, {("y", 4): 44.0}, "revise"))
        made.take(withdrawal("birch", 3, 2))
        yield made


def test_a_period_holds_its_start_and_not_its_end(bank):
    table = get_observations(bank, [X], utc(1), utc(3))
    assert table["time"].to_pylist() == [at(1), at(2)]


def test_datastreams_come_in_the_order_asked(bank):
    table = get_observations(bank, [Y, X, Y], utc(0), utc(1))
    assert table["datastream"].to_pylist() == [name("y"), name("x")]


def test_many_addresses_are_looked_up_together_in_the_order_asked(tmp_path):
    places = [f"p{number:02}" for number in range(12)]
    with Bank.open(tmp_path, writable=True) as made:
        for party in ("birch", "cedar"):
            rows = {(one, 0): float(number) for number, one in enumerate(places)}
            made.take(figures(party, 0, rows))
        asked = [f"cedar:{name(one)}" for one in reversed(places)]
        asked += [f"birch:{name(one)}" for one in places]
        table = get_observations(made, asked)
        party, stream = (table[one].to_pylist() for one in ("party", "datastream"))
        assert [f"{a}:{b}" for a, b in zip(party, stream, strict=True)] == asked
        with pytest.raises(NotFound, match="nowhere"):
            get_observations(made, [*asked, "birch:nowhere/lake-level"])


def test_each_row_says_party_unit_and_the_entry_that_brought_it(bank):
    rows = get_observations(bank, [X]).to_pylist()
    assert [row["release"] for row in rows] == [0, 0, 0, 1]
    assert {(row["party"], row["unit"]) for row in rows} == {("birch", "m")}


def test_what_is_taken_back_or_withdrawn_is_absent_and_older_figures_stay_away(bank):
    assert get_observations(bank, [X], utc(4)).num_rows == 0
    assert get_observations(bank, [Y], utc(4)).num_rows == 0


def test_the_past_is_what_had_been_issued_by_its_end(bank):
    def last_of_y(as_of):
        return get_observations(bank, [Y], utc(4), as_of=as_of)["value"].to_pylist()

    issued = ISSUED + timedelta(days=2)  # of entry 2
    assert last_of_y(AsOf.date(issued - timedelta(seconds=1))) == [4.0]
    assert last_of_y(AsOf.date(issued)) == [44.0]
    assert last_of_y(AsOf.date(issued.date())) == [44.0]
    assert last_of_y(AsOf.date(date(2030, 1, 1))) == []
    assert last_of_y(AsOf.release("birch", 1)) == [4.0]
    assert last_of_y(AsOf.date(date(2000, 1, 1))) == []


def test_a_past_that_never_was_is_refused(bank):
    with pytest.raises(NotFound, match="no entry 9"):
        get_observations(bank, [X], as_of=AsOf.release("birch", 9))
    with pytest.raises(NotFound, match="no party 'oak'"):
        get_observations(bank, [X], as_of=AsOf.release("oak", 0))
    with pytest.raises(NotAcceptable):
        AsOf.date(datetime(2026, 1, 1))


def test_the_latest_figure_is_the_last_that_stands(bank):
    rows = get_latest(bank, [Y, X]).to_pylist()
    assert [(r["time"], r["value"], r["release"]) for r in rows] == [
        (at(3), 3.0, 0),
        (at(3), 33.0, 1),
    ]


def test_values_are_converted_once_on_the_way_out(bank):
    table = get_observations(bank, [X], utc(2), utc(3), unit="cm")
    assert (table["value"][0].as_py(), table["unit"][0].as_py()) == (200.0, "cm")
    latest = get_latest(bank, [X], unit="cm")
    assert latest["value"].to_pylist() == pytest.approx([3300.0])
    with pytest.raises(NotAcceptable, match="different things"):
        get_observations(bank, [X], unit="s")


def test_an_unknown_address_names_near_ones(bank):
    with pytest.raises(NotFound) as error:
        get_observations(bank, [X.replace("lake-level", "lake-levels")])
    assert X in error.value.hint


def test_times_without_a_zone_are_refused(bank):
    with pytest.raises(NotAcceptable, match="without a time zone"):
        get_observations(bank, [X], datetime(2020, 1, 1))


def test_remarks_offsets_ends_and_codes_come_back_as_they_went_in(tmp_path):
    arrival = figures("birch", 0, {("x", 0): 1.0, ("x", 1): 2.0, ("x", 2): 3.0})
    given = {
        "end": pa.array([at(1), None, None], pa.timestamp("us")),
        "offset": pa.array([120, None, -330], pa.int16()),
        "censor": pa.array([1, 0, 2], pa.int8()),
        "grade": pa.array([1, 2, 3], pa.int8()),
        "status": pa.array([0, 5, 8], pa.int8()),
        "qualifier": pa.array(["A", None, "ملاحظة"]).dictionary_encode(),
    }
    for column, values in given.items():
        place = SCHEMA.get_field_index(column)
        table = arrival.observations.set_column(place, SCHEMA.field(column), values)
        object.__setattr__(arrival, "observations", table)
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(arrival)
        bank.take(figures("birch", 1, {("x", 9): 1.0}))
        for _ in range(2):
            table = get_observations(bank, [X], utc(0), utc(3))
            for column, values in given.items():
                assert table[column].to_pylist() == values.to_pylist()
            latest = get_latest(bank, [X], as_of=AsOf.release("birch", 0))
            assert latest["qualifier"].to_pylist() == ["ملاحظة"]
            bank.compact()
        good = get_observations(bank, Selection(), grades=[Grade.GOOD])
        assert good["time"].to_pylist() == [at(0)]
