"""What can be wrong with a party's record or its mirror, each with its own name.

======================  =====================================================
name                    what it means
======================  =====================================================
forked-log              two signed heads that cannot both be true
rolled-back-log         the party itself shows less than it signed before
stale-mirror            a copy shows less than was already seen
unknown-key             the head is not signed by a key on the party's card
revoked-key             signed by a key of the party that counts no more there
key-of-another-party    signed by the key of another party than it speaks for
bad-proof               a proof does not lead to the head that it names
altered-entry           an entry is not the one the signed head stands for
bad-signature           the steward's signature on an entry does not hold
unreadable-entry        signed by the steward, but this version cannot read it
missing-file            a file of the record is not there
missing-blob            a file that an entry names is not there
corrupt-blob            a file is not the one that the entry names
unreadable-blob         a file is as signed, but is not what it should be
withdrawn-blob          figures not there, and withdrawn by their owner
replayed-consent        a grant used for something else than it was given for
bad-share               shares of a release's key do not make the key promised
clock-far-off           a time in a signature lies in the future
quorum-not-met          too few of those who must sign have signed
forked-registry         two files of one version in the registry, both signed
bad-registry            a file of the registry is none, or breaks its rules
restored-backup         a node knows less of its own log than its witnesses do
damaged-mirror          this node's own copy cannot tell: no fault of the party
no-room                 figures too large for what is free on this disk
======================  =====================================================

docs/incidents has a page for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waternet.errors import NotVerified

__all__ = ["NEXT_STEP", "Finding"]

NEXT_STEP = {
    "forked-log": "keep the evidence file and show it to the other parties",
    "rolled-back-log": "keep the evidence file and ask the party why",
    "stale-mirror": "ask for a newer copy; if there is none, ask the party why",
    "unknown-key": "ask the party for its card by another way, and compare",
    "revoked-key": "ask the party to sign it with its present key",
    "key-of-another-party": "keep the evidence file and ask both parties",
    "bad-proof": "ask for the proof again, from another source",
    "altered-entry": "ask the party for the entry as it was signed",
    "bad-signature": "ask the party's steward to sign the entry anew",
    "unreadable-entry": "read it with a later version, or ask the party what it says",
    "missing-file": "the copy is not whole: ask for it again",
    "missing-blob": "ask the party, or a mirror, for the file",
    "corrupt-blob": "ask the party, or a mirror, for the file as it was signed",
    "unreadable-blob": "ask the party to withdraw the entry and publish it anew",
    "withdrawn-blob": "nothing: its owner withdrew it",
    "replayed-consent": "ask the owner for a grant of its own",
    "bad-share": "keep the evidence file and show it to the other parties",
    "clock-far-off": "compare the clocks of both nodes; the order of entries stands",
    "quorum-not-met": "wait for those who have not signed, or ask them why",
    "forked-registry": "keep the evidence and show it to the other parties",
    "bad-registry": "take the registry from another party's public/registry",
    "restored-backup": "get the newest public/ from a mirror before you publish",
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

    Attributes
    ----------
    source : str
        The folder or address that showed it; '' where it is about this node's own
        files. Whoever knows it sets it.

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
        self.source = ""

    def to_json(self) -> dict[str, str | int | None]:
        """Return it as plain values, without the evidence."""
        return {
            "finding": self.name,
            "party": self.party,
            "entry": self.index,
            "message": str(self),
            "next_step": self.hint,
            "source": self.source,
        }
