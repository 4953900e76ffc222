"""Drafting the registry: a founding or a change, written to be signed by others.

A draft is the whole registry as it would be, in one file, with the signatures that it
has so far. It is carried from party to party; when those who must sign have signed, it
is accepted by the same checks as any other source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, Key
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    Root,
    TargetFile,
    Targets,
)
from tuf.api.metadata import Role as KeyRole

from waternet.errors import NotAcceptable
from waternet.exchange.card import Card, read_card
from waternet.exchange.registry import Registry, write_quorum
from waternet.exchange.role import Role, read_role
from waternet.exchange.role_form import card_path, party_role, public_key
from waternet.record.key import Signer, Verifier

__all__ = [
    "LIFE",
    "MOST_DRAFT",
    "Introduction",
    "draft_party",
    "draft_root",
    "draft_targets",
    "read_draft",
    "read_introduction",
    "sign_role",
    "write_draft",
]

LIFE = timedelta(days=400)
"""How long a signature is meant to stand: parties that meet yearly have a margin."""
MOST_DRAFT = 1 << 24  # bytes
_INTRODUCTION = {"card", "registry_key", "role", "root_key"}


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a party hands to the others to be entered in the registry.

    Attributes
    ----------
    card : Card
    root_key, registry_key : Verifier
        With which it signs what binds all, and its own card.
    role : Role
        Its own, signed with its registry key.
    """

    card: Card
    root_key: Verifier
    registry_key: Verifier
    role: Role

    def to_json(self) -> bytes:
        """Return the file: canonical JSON and a newline."""
        fields = {
            "card": self.card.to_json().decode(),
            "root_key": self.root_key.to_text(),
            "registry_key": self.registry_key.to_text(),
            "role": self.role.written.decode(),
        }
        return rfc8785.dumps(fields) + b"\n"


def read_introduction(written: bytes, source: str) -> Introduction:
    """Read a party's introduction; whoever signs the draft judges whose it is.

    Raises
    ------
    NotAcceptable
        It is not one, or its registry key did not sign its card.
    """
    try:
        fields: Any = json.loads(written)
        if set(fields) != _INTRODUCTION:
            raise NotAcceptable(f"expected the fields {sorted(_INTRODUCTION)}")
        card = read_card(fields["card"].encode(), source)
        role = read_role(party_role(card.party), fields["role"].encode(), source)
        keys = [
            Verifier.from_text(fields[name]) for name in ("root_key", "registry_key")
        ]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotAcceptable(
            f"{source} does not introduce a party: {error}",
            hint="the party makes it by 'waternet registry key'",
        ) from error
    if not role.signers([public_key(keys[1].key)]):
        raise NotAcceptable(f"{source}: the card is not signed by the registry key")
    return Introduction(card, keys[0], keys[1], role)


def draft_root(
    before: Role | None, keys: Mapping[str, bytes], threshold: int, now: datetime
) -> Role:
    """Return an unsigned root.

    Parameters
    ----------
    before : Role or None
        The root that it follows; None for the first.
    keys : mapping of party to bytes, (32,)
        The root keys.
    threshold : int
        How many of them must sign.
    now : datetime
        UTC.

    Raises
    ------
    NotAcceptable
        No such root can be read again: more signatures asked for than keys...
    """
    held = [public_key(key, party) for party, key in sorted(keys.items())]
    keyids = [key.keyid for key in held]
    if not 1 <= threshold <= len(held):
        raise NotAcceptable(
            f"{threshold} of {len(held)} parties cannot be a quorum",
            hint=f"choose from 1 to {len(held)}; more than half is the usual choice",
        )
    roles = {name: KeyRole(keyids, threshold) for name in ("root", "targets")}
    roles |= {name: KeyRole([], 1) for name in ("snapshot", "timestamp")}
    root = Root(
        version=before.version + 1 if before else 1,
        expires=now + LIFE,
        keys={key.keyid: key for key in held},
        roles=roles,
    )
    return _read_again("root", Metadata(root))


def draft_targets(
    before: Role | None,
    roles: Mapping[str, tuple[tuple[Key, ...], int]],
    quorum: int,
    now: datetime,
) -> Role:
    """Return an unsigned list of parties.

    Parameters
    ----------
    before : Role or None
        The list that it follows; None for the first.
    roles : mapping of party to (keys, threshold)
    quorum : int
        How many must cosign a log's head; 0 for more than half.
    now : datetime
        UTC.
    """
    keys = {key.keyid: key for held, _threshold in roles.values() for key in held}
    delegated = {
        party_role(party): DelegatedRole(
            name=party_role(party),
            keyids=[key.keyid for key in held],
            threshold=threshold,
            terminating=True,
            paths=[card_path(party)],
        )
        for party, (held, threshold) in sorted(roles.items())
    }
    targets = Targets(
        version=before.version + 1 if before else 1,
        expires=now + LIFE,
        targets=_bound("quorum", write_quorum(quorum)) if quorum else {},
        delegations=Delegations(keys, delegated),
    )
    return _read_again("targets", Metadata(targets))


def draft_party(before: Role | None, card: Card, now: datetime) -> Role:
    """Return a party's own role, unsigned, which binds its card."""
    targets = Targets(
        version=before.version + 1 if before else 1,
        expires=now + LIFE,
        targets=_bound(card_path(card.party), card.to_json()),
    )
    return _read_again(party_role(card.party), Metadata(targets))


def sign_role(role: Role, signer: Signer) -> Role:
    """Return the role with one signature more; whose key it is, is not asked."""
    again = read_role(role.name, role.written, role.path)
    private = Ed25519PrivateKey.from_private_bytes(signer.seed)
    again.metadata.sign(CryptoSigner(private), append=True)
    return _read_again(role.name, again.metadata)


def write_draft(registry: Registry) -> bytes:
    """Return a draft's file: every file of the registry by name, in canonical JSON."""
    files = {path: content.decode() for path, content in registry.files()}
    return rfc8785.dumps({"registry": files}) + b"\n"


def read_draft(written: bytes, source: str) -> dict[str, bytes]:
    """Return the files of a draft; they mean nothing until they are verified.

    Raises
    ------
    NotAcceptable
        It is not a draft.
    """
    if len(written) > MOST_DRAFT:
        raise NotAcceptable(f"{source} is larger than {MOST_DRAFT} bytes")
    try:
        files: Any = json.loads(written)["registry"]
        return {path: text.encode() for path, text in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAcceptable(
            f"{source} is not a draft of a registry",
            hint="'waternet found' and 'waternet registry' make drafts",
        ) from error


def _bound(path: str, content: bytes) -> dict[str, TargetFile]:
    return {path: TargetFile.from_data(path, content, ["sha256"])}


def _read_again(name: str, metadata: Metadata[Any]) -> Role:
    return read_role(name, metadata.to_bytes(), name)
