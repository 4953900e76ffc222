"""Find data by a person's clicks and keys, with scripts and without."""

import re

import pytest
from browser.screens import Reader
from playwright.sync_api import expect

WELL = "jordan:AL1040/groundwater-level"


@pytest.mark.parametrize("language", ["ar", "en", "he"])
def test_a_facet_is_chosen_in_place_and_stands_in_the_address(look, language) -> None:
    watched = look(Reader(language))
    page = watched.page
    watched.visit(f"/find?lang={language}")
    page.locator("#party-jordan").focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"/find\?lang=..&party=jordan$"))
    expect(page.locator("#party-jordan")).to_be_checked()
    expect(page.locator("#party-jordan")).to_be_focused()
    page.locator("#kind-well").check()
    page.wait_for_url(re.compile("kind=well"))
    expect(page.locator("tbody tr")).to_have_count(4)
    # Whoever goes on in another language goes on from here.
    for one in page.locator("nav.languages a").all():
        led = one.get_attribute("href") or ""
        assert {"party=jordan", "kind=well"} <= set(led.partition("?")[2].split("&"))
    page.go_back()
    page.wait_for_url(re.compile(r"/find\?lang=..&party=jordan$"))
    expect(page.locator("#kind-well")).not_to_be_checked()
    watched.verify()


def test_a_facet_is_chosen_by_a_button_where_there_are_no_scripts(look) -> None:
    watched = look(Reader("he", "phone", scripts=False))
    page = watched.page
    watched.visit("/find?lang=he")
    if not page.locator("#party-jordan").is_visible():
        page.locator(".facets-fold > summary").click()
    page.locator("#party-jordan").check()
    page.locator("#kind-well").check()
    page.locator(".without-scripts button").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    assert page.locator("html").get_attribute("lang") == "he"


@pytest.mark.parametrize(
    ("typed", "language"),
    [("amman", "ar"), ("عمان", "en"), ("עמאן", "en"), ("zarqa", "he")],
)
def test_a_name_typed_in_one_script_finds_it_in_others(look, typed, language) -> None:
    watched = look(Reader(language))
    page = watched.page
    watched.visit(f"/find?lang={language}")
    page.locator("#find-text").fill(typed)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("text="))
    expect(page.locator("tbody tr").first).to_be_visible()
    assert page.locator("tbody a[href*='jordan:amman-zarqa']").count() > 0
    watched.verify()


def test_wells_are_picked_and_shown_on_one_chart(look) -> None:
    watched = look(Reader("en"))
    page = watched.page
    watched.visit("/find?kind=well&observed_property=groundwater-level&lang=en")
    for number in (1, 2):
        page.get_by_role("link", name=re.compile(r"^Add\b")).first.click()
        expect(page.locator(".tray li")).to_have_count(number)
    led = page.locator(".tray .button").get_attribute("href") or ""
    assert led.startswith("/chart?datastream=")
    assert WELL in led
    page.locator(".tray li a").first.click()
    expect(page.locator(".tray li")).to_have_count(1)
    watched.verify()


def test_what_is_found_is_downloaded_as_a_workbook(look) -> None:
    watched = look(Reader("en"))
    page = watched.page
    watched.visit("/find?kind=well&lang=en")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_table_follows_the_map_when_asked_to(look) -> None:
    watched = look(Reader("en"))
    page = watched.page
    watched.visit("/find?kind=well&lang=en")
    before = page.locator(".total").inner_text()
    for _ in range(4):
        page.locator("[data-zoom=in]").click()
    page.locator("[data-map-asks]").click()
    page.wait_for_url(re.compile("bbox="))
    expect(page.locator(".chips")).to_contain_text("Part of the map")
    assert page.locator(".total").inner_text() != before
    watched.verify()
