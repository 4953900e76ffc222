"""The example region: every file reads, every figure has its source."""

import csv
import io
import json
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from waternet.formats.file import read_file
from waternet.formats.layer_file import read_layer_file
from waternet.formats.reading import Reading
from waternet.formats.recipe import read_recipe
from waternet.observation.place import Place
from waternet.record.listing import write_places
from waternet.record.outlines import verify_outlines

REGION = Path(__file__).parents[2] / "examples" / "jordan-basin"
PARTIES = ("israel", "jordan", "palestine")
ISO3 = {"israel": "ISR", "jordan": "JOR", "palestine": "PSE"}
FILES = sorted(REGION.glob("*/*.csv"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def profile_of(party: str) -> dict[str, Any]:
    return tomllib.loads((REGION / party / "party.toml").read_text(encoding="utf-8"))


def places_of(party: str) -> dict[str, Place]:
    lines = (REGION / party / "places.jsonl").read_text(encoding="utf-8").splitlines()
    return {place.id: place for place in map(Place.from_json, map(json.loads, lines))}


@cache
def reading_of(path: Path) -> Reading:
    return read_file(path, read_recipe(path.parent / "recipes" / f"{path.stem}.toml"))


def figures_of(path: Path) -> dict[tuple[str, str], float]:
    """Return the values by (datastream, first ten signs of the time)."""
    table: pa.Table = reading_of(path).observations
    return {
        (row["datastream"], row["time"].isoformat()[:10]): row["value"]
        for row in table.to_pylist()
    }


def test_the_parties_stand_in_alphabetical_order_with_the_same_kinds_of_files() -> None:
    folders = {path.parent.name for path in REGION.glob("*/*")} - {"__pycache__"}
    assert sorted(folders) == list(PARTIES)
    shared_files = {"accounts", "sector-withdrawals", "stress-2018", "stress-2021"}
    for party in PARTIES:
        names = {path.stem for path in (REGION / party).glob("*.csv")}
        assert shared_files < names
        assert 2 <= len(names - shared_files) <= 3


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
class TestEveryFile:
    def test_reads_with_its_recipe_without_a_reject(self, path: Path) -> None:
        reading = reading_of(path)
        assert reading.rejects == ()
        assert reading.observations.num_rows > 0
        for datastream in reading.datastreams:
            datastream.verify()

    def test_gives_a_source_in_every_row(self, path: Path) -> None:
        assert all(row["source"].strip() for row in rows_of(path))

    def test_describes_its_places_as_the_party_does(self, path: Path) -> None:
        places = places_of(path.parent.name)
        for place in reading_of(path).places:
            assert place.id in places
            assert place.names == places[place.id].names
            assert place.kind == places[place.id].kind
            assert place.same_as == places[place.id].same_as
            assert (place.position is None) == (places[place.id].position is None)

    def test_is_imported_once_by_the_party_into_one_of_its_datasets(
        self, path: Path
    ) -> None:
        profile = profile_of(path.parent.name)
        (one,) = [each for each in profile["imports"] if each["file"] == path.name]
        recipe = read_recipe(path.parent / one["recipe"])
        assert recipe.dataset == one["dataset"]
        assert one["dataset"] in {each["id"] for each in profile["datasets"]}
        assert one["title"]
        assert one["source"]
        assert ("reason" in one) == (one["after"] == "correction")


@pytest.mark.parametrize("party", PARTIES)
class TestEveryParty:
    def test_says_its_names_in_three_languages(self, party: str) -> None:
        profile = profile_of(party)
        assert profile["party"] == party
        for names in (
            profile["names"],
            *(each["names"] for each in profile["datasets"]),
        ):
            assert set(names) == {"ar", "he", "en"}

    def test_lists_its_places_sorted_and_named_in_three_languages(
        self, party: str
    ) -> None:
        places = places_of(party)
        blob = io.BytesIO()
        write_places(places.values(), blob)
        assert blob.getvalue() == (REGION / party / "places.jsonl").read_bytes()
        for place in places.values():
            assert set(place.names) == {"ar", "he", "en"}
            assert set(place.within) <= set(places)

    def test_imports_what_exists_and_one_correction_last(self, party: str) -> None:
        steps = [each["after"] for each in profile_of(party)["imports"]]
        assert steps == ["first"] * (len(steps) - 1) + ["correction"]


def test_the_parties_account_for_the_same_quantities() -> None:
    def quantities(party: str) -> set[tuple[str, str]]:
        return {
            (datastream.observed_property, datastream.unit)
            for name in ("accounts", "sector-withdrawals", "stress-2021")
            for datastream in reading_of(REGION / party / f"{name}.csv").datastreams
        }

    assert quantities("israel") == quantities("jordan") == quantities("palestine")
    assert len(quantities("jordan")) == 17


def test_one_lake_has_three_names_and_one_shared_name() -> None:
    lakes = {
        party: [
            place.names["en"]
            for place in places_of(party).values()
            if "wikidata:Q126982" in place.same_as
        ]
        for party in PARTIES
    }
    assert lakes == {
        "israel": ["Lake Kinneret"],
        "jordan": ["Lake Tiberias"],
        "palestine": ["Sea of Galilee (Lake Tiberias)"],
    }


def test_the_correction_replaces_figures_that_were_published_before() -> None:
    for party in PARTIES:
        earlier = figures_of(REGION / party / "stress-2018.csv")
        later = figures_of(REGION / party / "stress-2021.csv")
        both = earlier.keys() & later.keys()
        assert both
        assert all(earlier[key] != later[key] for key in both)
    jordan = REGION / "jordan"
    stress = ("jordan/water-stress/mean/P1Y/aquastat", "2012-01-01")
    # AQUASTAT, variable 4550, exports of 2018-04-16 and 2021-11-12.
    assert figures_of(jordan / "stress-2018.csv")[stress] == 116.0
    assert figures_of(jordan / "stress-2021.csv")[stress] == 94.0303466608


def test_a_flag_means_what_its_export_says_it_means() -> None:
    def statuses(name: str) -> set[tuple[str, int]]:
        table = reading_of(REGION / "jordan" / name).observations
        return {(row["qualifier"], row["status"]) for row in table.to_pylist()}

    assert statuses("stress-2018.csv") == {("E", 4), ("K", 8)}
    assert statuses("stress-2021.csv") == {("E", 1), ("X", 4)}


def test_years_of_desalination_that_nobody_reported_have_no_figure() -> None:
    figures = figures_of(REGION / "israel" / "production.csv")
    years = [when for name, when in figures if "desalinated" in name]
    assert len(years) == 14  # 2007 to 2020


def test_a_reading_of_1968_is_not_of_2068() -> None:
    figures = figures_of(REGION / "jordan" / "groundwater-levels.csv")
    assert min(when for _, when in figures) == "1968-05-12"
    assert max(when for _, when in figures) < "2017"


def test_water_stress_follows_from_the_accounts_in_2018() -> None:
    # SDG 6.4.2 metadata: 100 * withdrawal / (renewable - environmental flow).
    for party, published in (
        ("israel", 95.937),
        ("jordan", 100.078),
        ("palestine", 42.747),
    ):
        account = figures_of(REGION / party / "accounts.csv")
        account |= figures_of(REGION / party / "stress-2021.csv")

        def figure(name: str) -> float:
            return account[(f"{party}/{name}/mean/P1Y/aquastat", "2018-01-01")]  # noqa: B023

        available = figure("total-renewable-water-resources") - figure(
            "environmental-flow-requirements"
        )
        stress = 100 * figure("total-freshwater-withdrawal") / available
        assert stress == pytest.approx(published, abs=0.001)
        assert figure("water-stress") == pytest.approx(published, abs=0.001)


class TestFiguresAreAsPublished:
    def test_accounts(self, shared: Path) -> None:
        published = {
            (row["iso3"], row["variable_id"], row["year"]): row
            for row in rows_of(
                shared / "data" / "aquastat" / "region_long_all_variables.csv"
            )
        }
        for party in PARTIES:
            for name in ("accounts.csv", "stress-2021.csv"):
                for row in rows_of(REGION / party / name):
                    given = published[ISO3[party], row["variable_id"], row["year"]]
                    assert float(row["value"]) == float(given["value"])
                    assert row["symbol"] == given["symbol"]

    def test_lake_levels(self, shared: Path) -> None:
        levels = shared / "data" / "levels"
        kinneret = {
            row["Survey_Date"]: row["Kinneret_Level"]
            for row in rows_of(levels / "kinneret_water_level.csv")
        }
        for row in rows_of(REGION / "israel" / "kinneret-levels.csv"):
            assert row["Kinneret_Level"] == kinneret[row["Survey_Date"]]
        surveys = json.loads((levels / "dead_sea_surveys.json").read_text())
        dead_sea = {each["date"]: each["level"] for each in surveys}
        for row in rows_of(REGION / "israel" / "dead-sea-levels.csv"):
            assert float(row["level"]) == dead_sea[row["date"]]

    def test_production(self, shared: Path) -> None:
        published = {
            row["Year"]: row
            for row in rows_of(shared / "data" / "israel" / "kramer_water_data.csv")
        }
        for row in rows_of(REGION / "israel" / "production.csv"):
            for column in ("Total_Prod", "Total_Consump", "Agricultural", "Domestic"):
                assert row[column] == published[row["Year"]][column]
            assert row["Desalination"] in ("", published[row["Year"]]["Desalination"])

    def test_abstraction_is_the_sum_over_the_wells(self, shared: Path) -> None:
        wells = rows_of(shared / "data" / "jordan" / "amm_abstraction_nonames.csv")
        for row in rows_of(REGION / "jordan" / "amman-zarqa-abstraction.csv"):
            given = [float(well[row["year"]]) for well in wells if well[row["year"]]]
            assert float(row["abstraction_m3"]) == pytest.approx(sum(given), abs=1)
            assert int(row["wells"]) == len(given)

    def test_transfers_are_sums_of_twelve_months(self, shared: Path) -> None:
        sums: dict[tuple[str, str], float] = {}
        for row in rows_of(shared / "data" / "jordan" / "jwm_observations_long.csv"):
            if row["variable"] == "_jva_transfers_new":
                key = (row["k1"], row["k2"])
                sums[key] = sums.get(key, 0.0) + float(row["value"])
        links = {
            "kac-amman": "kac_n_amman",
            "mukheiba-kac": "mukheiba_kac_n",
            "tiberias-kac": "tiberias_kac_n",
            "yarmouk-kac": "yarmouk_kac_n",
        }
        for row in rows_of(REGION / "jordan" / "canal-transfers.csv"):
            published = sums[links[row["link"]], row["year"]] / 1e6
            assert float(row["transfer_hm3"]) == pytest.approx(published, abs=1e-4)

    def test_sectors_add_up_to_the_total_where_all_are_reported(self) -> None:
        for party in PARTIES:
            by_year: dict[str, dict[str, float]] = {}
            for row in rows_of(REGION / party / "sector-withdrawals.csv"):
                year = by_year.setdefault(row["year"], {})
                year[row["variable_id"]] = float(row["value"])
            complete = [year for year in by_year.values() if len(year) == 4]
            assert complete
            for year in complete:
                parts = year["4250"] + year["4251"] + year["4252"]
                assert parts == pytest.approx(year["4253"], abs=0.0021)


def test_the_dead_sea_falls() -> None:
    levels = list(figures_of(REGION / "israel" / "dead-sea-levels.csv").values())
    assert len(levels) == 47
    assert levels[0] == -398.95
    assert sum(later < earlier for earlier, later in pairwise(levels)) >= 43


def test_the_sketch_of_the_basin_is_about_as_large_as_the_basin() -> None:
    # FAO AQUASTAT, Jordan River Basin (2009): about 18 500 km2; ours is a sketch.
    collection, left_out = read_layer_file(REGION / "basin.geojson")
    (basin,) = verify_outlines(collection)
    (ring,) = basin.lines
    radius, (x, y) = 6371.0, np.radians(ring).T
    area = radius**2 / 2 * np.sum(np.diff(x) * (2 + np.sin(y[:-1]) + np.sin(y[1:])))
    assert left_out == ()
    assert abs(area) == pytest.approx(18_500, rel=0.1)
    assert set(basin.names) == {"ar", "en", "he"}
