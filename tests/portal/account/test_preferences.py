"""Digits and colours: kept by a cookie, without scripts and without signing in."""

import pytest


def test_what_is_chosen_holds_on_every_page(browser):
    done = browser.post(
        "/preferences", data={"digits": "arab", "theme": "dark", "next": "/about"}
    )
    assert (done.status_code, done.headers["location"]) == (303, "/about")
    told = done.headers["set-cookie"].split("; ")
    assert told[0] == "waternet_preferences=arab.dark"
    assert {"Path=/", "SameSite=Lax", "Max-Age=31536000"} <= set(told)
    assert 'data-theme="dark"' in browser.get("/about").text
    held = browser.get("/preferences?format=json").json()
    assert (held["digits"], held["theme"]) == ("arab", "dark")


def test_a_page_that_was_kept_is_not_shown_in_other_colours(browser):
    before = browser.get("/about")
    tag = {"if-none-match": before.headers["etag"]}
    assert browser.get("/about", headers=tag).status_code == 304
    browser.post("/preferences", data={"theme": "light"})
    after = browser.get("/about", headers=tag)
    assert after.status_code == 200
    assert 'data-theme="light"' in after.text


def test_what_is_left_out_stays_as_it_was(browser):
    browser.post("/preferences", data={"digits": "arab", "theme": "dark"})
    browser.post("/preferences", data={"theme": "auto"})
    held = browser.get("/preferences?format=json").json()
    assert (held["digits"], held["theme"]) == ("arab", "auto")


@pytest.mark.parametrize(
    "told", [{"digits": "roman"}, {"theme": "x; Domain=.example"}, {"theme": "a\r\nb"}]
)
def test_what_there_is_not_cannot_be_preferred(browser, told):
    answer = browser.post("/preferences", data=told)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", ""]
)
def test_nobody_is_led_elsewhere(browser, onward):
    done = browser.post("/preferences", data={"theme": "dark", "next": onward})
    assert done.headers["location"] == "/preferences"


def test_pages_lead_to_it_and_back(browser):
    page = browser.get("/about?lang=he").text
    assert 'href="/preferences?next=/about%3Flang%3Dhe&amp;lang=he"' in page
    form = browser.get("/preferences?next=/about%3Flang%3Dhe&lang=he").text
    assert 'name="next" value="/about?lang=he"' in form
