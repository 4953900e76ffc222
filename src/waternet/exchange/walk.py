"""Reading another party's record without trusting it: head, growth, entries, blobs.

Each step raises a `Finding` that names what is wrong; what passed it is verified.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from waternet.errors import NotAcceptable, NotFound, NotVerified, WaternetError
from waternet.exchange.card import Card
from waternet.exchange.evidence import entry_evidence, fork_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.refusal import is_refused, is_signed, refused_entry
from waternet.exchange.source import Source
from waternet.record.blob import blob_path
from waternet.record.checkpoint import (
    Checkpoint,
    read_checkpoint,
    verify_checkpoint,
)
from waternet.record.entry import Entry, verify_entry
from waternet.record.fields import Reference
from waternet.record.layout import TILE_WIDTH
from waternet.record.note import read_note
from waternet.record.tiles import TileReader
from waternet.record.tree import prefix_proof, prefix_root

__all__ = [
    "NamedBlob",
    "SeenHead",
    "SignedEntry",
    "named_fault",
    "read_blob",
    "read_entries",
    "read_head",
    "verify_growth",
    "verify_head",
    "verify_held_head",
    "verify_signed",
]


_AHEAD = 4  # bundles whose entries are being checked
_MOST_CHECKPOINT = 1 << 20  # bytes, with the signatures of many witnesses


@dataclass(frozen=True)
class SeenHead:
    """A checkpoint whose signature holds, with the source that it came from."""

    checkpoint: Checkpoint
    signed: bytes
    source: Source

    @cached_property
    def reader(self) -> TileReader:
        """Reads the record, checked against this head; keeps the tiles it proved."""
        size, root = self.checkpoint.size, self.checkpoint.root
        return TileReader(self.source.read, size, root)


@dataclass(frozen=True, slots=True)
class NamedBlob:
    """A blob as an entry names it: its `observations`, `places`..."""

    index: int
    name: str
    reference: Reference

    def __str__(self) -> str:
        return f"{self.name} of entry {self.index}"


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """An entry that the log holds and the steward signed."""

    index: int
    entry: Entry
    signed: bytes

    def blobs(self) -> list[NamedBlob]:
        """Return the blobs that it names."""
        return [NamedBlob(self.index, *one) for one in self.entry.references().items()]


def read_head(source: Source, card: Card) -> SeenHead | None:
    """Read the head that a source shows, or None where the log is still empty.

    Raises
    ------
    Finding
        'unknown-key': it is not signed by the log key on the party's card.
        'revoked-key': it is signed by one that counts no more at its size.
    """
    signed = b""
    try:
        signed = source.read("checkpoint", _MOST_CHECKPOINT)
        checkpoint = verify_head(card, signed)
    except NotFound:
        return None
    except (NotVerified, NotAcceptable) as error:
        name, which = "unknown-key", "the key on its card"
        if is_signed(signed, card.earlier("log")):
            name, which = "revoked-key", "a key that counts for it"
        raise Finding(
            name,
            f"the head of {card.party!r} is not signed by {which}: {error}",
            party=card.party,
            evidence={"checkpoint": signed} if _is_note(signed) else {},
        ) from error
    return SeenHead(checkpoint, signed, source)


def verify_head(card: Card, signed: bytes) -> Checkpoint:
    """Return a checkpoint if a log key that was valid at its size signed it.

    Raises
    ------
    NotVerified
        The log did not sign it, or only with a key that was replaced before.
    NotAcceptable
        It is not a signed checkpoint.
    """
    claimed = read_checkpoint(read_note(signed).text)
    return verify_checkpoint(signed, card.log_verifiers(claimed.size))


def verify_held_head(card: Card, signed: bytes) -> Checkpoint:
    """Return a checkpoint that was accepted earlier: any key of the log signed it.

    A key that counts no more does not make untrue what it was seen to sign: whatever
    the log shows next must continue it, or is a fork.

    Raises
    ------
    NotVerified
        No key that the log ever had signed it.
    NotAcceptable
        It is not a signed checkpoint.
    """
    return verify_checkpoint(signed, (card.log_verifier, *card.earlier("log")))


def _is_note(signed: bytes) -> bool:
    """Return whether it can prove anything: a link may lead to a reader's own file."""
    try:
        read_note(signed)
    except NotAcceptable:
        return False
    return True


def verify_growth(card: Card, known: SeenHead, shown: SeenHead) -> None:
    """Raise unless the shown log is the known one, or that one grown.

    Parameters
    ----------
    card : Card
    known : SeenHead
        The head this node stands by, read from its own mirror.
    shown : SeenHead
        The head that the source shows.

    Raises
    ------
    Finding
        'forked-log', with evidence that others can verify; 'stale-mirror';
        'missing-file' or 'altered-entry', where the source's tiles cannot tell; or
        'damaged-mirror', where this node's own cannot.
    """
    older, newer = sorted((known, shown), key=lambda head: head.checkpoint.size)
    old, new = older.checkpoint.size, newer.checkpoint.size
    hashes: list[bytes] = []
    before = newer.checkpoint.root
    try:
        if old < new:
            hashes = prefix_proof(old, new, newer.reader.hash)
            before = prefix_root(old, new, hashes, before)
    except (NotFound, NotAcceptable, NotVerified) as error:
        raise _unreadable(card, error, newer, own=newer is known) from error
    if before != older.checkpoint.root:
        raise _fork(card, known, shown, hashes)
    if shown.checkpoint.size < known.checkpoint.size:
        raise Finding(
            "stale-mirror",
            f"the source shows {shown.checkpoint.size} entries of {card.party!r}, "
            f"{known.checkpoint.size} were already seen",
            party=card.party,
            evidence={"checkpoint-shown-now": shown.signed},
        )


def _unreadable(
    card: Card, error: WaternetError, head: SeenHead, *, own: bool
) -> Finding:
    """Name who holds the tiles that cannot tell: nobody answers for another's disk."""
    if own:
        told = f"what this node holds of {card.party!r}: {error}"
        return Finding("damaged-mirror", told, party=card.party)
    return named_fault(card, error, head)


def read_entries(card: Card, head: SeenHead, start: int) -> Iterator[SignedEntry]:
    """Yield the entries from `start` on, each proved by the head and signed.

    Raises
    ------
    Finding
        'altered-entry', 'bad-signature', 'unreadable-entry' or 'missing-file', naming
        the entry.
    """
    size = head.checkpoint.size
    entries = enumerate(head.reader.entries(start, size), start)
    try:
        # Whoever wants one entry pays for one; from the second bundle on they are
        # checked by threads, because checking a signature lets others run.
        for index, signed in islice(entries, TILE_WIDTH - start % TILE_WIDTH):
            yield SignedEntry(index, verify_signed(card, index, signed), signed)
        bundles = iter(lambda: list(islice(entries, TILE_WIDTH)), [])
        yield from _checked(card, bundles)
    except (NotFound, NotVerified, NotAcceptable) as error:
        raise named_fault(card, error, head) from error


def _checked(
    card: Card, bundles: Iterator[list[tuple[int, bytes]]]
) -> Iterator[SignedEntry]:
    def check(bundle: list[tuple[int, bytes]]) -> list[SignedEntry]:
        return [
            SignedEntry(index, verify_signed(card, index, signed), signed)
            for index, signed in bundle
        ]

    checkers = ThreadPoolExecutor(os.cpu_count(), "waternet-check")
    waiting: deque[Future[list[SignedEntry]]] = deque()
    try:
        for bundle in bundles:
            waiting.append(checkers.submit(check, bundle))
            if len(waiting) == _AHEAD:
                yield from waiting.popleft().result()
    except (NotFound, NotVerified, NotAcceptable):
        yield from _results(waiting)  # what comes before the fault still holds
        raise
    else:
        yield from _results(waiting)
    finally:
        checkers.shutdown(cancel_futures=True)


def _results(waiting: Iterable[Future[list[SignedEntry]]]) -> Iterator[SignedEntry]:
    for check in waiting:
        yield from check.result()


def named_fault(card: Card, error: WaternetError, head: SeenHead) -> Finding:
    """Return what is wrong with a log whose files cannot be read as its head says."""
    if isinstance(error, Finding):
        return _proved(error, head)
    name = "missing-file" if isinstance(error, NotFound) else "altered-entry"
    return Finding(name, str(error), party=card.party)


def read_blob(
    card: Card, source: Source, blob: NamedBlob, begun: Iterable[bytes] = ()
) -> Iterator[bytes]:
    """Yield a blob piece by piece; the last piece only comes if the hash holds.

    Parameters
    ----------
    card : Card
    source : Source
    blob : NamedBlob
    begun : iterable of bytes
        How the blob begins, from an earlier attempt: not asked for again, nor
        yielded.

    Raises
    ------
    Finding
        'missing-blob' or 'corrupt-blob', naming the entry.
    NotReached
        The source does not answer.
    """
    reference = blob.reference
    digest, length = hashlib.sha256(), 0
    for piece in begun:
        digest.update(piece)
        length += len(piece)
    held = b""
    try:
        for chunk in source.chunks(blob_path(reference.sha256), length):
            digest.update(chunk)
            length += len(chunk)
            if length > reference.bytes:
                break
            if held:
                yield held
            held = chunk
    except NotFound as error:
        told = f"the {blob} of {card.party!r} are not there"
        raise _about(card, blob, "missing-blob", told) from error
    if length != reference.bytes or digest.hexdigest() != reference.sha256:
        told = f"the {blob} of {card.party!r} are not the ones that were signed"
        raise _about(card, blob, "corrupt-blob", told)
    if held:
        yield held


def _about(card: Card, blob: NamedBlob, name: str, told: str) -> Finding:
    return Finding(name, told, party=card.party, index=blob.index)


def verify_signed(card: Card, index: int, signed: bytes) -> Entry:
    """Return an entry if it is one, of this party, signed by its steward.

    Raises
    ------
    Finding
        'bad-signature', naming the entry; 'unreadable-entry', where the steward signed
        it and this version cannot read it.
    """
    stewards = card.steward_verifiers(index)
    try:
        entry = verify_entry(signed, stewards, card.origin)
    except (NotVerified, NotAcceptable) as error:
        if isinstance(error, NotAcceptable) and is_signed(signed, stewards):
            # No evidence: what it says, a later version may know.
            raise Finding(
                "unreadable-entry",
                f"entry {index} of {card.party!r}, which its steward signed: {error}",
                party=card.party,
                index=index,
            ) from error
        if is_refused(card, index, signed):
            return refused_entry(card, signed)
        raise _bad_signature(card, index, signed, str(error)) from error
    if entry.party != card.party:
        speaks = f"it speaks for {entry.party!r}"
        raise _bad_signature(card, index, signed, speaks)
    return entry


def _bad_signature(card: Card, index: int, signed: bytes, reason: str) -> Finding:
    return Finding(
        "bad-signature",
        f"entry {index} of {card.party!r}: {reason}",
        party=card.party,
        index=index,
        evidence={"entry": signed},
    )


def _proved(finding: Finding, head: SeenHead) -> Finding:
    """Return a finding about an entry with the proof that the head stands for it."""
    entry, index = finding.evidence.get("entry"), finding.index
    if entry is None or index is None:
        return finding
    try:
        proof = entry_evidence(
            finding.name, head.signed, index, entry, head.reader.hash
        )
    except (NotFound, NotVerified, NotAcceptable):
        return finding  # the entry alone is kept
    finding.evidence = {"evidence": proof.to_bytes()}
    return finding


def _fork(
    card: Card, known: SeenHead, shown: SeenHead, hashes: Sequence[bytes]
) -> Finding:
    index = _first_difference(known, shown)
    which = "an entry already seen" if index is None else _described(card, known, index)
    return Finding(
        "forked-log",
        f"{card.party!r} signed two logs that differ at {which}: one of "
        f"{known.checkpoint.size} entries, seen before, and now one of "
        f"{shown.checkpoint.size}",
        party=card.party,
        index=index,
        evidence={
            "evidence": fork_evidence((known.signed, shown.signed), hashes).to_bytes()
        },
    )


def _described(card: Card, known: SeenHead, index: int) -> str:
    """Name an entry as it was seen before: its number, kind and title."""
    try:
        (signed,) = known.reader.entries(index, index + 1)
        entry = verify_entry(signed, card.steward_verifiers(index), card.origin)
    except (NotFound, NotVerified, NotAcceptable):
        # What this node holds is damaged: that must not hide the fork.
        return f"entry {index}"
    title = entry.body.get("title")
    said = f"{entry.kind}: {title}" if title else entry.kind
    return f"entry {index} ({said})"


def _first_difference(known: SeenHead, shown: SeenHead) -> int | None:
    common = min(known.checkpoint.size, shown.checkpoint.size)
    one, other = known.reader, shown.reader
    try:
        for index in range(common):
            if one.hash(0, index) != other.hash(0, index):
                return index
    except (NotFound, NotVerified, NotAcceptable):
        # The fork is proved by the two heads alone; where it begins stays open.
        return None
    return None
