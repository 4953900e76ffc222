"""Addresses of pages, which keep the reader's language where they stated one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from waternet.api.asked import Asked
from waternet.api.parameters import query_pairs

__all__ = ["Link"]


@dataclass(frozen=True, slots=True)
class Link:
    """Makes addresses for one request.

    Attributes
    ----------
    base : str
        The path below which the node is found; '' at the root of its host.
    path : str
        Of this page.
    pairs : tuple of (str, str)
        This page's query.
    """

    base: str
    path: str
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, asked: Asked) -> Link:
        """Return what makes addresses for the reader of a page."""
        path = asked.operation.path
        for name, text in asked.path.items():
            for form in (f"{{{name}}}", f"{{{name}:path}}"):
                path = path.replace(form, quote(text, safe="/:"))
        base = urlsplit(asked.url).path.rstrip("/")
        return cls(base, path, tuple(query_pairs(asked.query)))

    def to(self, path: str, **query: object) -> str:
        """Return the address of a page: a path, and a query of what is not None.

        A list becomes one parameter with commas.
        """
        given = [(name, one) for name, one in query.items() if one is not None]
        if "lang" not in query and (language := self._language()):
            given.append(("lang", language))
        return f"{self.base}{path}{_query(given)}"

    def here(self, **changes: object) -> str:
        """Return this page's address with parameters changed; None leaves one out."""
        kept: list[tuple[str, object]] = [
            (name, text) for name, text in self.pairs if name not in changes
        ]
        kept += [(name, one) for name, one in changes.items() if one is not None]
        return f"{self.base}{self.path}{_query(kept)}"

    def _language(self) -> str:
        return next((text for name, text in self.pairs if name == "lang"), "")


def _query(pairs: Iterable[tuple[str, object]]) -> str:
    written = [
        (name, ",".join(map(str, one)) if isinstance(one, list | tuple) else str(one))
        for name, one in pairs
    ]
    text = urlencode([pair for pair in written if pair[1] != ""], safe=":,/")
    return f"?{text}" if text else ""
