"""Files that agencies really publish, read through the recipes in tests/recipes.

Expected figures are from the files' own provenance notes (counted there with other
tools), or quoted from the file where the test says so.
"""

import csv
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from waternet.formats.aquastat_labels import find_variable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, read_recipe
from waternet.observation.table import verify_table
from waternet.observation.vocabulary import Status, find_by_code

RECIPES = Path(__file__).parent.parent / "recipes"


def read(shared, file, recipe):
    path = shared / "data" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    reading = read_file(path, read_recipe(RECIPES / f"{recipe}.toml"))
    verify_table(reading.observations)
    lost = sum(reject.lost for reject in reading.rejects)
    counts = reading.counts
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    return reading


def local(row):
    return row["time"] + timedelta(minutes=row["offset"])


def rows_of(reading, name):
    table = reading.observations
    return table.filter(pc.equal(table["datastream"].cast(pa.string()), name))


def test_every_recipe_writes_back_as_the_same_recipe():
    for path in sorted(RECIPES.glob("*.toml")):
        recipe = read_recipe(path)
        assert Recipe.from_toml(recipe.to_toml()) == recipe, path.name


def test_kinneret_has_10815_daily_levels(shared):
    reading = read(shared, "levels/kinneret_water_level.csv", "kinneret")
    assert reading.counts["observations"] == 10_815
    assert not reading.rejects
    rows = reading.observations.to_pylist()
    by_day = {local(row): row["value"] for row in rows}
    assert min(by_day.values()) == by_day[datetime(2001, 11, 29)] == -214.87
    assert max(by_day.values()) == by_day[datetime(1969, 1, 27)] == -208.20


def test_dead_sea_has_658_surveys(shared):
    reading = read(shared, "levels/dead_sea_surveys.json", "dead-sea")
    rows = reading.observations.to_pylist()
    assert len(rows) == 658
    assert (local(rows[0]), rows[0]["value"]) == (datetime(1976, 10, 1), -398.95)
    assert (local(rows[-1]), rows[-1]["value"]) == (datetime(2023, 4, 2), -437.73)


@pytest.fixture(scope="module")
def amman(shared):
    return read(shared, "jordan/amm_waterlevel_nonames.csv", "amman-water-levels")


def test_amman_has_11353_readings_of_84_wells_as_level_and_depth(amman):
    assert len(amman.places) == 84
    names = [stream.observed_property for stream in amman.datastreams]
    assert Counter(names) == {"groundwater-level": 84, "depth-to-groundwater": 84}
    levels = [s.name for s in amman.datastreams if "groundwater-level" in s.name]
    kept = pc.is_in(
        amman.observations["datastream"].cast(pa.string()), pa.array(levels)
    )
    assert pc.sum(kept).as_py() == 11_353


def test_readings_of_1968_stand_in_1968_by_the_pivot_year(amman):
    years = pc.year(amman.observations["time"])
    assert pc.max(years).as_py() == 2017
    assert pc.sum(pc.equal(years, 1968)).as_py() == 2 * 15


def test_an_impossible_clock_is_rejected_and_its_reading_kept_at_noon(amman):
    assert [(r.row, r.column, r.value, r.lost) for r in amman.rejects] == [
        (4067, "READING_TIME", "63", 0),
        (4068, "READING_TIME", "63", 0),
    ]
    clocks = {local(row).strftime("%H:%M") for row in amman.observations.to_pylist()}
    assert clocks == {"12:00"}


def test_amman_wells_lie_where_the_belt_grid_puts_them(amman):
    for place in amman.places:
        assert 35.62 <= round(place.position.longitude, 2) <= 36.56
        assert 31.91 <= round(place.position.latitude, 2) <= 32.39
        assert place.position.crs == "EPSG:28192"


def test_wells_below_sea_level_are_kept_as_they_are(amman):
    levels = rows_of(amman, "AL2808/groundwater-level/instant/PT0S/dip")["value"]
    below = pc.filter(levels, pc.less(levels, 0))
    assert len(below) == 191
    assert pc.min_max(below).as_py() == {"min": -272.19, "max": -248.68}


def test_amman_abstraction_has_14534_yearly_values(shared):
    reading = read(shared, "jordan/amm_abstraction_nonames.csv", "amman-abstraction")
    assert len(reading.places) == 1_257
    rows = reading.observations.to_pylist()
    assert len(rows) == 14_534
    total = Counter()
    for row in rows:
        total[local(row).year] += row["value"] / 1e6
    assert (round(total[2000], 1), round(total[2012], 1)) == (129.8, 164.0)


def test_an_unreported_year_stays_unreported_and_zero_stays_zero(shared):
    # AL1023 in the file: 2006 is 2400.0, 2007 blank, 2008 0.0.
    reading = read(shared, "jordan/amm_abstraction_nonames.csv", "amman-abstraction")
    name = "AL1023/groundwater-abstraction/total/P1Y/account"
    years = {local(r).year: r["value"] for r in rows_of(reading, name).to_pylist()}
    assert years[2006] == 2400.0
    assert 2007 not in years
    assert years[2008] == 0.0


def test_israel_1990_to_2020_by_quantity(shared):
    reading = read(shared, "israel/kramer_water_data.csv", "israel-balance")
    for name, expected in (
        ("ISR/water-production/total/P1Y/account", 2400),
        ("ISR/desalinated-water-produced/total/P1Y/account", 576),
    ):
        rows = rows_of(reading, name).to_pylist()
        assert [local(row).year for row in rows] == list(range(1990, 2021))
        assert rows[-1]["value"] == expected


def test_aquastat_has_24137_values_of_23_countries_with_their_flags(shared):
    reading = read(shared, "aquastat/region_long_all_variables.csv", "aquastat")
    assert reading.counts["observations"] == 24_137
    assert len(reading.places) == 23
    flags = Counter(reading.observations["status"].to_pylist())
    # Symbols E, I, X, P and blank, counted in the file with csv.DictReader.
    assert flags == {
        Status.ESTIMATED: 9_431,
        Status.IMPUTED: 5_527,
        Status.EXTERNAL: 4_713,
        Status.PROVISIONAL: 4,
        Status.REPORTED: 4_462,
    }
    jordan = next(place for place in reading.places if place.id == "JOR")
    assert (jordan.kind, jordan.same_as) == ("state", ("iso3166:JOR",))


def test_a_query_export_is_read_between_its_blank_lines_and_its_notes(shared):
    reading = read(shared, "aquastat/raw/4263.csv", "aquastat")
    assert reading.counts["observations"] == 1_345
    assert not reading.rejects
    # Last lines of the file: Zimbabwe 2017 3.339, blank symbol, footnote 6909.
    name = "ZWE/total-freshwater-withdrawal/mean/P1Y/account"
    row = rows_of(reading, name).to_pylist()[-2]
    assert (row["time"].year, row["value"]) == (2017, 3.339)
    assert (row["status"], row["qualifier"]) == (Status.REPORTED, "6909")


def test_waterml_2_with_local_days_and_default_metadata(shared):
    reading = read(shared, "formats/waterml/usgs_WaterML2Example.xml", "usgs-waterml2")
    rows = reading.observations.to_pylist()
    assert [row["value"] for row in rows] == [
        *(2690, 2750, 2990, 3180),
        *(2940, 3100, 2620, 2300),
    ]
    assert rows[0]["time"] == datetime(2014, 9, 1, 4)  # midnight in Washington, DC
    assert {(row["qualifier"], row["status"]) for row in rows} == {
        ("P", Status.PROVISIONAL)
    }
    assert reading.counts["missing"] == 1  # the first point has neither time nor value
    assert reading.places[0].position.longitude == -77.12763889


def test_waterml_2_inside_an_sos_answer(shared):
    reading = read(
        shared, "formats/waterml/wml2_52n_getobservation_response.xml", "sos-waterml2"
    )
    rows = reading.observations.to_pylist()
    assert [row["value"] for row in rows] == [12.2, 12.3, 12.0, 11.9, 12.1, 12.5]
    assert rows[-1]["time"] == datetime(2014, 7, 1, 1, 16, 41)
    assert {row["offset"] for row in rows} == {0}


def test_a_hebrew_workbook_gives_1919_rain_stations(shared):
    reading = read(shared, "messy/ims_station_metadata_hebrew.xls", "rain-stations")
    assert len(reading.places) == 1_919
    assert not any("\xa0" in n for p in reading.places for n in p.names.values())
    heights = [p.position.elevation for p in reading.places if p.position]
    assert (min(heights), max(heights)) == (-415, 1190)
    # The first row of the file: 110010, 35.1051 E, 33.0937 N.
    first = next(place for place in reading.places if place.id == "110010")
    assert first.names["he"] == "ראש הנקרה תחנה משטרה"
    assert first.position.longitude == pytest.approx(35.1051, abs=1e-4)
    assert first.position.latitude == pytest.approx(33.0937, abs=2e-4)


def test_three_sheets_give_1919_258_and_28_stations(shared):
    file = "messy/ims_station_metadata_hebrew.xls"
    path = shared / "data" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    parts = read_recipe(RECIPES / "weather-stations-hebrew.toml").parts()
    counts = [len(read_file(path, part).places) for part in parts]
    assert counts == [1_919, 258, 28]


def test_stations_whose_two_positions_disagree_are_named(shared):
    reading = read(
        shared, "messy/ims_station_metadata_hebrew.xls", "weather-stations-hebrew"
    )
    apart = [note for note in reading.notices if "apart" in note.reason]
    # The six of the notes are rain stations; among the climate stations are three more.
    rain, climate = "תחנות גשם", "תחנות אקלים"
    assert [note.value for note in apart if note.sheet == rain] == [
        *("121635", "121704", "121870"),
        *("247990", "248398", "310703"),
    ]
    assert [note.row for note in apart if note.sheet == climate] == [118, 178, 194]
    # The notes' greatest distance, 8,463 m, is one of the grid; this is of the globe.
    metres = [
        float(note.reason.split(" m apart")[0].split()[-1].replace(",", ""))
        for note in apart
    ]
    assert min(metres) > 500
    assert max(metres) == pytest.approx(8_463, rel=0.01)
    heights = [p.position.elevation for p in reading.places if p.position]
    assert (min(heights), max(heights)) == (-415, 1190)


def test_packed_coordinates_of_localities_are_taken_apart(shared):
    reading = read(shared, "messy/cbs_localities_2020_hebrew.xlsx", "localities-hebrew")
    assert len(reading.places) == 1_482
    places = {place.id: place for place in reading.places}
    # Row 2 of the file: 2040057100.
    first = places["967"].position
    assert (first.x, first.y) == (204_000, 571_000)
    # Row 3: 2105263481; the data store's answer has 210534, 634814.
    second = places["472"].position
    assert (second.x, second.y) == (210_520, 634_810)
    assert places["472"].names == {"he": "אבו גוש", "en": "Abu Ghosh"}
    rows = rows_of(reading, "472/population/mean/P1Y/census-estimate")
    assert rows["value"].to_pylist() == [7771.0]


def test_numbers_as_text_of_a_ckan_answer_are_numbers(shared):
    reading = read(
        shared,
        "formats/ckan/datagovil_localities_trilingual_sample.json",
        "localities-ckan",
    )
    place = next(place for place in reading.places if place.id == "778")
    assert place.names == {"he": "תרום", "en": "TARUM", "ar": "تَروم"}
    assert (place.position.x, place.position.y) == (198_418.1692, 632_307.074)
    assert len(reading.places) == 4


def test_ten_reservoirs_with_heights_and_capacities(shared):
    reading = read(shared, "jordan/jwm/res_properties.xlsx", "reservoir-properties")
    assert len(reading.places) == 10
    rows = rows_of(reading, "kafrein_res/reservoir-capacity/instant/PT0S/design")
    assert rows["value"].to_pylist() == [8_500_000.0]
    assert "116 rows" in reading.notices[0].reason  # 145 rows less 10, 10 and 9


def test_inflow_of_six_sites_has_18780_months(shared):
    reading = read(shared, "jordan/jwm/swat_inputs.xlsx", "swat-inflow")
    assert (reading.counts["observations"], len(reading.places)) == (18_780, 6)
    procedures = {stream.procedure for stream in reading.datastreams}
    assert len(procedures) == 7
    name = "kafrein_res/reservoir-inflow/mean/P1M/swat-historical"
    rows = rows_of(reading, name).to_pylist()
    assert (local(rows[0]), rows[0]["value"]) == (datetime(2006, 1, 1), 233_421.048)


def test_supply_of_twelve_governorates_in_eleven_sheets(shared):
    reading = read(shared, "jordan/jwm/WAJ_inputs.xlsx", "municipal-supply")
    assert len(reading.places) == 12
    supply = pc.match_substring(
        reading.observations["datastream"].cast(pa.string()), "municipal-water-supplied"
    )
    rows = reading.observations.filter(supply).to_pylist()
    assert len(rows) == 12 * 12 * 11
    # The sheet of 2012 has its own sum below: 341,057,786.
    total = sum(row["value"] for row in rows if local(row).year == 2012)
    assert total == pytest.approx(341_057_786, abs=1)


def test_transfers_sales_and_consumption_have_5526_months(shared):
    reading = read(shared, "jordan/jwm_observations_long.csv", "jordan-water-model")
    assert reading.counts["observations"] == 5_526
    name = "tiberias_kac_n/water-transferred/mean/P1M/account"
    by_year = Counter()
    for row in rows_of(reading, name).to_pylist():
        by_year[local(row).year] += row["value"] / 1e6
    assert [round(by_year[year], 1) for year in range(2006, 2016)] == [
        *(52.2, 47.7, 45.8, 45.6, 48.8, 49.2, 54.3, 52.9, 55.2, 48.3)
    ]
    kinds = Counter(place.kind for place in reading.places)
    assert kinds == {"canal-meter": 15, "scheme": 3, "district": 12}


def test_projections_have_their_bounds(shared):
    reading = read(
        shared, "population/wpp2022_projection_region.csv", "population-projections"
    )
    assert reading.counts["observations"] == 1_501 * 9
    for party, expected in (("ISR", 13_063), ("JOR", 15_069), ("PSE", 8_924)):
        rows = rows_of(reading, f"{party}/population/mean/P1Y/medium").to_pylist()
        [value] = [row["value"] for row in rows if row["time"].year == 2050]
        assert round(value) == expected


# Rows x columns of figures as the provenance notes count them; less the blank cells
# that csv.reader finds.
@pytest.mark.parametrize(
    ("file", "recipe", "observations", "places"),
    [
        ("jordan/jwm/jv_farms_da.xlsx", "jordan-valley-farms", 45 * 5, 45),
        ("israel/kramer_population.csv", "israel-population", 72, 1),
        (
            "israel/kramer_future_populations.csv",
            "israel-population-projections",
            50 * 6,
            1,
        ),
        ("israel/rain_cckp_annual.csv", "israel-rain", 123, 1),
        ("owid/water_withdrawals_aquastat.csv", "withdrawals", 5_140, 182),
        ("population/wb_population.csv", "world-population", 17_195, 265),
        ("population/wb_gdp.csv", "world-gdp", 13_979, 262),
        ("crops/fao56_table11.csv", "crop-stage-lengths", 167 * 5 - 6, 167),
        ("crops/fao56_table12.csv", "crop-coefficients", 137 * 4 - 15, 137),
        ("crops/fao56_table17.csv", "basal-crop-coefficients", 125 * 3 - 2, 125),
        ("crops/fao56_table22.csv", "rooting-depths", 104 * 3, 104),
        ("crops/aquacrop_tunis_climate.txt", "tunis-weather", 8_552 * 4, 1),
    ],
)
def test_every_figure_of_a_table_is_read(shared, file, recipe, observations, places):
    reading = read(shared, file, recipe)
    assert reading.counts["observations"] == observations
    assert len(reading.places) == places
    assert not reading.rejects


def test_255_states_have_names_and_one_broken_row_is_reported(shared):
    reading = read(shared, "geo/country_converter_country_data.tsv", "states")
    # 256 rows; that of the Aland Islands has 50 cells under 53 headings.
    assert (len(reading.places), len(reading.rejects)) == (255, 1)
    jordan = next(place for place in reading.places if place.id == "JOR")
    assert (jordan.names["en"], jordan.same_as) == ("Jordan", ("iso3166:JOR",))


def test_aquastat_s_own_names_find_the_variables_of_its_ids(shared):
    path = shared / "data" / "aquastat/region_long_all_variables.csv"
    if not path.exists():
        pytest.skip("input absent by design: aquastat")
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = {row["variable_id"]: row["variable"] for row in csv.DictReader(file)}
    known = {
        code: find_by_code("observed_property", "aquastat", code) for code in names
    }
    assert len(names) == 171
    for code, name in names.items():
        assert find_variable(name) == known[code], name
