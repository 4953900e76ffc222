"""Entities of a party's record over HTTP, as OGC 18-088 wants them."""

import csv
import io

import httpx
import pytest
from api.sensorthings.scene import make_node, small_record
from web_servers import serving

from waternet.api.app import make_app
from waternet.api.sensorthings import reading
from waternet.api.sensorthings.model import KINDS, SETS


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    node = make_node(tmp_path_factory.mktemp("sta"), small_record())
    with (
        serving(make_app(node, rate=0)) as address,
        httpx.Client(base_url=f"{address}/sta/v1.1", trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def read(web):
    """Return the JSON at a path, which must be there."""

    def get(path, **options):
        given = {f"${name}": text for name, text in options.items()}
        answer = web.get(path, params=given or None)
        assert answer.status_code == 200, answer.text[:1000]
        return answer.json()

    return get


@pytest.fixture(scope="module")
def ids(read):
    """Return ids by name, of a set."""
    return lambda plural: {
        one["name"]: one["@iot.id"] for one in read(f"/{plural}")["value"]
    }


@pytest.fixture(scope="module")
def stream(read):
    """Return the id of the datastream with an address."""

    def find(text):
        found = read("/Datastreams", filter=f"substringof('{text}',properties/address)")
        return found["value"][0]["@iot.id"]

    return find


def test_the_service_lists_its_sets_and_what_it_does(web, read):
    page = read("/")
    assert {one["name"] for one in page["value"]} == set(SETS)
    assert all(one["url"].startswith(str(web.base_url)) for one in page["value"])
    met = page["serverSettings"]["conformance"]
    assert "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter" in met


@pytest.mark.parametrize("plural", SETS)
def test_every_entity_has_what_is_mandatory(read, plural):
    kind = SETS[plural]
    page = read(f"/{plural}", top=2)
    assert page["value"]
    for entity in page["value"]:
        assert isinstance(entity["@iot.id"], int)
        assert entity["@iot.selfLink"].endswith(f"/{plural}({entity['@iot.id']})")
        required = {one.name for one in kind.properties.values() if one.is_required}
        assert required - entity.keys() == set()
        for name in kind.navigations:
            link = entity[f"{name}@iot.navigationLink"]
            assert link == f"{entity['@iot.selfLink']}/{name}"
        assert read(entity["@iot.selfLink"]) == entity


def test_every_way_of_the_model_can_be_gone(read):
    """OGC 18-088, section 9.2: from each entity along each of its navigations."""
    for kind in KINDS.values():
        (entity,) = read(f"/{kind.plural}", top=1)["value"]
        for navigation in kind.navigations.values():
            there = read(entity[f"{navigation.name}@iot.navigationLink"], select="id")
            assert ("value" in there) == navigation.is_many
            references = read(f"{entity['@iot.selfLink']}/{navigation.name}/$ref")
            ones = references["value"] if navigation.is_many else [references]
            assert all(one.keys() == {"@iot.selfLink"} for one in ones)


def test_properties_and_their_values(web, read, ids, stream):
    well = ids("Things")["Well W1"]
    assert read(f"/Things({well})/name") == {"name": "Well W1"}
    assert web.get(f"/Things({well})/name/$value").text == "Well W1"
    assert read(f"/Things({well})/properties/names/ar") == {"ar": "بئر W1"}
    symbol = f"/Datastreams({stream('W1')})/unitOfMeasurement/symbol"
    assert read(symbol) == {"symbol": "m"}
    assert web.get(f"{symbol}/$value").text == "m"
    place = ids("Locations")["Well W1"]
    position = web.get(f"/Things({well})/Locations({place})/location/$value")
    assert position.json()["coordinates"] == [35.5, 32.0]
    # What is null has no content (OData 4.0 part 1, section 11.2.3).
    assert web.get(f"/Datastreams({stream('W1')})/resultTime").status_code == 204


def test_what_is_not_there_is_not_found(web):
    for path in (
        "/Things(999)",
        "/Things(9223372036854775807)",
        "/Observations(25769803777)",
        "/Observations(7)",
        "/Things(999)/Datastreams",
        "/Things(1)/Datastreams(999)",
        "/Wells",
        "/Things(1)/colour",
    ):
        answer = web.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_names_are_in_the_language_asked_for(web, ids):
    path = f"/Things({ids('Things')['Well W1']})/name/$value"
    answer = web.get(path, headers={"accept-language": "ar"})
    assert answer.text == "بئر W1"


def test_a_result_says_how_good_it_is_and_which_release_brought_it(read, stream):
    path = f"/Datastreams({stream('lake-level/instant')})/Observations"
    first = read(path, top=1)["value"][0]
    assert first["result"] == -210
    assert first["resultQuality"]["grade"] == "suspect"
    assert first["resultQuality"]["censor"] == "<"
    assert first["parameters"]["release"] == "jordan:0"
    corrected = read(
        f"/Datastreams({stream('W1')})/Observations",
        filter="phenomenonTime eq 2024-01-04T00:00:00Z",
    )["value"]
    assert [(one["result"], one["parameters"]["release"]) for one in corrected] == [
        (33.5, "jordan:1")
    ]


def test_a_past_is_read_with_as_of(web, stream):
    path = f"/Datastreams({stream('W1')})/Observations"
    past = {"as_of": "jordan:0", "$filter": "result eq 3", "$select": "result"}
    assert web.get(path, params=past).json() == {"value": [{"result": 3}]}
    now = {"$filter": "result eq 3"}
    assert web.get(path, params=now).json() == {"value": []}
    for entry, count in (("jordan:0", "78"), ("2020-01-01", "0")):
        counted = web.get("/Observations/$count", params={"as_of": entry})
        assert counted.text == count


def test_an_interval_is_a_time_with_a_slash(read, stream):
    daily = read(f"/Datastreams({stream('mean/P1D')})/Observations", top=1)
    assert daily["value"][0]["phenomenonTime"] == (
        "2023-12-31T22:00:00Z/2024-01-01T22:00:00Z"
    )


def test_pages_follow_one_another_without_gap_or_repeat(web, stream):
    path = f"/Datastreams({stream('lake-level/instant')})/Observations"
    for order in ("phenomenonTime desc", "result", "resultQuality/grade,id desc", ""):
        seen, link = list[int](), path
        options = {"$top": "7", "$select": "id", "$skip": "1"}
        options |= {"$orderby": order} if order else {}
        while link:
            page = web.get(link, params=options if link == path else None).json()
            assert len(page["value"]) <= 7
            seen += [one["@iot.id"] for one in page["value"]]
            link = page.get("@iot.nextLink")
        assert len(seen) == len(set(seen)) == 47, order
    whole = web.get(path, params={"$top": "47", "$skip": "1"}).json()
    assert "@iot.nextLink" not in whole


def test_a_page_does_not_move_when_something_is_put_before_it(web, read):
    """The next page is told by the last entity, not by how many came before."""
    first = read("/Datastreams", top=1, orderby="name desc", select="name")
    link = first["@iot.nextLink"]
    assert "$skip=" not in link
    assert "$skiptoken=" in link
    rest = web.get(link).json()["value"]
    names = [one["name"] for one in read("/Datastreams", select="name")["value"]]
    assert rest == [{"name": sorted(names, reverse=True)[1]}]


def test_counts(web, read, stream):
    assert read("/Observations", count="true", top=1)["@iot.count"] == 78
    assert "@iot.count" not in read("/Observations", count="false", top=1)
    assert web.get("/Observations/$count").text == "78"
    path = f"/Datastreams({stream('W1')})/Observations"
    assert web.get(f"{path}/$count").text == "10"
    counted = read(path, count="true", top=0, filter="result ge 5")
    assert counted == {"@iot.count": 6, "value": []}


def test_expansions_nest_with_options_of_their_own(read, ids):
    (well,) = read(
        "/Things",
        filter="name eq 'Well W1'",
        select="name,Locations",
        expand="Datastreams($select=name;$expand=Observations($top=2;$count=true;"
        "$orderby=phenomenonTime desc;$select=result),ObservedProperty($select=name)),"
        "Locations/HistoricalLocations",
    )["value"]
    assert well["Locations@iot.navigationLink"].endswith("/Locations")
    assert len(well["Locations"][0]["HistoricalLocations"]) == 1
    (stream,) = well["Datastreams"]
    assert stream["ObservedProperty"] == {"name": "Groundwater level"}
    assert [one["result"] for one in stream["Observations"]] == [9, 8]
    assert stream["Observations@iot.count"] == 10
    following = read(stream["Observations@iot.nextLink"])
    assert [one["result"] for one in following["value"]] == [7, 6]
    empty = read(f"/Things({ids('Things')['The Basin']})", expand="Locations")
    assert empty["Locations"] == []


def test_an_entity_on_its_own_is_expanded_too(read, stream):
    found = read(f"/Datastreams({stream('W1')})", expand="Thing/Locations", select="id")
    assert found["Thing"]["Locations"][0]["location"]["coordinates"] == [35.5, 32.0]
    assert "Locations@iot.navigationLink" not in found["Thing"]


def test_a_filter_goes_over_datastreams_and_places(read):
    options = {"count": "true", "top": 0}
    filters = {
        "Datastream/Thing/name eq 'Well W2'": 10,
        "Datastream/Thing/name eq 'Well W2' and result gt 0.45": 5,
        "st_within(FeatureOfInterest/feature,geography'"
        "POLYGON((35.4 31.9,35.55 31.9,35.55 32.1,35.4 32.1,35.4 31.9))')": 10,
        "resultQuality/grade eq 'suspect'": 1,
        "Datastream/ObservedProperty/properties/term eq 'lake-level' and "
        "phenomenonTime ge 2024-01-01T12:00:00Z and "
        "phenomenonTime lt 2024-01-02T00:00:00Z": 12,
        "not (Datastream/id gt 0)": 0,
    }
    for text, expected in filters.items():
        found = read("/Observations", filter=text, **options)
        assert found["@iot.count"] == expected, text


def test_data_arrays_name_their_components_once(read, stream):
    # OGC 18-088, section 12: the example's components.
    page = read(
        "/Observations",
        resultFormat="dataArray",
        select="id,phenomenonTime,result",
        filter="Datastream/Thing/name in ('Well W1','Well W2')",
        count="true",
        top=15,
    )
    assert page["@iot.count"] == 20
    first, second = page["value"]
    assert first["components"] == ["id", "phenomenonTime", "result"]
    assert first["dataArray@iot.count"] == len(first["dataArray"]) == 10
    assert second["dataArray@iot.count"] == 5
    assert first["dataArray"][2][1:] == ["2024-01-03T00:00:00Z", 2]
    assert first["Datastream@iot.navigationLink"].endswith(
        f"/Datastreams({stream('W1')})"
    )


def test_csv_has_a_line_for_each_entity(web):
    options = {
        "$resultFormat": "CSV",
        "$expand": "Datastream($select=id,unitOfMeasurement)",
        "$select": "phenomenonTime,result",
        "$filter": "Datastream/Thing/name eq 'Well W1'",
    }
    answer = web.get("/Observations", params=options)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 10
    assert rows[0]["result"] == "0"
    assert rows[0]["Datastream/unitOfMeasurement/symbol"] == "m"
    many = web.get("/Things", params={"$resultFormat": "CSV", "$expand": "Datastreams"})
    assert many.status_code == 400


def test_geojson_takes_the_first_geometry(read):
    wells = {"filter": "name eq 'Well W1'", "expand": "Locations"}
    told = read("/Things", resultFormat="GeoJSON", **wells)
    (feature,) = told["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [35.5, 32.0]}
    assert feature["properties"]["name"] == "Well W1"
    assert feature["properties"]["Locations/0/name"] == "Well W1"


@pytest.mark.parametrize("limit", ["_MOST_EXPANDED", "_LONGEST"])
def test_an_expansion_that_grows_without_end_is_refused(web, monkeypatch, limit):
    """One entity, expanded in each of many, is measured before it is copied."""
    inner = "ObservedProperty/Datastreams/ObservedProperty/Datastreams"
    asked = {"$expand": f"Datastreams/{inner}", "$top": "1"}
    assert web.get("/ObservedProperties", params=asked).status_code == 200
    # As if a record had a thousand times as many: it does not grow in a test.
    monkeypatch.setattr(reading, limit, 3)
    answer = web.get("/ObservedProperties", params=asked)
    assert answer.status_code == 400
    assert "$expand comes to more than 3 " in answer.json()["detail"]


REFUSED = [
    ("/Things", {"$filter": "colour eq 1"}, "$filter, at character 1: a Thing has no"),
    ("/Things", {"$orderby": "colour"}, "$orderby, at character 1: a Thing has no"),
    ("/Things", {"$orderby": "Locations/name"}, "$orderby, at character 1: Locations"),
    ("/Things", {"$skiptoken": "x"}, "$skiptoken is not where a page"),
    ("/Things", {"$skiptoken": "WyJhIl0"}, "cannot be reckoned"),
    ("/Things", {"$resultFormat": "dataArray"}, "dataArray is of Observations"),
    ("/Things(1)", {"$filter": "id eq 1"}, "$filter is for a set"),
    ("/Things", {"$expand": "Datastreams($filter=x eq 1)"}, "a Datastream has no"),
    ("/Locations", {"$filter": "st_relate(location,location,'T')"}, "no pattern"),
    (
        "/Observations",
        {"$filter": "duration'P9999999D' mul 1e9 gt duration'P1D'"},
        "cannot be reckoned",
    ),
    ("/Things", {"$filter": "'a'; DROP TABLE things"}, "$filter, at character 4"),
    ("/Observations", {"as_of": "nobody:1"}, "nobody"),
]


@pytest.mark.parametrize(("path", "options", "message"), REFUSED)
def test_a_refusal_says_which_option_and_where(web, path, options, message):
    answer = web.get(path, params=options)
    assert answer.status_code in (400, 404), answer.text[:1000]
    problem = answer.json()
    assert message in problem["detail"] + problem.get("hint", "")


def test_no_text_of_a_request_becomes_sql(web, read):
    """Each of these is a value, wherever it stands."""
    for text in ("x'' OR 1=1 --", '"; DROP TABLE sta_en.things; --', "$q0", "{0}"):
        found = read(
            "/Things", filter=f"name eq '{text}' or properties/{'a'} eq '{text}'"
        )
        assert found == {"value": []}
    assert web.get("/Things/$count").text == "5"
