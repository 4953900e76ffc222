"""A small text table, read through a recipe with some parts of its own."""

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe

RECIPE = """
format = "delimited"
dataset = "d"
[table]
{table}
[station]
column = "station"
kind = "well"
{station}
[time]
column = "time"
zone = "UTC"
{time}
[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
{value}
"""


def read(folder, text, *, encoding="utf-8", **parts):
    path = folder / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    given = {"table": "", "station": "", "time": "", "value": ""} | parts
    recipe = RECIPE.format(**given)
    if "zone =" in given["time"]:
        recipe = recipe.replace('zone = "UTC"\n', "", 1)
    reading = read_file(path, Recipe.from_toml(recipe))
    lost = sum(reject.lost for reject in reading.rejects)
    counts = reading.counts
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    return reading


def values(reading):
    return reading.observations["value"].to_pylist()


def rejected(reading):
    return [(r.row, r.column, r.value) for r in reading.rejects]
