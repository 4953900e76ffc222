"""The map under a reader's hand: keys, buttons, dragging, and thousands of stations."""

import re

import pytest
from browser.looking import barriers
from browser.screens import Reader
from parties import make_party
from playwright.sync_api import Page, expect
from standing_region import crowd
from web_servers import serving

from waternet.bank.seal import writing_bank

NOW = "/now?lang=en&layer=none"


def here(page: Page) -> str:
    """Return what the station that has the focus is called."""
    return page.evaluate("document.activeElement.getAttribute('aria-label') || ''")


def shown(page: Page) -> list[float]:
    box = page.locator("svg.map-sheet").get_attribute("viewBox") or ""
    return [float(one) for one in box.split()]


@pytest.fixture
def page(look) -> Page:
    watched = look(Reader())
    watched.visit(NOW)
    return watched.page


def test_one_station_is_reached_by_tab_and_the_others_by_arrows(page: Page) -> None:
    links = page.locator(".map-points a")
    assert links.count() > 3
    assert page.locator(".map-points a[tabindex='0']").count() == 1
    # Lake Kinneret lies north of the Dead Sea, the wells east of both.
    lake = page.locator(".map-points a[aria-label^='Dead Sea']").first
    lake.focus()
    for _ in range(6):
        page.keyboard.press("ArrowUp")
    assert here(page).startswith("Lake Kinneret")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert "AL10" in here(page)
    assert page.locator(".map-points a[tabindex='0']").count() == 1


def test_enter_opens_the_station(page: Page) -> None:
    link = page.locator(".map-points a[aria-label^='Lake Kinneret']").first
    link.focus()
    target = link.get_attribute("href")
    page.route("**/station/**", lambda route: route.fulfill(body="there"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


def test_plus_and_minus_change_the_scale_about_the_station(page: Page) -> None:
    page.locator(".map-points a[aria-label^='Lake Kinneret']").first.focus()
    sheet = page.locator("svg.map-sheet")
    wide = sheet.get_attribute("viewBox") or ""
    page.keyboard.press("+")
    expect(sheet).not_to_have_attribute("viewBox", wide)
    assert shown(page)[2] == float(wide.split()[2]) / 2
    page.keyboard.press("-")
    expect(sheet).to_have_attribute("viewBox", wide)


def test_what_is_shown_is_in_the_address_and_comes_back(page: Page) -> None:
    def at() -> tuple[float, float]:
        link = page.locator(".map-points a[aria-label^='Dead Sea']").first
        sheet, box = page.locator("svg.map-sheet").bounding_box(), link.bounding_box()
        assert sheet
        assert box
        # Its middle: the mark that has the focus is larger.
        return (
            box["x"] + box["width"] / 2 - sheet["x"],
            box["y"] + box["height"] / 2 - sheet["y"],
        )

    page.locator(".map-points a[aria-label^='Dead Sea']").first.focus()
    page.keyboard.press("+")
    page.wait_for_url("**bbox=**")
    left, top = at()
    page.goto(page.url)
    # The middle latitude is another one now, and with it the width of a degree.
    assert at() == pytest.approx((left, top), abs=8)


def test_dragging_moves_the_map_and_opens_nothing(page: Page) -> None:
    svg = page.locator("svg.map-sheet")
    before, box = shown(page), svg.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 30, steps=4)
    page.mouse.up()
    expect(svg).not_to_have_attribute("viewBox", " ".join(f"{x:g}" for x in before))
    assert shown(page)[0] > before[0] + 10
    assert "/now" in page.url


def test_without_scripts_every_station_is_a_link_in_the_tab_order(look) -> None:
    watched = look(Reader(scripts=False))
    watched.visit(NOW)
    links = watched.page.locator(".map-points a")
    assert links.count() > 3
    assert all(one.get_attribute("tabindex") is None for one in links.all())
    nearer = watched.page.locator("[data-zoom=in]").get_attribute("href") or ""
    assert "bbox=" in nearer
    watched.visit(nearer)


def test_where_the_page_depends_on_the_map_it_is_asked_for(look) -> None:
    watched = look(Reader())
    watched.visit("/find?lang=en&layer=none")
    page = watched.page
    asks = page.locator("[data-map-asks]")
    expect(asks).to_be_hidden()
    page.locator(".map-points a").first.focus()
    page.keyboard.press("+")
    expect(asks).to_be_visible()
    assert "bbox" not in page.url
    asks.click()
    page.wait_for_url("**bbox=**")
    watched.settle()
    watched.verify()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """Return where a node with 3,200 wells is served: too many for links."""
    from waternet.portal.app import make_app

    node = make_party(tmp_path_factory.mktemp("crowd"), "cedar").node
    with writing_bank(node.bank) as bank:
        bank.take(crowd("cedar", 3200))
    with serving(make_app(node, rate=0)) as served:
        yield served


def test_thousands_of_stations_are_reached_by_keys_too(look, crowded) -> None:
    watched = look(Reader(), crowded)
    watched.visit(NOW)
    page = watched.page
    canvas, told = page.locator(".map-stage canvas"), page.locator(".map-told")
    expect(canvas).to_be_visible()
    expect(page.locator(".map-dots")).to_be_hidden()
    assert barriers(page) == []
    canvas.focus()
    expect(told).to_have_text(re.compile(r"^Crowd \d+, Cedar: "))
    first = told.text_content()
    page.keyboard.press("ArrowRight")
    expect(told).not_to_have_text(first or "")
    number = re.match(r"Crowd (\d+)", told.text_content() or "")
    assert number
    page.route("**/station/**", lambda route: route.fulfill(body="there"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/station/cedar:C{int(number[1]):04}?lang=en")


def test_a_station_among_thousands_is_opened_by_a_click(look, crowded) -> None:
    watched = look(Reader(), crowded)
    watched.visit(NOW)
    page = watched.page
    box = page.locator(".map-stage canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    expect(page.locator(".map-told")).to_have_text(re.compile("^Crowd"))
    page.route("**/station/**", lambda route: route.fulfill(body="there"))
    page.mouse.click(x, y)
    page.wait_for_url("**/station/cedar:C*")


def test_without_scripts_thousands_are_dots(look, crowded) -> None:
    watched = look(Reader(scripts=False), crowded)
    watched.visit(NOW)
    expect(watched.page.locator(".map-dots path").first).to_be_visible()
    expect(watched.page.locator(".map-stage canvas")).to_be_hidden()
