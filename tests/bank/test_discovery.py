"""Finding what there is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bank.histories import at, datastream, figures, withdrawal

from waternet.bank.arrival import Arrival
from waternet.bank.discovery import find_datastreams, find_places, list_releases
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.observation.place import Place, Position
from waternet.observation.vocabulary import Grade

PLACES = (
    Place(
        "k",
        "lake",
        {"ar": "بحيرة طبريا", "he": "ים כנרת", "en": "Sea of Galilee"},
        Position(35.6, 32.8, "EPSG:4326", 35.6, 32.8, 0.0, "MSL"),
        within=("basin",),
        same_as=("wikidata:Q126982",),
    ),
    Place("basin", "basin", {"en": "Basin"}, within=("region",)),
    Place("region", "basin", {"en": "Region"}, same_as=("x:region",)),
    Place("w", "well", {"en": "Fiji"}, Position(179.9, -17.0, "EPSG:4326", 0, 0)),
    Place("e", "well", {"en": "Taveuni"}, Position(-179.9, -16.8, "EPSG:4326", 0, 0)),
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    with Bank.open(tmp_path_factory.mktemp("bank"), writable=True) as made:
        made.take(
            Arrival(
                "amber", 0, datetime(2026, 1, 1, tzinfo=UTC), "station", places=PLACES
            )
        )
        rows = {("k", 0): 1.0, ("k", 5): 2.0, ("w", 9): 3.0}
        arrival = figures("amber", 1, rows)
        made.take(
            Arrival(
                "amber",
                1,
                arrival.issued,
                "release",
                {"dataset": "levels", "title": "Levels", "source": "yearbook"},
                datastreams=(*arrival.datastreams, datastream("e")),
                observations=arrival.observations,
            )
        )
        made.take(replace(figures("amber", 2, {("w", 10): 3.5}), places=()))
        made.take(withdrawal("amber", 3, 2, "wrong well"))
        made.take(
            Arrival(
                "birch",
                0,
                datetime(2026, 1, 1, tzinfo=UTC),
                "release",
                {"dataset": "d"},
                finding="the blob is missing",
            )
        )
        yield made


def ids(bank, **wanted):
    return find_places(bank, Selection(**wanted))["id"].to_pylist()


@pytest.mark.parametrize(
    "text", ["طبريا", "بُحيره", "כִּנֶּרֶת", "galilee", "GALILEE sea", "lake k"]
)
def test_a_place_is_found_by_its_name_in_any_language(bank, text):
    assert ids(bank, text=text) == ["k"]


def test_a_place_is_found_by_kind_area_shared_name_and_property(bank):
    assert ids(bank, kind="well") == ["e", "w"]
    assert ids(bank, within="region") == ["basin", "k", "region"]
    assert ids(bank, within="x:region") == ["basin", "k", "region"]
    assert ids(bank, text="wikidata:Q126982") == ["k"]
    assert ids(bank, observed_property="lake-level", kind="lake") == ["k"]
    assert ids(bank, party="nobody") == []


def test_several_with_commas_mean_any_of_them(bank):
    assert ids(bank, kind="well,lake") == ["e", "k", "w"]
    assert ids(bank, within="amber:basin,nowhere") == ["basin", "k"]
    assert ids(bank, observed_property="lake-level,stage", kind="lake") == ["k"]
    found = find_datastreams(bank, Selection(party="amber,birch", kind="well"))
    assert found["feature"].to_pylist() == ["e", "w"]


def test_a_box_may_cross_the_date_line(bank):
    assert ids(bank, bbox=(34, 29, 37, 34)) == ["k"]
    assert ids(bank, bbox=(179, -18, -179, -16)) == ["e", "w"]


def test_a_place_comes_with_its_names_position_and_how_many_datastreams(bank):
    (row,) = find_places(bank, Selection(feature="k")).to_pylist()
    assert dict(row["names"])["he"] == "ים כנרת"
    assert (row["elevation"], row["vertical_datum"]) == (0.0, "MSL")
    assert (row["within"], row["datastreams"]) == (["basin"], 1)


def test_a_datastream_comes_with_how_many_figures_stand_and_since_when(bank):
    # 'e' is described but holds nothing: it is listed all the same.
    rows = find_datastreams(bank, Selection(party="amber")).to_pylist()
    assert [(r["feature"], r["figures"], r["first"], r["last"]) for r in rows] == [
        ("e", 0, None, None),
        ("k", 2, at(0), at(5)),
        ("w", 1, at(9), at(9)),
    ]


def test_a_period_or_grade_counts_and_keeps_only_what_has_such_figures(bank):
    start, end = at(1).replace(tzinfo=UTC), at(9).replace(tzinfo=UTC)
    (row,) = find_datastreams(bank, Selection(start=start, end=end)).to_pylist()
    assert (row["feature"], row["figures"]) == ("k", 1)
    assert find_datastreams(bank, Selection(grade=Grade.BAD)).num_rows == 0


@pytest.mark.parametrize("text", ["כנרת מפלס", "galilee level", "منسوب طبريا"])
def test_a_datastream_is_found_by_place_and_property_in_any_language(bank, text):
    found = find_datastreams(bank, Selection(text=text))
    assert found["feature"].to_pylist() == ["k"]


def test_releases_tell_what_was_withdrawn_and_what_is_missing(bank):
    rows = list_releases(bank).to_pylist()
    told = [(r["party"], r["release"], r["kind"], r["withdrawn_by"]) for r in rows]
    assert told == [
        ("amber", 3, "withdraw", None),
        ("amber", 2, "release", 3),
        ("amber", 1, "release", None),
        ("amber", 0, "station", None),
        ("birch", 0, "release", None),
    ]
    assert rows[0]["reason"] == "wrong well"
    assert rows[2]["source"] == "yearbook"
    assert rows[4]["finding"] == "the blob is missing"
