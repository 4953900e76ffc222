"""Several parties' figures for one quantity, side by side."""

from datetime import UTC, datetime

import pytest

from waternet.bank.arrival import Arrival
from waternet.bank.compare import compare
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import in_order, make_table

DAYS = [datetime(2015, 1, 1), datetime(2015, 1, 2)]


def arrival(party, place, same_as, unit, values, index=0, **columns):
    datastream = Datastream("d", place, "lake-level", unit)
    return Arrival(
        party=party,
        index=index,
        issued=datetime(2026, 1, 1, tzinfo=UTC),
        kind="release",
        body={"dataset": "d"},
        places=(Place(place, "lake", {"en": place}, same_as=same_as),),
        datastreams=(datastream,),
        observations=in_order(
            make_table(
                datastream=[datastream.name] * len(values),
                time=DAYS[: len(values)],
                value=values,
                **columns,
            )
        ),
    )


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("bank"), writable=True) as made:
        made.take(arrival("amber", "lake", ("wikidata:Q1",), "m", [-210.0, -211.0]))
        made.take(
            arrival("birch", "see", ("wikidata:Q1", "gn:7"), "cm", [-21050.0, -21100.0])
        )
        made.take(arrival("cedar", "lago", ("gn:7",), "m", [-210.25]))
        made.take(arrival("cedar", "pond", (), "m", [1.0], index=1))
        made.take(arrival("birch", "dam", ("gn:9",), "m", [2.0], index=1))
        yield made


def test_places_that_share_a_name_directly_or_through_a_third_are_one_feature(bank):
    table = compare(bank, "lake-level")
    assert set(table["feature"].to_pylist()) == {"gn:7"}
    first = table.slice(0, 3).to_pylist()
    assert [row["party"] for row in first] == ["amber", "birch", "cedar"]
    assert [row["value"] for row in first] == [-210.0, -210.5, -210.25]
    assert [row["spread"] for row in first] == [0.5, 0.5, 0.5]


def test_each_figure_keeps_what_its_party_published(bank):
    row = compare(bank, "lake-level", ["wikidata:Q1"]).to_pylist()[1]
    assert (row["published_value"], row["published_unit"]) == (-21050.0, "cm")
    assert (row["value"], row["unit"], row["release"]) == (-210.5, "m", 0)


def test_figures_are_never_averaged(bank):
    assert compare(bank, "lake-level").num_rows == 5


def test_places_named_one_by_one_are_one_feature(bank):
    table = compare(bank, "lake-level", ["cedar:pond", "birch:dam"])
    assert table["feature"].to_pylist() == ["cedar:pond", "cedar:pond"]
    assert table["spread"].to_pylist() == [1.0, 1.0]


def test_who_reports_alone_has_no_spread(bank):
    table = compare(bank, "lake-level", ["cedar:pond"])
    assert table["spread"].to_pylist() == [None]


def test_a_limit_has_no_spread(tmp_path):
    with Bank.open(tmp_path, writable=True) as bank:
        bank.take(arrival("amber", "a", ("x:1",), "m", [1.0], censor=[1]))
        bank.take(arrival("birch", "b", ("x:1",), "m", [2.0]))
        assert compare(bank, "lake-level")["spread"].to_pylist() == [None, None]


def test_what_cannot_be_compared_is_refused(bank):
    with pytest.raises(NotFound, match="no party describes"):
        compare(bank, "lake-level", ["wikidata:Q404"])
    with pytest.raises(NotFound, match="no observed property"):
        compare(bank, "lake-mood")
    with pytest.raises(NotAcceptable, match="different things"):
        compare(bank, "lake-level", unit="s")
    assert compare(bank, "discharge").num_rows == 0


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        # Amman kept UTC+03 through the winter of 2022/23, Jerusalem went back to +02.
        ("P1Y", (datetime(2022, 12, 31, 21), datetime(2022, 12, 31, 22))),
        ("P1D", (datetime(2023, 1, 14, 21), datetime(2023, 1, 14, 22))),
    ],
)
def test_a_year_is_the_same_year_though_clocks_begin_it_apart(
    tmp_path, interval, starts
):
    with Bank.open(tmp_path, writable=True) as bank:
        for party, zone, start, value in (
            ("amber", "Asia/Amman", starts[0], 3.0),
            ("birch", "Asia/Jerusalem", starts[1], 5.0),
        ):
            stream = Datastream(
                "d", "basin", "precipitation", "mm", "total", interval, zone=zone
            )
            table = make_table(datastream=[stream.name], time=[start], value=[value])
            bank.take(
                Arrival(
                    party=party,
                    index=0,
                    issued=datetime(2026, 1, 1, tzinfo=UTC),
                    kind="release",
                    places=(
                        Place("basin", "basin", {"en": "B"}, same_as=("wikidata:Q1",)),
                    ),
                    datastreams=(stream,),
                    observations=table,
                )
            )
        rows = compare(bank, "precipitation", unit="mm").to_pylist()
    assert [(row["time"], row["value"], row["spread"]) for row in rows] == [
        (starts[0], 3.0, 2.0),
        (starts[1], 5.0, 2.0),
    ]
