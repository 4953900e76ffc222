"""What a correction changed: figures as they once stood, beside those of now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from waternet.bank.store import Bank

__all__ = ["Change", "changes_between", "entries_about"]

MOST_LISTED: Final = 500
_FIGURE = ("value", "censor", "grade", "status")


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs; a side that has none is None, and never zero.

    Attributes
    ----------
    time : datetime
        In UTC, without a zone, as in the bank.
    then, now : mapping or None
        value, unit, censor, grade, status and release.
    """

    time: Any
    then: dict[str, Any] | None
    now: dict[str, Any] | None


def changes_between(then: pa.Table, now: pa.Table) -> list[Change]:
    """Return which figures of one datastream differ, by time.

    Parameters
    ----------
    then, now : pyarrow.Table
        As `ask_figures` returns them.
    """
    old, new = _times(then), _times(now)
    both, at_old, at_new = np.intersect1d(old, new, return_indices=True)
    differs = np.zeros(len(both), bool)
    for name in _FIGURE:
        differs |= _differ(then[name], at_old, now[name], at_new)
    gone = np.flatnonzero(~np.isin(old, new))
    added = np.flatnonzero(~np.isin(new, old))
    found = [
        *(
            (int(both[row]), int(at_old[row]), int(at_new[row]))
            for row in np.flatnonzero(differs)
        ),
        *((int(old[row]), int(row), None) for row in gone),
        *((int(new[row]), None, int(row)) for row in added),
    ]
    return [
        Change(_moment(time), _told(then, before), _told(now, after))
        for time, before, after in sorted(found, key=lambda one: one[0])
    ]


def entries_about(bank: Bank, party: str, dataset: str) -> list[dict[str, Any]]:
    """Return the entries of a party that brought figures of a dataset, newest first.

    Returns
    -------
    list of dict
        release (its number), issued (datetime, UTC), kind, title and reason.
    """
    rows = bank.catalogue.rows(
        "SELECT number AS release, issued, kind, title, reason FROM entry "
        "WHERE party = ? AND dataset = ? AND kind IN ('release', 'revise', 'withdraw') "
        "AND number < ? ORDER BY number DESC LIMIT 200",
        (party, dataset, bank.position(party)),
    )
    return [
        {**dict(row), "issued": np.datetime64(row["issued"], "us").item()}
        for row in rows
    ]


def _times(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    told: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        table["time"].cast(pa.int64()).to_numpy()
    )
    return told


def _differ(
    then: pa.ChunkedArray,
    at_old: np.ndarray[tuple[int], np.dtype[np.intp]],
    now: pa.ChunkedArray,
    at_new: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    a = then.cast(pa.float64()).to_numpy(zero_copy_only=False)[at_old]
    b = now.cast(pa.float64()).to_numpy(zero_copy_only=False)[at_new]
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = ~same
    return found


def _told(table: pa.Table, row: int | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {name: table[name][row].as_py() for name in (*_FIGURE, "unit", "release")}


def _moment(micros: int) -> Any:
    return np.datetime64(micros, "us").item()
