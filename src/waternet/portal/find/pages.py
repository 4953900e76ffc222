"""The page Find data."""

from __future__ import annotations

from typing import Any

from waternet.api.operation import Operation
from waternet.bank.finding.found import Found, find
from waternet.bank.finding.inventory import read_inventory
from waternet.bank.finding.wanted import SORTS
from waternet.portal.find.choices import chips, choices, relaxations, year_bars
from waternet.portal.find.elsewhere import Elsewhere, elsewhere
from waternet.portal.find.labels import Labels
from waternet.portal.find.plotting import draw_found
from waternet.portal.find.question import (
    MOST_COMPARED,
    PAGE_ROWS,
    PARAMETERS,
    Question,
    question_of,
)
from waternet.portal.find.rows import datastream_data, withheld_data
from waternet.portal.map.figure import disclaimer
from waternet.portal.map.layers import choose_layers
from waternet.portal.page import View, Visit, page
from waternet.portal.parties import party_names

__all__ = ["operations"]


def operations() -> tuple[Operation, ...]:
    """Return the operations of this page."""
    return (
        page(
            "/find",
            "find",
            "Datastreams by words and facets, with counts, as a table and on the map.",
            _find,
            parameters=PARAMETERS,
        ),
    )


def _find(visit: Visit) -> View:
    question, inventory = question_of(visit.values), read_inventory(visit.bank)
    found = find(inventory, question.wanted)
    total = len(found.rows)
    pages = max(1, -(-total // PAGE_ROWS))
    at = min(question.page, pages)
    ordered = found.ordered(
        question.sort,
        visit.language.code,
        descending=question.descending,
        first=at * PAGE_ROWS,
    )
    parties = party_names(visit.node)
    labels = Labels(visit.language, inventory, parties)
    shapes, offered = choose_layers(
        visit.node, visit.bank, visit.values.get("layer"), visit.language, parties
    )
    facets = choices(found, labels)
    shown = ordered[(at - 1) * PAGE_ROWS :]
    other = elsewhere(question, found)
    empty = [] if total else relaxations(found, labels, visit.link)
    return View(
        "find/find.html",
        visit.language.gettext("Find data"),
        {
            "total": total,
            "places": len(found.at_places()[0]),
            "page": at,
            "pages": pages,
            "facets": [one.as_data() for one in facets],
            "years": {str(year): count for year, count in found.years.items()},
            "rows": datastream_data(inventory, shown),
            "withheld": withheld_data(found),
            "without": dict(found.without),
            "links": _absolute(visit, other),
        },
        {
            "question": question,
            "choices": facets,
            "chips": chips(question, labels, visit.link),
            "labels": labels,
            "bars": year_bars(found.years),
            "relaxations": empty,
            "compared": _compared(found, question),
            "sorting": _sorting(visit, question),
            "picking": _Picking(visit, question),
            "elsewhere": other,
            "figure": draw_found(found, question, labels, visit.link, shapes)
            if total
            else None,
            "offered": offered,
            "disclaimer": disclaimer(visit.language),
            "is_narrow": bool(question.wanted.chosen) or question.wanted.has_period,
        },
        headers={"hx-push-url": _canonical(visit)},
    )


def _canonical(visit: Visit) -> str:
    """Return this page's address without what a form sent empty."""
    said = {name: None for name, text in visit.link.pairs if not text}
    return visit.link.here(**said)


def _absolute(visit: Visit, other: Elsewhere) -> dict[str, str]:
    paths = {**other.files, **other.programs}
    return {name: f"{visit.asked.url}{path}" for name, path in paths.items()}


def _compared(found: Found, question: Question) -> list[dict[str, Any]]:
    """Return the datastreams that are picked; one that is not there is left out."""
    at = [found.inventory.rows.get(one) for one in question.compared]
    return datastream_data(found.inventory, [row for row in at if row is not None])


def _sorting(visit: Visit, question: Question) -> dict[str, dict[str, str]]:
    """Return of each column the address that sorts by it, and how it is sorted now."""
    told = {}
    for name in SORTS:
        is_now = name == question.sort
        # Figures and times are looked for from the greatest down.
        turned = (not question.descending) if is_now else name in ("figures", "last")
        told[name] = {
            "href": visit.link.here(sort=f"-{name}" if turned else name, page=None),
            "state": ("descending" if question.descending else "ascending")
            if is_now
            else "none",
        }
    return told


class _Picking:
    """Tells how datastreams are put to those that are compared, and taken away."""

    def __init__(self, visit: Visit, question: Question) -> None:
        self._link, self._picked = visit.link, list(question.compared)
        self.is_full = len(self._picked) >= MOST_COMPARED
        self.nothing = visit.link.here(datastream=None)

    def has(self, address: str) -> bool:
        """Return whether a datastream is picked."""
        return address in self._picked

    def toggled(self, address: str) -> str:
        """Return the address of the page with a datastream picked, or no more."""
        kept = [one for one in self._picked if one != address]
        if not self.has(address):
            kept.append(address)
        return self._link.here(datastream=kept or None)
