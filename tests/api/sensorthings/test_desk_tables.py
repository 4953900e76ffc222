"""Entities and observations of SensorThings as tables in a bank's engine."""

import json
import shutil
from datetime import datetime, timedelta

import pytest
from parties import ADDRESS, make_party, quiet

from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.observed import locate_observation, observations
from waternet.api.sensorthings.tables import ready_tables
from waternet.bank.scan import ask
from waternet.bank.seal import reading_bank
from waternet.node.desk import Desk, DraftEntity, DraftObservation
from waternet.node.intake import rebuild_bank
from waternet.observation.vocabulary import get_term

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def jordan(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("tables"))
    party.read()
    party.publish()
    return party


@pytest.fixture
def bank(jordan):
    with reading_bank(jordan.node.bank) as bank:
        yield bank


def _rows(bank, tables, table):
    return ask(bank, f"FROM {tables.name(table)} ORDER BY 1", {}).to_pylist()


def _observed(bank, tables, **chosen):
    relation = observations(bank, tables, **chosen)
    sql = f"SELECT * FROM ({relation.sql}) ORDER BY datastream, 2"
    return ask(bank, sql, relation.values).to_pylist()


def test_every_property_of_the_model_has_its_column(jordan, bank):
    for with_drafts in (False, True):
        tables = ready_tables(bank, jordan.node, "en", with_drafts=with_drafts)
        for kind in KINDS.values():
            if kind.name == "Observation":
                relation = observations(bank, tables)
                columns = ask(bank, relation.sql, relation.values).column_names
            else:
                sql = f"FROM {tables.name(kind.table)} LIMIT 0"
                columns = ask(bank, sql, {}).column_names
            wanted = {c for one in kind.properties.values() for c in one.columns}
            wanted |= {
                one.here for one in kind.navigations.values() if one.link is None
            }
            assert wanted - set(columns) == set(), kind.name


def test_a_place_is_a_thing_with_its_datastreams(jordan, bank):
    tables = ready_tables(bank, jordan.node, "en")
    things = _rows(bank, tables, "things")
    assert [one["name"] for one in things] == ["W1", "W2"]
    streams = _rows(bank, tables, "datastreams")
    assert [one["thing"] for one in streams] == [one["id"] for one in things]
    assert streams[0]["address"] == f"jordan:{ADDRESS}"
    assert json.loads(streams[0]["unitOfMeasurement"])["definition"] == "ucum:m"
    said = json.loads(streams[0]["properties"])
    assert (said["party"], said["dataset"]) == ("jordan", "levels")
    assert (said["statistic"], said["licence"]) == ("instant", "CC-BY-4.0")
    # By the recipe's clock, two hours east of UTC.
    assert streams[0]["phenomenonTime_start"] == datetime(2014, 12, 31, 22)
    assert streams[0]["phenomenonTime_end"] == datetime(2015, 2, 28, 22)


def test_names_are_in_the_language_asked_for(jordan, bank):
    terms = {
        language: _rows(
            bank, ready_tables(bank, jordan.node, language), "observed_properties"
        )[0]["name"]
        for language in ("ar", "he", "en")
    }
    labels = get_term("observed_property", "groundwater-level").labels
    assert terms == dict(labels)


def test_a_limit_is_the_result_and_says_so(jordan, bank):
    tables = ready_tables(bank, jordan.node, "en")
    first = _observed(bank, tables, datastreams=[1])
    assert [one["result"] for one in first] == [-214.87, -215.0, -214.5]
    assert json.loads(first[1]["resultQuality"])["censor"] == "<"
    assert "censor" not in json.loads(first[0]["resultQuality"])
    # The places are the first entry, the terms the second, the figures the third.
    assert json.loads(first[0]["parameters"]) == {
        "release": "jordan:2",
        "offset": "+02:00",
    }
    assert first[0]["phenomenonTime_end"] is None


def test_an_observation_is_found_by_its_number_without_a_search(jordan, bank):
    tables = ready_tables(bank, jordan.node, "en")
    for one in _observed(bank, tables):
        datastream, time = locate_observation(bank, tables, one["id"])
        found = _observed(
            bank, tables, datastreams=[datastream], bounds=(time, time + 1000)
        )
        assert found == [one]


def test_numbers_outlive_the_bank(jordan):
    def numbers():
        with reading_bank(jordan.node.bank) as bank:
            tables = ready_tables(bank, jordan.node, "en")
            streams = _rows(bank, tables, "datastreams")
            return {one["address"]: one["id"] for one in streams}, [
                one["id"] for one in _observed(bank, tables)
            ]

    before = numbers()
    shutil.rmtree(jordan.node.bank)
    with jordan.node.writing():
        rebuild_bank(jordan.node, quiet)
    assert numbers() == before


def test_drafts_show_only_where_they_are_asked_for(jordan, bank):
    plain = ready_tables(bank, jordan.node, "en")
    before = _rows(bank, plain, "things"), _observed(bank, plain)
    taken, kept = before[1][0], before[1][1]
    with Desk.open(jordan.node.folder) as desk:
        with desk.writing():
            number = desk.number_draft("Thing")
            desk.put([DraftEntity("Thing", number, '{"name": "new"}')])
            desk.put([DraftEntity("Thing", 1, '{"name": "other"}')])
            when = (kept["phenomenonTime_start"] - datetime(1970, 1, 1)) // MICROSECOND
            changed = DraftObservation(
                kept["id"], 1, when, result=None, result_json='"dry"'
            )
            gone = DraftObservation(taken["id"], 1, 0, is_held=False)
            desk.put_observations([changed, gone])
        drafts = ready_tables(bank, jordan.node, "en", with_drafts=True)
        names = {one["id"]: one["name"] for one in _rows(bank, drafts, "things")}
        assert names == {1: "other", 2: "W2", number: "new"}
        seen = {one["id"]: one for one in _observed(bank, drafts, datastreams=[1])}
        assert taken["id"] not in seen
        assert len(seen) == 2
        assert json.loads(seen[kept["id"]]["result_json"]) == "dry"
        plain = ready_tables(bank, jordan.node, "en")
        assert (_rows(bank, plain, "things"), _observed(bank, plain)) == before
        with desk.writing():
            desk.put([DraftEntity("Thing", number, None)])
        drafts = ready_tables(bank, jordan.node, "en", with_drafts=True)
        left = {one["id"] for one in _rows(bank, drafts, "things")}
        assert left == {1, 2}
