"""The hydrograph with scripts: zoom and read-out, by pointer and by keyboard."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browser.screens import Reader

WELL = "jordan:AL1040/groundwater-level"
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach((one) => sum += one.value);
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""

# The widest stretch without the first line's colour, of the whole line's width.
UNDRAWN = """() => {
  const canvas = document.querySelector(".plot canvas");
  const style = getComputedStyle(document.documentElement);
  const hex = style.getPropertyValue("--series-1").trim().slice(1);
  const ink = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const drawn = new Set();
  for (let n = 0; n < width * height; n++) {
    const apart = ink.map((one, part) => Math.abs(data[4 * n + part] - one));
    if (data[4 * n + 3] > 200 && Math.max(...apart) < 24) drawn.add(n % width);
  }
  const columns = [...drawn].sort((a, b) => a - b);
  const steps = columns.slice(1).map((one, n) => one - columns[n]);
  return Math.max(...steps) / (columns.at(-1) - columns[0]);
}"""


@pytest.fixture
def chart(look, address):
    """Return what opens a page and gives its drawing."""

    def opened(reader: Reader, query: str = f"datastream={WELL}"):
        watched = look(reader, address)
        watched.visit(f"/chart?{query}&lang={reader.language}")
        watched.page.wait_for_selector("#canvas.live .plot canvas")
        return watched

    return opened


def test_the_drawing_takes_the_place_of_the_servers_without_a_shift(chart) -> None:
    for reader in (Reader(), Reader("ar", "phone", "dark")):
        page = chart(reader).page
        boxes = [page.locator(one).first.bounding_box() for one in ("#canvas", ".plot")]
        assert all(
            abs(boxes[0][side] - boxes[1][side]) <= 1
            for side in ("x", "y", "width", "height")
        )
        # Fonts that come late may move a line; the drawing moves nothing.
        assert page.evaluate(SHIFTS) < 0.1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_keyboard_reads_zooms_and_moves(chart, language) -> None:
    watched = chart(Reader(language))
    page = watched.page
    page.locator(".plot").focus()
    page.keyboard.press("End")
    readout, live = page.locator(".readout"), page.locator("#chart-tools [role=status]")
    assert "486.35" in readout.inner_text()
    assert "486.35" in live.inner_text()
    # Time runs from left to right in every language: the left arrow goes back.
    page.keyboard.press("ArrowLeft")
    assert "488.43" in readout.inner_text()
    page.keyboard.press("Home")
    assert "511.55" in readout.inner_text()
    link = page.locator("#chart-tools > a")
    assert not link.is_visible()
    for key in ("+", "+", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert link.is_visible()
    asked = parse_qs(urlsplit(link.get_attribute("href")).query)
    assert asked["datastream"] == [WELL]
    assert "1968" < asked["start"][0][:4] < asked["end"][0][:4] < "2013"
    page.keyboard.press("0")
    assert not link.is_visible()
    watched.verify()


def test_a_gap_stays_one_beside_a_line_that_has_figures_there(chart) -> None:
    # The well was not read from 1975 to 1979, of 1968 to 2013; the other one was.
    other = WELL.replace("AL1040", "AL1043")
    page = chart(Reader(), f"datastream={WELL},{other}").page
    assert 5 / 46 < page.evaluate(UNDRAWN) < 7 / 46


def test_the_value_read_out_leads_to_its_proof(chart) -> None:
    page = chart(Reader("he")).page
    page.locator(".plot").focus()
    page.keyboard.press("End")
    asked = urlsplit(page.locator(".readout a").get_attribute("href"))
    assert asked.path == "/proof"
    query = parse_qs(asked.query)
    assert query["datastream"] == [f"{WELL}/instant/PT0S/dip"]
    assert query["time"] == ["2013-01-13T09:00:00Z"]
    assert query["lang"] == ["he"]


def test_a_drag_zooms_and_the_period_has_a_page_of_its_own(chart) -> None:
    watched = chart(Reader())
    page = watched.page
    box = page.locator(".plot .u-over").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=4)
    page.mouse.up()
    page.locator("#chart-tools > a").click()
    page.wait_for_selector("#canvas.live")
    told = page.locator("figcaption").inner_text()
    assert re.search(r"\b1[0-9] values from", told)
    watched.verify()


def test_buttons_do_what_the_keys_do(chart) -> None:
    page = chart(Reader()).page
    link = page.locator("#chart-tools > a")
    page.get_by_role("button", name="Zoom in").click()
    assert link.is_visible()
    page.get_by_role("button", name="Show all").click()
    assert not link.is_visible()


def test_limits_bands_and_other_years_are_drawn_without_a_fault(chart) -> None:
    query = (
        "datastream=israel:kinneret/lake-level,jordan:amman-zarqa/"
        "groundwater-abstraction&usual=1&last_year=1&axes=own"
    )
    watched = chart(Reader("ar", theme="dark"), query)
    ink = watched.page.evaluate(
        """() => { const one = document.querySelector(".plot canvas");
        const all = one.getContext("2d").getImageData(0, 0, one.width, one.height).data;
        return all.filter((level, n) => n % 4 === 3 && level > 0).length; }"""
    )
    assert ink > 10_000
    watched.verify()


def test_another_page_frames_the_chart(look, address) -> None:
    watched = look(Reader("ar"), address)
    watched.visit(f"/embed?datastream={WELL}&lang=ar")
    page = watched.page
    page.wait_for_selector("#canvas.live .plot canvas")
    assert page.locator("form, nav").count() == 0
    assert "/proof?" in page.locator(".links a").first.get_attribute("href")
    watched.verify()


def test_a_fixed_clock_is_the_readers_too(chart) -> None:
    page = chart(Reader(), f"datastream={WELL}&zone=%2B02:00").page
    page.locator(".plot").focus()
    page.keyboard.press("End")
    # Measured at 09:00 UTC; browsers that know no '+02:00' would tell that.
    assert "2013-01-13 11:00" in page.locator(".readout").inner_text()
    assert "+02:00" in page.locator("figcaption").inner_text()
