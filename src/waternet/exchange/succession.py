"""Taking newer files of the registry from a source that nobody trusts.

A root follows a root, signed by the quorum of the old one and of the new; the list of
parties is signed by the quorum of the newest root; a party's own role by the keys that
the list gives it, and it binds that party's card alone. Versions only grow. What is
wrong with one party's role keeps nobody else's back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TypeVar

from waternet.errors import NotAcceptable, NotFound, NotVerified, WaternetError
from waternet.exchange.card import MOST_CARD, Card, read_card
from waternet.exchange.continuity import verify_continues
from waternet.exchange.finding import Finding
from waternet.exchange.registry import (
    LATEST,
    MOST_LATEST,
    MOST_QUORUM,
    REGISTRY,
    Reader,
    Registry,
    Shown,
    read_latest,
    read_quorum,
    verify_unshared,
)
from waternet.exchange.role import MOST_ROLE, Role, read_role
from waternet.exchange.role_form import card_path, party_role
from waternet.record.fields import verify_text

__all__ = ["Succession", "take_newer", "verify_party"]

_MOST_ROOTS = 1000  # in one go; those after them come with the next
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Succession:
    """What a source brought.

    Attributes
    ----------
    registry : Registry
        The newest that is held now; the very one as before where nothing came.
    findings : list of Finding
        What was wrong with what the source showed; nothing of that was taken.
    """

    registry: Registry
    findings: list[Finding]


def take_newer(
    held: Registry, read: Reader, source: str, known: Mapping[str, Card]
) -> Succession:
    """Verify what a source shows of the registry, and take what is newer.

    Parameters
    ----------
    held : Registry
    read : Reader
        Not trusted.
    source : str
        Where that is, for messages.
    known : mapping of party to Card
        Cards that were accepted before, from the registry or by hand: a new one must
        continue them.
    """
    try:
        shown = read_latest(read(LATEST, MOST_LATEST), source)
    except NotFound:
        return Succession(held, [])
    except NotAcceptable as error:
        return Succession(held, [_finding("bad-registry", REGISTRY, error)])
    taking = _Taking(held, read, source, known, shown)
    for step in (taking.take_roots, taking.take_targets, taking.compare):
        try:
            step()
        except Finding as finding:
            taking.findings.append(finding)
            return Succession(held, taking.findings)
    for party in taking.registry.delegated():
        try:
            taking.take_party(party)
        except Finding as finding:
            taking.findings.append(finding)
    return Succession(taking.registry, taking.findings)


def verify_party(registry: Registry, party: str, role: Role, card: bytes) -> Card:
    """Return a party's card if its own keys bind it, and nothing else.

    Parameters
    ----------
    registry : Registry
    party : str
    role : Role
        The party's, as it was read.
    card : bytes
        The card's file.

    Raises
    ------
    Finding
        'key-of-another-party' or 'unknown-key', with the role as evidence.
    NotAcceptable, NotVerified
        It is not a card, or not the one that was signed.
    """
    paths = set(role.metadata.signed.targets)
    if paths != {card_path(party)}:
        raise Finding(
            "key-of-another-party",
            f"{party!r} may sign {card_path(party)!r} only; its role names "
            + (", ".join(sorted(paths))[:200] or "nothing"),
            party=party,
            evidence={role.path: role.written},
        )
    if not _is_signed(registry, party, role):
        raise _unsigned(registry, party, role)
    target = role.metadata.signed.targets[card_path(party)]
    read = _bound(target.length, target.hashes, card, card_path(party))
    found = read_card(read, card_path(party))
    if found.party != party or found.to_json() != card:
        raise NotVerified(
            f"the card that {party!r} signed is not its own, or not in canonical form"
        )
    for text in (found.origin, *found.names.values(), *found.addresses):
        verify_text(text, f"the card of {party!r}")
    _verify_witness(found)
    return found


def _verify_witness(card: Card) -> None:
    """Raise unless whoever has but a policy can tell which log the witness belongs to.

    A log's own witness is not counted for it (`waternet.record.policy.is_enough`).
    """
    witness = card.witness_verifier
    if witness is None:
        raise NotAcceptable(f"the card of {card.party!r} has no witness key")
    if not witness.name.startswith(f"{card.origin}/"):
        raise NotAcceptable(
            f"the name of {card.party!r}'s witness key, {witness.name!r:.80}, does not "
            f"begin with {f'{card.origin}/'!r}"
        )


@dataclass
class _Taking:
    """One source read against what is held, step by step."""

    registry: Registry
    read: Reader
    source: str
    known: Mapping[str, Card]
    shown: Mapping[str, Shown]
    findings: list[Finding] = field(default_factory=list)
    is_first: bool = False
    dropped: dict[str, Card] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.is_first = not self.registry.cards

    def take_roots(self) -> None:
        """Follow the chain of roots as far as the source shows it."""
        first = self.registry.root.version + 1
        newest = min(self._shown("root").version, first + _MOST_ROOTS)
        for version in range(first, newest + 1):
            root = self._role("root", version)
            both = (self.registry, replace(self.registry, roots=(root,)))
            if not all(one.is_quorum(root) for one in both):
                raise Finding(
                    "quorum-not-met",
                    f"root {version} is not signed by the quorum of the root before it "
                    "and by its own",
                    party=REGISTRY,
                    evidence={root.path: root.written},
                )
            roots = (*self.registry.roots, root)
            self.registry = replace(self.registry, roots=roots)

    def take_targets(self) -> None:
        """Take the list of parties, which the newest root's quorum must have signed."""
        version = self._shown("targets").version
        held = self.registry.targets
        if held is None or version > held.version:
            if not version:
                return
            held = self._role("targets", version)
        if not self.registry.is_quorum(held):
            raise Finding(
                "quorum-not-met",
                f"the list of parties {held.version} is not signed by the quorum of "
                f"root {self.registry.root.version}",
                party=REGISTRY,
                evidence={held.path: held.written},
            )
        if held is self.registry.targets:
            return
        bound = held.metadata.signed.targets.get("quorum")
        quorum = 0
        if bound:
            (path,) = bound.get_prefixed_paths()
            written = self._file(path, MOST_QUORUM)
            quorum = self._checked(
                REGISTRY,
                lambda: read_quorum(_bound(bound.length, bound.hashes, written, path)),
            )
        taken = replace(self.registry, targets=held, quorum=quorum)
        # A party that is no more in it goes; one that was given other keys is read
        # anew: whoever stole the keys before may have signed its role.
        parties = {
            party: role
            for party, role in self.registry.parties.items()
            if party in taken.delegated() and _is_signed(taken, party, role)
        }
        cards = {party: self.registry.cards[party] for party in parties}
        self.dropped = {
            party: card
            for party, card in self.registry.cards.items()
            if party not in parties
        }
        self.registry = replace(taken, parties=parties, cards=cards)
        self._checked(REGISTRY, self.registry.policy)
        self._checked(REGISTRY, lambda: verify_unshared(self.registry))

    def compare(self) -> None:
        """Raise where the source shows another file of the same version, signed."""
        for root in self.registry.roots:
            self._compare(root, self.registry)
        if self.registry.targets:
            self._compare(self.registry.targets, self.registry)

    def take_party(self, party: str) -> None:
        """Take a party's own role and card, where they are newer."""
        held = self.registry.parties.get(party)
        version = self._shown(party_role(party)).version
        if held and version <= held.version:
            self._compare(held, self.registry, party)
            return
        if not version:
            return
        role = self._role(party_role(party), version, party)
        card = self._card(party, role)
        before = self.known.get(party) or self.registry.cards.get(party)
        if before and before == self.dropped.get(party):
            # A thief's card need not be continued; the origin even it could not change.
            before = replace(card, origin=before.origin)
        if before:
            self._checked(party, lambda: verify_continues(before, card), "unknown-key")
        taken = replace(
            self.registry,
            parties={**self.registry.parties, party: role},
            cards={**self.registry.cards, party: card},
        )
        # Whoever reads it for the first time cannot tell which of two copied the other.
        blamed = REGISTRY if self.is_first else party
        self._checked(blamed, lambda: verify_unshared(taken), "key-of-another-party")
        self.registry = taken

    def _compare(self, held: Role, registry: Registry, party: str = REGISTRY) -> None:
        shown = self._shown(held.name)
        if shown.version != held.version or shown.sha256 == held.digest:
            return
        other = self._role(held.name, held.version, party)
        if held.name == "root":
            signed = replace(registry, roots=(other,)).is_quorum(other)
        elif held.name == "targets":
            signed = registry.is_quorum(other)
        else:
            signed = _is_signed(registry, party, other)
        if signed and other.digest != held.digest:
            raise Finding(
                "forked-registry",
                f"two files {held.path!r} are signed: one held here since before, and "
                f"another in {self.source}",
                party=party,
                evidence={
                    f"{held.path}-held": held.written,
                    f"{held.path}-shown": other.written,
                },
            )

    def _card(self, party: str, role: Role) -> Card:
        target = role.metadata.signed.targets.get(card_path(party))
        written = b""
        if target:
            (path,) = target.get_prefixed_paths()
            written = self._file(path, MOST_CARD, party)
        return self._checked(
            party, lambda: verify_party(self.registry, party, role, written)
        )

    def _role(self, name: str, version: int, party: str = REGISTRY) -> Role:
        path = f"{version}.{name}.json"
        written = self._file(path, MOST_ROLE, party)
        role = self._checked(
            party, lambda: read_role(name, written, f"{self.source}: {path}")
        )
        if role.version != version:
            raise Finding(
                "bad-registry",
                f"{self.source}: {path} is of version {role.version}",
                party=party,
            )
        return role

    def _file(self, path: str, most: int, party: str = REGISTRY) -> bytes:
        try:
            return self.read(path, most)
        except NotFound as error:
            raise _finding("missing-file", party, error) from error
        except NotAcceptable as error:
            raise _finding("bad-registry", party, error) from error

    def _checked(
        self, party: str, check: Callable[[], _T], name: str = "bad-registry"
    ) -> _T:
        try:
            return check()
        except Finding:
            raise
        except (NotVerified, NotAcceptable) as error:
            raise _finding(name, party, error) from error

    def _shown(self, name: str) -> Shown:
        return self.shown.get(name, Shown(0, ""))


def _bound(length: int, hashes: Mapping[str, str], content: bytes, path: str) -> bytes:
    if (len(content), sha256(content).hexdigest()) != (length, hashes["sha256"]):
        raise NotVerified(f"{path} is not the file that was signed")
    return content


def _is_signed(registry: Registry, party: str, role: Role) -> bool:
    """Return whether enough of a party's own keys signed its role."""
    delegated, keys = registry.delegation(party)
    return len(role.signers(keys)) >= delegated.threshold


def _unsigned(registry: Registry, party: str, role: Role) -> Finding:
    """Name whose signature it is, where it is not enough of the party's own."""
    for other in registry.delegated():
        if other != party and role.signers(registry.delegation(other)[1]):
            return Finding(
                "key-of-another-party",
                f"the role of {party!r} is signed by a key of {other!r}",
                party=party,
                evidence={role.path: role.written},
            )
    return Finding(
        "unknown-key",
        f"the role of {party!r} is not signed by its keys in the registry",
        party=party,
        evidence={role.path: role.written},
    )


def _finding(name: str, party: str, error: WaternetError) -> Finding:
    return Finding(name, str(error), party=party)
