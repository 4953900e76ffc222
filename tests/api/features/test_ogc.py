"""OGC API - Features over HTTP, and by OWSLib."""

import pytest
from jsonschema import Draft202012Validator

from waternet.api.features.ogc import operations

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
FLOW = "amber:G1/discharge/instant/PT0S/unspecified"


def ids(web, query, collection="stations"):
    answer = web.get(f"/ogc/collections/{collection}/items?{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["features"]]


def test_everything_is_found_from_the_landing_page(web):
    landing = web.get("/ogc").json()
    links = {one["rel"]: one["href"] for one in landing["links"]}
    assert web.get(links["service-desc"]).json()["openapi"].startswith("3.1")
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in web.get(links["conformance"]).json()["conformsTo"]
    )
    collections = web.get(links["data"]).json()["collections"]
    assert [one["id"] for one in collections] == ["stations", "areas", "datastreams"]
    for one in collections:
        for each in one["links"]:
            assert web.get(each["href"]).status_code == 200
    extent = collections[0]["extent"]
    assert extent["temporal"]["interval"] == [
        ["2020-01-01T00:00:00Z", "2020-12-31T00:00:00Z"]
    ]
    assert f"{EPSG}28191" in collections[0]["crs"]


def test_a_schema_says_what_part_5_asks_of_it(web):
    """OGC 23-058r2, annex A, basic-schema-inspection, role-id and property-seq."""
    (collection,) = [
        one
        for one in web.get("/ogc/collections").json()["collections"]
        if one["id"] == "stations"
    ]
    rel = "http://www.opengis.net/def/rel/ogc/1.0/schema"
    (href,) = [one["href"] for one in collection["links"] if one["rel"] == rel]
    answer = web.get(href)
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == href
    properties = schema["properties"]
    roles = {
        name: one["x-ogc-role"]
        for name, one in properties.items()
        if "x-ogc-role" in one
    }
    assert roles == {
        "id": "id",
        "first": "primary-interval-start",
        "last": "primary-interval-end",
        "geometry": "primary-geometry",
    }
    assert all(
        "type" in one or one["format"].startswith("geometry-")
        for one in properties.values()
    )
    numbers = [one.get("x-ogc-propertySeq") for one in properties.values()]
    assert numbers[:-1] == list(range(1, len(properties)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("party=birch", ["birch:B1", "birch:S1"]),
        ("kind=stream-gauge&party=amber", ["amber:G1"]),
        ("same_as=x:bridge", ["amber:G1", "birch:B1"]),
        ("observed_properties=stage", ["birch:B1"]),
        ("elevation=-200", ["amber:G1"]),
        ("bbox=35.5,32.6,35.7,32.8", ["amber:G1", "birch:B1"]),
        ("bbox=35.5,32.6,0,35.605,32.8,900", ["amber:G1"]),
        (
            f"bbox=199000,149000,201000,151000&bbox-crs={EPSG}28191",
            ["birch:S1"],
        ),
        (f"bbox=32.6,35.5,32.8,35.605&bbox-crs={EPSG}4326", ["amber:G1"]),
        ("bbox=170,-90,-170,90", []),
        # W2 has no figures, so no time: it is asked for whatever the time.
        ("datetime=2020-06-01/..", ["amber:W2", "birch:S1"]),
        ("datetime=2019-12-31T23:59:59Z", ["amber:W2"]),
        ("datetime=../2019-12-31", ["amber:W2"]),
        ("first=2020-01-01&kind=well", ["amber:W1"]),
        ("sortby=-elevation,name&limit=2", ["birch:S1", "amber:G1"]),
        ("limit=2&offset=1", ["amber:W1", "amber:W2"]),
        ("offset=999", []),
        ("limit=1000000000&party=birch", ["birch:B1", "birch:S1"]),
        ("filter=elevation > 0 AND party = 'birch'", ["birch:S1"]),
        ("filter=ACCENTI(name_en) LIKE 'Deep%25'", ["amber:W1"]),
        ("filter=name_ar = 'الجسر'", ["birch:B1"]),
        (
            "filter=S_WITHIN(geometry,BBOX(199000,149000,201000,151000))"
            f"&filter-crs={EPSG}28191",
            ["birch:S1"],
        ),
        ("filter=T_AFTER(last,DATE('2020-01-31'))", ["amber:W1", "birch:S1"]),
        ("filter=A_CONTAINS(within,('basin'))", ["amber:G1"]),
        ('filter-lang=cql2-json&filter={"op":"isNull","args":[{"property":"geometry"}]}',
         ["amber:W2"]),
    ],
)  # fmt: skip
def test_stations_are_chosen_by(web, query, expected):
    assert ids(web, query) == expected


def test_a_filter_may_come_in_the_body(web):
    tree = {"op": "in", "args": [{"property": "id"}, ["amber:G1", "birch:S1"]]}
    answer = web.post("/ogc/collections/stations/items?limit=1", json=tree)
    assert answer.json()["numberMatched"] == 2
    following = [one for one in answer.json()["links"] if one["rel"] == "next"]
    second = web.post(following[0]["href"], json=tree).json()
    assert [one["id"] for one in second["features"]] == ["birch:S1"]


def test_pages_follow_one_another_to_the_end(web):
    found, href = [], "/ogc/collections/stations/items?limit=2&filter=TRUE"
    while href:
        page = web.get(href).json()
        found += [one["id"] for one in page["features"]]
        links = {one["rel"]: one["href"] for one in page["links"]}
        href = links.get("next")
    assert found == ["amber:G1", "amber:W1", "amber:W2", "birch:B1", "birch:S1"]


def test_positions_are_written_in_the_system_asked_for(web):
    path = "/ogc/collections/stations/items/birch:S1"
    told = web.get(f"{path}?crs={EPSG}28191")
    assert told.headers["content-crs"] == f"<{EPSG}28191>"
    # As its owner gave them, but for two centimetres of PROJ's way there and back.
    assert told.json()["geometry"]["coordinates"] == pytest.approx(
        [200000, 150000], abs=0.02
    )
    latitude, longitude = web.get(f"{path}?crs={EPSG}4326").json()["geometry"][
        "coordinates"
    ]
    assert (round(latitude, 2), round(longitude, 2)) == (31.94, 35.53)


def test_names_are_in_the_language_asked_for_and_else_as_given(web):
    names = {
        language: [
            one["properties"]["name"]
            for one in web.get(
                "/ogc/collections/stations/items?kind=stream-gauge",
                headers={"accept-language": language},
            ).json()["features"]
        ]
        for language in ("ar", "he", "en")
    }
    assert names == {
        "ar": ["محطة الجسر", "الجسر"],
        "he": ["תחנת הגשר", "الجسر"],
        "en": ["Bridge gauge", "الجسر"],
    }


def test_a_datastream_shows_its_last_figure_also_as_of_a_past(web):
    path = f"/ogc/collections/datastreams/items?datastream={FLOW[6:]}"
    (now,) = web.get(path).json()["features"]
    (then,) = web.get(f"{path}&as_of=amber:0").json()["features"]
    assert [one["properties"]["value"] for one in (now, then)] == [40.0, 33.0]
    assert [one["properties"]["value_release"] for one in (now, then)] == [1, 0]
    assert now["properties"]["figures"] == 72


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("stations/items?kinds=well", 400, "unknown query parameter 'kinds'"),
        ("stations/items?bbox=1,2,3", 400, "'bbox'"),
        ("stations/items?bbox=1,2,3,4,5", 400, "4 or 6 numbers"),
        ("stations/items?bbox=1,9,3,4", 400, "first corner"),
        ("stations/items?limit=0", 400, "'limit'"),
        ("stations/items?datetime=yesterday", 400, "expected a date"),
        ("stations/items?datetime=2021-01-01/2020-01-01", 400, "ends before"),
        ("stations/items?crs=EPSG:27700", 400, "'crs'"),
        ("stations/items?sortby=within", 400, "'sortby'"),
        ("stations/items?properties=secret", 400, "'properties'"),
        ("stations/items?filter=secret > 1", 400, "no property 'secret'"),
        ("stations/items?f=html", 400, "'f'"),
        ("stations/items?filter=a'; DROP TABLE place", 400, "character"),
        ("stations/items/amber:nobody", 404, "no feature"),
        ("stations/items/..%2F..%2Fetc%2Fpasswd", 404, "no feature"),
        ("rivers/items", 404, ""),
    ],
)
def test_what_cannot_be_asked_is_refused_and_named(web, path, status, message):
    answer = web.get(f"/ogc/collections/{path}")
    assert answer.status_code == status
    assert message in answer.text


def test_answers_are_as_their_schemas_say(web):
    """Every page and document, held against the schema that the operation states."""
    for operation in operations():
        if operation.method != "GET":
            continue
        item = {"stations": "amber:G1", "areas": "amber:basin", "datastreams": FLOW}
        path = operation.path
        if "{item" in path:
            path = path.replace("{item:path}", item[path.split("/")[3]])
        answer = web.get(path)
        media_type = answer.headers["content-type"]
        Draft202012Validator(operation.answers[media_type]).validate(answer.json())


def test_no_property_has_the_name_of_a_parameter():
    for operation in operations():
        names = [one.name for one in operation.parameters]
        assert len(names) == len(set(names)), operation.name
