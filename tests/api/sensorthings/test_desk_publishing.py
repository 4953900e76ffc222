"""What stewards wrote by SensorThings, signed and in the bank."""

import json
from datetime import UTC

import pytest
from parties import ADDRESS, make_party, quiet

from waternet.api.sensorthings.desk_session import open_session
from waternet.api.sensorthings.model import SETS
from waternet.api.sensorthings.observed import observations
from waternet.api.sensorthings.tables import ready_tables
from waternet.api.sensorthings.writing import carry_out
from waternet.bank.history import get_history
from waternet.bank.query import get_observations
from waternet.bank.scan import ask
from waternet.bank.seal import reading_bank, writing_bank
from waternet.bank.standing import standing_places
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotAllowed
from waternet.node.desk import Desk
from waternet.node.desk_release import left_on_desk
from waternet.node.importing import import_places
from waternet.node.publish import publish_pending, read_keys
from waternet.node.reviewing import review_pending
from waternet.node.status import node_status
from waternet.observation.place import Place, Position

WELL = {
    "name": "בְּאֵר",
    "description": "A well in the yard",
    "properties": {"id": "Y1", "kind": "well", "depth": 40},
    "Locations": [
        {
            "name": "Yard",
            "description": "The yard",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [35.5, 31.7]},
            "properties": {"elevation": 12.5, "vertical_datum": "MSL"},
        }
    ],
    "Datastreams": [
        {
            "name": "Levels",
            "description": "Levels in the yard",
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
            "OM_Measurement",
            "unitOfMeasurement": {"name": "m", "symbol": "m", "definition": "ucum:m"},
            "Sensor": {
                "name": "Electric tape",
                "description": "50 m",
                "encodingType": "text/plain",
                "metadata": "none",
            },
            "ObservedProperty": {
                "name": "Groundwater level",
                "definition": "http://example.org/level",
                "description": "Of the water",
            },
            "Observations": [
                {"phenomenonTime": "2015-03-01T00:00:00Z", "result": 10.25},
                {
                    "phenomenonTime": "2015-03-02T00:00:00Z",
                    "result": "<9.5",
                    "resultQuality": {"status": "estimated"},
                },
                {"phenomenonTime": "2015-03-03T00:00:00Z", "result": "dry"},
            ],
        }
    ],
}
OWN = "jordan:Y1/groundwater-level/instant/PT0S/electric-tape"


class Steward:
    """A steward of a party, with what a request of theirs does."""

    def __init__(self, folder, **terms):
        self.party = make_party(folder, **terms)
        self.node = self.party.node
        with writing_bank(self.node.bank):
            pass

    def write(self, method, path, body=None):
        with (
            reading_bank(self.node.bank) as bank,
            open_session(bank, self.node, "en") as session,
        ):
            return carry_out(session, method, path, body).number

    def look(self, plural, number):
        with (
            reading_bank(self.node.bank) as bank,
            open_session(bank, self.node, "en") as session,
        ):
            return session.find(SETS[plural], number)

    def publish(self, reason=""):
        return publish_pending(self.node, read_keys(self.node, ""), reason, quiet)

    def values(self, address):
        with reading_bank(self.node.bank) as bank:
            return get_observations(bank, [address]).to_pylist()

    def numbers(self, table, *, with_drafts=False):
        with reading_bank(self.node.bank) as bank:
            tables = ready_tables(bank, self.node, "en", with_drafts=with_drafts)
            sql = f"SELECT id FROM {tables.name(table)} ORDER BY 1"
            return [one["id"] for one in ask(bank, sql, {}).to_pylist()]

    def observed(self, *, with_drafts=False):
        with reading_bank(self.node.bank) as bank:
            tables = ready_tables(bank, self.node, "en", with_drafts=with_drafts)
            told = observations(bank, tables)
            sql = f"SELECT id, result FROM ({told.sql}) ORDER BY 1"
            rows = ask(bank, sql, told.values).to_pylist()
            return {one["id"]: one["result"] for one in rows}

    def left(self):
        with reading_bank(self.node.bank) as bank:
            return [one.sentence() for one in left_on_desk(self.node, bank)[1]]

    def desk(self, table):
        with Desk.open(self.node.folder) as desk:
            return desk.rows(f"SELECT * FROM {table}")


@pytest.fixture
def steward(tmp_path):
    steward = Steward(tmp_path)
    steward.party.read()
    steward.party.publish()
    return steward


def test_what_can_be_published_is_and_the_rest_says_why_not(steward):
    thing = steward.write("POST", "Things", WELL)
    streams = steward.numbers("datastreams", with_drafts=True)
    before = steward.observed(with_drafts=True)
    published = steward.publish()
    assert [(one.kind, one.observations) for one in published] == [
        ("station", 0),
        ("release", 2),
    ]
    rows = steward.values(OWN)
    assert [(one["value"], one["censor"], one["status"]) for one in rows] == [
        (10.25, 0, 0),
        (9.5, 1, 1),
    ]
    with reading_bank(steward.node.bank) as bank:
        place = standing_places(bank, "jordan")["Y1"]
    assert place.names == {"he": "באר"} or place.names == {"he": WELL["name"]}
    assert place.position.elevation == 12.5
    assert place.attributes == {"depth": "40", "description": "A well in the yard"}
    # Numbers are kept, of the observations too.
    assert thing in steward.numbers("things")
    assert set(streams) <= set(steward.numbers("datastreams"))
    assert set(steward.observed()) <= set(before)
    (dry,) = [one for one in steward.left() if "Observations(" in one]
    assert "its result is none" in dry
    assert len(steward.desk("observation")) == 1


def test_publishing_again_publishes_nothing_again(steward):
    steward.write("POST", "Things", WELL)
    steward.publish()
    assert [one for one in steward.publish() if one.observations] == []
    assert len(steward.values(OWN)) == 2


def test_a_correction_needs_a_reason_and_keeps_the_earlier_figure(steward):
    (number, *_) = steward.observed()
    steward.write("PATCH", f"Observations({number})", {"result": -214.0})
    assert steward.observed()[number] == -214.87
    assert steward.observed(with_drafts=True)[number] == -214.0
    with pytest.raises(NotAcceptable, match="replaces 1 figure"):
        steward.publish()
    steward.publish("misread")
    assert steward.observed()[number] == -214.0
    with reading_bank(steward.node.bank) as bank:
        first = steward.values(f"jordan:{ADDRESS}")[0]["time"].replace(tzinfo=UTC)
        told = get_history(bank, f"jordan:{ADDRESS}", first).to_pylist()
    assert sorted(one["value"] for one in told) == [-214.87, -214.0]
    assert steward.desk("observation") == []


def test_a_figure_that_is_taken_away_is_taken_back_once(steward):
    (number, *_) = steward.observed()
    steward.write("DELETE", f"Observations({number})")
    assert number in steward.observed()
    assert number not in steward.observed(with_drafts=True)
    steward.publish("a slip")
    assert number not in steward.observed()
    entries = node_status(steward.node).records[0].entries
    assert steward.publish() == []
    assert node_status(steward.node).records[0].entries == entries


def test_a_published_place_moves_and_is_renamed(steward):
    with reading_bank(steward.node.bank) as bank:
        assert standing_places(bank, "jordan")["W1"].position is None
    steward.write("PATCH", "Things(1)", {"name": "Old well"})
    steward.write("POST", "Things(1)/Locations", WELL["Locations"][0])
    steward.publish()
    with reading_bank(steward.node.bank) as bank:
        place = standing_places(bank, "jordan")["W1"]
    assert place.names["en"] == "Old well"
    assert (place.position.longitude, place.position.latitude) == (35.5, 31.7)
    assert steward.desk("entity") == []
    assert len(steward.numbers("locations")) == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("Things(1)", "a place that figures are published of"),
        ("Datastreams(1)", "its figures are signed"),
        ("Sensors(1)", "the procedure that published figures name"),
        ("ObservedProperties(1)", "a term of the vocabulary"),
        ("FeaturesOfInterest(1)", "follows from the published place"),
    ],
)
def test_what_the_record_cannot_take_back_is_refused_when_it_is_written(
    steward, path, said
):
    with pytest.raises(Conflict, match=said):
        steward.write("DELETE", path)


def test_what_is_not_understood_stays_and_names_the_next_step(steward):
    body = json.loads(json.dumps(WELL))
    body["Datastreams"][0]["ObservedProperty"]["name"] = "Luminous Flux"
    steward.write("POST", "Things", body)
    (told,) = [one for one in steward.left() if one.startswith("Datastreams(")]
    assert "no term of the vocabulary for 'Luminous Flux'" in told
    assert "set the definition of ObservedProperties(2) to urn:waternet" in told
    term = "urn:waternet:observed-property:groundwater-level"
    steward.write("PATCH", "ObservedProperties(2)", {"definition": term})
    assert [one.observations for one in steward.publish()] == [0, 2]


def test_two_drafts_of_one_time_both_stay(steward):
    body = {"phenomenonTime": "2016-01-01T00:00:00Z", "result": 1}
    one = steward.write("POST", "Datastreams(1)/Observations", body)
    steward.write("POST", "Datastreams(1)/Observations", {**body, "result": 2})
    assert steward.publish() == []
    (told,) = steward.left()
    assert "two of one time" in told
    assert len(steward.desk("observation")) == 2
    steward.write("DELETE", f"Observations({one})")
    (release,) = steward.publish()
    assert release.observations == 1
    assert steward.desk("observation") == []
    assert [row["value"] for row in steward.values(f"jordan:{ADDRESS}")][-1] == 2.0


def test_what_lies_on_the_desk_is_told_by_the_node(steward):
    steward.write("POST", "Things", {"name": "Hut", "description": "A hut"})
    told = list(node_status(steward.node).sentences())
    (count,) = [one for one in told if "on the desk" in one]
    assert "1 draft" in count
    (left,) = [one for one in told if "Things(" in one]
    assert "set properties.kind to one of well, spring" in left


def test_what_was_taken_away_before_it_was_published_leaves_nothing(steward):
    thing = steward.write("POST", "Things", WELL)
    steward.write("DELETE", f"Things({thing})")
    for kind, table in (("Sensors", "sensors"), ("Locations", "locations")):
        number = steward.numbers(table, with_drafts=True)[-1]
        steward.write("DELETE", f"{kind}({number})")
    for kind, table in (
        ("FeaturesOfInterest", "features_of_interest"),
        ("ObservedProperties", "observed_properties"),
    ):
        number = steward.numbers(table, with_drafts=True)[-1]
        steward.write("DELETE", f"{kind}({number})")
    assert steward.publish() == []
    assert steward.left() == []
    assert (steward.desk("entity"), steward.desk("observation")) == ([], [])


def test_a_location_that_is_only_renamed_keeps_its_reference_system(tmp_path):
    steward = Steward(tmp_path)
    place = Place(
        "W1",
        "well",
        {"en": "W1"},
        Position(36.34, 32.16, "EPSG:28192", 276840.0, 1174440.0, 510.0, "MSL"),
    )
    (steward.party.desk / "places.jsonl").write_text(json.dumps(place.to_json()))
    import_places(steward.node, steward.party.desk / "places.jsonl")
    steward.publish()
    steward.write("PATCH", "Locations(1)", {"description": "By the gate"})
    steward.write("PATCH", "Things(1)", {"properties": {"depth": 40}})
    steward.publish()
    with reading_bank(steward.node.bank) as bank:
        told = standing_places(bank, "jordan")["W1"]
    assert told.position == place.position
    assert told.attributes == {"depth": "40"}


def test_what_is_published_is_as_restricted_as_its_dataset(tmp_path):
    steward = Steward(tmp_path, access="embargo", opens="2099-01-01T00:00:00Z")
    steward.write("POST", "Things", WELL)
    hut = {**WELL, "properties": {"id": "H1", "kind": "well"}, "Datastreams": []}
    steward.write("POST", "Things", hut)
    steward.publish()
    seen = {}
    for reader in ("", None):
        with Bank.open(steward.node.bank, reader=reader) as bank:
            tables = ready_tables(bank, steward.node, "en")
            sql = f"SELECT properties->>'id' AS id FROM {tables.name('things')}"
            seen[reader] = sorted(one["id"] for one in ask(bank, sql, {}).to_pylist())
    assert seen == {"": [], None: ["H1", "Y1"]}


def test_a_dataset_that_is_reviewed_waits_for_its_reviewer(tmp_path):
    steward = Steward(tmp_path, review=True)
    steward.write("POST", "Things", WELL)
    with pytest.raises(NotAllowed, match="must be reviewed"):
        steward.publish()
    assert len(steward.desk("observation")) == 3
    with steward.node.writing():
        review_pending(steward.node, "0001-levels", "Second person")
    steward.publish()
    assert len(steward.values(OWN)) == 2
    assert len(steward.desk("observation")) == 1
