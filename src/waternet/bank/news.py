"""What parties appended to their records, and what of it is new to somebody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from waternet.bank.store import Bank

__all__ = ["News", "entries_between", "list_news", "news_positions"]

_COLUMNS = (
    "SELECT party, number, kind, dataset, title, reason, rows, finding, body,"
    " strftime('%Y-%m-%dT%H:%M:%SZ', issued / 1000000, 'unixepoch') FROM entry"
)
_SELECT = (
    f"{_COLUMNS} WHERE party <> ?1 AND number >= coalesce("
    "(SELECT value FROM json_each(?2) WHERE key = entry.party), 0)"
)


@dataclass(frozen=True, slots=True)
class News:
    """An entry of a party's record.

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
    return count, [_news(row) for row in rows]


def entries_between(bank: Bank, party: str, first: int, last: int) -> list[News]:
    """Return a party's entries from one number to another, both among them."""
    rows = bank.catalogue.rows(
        f"{_COLUMNS} WHERE party = ? AND number BETWEEN ? AND ? ORDER BY number",
        (party, first, last),
    )
    return [_news(row) for row in rows]


def news_positions(bank: Bank, own: str) -> dict[str, int]:
    """Return how many entries of each other party are in the bank."""
    rows = bank.catalogue.rows(
        "SELECT party, position FROM party WHERE party <> ?", (own,)
    )
    return {row[0]: row[1] for row in rows}


def _news(row: Sequence[Any]) -> News:
    told = dict(zip((one.name for one in fields(News)), row, strict=True))
    return News(**{**told, "body": json.loads(told["body"])})
