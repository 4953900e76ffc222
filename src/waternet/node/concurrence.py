"""Who else saw an entry: cosignatures of heads that hold it, each checked here and now.

A witness that cosigned a head stands by every entry in it. So an entry is agreed on by
whoever cosigned any head that is longer than its number, as long as the log that this
node holds continues that head.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.walk import SeenHead, verify_held_head
from waternet.exchange.witness import witness_path
from waternet.node.folder import Node
from waternet.node.policy import node_policy
from waternet.node.trust import agreed_policy, is_enough
from waternet.record.checkpoint import Checkpoint
from waternet.record.note import read_note
from waternet.record.policy import MOST_AHEAD, PolicyWitness
from waternet.record.tree import prefix_proof, prefix_root

__all__ = ["Concurrence", "Cosignature", "find_concurrence"]

_MOST_HEADS = 24  # that are looked at for one entry


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That one witness saw a head.

    Attributes
    ----------
    witness : str
        Its name in the policy.
    party : str
        Whose witness it is; '' where no card says so.
    seconds : int
        When, since 1970, UTC, by its own clock.
    size : int
        Entries in the head that it saw.
    key : str
        Its verifier key.
    """

    witness: str
    party: str
    seconds: int
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class Concurrence:
    """Who cosigned heads that hold an entry, and who might have.

    Attributes
    ----------
    cosignatures : tuple of Cosignature
        By party and witness.
    silent : tuple of str
        Witnesses of the policy of whom none is known, by party where that is known.
    is_met : bool or None
        Whether they are the quorum that the parties agreed on; None where they agreed
        on none.
    ahead : int
        Entries of a newer head that a witness shows and this node does not hold; 0
        for none.
    findings : tuple of Finding
        'forked-log', 'bad-proof', 'clock-far-off'.
    """

    cosignatures: tuple[Cosignature, ...]
    silent: tuple[str, ...]
    is_met: bool | None
    ahead: int
    findings: tuple[Finding, ...]

    @property
    def agreeing(self) -> int:
        """How many nodes state this history, the owner's own one among them."""
        return len(self.cosignatures) + 1

    @property
    def nodes(self) -> int:
        """How many might."""
        return len(self.cosignatures) + len(self.silent) + 1


def find_concurrence(
    node: Node, cards: Mapping[str, Card], head: SeenHead, party: str, index: int
) -> Concurrence:
    """Return who is known to have cosigned a head that holds an entry.

    Parameters
    ----------
    node : Node
    cards : mapping of party to Card
    head : SeenHead
        Of the log, as this node stands by it.
    party : str
        Whose log it is.
    index : int
        Of the entry.

    Raises
    ------
    NotFound, NotAcceptable, NotVerified
        A card or the policy is gone or damaged.
    """
    card = cards[party]
    own = card.witness_verifier
    witnesses = [
        one
        for one in node_policy(node).witnesses
        if own is None or one.verifier.key != own.key
    ]
    gathering = _Gathering(card, head, index, witnesses)
    for signed in itertools.islice(_heads(node, cards, head, party), _MOST_HEADS):
        gathering.take(signed)
        if len(gathering.found) == len(witnesses):
            break
    agreed = agreed_policy(node)
    parties = {one.name: _party_of(one, cards) for one in witnesses}
    told = [
        replace(one, party=parties[one.witness]) for one in gathering.found.values()
    ]
    return Concurrence(
        cosignatures=tuple(sorted(told, key=lambda one: (one.party, one.witness))),
        silent=tuple(
            sorted(
                parties[name] or name for name in parties if name not in gathering.found
            )
        ),
        is_met=None if agreed is None else is_enough(agreed, card, gathering.found),
        ahead=gathering.ahead,
        findings=tuple(gathering.findings),
    )


class _Gathering:
    """The cosignatures that were found so far.

    Attributes
    ----------
    found : dict of witness's name to Cosignature
    ahead : int
    findings : list of Finding
    """

    def __init__(
        self,
        card: Card,
        head: SeenHead,
        index: int,
        witnesses: Sequence[PolicyWitness],
    ) -> None:
        self._card = card
        self._head = head
        self._index = index
        self._now = int(time.time())
        self._known = {
            (one.verifier.name, one.verifier.key_id): one for one in witnesses
        }
        self.found: dict[str, Cosignature] = {}
        self.ahead = 0
        self.findings: list[Finding] = []

    def take(self, signed: bytes) -> None:
        """Count the cosignatures of one head, if the log signed it and continues it."""
        try:
            shown = verify_held_head(self._card, signed)
        except (NotVerified, NotAcceptable):
            return  # of a mirror that is damaged: it counts for nothing
        if shown.size <= self._index:
            return
        if shown.size > self._head.checkpoint.size:
            self.ahead = max(self.ahead, shown.size)
            return
        if not self._continues(shown):
            return
        note = read_note(signed)
        for line in note.signatures:
            witness = self._known.get((line.name, line.key_id))
            if witness is not None and witness.name not in self.found:
                self._count(witness, note.text, line.signature, shown.size)

    def _continues(self, shown: Checkpoint) -> bool:
        """Return whether the log as it is held begins with that head."""
        head = self._head.checkpoint
        root = head.root
        if shown.size < head.size:
            try:
                hashes = prefix_proof(shown.size, head.size, self._head.reader.hash)
                root = prefix_root(shown.size, head.size, hashes, head.root)
            except (NotFound, NotVerified, NotAcceptable):
                return False  # the tiles are damaged, which is named elsewhere
        if root != shown.root:
            told = (
                f"the log of {self._card.party!r} signed a head of {shown.size} "
                f"entries that is no beginning of the {head.size} held here"
            )
            self.findings.append(Finding("forked-log", told, party=self._card.party))
        return root == shown.root

    def _count(
        self, witness: PolicyWitness, text: str, signature: bytes, size: int
    ) -> None:
        party = self._card.party
        try:
            seconds = witness.verifier.verify(text, signature)
        except NotVerified as error:
            self.findings.append(Finding("bad-proof", f"{error}", party=party))
            return
        if seconds - self._now > MOST_AHEAD:
            told = (
                f"{witness.name} cosigned the head of {party!r} at a time that is yet "
                "to come: not counted"
            )
            self.findings.append(Finding("clock-far-off", told, party=party))
            return
        key = witness.verifier.to_text()
        self.found[witness.name] = Cosignature(witness.name, "", seconds, size, key)


def _heads(
    node: Node, cards: Mapping[str, Card], head: SeenHead, party: str
) -> Iterator[bytes]:
    """Yield the heads of a log that this node has from anywhere, the newest first."""
    yield head.signed
    shown = witness_path(head.checkpoint.origin)
    for other in cards:
        path = node.records(other) / shown
        if other != party and path.is_file():
            yield path.read_bytes()
    for seen in reversed(node.state.sightings(party)):
        if seen.checkpoint != head.signed:
            yield seen.checkpoint


def _party_of(witness: PolicyWitness, cards: Mapping[str, Card]) -> str:
    for party, card in cards.items():
        own = card.witness_verifier
        if own is not None and own.key == witness.verifier.key:
            return party
    return ""
