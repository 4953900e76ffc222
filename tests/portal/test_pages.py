"""What every page does: languages, data at the same address, refusals, own forms."""

import json
import re

import httpx
import pytest
from parties import make_party
from serving import served

from waternet.api.operation import Operation
from waternet.portal import app as portal_app
from waternet.portal.page import order, see_other

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def _ordered(visit):
    return see_other(visit, "/about", told=visit.form.needed("told"))


ORDER: Operation = order("/told", "told", "For this test.", _ordered, reads_bank=False)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("node"))
    with pytest.MonkeyPatch.context() as patch:
        pages = portal_app.pages()
        patch.setattr(portal_app, "pages", lambda: (*pages, ORDER))
        app = portal_app.make_app(party.node, rate=0)
    with (
        served(app) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def test_a_browser_is_led_to_a_page_and_a_program_to_the_interfaces(client):
    led = client.get("/", headers=BROWSER)
    assert (led.status_code, led.headers["location"]) == (303, "/now")
    assert client.get("/").json()["links"]


@pytest.mark.parametrize(
    ("code", "direction", "said"),
    [("ar", "rtl", "حالة"), ("en", "ltr", "The state"), ("he", "rtl", "מצב המים")],
)
def test_a_page_is_in_the_language_that_was_asked_for(client, code, direction, said):
    told = client.get("/nothing", params={"lang": code}, headers=BROWSER)
    assert f'<html lang="{code}" dir="{direction}"' in told.text
    assert said in told.text
    by_header = client.get("/about", headers={**BROWSER, "accept-language": code})
    assert f'<html lang="{code}"' in by_header.text
    assert by_header.headers["content-language"] == code


def test_every_link_keeps_the_language_that_was_stated(client):
    text = client.get("/about?lang=he", headers=BROWSER).text
    links = re.findall(r'href="(/(?!assets/)[^"]*)"', text)
    others = [one for one in links if "lang=he" not in one]
    assert {one.partition("lang=")[2] for one in others} == {"ar", "en"}


def test_a_page_is_data_at_the_same_address(client):
    assert client.get("/about").json()["party"]
    asked = client.get("/about?format=json", headers=BROWSER)
    assert asked.headers["content-type"] == "application/json"
    assert client.get("/about?format=html").text.startswith("<!doctype html>")


def test_a_refusal_is_a_page_to_a_browser_and_a_problem_to_a_program(client):
    for path in ("/about?colour=red", "/nothing", "/data/latest?colour=red"):
        page = client.get(path, headers=BROWSER)
        problem = client.get(path)
        assert page.status_code == problem.status_code >= 400
        assert page.headers["content-type"].startswith("text/html")
        assert problem.headers["content-type"] == "application/problem+json"
        assert json.loads(problem.text)["title"] in page.text


def test_a_person_who_is_refused_reads_nothing_about_headers(client):
    for path, step in (("/desk", "Sign in with the key"), ("/nothing", "Search for")):
        said = client.get(f"{path}?lang=en", headers=BROWSER).text
        assert step in said
        assert "header," not in said
        assert "openapi.json lists" not in said


def test_what_was_asked_for_cannot_write_into_a_refusal(client):
    told = client.get("/<script>alert(1)</script>?lang=%3Cb%3E", headers=BROWSER)
    assert "<script>alert" not in told.text
    assert "<b>" not in told.text
    elsewhere = client.get("//elsewhere.example/x", headers=BROWSER)
    assert 'href="//' not in elsewhere.text


def test_pages_load_nothing_from_elsewhere(client):
    told = client.get("/about", headers=BROWSER)
    policy = told.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href)="https?://', told.text)
    assert " style=" not in told.text
    assert not re.search(r"<script(?![^>]* src=)", told.text)


def test_assets_are_kept_for_ever_under_their_digest(client):
    (sheet,) = re.findall(
        r'href="(/assets/[^"]*portal.css)"', client.get("/about?format=html").text
    )
    told = client.get(sheet)
    assert told.headers["cache-control"].endswith("immutable")
    assert told.headers["content-type"].startswith("text/css")
    stale = client.get("/assets/0000/portal.css")
    assert stale.headers["cache-control"] == "no-cache"
    for font in re.findall(r'url\("([^"]+)"\)', told.text):
        assert client.get(sheet.replace("portal.css", font)).status_code == 200, font


def test_assets_are_no_way_to_other_files(client):
    for path in ("/assets/0/..%2fpage.py", "/assets/0/%2e%2e/page.py", "/assets/0/x"):
        assert client.get(path).status_code == 404


def test_a_form_of_a_page_from_elsewhere_is_refused(client):
    own = {**BROWSER, "origin": str(client.base_url).rstrip("/")}
    done = client.post("/told", data={"told": "x"}, headers=own)
    assert (done.status_code, done.headers["location"]) == (303, "/about?told=x")
    for foreign in (
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        told = client.post("/told", data={"told": "x"}, headers={**BROWSER, **foreign})
        assert told.status_code in (401, 403), foreign


def test_a_form_is_read_in_both_of_its_forms(client):
    for sent in ({"data": {"told": "ج"}}, {"files": {"told": (None, "ج")}}):
        done = client.post("/told", **sent)
        assert done.headers["location"].startswith("/about?told=%D8%AC"), sent
    empty = client.post("/told", data={"told": " "})
    assert empty.status_code == 400
