"""The figures of a page as a table: each row has the way to its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from waternet.bank.words import WORDS
from waternet.portal.series.described import Described

__all__ = ["PAGE", "Listing", "in_iso", "list_figures"]

PAGE: Final = 100
_CODED = ("censor", "grade", "status")
_GATHERED = ("n", "expected", "coverage", "period")


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a table.

    Attributes
    ----------
    rows : list of dict
        datastream, time and end (ISO, UTC), value, unit, censor, grade, status,
        qualifier, release; n, expected, coverage and period of what is gathered.
        What is not stated is None.
    page, pages, count : int
    """

    rows: list[dict[str, Any]]
    page: int
    pages: int
    count: int


def list_figures(
    described: Sequence[Described],
    figures: Sequence[pa.Table],
    page: int = 1,
    *,
    is_newest_first: bool = True,
) -> Listing:
    """Return one page of the figures of all datastreams, by time.

    A page past the last is the last.
    """
    times = [table["time"].cast(pa.int64()).to_numpy() for table in figures]
    of = np.repeat(np.arange(len(times)), [len(one) for one in times])
    row = np.concatenate([np.arange(len(one)) for one in times] or [np.empty(0, int)])
    time = np.concatenate(times or [np.empty(0, np.int64)])
    count = len(time)
    if len(times) > 1:
        order = np.lexsort((of, -time if is_newest_first else time))
    else:
        order = np.arange(count)[:: -1 if is_newest_first else 1]
    pages = max(1, -(-count // PAGE))
    page = min(page, pages)
    chosen = order[(page - 1) * PAGE : page * PAGE]
    rows = [
        _told(described[int(of[one])], figures[int(of[one])], int(row[one]))
        for one in chosen
    ]
    return Listing(rows, page, pages, count)


def in_iso(when: datetime | None) -> str | None:
    """Return a time of the bank, which is of UTC, as ISO 8601 with a Z.

    Examples
    --------
    >>> in_iso(datetime(2015, 6, 30, 8))
    '2015-06-30T08:00:00Z'
    """
    if when is None:
        return None
    return when.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def _told(described: Described, table: pa.Table, row: int) -> dict[str, Any]:
    told = {name: table[name][row].as_py() for name in table.column_names}
    coded = {
        name: None if told[name] is None else WORDS[name][told[name]] for name in _CODED
    }
    return {
        "datastream": described.address,
        "time": in_iso(told["time"]),
        "end": in_iso(told["end"]),
        **{name: told[name] for name in ("value", "unit")},
        **coded,
        **{name: told[name] for name in ("qualifier", "release")},
        **{name: told[name] for name in _GATHERED if name in told},
    }
