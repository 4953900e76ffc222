"""The requirement classes of SensorThings 1.1, on a scratch node that starts empty.

Each test says in its own words what a class of the standard's annex A asks for.

References
----------
OGC 18-088, OGC SensorThings API Part 1: Sensing, version 1.1.
"""

import httpx
import pytest
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

SETS = {
    "Things": {"Locations", "HistoricalLocations", "Datastreams"},
    "Locations": {"Things", "HistoricalLocations"},
    "HistoricalLocations": {"Thing", "Locations"},
    "Datastreams": {"Thing", "Sensor", "ObservedProperty", "Observations"},
    "Sensors": {"Datastreams"},
    "ObservedProperties": {"Datastreams"},
    "Observations": {"Datastream", "FeatureOfInterest"},
    "FeaturesOfInterest": {"Observations"},
}
MANDATORY = {
    "Things": {"name", "description"},
    "Locations": {"name", "description", "encodingType", "location"},
    "HistoricalLocations": {"time"},
    "Datastreams": {"name", "description", "unitOfMeasurement", "observationType"},
    "Sensors": {"name", "description", "encodingType", "metadata"},
    "ObservedProperties": {"name", "definition", "description"},
    "Observations": {"phenomenonTime", "result", "resultTime"},
    "FeaturesOfInterest": {"name", "description", "encodingType", "feature"},
}
GEOJSON = "application/vnd.geo+json"
POINT = {"type": "Point", "coordinates": [-114.05, 51.05]}
LOCATION = {
    "name": "Roof",
    "description": "West roof",
    "encodingType": GEOJSON,
    "location": POINT,
}
STREAM = {
    "name": "Light",
    "description": "Light on the roof",
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
    "OM_Measurement",
    "unitOfMeasurement": {"name": "Lumen", "symbol": "lm", "definition": "x:lumen"},
    "ObservedProperty": {
        "name": "Flux",
        "definition": "x:flux",
        "description": "Luminous flux",
    },
    "Sensor": {
        "name": "Fluxomatic",
        "description": "A sensor",
        "encodingType": "application/pdf",
        "metadata": "http://example.org/fluxomatic.pdf",
    },
}
OFFICE = {
    "name": "Office",
    "description": "An office",
    "properties": {"floor": 3},
    "Locations": [LOCATION],
    "Datastreams": [
        {
            **STREAM,
            "Observations": [
                {"phenomenonTime": f"2015-03-0{day}T00:00:00Z", "result": day}
                for day in range(1, 6)
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("scratch"))
    app = make_app(party.node, is_unguarded=True, rate=0)
    with (
        serving(app) as address,
        httpx.Client(base_url=f"{address}/sta/v1.1", trust_env=False) as web,
    ):
        yield web


@pytest.fixture(scope="module")
def office(web):
    """Return the address of a Thing with one of everything."""
    assert [web.get(f"/{name}").json()["value"] for name in SETS] == [[]] * len(SETS)
    return web.post("/Things", json=OFFICE).headers["location"]


def _only(web, name):
    return web.get(f"/{name}?$orderby=id desc&$top=1").json()["value"][0]


def test_the_service_names_its_sets_and_what_it_meets(web):
    page = web.get("").json()
    assert {one["name"] for one in page["value"]} == set(SETS)
    for one in page["value"]:
        assert httpx.get(one["url"], trust_env=False).status_code == 200
    met = " ".join(page["serverSettings"]["conformance"])
    for part in ("datamodel", "resource-path", "request-data", "create-update-delete"):
        assert f"/1.1/req/{part}" in met
    assert "/1.1/req/batch-request" in met
    assert "/1.1/req/data-array" in met


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("name", SETS)
def test_entities_have_their_control_information_properties_and_relations(web, name):
    one = _only(web, name)
    assert MANDATORY[name] <= set(one)
    assert isinstance(one["@iot.id"], int)
    same = httpx.get(one["@iot.selfLink"], trust_env=False).json()
    assert same["@iot.id"] == one["@iot.id"]
    links = {key.partition("@")[0] for key in one if key.endswith("navigationLink")}
    assert links == SETS[name]
    for relation in links:
        link = one[f"{relation}@iot.navigationLink"]
        assert httpx.get(link, trust_env=False).status_code == 200


def test_paths_lead_to_entities_properties_values_and_references(web, office):
    assert httpx.get(f"{office}/name", trust_env=False).json() == {"name": "Office"}
    assert httpx.get(f"{office}/name/$value", trust_env=False).text == "Office"
    nested = httpx.get(f"{office}/properties/floor", trust_env=False).json()
    assert nested == {"floor": 3}
    (link,) = httpx.get(f"{office}/Datastreams/$ref", trust_env=False).json()["value"]
    path = f"{office}/{link['@iot.selfLink'].rpartition('/')[2]}"
    found = httpx.get(f"{path}/Observations?$count=true", trust_env=False).json()
    assert found["@iot.count"] == 5
    assert httpx.get(f"{path}/Nothing", trust_env=False).status_code == 404
    assert web.get("/Things(100000)").status_code == 404


@pytest.mark.usefixtures("office")
def test_requests_are_filtered_ordered_cut_and_expanded(web):
    asked = {
        "$filter": "result gt 2 and phenomenonTime lt 2015-03-05T00:00:00Z",
        "$orderby": "result desc",
        "$count": "true",
        "$top": "1",
        "$select": "result",
    }
    page = web.get("/Observations", params=asked).json()
    assert (page["@iot.count"], page["value"]) == (2, [{"result": 4}])
    second = httpx.get(page["@iot.nextLink"], trust_env=False).json()
    assert second["value"] == [{"result": 3}]
    assert "@iot.nextLink" not in second
    deep = web.get(
        "/Things?$expand=Datastreams($expand=Observations($top=1;$orderby=result))"
        "&$filter=name eq 'Office'"
    ).json()
    (stream,) = deep["value"][0]["Datastreams"]
    assert [one["result"] for one in stream["Observations"]] == [1]
    assert web.get("/Things?$filter=nothing eq").status_code == 400
    assert web.get("/Things?$orderby=result").status_code == 400


def test_entities_are_created_and_linked(web, office):
    thing = office.rpartition("/")[2]
    other = web.post("/Things", json={"name": "Hut", "description": "A hut"})
    assert other.status_code == 201
    link = {"@iot.id": _only(web, "Sensors")["@iot.id"]}
    made = web.post(f"/{thing}/Datastreams", json={**STREAM, "Sensor": link})
    assert made.status_code == 201
    sensor = httpx.get(made.headers["location"] + "/Sensor", trust_env=False).json()
    assert sensor["@iot.id"] == link["@iot.id"]
    for missing in ("Sensor", "ObservedProperty", "name"):
        body = {name: of for name, of in STREAM.items() if name != missing}
        assert web.post(f"/{thing}/Datastreams", json=body).status_code == 400
    assert web.post("/Datastreams", json=STREAM).status_code == 400


@pytest.mark.usefixtures("office")
def test_entities_are_updated_and_deleted(web):
    made = web.post("/Things", json=OFFICE).headers["location"]
    streams = httpx.get(f"{made}/Datastreams", trust_env=False).json()["value"]
    with httpx.Client(trust_env=False) as client:
        assert client.patch(made, json={"name": "Shed"}).status_code == 200
        assert client.get(made).json()["properties"] == {"floor": 3}
        body = {"name": "Barn", "description": "A barn"}
        assert client.put(made, json=body).status_code == 200
        assert "properties" not in client.get(made).json()
        patch = [{"op": "add", "path": "/properties", "value": {"floor": 1}}]
        headers = {"content-type": "application/json-patch+json"}
        told = client.patch(made, json=patch, headers=headers)
        assert told.status_code == 200
        assert client.get(made).json()["properties"] == {"floor": 1}
        assert client.delete(made).status_code == 200
        assert client.get(made).status_code == 404
        assert client.get(streams[0]["@iot.selfLink"]).status_code == 404


@pytest.mark.usefixtures("office")
def test_an_observation_gets_another_time(web):
    # create-update-delete/update-entity: here nothing is published, so all of it may.
    stream = _only(web, "Datastreams")["@iot.selfLink"]
    body = {"phenomenonTime": "2015-08-01T00:40:00.000Z", "result": 8}
    with httpx.Client(trust_env=False) as client:
        made = client.post(f"{stream}/Observations", json={"result": 1})
        address = made.headers["location"]
        assert client.patch(address, json=body).status_code == 200
        told = client.get(address).json()
    assert told["phenomenonTime"] == "2015-08-01T00:40:00Z"
    assert told["result"] == 8


@pytest.mark.usefixtures("office")
def test_a_thing_that_moves_remembers_where_it_was(web):
    made = web.post("/Things", json={**OFFICE, "Datastreams": []}).headers["location"]
    with httpx.Client(trust_env=False) as client:
        first = client.get(f"{made}/HistoricalLocations").json()["value"]
        place = {**LOCATION, "name": "East roof"}
        number = client.post(f"{made}/Locations", json=place).json()["@iot.id"]
        (now,) = client.get(f"{made}/Locations").json()["value"]
        assert now["@iot.id"] == number
        asked = f"{made}/HistoricalLocations?$expand=Locations&$orderby=id"
        moves = client.get(asked).json()["value"]
        assert [len(one["Locations"]) for one in moves] == [1, 1]
        assert moves[0]["@iot.id"] == first[0]["@iot.id"]
        assert moves[1]["Locations"][0]["name"] == "East roof"


@pytest.mark.usefixtures("office")
def test_an_observation_is_of_where_its_thing_is(web):
    stream = _only(web, "Datastreams")["@iot.selfLink"]
    with httpx.Client(trust_env=False) as client:
        made = client.post(f"{stream}/Observations", json={"result": 1})
        told = client.get(made.headers["location"] + "?$expand=FeatureOfInterest")
    assert told.json()["FeatureOfInterest"]["feature"] == POINT
    assert told.json()["phenomenonTime"] is not None
    assert told.json()["resultTime"] is None


@pytest.mark.usefixtures("office")
def test_a_datastream_covers_what_its_observations_are_of(web):
    # Table 8: the box around all FeaturesOfInterest of its Observations.
    body = {**OFFICE, "Datastreams": [STREAM]}
    made = web.post("/Things", json=body).headers["location"]
    with httpx.Client(trust_env=False) as client:
        (stream,) = client.get(f"{made}/Datastreams").json()["value"]
        assert "observedArea" not in stream
        for east, north in ((8, 53), (7, 52)):
            feature = {"type": "Point", "coordinates": [east, north]}
            body = {"name": "A", "description": "B", "encodingType": GEOJSON}
            posted = client.post(
                f"{stream['@iot.selfLink']}/Observations",
                json={
                    "phenomenonTime": f"2015-03-0{east}T00:00:00Z",
                    "result": 1,
                    "FeatureOfInterest": {**body, "feature": feature},
                },
            )
            assert posted.status_code == 201
        area = client.get(stream["@iot.selfLink"]).json()["observedArea"]
    (ring,) = area["coordinates"]
    assert {tuple(corner) for corner in ring} == {(7, 52), (7, 53), (8, 53), (8, 52)}
    condition = "geo.intersects(observedArea, geography'POINT(7.5 52.5)')"
    found = web.get("/Datastreams", params={"$filter": condition}).json()["value"]
    assert [one["@iot.id"] for one in found] == [stream["@iot.id"]]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("result", [8, 8.5, "wet", True, {"a": [1]}, [1, "b"], None])
def test_a_result_comes_back_as_it_was_given(web, result):
    stream = _only(web, "Datastreams")["@iot.selfLink"]
    body = {"result": result, "validTime": "2015-01-01T00:00:00Z/2015-02-01T00:00:00Z"}
    with httpx.Client(trust_env=False) as client:
        made = client.post(f"{stream}/Observations", json=body).headers["location"]
        told = client.get(made).json()
    assert told["result"] == result
    assert type(told["result"]) is type(result)
    assert told["validTime"] == body["validTime"]


@pytest.mark.usefixtures("office")
def test_many_observations_are_created_and_read_as_arrays(web):
    stream = _only(web, "Datastreams")["@iot.id"]
    rows = [["2016-01-01T00:00:00Z", 1], ["2016-01-02T00:00:00Z", 2], ["never", 3]]
    array = {
        "Datastream": {"@iot.id": stream},
        "components": ["phenomenonTime", "result"],
        "dataArray@iot.count": 3,
        "dataArray": rows,
    }
    made = web.post("/CreateObservations", json=[array])
    assert made.status_code == 201
    assert [one.startswith("error") for one in made.json()] == [False, False, True]
    asked = {
        "$resultFormat": "dataArray",
        "$filter": "year(phenomenonTime) eq 2016",
        "$select": "phenomenonTime,result",
    }
    (read,) = web.get(f"/Datastreams({stream})/Observations", params=asked).json()[
        "value"
    ]
    places = [read["components"].index(one) for one in ("phenomenonTime", "result")]
    assert [[row[at] for at in places] for row in read["dataArray"]] == rows[:2]


@pytest.mark.usefixtures("office")
def test_a_batch_reads_and_writes(web):
    requests = [
        {"id": "0", "method": "get", "url": "Things?$filter=name eq 'Office'&$top=1"},
        {
            "id": "1",
            "atomicityGroup": "g",
            "method": "post",
            "url": "Things",
            "body": {"name": "New", "description": "Thing"},
        },
        {
            "id": "2",
            "atomicityGroup": "g",
            "method": "patch",
            "url": "$1",
            "body": {"name": "Newer"},
        },
        {"id": "3", "method": "get", "url": "Things?$filter=name eq 'Newer'"},
        {"id": "4", "method": "get", "url": "Things(null)"},
    ]
    told = web.post("/$batch", json={"requests": requests}).json()["responses"]
    assert [one["status"] for one in told] == [200, 201, 200, 200, 404]
    assert told[0]["body"]["value"][0]["name"] == "Office"
    assert [one["description"] for one in told[3]["body"]["value"]] == ["Thing"]
    made = httpx.get(told[1]["location"], trust_env=False)
    assert made.json()["name"] == "Newer"


@pytest.mark.usefixtures("office")
def test_a_batch_comes_in_parts_too(web):
    """OGC 18-088, 11.2.1 and 11.2.2: a read, then changes that refer to each other."""
    parts = """--batch_1
Content-Type: application/http

GET /v1.1/Things(1)?$select=name HTTP/1.1
Host: localhost


--batch_1
Content-Type: multipart/mixed;boundary=changes_1

--changes_1
Content-Type: application/http
Content-ID: well

POST /v1.1/Things HTTP/1.1
Host: localhost
Content-Type: application/json
Content-Length: 44

{"name": "Parted", "description": "A thing"}
--changes_1
Content-Type: application/http
Content-ID: name

PATCH $well HTTP/1.1
Content-Type: application/json

{"name": "Joined"}
--changes_1--
--batch_1
Content-Type: application/http

GET Things(100000) HTTP/1.1

--batch_1--
"""
    headers = {"content-type": "multipart/mixed;boundary=batch_1"}
    for text in (parts, parts.replace("\n", "\r\n")):
        told = web.post("/$batch", content=text.encode(), headers=headers)
        assert told.status_code == 200
        boundary = told.headers["content-type"].partition("boundary=")[2]
        first, changes, last = told.text.split(f"--{boundary}\r\n")[1:]
        assert "HTTP/1.1 200 OK" in first
        assert first.rstrip().endswith('{"name":"Office"}')
        assert changes.count("Content-ID: ") == 2
        assert "HTTP/1.1 201 Created\r\nLocation: " in changes
        assert "HTTP/1.1 404 Not Found" in last
    joined = web.get("/Things?$filter=name eq 'Joined'").json()["value"]
    assert len(joined) == 2
