"""Mirroring one party's record: what a source shows, verified and then written.

The order: blobs, each under its hash once it is verified; entry bundles and tiles;
then the new head by compare and swap in ``state.sqlite`` (**the commit point**); then
the mirror's own checkpoint. Killed anywhere, the next pull goes on from there.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.walk import (
    SeenHead,
    SignedEntry,
    read_blob,
    read_entries,
    read_head,
    verify_growth,
)
from waternet.failpoint import failpoint
from waternet.node.durable import move_durably, write_durably
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.state import Head
from waternet.node.witness import cosign_head
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference
from waternet.record.tiles import TileReader, new_tiles
from waternet.record.tree import EMPTY_ROOT

__all__ = ["Mirrored", "copy_blobs", "holds_blob", "mirror_record"]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """How many entries are new, and which of their figures are not as signed."""

    entries: int
    findings: tuple[Finding, ...]


def mirror_record(node: Node, card: Card, source: Source, *, whole: bool) -> Mirrored:
    """Verify what a source shows of a party's record, and mirror what is new.

    Parameters
    ----------
    node : Node
        Held for writing.
    card : Card
    source : Source
        Not trusted.
    whole : bool
        Read it from its first entry and replace what the mirror holds.

    Returns
    -------
    Mirrored
        Blobs that are missing are no finding here: the bank says why it lacks them.

    Raises
    ------
    Finding
        The record itself is not what it should be; nothing of it was taken.
    """
    shown = read_head(source, card)
    known = seen_head(node, card.party)
    seen = known.checkpoint.size
    if shown is None:
        if seen:
            raise Finding(
                "stale-mirror",
                f"the source shows no head of {card.party!r}, of which {seen} entries "
                "were already seen",
                party=card.party,
            )
        return Mirrored(0, ())
    if seen:
        verify_growth(card, known, shown)
    start = seen if not whole and _is_extendable(known) else 0
    entries = list(read_entries(card, shown, start))
    failpoint("pull.before-blobs")
    findings = [
        finding
        for one in entries
        for finding in copy_blobs(node, card, source, one)
        if finding.name in ("corrupt-blob", "no-room")
    ]
    mirror = node.records(card.party)
    if whole:
        write_durably(mirror / "card.json", card.to_json())
    signed = [one.signed for one in entries]
    held = known.reader if start else TileReader(known.source.read, 0, EMPTY_ROOT)
    for path, content in new_tiles(held, signed):
        write_durably(mirror / path, content)
    # Before the head is accepted: whoever was shown another history hears of it.
    cosign_head(node, card, shown, int(time.time()))
    failpoint("pull.before-commit")
    _accept_head(node, card, shown)
    return Mirrored(shown.checkpoint.size - seen, tuple(findings))


def _is_extendable(known: SeenHead) -> bool:
    """Return whether the mirror's right edge is what its head stands for.

    The next entries are written after it; a damaged edge is read anew instead.
    """
    size = known.checkpoint.size
    if not size:
        return True
    try:
        for _entry in known.reader.entries(size - 1 - (size - 1) % 256, size):
            pass
    except (NotFound, NotVerified, NotAcceptable):
        return False
    return True


def _accept_head(node: Node, card: Card, shown: SeenHead) -> None:
    old = node.state.head(card.party)
    if old.checkpoint != shown.signed:
        new = Head(card.party, shown.checkpoint.size, shown.signed)
        node.state.advance(old, new)
    failpoint("pull.committed")
    write_durably(node.records(card.party) / "checkpoint", shown.signed)


def copy_blobs(
    node: Node, card: Card, source: Source, one: SignedEntry
) -> list[Finding]:
    """Copy the blobs of an entry that the mirror lacks; return what was wrong."""
    findings = []
    for name in one.entry.references():
        try:
            _copy_blob(node, card, source, one, name)
        except Finding as finding:
            findings.append(finding)
        failpoint("pull.blob-copied")
    return findings


def _copy_blob(
    node: Node, card: Card, source: Source, one: SignedEntry, name: str
) -> None:
    mirror, reference = node.records(card.party), one.entry.references()[name]
    target = mirror / blob_path(reference.sha256)
    if holds_blob(target, reference):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(target.parent).free
    if reference.bytes > free:
        raise Finding(
            "no-room",
            f"the {name} of entry {one.index} of {card.party!r} take "
            f"{reference.bytes:,} bytes, {free:,} are free",
            party=card.party,
            index=one.index,
        )
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with unfinished.open("wb") as file:
            for chunk in read_blob(card, source, one, name):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        move_durably(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def holds_blob(path: Path, reference: Reference) -> bool:
    """Return whether the file is there and is the one that was signed."""
    try:
        verify_blob(path, reference)
    except (NotFound, NotVerified):
        return False
    return True
