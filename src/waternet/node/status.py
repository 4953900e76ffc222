"""How a node stands: each record's size and head, what is pending, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from waternet.bank.seal import reading_bank
from waternet.bank.standing import list_findings
from waternet.node.folder import Node
from waternet.node.log import read_head
from waternet.node.pending import list_pending

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
    """

    party: str
    own: bool
    entries: int
    in_bank: int
    root: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the node stands."""

    party: str
    records: tuple[RecordStatus, ...]
    pending: tuple[str, ...]
    findings: tuple[str, ...]

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        yield f"node of {self.party}"
        for one in self.records:
            line = f"  {one.party}: {one.entries} entries, head {one.root[:16]}"
            line += ", own record" if one.own else ", mirror"
            if one.in_bank < one.entries:
                line += f"; {one.entries - one.in_bank} not yet in the bank"
            yield line
        for name in self.pending:
            yield f"  pending: {name}"
        for finding in self.findings:
            yield f"  FINDING {finding}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "party": self.party,
            "records": [
                {
                    "party": one.party,
                    "own": one.own,
                    "entries": one.entries,
                    "in_bank": one.in_bank,
                    "root": one.root,
                }
                for one in self.records
            ],
            "pending": list(self.pending),
            "findings": list(self.findings),
        }


def node_status(node: Node) -> Status:
    """Return how the node stands; reads no figures."""
    in_bank: dict[str, int] = {}
    findings: tuple[str, ...] = ()
    parties = sorted(node.cards())
    if node.bank.exists():
        with reading_bank(node.bank) as bank:
            in_bank = {party: bank.position(party) for party in parties}
            findings = tuple(one.text for one in list_findings(bank))
    records = []
    for party in parties:
        head = read_head(node, party)
        own = party == node.party
        records.append(
            RecordStatus(party, own, head.size, in_bank.get(party, 0), head.root.hex())
        )
    pending = tuple(one.folder.name for one in list_pending(node))
    return Status(node.party, tuple(records), pending, findings)
