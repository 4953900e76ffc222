"""One shape for figures, however they are asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from waternet.bank.arrival import Arrival
from waternet.bank.asking import ask_figures
from waternet.bank.query import get_observations
from waternet.bank.question import Question
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.datastream import Datastream
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Grade

LEVEL = Datastream("d", "a", "lake-level", "m", sampling="PT1H", zone="Asia/Amman")
RAIN = Datastream("d", "r", "precipitation", "mm", "total", "P1D", zone="Asia/Tokyo")
LAB = Datastream("d", "w", "nitrate", "mg/L", zone="Asia/Amman")
YEARS = Datastream(
    "d", "j", "groundwater-abstraction", "hm3/a", "mean", "P1Y", zone="Asia/Amman"
)
ADDRESS = {one.feature: f"birch:{one.name}" for one in (LEVEL, RAIN, LAB, YEARS)}


def figures(datastream, times, values, **columns):
    names = [datastream.name] * len(times)
    return make_table(datastream=names, time=times, value=values, **columns)


def tables():
    import pyarrow as pa

    # Amman was at UTC+2 in January 2015: its day begins at 22:00 UTC.
    start = datetime(2014, 12, 31, 22)
    hours = [start + timedelta(hours=n) for n in range(48)]
    days = [datetime(2014, 12, 31, 15) + timedelta(days=n) for n in range(4)]
    january = [datetime(2014, 12, 31, 22) + timedelta(days=n) for n in range(4)]
    years = [datetime(year, 12, 31, 22) for year in (2009, 2010, 2013)]
    return pa.concat_tables(
        [
            figures(LEVEL, hours, [float(n) for n in range(48)]),
            figures(RAIN, days, [1.0, 0.0, 4.5, 2.5]),
            figures(LAB, january, [0.05, 3.0, 9.0, 5.0], censor=[1, 0, 0, 0]),
            figures(
                YEARS,
                years,
                [5.0, 7.0, 6.0],
                end=[datetime(year, 12, 31, 22) for year in (2010, 2011, 2014)],
            ),
        ]
    )


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("asking"), writable=True) as opened:
        opened.take(
            Arrival(
                party="birch",
                index=0,
                issued=datetime(2026, 1, 1, tzinfo=UTC),
                kind="release",
                body={"dataset": "d"},
                datastreams=(LEVEL, RAIN, LAB, YEARS),
                observations=in_order(tables()),
            )
        )
        yield opened


def asked(bank, *features, **question):
    named = [ADDRESS[feature] for feature in features]
    return ask_figures(bank, named, Question(**question)).to_pylist()


def test_figures_as_published_are_those_of_the_bank(bank):
    question = Question(start=datetime(2015, 1, 1, tzinfo=UTC))
    raw = ask_figures(bank, Selection(), question)
    assert raw.equals(get_observations(bank, Selection(), question.start))


def test_gathered_figures_have_every_column_of_published_ones_and_four_more(bank):
    raw = ask_figures(bank, [ADDRESS["a"]], Question())
    daily = ask_figures(bank, [ADDRESS["a"]], Question(aggregate="day"))
    assert daily.column_names[: len(raw.column_names)] == raw.column_names
    assert daily.column_names[len(raw.column_names) :] == [
        *("n", "expected", "coverage", "period"),
    ]
    same = [name for name in raw.column_names if name != "unit"]
    assert [daily.schema.field(name).type for name in same] == [
        raw.schema.field(name).type for name in same
    ]


def test_a_day_is_the_owners_unless_a_zone_is_stated(bank):
    rows = asked(bank, "a", aggregate="day")
    # Hours 0 to 23 and 24 to 47 of Amman's first two days: means 11.5 and 35.5.
    assert [(row["period"], row["value"], row["coverage"]) for row in rows] == [
        ("2015-01-01", 11.5, 1.0),
        ("2015-01-02", 35.5, 1.0),
    ]
    by_utc = asked(bank, "a", aggregate="day", zone="UTC")
    assert [(row["period"], row["n"]) for row in by_utc] == [
        ("2014-12-31", 2),
        ("2015-01-01", 24),
        ("2015-01-02", 22),
    ]


def test_datastreams_of_several_zones_keep_the_order_in_which_they_were_asked(bank):
    rows = asked(bank, "r", "a", "w", aggregate="month")
    assert [row["datastream"].split("/")[0] for row in rows] == ["r", "a", "w"]
    # By the clock of Tokyo the four days of rain are the first four of January.
    assert (rows[0]["period"], rows[0]["value"]) == ("2015-01", 2.0)
    assert rows[0]["time"] == datetime(2014, 12, 31, 15)
    assert rows[1]["time"] == datetime(2014, 12, 31, 22)


@pytest.mark.parametrize(
    ("statistic", "value", "unit"),
    [
        ("mean", 2.0, "mm"),
        ("minimum", 0.0, "mm"),
        ("maximum", 4.5, "mm"),
        ("total", 8.0, "mm"),
        ("count", 4.0, "1"),
        # In order 0, 1, 2.5, 4.5: at 3 x 0.5 = 1.5 and 3 x 0.9 = 2.7 from the first.
        ("p50", 1.75, "mm"),
        ("p90", 3.9, "mm"),
    ],
)
def test_statistics_of_four_days_of_rain_are_those_of_a_hand(
    bank, statistic, value, unit
):
    (row,) = asked(bank, "r", aggregate="month", statistic=statistic)
    assert (row["value"], row["unit"], row["n"]) == (pytest.approx(value), unit, 4)


def test_a_percentile_with_a_limit_among_its_values_is_a_bound(bank):
    # In order <0.05, 3, 5, 9.
    (row,) = asked(bank, "w", aggregate="month", statistic="p50")
    assert (row["value"], row["censor"]) == (4.0, 1)
    (count,) = asked(bank, "w", aggregate="month", statistic="count")
    assert (count["value"], count["censor"]) == (4.0, 0)


def test_a_percentile_is_in_the_unit_asked_for(bank):
    (row,) = asked(bank, "r", aggregate="month", statistic="p90", unit="cm")
    assert (row["value"], row["unit"]) == (pytest.approx(0.39), "cm")
    (count,) = asked(bank, "r", aggregate="month", statistic="count", unit="cm")
    assert (count["value"], count["unit"]) == (4.0, "1")


def test_a_period_of_record_is_from_the_first_figure_to_the_end_of_the_last(bank):
    rows = asked(bank, "j", "a", "w", aggregate="record")
    told = [(row["time"], row["end"], row["n"], row["expected"]) for row in rows]
    assert told == [
        # The years 2010, 2011 and 2014: three of five.
        (datetime(2009, 12, 31, 22), datetime(2014, 12, 31, 22), 3, 5.0),
        # Instants: the last has no end.
        (datetime(2014, 12, 31, 22), datetime(2015, 1, 2, 21), 48, 48.0),
        # Nobody said how often samples are taken.
        (datetime(2014, 12, 31, 22), datetime(2015, 1, 3, 22), 4, None),
    ]
    assert [row["value"] for row in rows] == [6.0, 23.5, pytest.approx(4.2625)]
    assert {row["period"] for row in rows} == {"record"}


def test_a_record_of_years_is_the_same_by_another_calendar(bank):
    (row,) = asked(bank, "j", aggregate="record", zone="America/New_York")
    assert (row["n"], row["expected"]) == (3, 5.0)
    # Midnight in New York, UTC-5 in winter.
    assert (row["time"], row["end"]) == (
        datetime(2010, 1, 1, 5),
        datetime(2015, 1, 1, 5),
    )


def test_a_record_is_cut_where_the_question_is(bank):
    (row,) = asked(
        bank, "a", aggregate="record", end=datetime(2014, 12, 31, 23, tzinfo=UTC)
    )
    assert (row["n"], row["time"], row["end"]) == (1, *[datetime(2014, 12, 31, 22)] * 2)


def test_a_total_of_levels_is_refused_and_of_some_is_empty(bank):
    with pytest.raises(NotAcceptable, match="cannot be added up"):
        asked(bank, "a", aggregate="month", statistic="total")
    rows = asked(bank, "a", "r", aggregate="month", statistic="total")
    assert [row["value"] for row in rows] == [None, 8.0]


def test_bad_figures_stay_out_of_statistics_but_are_shown(bank):
    assert len(asked(bank, "w")) == 4
    assert asked(bank, "w", grades=(Grade.BAD,)) == []
    assert asked(bank, "w", aggregate="month", grades=(Grade.BAD,)) == []


def test_nothing_chosen_is_an_empty_answer_of_the_same_shape(bank):
    question = Question(aggregate="day", statistic="p10")
    nothing = ask_figures(bank, Selection(party="nobody"), question)
    something = ask_figures(bank, [ADDRESS["a"]], question)
    assert nothing.num_rows == 0
    assert nothing.schema.names == something.schema.names
    with pytest.raises(NotFound, match="no datastream"):
        ask_figures(bank, ["birch:x"], Question())


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"aggregate": "week"}, "no period 'week'"),
        ({"aggregate": "day", "statistic": "median"}, "no statistic 'median'"),
        ({"aggregate": "day", "statistic": "p100"}, "no statistic 'p100'"),
        ({"zone": "Middle/Earth"}, "no time zone"),
        (
            {
                "start": datetime(2015, 1, 2, tzinfo=UTC),
                "end": datetime(2015, 1, 1, tzinfo=UTC),
            },
            "ends before it starts",
        ),
    ],
)
def test_a_question_that_means_nothing_is_refused(question, message):
    with pytest.raises(NotAcceptable, match=message):
        Question(**question)
