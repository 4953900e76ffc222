"""Whose keys a reader goes by, and where the records lie that they are to prove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.card import MOST_CARD, Card, read_card
from waternet.exchange.location import open_sources
from waternet.exchange.source import FolderSource, Source
from waternet.node.folder import Node, open_node
from waternet.node.policy import node_policy
from waternet.record.policy import Policy, read_policy

__all__ = ["Cards", "Trust", "is_remote", "read_trust", "records_at"]

Cards = str | Path | Card | Iterable[str | Path | Card]
"""A node's folder, a folder of cards, a card's file, a card, or several of these."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What is believed beforehand.

    Attributes
    ----------
    cards : mapping of party to Card
    policy : Policy or None
        Whose cosignatures count; None asks nobody.
    """

    cards: Mapping[str, Card]
    policy: Policy | None


def is_remote(location: str) -> bool:
    """Return whether a node is at an address; else it is a folder here.

    What lies in a node's folder was tried before the node read it.
    """
    return "://" in location


def read_trust(location: str, cards: Cards, policy: str | Path | None) -> Trust:
    """Return whose keys count.

    Parameters
    ----------
    location : str
        Of the node that answered. A folder brings its own cards and policy, where
        none are given.
    cards : Cards
    policy : path or None
        Of a file (C2SP tlog-policy); None takes that of a node's folder, if one is
        given.

    Raises
    ------
    NotAcceptable
        None are given for a node at an address: nobody can check a signature by keys
        that come along with it.
    NotFound
        There is nothing at a path.
    """
    several = [cards] if isinstance(cards, (str, Path, Card)) else list(cards)
    if not several:
        if is_remote(location):
            raise NotAcceptable(
                f"whose keys do you go by? {location} would only offer its own",
                hint="give cards=: the folder of a node of yours, or card files that "
                "you got from the parties by another way",
            )
        several = [location]
    held: dict[str, Card] = {}
    found: Policy | None = None
    for one in several:
        if isinstance(one, Card):
            held[one.party] = one
            continue
        path = Path(one).expanduser()
        if (path / "node.toml").is_file():
            node = open_node([path])
            held |= node.cards()
            found = node_policy(node)
        else:
            held |= {card.party: card for card in _cards_at(path)}
    if policy is not None:
        path = Path(policy).expanduser()
        if not path.is_file():
            raise NotFound(f"no policy at {path}", hint="'waternet policy' prints one")
        found = read_policy(path.read_bytes())
    return Trust(held, found)


def records_at(location: str) -> dict[str, Source]:
    """Return where the record of each party lies with the node that answered.

    Which party's it is, is only claimed there; the keys of `Trust` decide.

    Raises
    ------
    NotReached
        The node does not answer.
    """
    if not is_remote(location):
        node = open_node([Path(location)])
        return {party: _held(node, party) for party in node.cards()}
    found: dict[str, Source] = {}
    for source in open_sources(location):
        try:
            card = read_card(source.read("card.json", MOST_CARD), source.name)
        except (NotFound, NotAcceptable):
            continue  # what has no card that can be read proves nothing here
        found.setdefault(card.party, source)
    return found


def _held(node: Node, party: str) -> Source:
    return FolderSource(node.records(party))


def _cards_at(path: Path) -> list[Card]:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise NotFound(
            f"no card at {path}",
            hint="expected a node's folder, a folder of cards, or a card's file",
        )
    return [read_card(file.read_bytes(), str(file)) for file in files]
