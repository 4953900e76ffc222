"""The facets of a page: what may be chosen, what is, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waternet.bank.finding.found import Found
from waternet.bank.finding.letters import fold
from waternet.bank.finding.wanted import FACETS, Wanted
from waternet.portal.find.labels import Labels
from waternet.portal.find.question import Question
from waternet.portal.language.isolation import Isolating
from waternet.portal.link import Link

__all__ = ["Chip", "Choices", "chips", "choices", "relaxations", "year_bars"]

_MOST_VALUES = 100  # of one facet; more are found by their names
# Grades and access have an order of their own.
_IN_ORDER = ("grade", "access")
BAR_HEIGHT = 36


@dataclass(frozen=True, slots=True)
class Choices:
    """One facet.

    Attributes
    ----------
    id, title : str
    values : tuple of mapping
        id, names, count, chosen, share (of a grade, else None).
    left_out : int
        Values beyond these.
    """

    id: str
    title: str
    values: tuple[Mapping[str, Any], ...]
    left_out: int

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON can say it."""
        return {"id": self.id, "title": self.title, "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was chosen, with the address of the page without it."""

    title: str
    text: Any
    href: str


def choices(found: Found, labels: Labels) -> list[Choices]:
    """Return the facets in the order of the page.

    Values come in the alphabet of the reader: none is first by its weight. What is
    chosen is among them whatever their number.
    """
    return [_facet(found, labels, facet) for facet in FACETS]


def _facet(found: Found, labels: Labels, facet: str) -> Choices:
    values = list(found.facets[facet])
    left_out = 0
    if len(values) > _MOST_VALUES:
        most = sorted(values, key=lambda one: (not one.chosen, -one.count))
        values, left_out = most[:_MOST_VALUES], len(values) - _MOST_VALUES
    if facet not in _IN_ORDER:
        values.sort(key=lambda one: fold(labels.text(facet, one.id)))
    told = tuple(
        {
            "id": one.id,
            "names": dict(labels.names(facet, one.id)),
            "count": one.count,
            "chosen": one.chosen,
            "share": one.share,
        }
        for one in values
    )
    return Choices(facet, labels.title(facet), told, left_out)


def chips(question: Question, labels: Labels, link: Link) -> list[Chip]:
    """Return what was chosen, one by one."""
    return list(_chips(question.wanted, labels, link))


def _chips(wanted: Wanted, labels: Labels, link: Link) -> Iterator[Chip]:
    write = Isolating(labels.language)
    if wanted.text:
        yield Chip(labels.title("text"), wanted.text, link.here(text=None, page=None))
    for facet, values in wanted.chosen.items():
        for value in values:
            others = [one for one in values if one != value]
            text = write.name(labels.names(facet, value), value)
            href = link.here(**{facet: others or None, "page": None})
            yield Chip(labels.title(facet), text, href)
    if wanted.has_period:
        first, last = wanted.first_year, wanted.last_year
        text = write.span(
            "…" if first is None else first, "…" if last is None else last
        )
        href = link.here(first_year=None, last_year=None, page=None)
        yield Chip(labels.title("period"), text, href)
    if wanted.bbox is not None:
        west, south, east, north = (round(one, 2) for one in wanted.bbox)
        text = write.ident(f"{west}, {south}, {east}, {north}")
        yield Chip(labels.title("bbox"), text, link.here(bbox=None, page=None))


def relaxations(found: Found, labels: Labels, link: Link) -> list[dict[str, Any]]:
    """Return what to leave out where nothing is found: the most fruitful first."""
    parameters = {"period": ("first_year", "last_year")}
    told = [
        {
            "id": name,
            "title": labels.title(name),
            "count": count,
            "href": link.here(
                **dict.fromkeys((*parameters.get(name, (name,)), "page"))
            ),
        }
        for name, count in found.without.items()
        if count
    ]
    return sorted(told, key=lambda one: -int(one["count"]))


def year_bars(years: Mapping[int, int]) -> dict[str, Any]:
    """Return how many records each year lies in, as bars of a small drawing.

    Returns
    -------
    dict
        first, last, most, width, height, bars: (x, y, height) each one unit wide.
    """
    if not years:
        return {"bars": []}
    first, last, most = min(years), max(years), max(years.values())
    bars = []
    for year in range(first, last + 1):
        height = round(BAR_HEIGHT * years.get(year, 0) / most, 1)
        if height:
            bars.append((year - first, round(BAR_HEIGHT - height, 1), height))
    return {
        "first": first,
        "last": last,
        "most": most,
        "width": last - first + 1,
        "height": BAR_HEIGHT,
        "bars": bars,
    }
