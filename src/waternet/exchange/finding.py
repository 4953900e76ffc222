"""What can be wrong with a party's record or its mirror, each with its own name.

======================  =====================================================
name                    what it means
======================  =====================================================
forked-log              two signed heads that cannot both be true
older-copy              the source shows less than was already seen
unknown-key             the head is not signed by the key on the party's card
altered-entry           an entry is not the one the signed head stands for
bad-signature           the steward's signature on an entry does not hold
missing-file            a file of the record is not there
missing-blob            a file that an entry names is not there
corrupt-blob            a file is not the one that the entry names
unreadable-blob         a file is as signed, but is not what it should be
withdrawn-blob          figures not there, and withdrawn by their owner
damaged-mirror          this node's own copy cannot tell: no fault of the party
no-room                 figures too large for what is free on this disk
======================  =====================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waternet.errors import NotVerified

__all__ = ["NEXT_STEP", "Finding"]

NEXT_STEP = {
    "forked-log": "keep the evidence file and show it to the other parties",
    "older-copy": "ask for a newer copy; if there is none, ask the party why",
    "unknown-key": "ask the party for its card by another way, and compare",
    "altered-entry": "ask the party for the entry as it was signed",
    "bad-signature": "ask the party's steward to sign the entry anew",
    "missing-file": "the copy is not whole: ask for it again",
    "missing-blob": "ask the party, or a mirror, for the file",
    "corrupt-blob": "ask the party, or a mirror, for the file as it was signed",
    "unreadable-blob": "ask the party to withdraw the entry and publish it anew",
    "withdrawn-blob": "nothing: its owner withdrew it",
    "damaged-mirror": "read the record again: waternet pull FOLDER --whole",
    "no-room": "make room on this node's disk, then pull again",
}


class Finding(NotVerified):
    """A named fault of a party's record.

    Parameters
    ----------
    name : str
        One of `NEXT_STEP`.
    message : str
        In plain words: what was expected, what came.
    party : str
    index : int or None
        The entry it is about.
    evidence : mapping of file name to bytes
        What proves it to somebody who was not there.

    Examples
    --------
    >>> Finding("missing-blob", "no figures of entry 3", party="jordan", index=3).hint
    'ask the party, or a mirror, for the file'
    """

    def __init__(
        self,
        name: str,
        message: str,
        *,
        party: str,
        index: int | None = None,
        evidence: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        super().__init__(f"{name}: {message}", hint=NEXT_STEP[name])
        self.name = name
        self.party = party
        self.index = index
        self.evidence = evidence

    def to_json(self) -> dict[str, str | int | None]:
        """Return it as plain values, without the evidence."""
        return {
            "finding": self.name,
            "party": self.party,
            "entry": self.index,
            "message": str(self),
            "next_step": self.hint,
        }
