"""Checking one entry from its bytes on this node's disk, at each request.

The head's signature, the entry's place below it, the steward's signature, the files'
hashes and each cosignature are checked anew; a file that has not changed since it was
hashed is not hashed again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from waternet.errors import NotAcceptable, NotFound, NotVerified, WaternetError
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.refusal import REFUSED, refused_key
from waternet.exchange.walk import SeenHead, SignedEntry, read_entries, verify_held_head
from waternet.node.attested import (
    AttestedEntry,
    AttestedRecord,
    Check,
    SigningKey,
)
from waternet.node.concurrence import Concurrence, find_concurrence
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.later import LaterEntries
from waternet.node.signed_rows import SignedRows
from waternet.record.blob import blob_path
from waternet.record.entry import ASIDE
from waternet.record.key import Verifier
from waternet.record.note import read_note
from waternet.record.tree import inclusion_proof

__all__ = ["Remembered", "attest_entry", "attest_listed", "attest_record"]

_TRIES, _PAUSE = 4, 0.05  # while another process publishes
_LAST = 256  # entries of a record that are checked


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a server need not read again: hashes of files, rows, sums of entries."""

    rows: SignedRows = field(default_factory=SignedRows)
    later: LaterEntries = field(default_factory=LaterEntries)


def attest_entry(
    node: Node, party: str, index: int, remembered: Remembered
) -> AttestedEntry:
    """Check one entry of a party's log, with the files that it names.

    Parameters
    ----------
    node : Node
        Only read.
    party : str
    index : int
    remembered : Remembered

    Returns
    -------
    AttestedEntry
        What is wrong is in its findings.

    Raises
    ------
    NotFound
        This node knows no such party, or no such entry of it.
    """
    cards = node.cards()
    if party not in cards:
        known = ", ".join(sorted(cards))
        raise NotFound(f"no party {party!r} here", hint=f"there are {known}")
    for attempt in range(_TRIES):
        # Asked before: what is published meanwhile leaves no trace afterwards.
        is_publishing = _is_publishing(node, party)
        told = _attested(node, cards, party, index, remembered.rows)
        if not told.findings or not is_publishing:
            break
        if attempt < _TRIES - 1:
            time.sleep(_PAUSE)
    return told


def attest_listed(
    node: Node, party: str, index: int, remembered: Remembered
) -> AttestedEntry:
    """Check an entry that the bank lists; `attest_entry` otherwise.

    Where the record does not hold it, that is a finding about this node.
    """
    try:
        return attest_entry(node, party, index, remembered)
    except NotFound as error:
        told = f"the bank lists entry {index}, and the record does not hold it: {error}"
        found = Finding("damaged-mirror", told, party=party, index=index)
        return AttestedEntry(
            party, index, checks=(Check("place", False),), findings=(found,)
        )


def attest_record(node: Node, party: str, remembered: Remembered) -> AttestedRecord:
    """Check a party's head, its newest entries and who cosigned them.

    All entries are checked by `verify_node`, which takes as long as they are many.

    Raises
    ------
    NotFound
        This node knows no such party.
    """
    card = node.cards().get(party)
    if card is None:
        known = ", ".join(sorted(node.cards()))
        raise NotFound(f"no party {party!r} here", hint=f"there are {known}")
    try:
        head = seen_head(node, party)
        size = head.checkpoint.size
    except WaternetError as error:
        return AttestedRecord(party, None, 0, (_damaged(party, error),))
    if not size:
        return AttestedRecord(party, None, 0, ())
    newest = attest_entry(node, party, size - 1, remembered)
    findings = list(newest.findings)
    checked = 0
    try:
        for _entry in read_entries(card, head, max(size - _LAST, 0)):
            checked += 1
    except Finding as finding:
        if all(str(finding) != str(one) for one in findings):
            findings.append(finding)
    return AttestedRecord(party, newest, checked, tuple(findings))


@dataclass
class _Looking:
    """What has been found of one entry so far."""

    told: AttestedEntry
    held: dict[str, bool | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def done(self) -> AttestedEntry:
        names = ("head", "place", "steward", "files", "cosignatures")
        return replace(
            self.told,
            checks=tuple(Check(name, self.held.get(name)) for name in names),
            findings=tuple(self.findings),
        )


def _attested(
    node: Node, cards: Mapping[str, Card], party: str, index: int, rows: SignedRows
) -> AttestedEntry:
    card = cards[party]
    looking = _Looking(AttestedEntry(party, index, card.origin))
    try:
        head = seen_head(node, party)
    except WaternetError as error:
        looking.held["head"] = False
        looking.findings.append(_damaged(party, error))
        return looking.done()
    size = head.checkpoint.size
    if index >= size:
        raise NotFound(
            f"{party!r} has no entry {index} here",
            hint=f"its entries run from 0 to {size - 1}" if size else "it has none",
        )
    looking.told = replace(
        looking.told,
        size=size,
        root=head.checkpoint.root.hex(),
        head=head.signed,
        log_key=_signer(head.signed, (card.log_verifier, *card.earlier("log"))),
        seen=_seen(node, party, size),
    )
    published = _published(node, card, head)
    looking.findings += published
    looking.held["head"] = not published
    one = _entry(card, head, looking)
    if one is not None:
        _files(node, one, looking, rows)
    _agreement(node, cards, head, looking)
    return looking.done()


def _entry(card: Card, head: SeenHead, looking: _Looking) -> SignedEntry | None:
    """Look at the entry: its place below the head, its steward's signature."""
    index, party = looking.told.index, card.party
    try:
        one = next(read_entries(card, head, index))
        hashes = inclusion_proof(index, head.checkpoint.size, head.reader.hash)
    except Finding as finding:
        is_placed = finding.name in ("bad-signature", "unreadable-entry")
        looking.held["place"] = is_placed
        looking.held["steward"] = False if is_placed else None
        looking.findings.append(finding)
        return None
    except (NotFound, NotVerified, NotAcceptable) as error:
        looking.held["place"] = False
        looking.findings.append(Finding("altered-entry", f"{error}", party=party))
        return None
    looking.held["place"] = True
    looking.told = replace(
        looking.told,
        signed=one.signed,
        hashes=len(hashes),
        steward_key=_signer(
            one.signed, (card.steward_verifier, *card.earlier("steward"))
        ),
    )
    if one.entry.kind == REFUSED:
        looking.held["steward"] = False
        looking.findings.append(refused_key(card, index, one.signed))
        return None
    looking.held["steward"] = True
    looking.told = replace(looking.told, entry=one.entry)
    return one


def _files(node: Node, one: SignedEntry, looking: _Looking, rows: SignedRows) -> None:
    """Look at the files that the entry names, each by its hash."""
    references = one.entry.references()
    if not references:
        return
    party, folder = one.entry.party, node.records(one.entry.party)
    looking.held["files"] = True
    for name, reference in references.items():
        try:
            rows.files.verify(folder / blob_path(reference.sha256), reference)
        except NotFound:
            told = f"the {name} of entry {one.index} of {party!r} are not here"
            found = Finding("missing-blob", told, party=party, index=one.index)
        except NotVerified:
            told = (
                f"the {name} of entry {one.index} of {party!r} are not the ones that "
                "were signed"
            )
            found = Finding("corrupt-blob", told, party=party, index=one.index)
        else:
            continue
        looking.findings.append(found)
        # Figures stand without what tells how they were judged.
        if name not in ASIDE:
            looking.held["files"] = None if found.name == "missing-blob" else False


def _agreement(
    node: Node, cards: Mapping[str, Card], head: SeenHead, looking: _Looking
) -> None:
    told = looking.told
    try:
        found = find_concurrence(node, cards, head, told.party, told.index)
    except WaternetError as error:
        looking.findings.append(_damaged(told.party, error))
        return
    looking.told = replace(told, agreement=found)
    looking.findings += found.findings
    looking.held["cosignatures"] = found.is_met
    if found.is_met is False:
        looking.findings.append(_too_few(found, told.party, told.index))


def _too_few(found: Concurrence, party: str, index: int) -> Finding:
    count = len(found.cosignatures) or "none"
    told = f"of the witnesses {count} cosigned a head of {party!r} with entry {index}"
    return Finding("quorum-not-met", told, party=party, index=index)


def _published(node: Node, card: Card, head: SeenHead) -> list[Finding]:
    """Return what is wrong with the head as it lies in the record's folder."""
    party = card.party
    path = node.records(party) / "checkpoint"
    try:
        shown = verify_held_head(card, path.read_bytes())
        if (shown.size, shown.root) == (head.checkpoint.size, head.checkpoint.root):
            return []
        told = "is not the one that this node stands by"
    except FileNotFoundError:
        told = "is not there"
    except (NotVerified, NotAcceptable) as error:
        told = f"is not signed by the log: {error}"
    return [Finding("altered-entry", f"the head of {party!r} {told}", party=party)]


def _is_publishing(node: Node, party: str) -> bool:
    """Return whether a newer head was committed than is published: in a moment."""
    card = node.cards()[party]
    try:
        path = node.records(party) / "checkpoint"
        shown = verify_held_head(card, path.read_bytes()).size
        return shown < node.state.head(party).size
    except (OSError, WaternetError):
        return False


def _signer(signed: bytes, known: tuple[Verifier, ...]) -> SigningKey | None:
    """Return the key that a note's own signature names; verified elsewhere."""
    for line in read_note(signed).signatures:
        for one in known:
            if (one.name, one.key_id) == (line.name, line.key_id):
                return SigningKey(one.name, one.to_text(), one.key_id.hex())
    return None


def _seen(node: Node, party: str, size: int) -> int | None:
    if party == node.party:
        return None
    seen = node.state.sightings(party)
    return seen[-1].last if seen and seen[-1].size == size else None


def _damaged(party: str, error: WaternetError) -> Finding:
    if isinstance(error, Finding):
        return error
    found = Finding("damaged-mirror", f"{error}", party=party)
    found.hint = error.hint or found.hint
    return found
