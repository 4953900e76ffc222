"""A party's card: its names, its log and the keys that sign for it.

Cards are handed over by a way that both sides trust (a meeting, a letter); whoever
holds a card can verify everything the party publishes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785

from waternet.errors import NotAcceptable
from waternet.observation.place import verify_id
from waternet.record.note import Verifier

__all__ = ["Card", "read_card"]


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
        Verifier keys in the C2SP signed-note form ``name+hash+key``.
    """

    party: str
    names: Mapping[str, str]
    origin: str
    log_key: str
    steward_key: str

    def __post_init__(self) -> None:
        verify_id(self.party, "a party")
        if not self.names or not self.origin or "\n" in self.origin:
            raise NotAcceptable(f"the card of {self.party!r} lacks a name or an origin")
        for key in (self.log_key, self.steward_key):
            Verifier.from_text(key)

    @property
    def log_verifier(self) -> Verifier:
        """What checks its checkpoints."""
        return Verifier.from_text(self.log_key)

    @property
    def steward_verifier(self) -> Verifier:
        """What checks its entries."""
        return Verifier.from_text(self.steward_key)

    def to_json(self) -> bytes:
        """Return the card's file: canonical JSON and a newline."""
        return rfc8785.dumps({**asdict(self), "names": dict(self.names)}) + b"\n"


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
        texts = [fields["origin"], *fields["names"], *fields["names"].values()]
        "".join(texts)  # a TypeError where one is not text
        return Card(**fields)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAcceptable(
            f"{source} is not a party's card: {error}",
            hint="ask the party for its public/card.json",
        ) from error
