"""istSOS4's Python client, unmodified, writes to a node and reads what it wrote."""

from datetime import UTC, datetime

import pytest
import requests
from istsos4_client import (
    Client,
    Datastream,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
    UnitOfMeasurement,
)
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

TYPE = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
START = datetime(2015, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("scratch"))
    with (
        serving(make_app(party.node, is_unguarded=True, rate=0)) as address,
        Client(f"{address}/sta/v1.1", max_retries=0) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def stream(client):
    """Return a Datastream, with its Thing in one insert."""
    place = {"type": "Point", "coordinates": [8.96, 46.02]}
    return client.post(
        Datastream(
            name="Levels",
            description="Levels in the yard",
            unit_of_measurement=UnitOfMeasurement(name="metre", symbol="m"),
            observation_type=TYPE,
            thing=Thing(
                name="Well",
                description="A well",
                locations=[Location(name="Y", description="Yard", location=place)],
            ),
            sensor=Sensor(
                name="Tape", description="", encoding_type="text/plain", metadata="50 m"
            ),
            observed_property=ObservedProperty(
                name="Level", description="Of water", definition="http://example.org/l"
            ),
        )
    )


def test_entities_are_linked_expanded_and_taken_away(client, stream):
    found = client.get(Datastream, stream.iot_id, expand="Thing,Sensor")
    assert (found.thing.name, found.sensor.metadata) == ("Well", "50 m")
    (moved,) = client.list(HistoricalLocation, expand="Thing,Locations")
    assert (moved.thing.iot_id, len(moved.locations)) == (found.thing.iot_id, 1)
    hut = client.post(Thing(name="Hut", description="A hut"))
    client.patch(Thing(iot_id=hut.iot_id, name="Shed", description="A hut"))
    assert client.get(Thing, hut.iot_id).name == "Shed"
    client.delete(Thing, hut.iot_id)
    with pytest.raises(requests.HTTPError, match="404"):
        client.get(Thing, hut.iot_id)


def test_observations_come_page_by_page(client, stream):
    rows = [
        Observation(
            phenomenon_time=START.replace(day=day), result=day / 2, datastream=stream
        )
        for day in range(1, 8)
    ]
    assert client.bulk_observations(rows) == 7
    read = client.list(
        Observation, filter="result gt 1", orderby="phenomenonTime", top=2
    )
    assert [one.result for one in read] == [1.5, 2.0, 2.5, 3.0, 3.5]
    assert read[0].result_time == read[0].phenomenon_time == START.replace(day=3)


def test_a_bulk_of_which_one_is_refused_leaves_nothing(client, stream):
    before = len(client.list(Observation))
    rows = [Observation(phenomenon_time=START, result=1, datastream=stream.iot_id)]
    lost = Observation(phenomenon_time=START, result=1, datastream=10**6)
    with pytest.raises(requests.HTTPError, match=r"no Datastreams\(1000000\)"):
        client.bulk_observations([lost])
    assert len(client.list(Observation)) == before
    assert client.bulk_observations(rows) == 1
