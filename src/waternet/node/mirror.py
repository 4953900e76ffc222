"""Mirroring one party's record: what a source shows, verified and then written.

The log is read in steps of some thousand entries. Each is verified against the head
that the source shows before any of it is written: blobs, each under its hash; entry
bundles and tiles, made durable together. After the last step comes the new head by
compare and swap in ``state.sqlite`` (**the commit point**); then the mirror's own
checkpoint. Killed anywhere, the next pull goes on from there: what lies beyond the
accepted head counts for nothing yet, and is verified again, but not fetched again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.steps import read_steps
from waternet.exchange.walk import SeenHead, read_head, verify_growth
from waternet.failpoint import failpoint
from waternet.node.blob_copies import BlobCopies
from waternet.node.durable import write_all_durably, write_durably
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.quorum import keep_cosigned, with_cosignatures
from waternet.node.state import Head
from waternet.node.witness import cosign_head

__all__ = ["Mirrored", "mirror_record"]


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
        The record itself is not what it should be; nothing of it was accepted.
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
    mirror = node.records(card.party)
    if whole:
        write_durably(mirror / "card.json", card.to_json())
    copies = BlobCopies(card, mirror, [source], hashed=whole)
    findings: list[Finding] = []
    for step in read_steps(card, shown, 0 if whole else seen, mirror):
        failpoint("pull.before-blobs")
        findings += copies.copy(step.blobs)
        failpoint("pull.before-step")
        write_all_durably(mirror, step.files)
        failpoint("pull.step-written")
    now = int(time.time())
    # Before the head is accepted: whoever was shown another history hears of it.
    cosign_head(node, card, shown, now)
    shown, doubts = with_cosignatures(node, card, shown, now)
    failpoint("pull.before-commit")
    _accept_head(node, card, shown)
    keep_cosigned(node, card, now)
    findings += doubts
    told = [one for one in findings if one.name != "missing-blob"]
    return Mirrored(shown.checkpoint.size - seen, tuple(told))


def _accept_head(node: Node, card: Card, shown: SeenHead) -> None:
    old = node.state.head(card.party)
    if old.checkpoint != shown.signed:
        new = Head(card.party, shown.checkpoint.size, shown.signed)
        node.state.advance(old, new)
    else:
        node.state.saw(old)
    failpoint("pull.committed")
    write_durably(node.records(card.party) / "checkpoint", shown.signed)
