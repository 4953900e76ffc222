"""What stewards write by SensorThings, on a node that starts empty.

References
----------
OGC 18-088, section 10: create, update and delete.
"""

import json

import pytest
from parties import make_party

from waternet.api.sensorthings.data_array import create_observations
from waternet.api.sensorthings.desk_session import open_session
from waternet.api.sensorthings.model import KINDS, SETS
from waternet.api.sensorthings.writing import JSON_PATCH, carry_out
from waternet.bank.seal import reading_bank, writing_bank
from waternet.errors import Conflict, NotAcceptable, NotFound

THING = {"name": "Well", "description": "A well in the yard"}
LOCATION = {
    "name": "Yard",
    "description": "The yard",
    "encodingType": "application/geo+json",
    "location": {"type": "Point", "coordinates": [35.5, 31.7]},
}
SENSOR = {
    "name": "Dipper",
    "description": "An electric tape",
    "encodingType": "text/plain",
    "metadata": "50 m",
}
PROPERTY = {
    "name": "Level",
    "definition": "http://example.org/level",
    "description": "Of groundwater",
}
STREAM = {
    "name": "Levels",
    "description": "Levels in the yard",
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
    "OM_Measurement",
    "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
}
DEEP = {
    **THING,
    "Locations": [LOCATION],
    "Datastreams": [
        {
            **STREAM,
            "Sensor": SENSOR,
            "ObservedProperty": PROPERTY,
            "Observations": [{"phenomenonTime": "2015-03-01T00:10:00Z", "result": 10}],
        }
    ],
}


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("desk"))
    with writing_bank(party.node.bank):
        pass
    return party.node


@pytest.fixture(scope="module")
def bank(node):
    with reading_bank(node.bank) as bank:
        yield bank


@pytest.fixture
def write(node, bank):
    """Return what carries out one write, as one transaction."""

    def write(method, path, body=None, media_type=""):
        with open_session(bank, node, "en") as session:
            return carry_out(session, method, path, body, media_type).number

    return write


@pytest.fixture
def look(node, bank):
    """Return what an entity looks like; None where there is none."""

    def look(plural, number):
        with open_session(bank, node, "en") as session:
            return session.find(SETS[plural], number)

    return look


@pytest.fixture
def count(node, bank):
    """Return how many entities there are of each kind, but for those of `kinds`."""

    def count(where="true"):
        with open_session(bank, node, "en") as session:
            return {
                kind.plural: len(
                    session.numbers(f"SELECT id FROM TABLE.{kind.table} WHERE {where}")
                )
                for kind in KINDS.values()
                if kind.name != "Observation"
            }

    return count


@pytest.fixture
def newest(node, bank):
    """Return what tells the greatest number in a table."""

    def newest(table):
        with open_session(bank, node, "en") as session:
            return _only(session, table)

    return newest


def _only(session, table):
    (number,) = session.numbers(f"SELECT max(id) FROM TABLE.{table}")
    return number


def test_a_deep_insert_makes_all_of_it_and_what_follows_of_itself(
    write, look, node, bank
):
    thing = write("POST", "Things", DEEP)
    assert look("Things", thing)["name"] == "Well"
    with open_session(bank, node, "en") as session:
        stream = _only(session, "datastreams")
        seen = session.numbers(
            "SELECT number FROM drafted.observation WHERE datastream = $d", d=stream
        )
        feature = _only(session, "features_of_interest")
        historical = session.numbers(
            "SELECT h.location FROM TABLE.historical_location h "
            "JOIN TABLE.historical_locations l ON l.id = h.historical "
            "WHERE l.thing = $t",
            t=thing,
        )
        assert historical == session.numbers(
            "SELECT location FROM TABLE.thing_location WHERE thing = $t", t=thing
        )
    row = look("Observations", seen[0])
    assert (row["result"], row["feature"]) == (10.0, feature)
    made = json.loads(look("FeaturesOfInterest", feature)["feature"])
    assert made == LOCATION["location"]


def test_nothing_of_a_deep_insert_stays_where_a_part_of_it_is_wrong(write, count):
    before = count()
    wrong = {**DEEP, "Datastreams": [{**STREAM, "Sensor": SENSOR}]}
    with pytest.raises(NotAcceptable, match=r"Datastreams\[0\]: no ObservedProperty"):
        write("POST", "Things", wrong)
    nameless = {**DEEP, "Locations": [{**LOCATION, "name": None}]}
    with pytest.raises(NotAcceptable, match=r"Locations\[0\]/name"):
        write("POST", "Things", nameless)
    assert count() == before


def test_observations_without_a_feature_share_that_of_the_location(write, look):
    thing = write("POST", "Things", {**THING, "Locations": [LOCATION]})
    stream = write("POST", "Datastreams", _stream(thing))
    path = f"Datastreams({stream})/Observations"
    first, second = (write("POST", path, {"result": value}) for value in (1, 2))
    features = {look("Observations", one)["feature"] for one in (first, second)}
    assert len(features) == 1
    write("POST", f"Things({thing})/Locations", LOCATION)
    third = write("POST", path, {"result": 3})
    assert look("Observations", third)["feature"] not in features


def test_an_observation_of_a_thing_that_lies_nowhere_needs_a_feature(write):
    thing = write("POST", "Things", THING)
    stream = write("POST", "Datastreams", _stream(thing))
    with pytest.raises(NotAcceptable, match="needs a FeatureOfInterest"):
        write("POST", f"Datastreams({stream})/Observations", {"result": 1})


def _stream(thing):
    return {
        **STREAM,
        "Thing": {"@iot.id": thing},
        "Sensor": SENSOR,
        "ObservedProperty": PROPERTY,
    }


@pytest.mark.parametrize("result", [8, 8.5, "dry", True, {"a": [1]}, [1, "b"], None])
def test_a_result_is_of_any_kind(write, look, result):
    thing = write("POST", "Things", {**THING, "Locations": [LOCATION]})
    stream = write("POST", "Datastreams", _stream(thing))
    number = write("POST", f"Datastreams({stream})/Observations", {"result": result})
    row = look("Observations", number)
    if isinstance(result, (int, float)) and result is not True:
        assert (row["result"], row["result_json"]) == (result, None)
    else:
        assert row["result"] is None
        assert json.loads(row["result_json"]) == result


def test_two_observations_at_one_time_are_two(write, look):
    thing = write("POST", "Things", {**THING, "Locations": [LOCATION]})
    stream = write("POST", "Datastreams", _stream(thing))
    body = {"phenomenonTime": "2015-03-01T00:00:00Z", "result": 1}
    path = f"Datastreams({stream})/Observations"
    first, second = (
        write("POST", path, body),
        write("POST", path, {**body, "result": 2}),
    )
    assert look("Observations", first)["result"] == 1.0
    assert look("Observations", second)["result"] == 2.0


def test_a_patch_changes_what_it_gives_and_no_more(write, look):
    thing = write("POST", "Things", {**THING, "properties": {"a": 1}})
    write("PATCH", f"Things({thing})", {"description": "deep"})
    row = look("Things", thing)
    assert (row["name"], row["description"]) == ("Well", "deep")
    assert json.loads(row["properties"]) == {"a": 1}
    write("PUT", f"Things({thing})", THING)
    assert look("Things", thing)["properties"] is None
    with pytest.raises(NotAcceptable, match="no description"):
        write("PUT", f"Things({thing})", {"name": "W"})
    with pytest.raises(NotAcceptable, match="only links to what is there"):
        write("PATCH", f"Things({thing})", {"Locations": [LOCATION]})


def test_a_json_patch_reaches_into_properties(write, look):
    thing = write("POST", "Things", {**THING, "properties": {"a": 1}})
    patch = [
        {"op": "replace", "path": "/name", "value": "W"},
        {"op": "add", "path": "/properties/b", "value": 2},
    ]
    write("PATCH", f"Things({thing})", patch, JSON_PATCH)
    row = look("Things", thing)
    assert (row["name"], json.loads(row["properties"])) == ("W", {"a": 1, "b": 2})


def test_what_cannot_be_without_another_goes_with_it(write, look, count, newest):
    """OGC 18-088, table 25."""
    before = count()
    write("POST", "Things", DEEP)
    thing = newest("things")
    stream = newest("datastreams")
    write("DELETE", f"Things({thing})")
    assert look("Things", thing) is None
    assert look("Datastreams", stream) is None
    after = count()
    gone = ("Things", "Datastreams", "HistoricalLocations")
    assert {name: after[name] - before[name] for name in gone} == dict.fromkeys(gone, 0)
    left = ("Locations", "Sensors", "ObservedProperties", "FeaturesOfInterest")
    assert {name: after[name] - before[name] for name in left} == dict.fromkeys(left, 1)
    with pytest.raises(NotFound):
        write("DELETE", f"Things({thing})")


def test_a_path_that_leads_nowhere_is_not_written_to(write, newest):
    one, other = write("POST", "Things", DEEP), write("POST", "Things", DEEP)
    stream = newest("datastreams")
    body = {"result": 1}
    with pytest.raises(NotFound, match="does not lead to"):
        write("POST", f"Things({one})/Datastreams({stream})/Observations", body)
    write("POST", f"Things({other})/Datastreams({stream})/Observations", body)
    path = f"Datastreams({stream})/Observations"
    with pytest.raises(NotAcceptable, match="the path leads from"):
        write("POST", path, {**body, "Datastream": {"@iot.id": stream - 1}})


def test_references_join_and_part(write, node, bank):
    thing, location = (
        write("POST", "Things", THING),
        write("POST", "Locations", LOCATION),
    )
    write("POST", f"Things({thing})/Locations/$ref", {"@iot.id": location})

    def places():
        with open_session(bank, node, "en") as session:
            sql = "SELECT location FROM TABLE.thing_location WHERE thing = $t"
            return session.numbers(sql, t=thing)

    assert places() == [location]
    write("DELETE", f"Things({thing})/Locations({location})/$ref")
    assert places() == []
    stream = write("POST", "Datastreams", _stream(thing))
    other = write("POST", "Things", THING)
    link = {"@iot.id": f"http://example.org/sta/v1.1/Things({other})"}
    write("PUT", f"Datastreams({stream})/Thing/$ref", link)
    with pytest.raises(Conflict, match="cannot be without its Thing"):
        write("DELETE", f"Things({other})/Datastreams({stream})/$ref")


def test_a_thing_is_where_its_newest_historical_location_says(write, node, bank):
    thing = write("POST", "Things", {**THING, "Locations": [LOCATION]})
    place = write("POST", "Locations", LOCATION)
    for time, expected in (
        ("2001-01-01T00:00:00Z", False),
        ("2101-01-01T00:00Z", True),
    ):
        body = {"time": time, "Locations": [{"@iot.id": place}]}
        write("POST", f"Things({thing})/HistoricalLocations", body)
        with open_session(bank, node, "en") as session:
            sql = "SELECT location FROM TABLE.thing_location WHERE thing = $t"
            assert (session.numbers(sql, t=thing) == [place]) is expected


def test_rows_are_answered_one_by_one(write, look, node, bank):
    thing = write("POST", "Things", {**THING, "Locations": [LOCATION]})
    stream = write("POST", "Datastreams", _stream(thing))
    rows = [
        ["2015-03-01T00:00:00Z", 1],
        ["no time", 2],
        ["2015-03-01T00:00:00Z", 3],
        ["2015-03-01T01:00:00Z/2015-03-01T02:00:00Z", "dry"],
        ["2015-03-01T01:00:00Z"],
    ]
    array = {
        "Datastream": {"@iot.id": stream},
        "components": ["phenomenonTime", "result"],
        "dataArray": rows,
    }
    lost = {**array, "Datastream": {"@iot.id": 10**6}, "dataArray": rows[:1]}
    with open_session(bank, node, "en") as session:
        told = create_observations(session, [array, lost])
    assert [isinstance(one, int) for one in told] == [1, 0, 1, 1, 0, 0]
    assert "no time" in told[1]
    assert "there is no Datastreams(1000000)" in told[5]
    assert [look("Observations", told[n])["result"] for n in (0, 2)] == [1.0, 3.0]
    assert look("Observations", told[3])["phenomenonTime_end"] is not None


def test_a_draft_that_was_moved_is_not_overwritten_where_it_was(
    write, look, node, bank
):
    thing = write("POST", "Things", {**THING, "Locations": [LOCATION]})
    stream = write("POST", "Datastreams", _stream(thing))
    path = f"Datastreams({stream})/Observations"
    body = {"phenomenonTime": "2015-03-01T00:00:00Z", "result": 1}
    moved = write("POST", path, body)
    later = {"phenomenonTime": "2016-03-01T00:00:00Z"}
    write("PATCH", f"Observations({moved})", later)
    second = write("POST", path, {**body, "result": 2})
    array = {
        "Datastream": {"@iot.id": stream},
        "components": ["phenomenonTime", "result"],
        "dataArray": [["2015-03-01T00:00:00Z", 3]],
    }
    with open_session(bank, node, "en") as session:
        (third,) = create_observations(session, [array])
    assert len({moved, second, third}) == 3
    results = [look("Observations", one)["result"] for one in (moved, second, third)]
    assert results == [1.0, 2.0, 3.0]
