"""Columns of figures put together: one table in order, no figure twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells
from waternet.formats.ends import NO_END
from waternet.formats.recipe import Recipe
from waternet.observation.datastream import Datastream
from waternet.observation.table import SCHEMA, in_order, make_table

__all__ = ["EVERY", "Piece", "Which", "assemble"]

Number = TypeVar("Number", bound=np.generic)
Codes = npt.NDArray[np.int32]
# Rows of the file by number; a slice for all of them, so that none is copied.
Which: TypeAlias = npt.NDArray[np.int64] | slice
EVERY = slice(None)


@dataclass(frozen=True)
class Piece:
    """The observations of one column, row by row of the file."""

    heading: str
    rows: Which
    series: Codes  # place in the recipe's values x the file's stations
    time: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int16]
    value: npt.NDArray[np.float64]
    censor: npt.NDArray[np.int8]
    status: npt.NDArray[np.int8]
    qualifier: Codes
    qualifiers: list[str]
    end: npt.NDArray[np.int64] | None = None  # `NO_END` where the interval tells it


def assemble(
    cells: Cells, recipe: Recipe, ids: Sequence[str], pieces: Sequence[Piece]
) -> tuple[tuple[Datastream, ...], pa.Table, int]:
    """Put columns of figures together.

    Parameters
    ----------
    cells : Cells
        Where repeated figures are reported.
    recipe : Recipe
    ids : sequence of str
        Of the file's stations.
    pieces : sequence of Piece

    Returns
    -------
    datastreams : tuple of Datastream
        By name.
    observations : pyarrow.Table
        In `SCHEMA` and in order.
    repeated : int
        Figures left out because they stand in the file before, equal.
    """
    if not pieces:
        return (), SCHEMA.empty_table(), 0
    series = _joined([piece.series for piece in pieces])
    datastreams, place_of = _datastreams(recipe, ids, series)
    if not np.array_equal(place_of, np.arange(len(place_of))):
        series = place_of[series]
    time = _joined([piece.time for piece in pieces])
    table = make_table(
        datastream=pa.DictionaryArray.from_arrays(
            pa.array(series), pa.array([each.name for each in datastreams])
        ),
        time=pa.array(time).cast(pa.timestamp("us")),
        offset=pa.array(_joined([piece.offset for piece in pieces])),
        value=pa.array(_joined([piece.value for piece in pieces])),
        censor=pa.array(_joined([piece.censor for piece in pieces])),
        status=pa.array(_joined([piece.status for piece in pieces])),
        qualifier=_join_qualifiers(pieces),
        end=_join_ends(pieces),
    )
    try:
        return datastreams, in_order(table), 0
    except NotAcceptable:  # one time stands twice
        keep, repeated = _distinct(cells, pieces, series, time)
        return datastreams, in_order(table.filter(keep)), repeated


def _datastreams(
    recipe: Recipe, ids: Sequence[str], series: Codes
) -> tuple[tuple[Datastream, ...], Codes]:
    """Return those in use, by name, and the place of each (value, station)."""
    found: dict[str, Datastream] = {}
    names: dict[int, str] = {}
    for code in np.flatnonzero(np.bincount(series)).tolist():
        value, feature = recipe.value[code // len(ids)], ids[code % len(ids)]
        made = value.datastream(recipe.dataset, feature, recipe.time.zone or "UTC")
        if found.setdefault(made.name, made) != made:
            raise NotAcceptable(
                f"two [[value]] parts both make {made.name!r}, in different units",
                hint="tell them apart by procedure or observed_property",
            )
        names[code] = made.name
    ordered = sorted(found)
    place = {name: number for number, name in enumerate(ordered)}
    place_of = np.zeros(int(series.max()) + 1, np.int32)
    place_of[list(names)] = [place[name] for name in names.values()]
    return tuple(found[name] for name in ordered), place_of


def _distinct(
    cells: Cells, pieces: Sequence[Piece], series: Codes, time: npt.NDArray[np.int64]
) -> tuple[pa.Array, int]:
    """Return which observations to keep, and how many others repeat an equal one."""
    order = np.lexsort((time, series))  # stable: the first in the file comes first
    same = (np.diff(series[order]) == 0) & (np.diff(time[order]) == 0)
    repeated = 0
    starts = np.maximum.accumulate(
        np.where(np.append(True, ~same), np.arange(len(order)), 0)
    )
    keep = np.ones(len(order), bool)
    value = _joined([piece.value for piece in pieces])
    censor = _joined([piece.censor for piece in pieces])
    numbers = np.arange(len(cells.rows))
    rows = _joined([numbers[piece.rows] for piece in pieces])
    lengths = np.cumsum([len(piece.time) for piece in pieces])
    again = np.flatnonzero(same) + 1
    cells.verify_few(len(again))
    for place in again.tolist():
        first, second = int(order[starts[place]]), int(order[place])
        keep[second] = False
        heading = pieces[int(np.searchsorted(lengths, second, "right"))].heading
        equal = value[first] == value[second] and censor[first] == censor[second]
        repeated += int(equal)
        where = f"row {cells.rows[rows[first]]}"
        reason = f"repeats {where}" if equal else f"{where} has {float(value[first])!r}"
        cells.reject(
            int(rows[second]),
            heading,
            str(cells.column(heading)[int(rows[second])].as_py()),
            f"{reason} at the same time",
            "one figure per place and time",
        )
    return pa.array(keep), repeated


def _joined(arrays: Sequence[npt.NDArray[Number]]) -> npt.NDArray[Number]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _join_ends(pieces: Sequence[Piece]) -> pa.Array:
    if all(piece.end is None for piece in pieces):
        return pa.nulls(sum(len(piece.time) for piece in pieces), pa.timestamp("us"))
    ends = _joined(
        [
            np.full(len(piece.time), NO_END) if piece.end is None else piece.end
            for piece in pieces
        ]
    )
    return pa.array(ends, mask=ends == NO_END).cast(pa.timestamp("us"))


def _join_qualifiers(pieces: Sequence[Piece]) -> pa.Array:
    joined: dict[str, int] = {}
    codes = []
    for piece in pieces:
        if not piece.qualifiers:
            codes.append(np.full(len(piece.time), -1, np.int32))
            continue
        place_of = np.array(
            [
                joined.setdefault(text, len(joined)) if text else -1
                for text in piece.qualifiers
            ]
            + [-1],
            np.int32,
        )
        codes.append(place_of[piece.qualifier])
    joined_codes = _joined(codes)
    if not joined:
        return pa.nulls(len(joined_codes), pa.dictionary(pa.int32(), pa.string()))
    return pa.DictionaryArray.from_arrays(
        pa.array(joined_codes, mask=joined_codes < 0), pa.array(list(joined))
    )
