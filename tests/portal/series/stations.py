"""A node with three wells, one of which was corrected, served to readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from parties import make_party
from serving import served

from waternet.portal.app import make_app

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
WELL = "jordan:W1/groundwater-level/instant/PT0S/dipper"
OTHER = "jordan:W2/groundwater-level/instant/PT0S/dipper"
FIRST = """well,day,level
W1,2014-01-01,210.5
W1,2015-01-01,214.87
W1,2015-02-01,<215
W1,2015-03-01,214.5
W1,2015-04-01,999
W2,2015-01-01,12.5
W2,2015-02-01,12.75
W3,2015-01-01,30
"""
CORRECTED = """well,day,level
W1,2015-03-01,214.25
"""
REASON = "the field sheet says 214.25"


@contextmanager
def reading(folder: Path) -> Iterator[httpx.Client]:
    """Serve such a node; yields a reader's client."""
    party = make_party(folder)
    party.read(FIRST)
    party.publish()
    party.read(CORRECTED, "correction.csv")
    party.publish(REASON)
    with (
        served(make_app(party.node, rate=0)) as address,
        httpx.Client(
            base_url=address, trust_env=False, headers=BROWSER, timeout=60
        ) as client,
    ):
        yield client


class Page(HTMLParser):
    """A page as a reader without scripts has it: its links, text and fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[int] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and where a link leads."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in ("script", "style"):
            self._silent += 1
        if tag == "a":
            self._open.append(len(self.links))
            self.links.append((given.get("href", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        """Note where a link ends."""
        if tag in ("script", "style"):
            self._silent -= 1
        if tag == "a" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        if self._silent:
            return
        self.text += data
        for place in self._open:
            href, told = self.links[place]
            self.links[place] = (href, told + data)

    def link(self, told: str) -> str:
        """Return where the link leads that says something."""
        return next(href for href, text in self.links if told in text)

    def with_class(self, name: str) -> list[dict[str, Any]]:
        """Return the attributes of the elements of a class."""
        return [
            given for _, given in self.tags if name in given.get("class", "").split()
        ]


def page(client: httpx.Client, path: str, **query: object) -> Page:
    """Return the page at an address."""
    params = {name: str(one) for name, one in query.items()}
    answer = client.get(path, params=params or None)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def data(client: httpx.Client, path: str, **query: object) -> dict[str, Any]:
    """Return the same as data."""
    params = {**{name: str(one) for name, one in query.items()}, "format": "json"}
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
