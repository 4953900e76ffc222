"""The commands about layers of the map, as they are typed."""

import json
import re
from pathlib import Path

import pytest
from parties import make_party

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
FOUND = ("--source", "Survey of 2021", "--licence", "CC0-1.0")
NAMES = ("--name", "ar=حوض", "--name", "en=Basin")


@pytest.fixture
def file(tmp_path):
    geometry = {"type": "LineString", "coordinates": [[35.5, 31], [35.5, 33]]}
    feature = {"type": "Feature", "properties": {"fid": 3}, "geometry": geometry}
    path = tmp_path / "line.geojson"
    written = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(written))
    return path


def test_a_layer_is_published_listed_and_withdrawn(tmp_path, typed, file):
    node = make_party(tmp_path).node.folder
    assert typed("layer", "list", node=node).out == "nobody has published a layer\n"
    words = ("layer", "publish", file, "basin", "--shows", "basin", *NAMES, *FOUND)
    done = typed(*words)
    assert (done.code, "left out of its properties: fid" in done.out) == (0, True)
    told = typed(*words, "--json").json()
    assert (told["kind"], told["entry"], told["left_out"]) == ("unchanged", 0, ["fid"])
    assert "jordan:basin: basin, " in typed("layer", "list").out
    page = REFERENCE.read_text().split("### `waternet layer list`")[1]
    fields = page.split("\n### ")[0].split("Fields: ")[1]
    (row,) = typed("layer", "list", "--party", "jordan", "--json").json()
    assert list(row) == re.findall(r"`(\w+)`", fields)
    assert typed("layer", "list", "--party", "israel", "--json").json() == []
    assert typed("layer", "withdraw", "basin", "--reason", "wrong").code == 0
    assert typed("layer", "list", "--json").json() == []


def test_what_cannot_be_published_is_refused_with_the_next_step(tmp_path, typed, file):
    node = make_party(tmp_path).node.folder
    words = ("layer", "publish", file, "basin", "--shows", "border", *NAMES, *FOUND)
    done = typed(*words, node=node)
    assert (done.code, "expected 'area' or 'basin' or 'boundary'" in done.err) == (
        3,
        True,
    )
    file.write_text("{}")
    done = typed("layer", "publish", file, "b", "--shows", "area", *NAMES, *FOUND)
    assert (done.code, "FeatureCollection" in done.err) == (3, True)
    assert typed("layer", "withdraw", "basin", "--reason", "x").code == 4
