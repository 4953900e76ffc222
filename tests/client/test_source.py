"""What an analyst gets: the same from a node's folder and over HTTP."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import waternet as wn
from waternet.errors import NotAcceptable, NotFound

LEVEL = "groundwater-level/instant/PT0S/dipper"
W1 = f"jordan:W1/{LEVEL}"
RAIN = "jordan:W1/precipitation"

QUESTIONS = {
    "stations": lambda s: s.get_stations(),
    "stations by name": lambda s: s.get_stations("بئر", party=["jordan", "israel"]),
    "datastreams": lambda s: s.get_datastreams(kind="well"),
    "releases": lambda s: s.get_releases("jordan"),
    "latest": lambda s: s.get_latest(),
    "figures": lambda s: s.get_observations(W1),
    "a short address": lambda s: s.get_observations("jordan:W1/groundwater-level"),
    "several": lambda s: s.get_observations([f"israel:K1/{LEVEL}", W1], "2015/P2M"),
    "filters": lambda s: s.get_observations(observed_property=["precipitation"]),
    "lists": lambda s: s.get_observations(party=["jordan", "israel"], kind="well"),
    "the past": lambda s: s.get_observations(W1, as_of="jordan:3"),
    "another unit": lambda s: s.get_observations(W1, unit="cm"),
    "grades": lambda s: s.get_observations(W1, grades=["good", "suspect"]),
    "months": lambda s: s.get_observations(RAIN, aggregate="month", statistic="total"),
    "in a zone": lambda s: s.get_observations(W1, aggregate="year", zone="UTC"),
    "the hydrological year": lambda s: s.get_observations(
        RAIN, aggregate="hydrological-year", first_month=10, statistic="maximum"
    ),
    "nothing": lambda s: s.get_observations(W1, "1990/1991"),
    "side by side": lambda s: s.compare("groundwater-level"),
    "of one place": lambda s: s.compare("groundwater-level", ["example:W"], "2015-02"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_folder_and_a_server_give_equal_frames(question, folder, address) -> None:
    ask = QUESTIONS[question]
    with wn.open(folder) as here, wn.open(address) as there:
        (frame, told), (other, said) = ask(here), ask(there)
    assert_frame_equal(frame, other)
    for name in (
        "what",
        "question",
        "positions",
        "citation",
        "datastreams",
        "stations",
    ):
        assert getattr(told, name) == getattr(said, name), name


def test_a_limit_is_never_taken_for_a_value(source) -> None:
    frame, _ = source.get_observations(W1)
    assert frame["censor"].tolist() == ["", "<", ""]
    assert frame["value"].tolist() == [-214.87, -215.0, -213.5]
    assert list(frame["grade"].cat.categories) == [
        "unchecked",
        "good",
        "suspect",
        "bad",
    ]


def test_times_are_of_utc_and_the_owners_zone_is_told(source) -> None:
    frame, metadata = source.get_observations(W1)
    assert frame["time"].iloc[0] == pd.Timestamp("2014-12-31 22:00", tz="UTC")
    assert metadata.zones == {W1: "+02:00"}


def test_what_is_missing_stays_missing(source) -> None:
    frame, _ = source.get_observations(RAIN)
    assert frame["value"].tolist() == [3.5, 0.0, 12.25]
    days = frame.set_index("time")["value"].asfreq("D")
    assert np.isnan(days.iloc[2])
    assert source.get_observations(f"jordan:W2/{LEVEL}").frame["value"].tolist() == [
        12.5
    ]


def test_figures_of_a_day_are_cited_with_their_correction(source) -> None:
    _, metadata = source.get_observations(W1)
    told = [(one["release"], one["title"], one["reason"]) for one in metadata.citation]
    assert told == [(2, "levels.csv", ""), (4, "قياسات.csv", "خطأ في القراءة")]
    assert metadata.licences == {"jordan:levels": "CC-BY-4.0"}
    assert metadata.positions["jordan"] == 5


def test_the_past_is_seen_as_it_was(source) -> None:
    frame, metadata = source.get_observations(W1, as_of="jordan:3")
    assert frame["value"].iloc[-1] == -214.5
    assert metadata.question["as_of"] == "jordan:3"


def test_a_month_is_gathered_with_its_coverage(source) -> None:
    frame, metadata = source.get_observations(
        RAIN, aggregate="month", statistic="total"
    )
    (row,) = frame.to_dict("records")
    # By hand: 3.5 + 0 + 12.25; three of the 31 days of January.
    assert (row["value"], row["n"], row["period"]) == (15.75, 3, "2015-01")
    assert row["coverage"] == pytest.approx(3 / 31)
    assert metadata.is_gathered


def test_a_year_without_a_zone_is_read_by_the_zone_that_is_named(source) -> None:
    # The owner's 1 January begins at 22:00 UTC on 31 December.
    assert len(source.get_observations(W1, "2015", "2016").frame) == 2
    assert len(source.get_observations(W1, "2015", "2016", zone="+02:00").frame) == 3


def test_parties_stand_side_by_side(source) -> None:
    frame, _ = source.compare("groundwater-level", start=date(2015, 2, 1))
    assert set(frame["party"]) == {"jordan"}  # israel's February begins in January, UTC
    both, _ = source.compare("groundwater-level", "example:W", "2014-12-31/P1D")
    assert both["party"].tolist() == ["israel", "jordan"]
    assert both["spread"].tolist() == pytest.approx([0.37, 0.37])


def test_addresses_lead_on_from_what_is_listed(source) -> None:
    listed, _ = source.get_datastreams(
        party="jordan", observed_property="precipitation"
    )
    frame, _ = source.get_observations(listed["address"])
    assert len(frame) == 3


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda s: s.get_observations("jordan:W9/lake-level"), NotFound, "W9"),
        (lambda s: s.get_observations("W1/lake-level"), NotAcceptable, "address"),
        (lambda s: s.get_observations(partys="jordan"), NotAcceptable, "partys"),
        (lambda s: s.get_observations(W1, party="jordan"), NotAcceptable, "both"),
        (lambda s: s.get_observations([]), NotAcceptable, "empty list"),
        (lambda s: s.get_observations(party=[]), NotAcceptable, "empty list"),
        (lambda s: s.get_observations([1]), NotAcceptable, "a text or several"),
        (lambda s: s.get_observations(W1, unit="kg"), NotAcceptable, "kg"),
        (lambda s: s.get_observations(W1, aggregate="decade"), NotAcceptable, "decade"),
        (lambda s: s.get_observations(W1, statistic="mean"), NotAcceptable, "period"),
        (lambda s: s.get_observations(W1, grades="fine"), NotAcceptable, "fine"),
        (lambda s: s.get_observations(W1, as_of="israel:99"), NotFound, "99"),
        (lambda s: s.get_stations(party="egypt"), NotFound, "egypt"),
        (lambda s: s.get_stations(kind="moat"), NotFound, "moat"),
        (lambda s: s.get_latest(observed_property="mood"), NotFound, "mood"),
        (lambda s: s.get_datastreams(statistic_kind="guess"), NotFound, "guess"),
        (lambda s: s.get_releases("egypt"), NotFound, "egypt"),
        (lambda s: s.get_stations(bbox=[34, 33, 36, 30]), NotAcceptable, "south"),
        (lambda s: s.get_stations(bbox="1,2"), NotAcceptable, "bbox"),
        (lambda s: s.compare("no-such"), NotFound, "no-such"),
    ],
)
def test_a_refusal_says_what_to_mend_and_that_asking_again_is_of_no_use(
    source, call, error, told
) -> None:
    with pytest.raises(error, match=told) as refused:
        call(source)
    assert not refused.value.may_pass
    assert refused.value.hint


def test_a_moment_that_pandas_gives_is_taken(source) -> None:
    start = pd.Timestamp("2015-02-15", tz="UTC")
    frame, metadata = source.get_observations(
        W1, start, datetime(2016, 1, 1, tzinfo=UTC)
    )
    assert len(frame) == 1
    assert metadata.question["start"] == "2015-02-15T00:00:00Z"


async def _ask(location):
    async with wn.open_async(location) as source:
        return await source.get_observations(W1), await source.get_stations()


@pytest.mark.parametrize("where", ["folder", "address"])
def test_the_twin_that_waits_gives_the_same(where, request) -> None:
    import asyncio

    location = request.getfixturevalue(where)
    (levels, stations) = asyncio.run(_ask(location))
    with wn.open(location) as source:
        assert_frame_equal(levels.frame, source.get_observations(W1).frame)
        assert_frame_equal(stations.frame, source.get_stations().frame)
