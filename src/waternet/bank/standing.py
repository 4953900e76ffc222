"""What stands of one party: its places, datastreams and terms; what is amiss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from waternet.bank.store import Bank
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place

__all__ = [
    "BankFinding",
    "PublishedLines",
    "StandingRelease",
    "latest_entries",
    "list_findings",
    "listed_entries",
    "published_lines",
    "standing_datastreams",
    "standing_places",
    "standing_releases",
    "standing_terms",
]


@dataclass(frozen=True, slots=True)
class BankFinding:
    """An entry that the bank had to take without its rows, and why."""

    party: str
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class StandingRelease:
    """A release whose figures count."""

    index: int
    title: str


@dataclass(frozen=True, slots=True)
class PublishedLines:
    """Rules or a schedule that a party put into its record, to be agreed on.

    Attributes
    ----------
    index : int
        The entry's.
    name, version, title : str
    sha256 : str
        Of the lines: parties agree where it is the same.
    bytes, count : int
        Of the lines.
    """

    index: int
    name: str
    version: str
    title: str
    sha256: str
    bytes: int
    count: int


def published_lines(
    bank: Bank, party: str, kind: str, field: str
) -> list[PublishedLines]:
    """Return what the party published in entries of a kind, in order.

    Parameters
    ----------
    bank : Bank
    party, kind : str
    field : str
        Which names the blob of lines.
    """
    rows = bank.catalogue.rows(
        "SELECT number, body FROM entry WHERE party = ? AND kind = ? ORDER BY number",
        (party, kind),
    )
    found = []
    for number, written in rows:
        body = json.loads(written)
        found.append(
            PublishedLines(
                index=number,
                name=body["name"],
                version=body["version"],
                title=body["title"],
                **body[field],
            )
        )
    return found


def listed_entries(
    bank: Bank, party: str, kind: str
) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the party's entries of one kind in order: index and body."""
    rows = bank.catalogue.rows(
        "SELECT number, body FROM entry WHERE party = ? AND kind = ? ORDER BY number",
        (party, kind),
    )
    return [(number, json.loads(body)) for number, body in rows]


def standing_places(bank: Bank, party: str) -> dict[str, Place]:
    """Return the party's places as last described, by id."""
    rows = bank.catalogue.rows("SELECT body FROM place WHERE party = ?", (party,))
    places = [Place.from_json(json.loads(body)) for (body,) in rows]
    return {place.id: place for place in places}


def standing_datastreams(bank: Bank, party: str) -> dict[str, Datastream]:
    """Return the party's datastreams as last described, by name."""
    columns = [field.name for field in fields(Datastream)]
    rows = bank.catalogue.rows(
        f"SELECT {', '.join(columns)} FROM datastream WHERE party = ?", (party,)
    )
    streams = [Datastream(**dict(zip(columns, row, strict=True))) for row in rows]
    return {stream.name: stream for stream in streams}


def standing_terms(bank: Bank, party: str) -> dict[str, Mapping[str, Any]]:
    """Return the body of the party's last 'terms' entry for each dataset."""
    rows = bank.catalogue.rows(
        "SELECT dataset, body FROM entry WHERE party = ? AND kind = 'terms'"
        " ORDER BY number",
        (party,),
    )
    return {dataset: json.loads(body) for dataset, body in rows}


def standing_releases(bank: Bank, party: str) -> list[StandingRelease]:
    """Return the party's releases that it has not withdrawn, in order."""
    rows = bank.catalogue.rows(
        "SELECT number, title FROM entry WHERE party = ?1"
        " AND kind IN ('release', 'revise') AND number NOT IN"
        " (SELECT release FROM withdrawal WHERE party = ?1) ORDER BY number",
        (party,),
    )
    return [StandingRelease(*row) for row in rows]


def latest_entries(bank: Bank, kind: str) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return the last entry of a kind of each party: its index and its body."""
    rows = bank.catalogue.rows(
        "SELECT party, max(number), body FROM entry WHERE kind = ? GROUP BY party",
        (kind,),
    )
    return {party: (number, json.loads(body)) for party, number, body in rows}


def list_findings(bank: Bank) -> list[BankFinding]:
    """Return the entries that something was wrong with when they were taken."""
    rows = bank.catalogue.rows(
        "SELECT party, number, finding FROM entry WHERE finding <> ''"
        " ORDER BY party, number"
    )
    return [BankFinding(*row) for row in rows]
