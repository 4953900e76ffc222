"""Entries that a key signed after it counted no more: they stand, and say nothing.

The log holds such an entry for good, and whoever reads the log reads on after it. What
the key signed before stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection

from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.record.entry import Entry, read_entry
from waternet.record.key import Verifier
from waternet.record.note import verify_note

__all__ = ["REFUSED", "is_refused", "is_signed", "refused_entry", "refused_key"]

REFUSED = "revoked"
"""The kind by which such an entry is read. None can be written: it is no kind."""
_NEVER = "1970-01-01T00:00:00Z"


def is_signed(signed: bytes, verifiers: Collection[Verifier]) -> bool:
    """Return whether one of these keys signed a note, whatever it says."""
    try:
        verify_note(signed, verifiers)
    except (NotVerified, NotAcceptable):
        return False
    return True


def is_refused(card: Card, index: int, signed: bytes) -> bool:
    """Return whether an earlier steward key signed an entry that it may not sign."""
    valid = card.steward_verifiers(index)
    gone = [one for one in card.earlier("steward") if one not in valid]
    return is_signed(signed, gone)


def refused_entry(card: Card, signed: bytes) -> Entry:
    """Return what stands for such an entry: its time, and nothing that it says."""
    try:
        issued = read_entry(signed).issued
    except NotAcceptable:
        issued = _NEVER
    return Entry(REFUSED, card.origin, card.party, issued, {})


def refused_key(card: Card, index: int, signed: bytes) -> Finding:
    """Return what is wrong with such an entry."""
    return Finding(
        "revoked-key",
        f"entry {index} of {card.party!r} is signed by a key that the party gave up or "
        "revoked before; nothing that it says counts",
        party=card.party,
        index=index,
        evidence={"entry": signed},
    )
