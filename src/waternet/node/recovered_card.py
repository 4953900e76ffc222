"""A lost node's own card: given by hand, or what the keys confirm of a copy's.

A copy's card is signed by nobody. The log's and the steward's key on it are held
against the files in ``keys/``; the witness's and the recipient are derived from theirs.
Earlier keys and addresses count only on a card that was given by hand: earlier keys of
a stranger would make a forged record a true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyrage

from waternet.errors import NotFound, NotVerified
from waternet.exchange.card import Card, read_card
from waternet.exchange.source import Source
from waternet.node.keys import read_key, read_secret
from waternet.record.cosignature import WitnessSigner
from waternet.record.sealing import read_identities

__all__ = ["is_card_of", "recovered_card"]

_BY_HAND = "give the party's card as you kept it: --card FILE"
_LEFT = ("public/card.json", "card.json")


def recovered_card(
    folder: Path,
    by_hand: Path | None,
    copies: Sequence[tuple[Source, Card]],
    passphrase: str = "",
) -> tuple[Card, tuple[str, ...]]:
    """Return the party's card, and what a copy's card says that was not taken.

    Parameters
    ----------
    folder : Path
        The node's. A card that is left there was given by hand, too.
    by_hand : Path or None
        A card's file.
    copies : sequence of Source and Card
        Those that name the keys in keys/, one at least.
    passphrase : str
        Of the keys.

    Raises
    ------
    NotFound
        There is no file `by_hand`.
    NotVerified
        The card given is not that of the keys; or there is none, and two copies show
        different ones, or they name earlier keys.
    NotAcceptable
        The card given is none.
    """
    left = [path for name in _LEFT if (path := folder / name).is_file()]
    for path in [by_hand] if by_hand else left:
        return _given(folder, path, passphrase), ()
    (first, card), *others = copies
    for source, other in others:
        if other != card:
            raise NotVerified(
                f"{first.name} and {source.name} show different cards of "
                f"{card.party!r}, and nothing says which is true",
                hint=_BY_HAND,
            )
    if card.earlier_keys:
        raise NotVerified(
            f"the card of {card.party!r} at {first.name} names "
            f"{len(card.earlier_keys)} earlier keys, and nobody signed that: what they "
            "signed would count as the party's own",
            hint=_BY_HAND,
        )
    return _confirmed(folder / "keys", card, passphrase)


def is_card_of(folder: Path, card: Card, passphrase: str) -> bool:
    """Return whether a card names the log's and the steward's key in keys/."""
    keys = folder / "keys"
    log = read_key(keys / "log.key", passphrase).verifier.to_text()
    steward = read_key(keys / "steward.key", passphrase).verifier.to_text()
    return (card.log_key, card.steward_key) == (log, steward)


def _given(folder: Path, path: Path, passphrase: str) -> Card:
    if not path.is_file():
        raise NotFound(f"no file {path}", hint=_BY_HAND)
    card = read_card(path.read_bytes(), str(path))
    if not is_card_of(folder, card, passphrase):
        raise NotVerified(
            f"{path} is not the card of the keys in {folder / 'keys'}",
            hint=f"{_BY_HAND}; or the keys are not the present ones",
        )
    return card


def _confirmed(keys: Path, card: Card, passphrase: str) -> tuple[Card, tuple[str, ...]]:
    witness, recipient, not_taken = "", "", []
    if (path := keys / "witness.key").exists():
        signer = WitnessSigner.from_text(read_secret(path, passphrase))
        witness = signer.verifier.to_text()
    elif card.witness_key:
        not_taken.append("the witness's key, for there is no keys/witness.key")
    if (path := keys / "recipient.key").exists():
        newest = read_identities(read_secret(path, passphrase))[0]
        recipient = str(pyrage.x25519.Identity.from_str(newest).to_public())
    elif card.recipient:
        not_taken.append("the recipient, for there is no keys/recipient.key")
    if card.addresses:
        not_taken.append(f"its addresses, {', '.join(card.addresses)}")
    held = replace(card, witness_key=witness, recipient=recipient, addresses=())
    return held, tuple(not_taken)
