"""Queries for data at /edr: which figures are meant, and how each is told."""

import csv
import io
import json

import httpx
import pytest
from edr_region import make_region
from web_servers import serving

from waternet.api.app import make_app
from waternet.api.edr import answers
from waternet.formats.coveragejson import list_series
from waternet.formats.recipe import TableLayout

WELL = "POINT(35.001 32.0)"  # some 94 m east of W1, and 47 km west of W2


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return make_region(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="module")
def web(region):
    """Return a client."""
    with (
        serving(make_app(region.node)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def get(web, path, headers=None, **parameters):
    """Return an answer below /edr/collections/."""
    return web.get(
        f"/edr/collections/{path}", params=parameters or None, headers=headers
    )


def ask(web, path, status=200, **parameters):
    """Return the answer's JSON."""
    named = {name.replace("_name", "-name"): text for name, text in parameters.items()}
    answer = get(web, path, **named)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def coverages(web, path, **parameters):
    """Return coverages by datastream, without the interval and procedure."""
    found = ask(web, path, **parameters)["coverages"]
    return {"/".join(one["id"].split("/")[:2]): one for one in found}


def values(coverage, name):
    return coverage["ranges"][name]["values"]


def refused(web, path, status=400, **parameters):
    problem = ask(web, path, status, **parameters)
    return problem["detail"], problem.get("hint", "")


def test_a_limit_never_comes_without_saying_that_it_is_one(web):
    path = "lower:levels/locations/lower:W1"
    chloride = coverages(web, path, parameter_name="chloride")["lower:W1/chloride"]
    assert values(chloride, "chloride") == [120, 5]
    assert values(chloride, "censor") == [0, 1]


def test_what_is_asked_for_by_name_comes_alone_where_nothing_must_be_said(web):
    path = "lower:levels/locations/lower:W1"
    found = coverages(web, path, parameter_name="water-level")
    assert set(found["lower:W1/water-level"]["ranges"]) == {"water-level"}


def test_a_day_without_a_figure_is_left_out_and_a_dry_day_is_zero(web):
    found = coverages(web, "lower:levels/locations/lower:W1")
    level = found["lower:W1/water-level"]
    assert level["domain"]["axes"]["t"]["values"] == [
        *("2015-01-01T00:00:00Z", "2015-01-02T00:00:00Z", "2015-01-04T00:00:00Z")
    ]
    assert values(found["lower:W1/precipitation"], "precipitation_total_P1D") == [
        0,
        3.5,
    ]


def test_an_interval_has_its_end_and_an_instant_has_none(web):
    found = coverages(web, "lower:levels/locations/lower:W1")
    times = found["lower:W1/precipitation"]["domain"]["axes"]["t"]
    assert times["bounds"] == [
        *("2015-01-01T00:00:00Z", "2015-01-02T00:00:00Z"),
        *("2015-01-02T00:00:00Z", "2015-01-03T00:00:00Z"),
    ]
    assert "bounds" not in found["lower:W1/water-level"]["domain"]["axes"]["t"]


def test_a_correction_shows_in_the_release_of_each_figure(web):
    level = coverages(web, "lower:levels/locations/lower:W1")["lower:W1/water-level"]
    assert values(level, "water-level") == [-214.5, -214.75, -214.0]
    assert values(level, "release") == [2, 3, 2]
    assert level["waternet:releases"] == [2, 3]


def test_an_instance_is_the_collection_as_a_release_left_it(web):
    instances = ask(web, "lower:levels/instances")["instances"]
    assert [one["id"] for one in instances] == ["lower:3", "lower:2"]
    path = "lower:levels/instances/lower:2/locations/lower:W1"
    then = coverages(web, path)["lower:W1/water-level"]
    assert values(then, "water-level") == [-214.5, -214.25, -214.0]
    now = ask(web, "lower:levels/locations/lower:W1", as_of="lower:2")
    assert now["coverages"][2]["ranges"] == then["ranges"]


def test_an_instance_and_as_of_are_not_both_given(web):
    path = "lower:levels/instances/lower:2/locations/lower:W1"
    detail, hint = refused(web, path, as_of="lower:3")
    assert "lower:3" in detail
    assert "leave as_of out" in hint


def test_parties_at_one_lake_stand_side_by_side_each_in_its_own_unit(web):
    answer = ask(web, "joint/locations/wikidata:Q1")
    lower, upper = answer["coverages"]
    assert [lower["waternet:location"], upper["waternet:location"]] == [
        *("lower:lake", "upper:tarn")
    ]
    assert values(lower, "water-level") == [-212.5, -212.25]
    assert values(upper, "water-level") == [-21275]
    # A reader who looks for one unit of all finds none, instead of a wrong one.
    assert "water-level" not in answer["parameters"]
    symbols = [
        one["parameters"]["water-level"]["unit"]["symbol"]["value"]
        for one in (lower, upper)
    ]
    assert symbols == ["m", "cm"]


def test_one_unit_for_all_is_there_for_the_asking(web):
    answer = ask(web, "joint/locations/wikidata:Q1", unit="m")
    assert [values(one, "water-level")[0] for one in answer["coverages"]] == [
        *(-212.5, -212.75)
    ]
    assert answer["parameters"]["water-level"]["unit"]["symbol"]["value"] == "m"


def test_every_figure_is_in_one_dataset_and_once_more_in_the_joint_collection(web):
    listed = [one["id"] for one in web.get("/edr/collections").json()["collections"]]
    assert listed == ["joint", "lower:levels", "upper:levels"]

    def rows(name):
        box = {"bbox": "-180,-90,180,90", "f": "CSV"}
        text = get(web, f"{name}/cube", **box).text
        return sorted(
            (row["datastream"], row["time"])
            for row in csv.DictReader(io.StringIO(text))
        )

    apart = sorted(rows("lower:levels") + rows("upper:levels"))
    assert len(set(apart)) == len(apart) == 13
    assert rows("joint") == apart


def test_position_is_the_nearest_place_and_says_how_far(web):
    found = coverages(web, "lower:levels/position", coords=WELL)
    # Chloride and rain are measured at W1, and so is the level.
    assert set(found) == {
        f"lower:W1/{name}" for name in ("chloride", "water-level")
    } | {"lower:W1/precipitation"}
    # 0.001 degrees of the parallel of 32 degrees: cos(32) * N * pi / 180000, 94.5 m.
    distance = found["lower:W1/chloride"]["waternet:distance"]
    assert distance == pytest.approx(94.5, abs=0.1)


def test_position_asks_each_party_for_its_nearest(web):
    found = coverages(web, "joint/position", coords="POINT(36 32.4)")
    assert {"lower:lake/water-level", "upper:tarn/water-level"} <= set(found)


def test_position_outside_of_the_collection_has_nothing_unless_a_reach_is_given(web):
    far = {"coords": "POINT(34 32)"}
    assert ask(web, "lower:levels/position", 204, **far) is None
    reach = {"within": 95, "within-units": "km"}
    given = get(web, "lower:levels/position", **far, **reach)
    assert given.status_code == 200


def test_radius_holds_what_lies_within_it(web):
    def within(distance):
        parameters = {
            "coords": "POINT(35 32)",
            "within": distance,
            "within-units": "km",
        }
        text = get(web, "joint/radius", **parameters, f="CSV").text
        return {row["location"] for row in csv.DictReader(io.StringIO(text))}

    # From W1 to W2 half a degree of the parallel of 32 degrees: 47.25 km.
    assert within(47.2) == {"lower:W1"}
    assert within(47.3) == {"lower:W1", "lower:W2"}
    assert within(200) == {"lower:W1", "lower:W2", "lower:lake", "upper:tarn"}


def test_area_holds_its_edge(web):
    edge = "POLYGON((35 31,35.2 31,35.2 33,35 33,35 31))"
    assert set(coverages(web, "joint/area", coords=edge)) == {
        f"lower:W1/{name}" for name in ("chloride", "precipitation", "water-level")
    }


def test_a_box_matches_what_has_no_position_as_the_standard_wants(web):
    answer = ask(web, "joint/cube", bbox="35.9,32.4,36.1,32.6")
    by_place = {one["waternet:location"]: one for one in answer["coverages"]}
    assert set(by_place) == {"lower:balance", "lower:lake", "upper:tarn"}
    assert set(by_place["lower:balance"]["domain"]["axes"]) == {"t"}
    assert "domainType" not in answer


def test_corridor_is_half_its_width_to_each_side(web):
    # W2 lies on the line's end, W1 0.1 degrees (11.1 km) south of it.
    line = {"coords": "LINESTRING(34.5 32.1,35.5 32.1,35.5 32.0)", "width-units": "km"}

    def along(width):
        found = get(web, "joint/corridor", **line, **{"corridor-width": width})
        return {one["waternet:location"] for one in found.json()["coverages"]}

    assert along(22) == {"lower:W2"}
    assert along(22.4) == {"lower:W1", "lower:W2"}


def test_datetime_takes_the_days_that_it_names(web):
    path = "lower:levels/locations/lower:W1"
    named = {"parameter_name": "water-level", "datetime": "2015-01-01,2015-01-04"}
    found = coverages(web, path, **named)["lower:W1/water-level"]
    assert values(found, "water-level") == [-214.5, -214.0]
    assert ask(web, path, 204, datetime="2016") is None


def test_gathered_figures_say_how_many_there_were_of_how_many(web):
    path = "lower:levels/locations/lower:W1"
    asked = {"aggregate": "month", "statistic": "total", "zone": "UTC"}
    name = "precipitation_total_P1D"
    answer = ask(web, path, parameter_name=name, **asked)
    (rain,) = answer["coverages"]
    assert values(rain, name) == [3.5]
    assert rain["domain"]["axes"]["t"]["bounds"] == [
        *("2015-01-01T00:00:00Z", "2015-02-01T00:00:00Z")
    ]
    # Two days of 31 were reported: a total of the month it is not.
    assert values(rain, "coverage") == [pytest.approx(2 / 31)]
    kind = answer["parameters"][name]["measurementType"]
    assert kind == {"method": "total", "duration": "P1M"}
    assert rain["waternet:zone"] == "UTC"


def test_answers_carry_licence_citation_and_releases(web):
    answer = get(web, "lower:levels/locations/lower:W1")
    told = answer.json()
    assert told["dct:license"] == ["CC-BY-4.0"]
    assert [one["release"] for one in told["waternet:releases"]] == [2, 3]
    assert told["dct:bibliographicCitation"][0].startswith("lower, release 2 (")
    assert answer.headers["waternet-releases"] == "lower:2, lower:3"
    licence = '<https://spdx.org/licenses/CC-BY-4.0.html>; rel="license"'
    assert licence in answer.headers["link"]


def test_figures_as_geojson_are_a_feature_each_with_its_sign(web):
    answer = ask(web, "lower:levels/locations/lower:W1", f="GeoJSON")
    assert answer["numberReturned"] == len(answer["features"]) == 7
    limit = answer["features"][1]
    assert limit["geometry"] == {"type": "Point", "coordinates": [35, 32]}
    told = limit["properties"]
    assert (told["parameter-name"], told["value"], told["censor"]) == (
        *(["chloride"], 5, "<"),
    )
    assert told["datetime"] == "2015-01-02T00:00:00Z"
    assert told["edrqueryendpoint"].endswith(
        "/edr/collections/lower:levels/locations/lower:W1"
    )


def test_csv_says_place_unit_sign_and_licence_in_every_row(web):
    text = get(web, "lower:levels/locations/lower:W1", f="CSV", lang="he").text
    row = list(csv.DictReader(io.StringIO(text)))[1]
    assert (row["location"], row["value"], row["unit"], row["censor"]) == (
        *("lower:W1", "5", "mg/L", "<"),
    )
    assert (row["name"], row["licence"]) == ("מקום W1", "CC-BY-4.0")


def test_accept_chooses_the_form(web):
    wanted = {"accept": "text/html, text/csv;q=0.5"}
    answer = get(web, "lower:levels/locations/lower:W2", wanted)
    assert answer.headers["content-type"] == "text/csv"


def test_locations_are_listed_with_what_can_be_asked_there(web):
    listed = ask(web, "joint/locations")
    assert [one["id"] for one in listed["features"]] == [
        *("lower:W1", "lower:W2", "lower:balance", "lower:lake", "upper:tarn")
    ]
    first = listed["features"][0]["properties"]
    assert first["datetime"] == "2015-01-01T00:00:00Z/2015-01-04T00:00:00Z"
    assert first["figures"] == 7
    assert listed["features"][2]["geometry"] is None


def test_a_long_list_of_locations_comes_in_pages(web):
    first = ask(web, "joint/locations", limit=2, datetime="2015")
    assert (first["numberMatched"], first["numberReturned"]) == (5, 2)
    (following,) = [one for one in first["links"] if one["rel"] == "next"]
    second = web.get(following["href"]).json()
    assert [one["id"] for one in second["features"]] == ["lower:balance", "lower:lake"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("joint/position", "no query parameter 'coords'"),
        ("joint/position?coords=POINT()", "expected POINT or MULTIPOINT"),
        ("joint/area?coords=POLYGON()", "expected POLYGON or MULTIPOLYGON"),
        ("joint/cube?bbox=1,2,3", "bbox"),
        ("joint/cube?bbox=1,9,3,4", "lies north of the north"),
        ("joint/radius?coords=POINT(1+1)&within=2", "within-units"),
        ("joint/radius?coords=POINT(1+1)&within=2&within-units=ell", "m, km, mi"),
        ("joint/position?coords=POINT(1+1)&crs=EPSG:4326", "no system 'EPSG:4326'"),
        ("joint/position?coords=POINT(1+1)&f=netCDF", "CoverageJSON"),
        ("joint/position?coords=POINT(1+1)&datetime=soon", "'soon' is not a time"),
        ("joint/position?coords=POINT(1+1)&parameter-name=cl", "no parameter 'cl'"),
        ("joint/position?coords=POINT(1+1)&colour=red", "colour"),
        ("joint/locations/lower:W1?unit=s", "measure different things"),
    ],
)
def test_refused_input_names_what_was_expected(web, path, expected):
    detail, hint = refused(web, path)
    assert expected in f"{detail} {hint}"


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("lower:level/locations", "lower:levels"),
        ("lower:levels/locations/lower:W3", "lower:W1"),
        ("lower:levels/instances/lower:99/locations", "0 to 3"),
        ("lower:levels/instances/nobody:1", "lower"),
    ],
)
def test_what_is_not_here_names_what_is(web, path, near):
    _, hint = refused(web, path, 404)
    assert near in hint


def test_too_much_is_refused_with_its_size_and_how_to_split_it(web, monkeypatch):
    monkeypatch.setattr(answers, "MOST_FIGURES", {"CoverageJSON": 3})
    path = "lower:levels/locations/lower:W1"
    detail, hint = refused(web, path, 413)
    assert "7 figures are asked for" in detail
    assert "at least 3 answers" in detail
    assert "split datetime into that many intervals" in hint
    assert ask(web, path, datetime="2015-01-01/2015-01-01T12:00Z")


def test_conformance_names_no_class_that_is_not_kept(web):
    classes = web.get("/edr/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/covjson" in classes
    assert not any(name.endswith(("html", "oas30", "post")) for name in classes)


def test_answers_are_utf_8_and_whole(web):
    raw = get(web, "joint/locations/lower:W1").content
    assert json.loads(raw.decode())["coverages"][0]["dct:title"]["ar"] == "مكان W1"


def test_what_a_node_answers_it_reads_back_with_its_limits(web, tmp_path):
    document = tmp_path / "answer.covjson"
    document.write_bytes(get(web, "joint/locations/lower:W1").content)
    found = {
        one.observed_property: one
        for one in list_series(document, TableLayout()).series
    }
    assert {name: one.points.value for name, one in found.items()} == {
        "chloride": ["120.0", "<5.0"],
        "precipitation": ["0.0", "3.5"],
        "water-level": ["-214.5", "-214.75", "-214.0"],
    }
    rain = found["precipitation"]
    assert (rain.feature, rain.statistic, rain.interval, rain.ucum) == (
        *("W1", "total", "P1D", "mm"),
    )
