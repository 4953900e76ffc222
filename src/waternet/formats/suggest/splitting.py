"""Columns without which one place has two figures at one time: scenario, laboratory."""

from __future__ import annotations

from collections.abc import Sequence

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.roles import Roles

__all__ = ["find_splits"]

_MOST = 24  # texts in a column that tells figures of one place and time apart
_REPEATED = 0.02  # share of the rows that repeat place and time


def find_splits(roles: Roles, rows: int) -> list[Column]:
    """Return the columns that tell apart figures of one place, time and quantity.

    Parameters
    ----------
    roles : Roles
    rows : int
        Of the body.

    Returns
    -------
    list of Column
        Empty where place and time tell all rows apart, or nothing does.
    """
    keys = [
        column
        for column in (
            roles.station,
            roles.date,
            roles.clock,
            roles.year,
            roles.month,
            roles.day,
            roles.variable,
        )
        if column is not None
    ]
    if not roles.has_time or _repeated(keys, rows) <= _REPEATED * rows:
        return []
    candidates = [
        column
        for column in roles.rest
        if not column.use
        and 2 <= len(column.distinct) <= _MOST
        and column.number_share < 0.5
        and len(column.texts) == len(column.cells)
        and not column.properties
    ]
    candidates.sort(key=lambda c: (-c.roles.get("split", 0.0), len(c.distinct)))
    found: list[Column] = []
    left = _repeated(keys, rows)
    for column in candidates:
        now = _repeated([*keys, *found, column], rows)
        if now < left * 0.7:
            found.append(column)
            left = now
        if left <= _REPEATED * rows:
            return found
    return found if left < 0.2 * rows else []


def _repeated(columns: Sequence[Column], rows: int) -> int:
    """Return how many rows say of these columns what an earlier one says."""
    if not columns:
        return 0
    return rows - len(set(zip(*(column.cells for column in columns), strict=True)))
