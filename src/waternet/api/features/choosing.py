"""Which features of a collection are asked for: place, time, properties, filter.

References
----------
OGC 17-069r4 (OGC API - Features, Part 1), 7.15; OGC 19-079r2 (Part 3), 8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.asked import Asked
from waternet.api.cql2.filter import Columns, apply_filter
from waternet.api.cql2.text import parse_text
from waternet.api.cql2.times import FIRST, LAST, read_instant
from waternet.api.cql2.tree import Tree, parse_json, properties_of
from waternet.api.features.collection import Collection, Field
from waternet.api.features.crs import CRS84, System, find_system
from waternet.errors import NotAcceptable

__all__ = [
    "Columnar",
    "choose_by_parameters",
    "choose_features",
    "filter_of",
    "filter_rows",
    "period_of",
    "points_of",
]

Truths: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]


class Columnar(Protocol):
    """A table, or what works its columns out as they are asked for."""

    @property
    def num_rows(self) -> int:
        """How many rows it has."""

    def __getitem__(self, name: str, /) -> pa.ChunkedArray:
        """Return a column."""


Now: TypeAlias = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,11})S)?)?",
    re.ASCII,
)


def choose_features(
    collection: Collection, table: Columnar, asked: Asked, offered: Sequence[str]
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
    chosen = choose_by_parameters(collection, table, asked, offered)
    tree = filter_of(asked)
    if tree is not None:
        chosen &= filter_rows(collection, table, tree, asked, offered)
    return chosen


def choose_by_parameters(
    collection: Collection, table: Columnar, asked: Asked, offered: Sequence[str]
) -> Truths:
    """Return what `choose_features` does, whatever the filter says."""
    values = asked.values
    chosen = np.ones(table.num_rows, np.bool_)
    if "bbox" in values and collection.has_geometry:
        system = _named_system(values, "bbox-crs", offered)
        chosen &= _inside(values["bbox"], table, system)
    if "datetime" in values and collection.times:
        period = period_of(values["datetime"], "datetime", asked.now)
        chosen &= _at_times(collection, table, period)
    if "id" in values:
        chosen &= _is_one_of(table["id"], values["id"], "id")
    for field in collection.fields:
        if field.is_asked_for and field.name in values:
            chosen &= _equal(field, table[field.name], values[field.name], asked.now)
    return chosen


def filter_rows(
    collection: Collection,
    table: Columnar,
    tree: Tree,
    asked: Asked,
    offered: Sequence[str],
) -> Truths:
    """Return of each row whether a filter is true of it."""
    system = _named_system(asked.values, "filter-crs", offered)
    return apply_filter(tree, _columns(collection, table, system, tree))


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


def period_of(text: str, parameter: str, now: Now | None = None) -> tuple[int, int]:
    """Return the first and last microsecond that a time or interval means.

    Parameters
    ----------
    text : str
        A date, a time, an interval, or a duration up to now: 'P7D'.
    parameter : str
        For messages.
    now : function, or None
        Returns the time; without it durations are refused.

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
        if now is not None and text.startswith("P"):
            return _until_now(text, parameter, now())
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


def _until_now(text: str, parameter: str, now: datetime) -> tuple[int, int]:
    """Return the period of a duration that ends now."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise NotAcceptable(
            f"query parameter {parameter!r}: {text[:40]!r} is no duration",
            hint="such as P7D, PT36H or P1Y",
        )
    years, months, weeks, days, hours, minutes, seconds = (
        int(one or 0) for one in match.groups()
    )
    days += years * 365 + months * 30 + weeks * 7
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    last = (now - _EPOCH) // timedelta(microseconds=1)
    return last - span // timedelta(microseconds=1), last


def points_of(table: Columnar) -> tuple[Floats, Floats]:
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


def _inside(bbox: Sequence[float], table: Columnar, system: System) -> Truths:
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
    collection: Collection, table: Columnar, period: tuple[int, int]
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


def _equal(
    field: Field, column: pa.ChunkedArray, wanted: Any, now: Now | None = None
) -> Truths:
    wanted = wanted if isinstance(wanted, list) else [wanted]
    if field.kind in ("time", "date"):
        return _any_period(column, [period_of(one, field.name, now) for one in wanted])
    if field.kind == "list":
        found = np.zeros(len(column), np.bool_)
        among = set(wanted)
        for row, members in enumerate(column.to_pylist()):
            found[row] = bool(members) and not among.isdisjoint(members)
        return found
    return _is_one_of(column, wanted, field.name)


def _is_one_of(column: pa.ChunkedArray, wanted: Sequence[Any], name: str) -> Truths:
    try:
        among = pa.array(wanted).cast(column.type)
    except pa.ArrowInvalid:
        raise NotAcceptable(
            f"query parameter {name!r}: expected a number, got {str(wanted[0])[:40]!r}"
        ) from None
    found: Truths = pc.is_in(column, among).to_numpy()
    return found


def _any_period(column: pa.ChunkedArray, periods: Sequence[tuple[int, int]]) -> Truths:
    at = column.cast(pa.timestamp("us")).cast(pa.int64())
    moments = pc.fill_null(at, 0).to_numpy()
    found = np.zeros(len(column), np.bool_)
    for first, last in periods:
        found |= (moments >= first) & (moments <= last)
    found &= column.is_valid().to_numpy()
    return found


def _columns(
    collection: Collection, table: Columnar, system: System, tree: Tree
) -> Columns:
    """Return what a filter can be about, positions in the system that it is in."""
    names = {"id", *(one.name for one in collection.fields if one.is_asked_for)}
    values = _Values(table, names)
    shapes = {}
    if collection.has_geometry and "geometry" in properties_of(tree):
        import shapely

        x, y = system.coordinates(*points_of(table))
        known = np.isfinite(x) & np.isfinite(y)
        points = np.full(table.num_rows, None, np.object_)
        points[known] = shapely.points(x[known], y[known])
        shapes["geometry"] = points
    return Columns(table.num_rows, values, shapes, collection.is_lenient)


class _Values(Mapping[str, pa.Array]):
    """The columns that a filter may name, each worked out if it does."""

    def __init__(self, table: Columnar, names: Set[str]) -> None:
        self._table, self._names = table, names

    def __getitem__(self, name: str) -> pa.Array:
        if name not in self._names:
            raise KeyError(name)
        return _plain(self._table[name].combine_chunks())

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
