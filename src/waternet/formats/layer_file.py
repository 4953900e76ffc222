"""A layer's outlines from GeoJSON as other programs write it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable, NotFound

__all__ = ["read_layer_file"]

_MOST_BYTES = 32 << 20  # of a file; what is published has less
_DECIMALS = 6  # of a degree: a decimetre
_NAME = re.compile(r"name[:_]([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


def read_layer_file(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read a GeoJSON file into what a layer holds: outlines, ids and names.

    Parameters
    ----------
    path : Path
        A FeatureCollection in longitude and latitude, WGS 84. A feature's names are
        its properties ``name:ar``, ``name_he``..., or a property ``names``, by
        language. Heights are left out, positions are rounded to six decimals.

    Returns
    -------
    collection : dict
        As `record.outlines.verify_outlines` takes it; it was not verified here.
    left_out : tuple of str
        Properties that a layer has no room for, in order.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is no such collection, or larger than 32 MiB.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}")
    if path.stat().st_size > _MOST_BYTES:
        raise NotAcceptable(
            f"{path.name} has more than {_MOST_BYTES:,} bytes",
            hint="simplify its outlines first, for example in QGIS",
        )
    try:
        written = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"{path.name} is not JSON: {error!s:.200}") from error
    if not isinstance(written, Mapping) or not isinstance(
        written.get("features"), list
    ):
        raise NotAcceptable(f"{path.name} is no FeatureCollection (RFC 7946)")
    _verify_degrees(written, path.name)
    left_out: set[str] = set()
    features = [
        _feature(one, f"{path.name}, feature {number}", left_out)
        for number, one in enumerate(written["features"], 1)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return collection, tuple(sorted(left_out))


def _verify_degrees(written: Mapping[str, Any], name: str) -> None:
    """Raise where a file says that it is in another system than GeoJSON's own."""
    said = json.dumps(written.get("crs", ""))
    if said != '""' and not re.search(r"CRS84|EPSG:{1,2}4326\b", said):
        raise NotAcceptable(
            f"{name} is in another reference system: {said:.80}",
            hint="save it in EPSG:4326, as RFC 7946 says",
        )


def _feature(given: Any, at: str, left_out: set[str]) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not isinstance(given.get("geometry"), Mapping):
        raise NotAcceptable(f"{at}: expected a feature with a geometry")
    properties = given.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise NotAcceptable(f"{at}: 'properties' are no properties")
    names: dict[str, Any] = {}
    known = given.get("id", properties.get("id"))
    for key, value in properties.items():
        named = _NAME.fullmatch(key)
        if key == "names" and isinstance(value, Mapping):
            names |= value
        elif named and isinstance(value, str) and value.strip():
            names[named[1]] = value
        elif key != "id" and value is not None:
            left_out.add(key)
    geometry = given["geometry"]
    feature: dict[str, Any] = {
        "type": "Feature",
        "properties": {"names": {key: _text(value) for key, value in names.items()}},
        "geometry": {
            "type": geometry.get("type"),
            "coordinates": _rounded(geometry.get("coordinates"), at),
        },
    }
    if known is not None:
        feature["id"] = str(known)
    return feature


def _text(value: Any) -> Any:
    """Return a name in normal form C, without blanks around it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.strip())
    return value


def _rounded(value: Any, at: str, depth: int = 0) -> Any:
    """Return coordinates with six decimals, without heights."""
    if not isinstance(value, list):
        raise NotAcceptable(f"{at}: expected coordinates, got {value!r:.40}")
    if depth > 3:
        raise NotAcceptable(f"{at}: coordinates lie deeper than a geometry's do")
    if value and all(isinstance(one, (int, float)) for one in value):
        return [round(one, _DECIMALS) for one in value[:2]]
    return [_rounded(one, at, depth + 1) for one in value]
