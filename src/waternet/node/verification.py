"""Checking all that a node holds: every signature, hash and proof, and the bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from waternet.bank.seal import find_damages, reading_bank
from waternet.bank.standing import standing_terms
from waternet.errors import NotAcceptable, NotFound, NotVerified, WaternetError
from waternet.exchange.card import Card, read_card
from waternet.exchange.finding import Finding
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import SignedEntry, read_entries
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.keys import is_locked
from waternet.node.pending import list_pending
from waternet.node.publish import read_keys
from waternet.node.registered import read_held
from waternet.node.registry import reread_registry
from waternet.node.report import Advance, counted
from waternet.node.witness import read_witness_key
from waternet.node.witnessed import verify_seen
from waternet.record.blob import blob_path, verify_blob

__all__ = ["Verified", "verify_node"]


@dataclass
class Verified:
    """What was checked, and what did not hold.

    Attributes
    ----------
    entries, blobs : dict of party to int
        That hold.
    findings : list of WaternetError
        A `Finding` against a party's record, or what is wrong with this node.
    """

    entries: dict[str, int] = field(default_factory=dict)
    blobs: dict[str, int] = field(default_factory=dict)
    findings: list[WaternetError] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        for party, entries in sorted(self.entries.items()):
            blobs = counted(self.blobs[party], "file")
            yield f"{party}: {counted(entries, 'entry')} and {blobs} hold"
        for finding in self.findings:
            yield f"FINDING {finding}"
        if not self.findings:
            yield "Everything holds."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "entries": dict(sorted(self.entries.items())),
            "blobs": dict(sorted(self.blobs.items())),
            "findings": [
                finding.to_json()
                if isinstance(finding, Finding)
                else {"message": str(finding), "next_step": finding.hint}
                for finding in self.findings
            ],
        }


def verify_node(node: Node, advance: Advance) -> Verified:
    """Check every record that the node holds, its cards and its bank.

    Parameters
    ----------
    node : Node
        Only read.
    advance : function of (done, of)
        Told after each entry of a party.
    """
    verified = Verified()
    try:
        cards = node.cards()
    except WaternetError as error:
        return Verified(findings=[error])
    for check in (_verify_own, _verify_registry, _verify_pending, _verify_terms):
        try:
            check(node)
        except WaternetError as error:
            verified.findings.append(error)
    for card in cards.values():
        verified.entries[card.party] = verified.blobs[card.party] = 0
        try:
            _verify_card(node, card)
            _verify_record(node, card, verified, advance)
            _verify_witness(node, card)
        except WaternetError as error:
            verified.findings.append(error)
    if node.bank.exists():
        verified.findings += find_damages(node.bank)
    return verified


def _verify_own(node: Node) -> None:
    """Check the signing keys, where no passphrase is needed, and state.sqlite."""
    keys = [node.key(role) for role in ("steward", "log")]
    if all(path.exists() and not is_locked(path) for path in keys):
        read_keys(node, "")
    unknown = {head.party for head in node.state.heads()} - set(node.cards())
    held = read_held(node.folder)
    unknown -= set(held.excluded if held else ())  # this node's own choice
    if unknown:
        raise NotVerified(
            f"state.sqlite knows the log of {min(unknown)!r}, whose card is not here",
            hint=f"restore cards/{min(unknown)}.json, or follow the party again",
        )


def _verify_registry(node: Node) -> None:
    """Check every signature in the registry again, from the first root on."""
    again = reread_registry(node)
    for finding in again.findings if again else ():
        raise finding


def _verify_pending(node: Node) -> None:
    for pending in list_pending(node):
        if pending.reference is not None:
            verify_blob(pending.observations_path, pending.reference)
        pending.judged.verify()


def _verify_terms(node: Node) -> None:
    """Compare node.toml with the terms that stand in the record, as the bank has it."""
    if not node.bank.exists():
        return
    with reading_bank(node.bank) as bank:
        standing = standing_terms(bank, node.party)
    for dataset in node.profile.datasets:
        published = standing.get(dataset.id)
        if published and published != dataset.terms():
            raise NotVerified(
                f"node.toml has other terms for {dataset.id!r} than were published",
                hint="restore node.toml; or publish, if the terms have changed",
            )


def _verify_card(node: Node, card: Card) -> None:
    if card.party == node.party:
        same = card.names == node.profile.names and card.origin == node.profile.origin
        other = "node.toml"
    else:
        beside = FolderSource(node.records(card.party)).read("card.json")
        same = card == read_card(beside, f"mirror/{card.party}/card.json")
        other = "the one beside its mirror"
    if not same:
        raise NotVerified(
            f"the card of {card.party!r} is not the same as {other}",
            hint="compare both with the party, and restore the right one",
        )


def _verify_witness(node: Node, card: Card) -> None:
    """Check the own witness's key, or what it remembers of another party's log."""
    if card.party != node.party:
        verify_seen(node, card)
    elif node.key("witness").exists():
        read_witness_key(node)


def _verify_record(
    node: Node, card: Card, verified: Verified, advance: Advance
) -> None:
    head = seen_head(node, card.party)
    size = head.checkpoint.size
    path = node.records(card.party) / "checkpoint"
    if not size and not path.exists():
        return
    published = path.read_bytes() if path.exists() else b""
    if published != head.signed:
        raise Finding(
            "altered-entry",
            f"the checkpoint of {card.party!r} is not the one that this node stands by",
            party=card.party,
            evidence={"checkpoint": published},
        )
    withdrawn = set()
    lost: list[Finding] = []
    for one in read_entries(card, head, 0):
        verified.entries[card.party] += 1
        if one.entry.kind == "withdraw":
            withdrawn.add(one.entry.body["release"])
        lost += _lost_blobs(node, card, one, verified)
        advance(one.index + 1, size)
    verified.findings += [
        finding
        for finding in lost
        if finding.index not in withdrawn or finding.name != "missing-blob"
    ]


def _lost_blobs(
    node: Node, card: Card, one: SignedEntry, verified: Verified
) -> Iterator[Finding]:
    for name, reference in one.entry.references().items():
        try:
            verify_blob(
                node.records(card.party) / blob_path(reference.sha256), reference
            )
            verified.blobs[card.party] += 1
        except NotFound:
            yield Finding(
                "missing-blob",
                f"the {name} of entry {one.index} of {card.party!r} are not there",
                party=card.party,
                index=one.index,
            )
        except (NotVerified, NotAcceptable):
            yield Finding(
                "corrupt-blob",
                f"the {name} of entry {one.index} of {card.party!r} are not the ones "
                "that were signed",
                party=card.party,
                index=one.index,
            )
