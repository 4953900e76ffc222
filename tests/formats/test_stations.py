"""Places: ids made of names, packed coordinates, two pairs that disagree.

The natural origin of EPSG:2039 is 35.2045 E, 31.7344 N, and its false easting and
northing are 219529.584 and 626907.39 (EPSG Geodetic Parameter Dataset).
"""

import pytest

from waternet.formats.file import read_file
from waternet.formats.identifiers import make_id, make_ids
from waternet.formats.recipe import Recipe

RECIPE = """
format = "delimited"
dataset = "d"
[table]
missing = ["_"]
after_number = ["º"]
[station]
kind = "well"
{station}
"""


def read(folder, text, station):
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return read_file(path, Recipe.from_toml(RECIPE.format(station=station)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Alfalfa hay", "alfalfa-hay"),
        ("Broccoli (spring)", "broccoli-spring"),
        ("Curaçao", "curacao"),
        ("עין גדי", "ayn-gdy"),
        ('מע"ר', "mar"),
        ("بئر الزرقاء", "byr-alzrqa"),
        ("مُحَمَّد", "mhmd"),
        ("بئر ١٢", "byr-12"),
        ("AL1005", "AL1005"),
        ("Well 12", "well-12"),
        ("Ω", "u03c9"),
        ("--", "unnamed"),
    ],
)
def test_an_id_is_made_by_a_fixed_table(text, name):
    assert make_id(text) == name


def test_texts_that_would_have_one_id_are_told_apart_in_any_order():
    texts = ["Ein Gedi", "ein gedi", "EIN-GEDI"]
    made = make_ids(texts)
    assert make_ids(reversed(texts)) == made
    assert sorted(made.values()) == ["ein-gedi", "ein-gedi-2", "ein-gedi-3"]


def test_a_made_id_keeps_the_text_as_its_name(tmp_path):
    text = "place\nעין גדי\nAlfalfa hay\nalfalfa  hay\nAlfalfa Hay\n"
    reading = read(tmp_path, text, 'column = "place"\nmake_ids = true')
    assert [(p.id, p.names) for p in reading.places] == [
        ("alfalfa-hay", {"und": "Alfalfa Hay"}),
        ("alfalfa-hay-2", {"und": "Alfalfa hay"}),
        ("alfalfa-hay-3", {"und": "alfalfa hay"}),
        ("ayn-gdy", {"und": "עין גדי"}),
    ]
    assert [notice.row for notice in reading.notices] == [3, 4]


def test_an_id_that_the_recipe_gives_comes_before_a_made_one(tmp_path):
    station = 'column = "place"\nmake_ids = true\nids = { "עין גדי" = "ein-gedi" }'
    reading = read(tmp_path, "place\nעין גדי\n", station)
    assert [place.id for place in reading.places] == ["ein-gedi"]


PACKED = 'column = "id"\nxy_column = "xy"\ncrs = "EPSG:2039"'


def test_two_coordinates_in_one_number_are_taken_apart(tmp_path):
    text = "id,xy\nA,2195362691\nB,0\nC,\nD,_\n"
    origin, *others = read(tmp_path, text, PACKED).places
    assert (origin.position.x, origin.position.y) == (219530, 626910)
    assert origin.position.longitude == pytest.approx(35.2045, abs=0.002)
    assert origin.position.latitude == pytest.approx(31.7344, abs=0.002)
    assert [place.position for place in others] == [None] * 3


def test_how_they_are_packed_is_the_recipe_s_to_say(tmp_path):
    station = PACKED + "\nxy_digits = 6\nxy_scale = 1"
    [place] = read(tmp_path, "id,xy\nA,219530626910\n", station).places
    assert (place.position.x, place.position.y) == (219530, 626910)


PAIRS = """
column = "id"
x_column = "x"
y_column = "y"
crs = "EPSG:2039"
other_x_column = "lon"
other_y_column = "lat"
other_crs = "EPSG:4326"
"""


def test_a_place_whose_two_pairs_disagree_is_named_with_the_distance(tmp_path):
    text = (
        "id,x,y,lon,lat\nA,219530,626910,35.2045º,31.7344º\n"
        "B,219530,626910,35.2045º,31.8244º\nC,_,_,35.2045º,31.7344º\nD,,,,\n"
    )
    reading = read(tmp_path, text, PAIRS)
    [notice] = reading.notices
    assert (notice.row, notice.value) == (3, "B")
    # 0.09 degrees of latitude are 9,980 m at 32 N (WGS 84: 110.89 km a degree).
    assert "9,9" in notice.reason or "10,0" in notice.reason
    positions = [place.position for place in reading.places]
    assert [p.crs if p else None for p in positions] == [
        "EPSG:2039",
        "EPSG:2039",
        "EPSG:4326",
        None,
    ]


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        ("35°14'07\"E", "31°46'40.8\"N"),
        ("35:14:07", "31:46:40.8"),
        ("35.2353 E", "31.7780 N"),
        ("35º 14.12'", "31º 46.68'"),
    ],
)
def test_degrees_and_minutes_are_read(tmp_path, longitude, latitude):
    station = 'column = "id"\nx_column = "x"\ny_column = "y"\ncrs = "EPSG:4326"'
    quoted = [text.replace('"', '""') for text in (longitude, latitude)]
    text = 'id,x,y\nA,"{}","{}"\n'.format(*quoted)
    [place] = read(tmp_path, text, station).places
    assert place.position.longitude == pytest.approx(35.2353, abs=1e-4)
    assert place.position.latitude == pytest.approx(31.7780, abs=1e-4)
