"""A party's own keys and addresses changed: nobody else's signature is needed.

The fresh key is laid beside the old one, the new card is signed with the party's
registry key, and from the moment the registry here holds that card the fresh key
counts. Where the registry key is kept elsewhere, a draft goes there and comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyrage

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.exchange.card import Card, EarlierKey
from waternet.exchange.continuity import verify_continues
from waternet.exchange.draft import draft_party
from waternet.exchange.registry import Registry, verify_unshared
from waternet.exchange.signing import lacking, sign_draft
from waternet.node.folder import Node
from waternet.node.keys import is_locked, read_secret
from waternet.node.log import read_head
from waternet.node.own_keys import KEY_ROLES, key_on, stage_head, stage_key
from waternet.node.registry import held_registry, keep_registry
from waternet.record.checkpoint import sign_checkpoint
from waternet.record.cosignature import generate_witness_signer
from waternet.record.key import Signer, generate_signer

__all__ = ["Changed", "change_addresses", "rotate_key"]

_EARLIER = ("steward", "log")


@dataclass(frozen=True, slots=True)
class Changed:
    """A party's changed card, and whether it counts already.

    Attributes
    ----------
    registry : Registry
        With the new card.
    counts : bool
        False where the registry key must still sign it: it is a draft then.
    """

    registry: Registry
    counts: bool


def rotate_key(
    node: Node,
    role: str,
    signers: list[Signer],
    passphrase: str,
    now: datetime,
    since: int | None = None,
) -> Changed:
    """Give a role of this party a fresh key.

    Parameters
    ----------
    node : Node
        Held for writing, and recovered.
    role : str
        'steward', 'log', 'witness' or 'recipient'.
    signers : list of Signer
        The registry key, where it is at hand.
    passphrase : str
        Encrypts the fresh key where the old one is encrypted.
    now : datetime
        UTC.
    since : int or None
        Revokes the old key from this entry on: what it signed from there counts no
        more. None where all that it signed stands.

    Raises
    ------
    NotFound
        This node has no registry, or is not in it.
    NotAcceptable
        The role has no such key; the log has not so many entries.
    """
    registry, card = _own(node)
    if role not in KEY_ROLES or (since is not None and role not in _EARLIER):
        raise NotAcceptable(
            f"no key {role!r} to be given up", hint=f"choose of {', '.join(KEY_ROLES)}"
        )
    head = read_head(node, node.party)
    until = head.size if since is None else since
    if until > head.size:
        raise NotAcceptable(
            f"the log has {head.size} entries: none from {until} on can be refused"
        )
    secret, public = _fresh(card, role)
    changed = _with_key(card, role, public, until)
    if role == "recipient":
        # What was encrypted to the earlier ones must stay readable.
        secret = f"{secret}\n{read_secret(node.key(role))}"
    locked = node.key(role).exists() and is_locked(node.key(role))
    stage_key(
        node, role, secret, public, passphrase * locked, revokes=since is not None
    )
    if role == "log" and head.size:
        stage_head(node, sign_checkpoint(head, Signer.from_text(secret)))
    return _change(node, registry, changed, signers, now)


def change_addresses(
    node: Node, addresses: tuple[str, ...], signers: list[Signer], now: datetime
) -> Changed:
    """Say where this party's record is served; the first address is its own.

    Raises
    ------
    NotFound
        This node has no registry, or is not in it.
    Conflict
        The card says so already.
    """
    registry, card = _own(node)
    if addresses == card.addresses:
        raise Conflict("the card says so already")
    changed = replace(card, addresses=addresses)
    return _change(node, registry, changed, signers, now)


def _own(node: Node) -> tuple[Registry, Card]:
    registry = held_registry(node)
    if registry is None or node.party not in registry.cards:
        raise NotFound(
            f"no registry here that has {node.party!r} in it",
            hint="'waternet registry accept' takes one; 'waternet found' begins one",
        )
    return registry, registry.cards[node.party]


def _change(
    node: Node, registry: Registry, card: Card, signers: list[Signer], now: datetime
) -> Changed:
    party = node.party
    verify_continues(registry.cards[party], card)
    drafted = replace(
        registry,
        parties={
            **registry.parties,
            party: draft_party(registry.parties[party], card, now),
        },
        cards={**registry.cards, party: card},
    )
    verify_unshared(drafted)
    for signer in signers:
        drafted = sign_draft(drafted, signer)
    if lacking(drafted):
        return Changed(drafted, counts=False)
    keep_registry(node, drafted)
    return Changed(drafted, counts=True)


def _fresh(card: Card, role: str) -> tuple[str, str]:
    """Return a fresh key: its secret, and what the card says of it."""
    if role == "recipient":
        identity = pyrage.x25519.Identity.generate()
        return str(identity), str(identity.to_public())
    if role == "witness":
        witness = generate_witness_signer(f"{card.origin}/witness")
        return witness.to_text(), witness.verifier.to_text()
    name = card.origin if role == "log" else f"{card.origin}/steward"
    signer = generate_signer(name)
    return signer.to_text(), signer.verifier.to_text()


def _with_key(card: Card, role: str, public: str, until: int) -> Card:
    field = "recipient" if role == "recipient" else f"{role}_key"
    fields: dict[str, Any] = {field: public}
    earlier = card.earlier_keys
    if role in _EARLIER:
        earlier = (*earlier, EarlierKey(role, key_on(card, role), until))
    return replace(card, earlier_keys=earlier, **fields)
