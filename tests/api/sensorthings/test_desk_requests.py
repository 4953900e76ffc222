"""Requests that write by SensorThings, as they come over HTTP."""

import httpx
import pytest
from parties import ADDRESS, make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.api.asked import Asked
from waternet.api.sensorthings.at_desk import is_at_desk
from waternet.api.sensorthings.write_operations import operations
from waternet.api.viewer import Viewer

THING = {"name": "Well", "description": "A well"}
STA = "/sta/v1.1"


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def steward(party):
    app = make_app(party.node, is_unguarded=True, rate=0)
    with (
        serving(app) as address,
        httpx.Client(base_url=address + STA, trust_env=False) as client,
    ):
        yield client


def test_what_is_made_is_answered_with_its_address(steward):
    answer = steward.post("/Things", json=THING)
    assert answer.status_code == 201
    number = answer.json()["@iot.id"]
    address = answer.headers["location"]
    assert address == f"{steward.base_url}Things({number})"
    assert answer.json()["@iot.selfLink"] == address
    assert steward.patch(address, json={"name": "W"}).status_code == 200
    assert steward.delete(address).status_code == 200
    assert steward.delete(address).status_code == 404


def test_a_filter_says_what_of_a_set_is_taken_away(steward):
    for depth in range(4):
        steward.post("/Things", json={**THING, "properties": {"depth": depth}})
    deep = "/Things?$filter=properties/depth gt 1"
    assert steward.delete(f"{deep}&$top=1").status_code == 400
    assert steward.delete("/Things").status_code == 400
    assert steward.delete(f"{deep} or").status_code == 400
    assert len(steward.get(deep).json()["value"]) == 2
    assert steward.delete(deep).status_code == 200
    depths = [
        one["properties"]["depth"] for one in steward.get("/Things").json()["value"]
    ]
    assert depths == [0, 1]
    assert steward.delete(deep).status_code == 200
    assert steward.delete("/Things?$filter=properties/depth ge 0").status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/Things", b"{", "not JSON"),
        ("/Things", b"[]", "expected an object"),
        ("/Things", b'{"name": "W"}', "no description"),
        ("/Things", b'{"name": 1, "description": ""}', "expected text"),
        ("/Things", b'{"colour": 1}', "has no property 'colour'"),
        ("/Things", b"[" * 200 + b"]" * 200, "nested"),
        ("/CreateObservations", b"{}", "expected a list of data arrays"),
        ("/$batch", b"{}", "requests"),
    ],
)
def test_what_is_wrong_with_a_body_is_said(steward, path, body, said):
    headers = {"content-type": "application/json"}
    answer = steward.post(path, content=body, headers=headers)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_a_batch_names_what_it_makes(steward):
    """OGC 18-088, 11.2.2: references to new entities in a group."""
    sensor = {
        "name": "DS18B20",
        "description": "A thermometer",
        "encodingType": "application/pdf",
        "metadata": "http://example.org/DS18B20.pdf",
    }
    stream = {
        "name": "Temperature",
        "description": "Of the well",
        "unitOfMeasurement": {"name": "Celsius", "symbol": "Cel", "definition": "x"},
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
        "OM_Measurement",
        "ObservedProperty": {"name": "T", "definition": "x:t", "description": "T"},
        "Thing": {"@iot.id": "$well"},
    }
    group = {"atomicityGroup": "one", "method": "post"}
    requests = [
        {"id": "well", "url": "Things", "body": THING, **group},
        {"id": "tape", "url": "Sensors", "body": sensor, **group},
        {"id": "flow", "url": "$tape/Datastreams", "body": stream, **group},
        {"id": "name", "method": "patch", "url": "$well", "body": {"name": "N"}},
        {"id": "lost", "method": "delete", "url": "Things(1000000)"},
    ]
    told = steward.post("/$batch", json={"requests": requests}).json()["responses"]
    assert [one["id"] for one in told] == ["well", "tape", "flow", "name", "lost"]
    assert [one["status"] for one in told] == [201, 201, 201, 200, 404]
    assert told[2]["location"].startswith(f"{steward.base_url}Datastreams(")


def test_a_group_of_which_one_is_refused_leaves_nothing(steward):
    group = {"atomicityGroup": "one", "method": "post", "url": "Things"}
    requests = [
        {"id": "1", "body": THING, **group},
        {"id": "2", "body": {"name": "no description"}, **group},
    ]
    told = steward.post("/$batch", json={"requests": requests}).json()["responses"]
    assert [one["status"] for one in told] == [424, 400]
    requests[1]["body"] = THING
    told = steward.post("/$batch", json={"requests": requests}).json()["responses"]
    assert [one["status"] for one in told] == [201, 201]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_nobody_writes_who_is_not_a_steward(party, method):
    with (
        serving(make_app(party.node)) as address,
        httpx.Client(base_url=address + STA, trust_env=False) as anybody,
    ):
        path = "/Things" if method == "POST" else "/Things(1)"
        body = {} if method == "DELETE" else {"json": THING}
        answer = anybody.request(method, path, **body)
        assert answer.status_code == 401


def test_drafts_are_seen_by_their_partys_stewards_and_reviewers_alone(party):
    operation = next(one for one in operations() if one.name == "sta-post-things")

    def seen(of, *roles):
        viewer = Viewer("somebody", of, frozenset(roles))
        return is_at_desk(
            Asked(operation, {}, "", {}, {}, "http://here", viewer, party.node)
        )

    assert seen("jordan", "steward")
    assert seen("jordan", "reviewer")
    assert not seen("jordan", "reader", "operator", "delegate", "secretary")
    assert not seen("israel", "steward", "reviewer")
    assert not seen("", "reader")


def test_a_past_has_no_drafts(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    app = make_app(party.node, is_unguarded=True, rate=0)
    with (
        serving(app) as address,
        httpx.Client(base_url=address + STA, trust_env=False) as steward,
    ):
        (first,) = steward.get("/Observations?$top=1&$orderby=id").json()["value"]
        path = f"/Observations({first['@iot.id']})"
        assert steward.patch("/Things(1)", json={"name": "Old"}).status_code == 200
        assert steward.patch(path, json={"result": -1}).status_code == 200
        assert steward.get("/Things(1)").json()["name"] == "Old"
        assert steward.get(path).json()["result"] == -1
        assert steward.get("/Things(1)?as_of=jordan:2").json()["name"] == "W1"
        assert steward.get(f"{path}?as_of=jordan:2").json()["result"] == -214.87
        others = "/data/observations?datastream=jordan:" + ADDRESS + "&format=json"
        told = httpx.get(address + others, trust_env=False).text
        assert "-214.87" in told
        assert ":-1," not in told
