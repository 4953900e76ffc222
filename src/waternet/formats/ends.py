"""Ends of intervals that a file states row by row, where lengths differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from waternet.formats.cells import Cells
from waternet.formats.date_columns import find_bad
from waternet.formats.recipe import Recipe
from waternet.formats.stamps import end_intervals
from waternet.formats.times import Times, read_times

__all__ = ["NO_END", "read_ends", "untold_ends"]

Moments = npt.NDArray[np.int64]
NO_END = np.iinfo(np.int64).min
_EARLY = "the interval ends before it has begun"


def read_ends(cells: Cells, recipe: Recipe, times: Times) -> tuple[Times, Moments]:
    """Read until when each row's figures are.

    Parameters
    ----------
    cells : Cells
    recipe : Recipe
        Its `[time] end_column` is written as `column` is.
    times : Times
        When they begin.

    Returns
    -------
    times : Times
        Without the rows whose end cannot be read, or is not after their time.
    ends : array of int64, (n,) [us, UTC]
        `NO_END` where the cell is blank.
    """
    column = recipe.time.end_column
    alone = replace(
        recipe.time, column=column, clock_column="", default_clock="", end_column=""
    )
    found = read_times(cells, replace(recipe, time=alone))
    written = np.array([bool(text) for text in cells.encoded(column)[1]] + [False])
    stated = written[cells.encoded(column)[0]]
    early = stated & found.good & times.good & (found.utc <= times.utc)
    bad = times.good & ((stated & ~found.good) | early)
    refused = dict(times.refused)
    for row in find_bad(cells, bad).tolist():
        text = str(cells.column(column)[row].as_py())
        unread = (column, text, _EARLY, "an end after the time")
        refused[row] = found.refused.get(row, unread)
    good = times.good & ~bad
    ends = np.where(stated & found.good, found.utc, NO_END)
    return replace(times, good=good, refused=refused), ends


def untold_ends(ends: Moments, starts: Moments, interval: str, zone: str) -> Moments:
    """Return the ends that an interval from the start does not tell; else `NO_END`.

    Parameters
    ----------
    ends, starts : arrays of int64, (n,) [us, UTC]
    interval : str
        Of the datastream: 'PT0S' tells no end.
    zone : str
        In which its days begin.
    """
    told = end_intervals(starts, interval, zone)
    return np.where(ends == told, NO_END, ends)
