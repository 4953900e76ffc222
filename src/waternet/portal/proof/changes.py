"""What one entry changed: how many figures, and each with its old and new value."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from waternet.bank.history import get_changes
from waternet.bank.store import Bank, View
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.node.attested import AttestedEntry
from waternet.node.attesting import Remembered
from waternet.node.folder import Node
from waternet.record.fields import Reference

__all__ = ["SHOWN", "Changes", "Kept", "changes_of"]

SHOWN = 100
"""Rows of a page."""
_MOST_FIGURES = 300_000  # of an entry whose changes are worked out at a request
_KEPT = 512  # comparisons
_KINDS = ("release", "revise")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an entry changed, as far as the reader may know.

    Attributes
    ----------
    counts : mapping of str to int
        By 'new', 'changed', 'taken back', 'withdrawn'.
    rows : list of dict
        A page of them: datastream (address), unit, time, change, old_value, value,
        old and new censor, grade and status.
    count : int
        Of all rows.
    is_too_many : bool
        The entry has more figures than are compared at a request.
    """

    counts: dict[str, int] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    is_too_many: bool = False


@dataclass(frozen=True, slots=True)
class Kept(Remembered):
    """What this room keeps between requests: also what entries were found to change.

    A comparison holds for one bank as long as its view is the same.
    """

    compared: OrderedDict[tuple[int, str, int, int], tuple[View, Changes]] = field(
        default_factory=OrderedDict
    )
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, bank: Bank, key: tuple[str, int, int]) -> Changes | None:
        """Return what was found in this bank as it is now."""
        with self.lock:
            held = self.compared.get((id(bank), *key))
        return held[1] if held and held[0] is bank.view() else None

    def keep(self, bank: Bank, key: tuple[str, int, int], found: Changes) -> None:
        """Remember what was found."""
        with self.lock:
            self.compared[id(bank), *key] = bank.view(), found
            while len(self.compared) > _KEPT:
                self.compared.popitem(last=False)


def changes_of(
    node: Node, bank: Bank, one: AttestedEntry, kept: Kept, skip: int = 0
) -> Changes | None:
    """Return what an entry changed; None where it brought and took no figures.

    Parameters
    ----------
    node : Node
    bank : Bank
        As the reader may see it.
    one : AttestedEntry
    kept : Kept
    skip : int
        Rows before the page that is shown.
    """
    entry = one.entry
    if entry is None or bank.position(one.party) <= one.index:
        return None
    about = entry.body
    if entry.kind == "withdraw":
        about = _body(bank, one.party, entry.body["release"])
    elif entry.kind not in _KINDS:
        return None
    if "observations" not in about:
        return None
    if about["observations"]["rows"] > _MOST_FIGURES:
        return Changes(is_too_many=True)
    key = one.party, one.index, skip
    if (known := kept.find(bank, key)) is not None:
        return known
    number = entry.body["release"] if entry.kind == "withdraw" else one.index
    names: Collection[str] | None
    if "sealed" in about:
        names = _restricted(bank, one.party, number)
    else:
        names = _signed(node, one.party, about["datastreams"], kept)
    table = get_changes(bank, one.party, one.index - 1, one.index, names)
    counted = Counter(table["change"].to_pylist())
    page = table.slice(skip, SHOWN).to_pylist()
    found = Changes(
        counts=dict(sorted(counted.items())),
        rows=[
            {**row, "datastream": f"{row.pop('party')}:{row['datastream']}"}
            for row in page
        ],
        count=table.num_rows,
    )
    kept.keep(bank, key, found)
    return found


def _body(bank: Bank, party: str, number: int) -> Mapping[str, Any]:
    rows = bank.catalogue.rows(
        "SELECT body FROM entry WHERE party = ? AND number = ?", (party, number)
    )
    found: dict[str, Any] = json.loads(rows[0][0]) if rows else {}
    return found


def _signed(
    node: Node, party: str, reference: Mapping[str, Any], remembered: Remembered
) -> Collection[str] | None:
    """Return the datastreams of a release; None where its file is not here."""
    try:
        return remembered.rows.datastreams(
            node.records(party), Reference.from_json(reference)
        )
    except (NotFound, NotVerified, NotAcceptable):
        return None


def _restricted(bank: Bank, party: str, release: int) -> Collection[str]:
    """Return those of a restricted release's datastreams that the reader knows of."""
    rows = bank.catalogue.rows(
        "SELECT s.name FROM series s JOIN main.holding h ON h.series_id = s.series_id"
        " WHERE s.party = ? AND h.release = ?",
        (party, release),
    )
    return [name for (name,) in rows]
