"""What the checks object to: hits of one check, findings of all, told once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.quality.series import Figures

__all__ = ["FINDINGS", "Hits"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_TEXT = pa.dictionary(pa.int32(), pa.string())
FINDINGS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("datastream", _TEXT, nullable=False),
        pa.field("time", pa.timestamp("us"), nullable=False),
        pa.field("check", _TEXT, nullable=False),
        pa.field("grade", pa.int8(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("expected", pa.float64()),
        pa.field("note", _TEXT),
    ]
)


@dataclass(frozen=True, eq=False)
class Hits:
    """The rows that one check objects to, and what it could not judge.

    Attributes
    ----------
    rows : array of int64, (k,)
        Within the table that the check was given; each once, in rising order.
    expected : array of float64, (k,)
        What would have been taken for right; NaN where nothing can be said.
    notes : tuple of str
        What can be said of a hit beyond its check: 'in feet'.
    note : array of int32, (k,)
        Which of `notes` each hit has; -1 for none.
    unjudged : array of int64
        Numbers of the series that the check could not judge (too short, no neighbour,
        another dimension): it grades none of their values.
    """

    rows: Integers
    expected: Floats
    notes: tuple[str, ...]
    note: npt.NDArray[np.int32]
    unjudged: Integers

    @classmethod
    def make(
        cls,
        rows: Integers,
        expected: Floats | None = None,
        note: Sequence[str] | npt.NDArray[np.str_] | str = "",
        *,
        unjudged: Integers | None = None,
        figures: Figures | None = None,
    ) -> Hits:
        """Make hits from rows in any order.

        Parameters
        ----------
        rows : array of int, (k,)
            Where a row is named twice, the first naming counts.
        expected : array of float, (k,), optional
        note : str, or sequence of str, (k,)
            One for all, or one each; '' for none.
        unjudged : array of int, optional
        figures : Figures, optional
            Where `rows` are places among the figures of a table.
        """
        rows = np.asarray(rows, np.int64)
        rows, order = np.unique(rows, return_index=True)
        if figures is not None:
            rows = figures.to_rows(rows)
        if expected is None:
            expected = np.full(len(order), np.nan)
        else:
            expected = np.asarray(expected, np.float64)[order]
        each = [note] * len(order) if isinstance(note, str) else np.asarray(note)[order]
        notes, codes = np.unique(np.asarray(each, np.str_), return_inverse=True)
        codes = codes.astype(np.int32)
        if len(notes) and notes[0] == "":
            notes, codes = notes[1:], codes - 1
        return cls(
            rows=rows,
            expected=expected,
            notes=tuple(str(one) for one in notes),
            note=codes.astype(np.int32),
            unjudged=np.empty(0, np.int64) if unjudged is None else unjudged,
        )
