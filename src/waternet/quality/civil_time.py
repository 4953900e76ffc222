"""Civil time: what the owner's own calendar says of each moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from waternet.observation.zone import find_zone

__all__ = ["civil_days", "to_civil_time"]

Integers = npt.NDArray[np.int64]

_SECOND = 1_000_000  # us
_LOOK = 7 * 86_400 * _SECOND  # no zone changes its clock twice within a week
_DECADE = 3652 * 86_400 * _SECOND  # about: the offsets are looked up by decades
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_civil_time(time: Integers, zone: str) -> Integers:
    """Return what the clock of a zone shows.

    Parameters
    ----------
    time : array of int64, (n,) [us since 1970, UTC], in any order
    zone : str
        IANA name or '+02:00'.

    Returns
    -------
    array of int64, (n,) [us since 1970 by that clock]

    Examples
    --------
    >>> noon = np.datetime64("2015-07-01T12", "us").astype(np.int64)[None]
    >>> to_civil_time(noon, "Asia/Amman").astype("M8[us]").astype("M8[h]")
    array(['2015-07-01T15'], dtype='datetime64[h]')
    """
    if zone == "UTC" or not len(time):
        return time
    first, last = (int(one) // _DECADE for one in (time.min(), time.max()))
    moments, offsets = _offsets(first * _DECADE, (last + 1) * _DECADE, zone)
    shown: Integers = time + offsets[np.searchsorted(moments, time, side="right")]
    return shown


def civil_days(time: Integers, zone: str) -> npt.NDArray[np.datetime64]:
    """Return the owner's own date of each moment, (n,) datetime64[D]."""
    return to_civil_time(time, zone).astype("M8[us]").astype("M8[D]")


@lru_cache(maxsize=64)
def _offsets(first: int, last: int, zone: str) -> tuple[Integers, Integers]:
    """Return when the offset changes between two moments, and the offsets between."""
    clock = find_zone(zone)

    def offset(moment: int) -> int:
        east = (_EPOCH + timedelta(microseconds=moment)).astimezone(clock).utcoffset()
        return round((east or timedelta()).total_seconds()) * _SECOND

    looks = [*range(first, last, _LOOK), last]
    shown = [offset(moment) for moment in looks]
    moments, offsets = [], [shown[0]]
    for number in range(1, len(looks)):
        if shown[number] != shown[number - 1]:
            low, high = looks[number - 1], looks[number]
            while high - low > _SECOND:
                middle = (low + high) // 2
                if offset(middle) == shown[number - 1]:
                    low = middle
                else:
                    high = middle
            moments.append(high // _SECOND * _SECOND)
            offsets.append(shown[number])
    return np.array(moments, np.int64), np.array(offsets, np.int64)
