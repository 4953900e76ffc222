"""A drafted datastream is where its observations are."""

import httpx
import pytest
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.bank.seal import writing_bank


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    node = make_party(tmp_path_factory.mktemp("area")).node
    with writing_bank(node.bank):
        pass
    with (
        serving(make_app(node, rate=0, is_unguarded=True)) as address,
        httpx.Client(base_url=f"{address}/sta/v1.1", trust_env=False) as client,
    ):
        yield client


def _stream(name):
    return {
        "name": name,
        "description": name,
        "observationType": "OM_Measurement",
        "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
        "Sensor": {
            "name": "s",
            "description": "s",
            "encodingType": "text/plain",
            "metadata": "s",
        },
        "ObservedProperty": {"name": "p", "definition": "urn:p", "description": "p"},
    }


def _observation(hour, longitude, latitude):
    where = {"type": "Point", "coordinates": [longitude, latitude]}
    return {
        "phenomenonTime": f"2016-01-01T{hour:02}:00:00Z",
        "result": hour,
        "FeatureOfInterest": {
            "name": f"{latitude}",
            "description": "somewhere",
            "encodingType": "application/geo+json",
            "feature": where,
        },
    }


def test_a_drafted_datastream_is_where_its_observations_are(web):
    # As GeoTests of FROST-Server's suite has it: points on the meridian 8 E.
    thing = {"name": "t", "description": "t", "Datastreams": []}
    for name, latitudes in (("A", (51, 52)), ("B", (53,)), ("C", (54,)), ("D", ())):
        told = [_observation(hour, 8, at) for hour, at in enumerate(latitudes)]
        thing["Datastreams"].append({**_stream(name), "Observations": told})
    assert web.post("/Things", json=thing).status_code == 201
    square = "geography'POLYGON((7.5 51.5,7.5 53.5,8.5 53.5,8.5 51.5,7.5 51.5))'"
    for text, expected in (
        (f"geo.intersects(observedArea, {square})", ["A", "B"]),
        (f"st_contains({square}, observedArea)", ["B"]),
        ("observedArea eq null", ["D"]),
    ):
        asked = {"$filter": text, "$select": "name", "$orderby": "name"}
        found = web.get("/Datastreams", params=asked).json()["value"]
        assert [one["name"] for one in found] == expected, text
