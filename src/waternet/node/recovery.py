"""Putting a node right after it was stopped in the middle of something."""

from __future__ import annotations

import shutil

from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import SeenHead, read_entries, verify_held_head
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.node.log import read_head, recover_log
from waternet.node.registry import recover_registry
from waternet.node.state import Head
from waternet.node.witnessed import recover_shown

__all__ = ["recover_node"]


def recover_node(node: Node) -> None:
    """Complete what was committed and drop what was not.

    The registry: see `recover_registry`. A lost ``state.sqlite``: each head is taken
    from the record here, once all of it is verified; what it alone knew was not
    published. The own log: see `recover_log`. A mirror: its checkpoint becomes the
    head that was accepted. The bank: a rebuild that was stopped between its two
    renames gets the old bank back, which the next command brings up to date. What was
    being decrypted is removed.

    Parameters
    ----------
    node : Node
        Held for writing.

    Raises
    ------
    NotVerified, NotFound
        It cannot be put right here: the message says what to restore.
    """
    recover_registry(node)
    cards = node.cards()
    known = {head.party for head in node.state.heads()}
    for party in sorted(set(cards) - known):
        _take_head_anew(node, cards[party])
    recover_log(node)
    for head in node.state.heads():
        if head.party != node.party and head.party in cards:
            _recover_mirror(node, cards[head.party], head)
    for party in sorted(set(cards) - {node.party}):
        recover_shown(node, cards[party])
    old = node.folder / "bank.old"
    if old.exists() and not node.bank.exists():
        old.rename(node.bank)
    for left in (old, node.folder / "bank.rebuilding", node.opened):
        shutil.rmtree(left, ignore_errors=True)
    for left in node.pending.glob("unfinished-*"):
        shutil.rmtree(left)


def _take_head_anew(node: Node, card: Card) -> None:
    source = FolderSource(node.records(card.party))
    if not (source.folder / "checkpoint").exists():
        return
    signed = source.read("checkpoint")
    checkpoint = verify_held_head(card, signed)
    for _one in read_entries(card, SeenHead(checkpoint, signed, source), 0):
        pass
    node.state.advance(
        Head(card.party, 0, b""), Head(card.party, checkpoint.size, signed)
    )


def _recover_mirror(node: Node, card: Card, head: Head) -> None:
    published = node.records(card.party) / "checkpoint"
    held = published.read_bytes() if published.exists() else b""
    if held == head.checkpoint:
        return
    try:
        newest = verify_held_head(card, held).size
    except (NotVerified, NotAcceptable):
        newest = 0
    if newest > read_head(node, card.party).size:
        raise NotVerified(
            f"state.sqlite knows {head.size} entries of {card.party!r}, of which "
            f"{newest} were accepted here",
            hint="it is an older copy: restore the newest, or delete it: the heads "
            "are then taken anew from public/ and mirror/",
        )
    write_durably(published, head.checkpoint)
