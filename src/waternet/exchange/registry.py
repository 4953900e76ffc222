"""The registry: which parties there are, with which keys, as they agreed among them.

No centre signs what is newest. A reader holds a root that it accepted, takes newer
files from any source, checks them against what it holds, and never goes back. A source
that keeps the newest from it is told by what the parties' logs say that they hold.
docs/reference/registry.md gives every file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

import rfc8785
from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Root, TargetFile, Targets

from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.continuity import card_keys, verify_distinct
from waternet.exchange.role import Role, read_role
from waternet.exchange.role_form import (
    MOST_PARTIES,
    card_path,
    key_party,
)
from waternet.record.cosignature import WitnessVerifier
from waternet.record.policy import Policy, majority, read_policy

__all__ = [
    "LATEST",
    "MOST_LATEST",
    "MOST_QUORUM",
    "REGISTRY",
    "Reader",
    "Registry",
    "Shown",
    "bound_path",
    "read_latest",
    "read_quorum",
    "verify_unshared",
    "write_quorum",
]

REGISTRY = "registry"  # how findings name what no party answers for alone
LATEST = "latest.json"
MOST_LATEST = 1 << 16
MOST_QUORUM = 16
_COUNT = re.compile(rb"[1-9][0-9]{0,3}\n")

Reader: TypeAlias = Callable[[str, int], bytes]
"""Reads a file of the registry: its name, the most bytes that it may have."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which version of a role somebody holds, and the SHA-256 of what is signed."""

    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Registry:
    """What a reader holds of the registry; every signature in it was checked.

    Attributes
    ----------
    roots : tuple of Role
        From the one that was accepted to the newest.
    targets : Role or None
        The parties; None where only a root was accepted so far.
    parties : mapping of party to Role
    cards : mapping of party to Card
        A party whose card never verified is in neither.
    quorum : int
        How many must cosign a log's head; 0 where it is more than half.
    """

    roots: tuple[Role, ...]
    targets: Role | None = None
    parties: Mapping[str, Role] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    quorum: int = 0

    @classmethod
    def from_root(cls, written: bytes, source: str) -> Registry:
        """Begin with a root that its reader trusts.

        Raises
        ------
        NotAcceptable
            It is not a root.
        NotVerified
            It is not signed by the quorum that it names.
        """
        root = read_role("root", written, source)
        registry = cls((root,))
        if not registry.is_quorum(root):
            raise NotVerified(
                f"{source} is not signed by {registry.threshold} of the parties that "
                "it names",
                hint="the others sign it first: waternet registry sign",
            )
        return registry

    @property
    def root(self) -> Role:
        """The newest root."""
        return self.roots[-1]

    @property
    def threshold(self) -> int:
        """How many parties must sign what binds all."""
        return int(_root(self.root).roles["root"].threshold)

    def root_keys(self) -> dict[str, Key]:
        """Return the key with which each party of the quorum signs, by party."""
        found = {key_party(key): key for key in _root(self.root).keys.values()}
        return dict(sorted(found.items()))

    def delegation(self, party: str) -> tuple[DelegatedRole, tuple[Key, ...]]:
        """Return the role of a party and the keys that may sign it.

        Raises
        ------
        NotVerified
            The registry has no such party.
        """
        role = self.delegated().get(party)
        if role is None or self.targets is None:
            raise NotVerified(f"the registry has no party {party!r}")
        signed: Targets = self.targets.metadata.signed
        return role, tuple(signed.get_key(keyid) for keyid in role.keyids)

    def delegated(self) -> dict[str, DelegatedRole]:
        """Return the roles of all parties, by party."""
        delegations = self.targets and self.targets.metadata.signed.delegations
        roles = delegations.roles if delegations else {}
        parties = {name.removeprefix("party-"): role for name, role in roles.items()}
        return dict(sorted(parties.items()))

    def is_quorum(self, role: Role) -> bool:
        """Return whether the quorum of the newest root signed a root or targets."""
        signers = role.signers(self.root_keys().values())
        return len(signers) >= self.threshold

    def keys(self) -> dict[str, list[str]]:
        """Return every key of each party, for `verify_distinct`."""
        found = {party: [_raw(key)] for party, key in self.root_keys().items()}
        for party in self.delegated():
            held = found.setdefault(party, [])
            held += [_raw(key) for key in self.delegation(party)[1]]
            if party in self.cards:
                held += card_keys(self.cards[party])
        return found

    def policy(self) -> Policy:
        """Return which logs and witnesses count, and how many must cosign.

        More than half of the parties, where the founders did not say otherwise.

        Raises
        ------
        NotAcceptable
            There are fewer parties than must cosign.
        """
        parties = self.delegated()
        lines = [f"log {card.log_key}" for card in self.cards.values()]
        lines += [
            f"witness {party} {_witness_key(party, self.cards.get(party))}"
            for party in parties
        ]
        count = self.quorum or majority(len(parties))
        # A party's id has no colon.
        lines.append(f"group parties:quorum {count} {' '.join(parties)}")
        lines.append("quorum parties:quorum")
        return read_policy("".join(f"{line}\n" for line in lines).encode())

    def shown(self) -> dict[str, Shown]:
        """Return what is held of each role: the file by which others see news."""
        targets = (self.targets,) if self.targets else ()
        held = (self.root, *targets, *self.parties.values())
        return {role.name: Shown(role.version, role.digest) for role in held}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file with its name, in the order in which they are written."""
        for party, card in self.cards.items():
            yield bound_path(card_path(party), card.to_json()), card.to_json()
        if self.quorum:
            written = write_quorum(self.quorum)
            yield bound_path("quorum", written), written
        for role in self.parties.values():
            yield role.path, role.written
        if self.targets:
            yield self.targets.path, self.targets.written
        for root in self.roots:
            yield root.path, root.written
        latest: dict[str, Any] = {
            name: {"version": one.version, "sha256": one.sha256}
            for name, one in self.shown().items()
        }
        yield LATEST, rfc8785.dumps(latest) + b"\n"


def bound_path(path: str, content: bytes) -> str:
    """Return under which name a file lies that a role binds by its hash."""
    target = TargetFile.from_data(path, content, ["sha256"])
    return target.get_prefixed_paths()[0]


def write_quorum(count: int) -> bytes:
    """Return the file that says how many must cosign."""
    return f"{count}\n".encode()


def read_quorum(written: bytes) -> int:
    """Read the file that `write_quorum` makes.

    Raises
    ------
    NotAcceptable
        It is not a number from 1 on in its one spelling.
    """
    if not _COUNT.fullmatch(written):
        raise NotAcceptable(f"{written[:40]!r} does not say how many must cosign")
    return int(written)


def read_latest(written: bytes, source: str) -> dict[str, Shown]:
    """Read what a source says that it holds; it says so unsigned, as a hint.

    Raises
    ------
    NotAcceptable
        It is not such a list.
    """
    try:
        fields: Any = json.loads(written)
        if len(fields) > MOST_PARTIES + 2:
            raise NotAcceptable(f"{source}: more than {MOST_PARTIES} parties")
        found = {str(name): Shown(**held) for name, held in fields.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotAcceptable(f"{source} does not list a registry: {error}") from error
    for one in found.values():
        number = type(one.version) is int and 0 < one.version < 2**31
        if not number or not isinstance(one.sha256, str):
            raise NotAcceptable(f"{source} does not list a registry: {one}")
    return found


def verify_unshared(registry: Registry) -> None:
    """Raise `NotVerified` where two parties share a key or a log."""
    verify_distinct(registry.keys())
    origins: dict[str, str] = {}
    for party, card in registry.cards.items():
        other = origins.setdefault(card.origin, party)
        if other != party:
            raise NotVerified(
                f"{other!r} and {party!r} both name the log {card.origin!r}",
                hint="each party has a log of its own",
            )


def _root(role: Role) -> Root:
    signed: Root = role.metadata.signed
    return signed


def _raw(key: Key) -> str:
    return str(key.keyval["public"])


def _witness_key(party: str, card: Card | None) -> str:
    if card and card.witness_key:
        return card.witness_key
    # Nobody holds this key: a party whose card never came cannot have cosigned.
    return WitnessVerifier(party, sha256(party.encode()).digest()).to_text()
