"""What this node's witness saw of each log: the one table, and what counts beside it.

A lost or older ``state.sqlite`` does not make a witness forget: the head that stands in
``public/witness/``, the one that this node stands by and its mirror's checkpoint count
as seen, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.walk import verify_head, verify_held_head
from waternet.exchange.witness import Seen, log_signed, witness_path
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.record.checkpoint import read_checkpoint
from waternet.record.note import read_note

__all__ = [
    "held",
    "is_cosigned",
    "keep",
    "last_cosigned",
    "raise_seen",
    "recover_shown",
    "seen_of",
    "show",
    "verify_seen",
    "witnessed",
]

_COSIGNATURE_SIZE = 72  # bytes: a time and an Ed25519 signature
_TABLE = (
    "CREATE TABLE IF NOT EXISTS witnessed (origin TEXT PRIMARY KEY,"
    " size INTEGER NOT NULL, checkpoint BLOB NOT NULL) STRICT"
)


@contextmanager
def witnessed(node: Node) -> Iterator[sqlite3.Connection]:
    """Open the table of the heads that were cosigned last, by origin."""
    with node.state.connection() as connection:
        connection.execute(_TABLE)
        yield connection


def held(connection: sqlite3.Connection, origin: str) -> bytes:
    """Return the last head of a log; b'' where there is none."""
    row = connection.execute(
        "SELECT checkpoint FROM witnessed WHERE origin = ?", (origin,)
    ).fetchone()
    return bytes(row[0]) if row else b""


def keep(connection: sqlite3.Connection, origin: str, size: int, signed: bytes) -> None:
    """Let a head be the last one; durable once the connection has committed."""
    connection.execute(
        "INSERT OR REPLACE INTO witnessed VALUES (?, ?, ?)", (origin, size, signed)
    )


def show(node: Node, connection: sqlite3.Connection, origin: str) -> None:
    """Publish what stands in the table now: never what another request overtook."""
    connection.execute("BEGIN IMMEDIATE")
    write_durably(node.public / witness_path(origin), held(connection, origin))
    connection.rollback()


def recover_shown(node: Node, card: Card) -> None:
    """Show what was cosigned of a log where this node was stopped before it did.

    A head that was only seen is not shown, nor is a newer one taken back.
    """
    path, last = node.public / witness_path(card.origin), last_cosigned(node, card)
    shown = path.read_bytes() if path.exists() else b""
    if shown == last or not _is_by_witness(last):
        return
    try:
        newer = bool(shown) and verify_held_head(card, shown).size > _size(last)
    except (NotVerified, NotAcceptable):
        return  # damaged: `verify_seen` names it
    if not newer:
        with witnessed(node) as connection:
            show(node, connection, card.origin)


def is_cosigned(node: Node, card: Card, signed: bytes) -> bool:
    """Return whether this node cosigned just this head of a log last. Reads only."""
    last = last_cosigned(node, card)
    return _is_by_witness(last) and read_note(last).text == read_note(signed).text


def last_cosigned(node: Node, card: Card) -> bytes:
    """Return the head of a log in the table; b'' where there is none. Reads only."""
    if not (node.folder / "state.sqlite").exists():
        return b""
    with node.state.connection() as connection:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'witnessed'"
        ).fetchone()
        return held(connection, card.origin) if known else b""


def seen_of(node: Node, card: Card, last: bytes) -> Seen:
    """Return the newest head of a log that this node ever accepted.

    Parameters
    ----------
    node : Node
    card : Card
    last : bytes
        The head in the table; b'' where there is none.

    Raises
    ------
    NotVerified
        One of them is damaged, or two contradict each other.
    """
    head = node.state.head(card.party).checkpoint
    heads = {last: "state.sqlite", head: "state.sqlite"}
    for folder, name in (
        (node.public, witness_path(card.origin)),
        (node.records(card.party), "checkpoint"),
    ):
        if (folder / name).exists():
            place = (folder / name).relative_to(node.folder)
            heads.setdefault((folder / name).read_bytes(), str(place))
    newest = Seen()
    for signed, where in heads.items():
        if not signed:
            continue
        try:
            found = verify_held_head(card, signed)
        except (NotVerified, NotAcceptable) as error:
            raise NotVerified(
                f"{where} holds no head that {card.party!r} signed: {error}",
                hint="restore it from your copy; or delete it if state.sqlite is the "
                "newest one",
            ) from error
        if found.size == newest.size and found.root != newest.root:
            raise NotVerified(
                f"two heads of {found.size} entries of {card.party!r} were accepted, "
                f"one of them in {where}",
                hint="look at the files in evidence/, and ask the party",
            )
        if found.size > newest.size:
            newest = Seen(found.size, found.root)
    return newest


def verify_seen(node: Node, card: Card) -> None:
    """Raise unless this node can tell which heads of a log it ever accepted.

    Raises
    ------
    NotVerified
        One of them is damaged, or two contradict each other; the message says where
        they stand.
    """
    seen_of(node, card, last_cosigned(node, card))


def raise_seen(node: Node, card: Card, signed: bytes) -> None:
    """Cosign nothing below or beside this head from now on.

    Parameters
    ----------
    node : Node
    card : Card
    signed : bytes
        A head that somebody else shows: this node may have cosigned it, and forgot.

    Raises
    ------
    NotVerified, NotAcceptable
        The log did not sign it.
    """
    head = verify_head(card, signed)
    with witnessed(node) as connection:
        connection.execute("BEGIN IMMEDIATE")
        seen = seen_of(node, card, held(connection, card.origin))
        if head.size > seen.size:
            alone = log_signed(signed, card.log_verifiers(head.size))
            keep(connection, card.origin, head.size, alone)
        connection.commit()


def _is_by_witness(signed: bytes) -> bool:
    """Return whether a head in the table was cosigned: with a time in the signature."""
    lines = read_note(signed).signatures if signed else ()
    return any(len(line.signature) == _COSIGNATURE_SIZE for line in lines)


def _size(signed: bytes) -> int:
    return read_checkpoint(read_note(signed).text).size
