"""A node as a witness: it cosigns what continues all that it ever saw of a log.

What was cosigned last of each log stands in ``state.sqlite``, changed by compare and
swap and durable before a cosignature leaves the process: however many ask at once, no
two get cosignatures for heads that contradict each other. The same head is then shown
in ``public/witness/``, from where the log's owner and everybody else may take it.

`waternet.node.witnessed` keeps what this node saw, and what counts as seen.
"""

from __future__ import annotations

from collections.abc import Callable

from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.evidence import fork_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.walk import SeenHead, named_fault
from waternet.exchange.witness import (
    Answer,
    Seen,
    Submission,
    judge_growth,
    judge_signature,
    log_signed,
    read_submission,
)
from waternet.failpoint import failpoint
from waternet.node.folder import Node
from waternet.node.keys import read_secret
from waternet.node.trust import may_know_less
from waternet.node.witnessed import (
    held,
    is_cosigned,
    keep,
    last_cosigned,
    seen_of,
    show,
    verify_seen,
    witnessed,
)
from waternet.record.checkpoint import read_checkpoint
from waternet.record.cosignature import WitnessSigner, add_signatures
from waternet.record.note import read_note
from waternet.record.tree import ReadHash, consistency_proof, prefix_proof

__all__ = ["answer_log", "cosign_head", "read_witness_key"]


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
    verifiers = card.log_verifiers(asked.size) if card else ()
    refused = judge_signature(asked, verifiers)
    if card is None or refused:  # before anybody else is kept waiting
        return refused or Answer(404, "unknown log\n")
    try:
        return _cosign(node, signer, card, asked, seconds)
    except NotVerified as error:  # of this node's own files: it must not cosign now
        return Answer(503, f"this witness cannot tell what it saw: {error}\n")


def cosign_head(node: Node, card: Card, shown: SeenHead, seconds: int) -> None:
    """Cosign a head that a pull has just verified, where it is news to the witness.

    A node that has no witness's key, that was restored, or whose own files cannot tell
    what it saw (`verify_seen` names them) still pulls, and cosigns nothing.

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
        another history. 'missing-file' or 'altered-entry', where the source has not the
        tiles that tell.
    NotReached
        The source does not answer.
    """
    if card.party == node.party or may_know_less(node):
        return
    try:
        signer = read_witness_key(node)
        verify_seen(node, card)
    except (NotAllowed, NotVerified):
        return
    last, seen, answer = b"", Seen(), Answer(409, "")
    while answer.status == 409:  # until nobody else cosigned meanwhile
        last = last_cosigned(node, card)
        seen = seen_of(node, card, last)
        if shown.checkpoint.size < seen.size:
            return
        if is_cosigned(node, card, shown.signed):
            return
        answer = _cosign(node, signer, card, _submission(card, seen, shown), seconds)
    if answer.status == 422:
        raise Finding(
            "forked-log",
            f"{card.party!r} signed two logs: one of {seen.size} entries, which this "
            f"node cosigned, and now one of {shown.checkpoint.size} that does not "
            "continue it",
            party=card.party,
            evidence=_evidence(card, last, seen, shown),
        )


def _submission(card: Card, seen: Seen, shown: SeenHead) -> Submission:
    """Return what a log would send that asks for a cosignature of this head."""
    size, proof = shown.checkpoint.size, list[bytes]()
    if 0 < seen.size < size:
        proof = _proof(consistency_proof, card, seen, shown)
    return Submission(
        old=seen.size,
        proof=tuple(proof),
        origin=shown.checkpoint.origin,
        size=size,
        root=shown.checkpoint.root,
        signed=shown.signed,
    )


def _evidence(card: Card, last: bytes, seen: Seen, shown: SeenHead) -> dict[str, bytes]:
    """Return what proves the fork; none where another head than `last` was seen."""
    if not last or read_checkpoint(read_note(last).text).size != seen.size:
        return {}
    hashes = []
    if seen.size < shown.checkpoint.size:
        hashes = _proof(prefix_proof, card, seen, shown)
    return {"evidence": fork_evidence((last, shown.signed), hashes).to_bytes()}


def _proof(
    prove: Callable[[int, int, ReadHash], list[bytes]],
    card: Card,
    seen: Seen,
    shown: SeenHead,
) -> list[bytes]:
    """Return a proof from the source's tiles, which it may have dropped meanwhile."""
    try:
        return prove(seen.size, shown.checkpoint.size, shown.reader.hash)
    except (NotFound, NotAcceptable, NotVerified) as error:
        raise named_fault(card, error, shown) from error


def _followed(node: Node, origin: str) -> Card | None:
    """Return the card of a log that this node follows; its own it does not witness."""
    cards = node.cards().values()
    found = [one for one in cards if one.origin == origin and one.party != node.party]
    return found[0] if found else None


def _cosign(
    node: Node, signer: WitnessSigner, card: Card, asked: Submission, seconds: int
) -> Answer:
    verifiers = card.log_verifiers(asked.size)
    with witnessed(node) as connection:
        connection.execute("BEGIN IMMEDIATE")
        seen = seen_of(node, card, held(connection, card.origin))
        if refused := judge_growth(asked, seen):
            connection.rollback()
            return refused
        note = read_note(asked.signed)
        line = signer.cosign(note.text, seconds)
        cosigned = add_signatures(log_signed(asked.signed, verifiers), [line])
        keep(connection, card.origin, asked.size, cosigned)
        connection.commit()
        failpoint("witness.kept")
        show(node, connection, card.origin)
        failpoint("witness.shown")
    return Answer(200, line.to_line())
