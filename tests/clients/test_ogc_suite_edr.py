"""What OGC's executable test suite for EDR asks of a server, asked in the same way.

The suite (github.com/opengeospatial/ets-ogcapi-edr10 at 7adb7ca) is in Java, and is run
by hand; here are its questions, each with the class that puts it. It picks a parameter
as its maps happen to hold them, so that each of them is tried.
"""

import httpx
import pytest

SUITE = "http://www.opengis.net/spec/ogcapi-edr-1/1.0/conf/core"


@pytest.fixture(scope="module")
def web(edr):
    with httpx.Client(base_url=edr, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def collections(web):
    """Return the collections' descriptions, each as its own page tells it."""
    listed = web.get("/collections").json()["collections"]
    return [web.get(f"/collections/{one['id']}").json() for one in listed]


def questions(web, one, query, shape):
    """Yield what the suite's processors ask of a collection: all that it states."""
    variables = one["data_queries"][query]["link"]["variables"]
    form = [each for each in variables["output_formats"] if "CoverageJSON" in each][-1]
    system = [each for each in one["crs"] if "CRS84" in each or each == "EPSG:4326"][-1]
    first, last = one["extent"]["temporal"]["interval"][0]
    for name in one["parameter_names"]:
        yield web.get(
            f"/collections/{one['id']}/{query}?parameter-name={name}&coords={shape}"
            f"&crs={system}&f={form}&datetime={first}/{last}"
        )


def has_data(answer):
    """Return whether it is what the suite takes for data.

    Of remarks alone there are none here, for which the standard wants 204 and the
    suite, if it ever picked that parameter, would want a coverage.
    """
    if "parameter-name=qualifier" in str(answer.url):
        return answer.status_code == 204
    return answer.status_code == 200 and "Coverage" in answer.text


def middle(one):
    west, south, east, north = one["extent"]["spatial"]["bbox"][0]
    return west + (east - west) / 2, south + (north - south) / 2


def test_conformance_names_the_class_that_the_suite_looks_for(web):
    # Conformance: without one of its classes nothing else is tested.
    assert SUITE in web.get("/conformance").json()["conformsTo"]


def test_the_landing_page_leads_to_conformance_data_and_definition(web):
    # LandingPage
    relations = {one["rel"] for one in web.get("").json()["links"]}
    assert {"conformance", "data"} <= relations
    assert relations & {"service-desc", "service-doc"}


def test_each_collection_is_complete_and_links_to_itself_and_its_data(collections):
    # CollectionsResponse.verifyCollectionsMetadata, collectionsCRS84
    for one in collections:
        relations = {link["rel"] for link in one["links"]}
        assert {"self", "data", "collection"} <= relations
        assert all(link["rel"] and link["type"] for link in one["links"])
        assert "spatial" in one["extent"]
        assert "CRS84" in one["crs"]
        for parameter in one["parameter_names"].values():
            assert {"type", "observedProperty"} <= parameter.keys()


def test_queries_without_their_coordinates_are_refused(web, collections):
    # QueryCollections.validateNoQueryParameters, validateCoordsQueryParameters
    bad = {"position": "POINT()", "area": "POLYGON()", "corridor": "LINESTRING()"}
    for one in collections:
        for query in bad.keys() & one["data_queries"].keys():
            for asked in ("", "?coords=", f"?coords={bad[query]}"):
                answer = web.get(f"/collections/{one['id']}/{query}{asked}")
                assert answer.status_code == 400, answer.url


def test_locations_without_an_id_are_listed(web, collections):
    # QueryCollections, abstract test 136
    for one in collections:
        answer = web.get(f"/collections/{one['id']}/locations")
        assert answer.status_code == 200
        assert answer.json()["type"] == "FeatureCollection"


def test_a_position_in_the_middle_of_a_collection_has_data(web, collections):
    # PositionQueryProcessor
    for one in collections:
        x, y = middle(one)
        for answer in questions(web, one, "position", f"POINT({x}+{y})"):
            assert has_data(answer), answer.url


def test_an_area_about_the_middle_of_a_collection_has_data(web, collections):
    # AreaQueryProcessor: a degree to each side
    for one in collections:
        x, y = middle(one)
        west, east, south, north = x - 1, x + 1, y - 1, y + 1
        shape = (
            f"POLYGON(({west}+{south},{west}+{north},{east}+{north},"
            f"{east}+{south},{west}+{south}))"
        )
        for answer in questions(web, one, "area", shape):
            assert has_data(answer), answer.url
