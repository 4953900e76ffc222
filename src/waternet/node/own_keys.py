"""A party's own keys as they change: staged beside the old ones, then in their place.

A fresh key waits in ``keys/next/`` until the party's card in the registry names it.
Then, and not before, it takes the place of the old one, which is kept in
``keys/earlier/``: what was encrypted to it must stay readable. Killed anywhere, the
next command goes on from there.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from waternet.errors import NotVerified
from waternet.exchange.card import Card
from waternet.failpoint import failpoint
from waternet.node.durable import move_durably, write_durably
from waternet.node.folder import Node
from waternet.node.keys import write_secret
from waternet.node.state import Head
from waternet.record.note import Note, read_note

__all__ = [
    "KEY_ROLES",
    "key_file",
    "key_on",
    "revokes",
    "settle_keys",
    "stage_head",
    "stage_key",
]

KEY_ROLES = ("steward", "log", "witness", "recipient")
_HEAD = "checkpoint"


def key_on(card: Card, role: str) -> str:
    """Return the public key that a card names for a role."""
    on_card = {
        "steward": card.steward_key,
        "log": card.log_key,
        "witness": card.witness_key,
        "recipient": card.recipient,
    }
    return on_card[role]


def key_file(node: Node, card: Card, role: str) -> Path:
    """Return where the secret of the key lies that a card names."""
    if _staged(node, role).get("public") == key_on(card, role):
        return _next(node) / f"{role}.key"
    return node.key(role)


def stage_key(
    node: Node, role: str, secret: str, public: str, passphrase: str, *, revokes: bool
) -> None:
    """Lay a fresh key beside the present one.

    Parameters
    ----------
    node : Node
        Held for writing.
    role : str
    secret, public : str
    passphrase : str
        '' for a key that works unattended.
    revokes : bool
        Whether the old key is to count no more for what it signed already.
    """
    told: dict[str, Any] = {"public": public, "revokes": revokes}
    write_secret(_next(node) / f"{role}.key", secret, passphrase)
    write_durably(_next(node) / f"{role}.json", rfc8785.dumps(told) + b"\n")


def stage_head(node: Node, signed: bytes) -> None:
    """Lay the present head beside, as the fresh log key signed it."""
    write_durably(_next(node) / _HEAD, signed)


def revokes(node: Node, role: str) -> bool:
    """Return whether the staged key takes back what the old one signed."""
    return bool(_staged(node, role).get("revokes"))


def settle_keys(node: Node, card: Card) -> None:
    """Put the keys in place that the party's card names, and the card itself.

    Parameters
    ----------
    node : Node
        Held for writing.
    card : Card
        This party's, as the registry has it.
    """
    for role in KEY_ROLES:
        staged = _next(node) / f"{role}.json"
        if _staged(node, role).get("public") != key_on(card, role):
            continue
        fresh = _next(node) / f"{role}.key"
        if fresh.exists():
            old = node.key(role)
            if old.exists():
                digest = sha256(old.read_bytes()).hexdigest()[:12]
                move_durably(old, node.folder / "keys" / "earlier" / f"{role}-{digest}")
            failpoint("registry.key-moved")
            move_durably(fresh, old)
        if role == "log":
            _sign_head_anew(node)
        staged.unlink()
    on_disk = node.public / "card.json"
    if on_disk.read_bytes() != card.to_json():
        write_durably(on_disk, card.to_json())


def _sign_head_anew(node: Node) -> None:
    """Give the present head the signature of the fresh log key."""
    staged = _next(node) / _HEAD
    if not staged.exists():
        return
    signed = read_note(staged.read_bytes())
    head = node.state.head(node.party)
    present = read_note(head.checkpoint)
    if present.text != signed.text:
        raise NotVerified(
            "keys/next/checkpoint is not of the head that this log has",
            hint="drop keys/next and rotate the log key again",
        )
    # The log's own signature stands first; those of witnesses are over the same text.
    again = Note(signed.text, (*signed.signatures, *present.signatures[1:])).to_bytes()
    if present.signatures[0] != signed.signatures[0]:
        node.state.advance(head, Head(node.party, head.size, again))
    write_durably(node.public / "checkpoint", node.state.head(node.party).checkpoint)
    staged.unlink()


def _staged(node: Node, role: str) -> dict[str, Any]:
    path = _next(node) / f"{role}.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


def _next(node: Node) -> Path:
    return node.folder / "keys" / "next"
