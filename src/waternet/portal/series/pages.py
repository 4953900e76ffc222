"""The pages of a station, of a chart of up to five datastreams, and for embedding."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any, Final

from waternet.api.downloads.choosing import chosen
from waternet.api.operation import Operation, Parameter
from waternet.bank.catalogue import Series
from waternet.bank.finding.found import find
from waternet.bank.finding.inventory import read_inventory
from waternet.bank.finding.letters import split_words
from waternet.bank.finding.wanted import Wanted
from waternet.bank.selection import Selection, choose_series
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import get_term
from waternet.portal.chart.line import MOST_LINES
from waternet.portal.page import SECURITY, View, Visit, page
from waternet.portal.parties import party_names
from waternet.portal.series.asking import SERIES_PARAMETERS
from waternet.portal.series.described import (
    Described,
    describe,
    describe_alike,
    describe_place,
    find_place,
)
from waternet.portal.series.section import section_of

__all__ = ["operations"]

_MOST_OFFERED: Final = 30
_MOST_LOOKED_AT: Final = 200  # of those found; some have no figures
# Any page may show it in a frame: it holds no form, and nothing of who is signed in.
_EMBEDDED: Final = {
    "content-security-policy": SECURITY["content-security-policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    ),
    "x-frame-options": "ALLOWALL",  # of no meaning where frame-ancestors is known
}


def operations() -> tuple[Operation, ...]:
    """Return the operations of these pages."""
    place = Parameter(
        "place",
        {"type": "string", "minLength": 3, "maxLength": 200},
        "PARTY:ID of a station or area.",
        "path",
        required=True,
    )
    addresses, *others = SERIES_PARAMETERS
    named = dataclasses.replace(addresses, required=True)
    return (
        page(
            "/station/{place}",
            "station",
            "A station or area: its names, position, datastreams, and one as a chart.",
            _station,
            parameters=(place, *SERIES_PARAMETERS),
        ),
        page(
            "/chart",
            "chart",
            "Up to five datastreams as a chart and as a table, with their source.",
            _chart,
            parameters=SERIES_PARAMETERS,
        ),
        page(
            "/embed",
            "embed",
            "The same chart alone, for the frame of another page.",
            _embed,
            parameters=(named, *others),
        ),
    )


def _station(visit: Visit) -> View:
    address = visit.values["place"]
    place = find_place(visit.bank, address)
    party = place["party"]
    held = describe_place(visit.bank, party, place["id"])
    chosen_here = visit.values.get("datastream") or [one.address for one in held[:1]]
    series = _series(visit, chosen_here) if chosen_here else []
    section = section_of(visit, series)
    data = {
        "place": _place_told(visit, place),
        "held": [one.to_json() for one in held],
        **section.data,
    }
    kind = get_term("place_kind", place["kind"]).labels
    return View(
        "series/station.html",
        visit.language.best_of(place["names"])[1],
        data,
        {
            **section.more,
            "kind": kind,
            "others": _others(visit, series),
            "found": None,
            "held_titles": {one.address: one.title(visit.language) for one in held},
            "held_here": held,
            "parties": party_names(visit.node),
        },
    )


def _chart(visit: Visit) -> View:
    addresses = visit.values.get("datastream", [])
    series = _series(visit, addresses) if addresses else []
    section = section_of(visit, series)
    told = section.more["described"]
    language = visit.language
    title = " · ".join(
        dict.fromkeys(one.title(language) for one in told)
    ) or language.gettext("Compare datastreams")
    return View(
        "series/chart.html",
        title,
        section.data,
        {
            **section.more,
            "others": _others(visit, series),
            "found": _found(visit, series),
            "parties": party_names(visit.node),
        },
    )


def _embed(visit: Visit) -> View:
    series = _series(visit, visit.values.get("datastream", []))
    section = section_of(visit, series)
    told = section.more["described"]
    title = " · ".join(dict.fromkeys(one.title(visit.language) for one in told))
    more = {**section.more, "parties": party_names(visit.node)}
    return View("series/embed.html", title, section.data, more, headers=_EMBEDDED)


def _series(visit: Visit, addresses: Sequence[str]) -> list[Series]:
    """Return the datastreams that addresses mean, which may leave their end open."""
    if not addresses:
        raise NotAcceptable(
            "no datastream is named", hint="datastream=PARTY:FEATURE/PROPERTY"
        )
    named = chosen(visit.asked) if "datastream" in visit.values else addresses
    full = [] if isinstance(named, Selection) else list(named)
    if len(full) > MOST_LINES:
        raise NotAcceptable(
            f"{len(full)} datastreams fit what is named; a chart shows {MOST_LINES}",
            hint="name each by its whole address",
        )
    return choose_series(visit.bank, full)


def _place_told(visit: Visit, place: dict[str, Any]) -> dict[str, Any]:
    """Return a place with the names of the areas it lies in, and who else has it."""
    rows = visit.bank.catalogue.rows(
        "SELECT n.party, n.id, n.name FROM shared_name n JOIN shared_name m "
        "ON n.name = m.name WHERE m.party = ? AND m.id = ? "
        "AND (n.party, n.id) <> (m.party, m.id) ORDER BY n.party, n.id LIMIT 50",
        (place["party"], place["id"]),
    )
    areas = [_area(visit, place["party"], one) for one in place.get("within", ())]
    same = [_area(visit, row["party"], row["id"]) for row in rows]
    unique = {one["address"]: one for one in same}
    return {**place, "areas": areas, "same": list(unique.values())}


def _area(visit: Visit, party: str, place: str) -> dict[str, Any]:
    rows = visit.bank.catalogue.rows(
        "SELECT json_extract(body, '$.names') AS names FROM place "
        "WHERE party = ? AND id = ?",
        (party, place),
    )
    names = json.loads(rows[0]["names"]) if rows else {}
    return {"address": f"{party}:{place}", "party": party, "names": names}


def _others(visit: Visit, series: Sequence[Series]) -> list[dict[str, Any]]:
    """Return other datastreams of the first one's quantity, to be put beside it."""
    if not series or len(series) >= MOST_LINES:
        return []
    wanted = series[0].name.split("/")[1]
    alike = describe_alike(visit.bank, wanted, _MOST_OFFERED + MOST_LINES)
    return _offered(visit, alike, series)


def _found(visit: Visit, series: Sequence[Series]) -> list[dict[str, Any]] | None:
    """Return the datastreams that a reader searched for; None where nobody did."""
    words = visit.values.get("add", "")
    if not split_words(words):
        return None
    inventory = read_inventory(visit.bank)
    found = find(inventory, Wanted(words))
    first = found.ordered("relevance", visit.language.code, first=_MOST_LOOKED_AT)
    named = [inventory.address(int(row)) for row in first if inventory.figures[row]]
    few = choose_series(visit.bank, named[: _MOST_OFFERED + MOST_LINES])
    return _offered(visit, describe(visit.bank, few), series)


def _offered(
    visit: Visit, alike: Sequence[Described], shown: Sequence[Series]
) -> list[dict[str, Any]]:
    addresses = [one.address for one in shown]
    others = [one for one in alike if one.address not in addresses][:_MOST_OFFERED]
    return [
        {
            "title": one.title(visit.language),
            "party": one.party,
            "address": one.address,
            "with": [*addresses, one.address],
        }
        for one in others
    ]
