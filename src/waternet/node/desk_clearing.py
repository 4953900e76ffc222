"""Drafts that are published, or were taken away, cleared from the desk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from waternet.node.desk import Desk

__all__ = ["clear_rows", "count_drafts", "promise_numbers", "sweep_leftovers"]

# What drafts lead to is not taken away from under them.
_STILL_LED_TO = {
    "ObservedProperty": "SELECT 1 FROM entity o WHERE o.kind = 'Datastream' "
    "AND o.observed_property = ?2 AND o.body IS NOT NULL",
    "Location": "SELECT 1 FROM link WHERE name IN ('thing_location', "
    "'historical_location') AND there = ?2 AND is_held",
    "FeatureOfInterest": "SELECT 1 FROM observation WHERE feature = ?2 AND is_held",
}
# Table, column, kind that it numbers, and what makes a row of it a leftover.
_LEFTOVERS = (
    ("entity", "number", "entity.kind", "body IS NULL"),
    ("observation", "datastream", "'Datastream'", "NOT is_held"),
    ("link", "here", "'Thing'", "NOT is_held AND name = 'thing_location'"),
)


def promise_numbers(desk: Desk, promised: Iterable[Sequence[Any]]) -> None:
    """Keep the number of each (kind, key) that a draft will be published as."""
    for row in promised:
        desk.change("INSERT OR REPLACE INTO promised VALUES (?, ?, ?)", row)


def clear_rows(
    desk: Desk,
    entities: Iterable[Sequence[Any]],
    links: Iterable[Sequence[Any]],
    observations: Iterable[Mapping[str, Any]],
    promised: Iterable[Sequence[Any]],
) -> None:
    """Take rows away that are published, within `Desk.writing`, and keep promises.

    Parameters
    ----------
    entities : iterable of [kind, number, sequence]
    links : iterable of [name, here, there, sequence]
    observations : iterable of {datastream, through, left}
        Those up to a sequence number, but for some.
    promised : iterable of [kind, key, number]

    Notes
    -----
    A row with a later sequence number was changed since: it stays. So does what drafts
    that stay still lead to.
    """
    for kind, key, _ in promised:
        desk.number(kind, [key])
        desk.change("DELETE FROM promised WHERE kind = ? AND key = ?", (kind, key))
    for one in observations:
        desk.change(
            "DELETE FROM observation WHERE datastream = ? AND sequence <= ? "
            "AND number NOT IN (SELECT value FROM json_each(?))",
            (one["datastream"], one["through"], json.dumps(one["left"])),
        )
    for row in links:
        desk.change(
            "DELETE FROM link WHERE name = ? AND here = ? AND there = ? "
            "AND sequence <= ?",
            row,
        )
    first = ("Datastream", "Thing", "HistoricalLocation")
    for row in sorted(entities, key=lambda one: one[0] not in first):
        desk.change(
            "DELETE FROM entity WHERE kind = ?1 AND number = ?2 AND sequence <= ?3 "
            f"AND NOT EXISTS ({_STILL_LED_TO.get(row[0], 'SELECT 1 WHERE false')})",
            row,
        )
    desk.change("UPDATE stand SET generation = generation + 1")


def sweep_leftovers(desk: Desk) -> None:
    """Take away, within `Desk.writing`, what is left of drafts that were taken away."""
    swept = 0
    for table, column, kind, gone in _LEFTOVERS:
        swept += desk.change(
            f"DELETE FROM {table} WHERE {gone} AND EXISTS (SELECT 1 FROM identifier i "
            f"WHERE i.kind = {kind} AND i.number = {table}.{column} "
            "AND i.key LIKE 'draft/%')"
        )
    if swept:
        desk.change("UPDATE stand SET generation = generation + 1")


def count_drafts(desk: Desk) -> int:
    """Return how many drafts there are, without those that were taken away."""
    of_draft = (
        "EXISTS (SELECT 1 FROM identifier i WHERE i.kind = 'Datastream' "
        "AND i.number = observation.datastream AND i.key LIKE 'draft/%')"
    )
    return sum(
        int(desk.rows(f"SELECT count(*) FROM {table} WHERE {held}")[0][0])
        for table, held in (
            ("entity", "body IS NOT NULL"),
            ("observation", f"is_held OR NOT {of_draft}"),
        )
    )
