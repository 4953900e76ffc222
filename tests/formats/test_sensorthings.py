"""SensorThings: expanded datastreams, pages, data arrays, batches, intervals."""

import json

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.recipe import TableLayout
from waternet.formats.sensorthings import is_sensorthings, list_series

UNIT = {"name": "Degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}


def listed(folder, document):
    path = folder / "answer.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return list_series(path, TableLayout())


def datastream(*observations, **more):
    return {
        "@iot.id": 7,
        "name": "Water temperature at S1",
        "unitOfMeasurement": UNIT,
        "Thing": {
            "@iot.id": "t1",
            "name": "S1",
            "properties": {"basin": "Jordan"},
            "Locations": [
                {"location": {"type": "Point", "coordinates": [35.5, 32.5, -200]}}
            ],
        },
        "ObservedProperty": {"name": "Temperature", "definition": "http://x/wt"},
        "Sensor": {"name": "probe"},
        "Observations": list(observations),
        **more,
    }


def observation(result, time="2015-07-01T00:00:00Z", **more):
    return {"phenomenonTime": time, "result": result, **more}


def test_an_expanded_datastream_says_where_what_and_in_which_unit(tmp_path):
    page = {"value": [datastream(observation(21.50))]}
    (one,) = listed(tmp_path, page).series
    assert (one.feature, one.name, one.procedure) == ("t1", "S1", "probe")
    assert (one.x, one.y, one.elevation) == ("35.5", "32.5", "-200")
    assert one.quantities[0] == "Temperature"
    assert (one.unit, one.ucum) == ("°C", "Cel")
    assert one.attributes == {"basin": "Jordan"}
    assert one.points.value == ["21.5"]


def test_null_is_missing_and_a_quality_is_a_remark(tmp_path):
    good = observation(1, resultQuality="suspect")
    coded = observation(
        2, "2015-07-02T00:00:00Z", resultQuality={"DQ_Status": {"code": "A"}}
    )
    made = datastream(observation(None, "2015-06-30T00:00:00Z"), good, coded)
    (one,) = listed(tmp_path, made).series
    assert one.points.value == ["", "1", "2"]
    assert one.points.qualifier == ["", "suspect", "A"]


@pytest.mark.parametrize(
    ("time", "interval"),
    [
        ("2015-07-01T00:00:00Z/2015-07-02T00:00:00Z", "P1D"),
        ("2015-07-01T00:00:00+03:00/2015-07-01T01:00:00+03:00", "PT1H"),
        ("2015-02-01T00:00:00Z/2015-03-01T00:00:00Z", "P1M"),
        ("2014-10-01T00:00:00Z/2015-10-01T00:00:00Z", "P1Y"),
    ],
)
def test_a_time_that_is_an_interval_gives_its_start_and_length(
    tmp_path, time, interval
):
    (one,) = listed(tmp_path, datastream(observation(1, time))).series
    assert (one.interval, one.stamp) == (interval, "start")
    assert one.points.time == [time.split("/")[0]]
    assert one.points.end == [time.split("/")[1]]


def test_rows_of_a_data_array_belong_to_the_datastream_they_name(tmp_path):
    page = {
        "value": [
            {
                "Datastream@iot.navigationLink": "http://x/v1.1/Datastreams(7)",
                "components": ["id", "phenomenonTime", "result"],
                "dataArray@iot.count": 2,
                "dataArray": [
                    [1, "2015-07-01T00:00:00Z", 1.5],
                    [2, "2015-07-02T00:00:00Z", None],
                ],
            }
        ]
    }
    (alone,) = listed(tmp_path, page).series
    assert (alone.quantities, alone.points.value) == (("7",), ["1.5", ""])
    (known,) = listed(tmp_path, [{"value": [datastream()]}, page]).series
    assert (known.quantities[0], known.points.value) == ("Temperature", ["1.5", ""])


def test_a_thing_with_its_datastreams_inside_is_one_place(tmp_path):
    inside = [datastream(observation(1)) for _ in range(30)]
    for number, one in enumerate(inside):
        one["@iot.id"] = number
        del one["Thing"]
    thing = {**datastream()["Thing"], "Datastreams": inside}
    found = listed(tmp_path, {"value": [thing]}).series
    assert {one.feature for one in found} == {"t1"}
    assert len(found) == 30


def test_a_batch_points_at_what_its_other_requests_make(tmp_path):
    def request(name, url, body):
        return {"id": name, "method": "post", "url": url, "body": body}

    batch = {
        "requests": [
            request("place", "Things", {"name": "S1"}),
            request("prop", "ObservedProperties", {"name": "Stage"}),
            request(
                "stream",
                "Datastreams",
                {
                    "unitOfMeasurement": {"symbol": "m"},
                    "Thing": {"@iot.id": "$place"},
                    "ObservedProperty": {"@iot.id": "$prop"},
                    "Observations": [observation(1)],
                },
            ),
            request(
                "later",
                "Observations",
                observation(2, "2015-07-02T00:00:00Z")
                | {"Datastream": {"@iot.id": "$stream"}},
            ),
        ]
    }
    (one,) = listed(tmp_path, batch).series
    assert (one.feature, one.name, one.quantities[0]) == ("place", "S1", "Stage")
    assert one.points.value == ["1", "2"]


def test_a_page_that_is_not_the_last_is_pointed_at(tmp_path):
    made = datastream(observation(1))
    made["Observations@iot.nextLink"] = "http://x/next"
    assert [one.column for one in listed(tmp_path, made).notices] == ["@iot.nextLink"]


@pytest.mark.parametrize("text", ["{}", "[]", "1", "{", "[" * 100_000, '{"a": [1]}'])
def test_what_holds_no_entity_is_refused_by_name(tmp_path, text):
    path = tmp_path / "answer.json"
    path.write_text(text)
    with pytest.raises(NotAcceptable, match=r"answer\.json"):
        list_series(path, TableLayout())


def test_a_file_is_told_by_what_only_these_services_write():
    made = json.dumps({"value": [datastream(observation(1))]}).encode()
    assert is_sensorthings(made, "x")
    assert not is_sensorthings(b'{"Observations": [], "value": 1}', "x.json")
