"""Following other parties: their cards found, compared by people, then accepted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.exchange.card import MOST_CARD, Card, read_card
from waternet.exchange.location import open_source, open_sources
from waternet.exchange.source import Source
from waternet.node.copies import is_own, keep_location
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.node.pull import Pulled, pull_records
from waternet.node.report import Advance

__all__ = [
    "Offer",
    "accept_card",
    "find_card",
    "follow_party",
    "pull_folder",
]


@dataclass(frozen=True, slots=True)
class Offer:
    """A card as it was found; nothing of it is believed yet.

    Attributes
    ----------
    card : Card
    location : str
        Where its party's record lies; '' where only the card was given.
    """

    card: Card
    location: str

    @property
    def is_remote(self) -> bool:
        """Whether it was fetched: whoever stands between could have changed it."""
        return "://" in self.location


def find_card(location: str) -> Offer:
    """Read a card: a file, or that of the one record in a folder or at an address.

    Raises
    ------
    NotFound, NotAcceptable
        There is none, or it is not a card; or there are several.
    NotReached
        The server does not answer.
    """
    path = Path(location)
    if "://" in location:
        source: Source = open_source(location)
        return Offer(_read_card(source), source.name)
    if path.is_dir():
        found = open_sources(location)
        if len(found) > 1:
            names = ", ".join(f"{one.name}/card.json" for one in found)
            raise NotAcceptable(
                f"{location} holds the cards of {len(found)} parties",
                hint=f"name one of them: {names}",
            )
        return Offer(_read_card(found[0]), str(Path(found[0].name).resolve()))
    if not path.is_file():
        raise NotFound(
            f"no file {path}",
            hint="a party's card is its public/card.json; an address begins with "
            "https://",
        )
    return Offer(read_card(path.read_bytes(), path.name), "")


def _read_card(source: Source) -> Card:
    written = source.read("card.json", MOST_CARD)
    return read_card(written, f"{source.name}/card.json")


def follow_party(node: Node, location: str | Path) -> Card:
    """Accept the card at a location: see `find_card` and `accept_card`."""
    return accept_card(node, find_card(str(location)))


def accept_card(node: Node, offer: Offer) -> Card:
    """Accept another party's card, received or compared by a way that is trusted.

    Parameters
    ----------
    node : Node
        Held for writing.
    offer : Offer
        Its location is kept: a pull without a location asks there, too.

    Raises
    ------
    Conflict
        This node knows the party by other keys, or the party is its own.
    """
    card = offer.card
    known = [
        one
        for one in node.cards().values()
        if one.party == card.party or one.origin == card.origin
    ]
    if known and (known != [card] or card.party == node.party):
        raise Conflict(
            f"{card.party!r} is already known here by another card",
            hint="compare the keys with the party before you replace its card",
        )
    if not known:
        write_durably(node.records(card.party) / "card.json", card.to_json())
    if offer.location and not is_own(card, offer.location):
        keep_location(node, card.party, offer.location)
    if not known:
        # Last: from then on the party is followed.
        write_durably(node.folder / "cards" / f"{card.party}.json", card.to_json())
    return card


def pull_folder(
    node: Node, folder: Path, advance: Advance, *, whole: bool = False
) -> Pulled:
    """Verify the records in a folder, and nowhere else: see `pull_records`."""
    return pull_records(node, [str(folder)], advance, whole=whole)
