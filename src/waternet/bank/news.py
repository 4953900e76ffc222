"""What other parties appended to their records since somebody looked last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from waternet.bank.store import Bank

__all__ = ["News", "list_news", "news_positions"]

_SELECT = (
    "SELECT party, number, kind, dataset, title, reason, rows, finding, body,"
    " strftime('%Y-%m-%dT%H:%M:%SZ', issued / 1000000, 'unixepoch') FROM entry"
    " WHERE party <> ?1 AND number >= coalesce("
    "(SELECT value FROM json_each(?2) WHERE key = entry.party), 0)"
)


@dataclass(frozen=True, slots=True)
class News:
    """An entry of another party's record.

    Attributes
    ----------
    party : str
    number : int
    kind : str
    dataset, title, reason : str
        '' where the entry has none.
    rows : int
        Figures in it.
    finding : str
        What is wrong with it, as this node holds it; '' for nothing.
    body : mapping
    issued : str
        As the party stated it.
    """

    party: str
    number: int
    kind: str
    dataset: str
    title: str
    reason: str
    rows: int
    finding: str
    body: Mapping[str, Any]
    issued: str


def list_news(
    bank: Bank, own: str, since: Mapping[str, int], most: int
) -> tuple[int, list[News]]:
    """Return what other parties published since.

    Parameters
    ----------
    bank : Bank
    own : str
        The party whose own entries are no news.
    since : mapping of party to int
        How many of its entries are known already; 0 where it is not named.
    most : int

    Returns
    -------
    count : int
        How many entries there are.
    news : list of News
        At most so many, the newest by the parties' own clocks first.
    """
    known = json.dumps(dict(since))
    chosen = (own, known)
    ((count,),) = bank.catalogue.rows(f"SELECT count(*) FROM ({_SELECT})", chosen)
    rows = bank.catalogue.rows(
        f"{_SELECT} ORDER BY issued DESC, party, number DESC LIMIT {int(most)}", chosen
    )
    names = [one.name for one in fields(News)]
    found = []
    for row in rows:
        told = dict(zip(names, row, strict=True))
        found.append(News(**{**told, "body": json.loads(told["body"])}))
    return count, found


def news_positions(bank: Bank, own: str) -> dict[str, int]:
    """Return how many entries of each other party are in the bank."""
    rows = bank.catalogue.rows(
        "SELECT party, position FROM party WHERE party <> ?", (own,)
    )
    return {row[0]: row[1] for row in rows}
