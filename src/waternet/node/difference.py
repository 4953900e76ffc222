"""What an import changes: the rows that the bank does not already hold as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Difference", "find_difference"]

_KEY = ("datastream", "time")
_COMPARED = ("end", "offset", "value", "censor", "status", "qualifier")


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of an import that say something new.

    Attributes
    ----------
    observations : pyarrow.Table
        In order; rows that stand already, just so, are left out.
    replaced : int
        How many of them replace a figure that stands.
    unchanged : int
        How many were left out.
    """

    observations: pa.Table
    replaced: int
    unchanged: int


def find_difference(
    imported: pa.Table,
    standing: pa.Table,
    graded: npt.NDArray[np.bool_] | None = None,
) -> Difference:
    """Compare imported observations with those that stand.

    A grade that only the checks gave makes no figure new: the same figure, seen among
    others, may be judged otherwise, and a file that grew would be a revision of
    itself.

    Parameters
    ----------
    imported : pyarrow.Table, (n,)
        In order.
    standing : pyarrow.Table, (m,)
        In order; at least the datastreams of `imported` that the bank knows.
    graded : array of bool, (n,), optional
        Rows whose grade a person gave: there another grade counts.
    """
    if not standing.num_rows and not imported["value"].null_count:
        return Difference(imported, replaced=0, unchanged=0)
    mine, theirs = _common_rows(imported, standing)
    differs = np.zeros(len(mine), dtype=bool)
    left, right = imported.take(pa.array(mine)), standing.take(pa.array(theirs))
    for name in _COMPARED:
        differs |= _differs(left[name], right[name])
    if graded is not None:
        differs |= graded[mine] & _differs(left["grade"], right["grade"])
    keep = np.ones(imported.num_rows, dtype=bool)
    if imported["value"].null_count:
        # What does not stand need not be taken back.
        keep = imported["value"].is_valid().to_numpy().copy()
        keep[mine] = True
    keep[mine[~differs]] = False
    return Difference(
        observations=imported if keep.all() else imported.filter(pa.array(keep)),
        replaced=int(differs.sum()),
        unchanged=int((~keep).sum()),
    )


def _common_rows(
    imported: pa.Table, standing: pa.Table
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the row numbers, in each table, of the keys that both hold."""
    tables = []
    for table in (imported, standing):
        rows = pa.array(np.arange(table.num_rows))
        keys = [table["datastream"].cast(pa.string()), table["time"]]
        tables.append(pa.table([*keys, rows], names=[*_KEY, "row"]))
    joined = tables[0].join(
        tables[1], list(_KEY), join_type="inner", right_suffix="_standing"
    )
    joined = joined.sort_by("row")
    return joined["row"].to_numpy(), joined["row_standing"].to_numpy()


def _differs(left: pa.ChunkedArray, right: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    if pa.types.is_dictionary(left.type):
        left, right = left.cast(pa.string()), right.cast(pa.string())
    unequal = pc.fill_null(pc.not_equal(left, right), False)
    one_absent = pc.xor(pc.is_null(left), pc.is_null(right))
    result: npt.NDArray[np.bool_] = pc.or_(unequal, one_absent).to_numpy()
    return result
