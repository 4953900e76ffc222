"""The cosignatures of a head, put together from all that shows them; how far it got.

Each is verified before it is kept. How much of a log a quorum has cosigned is kept in
``state.sqlite``, so that what is signed and not yet cosigned can be shown as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from waternet.errors import NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.walk import SeenHead
from waternet.node.folder import Node
from waternet.node.trust import agreed_policy, is_enough
from waternet.node.witnessed import last_cosigned
from waternet.record.note import Note, Signature, read_note
from waternet.record.policy import MOST_AHEAD, Policy

__all__ = [
    "Joined",
    "cosigned_sizes",
    "join_cosignatures",
    "keep_cosigned",
    "with_cosignatures",
]

_TABLE = (
    "CREATE TABLE IF NOT EXISTS cosigned"
    " (party TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT"
)


@dataclass(frozen=True, slots=True)
class Joined:
    """A head with every cosignature that is known of it.

    Attributes
    ----------
    signed : bytes
        The log's signatures, then the cosignatures that hold.
    times : dict of str to int
        Seconds since 1970, UTC, by the policy's name of the witness; those that count.
    findings : tuple of Finding
        'clock-far-off': kept, and not counted. 'bad-proof': a line that names a
        witness which did not make it; not kept.
    """

    signed: bytes
    times: dict[str, int]
    findings: tuple[Finding, ...]


def join_cosignatures(
    policy: Policy, card: Card, heads: Iterable[bytes], now: int, held: bytes = b""
) -> Joined:
    """Put the cosignatures of one head together, from all that is shown of it.

    Parameters
    ----------
    policy : Policy
    card : Card
        Of the log.
    heads : iterable of bytes
        The same checkpoint each; the log's signature on each is verified. Where a
        witness cosigned twice, the later line counts.
    now : int
        Seconds since 1970, UTC.
    held : bytes
        One of them, of which nothing is told again.
    """
    notes = [read_note(signed) for signed in heads]
    text = notes[0].text
    logs = card.log_verifiers(int(text.split("\n")[1]))
    keys = {(one.name, one.key_id) for one in logs}
    known = {(one.verifier.name, one.verifier.key_id): one for one in policy.witnesses}
    told = set(read_note(held).signatures) if held else set()
    kept: dict[tuple[str, bytes], Signature] = {}
    times: dict[str, int] = {}
    findings = []
    for line in dict.fromkeys(line for note in notes for line in note.signatures):
        key = (line.name, line.key_id)
        if key in keys:
            kept.setdefault(key, line)
            continue
        if key not in known:
            continue
        try:
            seconds = known[key].verifier.verify(text, line.signature)
        except NotVerified as error:
            findings.append(Finding("bad-proof", str(error), party=card.party))
            continue
        ahead = seconds - now > MOST_AHEAD
        if ahead and line not in told:
            findings.append(_far_off(card, line, seconds - now))
        if not ahead and seconds > times.get(known[key].name, 0):
            times[known[key].name], kept[key] = seconds, line
        kept.setdefault(key, line)
    signed = Note(text, tuple(kept.values())).to_bytes()
    return Joined(signed, times, tuple(findings))


def with_cosignatures(
    node: Node, card: Card, shown: SeenHead, now: int
) -> tuple[SeenHead, tuple[Finding, ...]]:
    """Return a head that a source shows with all cosignatures of it that are known.

    Those that were held before, and this node's own, are not lost where the source
    shows fewer.
    """
    policy = agreed_policy(node)
    if policy is None:
        return shown, ()
    text = read_note(shown.signed).text
    held, own = node.state.head(card.party).checkpoint, last_cosigned(node, card)
    heads = [head for head in (held, shown.signed, own) if head]
    same = [head for head in heads if read_note(head).text == text]
    joined = join_cosignatures(policy, card, same, now, held if held in same else b"")
    return replace(shown, signed=joined.signed), joined.findings


def keep_cosigned(node: Node, card: Card, now: int) -> None:
    """Remember how far a log is cosigned, before a newer head takes this one's place.

    Parameters
    ----------
    node : Node
        Held for writing.
    """
    policy = agreed_policy(node)
    size = _met_size(node, policy, card, now) if policy else 0
    if size:
        with node.state.connection() as connection, connection:
            connection.execute(_TABLE)
            connection.execute(
                "INSERT INTO cosigned VALUES (?, ?) ON CONFLICT (party) DO UPDATE"
                " SET size = max(size, excluded.size)",
                (card.party, size),
            )


def cosigned_sizes(node: Node, now: int) -> dict[str, int] | None:
    """Return how many entries of each log a quorum has cosigned.

    Returns
    -------
    dict of party to int, or None
        Entries from that number on are signed and not yet cosigned. None where the
        parties agreed on no policy.
    """
    policy = agreed_policy(node)
    if policy is None:
        return None
    kept: dict[str, int] = {}
    if (node.folder / "state.sqlite").exists():
        with node.state.connection() as connection:
            known = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'cosigned'"
            ).fetchone()
            if known:
                kept = dict(connection.execute("SELECT party, size FROM cosigned"))
    return {
        party: max(kept.get(party, 0), _met_size(node, policy, card, now))
        for party, card in node.cards().items()
    }


def _met_size(node: Node, policy: Policy, card: Card, now: int) -> int:
    """Return the size of the head that this node stands by, if a quorum cosigned it."""
    head = node.state.head(card.party)
    if not head.size:
        return 0
    joined = join_cosignatures(policy, card, [head.checkpoint], now)
    return head.size if is_enough(policy, card, joined.times) else 0


def _far_off(card: Card, line: Signature, ahead: int) -> Finding:
    return Finding(
        "clock-far-off",
        f"{line.name} cosigned the head of {card.party!r} at a time that lies {ahead} "
        "s ahead of this node's clock; it is kept and not counted",
        party=card.party,
    )
