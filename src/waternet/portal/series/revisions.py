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


def changes_between(
    then: pa.Table, now: pa.Table, most: int = MOST_LISTED
) -> tuple[list[Change], int]:
    """Return which figures of one datastream differ, by time, and how many do.

    Parameters
    ----------
    then, now : pyarrow.Table
        As `ask_figures` returns them.
    most : int
        So many of them are returned, the earliest.
    """
    old, new = _times(then), _times(now)
    both, at_old, at_new = np.intersect1d(old, new, return_indices=True)
    differs = np.zeros(len(both), bool)
    for name in _FIGURE:
        differs |= _differ(then[name], at_old, now[name], at_new)
    gone = np.flatnonzero(~np.isin(old, new))
    added = np.flatnonzero(~np.isin(new, old))
    none = -1  # on a side that has no such figure
    time = np.concatenate([both[differs], old[gone], new[added]])
    before = np.concatenate([at_old[differs], gone, np.full(len(added), none)])
    after = np.concatenate([at_new[differs], np.full(len(gone), none), added])
    first = np.argsort(time, kind="stable")[:most].tolist()
    changes = [
        Change(
            _moment(int(time[one])),
            _told(then, int(before[one])),
            _told(now, int(after[one])),
        )
        for one in first
    ]
    return changes, len(time)


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


def _told(table: pa.Table, row: int) -> dict[str, Any] | None:
    if row < 0:
        return None
    return {name: table[name][row].as_py() for name in (*_FIGURE, "unit", "release")}


def _moment(micros: int) -> Any:
    return np.datetime64(micros, "us").item()
