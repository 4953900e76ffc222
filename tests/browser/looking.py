"""What can be said of a page that a browser shows, whatever the page is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Request, Response

HERE = Path(__file__).parent
SCRIPTS = {path.stem: path.read_text("utf-8") for path in HERE.glob("*.js")}
POLICY = "default-src 'self'"
MOST_TABS = 400
# In levels of 255 and parts of a picture: rounding of fractions of pixels, no more.
MOST_LEVELS, MOST_PIXELS = 16, 0.0005


@dataclass
class Watched:
    """A tab of the browser, and what went wrong in it since it was opened.

    Attributes
    ----------
    address : str
        Of the node that it looks at; nobody else may be asked for anything.
    faults : list of str
    open : set of Request
        Asked, and not yet answered.
    expected : int
        The status of the page that is open.
    """

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    open: set[Request] = field(default_factory=set)
    expected: int = 200

    def watch(self) -> None:
        """Take note of what the browser says."""
        page = self.page
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", self._miss)
        page.on("requestfinished", self._end)
        page.on("request", self._ask)
        page.on("response", self._answered)

    def visit(self, path: str, *, status: int = 200) -> Response:
        """Open a page of the node; what every page must keep is kept.

        No error of a script, no request that fails or goes to another host, the
        policy of contents, language and direction as they were asked for.
        """
        self.expected = status
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}\n{answer.text()}"
        policy = answer.header_value("content-security-policy") or ""
        assert POLICY in policy, f"{path}: {policy!r}"
        self.settle()
        self.verify()
        return answer

    def settle(self) -> None:
        """Wait until fonts are there and nothing is being asked for any more."""
        quiet = 0
        while quiet < 2:
            self.page.wait_for_timeout(40)
            quiet = 0 if self.open else quiet + 1
        self.page.evaluate("document.fonts.ready.then(() => true)")

    def verify(self) -> None:
        """Raise if anything went wrong since the tab was opened."""
        assert not self.faults, "\n".join(self.faults)

    def picture(self, *, full: bool = False) -> bytes:
        """Return what is seen, as PNG."""
        return self.page.screenshot(full_page=full, animations="disabled", caret="hide")

    def _hear(self, message) -> None:
        if message.type in ("error", "warning") and not self._is_expected(message.text):
            self.faults.append(f"console: {message.text}")

    def _is_expected(self, text: str) -> bool:
        # The browser says so of every page with such a status.
        return self.expected != 200 and f"status of {self.expected}" in text

    def _end(self, request: Request) -> None:
        self.open.discard(request)

    def _miss(self, request: Request) -> None:
        self.open.discard(request)
        # A page that is left while something comes is no fault of either.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def _ask(self, request: Request) -> None:
        self.open.add(request)
        asked, own = urlsplit(request.url), urlsplit(self.address)
        if (
            asked.scheme in ("http", "https", "ws", "wss")
            and asked.netloc != own.netloc
        ):
            self.faults.append(f"another host: {request.url}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status != self.expected:
            self.faults.append(f"status {answer.status}: {answer.url}")


def barriers(page: Page) -> list[str]:
    """Return what shuts people out, as axe-core finds it (WCAG 2.2 A and AA, and more).

    References
    ----------
    https://dequeuniversity.com/rules/axe/
    """
    options = {"rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']}: {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window (WCAG 1.4.10)."""
    script = (
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(page.evaluate(script))


def out_of_order(page: Page) -> list[str]:
    """Return figures, dates and ranges that are not seen in the order they are read in.

    Each character of a number with its signs and separators is measured where it is
    drawn; within a line the first stands leftmost, in every language.
    """
    return list(page.evaluate(SCRIPTS["order"]))


def seen_order(page: Page, selector: str) -> str:
    """Return an element's characters from left to right, as they are seen."""
    return str(page.locator(selector).first.evaluate(SCRIPTS["seen"]))


def walk(page: Page) -> list[str]:
    """Go through a page by the Tab key alone; return what is wrong with that.

    Every control is reached, is marked and within view while it has the focus, and the
    focus leaves the page after the last one (WCAG 2.1.1, 2.1.2, 2.4.7, 2.4.11).
    """
    count = int(page.evaluate(SCRIPTS["controls"]))
    assert count < MOST_TABS, f"{count} controls: too many to walk through"
    wrong, reached = [], set[int]()
    for _ in range(count + 2):
        page.keyboard.press("Tab")
        told = page.evaluate(SCRIPTS["focused"])
        if told is None:
            break
        if told["fault"]:
            wrong.append(f"{told['name']}: {told['fault']}")
        reached.add(told["number"])
    else:
        wrong.append(f"the focus is caught: {told['name']}")
    missed = page.evaluate(SCRIPTS["missed"], sorted(reached))
    return [*wrong, *(f"not reached by Tab: {name}" for name in missed)]


def verify_same(one: bytes, other: bytes) -> None:
    """Raise if two pictures differ by more than rounding."""
    part = difference(one, other)
    assert part <= MOST_PIXELS, f"{part:.2%} of the picture differ"


def difference(one: bytes, other: bytes) -> float:
    """Return which part of two pictures differs by more than rounding; 1 for sizes."""
    first, second = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int16)
        for png in (one, other)
    )
    if first.shape != second.shape:
        return 1.0
    return float((np.abs(first - second).max(axis=2) > MOST_LEVELS).mean())


@contextmanager
def tab(context, address: str) -> Iterator[Watched]:
    """Open a tab for as long as it is needed."""
    page = context.new_page()
    watched = Watched(page, address)
    watched.watch()
    try:
        yield watched
    finally:
        page.close()
