"""What parties call themselves."""

from __future__ import annotations

from collections.abc import Mapping

from waternet.errors import WaternetError
from waternet.node.folder import Node

__all__ = ["party_names"]


def party_names(node: Node) -> Mapping[str, Mapping[str, str]]:
    """Return each party's names by language, as its card has them.

    A party whose card is not here is left out: it is called by its id.
    """
    own = {node.party: dict(node.profile.names)}
    try:
        cards = node.cards()
    except WaternetError:  # a damaged card is told elsewhere; a page needs none
        return own
    return {**own, **{party: dict(card.names) for party, card in cards.items()}}
