"""The outlines of a layer as a blob: GeoJSON with names, and nothing else in it.

A party may have signed a harmful file: its size, its depth and the number of its
vertices are bounded before anything is drawn.

References
----------
RFC 7946 (GeoJSON), RFC 8785 (canonical JSON).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
import rfc8785

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.outline import Line, Outline
from waternet.record.fields import Reference, verify_fields, verify_labels, verify_name
from waternet.record.hashing import HashingSink

__all__ = [
    "MOST_BYTES",
    "MOST_FEATURES",
    "MOST_VERTICES",
    "read_outlines",
    "verify_outlines",
    "write_outlines",
]

MOST_BYTES = 2 << 20
MOST_FEATURES = 2_000
MOST_VERTICES = 50_000
_LEAST_OF = {"point": 1, "line": 2, "area": 4}  # positions in one line or ring
_FORMS = {
    "Point": ("point", 0),
    "MultiPoint": ("point", 1),
    "LineString": ("line", 1),
    "MultiLineString": ("line", 2),
    "Polygon": ("area", 2),
    "MultiPolygon": ("area", 3),
}
"""Of each geometry: its form, and how many lists lie around a position."""


def write_outlines(collection: Mapping[str, Any], sink: BinaryIO) -> Reference:
    """Write a collection of features in canonical JSON.

    Raises
    ------
    NotAcceptable
        It breaks a rule of `verify_outlines`, or is longer than `MOST_BYTES`.
    """
    outlines = verify_outlines(collection)
    hashing = HashingSink(sink)
    hashing.write(rfc8785.dumps(dict(collection)) + b"\n")
    reference = hashing.reference(len(outlines))
    _verify_size(reference)
    return reference


def read_outlines(path: Path, reference: Reference) -> tuple[Outline, ...]:
    """Read the outlines of a blob that passed `verify_blob`.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is longer than `MOST_BYTES`, is not GeoJSON, holds something else than
        `verify_outlines` allows, or another number of features than stated.
    """
    _verify_size(reference)
    try:
        written = _DECODER.decode(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"no blob {reference.sha256}") from error
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"outlines are GeoJSON: {error!s:.200}") from error
    outlines = verify_outlines(written)
    if len(outlines) != reference.count:
        raise NotAcceptable(
            f"expected {reference.count:,} outlines, there are {len(outlines):,}"
        )
    return outlines


def verify_outlines(collection: Any) -> tuple[Outline, ...]:
    """Return what a collection of features draws; raise where it holds anything else.

    Parameters
    ----------
    collection : mapping
        A FeatureCollection. Each feature has `properties` with `names` (text by
        language, maybe none), and may have an `id`; positions are longitude and
        latitude [deg, WGS 84], without height.

    Returns
    -------
    tuple of Outline
        In the order of the features.

    Raises
    ------
    NotAcceptable
        Names the feature, counted from 1, and what is wrong with it.
    """
    verify_fields(
        collection, {"type": _is("FeatureCollection"), "features": _any}, "a layer"
    )
    features = collection["features"]
    if not isinstance(features, list) or not 1 <= len(features) <= MOST_FEATURES:
        raise NotAcceptable(
            f"a layer has 1 to {MOST_FEATURES:,} features",
            hint="simplify it, or divide it into several layers",
        )
    outlines = []
    vertices = 0
    for number, feature in enumerate(features, 1):
        outlines.append(_outline(feature, f"feature {number}"))
        vertices += sum(map(len, outlines[-1].lines))
        if vertices > MOST_VERTICES:
            raise NotAcceptable(
                f"a layer has at most {MOST_VERTICES:,} vertices",
                hint="simplify it: a screen shows no more",
            )
    return tuple(outlines)


def _outline(feature: Any, at: str) -> Outline:
    verify_fields(feature, _FEATURE, at, {"id": verify_name})
    verify_fields(feature["properties"], {"names": verify_labels}, f"{at}: properties")
    geometry = feature["geometry"]
    verify_fields(geometry, {"type": _any, "coordinates": _any}, f"{at}: geometry")
    if not isinstance(geometry["type"], str) or geometry["type"] not in _FORMS:
        raise NotAcceptable(
            f"{at}: a geometry {geometry['type']!r:.40}; expected {', '.join(_FORMS)}"
        )
    form, depth = _FORMS[geometry["type"]]
    return Outline(
        id=feature.get("id", ""),
        names=feature["properties"]["names"],
        form=form,
        lines=_lines(geometry["coordinates"], depth, form, at),
    )


def _lines(coordinates: Any, depth: int, form: str, at: str) -> tuple[Line, ...]:
    """Return the lines or rings that lie in coordinates, whatever lies around them."""
    groups = [coordinates] if depth else [[coordinates]]
    for _ in range(depth - 1):
        groups = [inner for outer in groups for inner in _listed(outer, at)]
    return tuple(_line(group, form, at) for group in groups)


def _line(positions: Any, form: str, at: str) -> Line:
    points = [_position(one, at) for one in _listed(positions, at)]
    if len(points) < _LEAST_OF[form]:
        raise NotAcceptable(
            f"{at}: {len(points)} positions; {form} needs {_LEAST_OF[form]} at least"
        )
    if form == "area" and points[0] != points[-1]:
        raise NotAcceptable(f"{at}: a ring ends where it begins")
    line = np.array(points, np.float64)
    line.flags.writeable = False
    return line


def _position(value: Any, at: str) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        x, y = value
        # A bool is no number here; what is not finite lies within no bounds.
        numbers = type(x) in _NUMBERS and type(y) in _NUMBERS
        if numbers and -180 <= x <= 180 and -90 <= y <= 90:
            return float(x), float(y)
    raise NotAcceptable(
        f"{at}: {value!r:.80} is no position",
        hint="expected [longitude, latitude] in degrees, WGS 84, without a height",
    )


def _listed(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise NotAcceptable(f"{at}: expected a list of coordinates, got {value!r:.80}")
    return value


def _is(word: str) -> Any:
    def check(value: Any, at: str) -> None:
        if value != word:
            raise NotAcceptable(f"{at}: expected {word!r}, got {value!r:.80}")

    return check


def _any(value: Any, at: str) -> None:
    del value, at  # looked at with what stands beside it


_NUMBERS = (int, float)
_FEATURE = {"type": _is("Feature"), "properties": _any, "geometry": _any}


def _verify_size(reference: Reference) -> None:
    if reference.bytes > MOST_BYTES:
        raise NotAcceptable(
            f"a layer has at most {MOST_BYTES:,} bytes, this one {reference.bytes:,}",
            hint="simplify it, or divide it into several layers",
        )


def _refuse_number(text: str) -> NoReturn:
    raise NotAcceptable(f"outlines hold finite numbers only, not {text[:40]}")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAcceptable("outlines give one field twice")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repeats, parse_constant=_refuse_number
)
