"""Recipes: strict, explained, and the same after writing and reading."""

import re
from pathlib import Path

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, read_recipe

MINIMAL = """
format = "delimited"
dataset = "levels"
[station]
id = "lake-1"
kind = "lake"
[time]
column = "date"
zone = "+02:00"
[[value]]
column = "level"
observed_property = "lake-level"
unit = "m"
"""
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "recipe.md"


def test_an_unknown_key_is_refused_with_a_near_one():
    with pytest.raises(NotAcceptable, match="no key 'pivot'") as refused:
        Recipe.from_toml(MINIMAL.replace("[time]", "[time]\npivot = 50"))
    assert "pivot_year" in refused.value.hint


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ('format = "delimited"', 'format = "csv"', "no format 'csv'"),
        ('dataset = "levels"', "", "needs dataset"),
        ('id = "lake-1"', "", "either id .* or column"),
        ('kind = "lake"', 'kind = "lakes"', "no place kind 'lakes'"),
        ('zone = "+02:00"', "", "needs zone"),
        ('zone = "+02:00"', 'zone = "Asia/Aman"', "no time zone 'Asia/Aman'"),
        ('column = "date"', "column = 3", "must be text in quotes"),
        ('unit = "m"', 'unit = "metre"', "'metre' is not a UCUM unit"),
        ('"lake-level"', '"lake-height"', "no observed property 'lake-height'"),
        ('column = "date"', 'column = "d"\nformat = "DD/MM/YY"', "no pivot_year"),
        ("[[value]]", "[value]", "two brackets"),
        ('unit = "m"', 'unit = "m"\nstatistic = "mean"', "go together"),
        ('kind = "lake"', 'kind = "lake"\nx = 1.0\ny = 2.0', "without crs"),
    ],
)
def test_what_is_wrong_in_a_recipe_is_said(written, instead, complaint):
    with pytest.raises(NotAcceptable, match=complaint):
        Recipe.from_toml(MINIMAL.replace(written, instead, 1))


def test_what_holds_for_every_value_can_be_overridden_by_one():
    text = MINIMAL + '[every_value]\nprocedure = "gauge"\n'
    recipe = Recipe.from_toml(
        text + '[[value]]\ncolumn = "b"\nprocedure = "dip"\n'
        'observed_property = "lake-level"\nunit = "m"\n'
    )
    assert [value.procedure for value in recipe.value] == ["gauge", "dip"]
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_a_recipe_file_is_named_in_its_error(tmp_path):
    path = tmp_path / "wells.toml"
    path.write_text("format = ")
    with pytest.raises(NotAcceptable, match=r"^wells\.toml: the recipe is not TOML"):
        read_recipe(path)


def examples():
    """Pairs of file and recipe that the how-to shows, under its headings."""
    text = HOW_TO.read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"```(csv|json|toml)\n(.*?)```", section, re.DOTALL)
        kinds = [kind for kind, _ in blocks]
        if "toml" in kinds and kinds[0] != "toml":
            gives = re.search(r"gives (\d+) observations?, (\d+) rejects?", section)
            title = section.splitlines()[0]
            yield pytest.param(blocks, gives, id=title)


@pytest.mark.parametrize(("blocks", "gives"), list(examples()))
def test_the_examples_of_the_how_to_read_their_files(blocks, gives, tmp_path):
    (kind, content), (_, recipe) = blocks[:2]
    path = tmp_path / f"file.{kind}"
    path.write_text(content, encoding="utf-8")
    reading = read_file(path, Recipe.from_toml(recipe))
    found = (reading.observations.num_rows, len(reading.rejects))
    assert found == tuple(int(number) for number in gives.groups())


def test_the_how_to_explains_every_key():
    from dataclasses import fields

    from waternet.formats import recipe

    text = HOW_TO.read_text(encoding="utf-8")
    for part in ("TableLayout", "StationColumns", "TimeColumns", "ValueColumn"):
        for key in fields(getattr(recipe, part)):
            assert f"`{key.name}`" in text, f"{part}.{key.name}"


PARTS = """
format = "excel"
dataset = "wells"
[station]
column = "Well"
kind = "well"
[time]
column = "Date"
zone = "+02:00"
[every_value]
unit = "m"
procedure = "dip"
[[value]]
column = "Level"
observed_property = "groundwater-level"
[[part]]
table = { sheet = "North" }
[[part]]
table = { sheet = "South" }
time = { format = ["DD/MM/YYYY"] }
every_value = { procedure = "sensor" }
[[part]]
table = { sheet = "Depths" }
[[part.value]]
column = "Depth"
observed_property = "depth-to-groundwater"
"""


def test_a_part_replaces_what_it_names_and_keeps_the_rest():
    recipe = Recipe.from_toml(PARTS)
    north, south, depths = recipe.parts()
    assert [each.table.sheet for each in (north, south, depths)] == [
        "North",
        "South",
        "Depths",
    ]
    assert (north.time.format, south.time.format) == (("ISO",), ("DD/MM/YYYY",))
    assert [each.value[0].procedure for each in (north, south)] == ["dip", "sensor"]
    assert (depths.value[0].column, depths.value[0].unit) == ("Depth", "m")
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert north.parts() == (north,)


def test_what_is_wrong_in_a_part_is_said_with_its_number():
    with pytest.raises(NotAcceptable, match=r"^the recipe: part 2: .*no key 'sheets'"):
        Recipe.from_toml(PARTS.replace('sheet = "South"', 'sheets = "South"'))


def test_a_part_must_be_whole_once_it_is_laid_over_the_recipe():
    with pytest.raises(NotAcceptable, match=r"part 1: .*needs kind"):
        Recipe.from_toml(PARTS.replace('kind = "well"', ""))


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ('column = "date"', 'column = "date"\nstamp = "middle"', "neither"),
        ('column = "date"', 'column = "date"\nstamp = "end"', "has no end"),
        ('column = "date"', 'constant = "soon"', "'soon' is no time"),
        (
            'column = "date"',
            'column = "date"\nyear_starts = "02-29"',
            "no day",
        ),
        ('column = "date"', 'month_column = "m"', "or year_column"),
        ('id = "lake-1"', 'id = "lake-1"\nmake_ids = true', "make_ids needs column"),
        ('id = "lake-1"', 'column = "a"\nmake_ids = "yes"', "must be true or false"),
        ('kind = "lake"', 'kind = "lake"\nxy_column = "xy"', "without crs"),
        ('kind = "lake"', 'kind = "lake"\nother_x_column = "x"', "other coordinates"),
        ("[station]", "[table]\nlast_row = 1\nfirst_row = 3\n[station]", "above the"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(written, instead, complaint):
    with pytest.raises(NotAcceptable, match=complaint):
        Recipe.from_toml(MINIMAL.replace(written, instead, 1))


def test_a_year_of_figures_has_no_end_stamp():
    text = MINIMAL.replace('column = "date"', 'year_column = "y"\nstamp = "end"')
    more = 'unit = "m"\nstatistic = "mean"\ninterval = "P1Y"'
    with pytest.raises(NotAcceptable, match="whole month or year"):
        Recipe.from_toml(text.replace('unit = "m"', more))
