"""Every entry of every record, found by who, what kind, which dataset, words, dates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from waternet.bank.labels import to_microseconds
from waternet.bank.sharing import opened_releases
from waternet.bank.spelling import search_text, search_words
from waternet.bank.standing import listed_entries
from waternet.bank.store import Bank
from waternet.errors import NotFound

__all__ = ["EntryChoice", "FoundEntries", "entry_of", "find_entries", "neighbours"]

_FACETS = ("party", "kind", "dataset")
_FIGURES = ("release", "revise")
_MOST_READ = 50_000  # entries, the newest, in which words are looked for
_WORDS = (
    "title",
    "reason",
    "source",
    "dataset",
    "json_extract(body, '$.purpose')",
    "json_extract(body, '$.about')",
    "json_extract(body, '$.name')",
    "json_extract(body, '$.who')",
)
_TOLD = (
    "e.party, e.number, e.issued, e.kind, e.dataset, e.title, e.source, e.reason,"
    " e.rows, e.finding, e.body, w.number AS withdrawn_by"
)


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """Which entries are meant; '' or None leaves a matter open.

    Attributes
    ----------
    party, kind, dataset : str
    text : str
        Every word must occur in its title, reason, source, dataset, purpose...
    start, end : datetime or None
        Issued in this half-open period.
    """

    party: str = ""
    kind: str = ""
    dataset: str = ""
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """One page of the entries that were chosen.

    Attributes
    ----------
    count : int
        Of all that were chosen.
    entries : tuple of dict
        The newest first: party, entry (its number), issued (microseconds since 1970,
        UTC), kind, dataset, title, source, reason, rows, access, readers,
        withdrawn_by, finding.
    counts : mapping
        For each of party, kind and dataset: how many there are by value, whatever
        that one filter says.
    """

    count: int
    entries: tuple[dict[str, Any], ...]
    counts: Mapping[str, Mapping[str, int]]


def find_entries(
    bank: Bank, choice: EntryChoice, limit: int, offset: int = 0
) -> FoundEntries:
    """Return the entries that are chosen, the newest first, a page of them.

    What is shown of a restricted one is what its log shows everybody. Words are looked
    for in the newest 50,000 entries of the period.

    Parameters
    ----------
    bank : Bank
    choice : EntryChoice
    limit, offset : int
    """
    matching = _matching(bank, replace(choice, party="", kind="", dataset=""))
    where, values = _where(choice, matching)
    rows = bank.catalogue.rows(
        f"SELECT {_TOLD} FROM entry e LEFT JOIN withdrawal w"
        " ON w.party = e.party AND w.release = e.number"
        f" WHERE {where} ORDER BY e.issued DESC, e.party, e.number DESC"
        " LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    count, counts = _counts(bank, choice, matching)
    return FoundEntries(count, tuple(_told(bank, rows)), counts)


def entry_of(bank: Bank, party: str, number: int) -> dict[str, Any]:
    """Return one entry as `find_entries` tells it.

    Raises
    ------
    NotFound
        There is none of that number, or the bank has not taken it yet.
    """
    rows = bank.catalogue.rows(
        f"SELECT {_TOLD} FROM entry e LEFT JOIN withdrawal w"
        " ON w.party = e.party AND w.release = e.number"
        " WHERE e.party = ? AND e.number = ?",
        (party, number),
    )
    for told in _told(bank, rows):
        return told
    raise NotFound(f"{party!r} has no entry {number} here")


def neighbours(bank: Bank, party: str, number: int) -> tuple[int | None, int | None]:
    """Return the numbers of the entries before and after one in its log."""
    position = bank.position(party)
    before = number - 1 if 0 < number <= position else None
    after = number + 1 if number + 1 < position else None
    return before, after


def _where(
    choice: EntryChoice, matching: Sequence[tuple[str, int]] | None
) -> tuple[str, tuple[Any, ...]]:
    parts, values = ["true"], list[Any]()
    for name in _FACETS:
        if wanted := getattr(choice, name):
            parts.append(f"e.{name} = ?")
            values.append(wanted)
    for limit, sign in ((choice.start, ">="), (choice.end, "<")):
        if limit is not None:
            parts.append(f"e.issued {sign} ?")
            values.append(to_microseconds(limit, 0))
    if matching is not None:
        parts.append(
            "(e.party, e.number) IN (SELECT json_extract(value, '$[0]'),"
            " json_extract(value, '$[1]') FROM json_each(?))"
        )
        values.append(json.dumps(matching))
    return " AND ".join(parts), tuple(values)


def _matching(bank: Bank, choice: EntryChoice) -> list[tuple[str, int]] | None:
    """Return the entries in which every word occurs; None where none is asked for."""
    words = search_words(choice.text)
    if not words:
        return None
    where, values = _where(choice, None)
    rows = bank.catalogue.rows(
        f"SELECT e.party, e.number, {', '.join(f'{one}' for one in _WORDS)}"
        f" FROM entry e WHERE {where} ORDER BY e.issued DESC LIMIT {_MOST_READ}",
        values,
    )
    return [
        (party, number)
        for party, number, *said in rows
        if all(word in _folded(tuple(said)) for word in words)
    ]


@lru_cache(1 << 16)
def _folded(said: tuple[str | None, ...]) -> str:
    return search_text(one for one in said if isinstance(one, str))


def _counts(
    bank: Bank, choice: EntryChoice, matching: Sequence[tuple[str, int]] | None
) -> tuple[int, dict[str, dict[str, int]]]:
    """Return how many entries are chosen, and by facet how many might be."""
    where, values = _where(replace(choice, party="", kind="", dataset=""), matching)
    rows = bank.catalogue.rows(
        # Not by the table's own order, which would read every body.
        "SELECT +e.party, e.kind, e.dataset, count(*) FROM entry e"
        f" WHERE {where} GROUP BY 1, 2, 3",
        values,
    )
    total = 0
    counts: dict[str, dict[str, int]] = {name: {} for name in _FACETS}
    for *held, count in rows:
        is_as_asked = [
            getattr(choice, name) in ("", one)
            for name, one in zip(_FACETS, held, strict=True)
        ]
        total += int(count) if all(is_as_asked) else 0
        for place, (name, one) in enumerate(zip(_FACETS, held, strict=True)):
            if one and all(is_as_asked[:place] + is_as_asked[place + 1 :]):
                counts[name][one] = counts[name].get(one, 0) + int(count)
    return total, {name: dict(sorted(found.items())) for name, found in counts.items()}


def _told(bank: Bank, rows: Sequence[Any]) -> list[dict[str, Any]]:
    bodies = [json.loads(row["body"]) for row in rows]
    sealed = {
        row["party"] for row, body in zip(rows, bodies, strict=True) if "sealed" in body
    }
    consents = {party: _consents(bank, party) for party in sealed}
    return [
        {
            "party": row["party"],
            "entry": row["number"],
            "issued": row["issued"],
            "kind": row["kind"],
            **{name: row[name] for name in ("dataset", "title", "source", "reason")},
            # As its log shows everybody, not as many as this bank holds.
            "rows": body.get("observations", {}).get("rows", 0),
            **_access(row, body, consents.get(row["party"])),
            "withdrawn_by": row["withdrawn_by"],
            "finding": row["finding"],
        }
        for row, body in zip(rows, bodies, strict=True)
    ]


def _consents(bank: Bank, party: str) -> tuple[set[int], dict[int, set[str]]]:
    """Return what a party opened to all, and to whom it granted each release."""
    granted: dict[int, set[str]] = {}
    for _, body in listed_entries(bank, party, "grant"):
        granted.setdefault(body["release"], set()).add(body["to"])
    return opened_releases(bank, party), granted


def _access(
    row: Any,
    body: Mapping[str, Any],
    consents: tuple[set[int], dict[int, set[str]]] | None,
) -> dict[str, Any]:
    if row["kind"] not in _FIGURES:
        return {"access": "", "readers": []}
    if "sealed" not in body or consents is None:
        return {"access": "public", "readers": []}
    opened, granted = consents
    if row["number"] in opened:
        return {"access": "opened", "readers": []}
    readers = {*body["sealed"]["to"], *granted.get(row["number"], ())}
    return {"access": "restricted", "readers": sorted(readers)}
