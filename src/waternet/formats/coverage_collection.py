"""CoverageJSON from columns: a collection of series, each at one place.

`waternet.formats.coveragejson_writing` keeps the digits of a source's text; this one
writes what a bank answered, as fast as its columns can be spelt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson

from waternet.errors import NotAcceptable

__all__ = ["CONTEXT", "PointSeries", "Range", "write_coverages"]

Times = npt.NDArray[np.datetime64]
Range: TypeAlias = (
    npt.NDArray[np.float64] | npt.NDArray[np.integer[Any]] | Sequence[str | None]
)

CONTEXT: Final = (
    "https://covjson.org/context.jsonld",
    {"dct": "http://purl.org/dc/terms/", "waternet": "urn:waternet:"},
)
_WRITTEN = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PointSeries:
    """One coverage: values at one place, time after time.

    Attributes
    ----------
    id : str
    position : (x, y) or None
        None of an area that nobody gave a position: its values have a time alone.
    time : array, (n,) [UTC]
        In order, none twice.
    end : array, (n,) [UTC], or None
        Where each value's interval ends; None where `time` is a moment, or where the
        parameter says how long.
    ranges : mapping of parameter's name to values, (n,)
        NaN and None are missing values, and become null.
    parameters : mapping of name to object
        Those of this coverage, where they are not the collection's.
    about : mapping of str to JSON value
        Members beside those of the standard, their names with a prefix.
    """

    id: str
    position: tuple[float, float] | None
    time: Times
    end: Times | None
    ranges: Mapping[str, Range]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)


def write_coverages(
    series: Iterable[PointSeries],
    parameters: Mapping[str, Any],
    system: str,
    about: Mapping[str, Any] = _NOTHING,
) -> bytes:
    """Return a coverage collection.

    Parameters
    ----------
    series : iterable of PointSeries
    parameters : mapping of name to object
        Of all coverages that have none of their own.
    system : str
        The name of the reference system of positions, east first.
    about : mapping of str to JSON value
        Members beside those of the standard, their names with a prefix.

    Returns
    -------
    bytes
        In UTF-8.

    Raises
    ------
    NotAcceptable
        A value is infinite: JSON has no word for it, and null would say "missing".

    References
    ----------
    OGC 21-069r2 (CoverageJSON 1.0), sections 6 and 7.
    """
    coverages = list(series)
    placed = all(one.position for one in coverages)
    document = {
        "type": "CoverageCollection",
        **({"domainType": "PointSeries"} if placed else {}),
        "@context": CONTEXT,
        **about,
        "parameters": parameters,
        "referencing": _referencing(system),
        "coverages": [_coverage(one) for one in coverages],
    }
    return orjson.dumps(document, option=_WRITTEN)


def _referencing(system: str) -> list[dict[str, Any]]:
    is_degrees = system.endswith("CRS84")
    kind = "GeographicCRS" if is_degrees else "ProjectedCRS"
    return [
        {"coordinates": ["x", "y"], "system": {"type": kind, "id": system}},
        {
            "coordinates": ["t"],
            "system": {"type": "TemporalRS", "calendar": "Gregorian"},
        },
    ]


def _coverage(series: PointSeries) -> dict[str, Any]:
    t: dict[str, Any] = {"values": series.time}
    if series.end is not None:
        t["bounds"] = np.column_stack([series.time, series.end]).ravel()
    axes: dict[str, Any] = {"t": t}
    kind = {}
    if series.position:
        x, y = series.position
        axes = {"x": {"values": [x]}, "y": {"values": [y]}, "t": t}
        kind = {"domainType": "PointSeries"}
    return {
        "type": "Coverage",
        "id": series.id,
        **series.about,
        "domain": {"type": "Domain", **kind, "axes": axes},
        **({"parameters": series.parameters} if series.parameters else {}),
        "ranges": {
            name: _range(values, f"{series.id}: {name}")
            for name, values in series.ranges.items()
        },
    }


def _range(values: Range, what: str) -> dict[str, Any]:
    kind = "string"
    if isinstance(values, np.ndarray):
        kind = "float" if values.dtype.kind == "f" else "integer"
        if kind == "float" and np.isinf(values).any():
            raise NotAcceptable(
                f"{what} holds a value too large for a number of 64 bits",
                hint="ask for it in a larger unit",
            )
    return {
        "type": "NdArray",
        "dataType": kind,
        "axisNames": ["t"],
        "shape": [len(values)],
        "values": np.ascontiguousarray(values) if kind != "string" else values,
    }
