"""JSON that says a thing twice, in every format that is JSON."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.json_text import parse_json
from waternet.formats.recipe import Recipe

RECIPE = """
format = "{format}"
dataset = "d"
[station]
column = "well"
kind = "well"
[time]
column = "date"
zone = "UTC"
[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
"""
SERIES = """
format = "{format}"
dataset = "d"
[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
"""
TWICE = '"result": 1, "result": 2'


@pytest.mark.parametrize(
    "name", ["records", "geojson", "sensorthings", "usgs_json", "coveragejson"]
)
def test_an_object_that_says_a_thing_twice_is_refused(tmp_path, name):
    path = tmp_path / "a.json"
    path.write_text(f'[{{"type": "Feature", {TWICE}}}]')
    recipe = RECIPE if name in ("records", "geojson") else SERIES
    with pytest.raises(NotAcceptable, match="'result' twice"):
        read_file(path, Recipe.from_toml(recipe.format(format=name)))


def test_the_key_that_stands_twice_is_found_among_many():
    keys = ", ".join(f'"k{number}": 0' for number in range(200_000))
    with pytest.raises(NotAcceptable, match="'k7' twice"):
        parse_json(f'{{{keys}, "k7": 1}}')
