"""Stations of a NetCDF file: what its instance variables say of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from waternet.errors import NotAcceptable
from waternet.formats.cf_values import as_texts
from waternet.formats.netcdf_file import NetcdfFile, Variable
from waternet.formats.reference_system import identify_system
from waternet.formats.units import to_ucum

__all__ = ["Station", "read_stations"]

_MAX_STATIONS = 1_000_000
# Attributes of variables that describe others, not stations.
_OTHER = ("grid_mapping_name", "crs_wkt", "sample_dimension", "instance_dimension")


@dataclass(frozen=True)
class Station:
    """Where a series is, as the instance variables say it."""

    feature: str
    name: str
    x: str
    y: str
    crs: str
    elevation: str
    attributes: dict[str, str]


def read_stations(
    file: NetcdfFile, name: str, instance: str, sample: str, count: int
) -> Iterator[Station]:
    """Yield the stations of a file.

    Parameters
    ----------
    file : NetcdfFile
    name : str
        Of the file, for messages.
    instance, sample : str
        Dimensions of the stations ('' where there is one) and of the samples.
    count : int
        Length of `instance`.

    Raises
    ------
    NotAcceptable
        There are none, or too many.
    """
    return _Instances(file, name, instance, sample, count).stations()


@dataclass(frozen=True)
class _Instances:
    """The variables along the stations."""

    file: NetcdfFile
    name: str
    instance: str
    sample: str
    count: int

    def stations(self) -> Iterator[Station]:
        """Yield them in the file's order."""
        count = self.count if self.instance else 1
        if not 0 < count <= _MAX_STATIONS:
            raise NotAcceptable(f"{self.name}: {count:,} stations")
        own = [each for each in self.file.variables.values() if self._is_own(each)]
        role = next((e for e in own if e.text("cf_role")), None)
        found = {each.name: _instance_texts(each, count) for each in own}
        x, y, z = (self._coordinate(own, axis) for axis in "xyz")
        names = next(
            (each for each in own if each.text("standard_name") == "platform_name"),
            next((e for e in own if "name" in e.name.lower() and e.is_text), None),
        )
        taken = {each.name for each in (x, y, z, names, role) if each is not None}
        crs = self._system(x)
        for place in range(count):
            read = _At(found, place)
            feature = read.text(role) or read.text(names)
            yield Station(
                feature or self.file.text("id") or f"station-{place + 1}",
                read.text(names),
                read.text(x),
                read.text(y),
                crs if x is not None else "",
                read.text(z),
                {
                    name: texts[place]
                    for name, texts in found.items()
                    if name not in taken and texts[place]
                },
            )

    def _is_own(self, variable: Variable) -> bool:
        """Whether a variable says something of each station."""
        if any(variable.text(name) for name in _OTHER):
            return False
        is_letters = variable.values.dtype == np.dtype("S1")
        if self.instance:
            is_one_each = len(variable.dims) == 1 or is_letters
            return variable.dims[:1] == (self.instance,) and is_one_each
        return self.sample not in variable.dims and (not variable.dims or is_letters)

    def _coordinate(self, own: list[Variable], axis: str) -> Variable | None:
        names = {
            "x": ("longitude", "projection_x_coordinate"),
            "y": ("latitude", "projection_y_coordinate"),
            "z": ("altitude", "height_above_mean_sea_level", "surface_altitude"),
        }[axis]
        units = {"x": "degree[s]?_?e(ast)?", "y": "degree[s]?_?n(orth)?", "z": "(?!)"}
        for each in own:
            if each.text("standard_name") in names:
                is_up = each.text("positive").lower() != "down"
                is_metre = axis != "z" or to_ucum(each.text("units")) == "m"
                if is_up and is_metre:
                    return each
        found = (e for e in own if re.fullmatch(units[axis], e.text("units"), re.I))
        return next(found, None)

    def _system(self, x: Variable | None) -> str:
        """Return the system of x and y: of the grid mapping, else degrees."""
        for each in self.file.variables.values():
            if not each.text("grid_mapping_name") and not each.text("crs_wkt"):
                continue
            code = each.text("epsg_code").upper().removeprefix("EPSG:")
            if code.isdigit():
                return f"EPSG:{code}"
            return identify_system(each.text("crs_wkt") or each.text("spatial_ref"))
        is_degrees = x is not None and x.text("standard_name") != (
            "projection_x_coordinate"
        )
        return "EPSG:4326" if is_degrees else ""


@dataclass(frozen=True)
class _At:
    """One station's place in the instance variables."""

    found: dict[str, list[str]]
    place: int

    def text(self, variable: Variable | None) -> str:
        if variable is None or variable.name not in self.found:
            return ""
        return self.found[variable.name][self.place]


def _instance_texts(variable: Variable, count: int) -> list[str]:
    texts: list[str] = variable.texts() if variable.is_text else as_texts(variable)
    return texts if len(texts) == count else [""] * count
