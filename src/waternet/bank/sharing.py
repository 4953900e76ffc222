"""Who may read what, who asked for it and what was answered, as entries say it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from waternet.bank.standing import listed_entries
from waternet.bank.store import Bank

__all__ = [
    "Request",
    "Restricted",
    "list_requests",
    "opened_releases",
    "release_access",
    "restricted_among",
    "restricted_releases",
    "sealed_places",
    "undertakings",
]


@dataclass(frozen=True, slots=True)
class Restricted:
    """A release that not everybody may read.

    Attributes
    ----------
    index : int
    body : mapping
        The entry's fields.
    readers : frozenset of str
        To whom it was released or granted since.
    opened : bool
        Whether everybody may read it by now.
    withdrawn : bool
    """

    index: int
    body: Mapping[str, Any]
    readers: frozenset[str]
    opened: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What one party asked of another, and what it was answered last.

    Attributes
    ----------
    party : str
        Who asks.
    entry : int
        Index in that party's log.
    issued : str
    owner, dataset, purpose : str
    state : str
        'open', 'granted', 'refused' or 'conditional'.
    reason : str
        As the owner answered; ''.
    answered_by : int or None
        Index of the answer in the owner's log.
    """

    party: str
    entry: int
    issued: str
    owner: str
    dataset: str
    purpose: str
    state: str = "open"
    reason: str = ""
    answered_by: int | None = None


_STATES = {"grant": "granted", "refuse": "refused", "condition": "conditional"}


def list_requests(bank: Bank, party: str) -> list[Request]:
    """Return what was asked of a party and what it asked, by time."""
    rows = bank.catalogue.rows(
        "SELECT party, number, body,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', issued / 1000000, 'unixepoch') AS issued"
        " FROM entry WHERE kind = 'request' ORDER BY issued, party, number"
    )
    found = []
    for asking, entry, written, issued in rows:
        body = json.loads(written)
        if party not in (asking, body["owner"]):
            continue
        told = [body[name] for name in ("owner", "dataset", "purpose")]
        one = Request(asking, entry, issued, *told)
        found.append(_answered(bank, one))
    return found


def _answered(bank: Bank, one: Request) -> Request:
    for index, body in listed_entries(bank, one.owner, "answer"):
        asked = body["request"]
        if (asked["party"], asked["entry"]) == (one.party, one.entry):
            one = replace(
                one,
                state=_STATES[body["answer"]],
                reason=body.get("reason", ""),
                answered_by=index,
            )
    return one


def release_access(bank: Bank, party: str) -> dict[int, tuple[str, ...]]:
    """Return who may read each of the party's restricted releases; () is everybody.

    Releases that never were restricted are left out.
    """
    return {
        one.index: () if one.opened else tuple(sorted(one.readers))
        for one in restricted_releases(bank, party)
    }


def restricted_releases(bank: Bank, party: str) -> list[Restricted]:
    """Return the party's restricted releases, in order."""
    granted: dict[int, set[str]] = {}
    for _, body in listed_entries(bank, party, "grant"):
        granted.setdefault(body["release"], set()).add(body["to"])
    opened = opened_releases(bank, party)
    gone = {one.release for one in bank.view().withdrawals.get(party, ())}
    found = [
        Restricted(
            index,
            body,
            frozenset({*body["sealed"]["to"], *granted.get(index, ())}),
            index in opened,
            index in gone,
        )
        for kind in ("release", "revise")
        for index, body in listed_entries(bank, party, kind)
        if "sealed" in body
    ]
    return sorted(found, key=lambda one: one.index)


def opened_releases(bank: Bank, party: str) -> set[int]:
    """Return the restricted releases that the party opened to all."""
    return {
        one["release"]
        for _, body in listed_entries(bank, party, "open")
        for one in body["releases"]
    }


def restricted_among(bank: Bank, series: Collection[int]) -> list[str]:
    """Return the restricted releases, 'party:number', that have rows of some series.

    Those that were opened to all since are none.
    """
    if not series:
        return []
    rows = bank.catalogue.rows(
        "SELECT DISTINCT s.party, o.release, s.bucket FROM main.holding o"
        " JOIN series s USING (series_id)"
        " WHERE o.series_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
        (json.dumps(sorted(series)),),
    )
    opened = {party: opened_releases(bank, party) for party in {row[0] for row in rows}}
    hidden = bank.view().hidden
    shown = {
        (party, release): None
        for party, release, bucket in rows
        if release not in opened[party] and release not in hidden.get(bucket, ())
    }
    return [f"{party}:{release}" for party, release in shown]


def sealed_places(bank: Bank, party: str) -> dict[str, tuple[int, frozenset[str]]]:
    """Return places last described in a restricted entry: its index, and who reads."""
    sealed = {
        index: frozenset(body["sealed"]["to"])
        for index, body in listed_entries(bank, party, "station")
        if "sealed" in body
    }
    rows = bank.catalogue.rows(
        "SELECT id, release FROM place WHERE party = ?", (party,)
    )
    return {place: (index, sealed[index]) for place, index in rows if index in sealed}


def undertakings(bank: Bank, party: str, owner: str, dataset: str) -> set[str]:
    """Return the hashes of what a party undertook towards the owner of a dataset."""
    return {
        body["sha256"]
        for _, body in listed_entries(bank, party, "undertaking")
        if (body["owner"], body["dataset"]) == (owner, dataset)
    }
