"""What came out of a file: places, datastreams, observations, and what did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from waternet.observation.datastream import Datastream
from waternet.observation.place import Place

__all__ = ["Reading", "Reject"]


@dataclass(frozen=True, slots=True)
class Reject:
    """One cell that was not taken as it stands, and why.

    Attributes
    ----------
    file, sheet : str
        Where; `sheet` is '' for a file without sheets.
    row : int
        Line of a text file, row of a sheet, or number of the record or point, as its
        reader counts them: from 1. 0 stands for the file as a whole.
    column : str
        The column's heading as the file has it.
    value : str
        What stands in the cell, at most its first 200 characters.
    reason, expected : str
        What is wrong with it, and what would have been right.
    lost : int
        How many figures are missing from the reading because of it: 0 where the
        figure was kept (only its clock could not be read), 1 for a figure itself,
        more where the whole row could not be placed in time or space.
    """

    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: str
    expected: str = ""
    lost: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one file holds, read through one recipe.

    Attributes
    ----------
    places : tuple of Place
        Sorted by id.
    datastreams : tuple of Datastream
        Those with at least one observation, sorted by name.
    observations : pyarrow.Table
        In `waternet.observation.table.SCHEMA` and in order.
    rejects : tuple of Reject
        Every cell that was refused, in the file's order.
    counts : mapping of str to int
        'rows', 'cells' (those that may hold a figure), 'observations', 'missing'
        (blank or a sentinel), 'censored', 'repeated', 'rejected' (cells in
        `rejects`), 'stations' and 'datastreams'. Nothing is lost: observations +
        missing + the sum of `Reject.lost` = cells.
    notices : tuple of Reject
        Nothing was refused, yet the file should be looked at: a name cleaned of
        invisible marks, an hour that the clock showed twice.
    """

    places: tuple[Place, ...]
    datastreams: tuple[Datastream, ...]
    observations: pa.Table
    rejects: tuple[Reject, ...]
    counts: Mapping[str, int]
    notices: tuple[Reject, ...] = field(default=())
