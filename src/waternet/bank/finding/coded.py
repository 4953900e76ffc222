"""A column of texts as numbers, with what each number means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Coded", "Codes", "Truths", "code"]

Codes = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts as codes.

    Attributes
    ----------
    values : tuple of str, (k,)
        Each once, in alphabetical order.
    codes : array of int32, (n,)
        Of each row, which of the values it has.

    Examples
    --------
    >>> code(["b", "a", "b"])
    Coded(values=('a', 'b'), codes=array([1, 0, 1], dtype=int32))
    >>> code(["b", "a", "b"]).among(["b", "c"]).tolist()
    [True, False, True]
    """

    values: tuple[str, ...]
    codes: Codes

    def among(self, wanted: Iterable[str]) -> Truths:
        """Return of each row whether its value is one of those wanted."""
        chosen = np.isin(np.array(self.values, object), list(wanted))
        return self.taken(chosen)

    def taken(self, of_values: Truths) -> Truths:
        """Return what is true of each row's value."""
        if not self.values:
            return np.zeros(len(self.codes), np.bool_)
        return of_values[self.codes]

    def counts(self, rows: Truths) -> npt.NDArray[np.int64]:
        """Return how many of some rows have each value, (k,)."""
        return np.bincount(self.codes[rows], minlength=len(self.values))

    def text(self, row: int) -> str:
        """Return the value of one row."""
        return self.values[int(self.codes[row])]


def code(texts: Sequence[str]) -> Coded:
    """Return a column of texts as codes."""
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    values = encoded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = np.empty(len(values), np.int32)
    ranks[order] = np.arange(len(values), dtype=np.int32)
    codes = ranks[encoded.indices.to_numpy()] if len(texts) else np.empty(0, np.int32)
    return Coded(tuple(values[one] for one in order), codes)
