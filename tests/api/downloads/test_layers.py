"""Layers of the map over HTTP: listed with whose they are, handed out as signed."""

import hashlib
import json

import httpx
import pytest
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.node.layers import open_layer_file, publish_layer
from waternet.node.publish import read_keys
from waternet.record.blob import blob_path

TOLD = {
    "name": "basin",
    "shows": "basin",
    "names": {"ar": "حوض"},
    "source": "Survey of 2021",
    "licence": "CC0-1.0",
}
LINE = {"type": "LineString", "coordinates": [[35.5, 31], [35.5, 33]]}


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layers")
    party = make_party(folder)
    path = folder / "line.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": LINE}
    written = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(written))
    keys = read_keys(party.node, "")
    for name in ("basin", "waters"):
        publish_layer(party.node, keys, TOLD | {"name": name}, open_layer_file(path))
    return party.node


@pytest.fixture(scope="module")
def web(node):
    with (
        serving(make_app(node)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def test_a_listed_layer_leads_to_its_outlines_as_they_were_signed(web):
    first, second = web.get("/data/layers?party=jordan").json()["layers"]
    assert (first["id"], second["id"], first["names"]) == (
        "basin",
        "waters",
        {"ar": "حوض"},
    )
    answer = web.get(first["href"])
    assert answer.headers["content-type"] == "application/geo+json"
    assert hashlib.sha256(answer.content).hexdigest() == first["sha256"]
    assert answer.json()["features"][0]["geometry"] == LINE
    assert web.get("/data/layers?party=israel").json() == {"layers": []}


@pytest.mark.parametrize(
    "path", ["jordan/none", "israel/basin", "jordan/..%2f..%2fcard.json", "x" * 70]
)
def test_a_layer_that_is_not_there_is_not_found(web, path):
    assert web.get(f"/data/layers/{path}").status_code in (400, 404)


def test_outlines_that_are_not_the_signed_ones_are_not_handed_out(web, node):
    (_, waters) = web.get("/data/layers").json()["layers"]
    path = node.public / blob_path(waters["sha256"])
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[:-2])
    try:
        # Read before, it was kept in memory: the file handed out is looked at too.
        assert web.get(waters["href"]).status_code == 502
    finally:
        path.write_bytes(content)
