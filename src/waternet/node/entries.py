"""Entries of some kinds, of all parties, as this node verified them."""

from __future__ import annotations

from collections.abc import Sequence

from waternet.bank.store import Bank
from waternet.exchange.said import Said
from waternet.exchange.walk import read_entries
from waternet.node.folder import Node
from waternet.node.intake import seen_head

__all__ = ["entries_of"]


def entries_of(node: Node, bank: Bank, kinds: Sequence[str]) -> list[Said]:
    """Return the entries of these kinds, each party's in the order of its log.

    The bank tells where they stand; they are read from the records, and verified.

    Parameters
    ----------
    node : Node
    bank : Bank
    kinds : sequence of str

    Raises
    ------
    Finding
        What this node holds of a record is damaged.
    """
    marks = ", ".join("?" * len(kinds))
    cards = node.cards()
    found = []
    for party, index in bank.catalogue.rows(
        f"SELECT party, number FROM entry WHERE kind IN ({marks})"
        " ORDER BY party, number",
        tuple(kinds),
    ):
        if party in cards:
            one = next(read_entries(cards[party], seen_head(node, party), index))
            found.append(Said(one.index, one.entry, one.signed))
    return found
