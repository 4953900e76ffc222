"""Which features of a collection are asked for: place, time, properties, filter.

References
----------
OGC 17-069r4 (OGC API - Features, Part 1), 7.15; OGC 19-079r2 (Part 3), 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.asked import Asked
from waternet.api.cql2.filter import Columns, apply_filter
from waternet.api.cql2.text import parse_text
from waternet.api.cql2.times import FIRST, LAST, read_instant
from waternet.api.cql2.tree import Tree, parse_json
from waternet.api.features.collection import Collection, Field
from waternet.api.features.crs import CRS84, System, find_system
from waternet.errors import NotAcceptable

__all__ = ["choose_features", "filter_of", "period_of", "points_of"]

Truths: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]


def choose_features(
    collection: Collection, table: pa.Table, asked: Asked, offered: Sequence[str]
) -> Truths:
    """Return of each row whether it is asked for.

    Parameters
    ----------
    collection : Collection
    table : pyarrow.Table, (n,)
    asked : Asked
    offered : addresses of reference systems

    Returns
    -------
    array of bool, (n,)

    Raises
    ------
    NotAcceptable
        A parameter or the filter breaks a rule; it is named.
    """
    values = asked.values
    chosen = np.ones(table.num_rows, np.bool_)
    if "bbox" in values:
        system = _named_system(values, "bbox-crs", offered)
        chosen &= _inside(values["bbox"], table, system)
    if "datetime" in values and collection.times:
        chosen &= _at_times(
            collection, table, period_of(values["datetime"], "datetime")
        )
    for field in collection.fields:
        if field.is_asked_for and field.name in values:
            chosen &= _equal(field, table[field.name], values[field.name])
    tree = filter_of(asked)
    if tree is not None:
        system = _named_system(values, "filter-crs", offered)
        chosen &= apply_filter(tree, _columns(collection, table, system))
    return chosen


def filter_of(asked: Asked) -> Tree | None:
    """Return the filter of a request, from its query or its body; None without one."""
    values = asked.values
    if asked.body.size:
        if "filter" in values:
            raise NotAcceptable("a filter in the query, and another in the body")
        return parse_json(asked.body.read())
    text = values.get("filter")
    if text is None:
        return None
    language = values.get("filter-lang", "cql2-text")
    return parse_json(text.encode()) if "json" in language else parse_text(text)


def period_of(text: str, parameter: str) -> tuple[int, int]:
    """Return the first and last microsecond that a time or interval means.

    Raises
    ------
    NotAcceptable
        It is neither, or ends before it starts.

    Examples
    --------
    >>> period_of("../1970-01-01", "datetime")[1]
    86399999999
    """
    start, slash, end = text.partition("/")
    if not slash:
        return read_instant(text)
    first = FIRST if start in ("", "..") else read_instant(start)[0]
    last = LAST if end in ("", "..") else read_instant(end)[1]
    if first > last or (first == FIRST and last == LAST and text != "../.."):
        raise NotAcceptable(
            f"query parameter {parameter!r}: {text[:60]!r} ends before it starts, or "
            "never does",
            hint="such as 2015-01-01/2015-12-31, 2015-01-01/.. or ../2015-12-31",
        )
    return first, last


def points_of(table: pa.Table) -> tuple[Floats, Floats]:
    """Return longitude and latitude of each row [deg]; NaN without a position."""
    x, y = (
        table[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in ("@x", "@y")
    )
    return x, y


def _named_system(
    values: Mapping[str, Any], name: str, offered: Sequence[str]
) -> System:
    return find_system(values.get(name, CRS84), offered, name)


def _inside(bbox: Sequence[float], table: pa.Table, system: System) -> Truths:
    if len(bbox) not in (4, 6):
        raise NotAcceptable(
            f"query parameter 'bbox': expected 4 or 6 numbers, got {len(bbox)}",
            hint="west, south, east, north; with heights after each corner",
        )
    half = len(bbox) // 2
    (low_x, low_y), (high_x, high_y) = bbox[:2], bbox[half : half + 2]
    x, y = system.coordinates(*points_of(table))
    if low_y > high_y or (low_x > high_x and system.uri != CRS84):
        raise NotAcceptable(
            "query parameter 'bbox': the first corner lies above the second",
            hint="the lower corner comes first, in the order of the system's axes",
        )
    if low_x > high_x:  # across the date line
        return ((x >= low_x) | (x <= high_x)) & (y >= low_y) & (y <= high_y)
    return (x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y)


def _at_times(
    collection: Collection, table: pa.Table, period: tuple[int, int]
) -> Truths:
    """Return where a feature's time meets the period; what has no time always does."""
    first, last = (table[name] for name in (collection.times[0], collection.times[-1]))
    starts, ends = (
        pc.fill_null(one.cast(pa.timestamp("us")).cast(pa.int64()), otherwise)
        for one, otherwise in ((first, FIRST), (last, LAST))
    )
    day = 86_399_999_999 if pa.types.is_date(last.type) else 0
    low, high = (one.to_numpy() for one in (starts, ends))
    always = last.is_null().to_numpy()
    meets: Truths = (low <= period[1]) & (always | (high + day >= period[0]))
    return meets


def _equal(field: Field, column: pa.ChunkedArray, wanted: Any) -> Truths:
    wanted = wanted if isinstance(wanted, list) else [wanted]
    if field.kind in ("time", "date"):
        return _any_period(column, [period_of(one, field.name) for one in wanted])
    if field.kind == "list":
        found = np.zeros(len(column), np.bool_)
        among = set(wanted)
        for row, members in enumerate(column.to_pylist()):
            found[row] = bool(members) and not among.isdisjoint(members)
        return found
    same = pc.is_in(column, pa.array(wanted).cast(column.type))
    return np.asarray(same.to_numpy())


def _any_period(column: pa.ChunkedArray, periods: Sequence[tuple[int, int]]) -> Truths:
    at = column.cast(pa.timestamp("us")).cast(pa.int64())
    moments = pc.fill_null(at, 0).to_numpy()
    found = np.zeros(len(column), np.bool_)
    for first, last in periods:
        found |= (moments >= first) & (moments <= last)
    found &= column.is_valid().to_numpy()
    return found


def _columns(collection: Collection, table: pa.Table, system: System) -> Columns:
    """Return what a filter can be about, positions in the system that it is in."""
    values = {
        one.name: table[one.name].combine_chunks()
        for one in collection.fields
        if one.is_asked_for
    }
    values["id"] = table["id"].combine_chunks()
    shapes = {}
    if collection.has_geometry:
        import shapely

        x, y = system.coordinates(*points_of(table))
        known = np.isfinite(x) & np.isfinite(y)
        points = np.full(table.num_rows, None, np.object_)
        points[known] = shapely.points(x[known], y[known])
        shapes["geometry"] = points
    return Columns(table.num_rows, values, shapes)
