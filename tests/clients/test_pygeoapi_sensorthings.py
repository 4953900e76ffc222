"""pygeoapi's SensorThings providers, unmodified, over a node's /sta/v1.1."""

import warnings

import pytest
import regions
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pygeoapi.provider.sensorthings import SensorThingsProvider


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    node = make_party(tmp_path_factory.mktemp("node"), "amber").node
    regions.fill(node)
    with serving(make_app(node, rate=0)) as address:
        yield f"{address}/sta/v1.1"


def provider(address, entity):
    definition = {
        "name": "SensorThings",
        "type": "feature",
        "data": address,
        "entity": entity,
        "id_field": "@iot.id",
        "time_field": "phenomenonTime",
    }
    return SensorThingsProvider(definition)


def test_things_are_features_where_they_lie(address):
    things = provider(address, "Things")
    assert {"name", "description"} <= set(things.get_fields())
    assert things.query(resulttype="hits")["numberMatched"] == 7
    page = things.query(limit=100)
    at = {
        one["properties"]["name"]: one["geometry"]["coordinates"]
        for one in page["features"]
        if one["geometry"]
    }
    assert at["Bridge gauge"] == [35.6, 32.7]
    inside = things.query(bbox=[35.5, 32.6, 35.605, 32.8], limit=10)
    assert [one["properties"]["name"] for one in inside["features"]] == ["Bridge gauge"]
    (first, *_) = page["features"]
    assert things.get(first["id"])["properties"]["name"] == first["properties"]["name"]


def test_datastreams_come_with_their_station_and_property(address):
    streams = provider(address, "Datastreams")
    page = streams.query(limit=100)
    assert len(page["features"]) == 5
    flow = next(
        one
        for one in page["features"]
        if one["properties"]["ObservedProperty"]["name"] == "Discharge"
        and one["properties"].get("interval") == "PT0S"
    )
    assert flow["geometry"]["coordinates"] == [35.6, 32.7]
    assert flow["properties"]["unitOfMeasurement"]["symbol"] == "m3/s"


def test_observations_of_a_time_in_their_order(address):
    observations = provider(address, "Observations")
    page = observations.query(
        datetime_="2020-01-03T21:00:00Z/2020-01-03T23:00:00Z",
        sortby=[{"property": "phenomenonTime", "order": "-"}],
        limit=10,
    )
    told = [
        (one["properties"]["phenomenonTime"], one["properties"]["result"])
        for one in page["features"]
    ]
    assert told == [
        ("2020-01-03T23:00:00Z", 40.0),
        ("2020-01-03T22:00:00Z", 32.0),
        ("2020-01-03T21:00:00Z", 31.0),
    ]
    assert page["features"][0]["geometry"]["coordinates"] == [35.6, 32.7]


def test_pages_by_skip(address):
    observations = provider(address, "Observations")
    first = observations.query(limit=60)["features"]
    second = observations.query(limit=60, offset=60)["features"]
    ids = [one["id"] for one in first + second]
    assert len(ids) == len(set(ids)) == 120
