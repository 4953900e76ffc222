"""A party's card: its names, its log, and the keys that sign for it, each for a time.

Cards come from the registry that the parties founded, or are handed over by a way that
both sides trust (a meeting, a letter); whoever holds a card can verify everything the
party publishes. A key that was replaced or revoked stays on the card with the place in
the log from which it counts no more: what it signed before still holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import rfc8785

from waternet.errors import NotAcceptable
from waternet.observation.legible import verify_legible
from waternet.observation.place import verify_id
from waternet.record.cosignature import WitnessVerifier
from waternet.record.note import Verifier

__all__ = ["MOST_CARD", "Card", "EarlierKey", "read_card"]

MOST_CARD = 1 << 16  # bytes of its file
_ROLES = ("log", "steward")
# Each is asked at every pull until one answers, and each may keep its reader waiting.
_MOST_ADDRESSES = 16
_LONGEST_ADDRESS = 2048  # characters


@dataclass(frozen=True, slots=True)
class EarlierKey:
    """A key that signs no more.

    Attributes
    ----------
    role : str
        'log' or 'steward'.
    vkey : str
        The verifier key.
    until : int
        A steward's signs the entries before this index; a log's, heads up to this size.
    """

    role: str
    vkey: str
    until: int

    def __post_init__(self) -> None:
        Verifier.from_text(self.vkey)
        if self.role not in _ROLES or type(self.until) is not int or self.until < 0:
            raise NotAcceptable(f"no earlier key: {self.role!r} until {self.until!r}")


@dataclass(frozen=True, slots=True)
class Card:
    """Who a party is, and what to hold its signatures against.

    Attributes
    ----------
    party : str
        Its id in addresses such as ``party:feature/property``.
    names : mapping of language to str
    origin : str
        The first line of its checkpoints, unique among all logs.
    log_key, steward_key : str
        The present verifier keys in the C2SP signed-note form ``name+hash+key``.
    witness_key : str
        With which it cosigns others' heads (type 0x04); '' where it does not.
    recipient : str
        To which what is meant for it alone is encrypted (age1...); '' for nobody.
    addresses : tuple of str
        Where its record is served, the first one its own; may be empty.
    earlier_keys : tuple of EarlierKey
        Oldest first.
    """

    party: str
    names: Mapping[str, str]
    origin: str
    log_key: str
    steward_key: str
    witness_key: str = ""
    recipient: str = ""
    addresses: tuple[str, ...] = ()
    earlier_keys: tuple[EarlierKey, ...] = ()

    def __post_init__(self) -> None:
        verify_id(self.party, "a party")
        if not self.names or not self.origin or "\n" in self.origin:
            raise NotAcceptable(f"the card of {self.party!r} lacks a name or an origin")
        self._verify_legible()
        for key in (self.log_key, self.steward_key):
            Verifier.from_text(key)
        if self.witness_key:
            WitnessVerifier.from_text(self.witness_key)
        for role in _ROLES:
            ends = [one.until for one in self.earlier_keys if one.role == role]
            if ends != sorted(ends):
                raise NotAcceptable(
                    f"the earlier {role} keys of {self.party!r} are not in order"
                )

    def _verify_legible(self) -> None:
        """Raise unless what people see of it is what stands there, and has an end."""
        what = f"the card of {self.party!r}"
        for text in (self.origin, *self.names, *self.names.values(), *self.addresses):
            verify_legible(text, what)
        longest = max(map(len, self.addresses), default=0)
        if len(self.addresses) > _MOST_ADDRESSES or longest > _LONGEST_ADDRESS:
            raise NotAcceptable(
                f"{what} has {len(self.addresses)} addresses, the longest of {longest} "
                f"characters; at most {_MOST_ADDRESSES} of {_LONGEST_ADDRESS} are read"
            )

    @property
    def log_verifier(self) -> Verifier:
        """What checks its checkpoints now."""
        return Verifier.from_text(self.log_key)

    @property
    def steward_verifier(self) -> Verifier:
        """What checks its entries now."""
        return Verifier.from_text(self.steward_key)

    @property
    def witness_verifier(self) -> WitnessVerifier | None:
        """What checks its cosignatures; None where it is no witness."""
        return WitnessVerifier.from_text(self.witness_key) if self.witness_key else None

    def log_verifiers(self, size: int) -> tuple[Verifier, ...]:
        """Return the log keys that may sign a head of `size` entries.

        Where a key was replaced, both may sign the head at which that was done.
        """
        return self._valid("log", self.log_key, size, size)

    def steward_verifiers(self, index: int) -> tuple[Verifier, ...]:
        """Return the steward keys that may sign the entry `index`."""
        return self._valid("steward", self.steward_key, index, index + 1)

    def earlier(self, role: str) -> tuple[Verifier, ...]:
        """Return the keys that signed for it earlier, wherever that ended."""
        found = [one.vkey for one in self.earlier_keys if one.role == role]
        return tuple(map(Verifier.from_text, found))

    def _valid(
        self, role: str, present: str, first: int, last: int
    ) -> tuple[Verifier, ...]:
        start, found = 0, []
        for one in self.earlier_keys:
            if one.role == role:
                if start <= first and last <= one.until:
                    found.append(Verifier.from_text(one.vkey))
                start = one.until
        if start <= first:
            found.append(Verifier.from_text(present))
        return tuple(found)

    def to_json(self) -> bytes:
        """Return the card's file: canonical JSON and a newline."""
        fields: dict[str, Any] = {
            "party": self.party,
            "names": dict(self.names),
            "origin": self.origin,
            "log_key": self.log_key,
            "steward_key": self.steward_key,
            "witness_key": self.witness_key,
            "recipient": self.recipient,
            "addresses": list(self.addresses),
            "earlier_keys": [
                {"role": one.role, "vkey": one.vkey, "until": one.until}
                for one in self.earlier_keys
            ],
        }
        written = {name: held for name, held in fields.items() if held}
        return rfc8785.dumps(written) + b"\n"


# A node reads the cards that it holds at every step, and they seldom change.
@lru_cache(256)
def read_card(written: bytes, source: str) -> Card:
    """Read a card's file.

    Parameters
    ----------
    written : bytes
    source : str
        Where it came from, for the message.

    Raises
    ------
    NotAcceptable
        It is not a card, or one of its keys is damaged.
    """
    try:
        fields: Any = json.loads(written)
        earlier = [EarlierKey(**one) for one in fields.pop("earlier_keys", ())]
        addresses = fields.pop("addresses", ())
        optional = [fields.get(name, "") for name in ("witness_key", "recipient")]
        texts = [fields["origin"], *fields["names"], *fields["names"].values()]
        "".join([*texts, *addresses, *optional])  # a TypeError where one is not text
        return Card(**fields, addresses=tuple(addresses), earlier_keys=tuple(earlier))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAcceptable(
            f"{source} is not a party's card: {error}",
            hint="ask the party for its public/card.json",
        ) from error
