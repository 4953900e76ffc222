"""OWSLib's OGC API - Features client, unmodified, over /ogc and the USGS's dialect."""

import json
from urllib.parse import quote

import pytest
import regions
from owslib.ogcapi.features import Features
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

FLOW = "amber:G1/discharge/instant/PT0S/unspecified"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    node = make_party(tmp_path_factory.mktemp("node"), "amber").node
    regions.fill(node)
    with serving(make_app(node, rate=0)) as address:
        yield address


def test_owslib_reads_collections_schemas_and_features(address):
    service = Features(f"{address}/ogc")
    assert service.feature_collections() == ["stations", "areas", "datastreams"]
    assert "cql2-text" in json.dumps(service.conformance())
    names = service.collection_queryables("stations")["properties"]
    assert names["kind"]["type"] == "string"
    assert names["geometry"]["format"] == "geometry-point"
    page = service.collection_items("stations", bbox=[35.5, 32.6, 35.7, 32.8], limit=1)
    assert page["numberMatched"] == 2
    assert (
        service.collection_items("stations", filter="kind = 'well'")["numberReturned"]
        == 2
    )
    sorted_page = service.collection_items("stations", sortby=("name_en", "desc"))
    assert sorted_page["features"][0]["id"] == "birch:S1"
    assert service.collection_item("stations", "amber:G1")["properties"]["place"] == (
        "G1"
    )
    assert service.collection_item("datastreams", FLOW)["properties"]["value"] == 40.0
    assert service.collection_item("datastreams", quote(FLOW, safe=""))["id"] == FLOW


def test_a_filter_goes_as_a_body_too(address):
    service = Features(f"{address}/ogc", headers={"Content-Type": "application/json"})
    tree = {"op": "=", "args": [{"property": "kind"}, "spring"]}
    found = service.collection_items("stations", cql=json.dumps(tree))
    assert [one["id"] for one in found["features"]] == ["birch:S1"]


def test_the_usgss_dialect_is_features_too(address):
    service = Features(f"{address}/ogcapi/v1")
    assert "daily" in service.feature_collections()
    found = service.collection_items(
        "continuous", datetime_="2020-01-03T22:00:00Z/..", parameter_code="00060"
    )
    assert [one["properties"]["value"] for one in found["features"]][:2] == ["32", "40"]
