"""How fast the portal's pages are, in headless Chromium and at the server.

Each is measured beside a page of the same bytes that a bare route gives out: what the
browser, or the client, takes in any case. The browser starts with nothing in its cache.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.figure import figure
from benchmarks.interface_node import running, serving
from benchmarks.interfaces import asked
from benchmarks.portal_node import make_long_node, make_wide_node

CHROMIUM = "/usr/bin/chromium"
TURNS, CLICKS = 5, 7
DESK = {"width": 1280, "height": 800}
STATION = "/station/bench:L0000"
LONG = "/chart?datastream=bench:L0000/groundwater-level"
PAGES = ("/now", "/find", STATION, LONG, "/proof?party=bench&release=0", "/entries")
SETTLED = """
([selector, number]) => new Promise((resolve) => {
  const before = performance.now();
  document.addEventListener("htmx:afterSettle", () =>
    requestAnimationFrame(() => resolve(performance.now() - before)), { once: true });
  document.querySelectorAll(selector)[number].click();
})
"""
FRAMES = """
() => { window.frames_seen = 0; window.frames_since = performance.now();
  const count = () => { window.frames_seen++; requestAnimationFrame(count); };
  requestAnimationFrame(count); }
"""
TOLD = "window.frames_seen * 1000 / (performance.now() - window.frames_since)"
FACET = "fieldset.facet input[name=kind]"


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    long = make_long_node(folder)
    yield from _pages(long, folder / "pages")
    with chromium() as browser:
        yield from _station(long, browser, folder / "station")
        part = 10 if quick else 1
        for stations, most in ((10_000 // part, 150), (100_000 // part, 400)):
            place = folder / str(stations)
            place.mkdir()
            with serving(make_wide_node(place, stations)) as (address, _):
                yield _facet(browser, address, stations, most)
        # So many are drawn one by one; of more, and on Find, squares stand for them.
        stations, place = 20_000 // (5 if quick else 1), folder / "map"
        place.mkdir()
        with serving(make_wide_node(place, stations)) as (address, _):
            yield _pan(browser, address, stations)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        words = ["--no-sandbox"]
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=words)
        yield launched
        launched.close()


def _pages(node: Path, bare: Path) -> Iterator[dict[str, Any]]:
    bare.mkdir()
    with serving(node) as (ours, _process):
        took = [asked(ours, _as_page(path)) for path in PAGES]
    for number, (_, content) in enumerate(took):
        (bare / str(number)).write_bytes(content)
    with running(["-m", "benchmarks.bare_route", bare]) as (beside, _):
        for number, (path, (seconds, content)) in enumerate(
            zip(PAGES, took, strict=True)
        ):
            floor = asked(beside, f"/{number}")[0] * 1e3
            name = f"server, {path.partition('?')[0].split(':')[0]}"
            yield _told(name, seconds * 1e3, "ms", 30, (_bytes(content), floor))


def _as_page(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format=html&lang=ar"


def _station(node: Path, browser: Browser, bare: Path) -> Iterator[dict[str, Any]]:
    bare.mkdir()
    with serving(node) as (ours, _process):
        _, content = asked(ours, _as_page(LONG), 1)
        (bare / "page").write_bytes(content)
        taken = [
            _opened(browser, f"{ours}{LONG}", ".uplot canvas") for _ in range(TURNS)
        ]
    with running(["-m", "benchmarks.bare_route", bare]) as (beside, _):
        floors = [_opened(browser, f"{beside}/page", "body")[0] for _ in range(TURNS)]
    ready = statistics.median(one for one, _ in taken)
    floor = statistics.median(floors)
    told = "station of 50,000 values, ready, cold"
    yield _told(told, ready, "ms", 1_000, (_bytes(content), floor))
    size = taken[0][1] / 1e3
    yield _told("station of 50,000 values, transferred", size, "KB", 250)


def _opened(browser: Browser, url: str, drawn: str) -> tuple[float, float]:
    """Return when a page was ready [ms] and what it took over the line [byte].

    It is ready when it is loaded and what matches the selector is on the screen.
    """
    context = browser.new_context(viewport=DESK, locale="ar-JO")
    page = context.new_page()
    taken = _count_bytes(context, page)
    script = f"""() => {{
      if (document.readyState !== "complete") return 0;
      return document.querySelector({drawn!r}) ? performance.now() : 0; }}"""
    page.goto(url, wait_until="commit")
    ready = float(page.wait_for_function(script, polling="raf").json_value())
    page.wait_for_timeout(200)
    context.close()
    return ready, sum(taken)


def _count_bytes(context: BrowserContext, page: Page) -> list[float]:
    taken = list[float]()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on(
        "Network.loadingFinished", lambda told: taken.append(told["encodedDataLength"])
    )
    return taken


def _facet(
    browser: Browser, address: str, stations: int, most: float
) -> dict[str, Any]:
    page = browser.new_page(viewport=DESK)
    page.goto(f"{address}/find?lang=en")
    took = list[float]()
    for turn in range(CLICKS):
        took.append(float(page.evaluate(SETTLED, [FACET, turn % 3])))
        page.wait_for_timeout(100)
    url = page.url.removeprefix(address)
    page.close()
    floor = asked(address, f"{url}&format=json")[0] * 1e3
    name = f"facet click to new counts, {stations:,} stations"
    return _told(name, statistics.median(took), "ms", most, ("its answer", floor))


def _pan(browser: Browser, address: str, stations: int) -> dict[str, Any]:
    page = browser.new_page(viewport=DESK)
    page.goto(f"{address}/now?lang=en", timeout=120_000)
    page.locator(".map canvas").first.wait_for()
    stage = page.locator(".map-stage")
    stage.scroll_into_view_if_needed()
    for _ in range(2):
        page.locator("[data-zoom=in]").first.click()
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.evaluate(FRAMES)
    page.wait_for_timeout(1000)
    still = float(page.evaluate(TOLD))
    page.mouse.down()
    page.evaluate("() => { window.frames_seen = 0; }")
    page.evaluate("() => { window.frames_since = performance.now(); }")
    for turn in range(120):
        page.mouse.move(x + turn % 60 * 2 - 60, y + turn % 40 - 20)
    moving = float(page.evaluate(TOLD))
    page.mouse.up()
    page.close()
    beside = "frames of the same page at rest", still
    name = f"portal: frames while a map of {stations:,} stations is moved"
    one = figure(name, moving, "1/s", beside)
    return one | {"target": ">= 20 1/s", "met": moving >= 20}


def _bytes(content: bytes) -> str:
    return f"bare page, {len(content)} bytes"


def _told(
    name: str,
    value: float,
    unit: str,
    most: float,
    beside: tuple[str, float] | None = None,
) -> dict[str, Any]:
    """Return a figure whose target is of its value, not of its ratio."""
    one = figure(f"portal: {name}", value, unit, beside)
    return one | {"target": f"<= {most:g} {unit}", "met": value <= most}
