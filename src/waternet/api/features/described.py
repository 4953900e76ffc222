"""What stands of places and datastreams in a bank, as plain records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from waternet.bank.as_of import AsOf
from waternet.bank.extent import extents
from waternet.bank.standing import standing_terms
from waternet.bank.store import Bank
from waternet.bank.words import in_words
from waternet.observation.vocabulary import get_terms

__all__ = [
    "DescribedPlace",
    "Extent",
    "datastream_extents",
    "described_places",
    "licences",
    "term_label",
    "told_name",
]

Address = tuple[str, str]  # party, and the name or id within it


@dataclass(frozen=True, slots=True)
class Extent:
    """How much stands of a datastream, with its last figure (`bank.extent`)."""

    figures: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DescribedPlace:
    """A place as last described.

    Attributes
    ----------
    party : str
    id : str
    kind : str
    body : mapping
        As in the record.
    release : int
        The entry that described it.
    """

    party: str
    id: str
    kind: str
    body: Mapping[str, Any]
    release: int
    position: Mapping[str, Any] = field(default_factory=dict)


def described_places(bank: Bank) -> dict[Address, DescribedPlace]:
    """Return every place that may be seen, by party and id."""
    found = {}
    for party, place, kind, written, release in bank.catalogue.rows(
        "SELECT party, id, kind, body, release FROM place ORDER BY party, id"
    ):
        body = json.loads(written)
        at = body.get("position") or {}
        found[party, place] = DescribedPlace(party, place, kind, body, release, at)
    return found


def datastream_extents(bank: Bank, as_of: AsOf | None = None) -> dict[Address, Extent]:
    """Return how much stands of each datastream, by party and name."""
    told = in_words(extents(bank, as_of=as_of).table)
    rows = {row["series_id"]: row for row in told.to_pylist()}
    return {
        (party, name): Extent(rows[number]["figures"], rows[number])
        for number, party, name in bank.catalogue.rows(
            "SELECT series_id, party, name FROM series"
        )
        if number in rows
    }


def licences(bank: Bank) -> dict[Address, str]:
    """Return the licence of each dataset that has terms, by party and dataset."""
    return {
        (party, dataset): body.get("licence", "")
        for party in bank.view().positions
        for dataset, body in standing_terms(bank, party).items()
    }


def term_label(vocabulary: str, term: str, language: str) -> str:
    """Return how a term is called in a language."""
    found = get_terms(vocabulary).get(term)
    return found.labels.get(language, term) if found else term


def told_name(names: Mapping[str, str], language: str) -> str:
    """Return a name in a language; where there is none, the first that was given."""
    return names.get(language) or next(iter(names.values()), "")
