"""The party's own log on this node: appended to crash-safely, in a fixed order.

1. Entries and blobs are staged and forced to the disk.
2. The new signed checkpoint replaces the old one in ``state.sqlite`` by compare and
   swap. **This is the commit point.**
3. Blobs get their public names; tiles and entry bundles are written.
4. The checkpoint is published by rename.
5. The staging is dropped.

Whatever happens before 2 leaves nothing behind; whatever happens after it is
completed by `recover_log`, which every writing command begins with. Cosignatures come
later, in the order of 2 and 4 again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from waternet.errors import NotFound, NotVerified
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import SeenHead, verify_held_head
from waternet.failpoint import failpoint
from waternet.node.durable import move_durably, sync_folder, write_durably
from waternet.node.folder import Node
from waternet.node.state import Head
from waternet.record.blob import blob_path
from waternet.record.checkpoint import (
    Checkpoint,
    sign_checkpoint,
)
from waternet.record.note import Signer
from waternet.record.tiles import TileReader, new_tiles, read_bundle, write_bundle
from waternet.record.tree import EMPTY_ROOT, Frontier, leaf_hash

__all__ = ["append_entries", "read_head", "recover_log", "seen_head", "stage_blobs"]

_ENTRIES = "entries"
_BLOBS = "blobs"
_RESTORE = (
    "it is an older copy, or damaged: restore the newest, or delete it: the heads are "
    "then taken anew from public/ and mirror/"
)


def read_head(node: Node, party: str) -> Checkpoint:
    """Return the verified head of a party's log as this node stands by it.

    Raises
    ------
    NotVerified
        The stored checkpoint does not carry the log's signature.
    """
    return _verified(node, party, node.state.head(party))


def _verified(node: Node, party: str, head: Head) -> Checkpoint:
    card = node.cards()[party]
    if not head.size:
        if (node.records(party) / "checkpoint").exists():
            raise NotVerified(
                f"state.sqlite knows nothing of the log of {party!r}, of which there "
                "are entries here",
                hint=_RESTORE,
            )
        return Checkpoint(card.origin, 0, EMPTY_ROOT)
    checkpoint = verify_held_head(card, head.checkpoint)
    if checkpoint.size != head.size or checkpoint.origin != card.origin:
        raise NotVerified(
            f"state.sqlite holds the log of {party!r} at {head.size} entries, its "
            f"checkpoint says {checkpoint.size}",
            hint=_RESTORE,
        )
    return checkpoint


def seen_head(node: Node, party: str) -> SeenHead:
    """Return the head that this node stands by, read from the files it holds."""
    head = node.state.head(party)
    source = FolderSource(node.records(party))
    return SeenHead(_verified(node, party, head), head.checkpoint, source)


def stage_blobs(node: Node) -> Path:
    """Return an empty folder in which the blobs of the next append are laid."""
    shutil.rmtree(node.staging, ignore_errors=True)
    folder = node.staging / _BLOBS
    folder.mkdir(parents=True)
    return folder


def append_entries(node: Node, entries: Sequence[bytes], signer: Signer) -> int:
    """Append signed entries, with the blobs that were staged for them.

    Parameters
    ----------
    node : Node
        Held for writing, and recovered.
    entries : sequence of bytes
        Signed entries, as `sign_entry` makes them.
    signer : Signer
        The log's key.

    Returns
    -------
    int
        The index of the first of them. On return they are durable and published.

    Raises
    ------
    Conflict
        Another copy of this node appended first; nothing was written.
    """
    failpoint("log.before-stage")
    old = node.state.head(node.party)
    published = _published(node)
    grown = _grown(published, entries)
    checkpoint = Checkpoint(node.cards()[node.party].origin, grown.size, grown.root())
    signed = sign_checkpoint(checkpoint, signer)
    for folder in (node.staging / _BLOBS, node.staging, node.folder):
        sync_folder(folder)
    write_durably(node.staging / _ENTRIES, write_bundle(entries))
    failpoint("log.staged")
    node.state.advance(old, Head(node.party, grown.size, signed))
    failpoint("log.committed")
    recover_log(node)
    return old.size


def recover_log(node: Node) -> None:
    """Complete an append that was committed, or discard one that was not.

    Raises
    ------
    NotVerified
        What was staged is not what the committed checkpoint stands for.
    NotFound
        An append was committed, but its staging is gone; or public/ is an older copy.
    """
    committed = read_head(node, node.party)
    published = _published(node)
    if committed.size < published.size:
        raise NotVerified(
            f"state.sqlite knows {committed.size} entries of this node's own log, "
            f"{published.size} were published",
            hint=f"writing now would fork the log; {_RESTORE}",
        )
    if committed.size > published.size:
        entries = _staged_entries(node, committed.size - published.size)
        if _grown(published, entries).root() != committed.root:
            raise NotVerified(
                "the staged entries are not the ones that the checkpoint was signed "
                "for",
                hint="restore the folder staging/ from a copy; the log is intact",
            )
        for blob in sorted((node.staging / _BLOBS).glob("[0-9a-f]*")):
            move_durably(blob, node.public / blob_path(blob.name))
        for path, content in new_tiles(published, entries):
            write_durably(node.public / path, content)
        failpoint("log.tiles-written")
        signed = node.state.head(node.party).checkpoint
        write_durably(node.public / "checkpoint", signed)
        failpoint("log.checkpoint-published")
    elif committed.size:
        _show_head(node, committed)
    shutil.rmtree(node.staging, ignore_errors=True)


def _show_head(node: Node, committed: Checkpoint) -> None:
    """Publish the cosignatures that were kept before this node was stopped."""
    path, signed = node.public / "checkpoint", node.state.head(node.party).checkpoint
    published = path.read_bytes()
    if published == signed:
        return
    if verify_held_head(node.cards()[node.party], published) != committed:
        raise NotVerified(
            f"state.sqlite and public/ hold two logs of {committed.size} entries",
            hint=f"writing now would fork the log; {_RESTORE}",
        )
    write_durably(path, signed)


def _published(node: Node) -> TileReader:
    """Return the log as its public files have it."""
    read, path = FolderSource(node.public).read, node.public / "checkpoint"
    if not path.exists():
        return TileReader(read, 0, EMPTY_ROOT)
    checkpoint = verify_held_head(node.cards()[node.party], path.read_bytes())
    return TileReader(read, checkpoint.size, checkpoint.root)


def _grown(log: TileReader, entries: Sequence[bytes]) -> Frontier:
    frontier = log.frontier() if log.size else Frontier()
    return frontier.append([leaf_hash(entry) for entry in entries])


def _staged_entries(node: Node, expected: int) -> list[bytes]:
    staged = node.staging / _ENTRIES
    if not staged.exists():
        raise NotFound(
            f"the last {expected} entries were committed, but they are neither in "
            "public/ nor in staging/",
            hint="restore public/ from the newest copy or from a follower's mirror, or "
            "staging/; if nobody holds these entries, and only then (else the log is "
            "forked), delete state.sqlite and publish anew",
        )
    return read_bundle(staged.read_bytes())
