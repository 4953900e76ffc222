"""When the intervals end that figures stand for, by their owners' calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from waternet.client.frames import Key
from waternet.formats.stamps import end_intervals
from waternet.observation.datastream import INSTANT

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ends_of"]


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
    for code in np.unique(codes[~given]).tolist():
        if intervals[code] != INSTANT:
            rows = np.flatnonzero(~given & (codes == code))
            zone = described.get(keys[code], {}).get("zone", "UTC")
            ends[rows] = end_intervals(starts[rows], intervals[code], zone)
    return ends
