"""Where and when the values of a coverage are: domains of CoverageJSON 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.json_text import as_list, as_object, as_text

__all__ = ["MAX_VALUES", "Domain", "Spot", "named_text", "read_domain"]

MAX_VALUES = 50_000_000  # of one axis
_AXES: tuple[str, ...] = ("x", "y", "z", "t")
KNOWN = ("Point", "PointSeries", "VerticalProfile")

_CRS84 = re.compile(r"CRS:?84h?$", re.I)
_CODE = re.compile(r"EPSG[/:]+(?:[\d.]*[/:])?(\d{4,6})$", re.I)
_METRES = ("m", "metre", "meter", "metres", "meters")


@dataclass(frozen=True)
class Spot:
    """One place of a domain.

    Attributes
    ----------
    x, y, z : str
        As written; '' where the domain has no such axis.
    elevation : str
        `z` where that is metres upwards.
    attributes : mapping
        What `z` is, where it is no elevation.
    """

    x: str
    y: str
    z: str = ""
    elevation: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Domain:
    """Places and times at which a coverage has values.

    Attributes
    ----------
    spots : list of Spot
        One, or one for each depth of a profile.
    times : list of str
        One where there are several spots.
    ends : list of str
        End of each interval, where bounds are given.
    crs : str
        Of x and y; '' where it is not said, or not known.
    lengths : mapping of axis to int
    """

    spots: list[Spot]
    times: list[str]
    ends: list[str]
    crs: str
    lengths: Mapping[str, int]


def read_domain(domain: Mapping[str, Any], kind: str, systems: list[Any]) -> Domain:
    """Read a domain of one of the kinds `KNOWN`.

    Parameters
    ----------
    domain : mapping
    kind : str
        As the collection says; the domain's own word goes before.
    systems : list
        The collection's 'referencing', for a domain that has none.

    Raises
    ------
    NotAcceptable
        It is of another kind, has no times, or an axis is not what it should be.
    """
    axes = as_object(domain.get("axes"))
    kind = as_text(domain.get("domainType")) or kind
    if kind and kind not in KNOWN:
        raise NotAcceptable(
            f"a coverage of the kind {kind!r}: no series at one place",
            hint=f"{', '.join(KNOWN)} are read",
        )
    found = {name: _axis(axes[name], name) for name in _AXES if name in axes}
    if extra := axes.keys() - found.keys():
        raise NotAcceptable(f"a coverage along an axis {sorted(extra)[0]!r:.40}")
    lengths = {name: len(values) for name, values in found.items()}
    long = [name for name, length in lengths.items() if length > 1]
    if len(long) > 1 or {"x", "y"} & set(long):
        raise NotAcceptable(
            f"a coverage of several places along {', '.join(long)}: no series",
            hint=f"{', '.join(KNOWN)} are read",
        )
    if not found.get("t") or not found.get("x") or not found.get("y"):
        raise NotAcceptable("a coverage without an axis x, y or t")
    systems = as_list(domain.get("referencing")) or systems
    _verify_calendar(systems)
    x, y = found["x"][0], found["y"][0]
    spots = [
        Spot(x, y, z, *_height(z, systems)) if z else Spot(x, y)
        for z in found.get("z") or [""]
    ]
    starts, ends = _bounds(axes["t"], found["t"])
    return Domain(spots, starts, ends, _horizontal(systems), lengths)


def named_text(value: Any) -> str:
    """Return a text, or that of an object of texts by language: English, or the first.

    Examples
    --------
    >>> named_text({"de": "Wasserstand", "en": "Stage"}), named_text("Stage")
    ('Stage', 'Stage')
    """
    if isinstance(value, dict):
        texts = [text for text in map(as_text, value.values()) if text]
        return as_text(value.get("en")) or next(iter(texts), "")
    return as_text(value)


def _axis(axis: Any, name: str) -> list[str]:
    axis = as_object(axis)
    if as_text(axis.get("dataType")) not in ("", "primitive"):
        raise NotAcceptable(
            f"axis {name!r} is of {as_text(axis['dataType'])!r:.40}: no single places"
        )
    if "values" in axis:
        values = as_list(axis["values"])
        if not all(isinstance(value, str) for value in values):
            raise NotAcceptable(f"axis {name!r} holds other things than figures")
        return [value.strip() for value in values]
    return list(_regular(axis, name))


def _regular(axis: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the values of an axis that gives its start, stop and their number."""
    try:
        start, stop = float(axis["start"]), float(axis["stop"])
        count = int(axis["num"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NotAcceptable(f"axis {name!r} has neither values nor a range") from error
    if not 1 <= count <= MAX_VALUES:
        raise NotAcceptable(f"axis {name!r} of {count} values")
    step = (stop - start) / (count - 1) if count > 1 else 0.0
    yield from (repr(start + step * place) for place in range(count))


def _bounds(axis: Any, times: list[str]) -> tuple[list[str], list[str]]:
    """Return starts and ends of intervals; no ends where there are no bounds."""
    bounds = [as_text(each) for each in as_list(as_object(axis).get("bounds"))]
    if len(bounds) != 2 * len(times):
        return times, []
    return bounds[::2], bounds[1::2]


def _system(systems: list[Any], axis: str) -> dict[str, Any]:
    for each in map(as_object, systems):
        if axis in as_list(each.get("coordinates")):
            return as_object(each.get("system"))
    return {}


def _verify_calendar(systems: list[Any]) -> None:
    calendar = as_text(_system(systems, "t").get("calendar")) or "Gregorian"
    if calendar.rsplit("/", 1)[-1].lower() != "gregorian":
        raise NotAcceptable(
            f"times by the calendar {calendar!r:.80}",
            hint="only the Gregorian one is read",
        )


def _horizontal(systems: list[Any]) -> str:
    name = as_text(_system(systems, "x").get("id"))
    if _CRS84.search(name):
        return "EPSG:4326"
    code = _CODE.search(name)
    return f"EPSG:{code[1]}" if code else ""


def _height(z: str, systems: list[Any]) -> tuple[str, dict[str, str]]:
    """Return z as an elevation, else what it is, in the system's own words."""
    system = _system(systems, "z")
    axes = as_list(as_object(system.get("cs")).get("csAxes"))
    axis = as_object(axes[-1]) if axes else {}
    unit = as_object(axis.get("unit"))
    symbol = as_object(unit.get("symbol")).get("value") or unit.get("symbol")
    symbol = as_text(symbol) or named_text(unit.get("label"))
    name, direction = named_text(axis.get("name")), as_text(axis.get("direction"))
    if direction == "up" and symbol.lower() in _METRES:
        return z, {}
    said = " ".join(filter(None, (symbol, direction)))
    return "", {name.lower() or "z": f"{z} {said}".strip()}
