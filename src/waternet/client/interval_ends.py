"""When the intervals end that figures stand for, by their owners' calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from waternet.client.frames import Key
from waternet.observation.datastream import INSTANT, calendar_interval
from waternet.observation.zone import find_zone

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ends_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def ends_of(
    frame: DataFrame,
    series: tuple[npt.NDArray[np.int64], Sequence[Key]],
    described: Mapping[Key, Mapping[str, Any]],
) -> npt.NDArray[np.int64] | None:
    """Return where the interval of each row ends.

    Parameters
    ----------
    frame : DataFrame, (n,)
        With 'time' and 'end'; an end that is missing follows from the interval.
    series : (array of int, sequence of (party, datastream))
        From `waternet.client.frames.series_of`.
    described : mapping
        Of each datastream, with its 'zone'.

    Returns
    -------
    array of int, (n,) [us since 1970, UTC], or None
        None where all are instants.
    """
    codes, keys = series
    given = frame["end"].notna().to_numpy()
    intervals = [key[1].split("/")[3] for key in keys]
    if not given.any() and all(one == INSTANT for one in intervals):
        return None
    starts = frame["time"].astype("int64").to_numpy()
    ends: npt.NDArray[np.int64] = np.where(
        given, frame["end"].astype("int64").to_numpy(), starts
    )
    clocks = [find_zone(described.get(key, {}).get("zone", "UTC")) for key in keys]
    for row in np.flatnonzero(~given).tolist():
        one = codes[row]
        ends[row] = _end(int(starts[row]), intervals[one], clocks[one])
    return ends


def _end(start: int, interval: str, clock: tzinfo) -> int:
    """Return when an interval ends [us]; a day ends by the owner's clock."""
    count, unit = calendar_interval(interval)
    if unit in _SECONDS:
        return start + count * _SECONDS[unit] * 1_000_000
    local = (_EPOCH + timedelta(microseconds=start)).astimezone(clock)
    if unit in _DAYS:
        ended = local.replace(tzinfo=None) + timedelta(days=count * _DAYS[unit])
    else:
        months = local.year * 12 + local.month - 1 + count * _MONTHS[unit]
        year, month = months // 12, months % 12 + 1
        ended = local.replace(year=year, month=month, tzinfo=None)
    return (ended.replace(tzinfo=clock) - _EPOCH) // timedelta(microseconds=1)
