"""Gathering cosignatures of the own head, by asking and from what others show.

The head is published as soon as it is signed, and is of use at once; cosignatures are
added when they come. Each is verified, taken into ``state.sqlite`` by compare and swap
at the same size, and then shown in ``public/checkpoint`` by rename: stopped between the
two, the next command that writes shows it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotFound,
    NotReached,
    NotVerified,
)
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.walk import verify_head
from waternet.exchange.witness import witness_path, write_submission
from waternet.exchange.witness_client import Asked, Reply, ask_for_cosignatures
from waternet.failpoint import failpoint
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.quorum import join_cosignatures, keep_cosigned
from waternet.node.recovery import recover_node
from waternet.node.state import Head
from waternet.node.trust import agreed_policy, is_enough, may_know_less
from waternet.record.checkpoint import Checkpoint
from waternet.record.cosignature import WitnessVerifier, add_signatures
from waternet.record.note import Signature, read_note
from waternet.record.policy import MOST_AHEAD
from waternet.record.tree import (
    EMPTY_ROOT,
    consistency_proof,
    prefix_proof,
    prefix_root,
)

__all__ = [
    "Gathered",
    "cosigners",
    "gather_cosignatures",
    "take_cosignature",
    "verify_known",
    "witnesses_of",
]

_MOST_HEAD = 1 << 17  # bytes
_TABLE = (
    "CREATE TABLE IF NOT EXISTS asked (witness TEXT PRIMARY KEY,"
    " size INTEGER NOT NULL) STRICT"
)


@dataclass
class Gathered:
    """Who cosigned the own head, and who did not.

    Attributes
    ----------
    size : int
        Entries in the head.
    asked : int
        How many witnesses were asked now.
    cosigned : list of str
        Parties whose cosignatures it carries now.
    troubles : dict of party to str
        Why a witness that was asked did not cosign it.
    is_met : bool or None
        Whether they are a quorum; None where the parties agreed on none.
    findings : list of Finding
    """

    size: int
    asked: int = 0
    cosigned: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    is_met: bool | None = None
    findings: list[Finding] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """Say it, a line each."""
        if self.cosigned:
            line = f"cosigned by {', '.join(self.cosigned)}"
        else:
            line = "cosigned by nobody"
        if self.is_met is not None:
            line += ": a quorum" if self.is_met else ": not yet a quorum"
        yield f"the head of {self.size} entries is {line}"
        for party, trouble in sorted(self.troubles.items()):
            yield f"{party} has not cosigned it: {trouble}"
        for finding in self.findings:
            yield f"FINDING {finding}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "size": self.size,
            "cosigned": self.cosigned,
            "not_cosigned": self.troubles,
            "quorum_met": self.is_met,
            "findings": [finding.to_json() for finding in self.findings],
        }


def witnesses_of(node: Node) -> list[Asked]:
    """Return the witnesses that can be asked: followed, with a key and an address."""
    old = _sizes(node)
    return [
        Asked(card.party, verifier, card.addresses[0], old.get(card.party, 0))
        for party, card in sorted(node.cards().items())
        if party != node.party and card.addresses
        if (verifier := card.witness_verifier)
    ]


def cosigners(node: Node) -> set[str]:
    """Return the parties whose cosignatures the own head carries now."""
    head = node.state.head(node.party)
    return _cosigners(node, head) if head.size else set()


def gather_cosignatures(node: Node) -> Gathered:
    """Ask every witness that has not yet cosigned the own head, and add what comes.

    Parameters
    ----------
    node : Node
        Not held for writing: nobody waits while others are asked.

    Returns
    -------
    Gathered
        A witness that is away is no error: the next command asks again.
    """
    head = node.state.head(node.party)
    if not head.size:
        return Gathered(0)
    own = node.cards()[node.party]
    done = _cosigners(node, head)
    waiting = [one for one in witnesses_of(node) if one.party not in done]
    seen = seen_head(node, node.party)

    def prove(old: int) -> bytes:
        proof = consistency_proof(old, head.size, seen.reader.hash) if old else []
        return write_submission(old, proof, head.checkpoint)

    text = read_note(head.checkpoint).text
    replies = ask_for_cosignatures(waiting, text, head.size, prove)
    return _added(node, own, head, replies)


def take_cosignature(node: Node, source: Source, party: str) -> bool:
    """Take the cosignature of the own head that another party shows, if there is one.

    So cosignatures come by any pull, also where nobody can be asked.

    Parameters
    ----------
    node : Node
        Held for writing.
    source : Source
        The party's public folder. Not trusted.
    party : str

    Returns
    -------
    bool
        Whether it shows just the head that this node stands by, and its own
        cosignature, verified, is on it: anybody can carry a head.

    Raises
    ------
    Finding
        'restored-backup': it shows a head of the own log, signed by the own key, that
        this node does not know.
    """
    own = node.cards()[node.party]
    head = node.state.head(node.party)
    if head.size and not may_know_less(node) and party in _cosigners(node, head):
        return False  # nothing is asked for that is here
    try:
        shown = source.read(witness_path(own.origin), _MOST_HEAD)
        verify_known(node, own, shown, party)
    except Finding:
        raise
    except (NotFound, NotReached, NotAcceptable, NotVerified):
        return False  # nothing there, or nothing that the own log signed
    if not head.size or read_note(shown).text != read_note(head.checkpoint).text:
        return False
    lines = read_note(shown).signatures
    verifier = node.cards()[party].witness_verifier
    held = [one for one in lines if _holds(shown, one, verifier)]
    return bool(held) and _add(node, head, held)


def verify_known(node: Node, own: Card, shown: bytes, party: str) -> None:
    """Raise if somebody shows more of the own log than this node knows, or another one.

    Parameters
    ----------
    node : Node
    own : Card
    shown : bytes
        A checkpoint of the own log, from anywhere.
    party : str
        Who shows it.

    Raises
    ------
    Finding
        'restored-backup', with both heads as evidence.
    NotVerified, NotAcceptable
        The own log never signed it: it proves nothing.
    """
    there = verify_head(own, shown)
    head = node.state.head(node.party)
    known = verify_head(own, head.checkpoint) if head.size else None
    size = known.size if known else 0
    if there.size > size or (known and there.root != _root_at(node, known, there.size)):
        raise Finding(
            "restored-backup",
            f"{party!r} shows {there.size} entries of the own log, signed by its key; "
            f"this node knows {size if there.size > size else 'others'}",
            party=node.party,
            evidence={"checkpoint-shown": shown, "checkpoint-here": head.checkpoint},
        )


def _root_at(node: Node, known: Checkpoint, size: int) -> bytes:
    """Return the root that the own log had at a size; of more, the present one."""
    if size >= known.size:
        return known.root
    if not size:
        return EMPTY_ROOT
    proof = prefix_proof(size, known.size, seen_head(node, node.party).reader.hash)
    return prefix_root(size, known.size, proof, known.root)


def _added(node: Node, own: Card, head: Head, replies: Sequence[Reply]) -> Gathered:
    lines = [reply.line for reply in replies if reply.line]
    gathered = Gathered(head.size, len(replies))
    gathered.troubles = {one.party: one.trouble for one in replies if not one.line}
    try:
        with node.writing():
            recover_node(node)
            _keep_sizes(node, replies)
            _add(node, node.state.head(node.party), lines, text=head.checkpoint)
    except Conflict:  # whoever writes now, or next, asks again
        gathered.troubles |= {one.party: "asked again later" for one in replies}
    newest = node.state.head(node.party)
    gathered.cosigned = sorted(_cosigners(node, newest))
    gathered.size = newest.size
    policy = agreed_policy(node)
    if policy:
        joined = join_cosignatures(policy, own, [newest.checkpoint], int(time.time()))
        gathered.is_met = is_enough(policy, own, joined.times)
    gathered.findings += _far_off(own, lines, int(time.time()))
    return gathered


def _add(
    node: Node, head: Head, lines: Iterable[Signature], *, text: bytes = b""
) -> bool:
    """Add verified cosignatures to the head, in state first and then in public."""
    if text and read_note(text).text != read_note(head.checkpoint).text:
        return False  # it grew meanwhile: these are of an older head
    signed = add_signatures(head.checkpoint, lines)
    if signed != head.checkpoint:
        node.state.advance(head, Head(head.party, head.size, signed))
        failpoint("cosign.kept")
        write_durably(node.public / "checkpoint", signed)
        failpoint("cosign.shown")
        keep_cosigned(node, node.cards()[head.party], int(time.time()))
    return True


def _cosigners(node: Node, head: Head) -> set[str]:
    """Return the parties whose cosignatures a head carries."""
    known = {
        (verifier.name, verifier.key_id): card.party
        for card in node.cards().values()
        if (verifier := card.witness_verifier)
    }
    names = {(line.name, line.key_id) for line in read_note(head.checkpoint).signatures}
    return {party for key, party in known.items() if key in names}


def _holds(shown: bytes, line: Signature, verifier: WitnessVerifier | None) -> bool:
    if verifier is None or (line.name, line.key_id) != (verifier.name, verifier.key_id):
        return False
    try:
        verifier.verify(read_note(shown).text, line.signature)
    except NotVerified:
        return False
    return True


def _far_off(own: Card, lines: Iterable[Signature], now: int) -> Iterator[Finding]:
    for line in lines:
        ahead = int.from_bytes(line.signature[:8], "big") - now
        if ahead > MOST_AHEAD:
            yield Finding(
                "clock-far-off",
                f"{line.name} cosigned the own head at a time that lies {ahead} s "
                "ahead of this node's clock; it is kept and not counted",
                party=own.party,
            )


def _sizes(node: Node) -> dict[str, int]:
    if not (node.folder / "state.sqlite").exists():
        return {}
    with node.state.connection() as connection:
        connection.execute(_TABLE)
        return dict(connection.execute("SELECT witness, size FROM asked"))


def _keep_sizes(node: Node, replies: Sequence[Reply]) -> None:
    with node.state.connection() as connection, connection:
        connection.execute(_TABLE)
        connection.executemany(
            "INSERT OR REPLACE INTO asked VALUES (?, ?)",
            [(reply.party, reply.old) for reply in replies],
        )
