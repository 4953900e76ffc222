"""OWSLib's client for OGC API - EDR, unmodified.

It spells ``parameter-name`` as 'parameter_names', which is taken too. It knows no
``within-units``, without which the standard wants a radius to be refused, and looks for
no OpenAPI document but one of version 3.0, which ours is not.
"""

import json
import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from owslib.ogcapi.edr import EnvironmentalDataRetrieval


@pytest.fixture(scope="module")
def client(edr):
    return EnvironmentalDataRetrieval(f"{edr}/")


def values(answer, name):
    (coverage,) = (
        json.loads(answer)["coverages"]
        if isinstance(answer, bytes)
        else (answer["coverages"])
    )
    return coverage["ranges"][name]["values"]


def test_it_finds_its_way_from_the_landing_page(client):
    assert client.links[0]["rel"] == "self"
    conformance = client.conformance()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/core" in conformance
    with pytest.raises(RuntimeError, match="service-desc"):
        client.api()


def test_it_lists_collections_that_hold_data(client):
    assert client.data() == ["joint", "lower:levels", "upper:levels"]
    levels = client.collection("lower:levels")
    assert levels["title"] == "Levels"
    assert set(levels["data_queries"]) == {
        *("position", "radius", "area", "cube", "corridor", "locations", "instances")
    }


def test_it_asks_at_a_position(client):
    answer = client.query_data(
        "lower:levels",
        "position",
        coords="POINT(35.001 32.0)",
        parameter_names=["water-level"],
        datetime_="2015-01-02/2015-01-04",
    )
    assert values(answer, "water-level") == [-214.75, -214.0]


def test_it_asks_in_a_box(client):
    answer = client.query_data(
        "upper:levels", "cube", bbox=[35.9, 32.4, 36.1, 32.6], z="0/100"
    )
    assert values(answer, "water-level") == [-21275]


def test_it_asks_inside_an_outline(client):
    answer = client.query_data(
        "joint",
        "area",
        coords="POLYGON((35.4 31.9,35.6 31.9,35.6 32.1,35.4 32.1,35.4 31.9))",
        parameter_names=["chloride"],
        crs="CRS84",
    )
    assert values(answer, "chloride") == [80]


def test_it_asks_at_a_location(client):
    answer = client.query_data("joint", "locations/upper:tarn")
    assert values(answer, "water-level") == [-21275]


def test_it_shows_what_was_refused(client):
    with pytest.raises(RuntimeError, match="within-units"):
        client.query_data("joint", "radius", coords="POINT(35 32)", within="10")
