"""How a party's card may change: keys come and go, what they signed stays.

Whoever holds a party's registry key can change the card; these rules hold it too:

- The party and the origin of its log stay for good.
- A key that is replaced stands among the earlier keys, with the place from which it
  counts no more. That place is stated once: raised later it would revive what was
  refused, lowered it would take back what stood. What else was forged is withdrawn.
- A party that cosigned goes on doing so: its witness key is replaced, never left out.
- No key serves two parties, nor two purposes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from waternet.errors import NotVerified
from waternet.exchange.card import Card
from waternet.record.key import Verifier

__all__ = ["card_keys", "verify_continues", "verify_distinct"]

_ASK = "keep the file and ask the party which card is right"


def verify_continues(old: Card, new: Card) -> None:
    """Raise unless a card may take the place of the one that was accepted.

    Parameters
    ----------
    old, new : Card

    Raises
    ------
    NotVerified
        It breaks a rule; the message says which.
    """
    if (old.party, old.origin) != (new.party, new.origin):
        raise NotVerified(
            f"the log of {old.party!r} is {old.origin!r}, its new card says "
            f"{new.origin!r} of {new.party!r}",
            hint=_ASK,
        )
    if old.witness_key and not new.witness_key:
        raise NotVerified(
            f"the new card of {old.party!r} has no witness key", hint=_ASK
        )
    for role, before, now in (
        ("log", old.log_key, new.log_key),
        ("steward", old.steward_key, new.steward_key),
    ):
        _verify_earlier(old, new, role, before == now)


def _verify_earlier(old: Card, new: Card, role: str, same: bool) -> None:
    before = [one for one in old.earlier_keys if one.role == role]
    now = [one for one in new.earlier_keys if one.role == role]
    if now[: len(before)] != before:
        raise NotVerified(
            f"the new card of {old.party!r} tells otherwise until where its earlier "
            f"{role} keys count",
            hint=_ASK,
        )
    added = now[len(before) :]
    present = old.log_key if role == "log" else old.steward_key
    if same and added:
        raise NotVerified(
            f"the {role} key of {old.party!r} has not changed, yet its new card names "
            "further earlier ones",
            hint=_ASK,
        )
    if not same and (not added or added[0].vkey != present):
        raise NotVerified(
            f"the new card of {old.party!r} does not say until where its {role} key "
            "counted so far",
            hint=_ASK,
        )


def verify_distinct(keys: Mapping[str, Iterable[str]]) -> None:
    """Raise unless every key belongs to one party and one purpose.

    Parameters
    ----------
    keys : mapping of party to keys
        As `card_keys` tells them, with those of the registry.

    Raises
    ------
    NotVerified
        A key stands twice; the message names the parties.
    """
    holders: dict[str, str] = {}
    for party, held in keys.items():
        for key in held:
            if key in holders:
                raise NotVerified(
                    f"one key serves {holders[key]!r} and {party!r}, or two purposes",
                    hint="each party makes a key of its own for each purpose",
                )
            holders[key] = party


def card_keys(card: Card) -> Iterator[str]:
    """Yield each key on a card: the public key, whatever its name and type."""
    vkeys = [card.log_key, card.steward_key]
    vkeys += [one.vkey for one in card.earlier_keys]
    for vkey in vkeys:
        yield Verifier.from_text(vkey).key.hex()
    if card.witness_verifier:
        yield card.witness_verifier.key.hex()
    if card.recipient:
        yield card.recipient
