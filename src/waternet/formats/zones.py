"""Zones: from a local clock to UTC, across the nights when clocks are changed.

A moment is a number of microseconds since 1970-01-01, by some clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

import numpy as np
import numpy.typing as npt

from waternet.observation.zone import find_zone

__all__ = ["DAY", "find_zone", "offsets_at", "to_utc"]

DAY = 86_400_000_000  # us
_DAYS = (-719_000, 2_932_800)  # since 1970: the years 1 to 9999
Moments = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def to_utc(local: Moments, zone: str) -> tuple[Moments, Moments, Flags, Flags]:
    """Convert moments by a local clock to UTC.

    Parameters
    ----------
    local : array of int64, (n,) [us]
    zone : str
        IANA name or fixed offset.

    Returns
    -------
    utc : array of int64, (n,) [us]
        Where the clock was put back, the first of the two hours; where it was put
        forward over the moment, as if it had not been: a day that begins with a
        skipped hour begins at its first instant.
    offset : array of int64, (n,) [us]
    skipped, twice : arrays of bool, (n,)
        The clock never showed this moment; it showed it two times.

    Examples
    --------
    >>> noon = np.array([1_000_000 * 3600 * 12])
    >>> to_utc(noon, "+02:00")[0] // 3_600_000_000
    array([10])
    """
    found = find_zone(zone)
    never = np.zeros(len(local), np.bool_)
    if zone == "UTC" or len(local) == 0:
        return local, np.zeros(len(local), np.int64), never, never
    first, last = int(local.min()) // DAY, int(local.max()) // DAY
    moments, offsets = _transitions(found, first - 2, last + 2)
    if len(moments) == 0:
        return local - offsets[0], np.full(len(local), offsets[0]), never, never
    before, after = offsets[:-1], offsets[1:]
    # Between the two edges of a change, the local clock skipped or repeated itself.
    edges = np.stack(
        (moments + np.minimum(before, after), moments + np.maximum(before, after)), 1
    ).ravel()
    place = np.searchsorted(edges, local, side="right")
    offset, within = offsets[place // 2], place % 2 == 1
    forward = np.append(after > before, False)[place // 2]
    skipped, twice = within & forward, within & ~forward
    return local - offset, offset, skipped, twice


def offsets_at(utc: Moments, zone: str) -> Moments:
    """Return how far a zone's clock is ahead of UTC at each instant.

    Parameters
    ----------
    utc : array of int64, (n,) [us]
    zone : str
        IANA name or fixed offset.

    Returns
    -------
    array of int64, (n,) [us]

    Examples
    --------
    >>> offsets_at(np.array([0]), "+02:00") // 3_600_000_000
    array([2])
    """
    if len(utc) == 0:
        return utc
    first, last = int(utc.min()) // DAY, int(utc.max()) // DAY
    moments, offsets = _transitions(find_zone(zone), first - 2, last + 2)
    return offsets[np.searchsorted(moments, utc, side="right")]


@cache
def _transitions(zone: tzinfo, first: int, last: int) -> tuple[Moments, Moments]:
    """Return when the zone's offset changed, and the offsets before and after [us]."""
    first, last = max(first, _DAYS[0]), min(last, _DAYS[1])
    moments, offsets = [], [_offset(zone, first * 86_400)]
    for day in range(first, last):
        now = _offset(zone, (day + 1) * 86_400)
        if now != offsets[-1]:
            low, high = day * 86_400, (day + 1) * 86_400
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, middle) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            moments.append(high)
            offsets.append(now)
    scale = 1_000_000
    return np.array(moments, np.int64) * scale, np.array(offsets, np.int64) * scale


def _offset(zone: tzinfo, seconds: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
