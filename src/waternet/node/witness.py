"""A node as a witness: it cosigns what continues all that it ever saw of a log.

What was cosigned last of each log stands in ``state.sqlite``, changed by compare and
swap and durable before a cosignature leaves the process: however many ask at once, no
two get cosignatures for heads that contradict each other. The same head is then shown
in ``public/witness/``, from where the log's owner and everybody else may take it.

A lost or older ``state.sqlite`` does not make a witness forget: the head that stands in
``public/witness/``, the one that this node stands by and its mirror's checkpoint count
as seen, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from waternet.errors import NotAcceptable, NotAllowed, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.evidence import fork_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.walk import SeenHead, verify_head, verify_held_head
from waternet.exchange.witness import (
    Answer,
    Seen,
    Submission,
    judge,
    log_signed,
    read_submission,
    witness_path,
)
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.node.keys import read_secret
from waternet.node.trust import may_know_less
from waternet.record.checkpoint import read_checkpoint
from waternet.record.cosignature import WitnessSigner, add_signatures
from waternet.record.note import read_note
from waternet.record.tree import consistency_proof, prefix_proof

__all__ = [
    "answer_log",
    "cosign_head",
    "last_cosigned",
    "raise_seen",
    "read_witness_key",
]

_TABLE = (
    "CREATE TABLE IF NOT EXISTS witnessed (origin TEXT PRIMARY KEY,"
    " size INTEGER NOT NULL, checkpoint BLOB NOT NULL) STRICT"
)


def read_witness_key(node: Node) -> WitnessSigner:
    """Read the key with which this node cosigns.

    Raises
    ------
    NotAllowed
        It is not here.
    NotVerified
        It is not the one on the party's card: nobody could verify what it cosigns.
    """
    signer = WitnessSigner.from_text(read_secret(node.key("witness")))
    if signer.verifier != node.cards()[node.party].witness_verifier:
        raise NotVerified(
            f"keys/witness.key is not the key on the card of {node.party!r}",
            hint="restore the key's file, or public/card.json, from your copy",
        )
    return signer


def answer_log(node: Node, signer: WitnessSigner, body: bytes, seconds: int) -> Answer:
    """Answer a log that asks for a cosignature.

    Parameters
    ----------
    node : Node
        Need not be held for writing: the database lets one request in at a time.
    signer : WitnessSigner
    body : bytes
        As it came.
    seconds : int
        What time it is, since 1970, UTC.

    Returns
    -------
    Answer
        200 with the cosignature, once it is durable; or why not.
    """
    try:
        asked = read_submission(body)
    except NotAcceptable as error:
        return Answer(400, f"{error}\n")
    if may_know_less(node):
        return Answer(503, "this witness was restored, and asks the others first\n")
    card = _followed(node, asked.origin)
    if card is None:
        return judge(asked, (), Seen()) or Answer(404, "unknown log\n")
    try:
        return _cosign(node, signer, card, asked, seconds)
    except NotVerified as error:  # of this node's own files: it must not cosign now
        return Answer(503, f"this witness cannot tell what it saw: {error}\n")


def cosign_head(node: Node, card: Card, shown: SeenHead, seconds: int) -> None:
    """Cosign a head that a pull has just verified, where it is news to the witness.

    Parameters
    ----------
    node : Node
        Held for writing; its own mirror has not yet accepted the head.
    card : Card
    shown : SeenHead
        With a source whose tiles prove it.
    seconds : int

    Raises
    ------
    Finding
        'forked-log', with evidence that others can verify: the log showed this witness
        another history.
    """
    if card.party == node.party or may_know_less(node):
        return
    try:
        signer = read_witness_key(node)
    except NotAllowed:
        return  # a node without the key still reads and verifies
    size, root = shown.checkpoint.size, shown.checkpoint.root
    status = 409
    while status == 409:  # until nobody else has cosigned meanwhile
        last = last_cosigned(node, card)
        seen = _seen(node, card, last)
        if size < seen.size:
            return
        if last and _is_cosigned(last, signer, shown.signed):
            return
        proof = []
        if 0 < seen.size < size:
            proof = consistency_proof(seen.size, size, shown.reader.hash)
        asked = Submission(
            seen.size, tuple(proof), card.origin, size, root, shown.signed
        )
        status = _cosign(node, signer, card, asked, seconds).status
    if status == 422:
        raise Finding(
            "forked-log",
            f"{card.party!r} signed two logs: one of {seen.size} entries, which this "
            f"node cosigned, and now one of {size} that does not continue it",
            party=card.party,
            evidence=_evidence(last, seen, shown),
        )


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
    with _table(node) as connection:
        connection.execute("BEGIN IMMEDIATE")
        seen = _seen(node, card, _held(connection, card.origin))
        if head.size > seen.size:
            alone = log_signed(signed, card.log_verifiers(head.size))
            _keep(connection, card.origin, head.size, alone)
        connection.commit()


def _evidence(last: bytes, seen: Seen, shown: SeenHead) -> dict[str, bytes]:
    """Return what proves the fork; none where another head than `last` was seen."""
    if not last or read_checkpoint(read_note(last).text).size != seen.size:
        return {}
    size = shown.checkpoint.size
    hashes = []
    if seen.size < size:
        hashes = prefix_proof(seen.size, size, shown.reader.hash)
    return {"evidence": fork_evidence((last, shown.signed), hashes).to_bytes()}


def last_cosigned(node: Node, card: Card) -> bytes:
    """Return the newest head of a log that this node's witness knows; b'' if none."""
    with _table(node) as connection:
        return _held(connection, card.origin)


def _followed(node: Node, origin: str) -> Card | None:
    """Return the card of a log that this node follows; its own it does not witness."""
    cards = node.cards().values()
    found = [one for one in cards if one.origin == origin and one.party != node.party]
    return found[0] if found else None


def _cosign(
    node: Node, signer: WitnessSigner, card: Card, asked: Submission, seconds: int
) -> Answer:
    verifiers = card.log_verifiers(asked.size)
    with _table(node) as connection:
        connection.execute("BEGIN IMMEDIATE")
        seen = _seen(node, card, _held(connection, card.origin))
        if refused := judge(asked, verifiers, seen):
            connection.rollback()
            return refused
        note = read_note(asked.signed)
        line = signer.cosign(note.text, seconds)
        cosigned = add_signatures(log_signed(asked.signed, verifiers), [line])
        _keep(connection, card.origin, asked.size, cosigned)
        connection.commit()
        _show(node, connection, card.origin)
    return Answer(200, line.to_line())


def _show(node: Node, connection: sqlite3.Connection, origin: str) -> None:
    """Publish what stands in the table now: never what another request overtook."""
    connection.execute("BEGIN IMMEDIATE")
    write_durably(node.public / witness_path(origin), _held(connection, origin))
    connection.rollback()


def _seen(node: Node, card: Card, last: bytes) -> Seen:
    """Return the newest head of a log that this node ever accepted.

    Raises
    ------
    NotVerified
        One of them is damaged, or two contradict each other.
    """
    shown = node.public / witness_path(card.origin)
    mirror = node.records(card.party) / "checkpoint"
    held = [last, node.state.head(card.party).checkpoint]
    held += [path.read_bytes() for path in (shown, mirror) if path.exists()]
    newest = Seen()
    for signed in set(held) - {b""}:
        try:
            head = verify_held_head(card, signed)
        except NotAcceptable as error:
            raise NotVerified(
                f"a head of {card.party!r} that was accepted here is damaged: {error}",
                hint="'waternet verify' names the file; restore it from your copy",
            ) from error
        if head.size == newest.size and head.root != newest.root:
            raise NotVerified(
                f"two heads of {head.size} entries of {card.party!r} were accepted",
                hint="look at the files in evidence/, and ask the party",
            )
        if head.size > newest.size:
            newest = Seen(head.size, head.root)
    return newest


@contextmanager
def _table(node: Node) -> Iterator[sqlite3.Connection]:
    with node.state.connection() as connection:
        connection.execute(_TABLE)
        yield connection


def _keep(
    connection: sqlite3.Connection, origin: str, size: int, signed: bytes
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO witnessed VALUES (?, ?, ?)", (origin, size, signed)
    )


def _is_cosigned(last: bytes, signer: WitnessSigner, signed: bytes) -> bool:
    note, own = read_note(last), (signer.name, signer.verifier.key_id)
    names = {(line.name, line.key_id) for line in note.signatures}
    return own in names and note.text == read_note(signed).text


def _held(connection: sqlite3.Connection, origin: str) -> bytes:
    row = connection.execute(
        "SELECT checkpoint FROM witnessed WHERE origin = ?", (origin,)
    ).fetchone()
    return bytes(row[0]) if row else b""
