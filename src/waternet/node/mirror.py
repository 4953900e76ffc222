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
from collections.abc import Iterable
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
from waternet.node.quorum import keep_cosigned, with_cosignatures
from waternet.node.report import Advance
from waternet.node.state import Head
from waternet.node.witness import cosign_head

__all__ = ["Mirrored", "mirror_head", "see_head"]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """How many entries are new, and what was wrong with files that they name.

    Attributes
    ----------
    entries : int
    findings : tuple of Finding
        Files that no source had as they were signed.
    bad_copies : tuple of Finding
        Files that one source had not, but another one had.
    """

    entries: int
    findings: tuple[Finding, ...]
    bad_copies: tuple[Finding, ...]


def see_head(card: Card, known: SeenHead, source: Source) -> SeenHead | None:
    """Return the head that a source shows, if it continues the one known.

    Parameters
    ----------
    card : Card
    known : SeenHead
        That this node stands by.
    source : Source
        Not trusted.

    Returns
    -------
    SeenHead or None
        None where the log is still empty.

    Raises
    ------
    Finding
        See `read_head` and `verify_growth`.
    NotReached
        The source does not answer.
    """
    shown = read_head(source, card)
    seen = known.checkpoint.size
    if shown is None and seen:
        raise Finding(
            "stale-mirror",
            f"the source shows no head of {card.party!r}, of which {seen} entries "
            "were already seen",
            party=card.party,
        )
    if shown is not None and seen and shown.signed != known.signed:
        verify_growth(card, known, shown)
    return shown


def mirror_head(
    node: Node,
    card: Card,
    shown: SeenHead,
    others: Iterable[Source],
    advance: Advance,
    *,
    whole: bool,
) -> Mirrored:
    """Verify what a source shows of a party's record, and mirror what is new.

    Parameters
    ----------
    node : Node
        Held for writing.
    card : Card
    shown : SeenHead
        That `see_head` returned.
    others : iterable of Source
        Asked for blobs that this one lacks.
    advance : function of (done, of)
        Told how many entries of the log are here.
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
    NotReached
        The source answers no more; what came is gone on with by the next attempt.
    """
    seen, size = node.state.head(card.party).size, shown.checkpoint.size
    mirror = node.records(card.party)
    write_all_durably(mirror, {"card.json": card.to_json()})
    copies = BlobCopies(card, mirror, [shown.source, *others], hashed=whole)
    findings: list[Finding] = []
    for step in read_steps(card, shown, 0 if whole else seen, mirror):
        failpoint("pull.before-blobs")
        findings += copies.copy(step.blobs, lambda done: advance(done, size))
        failpoint("pull.before-step")
        write_all_durably(mirror, step.files)
        failpoint("pull.step-written")
        advance(step.stop, size)
    now = int(time.time())
    # Before the head is accepted: whoever was shown another history hears of it.
    cosign_head(node, card, shown, now)
    shown, doubts = with_cosignatures(node, card, shown, now)
    failpoint("pull.before-commit")
    _accept_head(node, card, shown)
    keep_cosigned(node, card, now)
    findings += doubts
    told = [one for one in findings if one.name != "missing-blob"]
    return Mirrored(size - seen, tuple(told), tuple(copies.bad_copies))


def _accept_head(node: Node, card: Card, shown: SeenHead) -> None:
    old = node.state.head(card.party)
    if old.checkpoint != shown.signed:
        new = Head(card.party, shown.checkpoint.size, shown.signed)
        node.state.advance(old, new)
    else:
        node.state.saw([old])
    failpoint("pull.committed")
    write_durably(node.records(card.party) / "checkpoint", shown.signed)
