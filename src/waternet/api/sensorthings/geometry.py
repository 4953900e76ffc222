"""Geometry in DuckDB: shapely's functions under names of our own.

Lengths and distances are in degrees, in the plane of longitude and latitude, as
PostGIS and FROST-Server reckon them.

References
----------
OGC 18-088, table 24; OGC 06-103r4 (simple features), section 6.1.15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from duckdb.func import FunctionNullHandling, PythonUDFType

from waternet.errors import NotAcceptable

__all__ = [
    "AREA",
    "MEASURES",
    "PREDICATES",
    "add_geometry_functions",
    "geometry_function",
]

Geometries = npt.NDArray[np.object_]

PREDICATES: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "geo.intersects": shapely.intersects,
        "st_equals": shapely.equals,
        "st_disjoint": shapely.disjoint,
        "st_touches": shapely.touches,
        "st_within": shapely.within,
        "st_overlaps": shapely.overlaps,
        "st_crosses": shapely.crosses,
        "st_intersects": shapely.intersects,
        "st_contains": shapely.contains,
    }
)
AREA: Final = "waternet_area"
MEASURES: Final = MappingProxyType({"geo.distance": 2, "geo.length": 1})
_AREAS: Final = (3, 6)  # shapely's types of a Polygon and a MultiPolygon


def geometry_function(name: str) -> str:
    """Return the name in DuckDB of a function of the standard."""
    return f"waternet_{name.replace('.', '_')}"


def add_geometry_functions(engine: duckdb.DuckDBPyConnection) -> None:
    """Let an engine know the functions; once is enough."""
    known = engine.execute(
        "SELECT count(*) FROM duckdb_functions() WHERE function_name = ?",
        [geometry_function("st_relate")],
    ).fetchall()
    if known != [(0,)]:
        return
    for name, predicate in PREDICATES.items():
        _add(engine, name, _of_two(predicate), 2, "BOOLEAN")
    _add(engine, "geo.distance", _of_two(shapely.distance), 2, "DOUBLE")
    _add(engine, "geo.length", _length, 1, "DOUBLE")
    _add(engine, "st_relate", _relate, 3, "BOOLEAN")
    engine.create_function(
        AREA,
        _area,
        [duckdb.list_type("VARCHAR")],
        "VARCHAR",
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )


def _add(
    engine: duckdb.DuckDBPyConnection,
    name: str,
    function: Callable[..., pa.Array],
    arguments: int,
    gives: str,
) -> None:
    engine.create_function(
        geometry_function(name),
        function,
        ["VARCHAR"] * arguments,
        gives,
        type=PythonUDFType.ARROW,
        # What is no geometry gives null, too.
        null_handling=FunctionNullHandling.SPECIAL,
    )


def _of_two(function: Callable[..., Any]) -> Callable[..., pa.Array]:
    def apply(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.Array:
        first, second = _geometries(left), _geometries(right)
        return _answer(function(first, second), first, second)

    return apply


def _length(texts: pa.ChunkedArray) -> pa.Array:
    read = _geometries(texts)
    # The outline of an area is not its length.
    is_area = np.isin(shapely.get_type_id(read), _AREAS)
    return _answer(np.where(is_area, 0.0, shapely.length(read)), read)


def _relate(
    left: pa.ChunkedArray, right: pa.ChunkedArray, patterns: pa.ChunkedArray
) -> pa.Array:
    first, second = _geometries(left), _geometries(right)
    found = np.zeros(len(first), bool)
    texts = np.array(patterns.to_pylist(), object)
    for pattern in dict.fromkeys(texts.tolist()):
        if pattern is None:
            continue
        at = texts == pattern
        try:
            found[at] = shapely.relate_pattern(first[at], second[at], pattern)
        except (shapely.errors.ShapelyError, ValueError) as error:
            raise NotAcceptable(
                f"{pattern!r:.20} is no pattern of st_relate",
                hint="nine of T, F, *, 0, 1 and 2: 'T********'",
            ) from error
    return _answer(found, first, second)


def _area(lists: pa.ChunkedArray) -> pa.Array:
    """Return the box around the geometries of each list, as GeoJSON.

    Of one point it is a point, of points along an axis a line.
    """
    areas = []
    for texts in lists.to_pylist():
        read = _geometries(pa.chunked_array([pa.array(texts or [], pa.string())]))
        box = shapely.envelope(shapely.GeometryCollection([*filter(None, read)]))
        areas.append(None if shapely.is_empty(box) else shapely.to_geojson(box))
    return pa.array(areas, pa.string())


def _answer(values: npt.NDArray[Any], *read: Geometries) -> pa.Array:
    """Return values, null where a text was no geometry."""
    missing = np.zeros(len(values), bool)
    for geometries in read:
        missing |= shapely.is_missing(geometries)
    return pa.array(values, mask=missing)


def _geometries(written: pa.ChunkedArray) -> Geometries:
    """Read GeoJSON or well-known text; None where it is neither."""
    encoded = written.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = encoded.dictionary.to_numpy(zero_copy_only=False)
    distinct = np.full(len(texts) + 1, None, object)
    is_json = np.array([text.startswith("{") for text in texts], bool)
    for read, which in (
        (shapely.from_geojson, np.flatnonzero(is_json)),
        (shapely.from_wkt, np.flatnonzero(~is_json)),
    ):
        if len(which):
            distinct[which] = read(texts[which], on_invalid="ignore")
    places = encoded.indices.fill_null(len(texts)).to_numpy()
    found: Geometries = distinct[places]
    return found
