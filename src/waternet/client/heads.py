"""The head of a log by which figures are proved: the longest that a quorum cosigned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waternet.client.trusted import Trust
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.walk import SeenHead, read_head, verify_growth, verify_head
from waternet.exchange.witness import witness_path
from waternet.node.quorum import join_cosignatures
from waternet.node.trust import is_enough
from waternet.record.note import read_note

__all__ = ["ProvenHead", "proven_head"]

_MOST = 1 << 20  # bytes of a checkpoint, with the signatures of many witnesses


@dataclass(frozen=True, slots=True)
class ProvenHead:
    """A head that the log signed.

    Attributes
    ----------
    head : SeenHead
    witnesses : tuple of str
        Who cosigned it, by the policy's names.
    is_met : bool
        Whether they are a quorum.
    """

    head: SeenHead
    witnesses: tuple[str, ...]
    is_met: bool


def proven_head(
    card: Card, records: Mapping[str, Source], trust: Trust, least: int, now: int
) -> ProvenHead:
    """Return the head to go by: one that a quorum cosigned, if it is long enough.

    Parameters
    ----------
    card : Card
        Trusted, of the log's party.
    records : mapping of party to Source
        Each party shows what it cosigned of others.
    trust : Trust
    least : int
        Entries that it must cover.
    now : int
        Seconds since 1970, UTC.

    Raises
    ------
    Finding
        'unknown-key', 'forked-log' and others of `waternet.exchange.walk`; or
        'stale-mirror', where the log shown is shorter than what was answered from.
    """
    source = records[card.party]
    shown = read_head(source, card)
    size = shown.checkpoint.size if shown else 0
    if shown is None or size < least:
        raise Finding(
            "stale-mirror",
            f"the answer was made from {least} entries of {card.party!r}, the log "
            f"shown has {size}",
            party=card.party,
        )
    notes: dict[str, list[bytes]] = {read_note(shown.signed).text: [shown.signed]}
    for signed in _cosigned(card, records):
        notes.setdefault(read_note(signed).text, []).append(signed)
    found = [_judged(card, source, same, trust, now) for same in notes.values()]
    for one in found:
        if one.head.checkpoint != shown.checkpoint:
            # What a witness saw must be the beginning of what is shown, or a fork.
            older, newer = sorted(
                (one.head, shown), key=lambda head: head.checkpoint.size
            )
            verify_growth(card, older, newer)
    enough = [one for one in found if one.is_met and one.head.checkpoint.size >= least]
    return max(enough or found[:1], key=lambda one: one.head.checkpoint.size)


def _cosigned(card: Card, records: Mapping[str, Source]) -> Iterable[bytes]:
    """Yield the heads of a log that others show as cosigned by them."""
    for party, record in records.items():
        if party == card.party:
            continue
        try:
            signed = record.read(witness_path(card.origin), _MOST)
            verify_head(card, signed)
        except (NotFound, NotAcceptable, NotVerified):
            continue  # a witness that shows nothing of use adds nothing
        yield signed


def _judged(
    card: Card, source: Source, same: list[bytes], trust: Trust, now: int
) -> ProvenHead:
    checkpoint = verify_head(card, same[0])
    if trust.policy is None:
        return ProvenHead(SeenHead(checkpoint, same[0], source), (), is_met=False)
    joined = join_cosignatures(trust.policy, card, same, now)
    head = SeenHead(checkpoint, joined.signed, source)
    is_met = is_enough(trust.policy, card, list(joined.times))
    return ProvenHead(head, tuple(sorted(joined.times)), is_met)
