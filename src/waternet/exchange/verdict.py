"""What evidence proves, about whom, and what it does not: judged offline.

Whoever judges holds the parties' cards, or a policy, by a way of their own. Evidence
that does not hold is refused with the reason: nobody is accused by a file that could
also have been made of honest records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.evidence import Evidence, read_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.walk import verify_head
from waternet.record.checkpoint import Checkpoint, read_checkpoint, verify_checkpoint
from waternet.record.cosignature import WitnessVerifier, cosigned_times
from waternet.record.entry import read_entry
from waternet.record.fields import write_seconds
from waternet.record.note import Verifier, read_note, verify_note
from waternet.record.policy import Policy
from waternet.record.tree import leaf_hash, prefix_root, verify_inclusion

__all__ = ["Trusted", "Verdict", "named_by_key", "verify_evidence"]


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose keys are known to whoever judges: by cards, by a policy, or by both."""

    cards: Sequence[Card] = ()
    policy: Policy | None = None

    def verify_head(self, signed: bytes) -> Checkpoint:
        """Return a checkpoint that a known log signed.

        Raises
        ------
        NotVerified
            No known log did.
        NotFound
            Nothing is known of that log.
        NotAcceptable
            It is not a checkpoint.
        """
        origin = read_checkpoint(read_note(signed).text).origin
        for card in self.cards:
            if card.origin == origin:
                return verify_head(card, signed)
        verifiers = self.policy.log_verifiers(origin) if self.policy else ()
        if not verifiers:
            raise NotFound(
                f"no card or policy given is about the log {origin!r}",
                hint="add --card with the card of the party whose log it is",
            )
        return verify_checkpoint(signed, verifiers)

    def card(self, origin: str) -> Card:
        """Return the card of the party whose log it is.

        Raises
        ------
        NotFound
            It was not given.
        """
        for card in self.cards:
            if card.origin == origin:
                return card
        raise NotFound(
            f"what an entry of {origin!r} should be signed with stands on its party's "
            "card",
            hint="add --card with that card",
        )

    def about(self, origin: str) -> str:
        """Name the party whose log it is, as far as that is known."""
        parties = [card.party for card in self.cards if card.origin == origin]
        return parties[0] if parties else origin

    def witnesses(self) -> list[WitnessVerifier]:
        """Return every witness that is known."""
        found = [card.witness_verifier for card in self.cards]
        if self.policy:
            found += [one.verifier for one in self.policy.witnesses]
        return list(dict.fromkeys(one for one in found if one is not None))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds.

    Attributes
    ----------
    finding : str
    about : str
        The party, or where it is not known the name of a log or witness.
    proved, not_proved : tuple of str
        Sentences.
    keys : tuple of str
        The verifier keys on which it rests.
    """

    finding: str
    about: str
    proved: tuple[str, ...]
    not_proved: tuple[str, ...]
    keys: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, str | list[str]]:
        """Return it as plain values."""
        return {
            "finding": self.finding,
            "about": self.about,
            "proved": list(self.proved),
            "not_proved": list(self.not_proved),
            "keys": list(self.keys),
        }


def verify_evidence(evidence: Evidence, trusted: Trusted) -> Verdict:
    """Return what the evidence proves.

    Parameters
    ----------
    evidence : Evidence
    trusted : Trusted

    Raises
    ------
    NotVerified
        It proves nothing; the message says why.
    NotFound
        A card or policy is needed that was not given.
    NotAcceptable
        A part of it is not what it should be.
    """
    judge = {
        "forked-log": _judge_fork,
        "rolled-back-log": _judge_rollback,
        "bad-signature": _judge_signature,
        "key-of-another-party": _judge_foreign_key,
    }[evidence.finding]
    return judge(evidence, trusted)


def named_by_key(finding: Finding, cards: Sequence[Card]) -> Finding:
    """Return 'key-of-another-party' in place of 'bad-signature', where it is one.

    Parameters
    ----------
    finding : Finding
        Of whatever name.
    cards : sequence of Card
        Of all parties that are known.
    """
    written = finding.evidence.get("evidence")
    if finding.name != "bad-signature" or written is None:
        return finding
    evidence = replace(read_evidence(written), finding="key-of-another-party")
    try:
        verdict = verify_evidence(evidence, Trusted(cards))
    except (NotVerified, NotFound):
        return finding
    return Finding(
        evidence.finding,
        verdict.proved[0],
        party=finding.party,
        index=finding.index,
        evidence={"evidence": evidence.to_bytes()},
    )


def _judge_fork(evidence: Evidence, trusted: Trusted) -> Verdict:
    first, second = (trusted.verify_head(head) for head in evidence.heads)
    _verify_one_log(first, second)
    older, newer = sorted((first, second), key=lambda head: head.size)
    if older.size == newer.size:
        if older.root == newer.root:
            raise _nothing("the two heads are the same, signed twice")
    else:
        root = prefix_root(older.size, newer.size, evidence.hashes, newer.root)
        if root == older.root:
            raise _nothing(
                f"the head of {newer.size} entries continues that of {older.size}"
            )
    return Verdict(
        "forked-log",
        trusted.about(first.origin),
        (
            f"the log {first.origin} signed a head of {first.size} entries and a head "
            f"of {second.size} that cannot both be true: of the first {older.size} "
            "entries they give two different accounts",
        ),
        (
            "who held the log's key when it signed: it may have been stolen",
            "that anybody meant it: a node restored from an older copy, or two copies "
            "of one node, do the same",
            "which of the two accounts is the right one",
        ),
        _keys(evidence, trusted, first),
    )


def _judge_rollback(evidence: Evidence, trusted: Trusted) -> Verdict:
    first, second = (trusted.verify_head(head) for head in evidence.heads)
    _verify_one_log(first, second)
    if first.size <= second.size:
        raise _nothing("the head that comes first is not the larger one")
    before, after = (
        {(one.name, one.key): _cosigned(head, one) for one in trusted.witnesses()}
        for head in evidence.heads
    )
    back = [key for key, seconds in before.items() if 0 < seconds < after[key]]
    if not back:
        raise NotVerified(
            f"signatures prove only that the log {first.origin} had signed "
            f"{first.size} entries; that it showed {second.size} afterwards is the "
            "word of whoever saw it, for it was once so small, and no known witness "
            "cosigned both in that order",
            hint="let somebody else look at the party's address, too",
        )
    name, key = back[0]
    return Verdict(
        "rolled-back-log",
        name,
        (
            f"the witness {name} stated at {write_seconds(after[name, key])} that the "
            f"newest head it had seen of the log {first.origin} had {second.size} "
            f"entries, though at {write_seconds(before[name, key])} it had cosigned "
            f"{first.size}",
        ),
        (
            f"that the log {first.origin} did anything wrong: it did have "
            f"{second.size} entries once",
            "that the witness's clock was right: set back, it makes a time false",
            "that anybody meant it: a witness restored from an older copy does so",
        ),
        (WitnessVerifier(name, key).to_text(),),
    )


def _judge_signature(evidence: Evidence, trusted: Trusted) -> Verdict:
    head, index = _verify_held(evidence, trusted)
    card = trusted.card(head.origin)
    if (reason := _fault(evidence.entry, card, index)) is None:
        raise _nothing(
            f"entry {index} is signed by the steward of {card.party!r}, as it must be"
        )
    return Verdict(
        "bad-signature",
        card.party,
        (
            f"the log {head.origin} holds this as its entry {index}, and by the card "
            f"of {card.party} it is no entry that its steward signed for it: {reason}",
        ),
        (
            "that the party has no newer card: if it replaced its steward's key, "
            "compare with the present one",
            "who put it there: whoever had the log's key",
        ),
        (*_keys(evidence, trusted, head), card.steward_key),
    )


def _judge_foreign_key(evidence: Evidence, trusted: Trusted) -> Verdict:
    head, index = _verify_held(evidence, trusted)
    own = trusted.card(head.origin)
    if _fault(evidence.entry, own, index) is None:
        raise _nothing(
            f"entry {index} is signed by the steward of {own.party!r}, as it must be"
        )
    for card in trusted.cards:
        for verifier in _stewards(card) if card.party != own.party else ():
            if _signed_by(evidence.entry, verifier):
                return Verdict(
                    "key-of-another-party",
                    own.party,
                    (
                        f"the log {head.origin} of {own.party} holds this as its entry "
                        f"{index}, and it is signed with the key {verifier.name} of "
                        f"{card.party}",
                    ),
                    (
                        f"that {card.party} knew where its signature would stand: "
                        "the entry may have been copied from its own log",
                        f"that {own.party} has no newer card that names this key",
                    ),
                    (*_keys(evidence, trusted, head), verifier.to_text()),
                )
    raise _nothing(
        "it is not signed with a key of another party whose card was given",
    )


def _verify_held(evidence: Evidence, trusted: Trusted) -> tuple[Checkpoint, int]:
    """Return the head that holds the entry, and the entry's number."""
    head, index = trusted.verify_head(evidence.heads[0]), evidence.index or 0
    leaf = leaf_hash(evidence.entry)
    verify_inclusion(leaf, index, head.size, evidence.hashes, head.root)
    return head, index


def _fault(entry: bytes, card: Card, index: int) -> str | None:
    """Return why an entry is none that the steward signed for this log; else None."""
    verifiers = card.steward_verifiers(index)
    if not verifiers:
        raise _nothing(f"the card of {card.party!r} has no key for entry {index}")
    try:
        verify_note(entry, verifiers)
    except (NotVerified, NotAcceptable) as error:
        return str(error)
    try:
        said = read_entry(entry)
    except NotAcceptable:
        return None  # it is signed: what it says, a later version may know
    if said.log != card.origin:
        return f"it was signed for the log {said.log!r}"
    return None if said.party == card.party else f"it speaks for {said.party!r}"


def _stewards(card: Card) -> list[Verifier]:
    earlier = [one.vkey for one in card.earlier_keys if one.role == "steward"]
    return [Verifier.from_text(key) for key in (card.steward_key, *earlier)]


def _signed_by(entry: bytes, verifier: Verifier) -> bool:
    try:
        verify_note(entry, [verifier])
    except (NotVerified, NotAcceptable):
        return False
    return True


def _cosigned(signed: bytes, witness: WitnessVerifier) -> int:
    return cosigned_times(signed, [witness]).get(witness.name, 0)


def _verify_one_log(first: Checkpoint, second: Checkpoint) -> None:
    if first.origin != second.origin:
        raise _nothing(f"the heads are of two logs: {first.origin}, {second.origin}")


def _keys(evidence: Evidence, trusted: Trusted, head: Checkpoint) -> tuple[str, ...]:
    """Return the log's keys that signed the heads."""
    signers = {
        (line.name, line.key_id)
        for signed in evidence.heads
        for line in read_note(signed).signatures
    }
    known = [
        Verifier.from_text(key)
        for card in trusted.cards
        if card.origin == head.origin
        for key in (
            card.log_key,
            *(one.vkey for one in card.earlier_keys if one.role == "log"),
        )
    ]
    if not known and trusted.policy:
        known = list(trusted.policy.log_verifiers(head.origin))
    return tuple(one.to_text() for one in known if (one.name, one.key_id) in signers)


def _nothing(reason: str) -> NotVerified:
    return NotVerified(
        f"this file proves nothing: {reason}",
        hint="nobody is accused by it; ask whoever gave it to you",
    )
