"""Pulling one party's log: from its own address, else from whoever has a copy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from waternet.errors import NotReached
from waternet.exchange.card import Card
from waternet.exchange.evidence import rollback_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.verdict import named_by_key
from waternet.exchange.walk import SeenHead, verify_growth
from waternet.node.copies import Copy
from waternet.node.cosigning import take_cosignature
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.mirror import mirror_head, see_head
from waternet.node.registry import take_registry
from waternet.node.report import Advance
from waternet.node.trust import may_know_less
from waternet.node.whereabouts import forget_heard, hear_from
from waternet.node.witness import cosign_head
from waternet.node.witnessed import is_cosigned
from waternet.record.note import read_note

__all__ = ["LogPull"]

# Signed by the party itself, so that no copy can be blamed for it.
_PROVED = (
    "forked-log",
    "rolled-back-log",
    "bad-signature",
    "unreadable-entry",
    "key-of-another-party",
)

_OF_KEYS = ("unknown-key", "revoked-key")


@dataclass
class LogPull:
    """One party's log, its copies, and what came of pulling it.

    Attributes
    ----------
    node : Node
        Held for writing.
    card : Card
    copies : sequence of Copy
        In the order in which they are asked.
    advance : function of (done, of)
    whole : bool
        Read the log from its first entry.
    few : bool
        Ask a copy only where those before it fail, or are mirrors that have nothing
        new; the registry is taken from whoever has news, or a key that is not known.
        Otherwise every copy is looked at, and the longest read.
    is_read : bool
        A copy could be read to its end.
    is_unchanged : bool
        The newest head is the one that this node stands by already.
    is_empty : bool
        A copy shows no head, and none was ever seen.
    is_renewed : bool
        A newer registry came, and with it other cards than before.
    entries : int
        New ones, each verified.
    findings : list of Finding
        What is proved against the party, and why the log could not be read.
    bad_copies : list of Finding
        What was wrong with copies, where another one was right.
    unread : list of str
        Copies that did not answer.
    seen : list of Copy
        Copies that showed a head as it should be.
    """

    node: Node
    card: Card
    copies: Sequence[Copy]
    advance: Advance
    whole: bool
    few: bool
    is_read: bool = False
    is_unchanged: bool = False
    is_empty: bool = False
    is_renewed: bool = False
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    bad_copies: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    seen: list[Copy] = field(default_factory=list)

    def pull(self) -> None:
        """Read the log from the first copy that is as it should be."""
        if self.few:
            for place, copy in enumerate(self.copies):
                found = self._see(copy)
                if found is not None:
                    self._take(copy, found)
                if self.is_read and (place == 0 or self.entries):
                    break
        else:
            shown = [(copy, self._see(copy)) for copy in self.copies]
            heads = [(copy, head) for copy, head in shown if head is not None]
            heads.sort(key=lambda one: -one[1].checkpoint.size)
            for copy, head in heads:
                self._take(copy, head)
        # Empty, as far as can be told: nothing was ever seen of it.
        self.is_read = self.is_read or (self.is_empty and not self.bad_copies)
        if not self.is_read:
            self.findings += self.bad_copies
            self.bad_copies = []

    def hear(self) -> None:
        """Take what the party says of this node's own log: its cosignature, or more."""
        own = self.node.state.head(self.node.party)
        if self.is_unchanged and not own.size and not may_know_less(self.node):
            return  # of an empty log there is nothing to say that was not said before
        for copy in self.seen:
            try:
                if take_cosignature(self.node, copy, self.card.party):
                    hear_from(self.node, self.card.party)
            except Finding as finding:
                forget_heard(self.node)
                finding.source = copy.name
                self.findings.append(finding)

    def _see(self, copy: Copy) -> SeenHead | None:
        """Return the head that a copy shows; None where it has none, or is wrong."""
        known = seen_head(self.node, self.card.party)
        try:
            head = self._head(copy, known)
        except (Finding, NotReached) as error:
            self._tell(copy, error, known)
            return None
        self.is_empty = self.is_empty or head is None
        self.seen.append(copy)
        return head

    def _head(self, copy: Copy, known: SeenHead) -> SeenHead | None:
        try:
            head = see_head(self.card, known, copy)
        except Finding as finding:
            if finding.name not in _OF_KEYS or not self._refresh(copy):
                raise
            return see_head(self.card, known, copy)
        if head is not None and not _is_known(head, known) and self._refresh(copy):
            return see_head(self.card, known, copy)
        return head

    def _refresh(self, copy: Copy) -> bool:
        """Take the registry from a copy; return whether the party's card is new."""
        if not self.few:
            return False  # it was taken from every source before
        taken = take_registry(self.node, copy)
        self.findings += taken.findings
        self.is_renewed = self.is_renewed or bool(taken.changed)
        if self.card.party not in taken.changed:
            return False
        self.card = self.node.cards()[self.card.party]
        return True

    def _take(self, copy: Copy, head: SeenHead) -> None:
        """Read the log as far as a copy has it, or hold it against what was read."""
        known = seen_head(self.node, self.card.party)
        size = known.checkpoint.size
        if self.is_read and head.checkpoint.size <= size:
            self._compare(copy, head, known)
            return
        if not self.whole and _is_known(head, known):
            self.is_read = self.is_unchanged = True
            self._cosign(copy, head, known)
            return
        others = [one for one in self.copies if one is not copy]
        try:
            mirrored = mirror_head(
                self.node, self.card, head, others, self.advance, whole=self.whole
            )
        except (Finding, NotReached) as error:
            self._tell(copy, error, known)
            return
        self.is_read = True
        self.entries += mirrored.entries
        self.findings += mirrored.findings
        self.bad_copies += mirrored.bad_copies

    def _cosign(self, copy: Copy, head: SeenHead, known: SeenHead) -> None:
        """Cosign a head that was accepted while this node could not."""
        if not is_cosigned(self.node, self.card, head.signed):
            try:
                cosign_head(self.node, self.card, head, int(time.time()))
            except (Finding, NotReached) as error:
                self._tell(copy, error, known)

    def _compare(self, copy: Copy, head: SeenHead, known: SeenHead) -> None:
        """Look for a fork between this copy and the one that was read.

        That it is behind is no fault: it had all that was seen before this pull.
        """
        try:
            verify_growth(self.card, known, head)
        except Finding as finding:
            if finding.name != "stale-mirror":
                self._tell(copy, finding, known)

    def _tell(self, copy: Copy, error: Finding | NotReached, known: SeenHead) -> None:
        if isinstance(error, NotReached):
            self.unread.append(f"{copy.name}: {error}")
            return
        finding = named_by_key(error, list(self.node.cards().values()))
        if copy.own and finding.name == "stale-mirror":
            finding = self._rolled_back(finding, known)
        finding.source = copy.name
        proved = finding.name in _PROVED or (copy.own and finding.name in _OF_KEYS)
        (self.findings if proved else self.bad_copies).append(finding)

    def _rolled_back(self, stale: Finding, known: SeenHead) -> Finding:
        smaller = stale.evidence.get("checkpoint-shown-now")
        proof = rollback_evidence(known.signed, smaller).to_bytes() if smaller else b""
        return Finding(
            "rolled-back-log",
            f"its own address shows less of {self.card.party!r} than the "
            f"{known.checkpoint.size} entries that it signed before",
            party=self.card.party,
            evidence={"evidence": proof} if proof else {"checkpoint": known.signed},
        )


def _is_known(head: SeenHead, known: SeenHead) -> bool:
    """Return whether a head brings nothing: no entry, and no new signature either."""
    if head.signed == known.signed:
        return True
    if not known.checkpoint.size:
        return False
    shown, held = read_note(head.signed), read_note(known.signed)
    return shown.text == held.text and set(shown.signatures) <= set(held.signatures)
