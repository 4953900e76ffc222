"""Which files of the registry this node holds: one small file says it, and counts.

The files themselves lie in ``public/registry/``, so that whoever reads this node's
record takes them along. Each lies there for good, under a name that no other content
has; ``registry/held.json`` says which of them count, and replacing it is **the commit
point** of everything that is taken from others or changed here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import rfc8785

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import MOST_CARD, Card, read_card
from waternet.exchange.registry import bound_path
from waternet.exchange.role_form import card_path
from waternet.exchange.source import FolderSource
from waternet.node.durable import write_durably

__all__ = [
    "HELD",
    "Held",
    "exclude_party",
    "files_of",
    "read_held",
    "registered_cards",
]

HELD = "registry/held.json"
_RESTORE = (
    "restore public/registry and registry/ from your copy, or delete registry/ and "
    "accept the registry again: 'waternet registry accept'"
)


@dataclass(frozen=True, slots=True)
class Held:
    """Which files count.

    Attributes
    ----------
    roots, parties : mapping of name to str
        The path of each root by its version, of each party's role by party.
    targets : str
        The path of the list of parties; '' where there is none yet.
    cards : mapping of party to str
        The path of each card.
    latest : str
        What others read first: which version of each role is held.
    policy : str
        The trust policy that follows from it; '' where there are no parties yet.
    quorum : int
        How many must cosign; 0 for more than half.
    excluded : tuple of str
        Parties that this node chose not to follow.
    """

    roots: Mapping[str, str]
    parties: Mapping[str, str]
    cards: Mapping[str, str]
    latest: str
    policy: str
    targets: str = ""
    quorum: int = 0
    excluded: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """Return the file: canonical JSON and a newline."""
        fields: dict[str, Any] = {
            "roots": dict(self.roots),
            "parties": dict(self.parties),
            "cards": dict(self.cards),
            "latest": self.latest,
            "policy": self.policy,
            "targets": self.targets,
            "quorum": self.quorum,
            "excluded": list(self.excluded),
        }
        return rfc8785.dumps(fields) + b"\n"


def read_held(folder: Path) -> Held | None:
    """Return which files count, or None where the node accepted no registry.

    Raises
    ------
    NotVerified
        The file is damaged.
    """
    path = folder / HELD
    if not path.exists():
        return None
    try:
        fields: Any = json.loads(path.read_bytes())
        held = Held(**{**fields, "excluded": tuple(fields["excluded"])})
        "".join(
            [held.targets, held.latest, *held.excluded]
        )  # a TypeError where one is not text
        for paths in (held.roots, held.parties, held.cards):
            "".join([*paths, *paths.values()])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotVerified(f"{HELD} is damaged: {error}", hint=_RESTORE) from error
    return held


def exclude_party(folder: Path, party: str, *, again: bool) -> None:
    """Follow a party of the registry no more, or again: a node's own choice.

    Parameters
    ----------
    folder : Path
        Of the node, which is held for writing.
    party : str
    again : bool
        Follow it again.

    Raises
    ------
    NotFound
        The registry here has no such party.
    """
    held = read_held(folder)
    if held is None or party not in held.cards:
        raise NotFound(
            f"the registry here has no party {party!r}",
            hint="'waternet registry show' lists them",
        )
    others = tuple(one for one in held.excluded if one != party)
    excluded = others if again else (*others, party)
    write_durably(folder / HELD, replace(held, excluded=excluded).to_json())


def files_of(folder: Path) -> FolderSource:
    """Return what reads the registry's files of a node."""
    return FolderSource(folder / "public" / "registry")


def registered_cards(folder: Path, held: Held) -> dict[str, Card]:
    """Return the card of every party in the registry, also of those excluded.

    Raises
    ------
    NotVerified
        A card is not the one that was accepted.
    """
    source = files_of(folder)
    cards = {}
    for party, path in held.cards.items():
        try:
            written = source.read(path, MOST_CARD)
        except (NotFound, NotAcceptable) as error:
            raise NotVerified(
                f"public/registry/{path} is gone or damaged", hint=_RESTORE
            ) from error
        if bound_path(card_path(party), written) != path:
            raise NotVerified(
                f"public/registry/{path} is not the card that was accepted",
                hint=_RESTORE,
            )
        cards[party] = read_card(written, path)
    return cards
