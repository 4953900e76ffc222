"""Compliance: how many of the values that were promised there are, and since when not.

A promise of one value a month is kept by any value within that month; more of them
keep it no better. Only slots that are wholly past are expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.schedule import Agreed, frequency_of, slot_starts
from waternet.quality.series import SeriesTable

__all__ = ["Kept", "find_compliance"]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kept:
    """How one datastream kept its frequency over one period.

    Attributes
    ----------
    datastream : int
        Its number in the table.
    frequency : str
        ISO 8601 duration; '' where nobody promised any: then nothing is expected.
    start, end : int [us since 1970, UTC]
        The period, as far as slots were expected in it.
    expected, had : int
        Slots, and those of them with a value.
    gap_start, gap_end : int or None [us since 1970, UTC]
        The longest stretch of slots without a value, the first of equal ones.
    overdue : int or None [us since 1970, UTC]
        When the slots begin that have had no value ever since; None where the last
        expected slot of the datastream has one.
    """

    datastream: int
    frequency: str
    start: int
    end: int
    expected: int
    had: int
    gap_start: int | None
    gap_end: int | None
    overdue: int | None

    @property
    def share(self) -> float | None:
        """The share of the expected slots that have a value, 0 to 1."""
        return self.had / self.expected if self.expected else None


def find_compliance(
    series: SeriesTable,
    now: int,
    schedule: Sequence[Agreed] = (),
    *,
    since: int | None = None,
    period: str = "P1Y",
) -> list[Kept]:
    """Hold each datastream against its frequency, period by period.

    Parameters
    ----------
    series : SeriesTable
    now : int [us since 1970, UTC]
        Slots that end later are not expected yet.
    schedule : sequence of Agreed
        What all agreed on; goes before what the datastream's owner says.
    since : int, optional [us since 1970, UTC]
        When the promise begins; else with the slot of each one's first value.
    period : str
        ISO 8601 duration of one part, by the clock of the datastream's zone.

    Returns
    -------
    list of Kept
        By datastream, then period. A datastream without a frequency has one row, in
        which nothing is expected; one without a value has rows only where `since` says
        when the promise began.
    """
    found = []
    for number, one in enumerate(series.datastreams):
        rows = slice(int(series.starts[number]), int(series.starts[number + 1]))
        time = series.time[rows][np.isfinite(series.value[rows])]
        frequency = frequency_of(one, schedule)
        if not frequency:
            bounds = (int(time[0]), int(time[-1])) if len(time) else (now, now)
            found.append(Kept(number, "", *bounds, 0, 0, None, None, None))
            continue
        begin = since if since is not None else int(time[0]) if len(time) else now
        if begin >= now:
            continue
        slots = slot_starts(frequency, one.zone, begin, now)
        slots = slots[: np.searchsorted(slots, now, side="right")]
        periods = slot_starts(period, one.zone, int(slots[0]), now)
        found += _by_period(number, frequency, time, slots, periods)
    return found


def _by_period(
    number: int, frequency: str, time: Integers, slots: Integers, periods: Integers
) -> list[Kept]:
    """Return one row for each period; the last of `slots` ends what is expected."""
    count = len(slots) - 1
    if count < 1:
        return []
    place = np.searchsorted(slots, time, side="right") - 1
    filled = np.zeros(count, np.bool_)
    filled[place[(place >= 0) & (place < count)]] = True
    last = int(np.flatnonzero(filled)[-1]) if filled.any() else -1
    # A value in the slot that is still running keeps it from being overdue.
    running = bool((place >= count).any())
    overdue = int(slots[last + 1]) if last < count - 1 and not running else None
    edges = np.unique(np.append(np.searchsorted(slots[:-1], periods), count))
    edges = np.unique(np.append(0, edges))
    rows = []
    for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        gap = _longest_gap(filled[first:end])
        rows.append(
            Kept(
                datastream=number,
                frequency=frequency,
                start=int(slots[first]),
                end=int(slots[end]),
                expected=end - first,
                had=int(filled[first:end].sum()),
                gap_start=int(slots[first + gap[0]]) if gap else None,
                gap_end=int(slots[first + gap[1]]) if gap else None,
                overdue=overdue,
            )
        )
    return rows


def _longest_gap(filled: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the longest stretch without a value, half-open; None without one."""
    edges = np.diff(np.concatenate([[0], ~filled, [0]]).astype(np.int8))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(begins):
        return None
    longest = int(np.argmax(ends - begins))
    return int(begins[longest]), int(ends[longest])
