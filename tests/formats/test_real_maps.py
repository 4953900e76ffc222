"""Maps and shapefiles that agencies really publish.

Expected figures are from the files' provenance notes, counted there with other tools
(pyshp, json), or quoted from the file where the test says so.
"""

import numpy as np
import pytest

from waternet.formats.file import read_file
from waternet.formats.geojson import preview_geojson
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.shapefile import preview_shapefile

STATION = """
dataset = "d"
[station]
kind = "{kind}"
column = "{column}"
x_column = "{x}"
y_column = "{y}"
"""


def place_of(shared, file):
    path = shared / "data" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    return path


def read(path, toml, kind="district", column="id", axes=("x", "y")):
    form = "geojson" if "json" in path.suffix else "shapefile"
    station = STATION.format(kind=kind, column=column, x=axes[0], y=axes[1])
    return read_file(path, Recipe.from_toml(f'format = "{form}"{station}{toml}'))


def positions(reading):
    return np.array(
        [(p.position.longitude, p.position.latitude) for p in reading.places]
    )


URB = """
name_columns = { ar = "SUBDIST_NA", en = "SUBDIST_NE" }
[table]
mojibake = "cp1256"
"""


def test_89_arabic_names_are_restored(shared):
    path = place_of(shared, "jordan/jwm/urb.shp")
    reading = read(path, URB, column="OBJECTID")
    names = [place.names["ar"] for place in reading.places]
    assert len(names) == 89
    # قضاء قصبة اربد is quoted in the provenance notes.
    assert reading.places[0].names["ar"] == "قضاء قصبة اربد"
    letters = {letter for name in names for letter in name if letter.isalpha()}
    assert all("\u0600" <= letter <= "\u06ff" for letter in letters)
    (sheet,) = preview_shapefile(path, TableLayout(mojibake="cp1256"))
    arabic = [text for text in sheet.headings if not text.isascii()]
    assert arabic
    letters = {letter for text in arabic for letter in text if letter.isalpha()}
    assert all("\u0600" <= letter <= "\u06ff" for letter in letters)


@pytest.mark.parametrize(
    ("name", "count", "crs"),
    [
        ("gw_nodes_w2006_basin", 249, "EPSG:28192"),
        ("urb", 89, "EPSG:28191"),
        ("prototype_ww_nodes", 24, "EPSG:28191"),
        ("prototype_nodes_jvarev", 92, "EPSG:28191"),
        ("prototype_links_jvarev", 89, "EPSG:28191"),
        ("jv_ag_agents_pts_crops", 54, "ESRI:102158"),
    ],
)
def test_each_layer_says_its_own_system(shared, name, count, crs):
    path = place_of(shared, f"jordan/jwm/{name}.shp")
    (sheet,) = preview_shapefile(path, TableLayout())
    assert (sheet.total_rows, sheet.crs) == (count, crs)
    assert sheet.headings[-2:] == ("x", "y")


def test_two_grids_of_one_project_land_in_the_same_districts(shared):
    district = 'attribute_columns = { district = "SUBDIST_CO" }'
    towns = read(place_of(shared, "jordan/jwm/urb.shp"), district, column="OBJECTID")
    wells = read(
        place_of(shared, "jordan/jwm/gw_nodes_w2006_basin.shp"),
        district.replace("SUBDIST_CO", "subdistric"),
        kind="well",
    )
    assert (len(towns.places), len(wells.places)) == (89, 249)
    where = {
        float(place.attributes["district"]): at
        for place, at in zip(towns.places, positions(towns), strict=True)
    }
    for place, (longitude, latitude) in zip(
        wells.places, positions(wells), strict=True
    ):
        # Jordan lies between 34.9 and 39.3 E, 29.2 and 33.4 N.
        assert 34.9 < longitude < 39.3
        assert 29.2 < latitude < 33.4
        # Both layers put a district at its centroid, each by its own grid.
        town = where[float(place.attributes["district"])]
        assert np.hypot(*((longitude, latitude) - town) * [94, 111]) < 0.05  # km


def test_farms_of_the_jordan_valley_lie_in_it(shared):
    farms = read(
        place_of(shared, "jordan/jwm/jv_ag_agents_pts_crops.shp"), "", column="ORIG_FID"
    )
    longitude, latitude = positions(farms).T
    assert ((longitude > 35.4) & (longitude < 35.7)).all()
    assert ((latitude > 30.9) & (latitude < 32.7)).all()  # from the Dead Sea to Yarmouk


def test_links_are_stood_for_by_a_point_on_each_and_that_is_said(shared):
    links = read(
        place_of(shared, "jordan/jwm/prototype_links_jvarev.shp"), "", column="name"
    )
    assert links.notices[-1].reason.startswith("89 lines or areas")


MAP_AXES = ("geometry.x", "geometry.y")


@pytest.mark.parametrize(
    ("file", "column", "count"),
    [
        ("ne_110m_admin_0_countries.json", "ADM0_A3", 177),
        ("region_ne_50m_admin_0_countries.geojson", "ADM0_A3", 37),
    ],
)
def test_countries_of_a_map_have_a_point_inside(shared, file, column, count):
    path = place_of(shared, f"geo/{file}")
    reading = read(path, 'name_columns = { en = "NAME" }', "state", column, MAP_AXES)
    assert len(reading.places) == count
    assert all(place.position for place in reading.places)
    by_id = {place.id: place.position for place in reading.places}
    # Rough extents, from an atlas; the file calls Palestine PSX.
    for code, west, east, south, north in (
        ("JOR", 34.9, 39.4, 29.1, 33.4),
        ("ISR", 34.2, 35.9, 29.4, 33.4),
        ("PSX", 34.2, 35.6, 31.2, 32.6),
    ):
        assert west < by_id[code].longitude < east
        assert south < by_id[code].latitude < north


def test_lakes_of_a_map_are_places_in_their_lake(shared):
    path = place_of(shared, "geo/region_ne_10m_lakes.geojson")
    (sheet,) = preview_geojson(path, TableLayout())
    assert (sheet.total_rows, sheet.crs) == (28, "EPSG:4326")
    name, x, y = (sheet.headings.index(n) for n in ("name", *MAP_AXES))
    rows = {row[name]: (float(row[x]), float(row[y])) for _, row in sheet.rows}
    assert rows["Sea of Galilee"] == pytest.approx((35.59, 32.80), abs=0.08)
    assert rows["Dead Sea"] == pytest.approx((35.5, 31.4), abs=0.4)


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("region_ne_10m_rivers.geojson", 55),
        ("ne_50m_admin_0_boundary_lines_disputed_areas.json", 24),
    ],
)
def test_lines_of_a_map_have_a_point_on_each(shared, file, count):
    (sheet,) = preview_geojson(place_of(shared, f"geo/{file}"), TableLayout())
    assert sheet.total_rows == count
    assert all(row[-1] and row[-2] for _, row in sheet.rows)
