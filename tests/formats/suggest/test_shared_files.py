"""Files that agencies publish, imported by the recipe that is proposed for them.

What the owner would answer stands beside each file; no recipe is edited. Counts are
from the files' provenance notes, where they were made with other tools.
"""

import pytest

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.suggest import suggest_recipe

JERUSALEM = {"time.zone": "Asia/Jerusalem"}
AMMAN = {"time.zone": "Asia/Amman"}
UTC = {"time.zone": "UTC"}
LAKE = {"station.kind": "lake"}

# file: (answers, stations, observations); None where the notes do not count it.
FILES = {
    "levels/kinneret_water_level.csv": ({**JERUSALEM, **LAKE}, 1, 10_815),
    "levels/dead_sea_surveys.json": ({**JERUSALEM, **LAKE}, 1, 658),
    "jordan/amm_waterlevel_nonames.csv": (AMMAN, 84, 2 * 11_353),
    "jordan/amm_abstraction_nonames.csv": (
        {**AMMAN, "unit.volume": "m3/a"},
        1_257,
        14_534,
    ),
    "jordan/jwm_observations_long.csv": (
        {
            **AMMAN,
            "station.kind": "canal-meter",
            "unit.volume": "m3",
            "quantity._jva_sold_new": "water-sold m3/mo total P1M",
        },
        None,
        5_526,
    ),
    "jordan/jwm/urb.shp": ({}, 89, 0),
    "jordan/jwm/prototype_nodes_jvarev.shp": ({"station.kind": "scheme"}, 92, 0),
    "jordan/jwm/prototype_links_jvarev.shp": ({}, 89, 0),
    "jordan/jwm/prototype_ww_nodes.shp": ({"station.kind": "wastewater-plant"}, 24, 0),
    "jordan/jwm/gw_nodes_w2006_basin.shp": ({}, 249, 0),
    "jordan/jwm/jv_ag_agents_pts_crops.shp": ({}, 54, 0),
    "jordan/jwm/swat_inputs.xlsx": (
        {
            **AMMAN,
            "station.kind": "reservoir",
            "column.value": "discharge m3/mo mean P1M",
        },
        6,
        18_780,
    ),
    "jordan/jwm/res_properties.xlsx": ({"station.kind": "reservoir"}, 10, 0),
    "jordan/jwm/jv_farms_da.xlsx": ({}, 45, 0),
    "jordan/jwm/WAJ_inputs.xlsx": (
        {**AMMAN, "station.kind": "district", "unit.volume": "m3"},
        None,
        None,
    ),
    "israel/kramer_water_data.csv": (
        {**JERUSALEM, "station.kind": "state", "unit.volume": "hm3/a", "unit.1": "1"},
        1,
        6 * 31,
    ),
    "israel/kramer_population.csv": (
        {**JERUSALEM, "station.kind": "state", "unit.1": "1"},
        1,
        72,
    ),
    "israel/kramer_future_populations.csv": (
        {**JERUSALEM, "station.kind": "state", "unit.1": "1"},
        1,
        50,
    ),
    "israel/rain_cckp_annual.csv": (JERUSALEM, 1, 123),
    "messy/ims_station_metadata_hebrew.xls": ({}, None, 0),
    "messy/cbs_localities_2020_hebrew.xlsx": (
        {**JERUSALEM, "unit.1": "1"},
        1_482,
        None,
    ),
    "aquastat/raw/4104.csv": ({}, None, 2_420),
    "aquastat/raw/4188.csv": ({}, None, 2_390),
    "aquastat/raw/4192.csv": ({}, None, 2_347),
    "aquastat/raw/4263.csv": ({}, None, 1_345),
    "aquastat/raw/4549.csv": ({}, None, 1_825),
    "aquastat/raw/4550.csv": ({}, None, 1_327),
    "aquastat/region_long_all_variables.csv": ({}, 23, 24_137),
    "owid/water_withdrawals_aquastat.csv": (
        {**UTC, "unit.volume": "10*9.m3/a", "unit.volume-per-capita": "m3/a"},
        None,
        None,
    ),
    "owid/water_withdrawals_aquastat.datapackage.json": (
        {"station.kind": "state"},
        None,
        0,
    ),
    "population/wb_gdp.csv": ({**UTC, "unit.1": "1"}, None, None),
    "population/wb_population.csv": ({**UTC, "unit.1": "1"}, None, None),
    "population/wpp2022_projection_region.csv": (
        {**UTC, "unit.1": "10*3"},
        None,
        1_501,
    ),
    "geo/country_converter_country_data.tsv": ({}, None, 0),
    "geo/ne_110m_admin_0_countries.json": ({}, None, 0),
    "geo/region_ne_50m_admin_0_countries.geojson": ({}, 37, 0),
    "geo/region_ne_10m_lakes.geojson": ({}, None, 0),
    "geo/region_ne_10m_rivers.geojson": ({"station.kind": "basin"}, None, 0),
    "geo/ne_50m_admin_0_boundary_lines_disputed_areas.json": (
        {"station.kind": "district"},
        24,
        0,
    ),
    "crops/aquacrop_tunis_climate.txt": (UTC, 1, 4 * 8_552),
    "crops/fao56_table11.csv": ({}, None, 0),
    "crops/fao56_table12.csv": ({}, 137, 0),
    "crops/fao56_table17.csv": ({}, 125, 0),
    "crops/fao56_table22.csv": ({}, 104, 0),
    "formats/ckan/datagovil_localities_trilingual_sample.json": ({}, 4, 0),
    "formats/covjson/coverage-json.covjson": (
        {"station.kind": "weather-station"},
        1,
        None,
    ),
    "formats/covjson/playground_pointseries.covjson": (
        {"station.kind": "sampling-point"},
        1,
        None,
    ),
    "formats/covjson/playground_point-collection.covjson": (
        {
            "station.kind": "sampling-point",
            "quantity.POTM": "water-temperature Cel",
            "quantity.QC": "leave out",
        },
        2,
        None,
    ),
    "formats/covjson/spec-vertical-profile-coverage.covjson": (
        {"station.kind": "sampling-point"},
        None,
        None,
    ),
    "formats/grdc/test_file_grdc_Q_Day.Cmd.txt": (UTC, 1, None),
    "formats/other/fews_pi.xml": (
        {
            "station.kind": "weather-station",
            "quantity.P.radar.h:merge": "precipitation mm total PT1H",
            "quantity.Eact.d:merge": "evaporation mm total P1D",
        },
        None,
        None,
    ),
    "formats/sensorthings/frost_batch_post.json": ({}, None, None),
    "formats/usgs/samples_results.txt": ({}, 1, None),
    "formats/usgs/waterdata_ogc_fixtures.json": (UTC, None, None),
    "formats/usgs/waterservices_dv.txt": ({}, 2, None),
    "formats/usgs/waterservices_site.txt": ({}, 2, 0),
    "formats/usgs/wqp_detection_limits.txt": ({"station.kind": "sampling-point"}, 5, 0),
    "formats/usgs/wqp_results.txt": ({"station.kind": "sampling-point"}, None, 5),
    "formats/usgs/wqp_sites.txt": ({}, 5, 0),
    "formats/waterml/usgs_RDB1Example.txt": (
        {"time.zone": "America/New_York"},
        1,
        None,
    ),
    "formats/waterml/usgs_WaterML1Example.xml": ({}, 1, 192),
    "formats/waterml/usgs_WaterML2Example.xml": (
        {"time.zone": "America/New_York"},
        1,
        None,
    ),
    "formats/waterml/waterml11_nwis_08068500_daily.xml": ({}, 1, 16),
    "formats/waterml/wml2_52n_getobservation_response.xml": ({}, 1, None),
    "formats/waterml/wof11_getsites_ipswich.xml": (
        {"station.kind": "sampling-point"},
        None,
        0,
    ),
    "formats/waterml/wof11_getvalues_ipswich.xml": (
        {"station.kind": "sampling-point"},
        1,
        112,
    ),
}
BESIDE = {".shx", ".dbf", ".prj", ".cpg", ".md"}


@pytest.mark.parametrize("file", FILES)
def test_a_proposed_recipe_reads_the_file_without_an_edit(shared, file):
    path = shared / "data" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    answers, stations, observations = FILES[file]
    asked = suggest_recipe(path)
    proposal = suggest_recipe(path, answers)
    assert {question.key for question in asked.required} <= set(answers)
    assert proposal.recipe is not None, [one.key for one in proposal.required]
    assert Recipe.from_toml(proposal.toml) == proposal.recipe
    reading = read_file(path, proposal.recipe)
    counts, lost = reading.counts, sum(reject.lost for reject in reading.rejects)
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    assert lost <= 0.05 * counts["cells"]
    assert reading.places
    if stations is not None:
        assert len(reading.places) == stations
    if observations is not None:
        assert counts["observations"] == observations


def test_no_file_is_left_out(shared):
    root = shared / "data"
    if not root.exists():
        pytest.skip("input absent by design: data")
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in BESIDE
    }
    assert found <= set(FILES)


def proposed(shared, file):
    path = shared / "data" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    proposal = suggest_recipe(path, FILES[file][0])
    return proposal, read_file(path, proposal.recipe)


def test_readings_of_wells_are_what_a_hand_written_recipe_gives(shared):
    proposal, reading = proposed(shared, "jordan/amm_waterlevel_nonames.csv")
    assert [(r.row, r.value, r.lost) for r in reading.rejects] == [
        (4067, "63", 0),
        (4068, "63", 0),
    ]
    assert proposal.recipe.station.crs == "EPSG:28192"
    assert {s.observed_property for s in reading.datastreams} == {
        "groundwater-level",
        "depth-to-groundwater",
    }
    assert max(row["time"].year for row in reading.observations.to_pylist()) == 2017


def test_three_sheets_give_their_stations_and_the_six_that_disagree(shared):
    proposal, reading = proposed(shared, "messy/ims_station_metadata_hebrew.xls")
    sheets = [recipe.table.sheet for recipe in proposal.recipe.parts()]
    assert len(sheets) == 3
    assert reading.counts["rows"] == 1_919 + 258 + 28
    assert sum("metres" in n.reason or " m " in n.reason for n in reading.notices) >= 6


def test_names_that_were_read_in_a_wrong_code_page_are_restored(shared):
    proposal, reading = proposed(shared, "jordan/jwm/urb.shp")
    assert proposal.recipe.table.mojibake == "cp1256"
    names = [place.names.get("ar", "") for place in reading.places]
    assert "قضاء قصبة اربد" in names
    assert sum(bool(name) for name in names) == 89


def test_packed_coordinates_are_unpacked(shared):
    proposal, _ = proposed(shared, "messy/cbs_localities_2020_hebrew.xlsx")
    station = proposal.recipe.station
    assert (station.xy_digits, station.xy_scale, station.crs) == (5, 10, "EPSG:2039")
