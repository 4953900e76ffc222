"""Figures of many datastreams, datastream by datastream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Columns", "Run", "Where", "figure_runs", "list_runs", "read_columns"]

Array: TypeAlias = npt.NDArray[Any]
Where: TypeAlias = slice | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Run:
    """The rows of one datastream, which lie together.

    Attributes
    ----------
    address : str
    start, stop : int
    units : mapping of unit to rows
        One as a rule; a correction may have changed it.
    """

    address: str
    start: int
    stop: int
    units: Mapping[str, Where]


@dataclass(frozen=True, slots=True)
class Columns:
    """Figures as arrays.

    Attributes
    ----------
    named : mapping of name to array, (n,)
        Without columns that are null throughout; NaN, or None of texts, where a row
        is null.
    time, end : arrays, (n,) [UTC]
    has_end : array of bool, (n,)
    """

    named: Mapping[str, Array]
    time: Array
    end: Array
    has_end: npt.NDArray[np.bool_]


def list_runs(figures: pa.Table) -> Iterator[Run]:
    """Yield the runs of a table of figures, in their order."""
    if not figures.num_rows:
        return
    codes = {
        name: figures[name].combine_chunks().dictionary_encode()
        for name in ("party", "datastream", "unit")
    }
    changed = [
        np.diff(codes[name].indices.to_numpy()) != 0 for name in ("party", "datastream")
    ]
    starts = np.append(0, np.flatnonzero(np.logical_or(*changed)) + 1)
    units = codes["unit"].indices.to_numpy()
    alike = np.minimum.reduceat(units, starts) == np.maximum.reduceat(units, starts)
    told = [codes[name].take(pa.array(starts)).to_pylist() for name in codes]
    edges = pairwise([*starts.tolist(), figures.num_rows])
    for (start, stop), party, name, unit, is_one in zip(
        edges, *told, alike.tolist(), strict=True
    ):
        by_unit: dict[str, Where] = {unit: slice(start, stop)}
        if not is_one:
            here, texts = units[start:stop], codes["unit"].dictionary.to_pylist()
            by_unit = {
                texts[code]: start + np.flatnonzero(here == code)
                for code in dict.fromkeys(here.tolist())
            }
        yield Run(f"{party}:{name}", start, stop, by_unit)


def figure_runs(figures: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each datastream with its address, in their order."""
    for run in list_runs(figures):
        yield run.address, figures.slice(run.start, run.stop - run.start)


def read_columns(figures: pa.Table, names: tuple[str, ...]) -> Columns:
    """Return figures as arrays: slices of these cost nothing.

    Parameters
    ----------
    names : tuple of str
        Of columns beside 'value', where the table has them.
    """
    named = {
        name: _array(figures[name])
        for name in ("value", *names)
        if name in figures.column_names and figures[name].null_count < figures.num_rows
    }
    end = figures["end"]
    return Columns(
        named,
        figures["time"].to_numpy(),
        end.to_numpy(),
        end.is_valid().to_numpy(),
    )


def _array(column: pa.ChunkedArray) -> Array:
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        return np.array(column.cast(pa.string()).to_pylist(), object)
    if column.null_count:
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy())
