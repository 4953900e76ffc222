"""What a party said in one verified entry, and how another entry names it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from waternet.record.entry import Entry

__all__ = ["Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """An entry whose place in the log and whose signature were verified.

    Attributes
    ----------
    index : int
        Its place in the log of its party.
    entry : Entry
    signed : bytes
        As it stands in the log: evidence to whoever holds the party's card.
    """

    index: int
    entry: Entry
    signed: bytes

    @property
    def party(self) -> str:
        """Who said it."""
        return self.entry.party

    def reference(self) -> dict[str, Any]:
        """Return how another entry names it: nobody can put another in its place."""
        return {
            "party": self.party,
            "entry": self.index,
            "sha256": hashlib.sha256(self.signed).hexdigest(),
        }
