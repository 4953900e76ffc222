"""Find data, as a reader's browser and a program see it."""

import html
import re
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import regions
from parties import make_party
from serving import served

from waternet.portal.app import make_app
from waternet.portal.find import choices as facet_choices
from waternet.portal.find import plotting

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
FLOW = "amber:G1/discharge/instant/PT0S/unspecified"
STAGE = "birch:B1/stage/instant/PT0S/unspecified"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("node"))
    regions.fill(party.node)
    regions.fill_long(party.node, 120, 1)
    with (
        served(make_app(party.node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def data(client, path="/find", **query):
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def seen(client, **query):
    answer = client.get("/find", params=query, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def links(text):
    return [html.unescape(one) for one in re.findall(r'href="([^"]*)"', text)]


def counts(told, facet):
    (found,) = (one for one in told["facets"] if one["id"] == facet)
    return {one["id"]: one["count"] for one in found["values"]}


def test_everything_is_there_fifty_at_a_time(client):
    told = data(client, sort="party")
    assert (told["total"], told["page"], told["pages"]) == (125, 1, 3)
    assert [one["datastream"] for one in told["rows"]][:1] == [FLOW]
    last = data(client, sort="party", page=3)
    assert len(last["rows"]) == 25
    assert data(client, sort="party", page=9)["page"] == 3
    assert counts(told, "party") == {"amber": 3, "birch": 2, "cedar": 120}


def test_a_row_says_what_is_measured_where_by_whom_and_since_when(client):
    (row,) = data(client, text="bridge", observed_property="stage")["rows"]
    assert row["datastream"] == STAGE
    assert (row["party"], row["place"], row["kind"]) == (
        "birch",
        "birch:B1",
        "stream-gauge",
    )
    assert (row["unit"], row["figures"], row["first_year"]) == ("m", 96, 2020)
    assert row["first"] == "2020-01-01T00:00:00Z"
    assert row["grades"] == {"unchecked": 96, "good": 0, "suspect": 0, "bad": 0}
    assert row["access"] == "open"


@pytest.mark.parametrize("text", ["bridge", "الجسر", "הגשר", "jisr"])
def test_a_place_is_found_by_its_name_in_any_language_or_spelling(client, text):
    # Both parties' gauges at the bridge, tied by a shared name: one has no English.
    assert {one["place"] for one in data(client, text=text)["rows"]} == {
        "amber:G1",
        "birch:B1",
    }


def test_several_values_of_a_facet_are_any_and_facets_all(client):
    told = data(client, party="amber,birch", kind="stream-gauge")
    assert told["total"] == 3
    assert counts(told, "kind") == {"spring": 1, "stream-gauge": 3, "well": 1}
    repeated = client.get("/find?party=amber&party=birch&kind=stream-gauge&text=")
    assert repeated.json()["total"] == 3


@pytest.mark.parametrize(
    ("code", "word"), [("ar", "بئر"), ("en", "Well"), ("he", "באר")]
)
def test_the_page_is_in_the_readers_language(client, code, word):
    text = seen(client, lang=code, party="amber")
    assert f'<html lang="{code}"' in text
    assert word in text
    form = re.search(r"<form class=\"find\".*?</form>", text, re.DOTALL)[0]
    assert f'<input type="hidden" name="lang" value="{code}">' in form


def test_what_is_chosen_can_be_taken_back_one_by_one(client):
    text = seen(client, party="amber,birch", kind="well", text="deep", lang="en")
    chips = re.search(r'<ul class="chips".*?</ul>', text, re.DOTALL)[0]
    told = [dict(parse_qsl(urlsplit(one).query)) for one in links(chips)]
    assert {"party": "birch", "kind": "well", "text": "deep", "lang": "en"} in told
    assert {"party": "amber,birch", "text": "deep", "lang": "en"} in told
    assert {"party": "amber,birch", "kind": "well", "lang": "en"} in told
    assert {"lang": "en"} in told
    for one in links(chips):
        assert client.get(one, headers=BROWSER).status_code == 200


def test_an_empty_result_says_what_to_leave_out(client):
    told = data(client, party="birch", kind="well")
    assert (told["total"], told["without"]) == (0, {"party": 121, "kind": 2})
    text = seen(client, party="birch", kind="well")
    assert "Nothing fits all of this." in text
    assert "/find?kind=well" in links(text)
    assert "/find?party=birch" in links(text)


def test_a_form_that_a_browser_sends_is_the_same_question(client):
    sent = "text=&party=amber&first_year=&last_year=&lang=he"
    answer = client.get(f"/find?{sent}", headers=BROWSER)
    assert answer.status_code == 200
    # What is put into the address by script has no empty fields.
    assert answer.headers["hx-push-url"] == "/find?party=amber&lang=he"
    assert client.get(f"/find?{sent}&format=json").json()["total"] == 3


def test_years_and_boxes_narrow_down(client):
    assert data(client, first_year=2020, last_year=2020)["total"] == 125
    assert data(client, last_year=2019)["total"] == 0
    assert data(client)["years"] == {"2020": 125}
    # West and east of the date line, and round the earth, as a map may ask.
    assert data(client, bbox="35.5,32.6,35.7,32.8")["places"] == 2
    assert data(client, bbox="395.5,32.6,395.7,32.8")["places"] == 2
    assert data(client, bbox="-200,-80,200,80")["places"] > 100
    for wrong in ({"first_year": 2021, "last_year": 2020}, {"bbox": "1,2,3,1"}):
        assert client.get("/find", params=wrong).status_code == 400


def test_a_download_is_of_the_very_box_that_was_asked_for(client):
    box = "34.1234567,29.7654321,36.7654321,33.1234567"
    told = data(client, bbox=box)
    assert told["total"]
    for name in ("csv", "data"):
        assert f"bbox={box}" in told["links"][name]


def test_downloads_hold_what_was_found(client):
    questions = (
        {"party": "amber,birch", "kind": "stream-gauge"},
        {"within": "amber:basin", "observed_property": "discharge,stage"},
        {"bbox": "35.5,32.6,35.7,32.8"},
        {"text": "jisr"},
        {"grade": "unchecked", "party": "birch"},
        {"party": "birch", "last_year": "2020"},
    )
    for asked in questions:
        told = data(client, **asked)
        named = {one["datastream"] for one in told["rows"]}
        rows = client.get(told["links"]["data"]).json()["rows"]
        found = {f"{one['party']}:{one['datastream']}" for one in rows}
        assert found == named, asked
        for form in ("csv", "xlsx", "parquet"):
            assert client.get(told["links"][form]).status_code == 200
        for name in {"features", "sensorthings"} & set(told["links"]):
            answer = client.get(told["links"][name]).json()
            many = answer.get("features", answer.get("value"))
            assert len(many) == told["total"], (asked, name)


def test_more_than_one_address_can_say_is_not_offered_for_download(client):
    assert data(client, grade="unchecked")["links"] == {}
    assert "More than a hundred" in seen(client, grade="unchecked")
    assert data(client)["links"]["data"].endswith("/data/observations")


def test_up_to_five_are_picked_for_a_chart(client):
    text = seen(client, party="birch")
    picking = [one for one in links(text) if "datastream=" in one and "/find" in one]
    assert f"/find?party=birch&datastream={STAGE}" in picking
    picked = seen(client, party="birch", datastream=f"{STAGE},{FLOW}")
    assert f"/chart?datastream={STAGE},{FLOW}" in links(picked)
    six = ",".join(f"cedar:C{one:04}/a" for one in range(6))
    assert client.get("/find", params={"datastream": six}).status_code == 400


def test_columns_sort_both_ways(client):
    text = seen(client, party="amber", sort="-figures")
    assert 'aria-sort="descending"' in text
    assert "/find?party=amber&sort=figures" in links(text)
    rows = data(client, party="amber", sort="-figures")["rows"]
    assert [one["figures"] for one in rows] == [72, 3, 2]


def test_of_many_places_the_map_shows_so_many_of_a_square(client, monkeypatch):
    monkeypatch.setattr(plotting, "_MOST_PLACES", 10)
    text = seen(client, party="cedar", lang="en")
    svg = re.search(r"<svg[^>]*map-sheet.*?</svg>", text, re.DOTALL)[0]
    squares = [one for one in links(svg) if "bbox=" in one]
    held = [client.get(f"{one}&format=json").json()["places"] for one in set(squares)]
    # Each of the 120 wells lies in one square, and a square leads to its own.
    assert sum(held) == 120
    assert "/station/cedar" not in svg


def test_a_facet_of_very_many_values_says_how_many_are_left_out(client, monkeypatch):
    monkeypatch.setattr(facet_choices, "_MOST_VALUES", 2)
    told = data(client, party="birch")
    # What is chosen is among those shown, however few it finds.
    assert counts(told, "party") == {"birch": 2, "cedar": 120}
    text = re.sub("<[^>]*>", "", seen(client, party="birch", lang="en"))
    assert "1 more: search for its name" in text


def test_what_was_typed_cannot_write_into_the_page(client):
    told = '"><script>alert(1)</script>'
    text = seen(client, text=told, party=told, within=told)
    assert "<script>alert" not in text


def test_every_link_of_the_page_is_an_address_that_is_understood(client):
    text = seen(client, party="amber", lang="ar")
    for one in {one for one in links(text) if one.startswith(("/find?", "/data"))}:
        assert client.get(one, headers=BROWSER).status_code == 200, one
