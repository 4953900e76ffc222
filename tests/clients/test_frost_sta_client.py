"""FROST's Python client, unmodified, writes to a node and reads what it wrote."""

import datetime

import frost_sta_client as fsc
import pytest
from geojson import Point
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

# The client's own, of furl that it stands on.
pytestmark = pytest.mark.filterwarnings("ignore:furl.pathstr is deprecated")
UNIT = fsc.UnitOfMeasurement(name="metre", symbol="m", definition="ucum:m")
TYPE = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("scratch"))
    with serving(make_app(party.node, is_unguarded=True, rate=0)) as address:
        yield fsc.SensorThingsService(f"{address}/sta/v1.1")


@pytest.fixture(scope="module")
def stream(service):
    """Return a Datastream that was made with all that it leads to."""
    location = fsc.Location(
        name="Yard",
        description="The yard",
        location=Point((35.5, 31.7)),
        encoding_type="application/geo+json",
    )
    thing = fsc.Thing(name="Well", description="A well", properties={"kind": "well"})
    thing.locations = [location]
    service.create(thing)
    stream = fsc.Datastream(
        name="Levels",
        description="Levels in the yard",
        observation_type=TYPE,
        unit_of_measurement=UNIT,
        thing=thing,
    )
    stream.sensor = fsc.Sensor(
        name="Tape", description="A tape", encoding_type="text/plain", metadata="50 m"
    )
    stream.observed_property = fsc.ObservedProperty(
        name="Level", definition="http://example.org/level", description="Of water"
    )
    service.create(stream)
    return stream


def _observation(stream, day, result):
    time = datetime.datetime(2015, 3, day, tzinfo=datetime.UTC)
    return fsc.Observation(
        phenomenon_time=time.isoformat(), result=result, datastream=stream
    )


def test_entities_are_made_found_changed_and_taken_away(service):
    thing = fsc.Thing(name="Hut", description="A hut")
    service.create(thing)
    found = service.things().find(thing.id)
    assert (found.name, found.description) == ("Hut", "A hut")
    found.description = "A shed"
    service.update(found)
    assert service.things().find(thing.id).description == "A shed"
    service.patch(found, [{"op": "replace", "path": "/name", "value": "Shed"}])
    assert service.things().find(thing.id).name == "Shed"
    service.delete(found)
    names = [one.name for one in service.things().query().list()]
    assert "Shed" not in names


def test_observations_are_filtered_ordered_and_expanded(service, stream):
    for day, result in ((1, 10), (2, 11.5), (3, 13)):
        service.create(_observation(stream, day, result))
    query = (
        service.observations().query().filter("result gt 11").orderby("result", "ASC")
    )
    assert [one.result for one in query.list()] == [11.5, 13]
    found = service.datastreams().query().expand("Thing,Observations").list()
    (one,) = [each for each in found if each.id == stream.id]
    assert one.thing.name == "Well"
    assert len(one.observations.entities) >= 3


def test_rows_are_written_in_one_request(service, stream):
    values = fsc.model.ext.data_array_value.DataArrayValue()
    values.datastream = stream
    values.components = {
        values.Property.PHENOMENON_TIME,
        values.Property.RESULT,
    }
    for day in range(10, 15):
        values.add_observation(_observation(stream, day, float(day)))
    document = fsc.model.ext.data_array_document.DataArrayDocument()
    document.add_data_array_value(values)
    made = service.observations().create(document)
    assert len(made) == 5
    query = service.observations().query().filter("result ge 14")
    assert [one.result for one in query.list()] == [14]
    service.delete(query.list().get(0))
    assert list(query.list()) == []
