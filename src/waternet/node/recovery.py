"""Putting a node right after it was stopped in the middle of something."""

from __future__ import annotations

import shutil

from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.node.log import recover_log

__all__ = ["recover_node"]


def recover_node(node: Node) -> None:
    """Complete what was committed and drop what was not.

    The own log: see `recover_log`. A mirror: its checkpoint becomes the head that
    was accepted. The bank: a rebuild that was stopped between its two renames gets
    the old bank back, which the next command brings up to date.

    Parameters
    ----------
    node : Node
        Held for writing.
    """
    recover_log(node)
    for head in node.state.heads():
        published = node.records(head.party) / "checkpoint"
        if head.party != node.party and (
            not published.exists() or published.read_bytes() != head.checkpoint
        ):
            write_durably(published, head.checkpoint)
    old = node.folder / "bank.old"
    if old.exists() and not node.bank.exists():
        old.rename(node.bank)
    for left in (old, node.folder / "bank.rebuilding"):
        shutil.rmtree(left, ignore_errors=True)
    for left in node.pending.glob("unfinished-*"):
        shutil.rmtree(left)
