"""Real files of agencies, from the desk to a signed release to the joint bank.

How each file reads is tested in tests/formats; here, that nothing is lost on the way.
Figures are those of the files' own provenance notes.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest
from parties import make_party, quiet

from waternet.bank.discovery import find_datastreams
from waternet.bank.query import get_latest, get_observations
from waternet.bank.selection import Selection
from waternet.bank.store import Bank
from waternet.formats.recipe import read_recipe
from waternet.node.folder import Dataset
from waternet.node.importing import import_file
from waternet.node.verification import verify_node
from waternet.observation.vocabulary import Status

RECIPES = Path(__file__).parent.parent / "recipes"


@pytest.fixture
def published(tmp_path, shared):
    """Return a function that takes a file all the way and returns its bank."""
    banks = []

    def publish(file, recipe):
        path = shared / "data" / file
        if not path.exists():
            pytest.skip(f"input absent by design: {file}")
        chosen = RECIPES / f"{recipe}.toml"
        party = make_party(tmp_path)
        terms = Dataset(read_recipe(chosen).dataset, "for tests only", "its owner")
        profile = replace(party.node.profile, datasets=(terms,))
        party.node = party.node.write_profile(profile)
        import_file(party.node, path, chosen)
        party.publish()
        assert verify_node(party.node, quiet).findings == []
        banks.append(Bank.open(party.node.bank))
        return banks[-1]

    yield publish
    for bank in banks:
        bank.close()


def test_kinneret_stands_in_the_bank_as_measured(published):
    bank = published("levels/kinneret_water_level.csv", "kinneret")
    values = get_observations(bank, Selection())["value"]
    assert len(values) == 10_815
    assert pc.min_max(values).as_py() == {"min": -214.87, "max": -208.20}


def test_amman_levels_stand_with_their_wells_and_the_fifteen_of_1968(published):
    bank = published("jordan/amm_waterlevel_nonames.csv", "amman-water-levels")
    wells = find_datastreams(bank, Selection(observed_property="groundwater-level"))
    assert wells.num_rows == 84
    assert pc.sum(wells["figures"]).as_py() == 11_353
    levels = Selection(observed_property="groundwater-level")
    start, end = (
        datetime(1967, 12, 31, 22, tzinfo=UTC),
        datetime(1969, 1, 1, tzinfo=UTC),
    )
    assert get_observations(bank, levels, start, end).num_rows == 15


def test_aquastat_keeps_every_value_with_its_flag(published):
    bank = published("aquastat/region_long_all_variables.csv", "aquastat")
    table = get_observations(bank, Selection())
    assert table.num_rows == 24_137
    counted = {
        one["values"]: one["counts"]
        for one in pc.value_counts(table["status"]).to_pylist()
    }
    assert counted[Status.ESTIMATED] == 9_431
    assert counted[Status.PROVISIONAL] == 4
    countries = {
        name.split("/")[0] for name in pc.unique(table["datastream"]).to_pylist()
    }
    assert len(countries) == 23


def test_a_waterml_answer_stands_in_the_bank(published):
    bank = published("formats/waterml/usgs_WaterML2Example.xml", "usgs-waterml2")
    (latest,) = get_latest(bank, Selection()).to_pylist()
    first = get_observations(bank, Selection()).to_pylist()[0]
    assert (first["value"], first["unit"]) == (2690.0, "[ft_i]3/s")
    assert latest["time"] > first["time"]
