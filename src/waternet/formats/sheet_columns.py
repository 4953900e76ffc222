"""Whole columns of a sheet at once, where it is a plain table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.cells import MAX_CELL, Cells, clean_text, unique_headings
from waternet.formats.recipe import Recipe

__all__ = ["make_columns"]


def make_columns(
    where: tuple[str, str],
    headings: Sequence[str],
    rows: tuple[int, Sequence[Sequence[Any]]],
    recipe: Recipe,
    as_text: Callable[[Any], str],
) -> Cells | None:
    """Make columns of a sheet's cells: numbers and dates as they are, all else as text.

    Parameters
    ----------
    where : (file, sheet)
    headings : sequence of str, (columns,)
    rows : (number of the first, cells)
        Each as wide as the headings.
    recipe : Recipe
    as_text : function of a cell to what its reader would write down

    Returns
    -------
    Cells or None
        None where a row is blank, a cell too long, or a number none: that is read
        row by row.
    """
    first, body = rows
    if not body or any(len(row) != len(headings) for row in (body[0], body[-1])):
        return None
    columns = list(zip(*body, strict=False))
    if len(columns) != len(headings) or not any(_is_full(one) for one in columns):
        return None
    names = unique_headings(headings)
    figures, moments = _typed(recipe)
    made = {}
    for name, cells in zip(names, columns, strict=True):
        column = None
        kinds = set(map(type, cells))
        if name in figures and kinds <= _NUMBERS:
            column = _numbers(cells, kinds)
        elif name in moments and kinds == {datetime}:
            column = pa.array(cells, pa.timestamp("us"))
        elif kinds == {str}:
            column = pa.array(cells, pa.string())
            if pc.max(pc.utf8_length(column)).as_py() > MAX_CELL:
                return None
        if column is None:
            column = pa.array(_texts(cells, kinds, as_text), pa.string())
        made[name] = pa.chunked_array([column])
    numbers = np.arange(first, first + len(body), dtype=np.int64)
    return Cells(*where, made, numbers)


_NUMBERS = {float, int, str}


def _is_full(cells: Sequence[Any]) -> bool:
    """Return whether a column has something in every row: then no row is blank."""
    return "" not in cells and None not in cells


def _numbers(cells: Sequence[Any], kinds: set[type]) -> pa.Array | None:
    """Return figures and gaps; None where a text among them is more than blank."""
    if str in kinds:
        if any(type(cell) is str and cell for cell in cells):
            return None
        cells = [None if cell == "" else cell for cell in cells]
    column = pa.array(cells, pa.float64())
    return column if pc.all(pc.is_finite(column), min_count=0).as_py() else None


def _texts(
    cells: Sequence[Any], kinds: set[type], as_text: Callable[[Any], str]
) -> list[str]:
    """Return cells as text; a column of numbers or dates mostly repeats itself."""
    if not kinds <= {float, datetime}:
        return [as_text(cell) for cell in cells]
    texts = {cell: as_text(cell) for cell in set(cells)}
    return [texts[cell] for cell in cells]


def _typed(recipe: Recipe) -> tuple[set[str], set[str]]:
    """Return the columns that are nothing but figures, and nothing but dates."""
    station, time = recipe.station, recipe.time
    also = {
        station.column,
        *station.also_columns,
        *station.name_columns.values(),
        *station.attribute_columns.values(),
        *(
            column
            for value in recipe.value
            for column in (
                *value.when,
                value.censor_column,
                value.limit_column,
                value.qualifier_column,
                value.status_column,
            )
        ),
        time.clock_column,
    }
    texts = {clean_text(name) for name in also if name}
    figures = {clean_text(value.column) for value in recipe.value if value.column}
    plain = not (time.clock_column or time.default_clock)
    moments = {clean_text(time.column)} if time.column and plain else set()
    return figures - texts - moments, moments - texts
