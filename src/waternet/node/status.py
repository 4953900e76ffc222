"""How a node stands: records, heads, deliveries, what is pending, what is wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from waternet.bank.seal import reading_bank
from waternet.bank.sharing import list_requests
from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.exchange.changes import describe_expiry, spelt_keys
from waternet.exchange.symmetry import PartyBalance
from waternet.node.desk_release import left_on_desk
from waternet.node.embargo import due_openings
from waternet.node.folder import Node
from waternet.node.heads import HeadStatus, head_status
from waternet.node.log import read_head
from waternet.node.meeting import (
    KeptSchedule,
    balance_sentence,
    keep_schedule,
    list_balances,
)
from waternet.node.pending import list_pending
from waternet.node.policy import node_policy
from waternet.node.quorum import cosigned_sizes
from waternet.node.registry import held_registry
from waternet.node.report import counted

__all__ = ["RecordStatus", "Status", "node_status"]


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """One party's record as this node holds it.

    Attributes
    ----------
    party : str
    own : bool
    entries, in_bank : int
        In the log; of those, taken into the bank.
    root : str
        The head's Merkle root in hexadecimal: equal roots are equal records.
    cosigned : int or None
        How many of the entries a quorum of witnesses has cosigned; None where the
        parties agreed on none.
    """

    party: str
    own: bool
    entries: int
    in_bank: int
    root: str
    cosigned: int | None = None

    def sentence(self) -> str:
        """Say it in one line."""
        line = f"{self.party}: {self.entries} entries, head {self.root[:16]}"
        line += ", own record" if self.own else ", mirror"
        if self.cosigned is not None and self.cosigned < self.entries:
            line += f"; {self.entries - self.cosigned} not yet cosigned"
        if self.in_bank < self.entries:
            line += f"; {self.entries - self.in_bank} not yet in the bank"
        return line


@dataclass(frozen=True, slots=True)
class Status:
    """How the node stands.

    Attributes
    ----------
    party : str
    keys : str
        Of the own card, to be read out to whoever follows it: `spelt_keys`.
    records : tuple of RecordStatus
    pending, findings : tuple of str
    heads : tuple of HeadStatus
        By party, the own one too.
    schedule : KeptSchedule
    balances : tuple of PartyBalance
        What each party gave and got, by party.
    now : int
        Seconds since 1970, UTC.
    due : tuple of str
        What waits for this party: embargoes that ended, requests without an answer.
    desk : tuple of str
        What stewards wrote by SensorThings: how much, and what cannot be published.
    """

    party: str
    keys: str
    records: tuple[RecordStatus, ...]
    pending: tuple[str, ...]
    findings: tuple[str, ...]
    heads: tuple[HeadStatus, ...]
    schedule: KeptSchedule
    balances: tuple[PartyBalance, ...]
    now: int
    due: tuple[str, ...] = ()
    desk: tuple[str, ...] = ()

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        yield f"node of {self.party}"
        yield f"  its keys, to compare: {self.keys}"
        for one in self.records:
            yield f"  {one.sentence()}"
        if len(self.records) > 1:
            for said in filter(None, (one.sentence(self.now) for one in self.heads)):
                yield f"  {said}"
        for sentence in self.schedule.sentences():
            yield f"  {sentence}"
        if len(self.records) > 1:
            for balance in self.balances:
                yield f"  {balance_sentence(balance)}"
        told = [f"pending: {name}" for name in self.pending] + list(self.desk)
        told += [*self.due, *(f"FINDING {finding}" for finding in self.findings)]
        for sentence in told:
            yield f"  {sentence}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "party": self.party,
            "to_compare": self.keys,
            "records": [asdict(one) for one in self.records],
            "pending": list(self.pending),
            "desk": list(self.desk),
            "findings": list(self.findings),
            "due": list(self.due),
            "heads": [one.to_json() for one in self.heads],
            "schedule": self.schedule.to_json(),
            "balances": [asdict(one) for one in self.balances],
        }


def node_status(node: Node) -> Status:
    """Return how the node stands; reads no figures."""
    now = datetime.now(UTC)
    in_bank: dict[str, int] = {}
    findings: tuple[str, ...] = ()
    schedule, balances = KeptSchedule(), list[PartyBalance]()
    due: tuple[str, ...] = ()
    desk: tuple[str, ...] = ()
    cards, policy = node.cards(), node_policy(node)
    parties = sorted(cards)
    if node.bank.exists():
        with reading_bank(node.bank) as bank:
            in_bank = {party: bank.position(party) for party in parties}
            findings = tuple(one.text for one in list_findings(bank))
            heads = [head_status(node, bank, party, policy) for party in parties]
            schedule = keep_schedule(node, bank, now)
            balances = list_balances(node, bank, now)
            due = tuple(_due(bank, node.party))
            desk = tuple(_desk(node, bank))
    else:
        heads = [head_status(node, None, party, policy) for party in parties]
    if registry := held_registry(node):
        due += tuple(f"due: {one}" for one in describe_expiry(registry, now))
    sizes = cosigned_sizes(node, int(time.time()))
    records = []
    for party in parties:
        head = read_head(node, party)
        own = party == node.party
        records.append(
            RecordStatus(
                party,
                own,
                head.size,
                in_bank.get(party, 0),
                head.root.hex(),
                None if sizes is None else sizes[party],
            )
        )
    pending = tuple(one.folder.name for one in list_pending(node))
    return Status(
        party=node.party,
        keys=spelt_keys(cards[node.party]),
        records=tuple(records),
        pending=pending,
        findings=findings,
        heads=tuple(heads),
        schedule=schedule,
        balances=tuple(balances),
        now=int(now.timestamp()),
        due=due,
        desk=desk,
    )


def _desk(node: Node, bank: Bank) -> Iterator[str]:
    count, left = left_on_desk(node, bank)
    if count:
        yield f"on the desk: {counted(count, 'draft')}, written by SensorThings; " + (
            "'waternet publish' signs what can be published"
        )
    for one in left:
        yield f"  stays: {one.sentence()}"


def _due(bank: Bank, party: str) -> Iterator[str]:
    for release in due_openings(bank, party):
        name = f"release {release.index} of {release.body['dataset']}"
        yield f"due: the embargo of {name} has ended; 'waternet publish' opens it"
    for one in list_requests(bank, party):
        if one.owner == party and one.state == "open":
            told = f"request {one.party}:{one.entry} for {one.dataset}"
            yield f"due: {told} waits for an answer; 'waternet requests'"
