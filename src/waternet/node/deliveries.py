"""What the record says of deliveries and of symmetry: from entries to counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.delivery import (
    MOST_STEPS,
    Account,
    Delivery,
    Release,
    account,
    deliveries,
)
from waternet.exchange.delivery_schedule import DeliveryLine, DeliverySchedule
from waternet.exchange.symmetry import Given, Request
from waternet.node.folder import Node
from waternet.node.heads import first_seen
from waternet.record.blob import blob_path, read_datastreams, verify_blob
from waternet.record.fields import Reference

__all__ = ["Kept", "kept_lines", "list_given", "list_requests"]

_MOST_STEPS = 200_000  # of all lines of a schedule together
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """How one line of the schedule was kept: counted, and period by period."""

    account: Account
    periods: tuple[Delivery, ...]

    @property
    def line(self) -> DeliveryLine:
        """The line of the schedule."""
        return self.account.line


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry with figures, as the bank lists it."""

    number: int
    issued: datetime
    body: Mapping[str, Any]
    withdrawn: datetime | None
    is_missing: bool


def kept_lines(
    node: Node, bank: Bank, schedule: DeliverySchedule, now: datetime
) -> list[Kept]:
    """Hold every line of a schedule against what this node holds of the records.

    A release whose figures are missing or damaged here does not count here.
    """
    most_steps = min(MOST_STEPS, _MOST_STEPS // len(schedule.lines))
    found, listed = [], dict[str, dict[str, list[_Listed]]]()
    for line in schedule.lines:
        if line.custodian not in listed:
            listed[line.custodian] = _by_dataset(bank, line.custodian)
        entries = listed[line.custodian].get(line.dataset, [])
        releases = _releases(node, line, entries) if entries else ()
        periods = deliveries(line, releases, now, most_steps)
        found.append(Kept(account(line, periods), tuple(periods)))
    return found


def list_given(bank: Bank, parties: list[str], now: datetime) -> list[Given]:
    """Return the releases of the parties that stand, with who can read each."""
    given = []
    for party in parties:
        readers = _granted(bank, party, now)
        for one in _listed(bank, party):
            if one.withdrawn is not None:
                continue
            sealed = one.body.get("sealed")
            more = readers.get(one.number, set())
            given.append(
                Given(
                    party=party,
                    dataset=one.body["dataset"],
                    figures=one.body["observations"]["rows"],
                    readers=None
                    if sealed is None or more is None
                    else frozenset({*sealed["to"], *more} - {party}),
                )
            )
    return given


def list_requests(bank: Bank, parties: list[str]) -> list[Request]:
    """Return the parties' requests, each with its owner's last answer to it.

    An answer counts only in the log of the party that was asked.
    """
    answers: dict[tuple[str, str, int], str] = {}
    for owner in parties:
        for _number, kind, body in _bodies(bank, owner, ("answer", "grant")):
            asked = body.get("request")
            if asked is not None:
                said = body["answer"] if kind == "answer" else "grant"
                answers[owner, asked["party"], asked["entry"]] = said
    return [
        Request(party, body["owner"], answers.get((body["owner"], party, number), ""))
        for party in parties
        for number, _kind, body in _bodies(bank, party, ("request",))
    ]


def _by_dataset(bank: Bank, party: str) -> dict[str, list[_Listed]]:
    found: dict[str, list[_Listed]] = {}
    for one in _listed(bank, party):
        if not one.is_missing:
            found.setdefault(one.body["dataset"], []).append(one)
    return found


def _releases(
    node: Node, line: DeliveryLine, listed: Sequence[_Listed]
) -> Iterator[Release]:
    party, seen = line.custodian, node.state.sightings(line.custodian)
    for one in listed:
        yield Release(
            party=party,
            dataset=line.dataset,
            number=one.number,
            first=datetime.fromisoformat(one.body["from"]),
            last=datetime.fromisoformat(one.body["to"]),
            issued=one.issued,
            seen=first_seen(seen, one.number),
            withdrawn=one.withdrawn,
            restricted="sealed" in one.body,
            observed_properties=_properties(node, party, one.body)
            if line.observed_properties
            else None,
        )


def _properties(
    node: Node, party: str, body: Mapping[str, Any]
) -> frozenset[str] | None:
    """Return what a release holds; None where this node cannot read that."""
    reference = Reference.from_json(body["datastreams"])
    path = node.records(party) / blob_path(reference.sha256)
    if "sealed" in body:
        return None
    try:
        verify_blob(path, reference)
        held = read_datastreams(path, reference)
    except (NotFound, NotVerified, NotAcceptable):
        return None  # the bank and 'waternet verify' name it
    return frozenset(one.observed_property for one in held)


def _listed(bank: Bank, party: str) -> Iterator[_Listed]:
    rows = bank.catalogue.rows(
        "SELECT e.number, e.issued, e.body, w.issued, e.finding, e.rows"
        " FROM entry e"
        " LEFT JOIN withdrawal ON withdrawal.party = e.party AND release = e.number"
        " LEFT JOIN entry w ON w.party = e.party AND w.number = withdrawal.number"
        " WHERE e.party = ? AND e.kind IN ('release', 'revise') ORDER BY e.number",
        (party,),
    )
    for number, issued, written, withdrawn, finding, count in rows:
        body = json.loads(written)
        # A key that this reader lost is no reason to call the owner late.
        unread = "sealed" in body and finding.startswith("unreadable-blob")
        yield _Listed(
            number,
            _moment(issued),
            body,
            None if withdrawn is None else _moment(withdrawn),
            is_missing=bool(finding) and not count and not unread,
        )


def _granted(bank: Bank, party: str, now: datetime) -> dict[int, set[str] | None]:
    """Return who was granted each restricted release since; None where all were."""
    found: dict[int, set[str] | None] = {}
    for _number, kind, body in _bodies(bank, party, ("grant", "open")):
        if kind == "open":
            found |= dict.fromkeys(one["release"] for one in body["releases"])
        elif "until" not in body or datetime.fromisoformat(body["until"]) > now:
            readers = found.setdefault(body["release"], set())
            if readers is not None:
                readers.add(body["to"])
    return found


def _bodies(
    bank: Bank, party: str, kinds: tuple[str, ...]
) -> list[tuple[int, str, dict[str, Any]]]:
    marks = ", ".join("?" * len(kinds))
    rows = bank.catalogue.rows(
        "SELECT number, kind, body FROM entry WHERE party = ?"
        f" AND kind IN ({marks}) ORDER BY number",
        (party, *kinds),
    )
    return [(number, kind, json.loads(body)) for number, kind, body in rows]


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
