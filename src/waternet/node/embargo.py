"""Restricted releases whose embargo has ended, and the entries that open them to all.

Nothing is uploaded again: the entry carries the release's key, and every mirror holds
the files.
"""

from __future__ import annotations

from collections.abc import Iterable

from waternet.bank.sharing import Restricted, restricted_releases
from waternet.bank.standing import listed_entries
from waternet.bank.store import Bank
from waternet.node.draft import Draft
from waternet.node.folder import Node
from waternet.node.opening import own_release_keys
from waternet.node.report import counted
from waternet.node.restricting import is_past

__all__ = ["due_openings", "opening_drafts"]

_TOGETHER = 400  # releases in one entry, which has at most 65,534 bytes


def due_openings(bank: Bank, party: str) -> list[Restricted]:
    """Return the party's restricted releases that its terms promise to all by now.

    The terms that count are those that stood when a release was published.
    """
    terms = listed_entries(bank, party, "terms")
    due = []
    for one in restricted_releases(bank, party):
        if one.opened or one.withdrawn:
            continue
        stood = [
            body
            for index, body in terms
            if index < one.index and body["dataset"] == one.body["dataset"]
        ]
        if stood and stood[-1]["access"] == "embargo" and is_past(stood[-1]["opens"]):
            due.append(one)
    return due


def opening_drafts(node: Node, releases: Iterable[Restricted]) -> list[Draft]:
    """Return the entries that open releases of this node to all.

    Raises
    ------
    NotVerified
        A release's key cannot be had here.
    """
    by_dataset: dict[str, list[int]] = {}
    for one in releases:
        by_dataset.setdefault(one.body["dataset"], []).append(one.index)
    drafts = []
    for dataset, indices in sorted(by_dataset.items()):
        keys = own_release_keys(node, indices)
        opened = [{"release": index, "key": keys[index]} for index in sorted(keys)]
        for start in range(0, len(opened), _TOGETHER):
            part = opened[start : start + _TOGETHER]
            title = f"{counted(len(part), 'release')} of {dataset}, now for all"
            body = {"dataset": dataset, "releases": part}
            drafts.append(Draft("open", body, title))
    return drafts
