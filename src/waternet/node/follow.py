"""Following other parties: their cards accepted, their records pulled into the bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waternet.bank.seal import reading_bank, writing_bank
from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.exchange.card import Card, read_card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source, find_records
from waternet.exchange.walk import read_entries
from waternet.node.blob_copies import BlobCopies, holds_blob
from waternet.node.cosigning import take_cosignature
from waternet.node.durable import write_durably
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Node
from waternet.node.intake import catch_up, rebuild_bank, seen_head
from waternet.node.mirror import mirror_record
from waternet.node.recovery import recover_node
from waternet.node.registry import find_pinned, take_registry
from waternet.node.report import Advance, counted
from waternet.node.trust import may_know_less
from waternet.node.whereabouts import hear_from, verify_newest
from waternet.record.blob import blob_path

__all__ = ["Pulled", "follow_party", "pull_folder"]

_MOST_CARD = 1 << 16  # bytes
# What a later pull may cure; what was signed unreadable stays so.
_MAY_COME = ("missing-blob", "corrupt-blob", "withdrawn-blob")


@dataclass
class Pulled:
    """What a pull brought, party by party, and what it found wrong.

    Attributes
    ----------
    entries : dict of party to int
        New entries, each verified.
    unread : list of str
        Folders whose card cannot be read, and why: nothing was taken from them.
    not_followed : list of str
        Parties in the folder whose cards this node does not hold.
    findings : list of Finding
    still_missing : list of str
        Entries pulled before of which a file has not come yet.
    """

    entries: dict[str, int] = field(default_factory=dict)
    not_followed: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    still_missing: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        for party, count in sorted(self.entries.items()):
            news = (
                f"{counted(count, 'new entry')}, verified" if count else "nothing new"
            )
            yield f"{party}: {news}"
        for party in sorted(set(self.not_followed)):
            yield f"{party}: not followed; 'waternet follow CARD' accepts its card"
        for reason in self.unread:
            yield f"passed over: {reason}"
        for text in self.still_missing:
            yield f"still missing: {text}"
        for finding in self.findings:
            yield f"{finding.party}: FINDING {finding}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "entries": dict(sorted(self.entries.items())),
            "not_followed": sorted(set(self.not_followed)),
            "unread": self.unread,
            "still_missing": self.still_missing,
            "findings": [finding.to_json() for finding in self.findings],
        }


def follow_party(node: Node, path: Path) -> Card:
    """Accept another party's card.

    Parameters
    ----------
    node : Node
        Held for writing.
    path : Path
        The card's file, received by a way that its reader trusts.

    Raises
    ------
    NotFound, NotAcceptable
        There is no such file, or it is not a card.
    Conflict
        This node knows the party by other keys, or the party is its own.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}", hint="a party's card is its public/card.json")
    card = read_card(path.read_bytes(), path.name)
    for known in node.cards().values():
        if known == card and known.party != node.party:
            return card
        if known.party == card.party or known.origin == card.origin:
            raise Conflict(
                f"{card.party!r} is already known here by another card",
                hint="compare the keys with the party before you replace its card",
            )
    write_durably(node.records(card.party) / "card.json", card.to_json())
    # Last: from then on the party is followed.
    write_durably(node.folder / "cards" / f"{card.party}.json", card.to_json())
    return card


def pull_folder(
    node: Node, folder: Path, advance: Advance, *, whole: bool = False
) -> Pulled:
    """Verify the records in a folder and take what is new into mirror and bank.

    A finding against one party does not keep the others' news back.

    Parameters
    ----------
    node : Node
    folder : Path
        One public folder, a whole node, or several of either.
    advance : function of (done, of)
    whole : bool
        Read every record from its first entry and replace what the mirror holds:
        the cure for a damaged mirror.

    Raises
    ------
    NotFound
        There is no record in the folder.
    Conflict
        Another process is writing to the node.
    """
    pulled = Pulled()
    sources = find_records(folder)
    with node.writing():
        recover_node(node)
        for source in sources:
            pulled.findings += take_registry(node, source).findings
        for finding in pulled.findings:
            keep_evidence(node, finding)
        cards = node.cards()
        for source in sources:
            try:
                written = source.read("card.json", _MOST_CARD)
                party = read_card(written, "card.json").party
            except (NotFound, NotAcceptable) as error:
                pulled.unread.append(f"{source.name}: {error}")
                continue
            if party == node.party:
                continue
            if party not in cards:
                pulled.not_followed.append(party)
                continue
            try:
                mirrored = mirror_record(node, cards[party], source, whole=whole)
                before = pulled.entries.get(party, 0)
                pulled.entries[party] = before + mirrored.entries
                pulled.findings += mirrored.findings
                if take_cosignature(node, source, party):
                    hear_from(node, party)
            except Finding as finding:
                keep_evidence(node, finding)
                pulled.findings.append(finding)
        _take_in(node, cards, sources, advance, pulled)
        pulled.findings += list(_restored(node))
        pulled.findings += find_pinned(node)
    return pulled


def _restored(node: Node) -> Iterator[Finding]:
    """Ask the others where this node may know less than they do; tell what is open."""
    if may_know_less(node):
        try:
            verify_newest(node)
        except Finding as finding:
            yield finding


def _take_in(
    node: Node,
    cards: Mapping[str, Card],
    sources: Sequence[Source],
    advance: Advance,
    pulled: Pulled,
) -> None:
    """Bring the bank up to date; build it anew where missing figures have come."""
    with writing_bank(node.bank) as bank:
        before = _missing(bank)
        found = catch_up(node, bank, advance)
        missing = _missing(bank)
    came = [
        party
        for party in sorted({party for party, _index in missing} & set(cards))
        if party != node.party and _fetch_missing(node, cards[party], sources, missing)
    ]
    if came:
        rebuild_bank(node, advance)
        with reading_bank(node.bank) as bank:
            came_since = missing - _missing(bank)
        found = [one for one in found if (one.party, one.index) not in came_since]
        missing -= came_since
    pulled.still_missing = [
        f"files of entry {index} of {party!r}"
        for party, index in sorted(before & missing)
    ]
    named = {(finding.party, finding.index) for finding in pulled.findings}
    pulled.findings += [
        finding
        for finding in found
        if finding.name != "withdrawn-blob"
        and (finding.party, finding.index) not in named
    ]


def _missing(bank: Bank) -> set[tuple[str, int]]:
    """Return the entries that the bank took without files that may yet come."""
    return {
        (one.party, one.index)
        for one in list_findings(bank)
        if one.text.startswith(_MAY_COME)
    }


def _fetch_missing(
    node: Node,
    card: Card,
    sources: Sequence[Source],
    missing: set[tuple[str, int]],
) -> bool:
    """Try every source for the blobs that the bank had to do without."""
    came = False
    mirror = node.records(card.party)
    copies = BlobCopies(card, mirror, sources, hashed=True)
    for one in read_entries(card, seen_head(node, card.party), 0):
        if (card.party, one.index) not in missing:
            continue
        copies.copy(one.blobs())
        came = came or all(
            holds_blob(mirror / blob_path(reference.sha256), reference)
            for reference in one.entry.references().values()
        )
    return came
