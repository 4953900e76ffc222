"""The page Now over HTTP: in three languages, as data, and where it leads."""

import html
import re

import httpx
import pytest
from parties import make_party
from serving import served
from standing_region import LAKE, entries

from waternet.bank.seal import writing_bank
from waternet.portal.app import make_app

BROWSER = {"accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    node = make_party(tmp_path_factory.mktemp("node"), "amber").node
    with writing_bank(node.bank) as bank:
        for one in entries():
            bank.take(one)
    with (
        served(make_app(node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def plain(text: str) -> str:
    body = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", body)))


def test_a_sentence_says_how_a_lake_stands_and_whose_word_it_is(client) -> None:
    told = plain(client.get("/now", headers=BROWSER).text)
    assert (
        "Upper lake: 225 m below sea level, 1 m lower than a year earlier, 6th "
        "percentile for the season; last measured 2 March 2025, "
    ) in told
    assert "signed by Amber." in told
    assert "Lake of reeds · Upper lake" in told, "by each party's name, in order"


@pytest.mark.parametrize(
    ("code", "said"), [("ar", "تحت مستوى سطح البحر"), ("he", "מתחת לפני הים")]
)
def test_the_sentence_is_in_the_readers_language(client, code: str, said: str) -> None:
    assert said in plain(client.get(f"/now?lang={code}", headers=BROWSER).text)


def test_each_sentence_leads_to_its_station_chart_and_proof(client) -> None:
    text = html.unescape(client.get("/now?lang=en", headers=BROWSER).text)
    address = f"amber:{LAKE.name}"
    assert 'href="/station/amber:lake?lang=en"' in text
    assert f'href="/chart?datastream={address}&lang=en"' in text
    proof = f"/proof?datastream={address}&time=2025-03-02T00:00:00Z&lang=en"
    assert f'href="{proof}"' in text


def test_it_is_data_at_the_same_address(client) -> None:
    told = client.get("/now").json()
    lake = next(
        one for one in told["stations"]["told"] if one["station"] == "amber:lake"
    )
    assert (lake["value"], lake["unit"], lake["change"]) == (-225.0, "m", -1.0)
    assert lake["year_earlier"] == {"day": "2024-03-02", "value": -224.0}
    assert lake["class"] == "much-below"
    assert lake["percentile"] == pytest.approx(100 / 17)
    assert [one["kind"] for one in told["topics"]] == ["lake", "basin", "other"]
    assert told["topics"][1]["lines"] == [
        {
            "party": "amber",
            "kind": "well",
            "stations": 7,
            "classes": {"much-below": 7},
        }
    ]


def test_the_map_shows_what_is_asked_for_and_refuses_what_is_not_there(client) -> None:
    text = client.get("/now?bbox=35,32,36,33&layer=none", headers=BROWSER).text
    assert 'data-extent="34.' in text, "wider than asked for, to fill the sheet"
    assert client.get("/now?bbox=35,32").status_code == 400
    assert client.get("/now?layer=amber:none-such").status_code == 404


def test_the_map_holds_the_stations_and_no_others(client) -> None:
    text = client.get("/now?lang=en", headers=BROWSER).text
    svg = text.partition('<g class="map-points">')[2].partition("</svg>")[0]
    names = re.findall(r'aria-label="([^"]*)"', svg)
    lake = "Upper lake, Amber: Much below normal (lowest tenth)"
    told = next(one for one in names if one.startswith(lake))
    # A colour does not say how old it is.
    assert re.search(r"\(last measured in 20\d\d\)$", told)
    assert len(names) == 10  # two lakes, seven wells, a gauge; no area


def test_nothing_in_it_needs_what_the_policy_forbids(client) -> None:
    answer = client.get("/now", headers=BROWSER)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", answer.text)


def test_what_is_searched_is_found_by_the_page_that_finds(client) -> None:
    text = client.get("/now?lang=he", headers=BROWSER).text
    form = re.search(r'<form[^>]*action="([^"]*)".*?</form>', text, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"(?: value="(\w*)")?', form[0]))
    assert fields == {"lang": "he", "text": ""}
    action = html.unescape(form[1]).partition("?")[0]
    found = client.get(action, params={**fields, "text": "reeds"}, headers=BROWSER)
    assert "Lake of reeds" in found.text


def test_a_tiny_part_of_many_stations_holds_only_what_lies_there(
    client, monkeypatch
) -> None:
    monkeypatch.setattr("waternet.portal.now.plotting._MOST_POINTS", 9)
    # All ten lie degrees away: no squares of a hair's breadth are made for them.
    for box in ("10,10,10.0000001,10.0000001", "-0.1,0,0.1,0.1"):
        text = client.get(f"/now?lang=en&bbox={box}", headers=BROWSER).text
        assert '<figure class="map"' in text, "or there were no way back"
        svg = text.partition("<svg")[2].partition("</figure>")[0]
        assert not re.findall(r'aria-label="\d+ stations?"', svg)


def test_too_many_stations_for_a_map_are_told_by_squares(client, monkeypatch) -> None:
    monkeypatch.setattr("waternet.portal.now.plotting._MOST_POINTS", 9)
    text = client.get("/now?lang=en&bbox=35,31,36.5,33.5", headers=BROWSER).text
    svg = text.partition('<g class="map-points">')[2].partition("</svg>")[0]
    names = re.findall(r'<a href="([^"]*)"[^>]*aria-label="([^"]*)"', svg)
    told = [name for _, name in names]
    assert sorted(told) == ["1 station", "2 stations", "7 stations"]
    wells = next(html.unescape(href) for href, name in names if name == "7 stations")
    assert client.get(wells, headers=BROWSER).status_code == 200
