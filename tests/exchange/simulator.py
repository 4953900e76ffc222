"""Parties and their registry in memory, and whoever would cheat them.

After python-tuf's repository simulator: it makes and signs what it is told to, right or
wrong, and serves it to a reader as a source would.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pyrage
import rfc8785

from waternet.errors import NotFound
from waternet.exchange.amendment import found_registry
from waternet.exchange.card import Card, EarlierKey
from waternet.exchange.draft import Introduction, draft_party, sign_role
from waternet.exchange.registry import LATEST, Registry
from waternet.exchange.role import Role, read_role
from waternet.exchange.succession import Succession, take_newer
from waternet.record.cosignature import generate_witness_signer
from waternet.record.key import Signer, generate_signer

NOW = datetime(2026, 11, 27, tzinfo=UTC)
PARTIES = ("basin", "delta", "lake")


@dataclass
class Member:
    """A party with all its keys."""

    party: str
    root: Signer
    registry: Signer
    steward: Signer
    card: Card

    def introduction(self, before: Role | None = None) -> Introduction:
        role = sign_role(draft_party(before, self.card, NOW), self.registry)
        return Introduction(self.card, self.root.verifier, self.registry.verifier, role)

    def rotated(self, until: int) -> Card:
        """Return its card with a fresh steward key from the entry `until` on."""
        fresh = generate_signer(f"{self.card.origin}/steward")
        earlier = EarlierKey("steward", self.card.steward_key, until)
        return replace(
            self.card,
            steward_key=fresh.verifier.to_text(),
            earlier_keys=(*self.card.earlier_keys, earlier),
        )


def make_member(party: str) -> Member:
    origin = f"water.example/{party}"
    steward = generate_signer(f"{origin}/steward")
    card = Card(
        party=party,
        names={"en": party.title()},
        origin=origin,
        log_key=generate_signer(origin).verifier.to_text(),
        steward_key=steward.verifier.to_text(),
        witness_key=generate_witness_signer(f"{origin}/witness").verifier.to_text(),
        recipient=str(pyrage.x25519.Identity.generate().to_public()),
    )
    keys = [generate_signer(f"{origin}/{name}") for name in ("root", "registry")]
    return Member(party, *keys, steward, card)


@dataclass
class Simulator:
    """What one source serves: files by name. A test may write any of them anew."""

    members: dict[str, Member]
    registry: Registry
    files: dict[str, bytes] = field(default_factory=dict)

    def serve(self, registry: Registry) -> None:
        """Serve this registry, beside the files of those before."""
        self.registry = registry
        self.files |= dict(registry.files())

    def read(self, path: str, _most: int) -> bytes:
        if path not in self.files:
            raise NotFound(f"no file {path}")
        return self.files[path]

    def take(self, held: Registry, known: dict[str, Card] | None = None) -> Succession:
        """Let a reader take what this source serves."""
        return take_newer(held, self.read, "the source", known or dict(held.cards))

    def anchor(self) -> Registry:
        return Registry.from_root(self.files["1.root.json"], "1.root.json")

    def signed(self, drafted: Registry, *parties: str) -> Registry:
        """Sign the newest root and list with the root keys of those parties."""
        root, targets = drafted.root, drafted.targets
        assert targets
        for party in parties:
            root = sign_role(root, self.members[party].root)
            targets = sign_role(targets, self.members[party].root)
        return replace(drafted, roots=(*drafted.roots[:-1], root), targets=targets)

    def with_card(self, card: Card, signer: Signer, *, version: int = 0) -> Registry:
        """Return the registry with a party's card, signed by any key."""
        before = self.registry.parties[card.party]
        role = draft_party(before, card, NOW)
        if version:
            role = altered(role, version=version)
        role = sign_role(role, signer)
        return replace(
            self.registry,
            parties={**self.registry.parties, card.party: role},
            cards={**self.registry.cards, card.party: card},
        )


def found(threshold: int = 2, quorum: int = 0, signers: int = 3) -> Simulator:
    """Found a registry of three parties."""
    members = {party: make_member(party) for party in PARTIES}
    drafted = found_registry(
        [member.introduction() for member in members.values()], threshold, quorum, NOW
    )
    simulator = Simulator(members, drafted)
    simulator.serve(simulator.signed(drafted, *PARTIES[:signers]))
    return simulator


def altered(role: Role, **fields: object) -> Role:
    """Return a role with other fields, without signatures."""
    return read_role(role.name, rewritten(role, signed=fields), role.name)


def rewritten(role: Role, *, signed: dict[str, object], **outer: object) -> bytes:
    """Return the file of a role with fields written over, whatever they are."""
    fields = json.loads(role.written)
    fields = {**fields, "signed": {**fields["signed"], **signed}, **outer}
    if "signatures" not in outer:
        fields["signatures"] = []
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def listing(**versions: tuple[int, str]) -> bytes:
    """Return the file that names what a source holds."""
    shown = {
        name.replace("_", "-"): {"version": version, "sha256": digest}
        for name, (version, digest) in versions.items()
    }
    return rfc8785.dumps(shown)


def latest(simulator: Simulator) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(simulator.files[LATEST])
    return found
