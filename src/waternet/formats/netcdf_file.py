"""What a NetCDF file holds, of either make: dimensions, variables, attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["MAX_BYTES", "NetcdfFile", "Variable", "attribute_text"]

MAX_BYTES = 4 << 30  # of one variable, unpacked
# What stands where nothing was written, by type (netcdf.h, NC_FILL_...).
_FILLS: dict[str, float] = {
    "i1": -127,
    "i2": -32767,
    "i4": -2147483647,
    "i8": -9223372036854775806,
    "u1": 255,
    "u2": 65535,
    "u4": 4294967295,
    "f4": 9.969209968386869e36,
    "f8": 9.969209968386869e36,
}


@dataclass
class Variable:
    """One variable.

    Attributes
    ----------
    name : str
    dims : tuple of str
        Names of its dimensions.
    shape : tuple of int
    attributes : mapping
        Texts, or arrays of numbers.
    load : callable
        Reads its values when they are wanted.
    """

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    attributes: Mapping[str, Any]
    load: Callable[[], npt.NDArray[Any]]

    @cached_property
    def values(self) -> npt.NDArray[Any]:
        """Values as the file has them, packed or not."""
        if prod(self.shape) * 8 > MAX_BYTES:
            raise NotAcceptable(
                f"variable {self.name!r:.80} has {prod(self.shape):,} values",
                hint="split the file by year or by station",
            )
        return self.load()

    def text(self, name: str) -> str:
        """Return an attribute as text; '' where there is none."""
        return attribute_text(self.attributes.get(name))

    @property
    def is_text(self) -> bool:
        """Whether it holds letters or texts."""
        return self.values.dtype.kind in "SUO"

    def texts(self) -> list[str]:
        """Return its texts: of letters along the last dimension, or of numbers."""
        values = self.values
        if values.dtype == np.dtype("S1") and values.ndim:
            width = values.shape[-1]
            rows = np.ascontiguousarray(values).reshape(-1, width)
            return [_decoded(row.tobytes()) for row in rows]
        return [_as_text(each) for each in values.reshape(-1).tolist()]

    def missing(self) -> npt.NDArray[np.bool_]:
        """Return where a value stands for none: its fill, missing_value, NaN."""
        values = self.values
        signs = [
            number
            for name in ("_FillValue", "missing_value")
            for number in np.atleast_1d(self.attributes.get(name, [])).tolist()
            if not isinstance(number, (str, bytes))
        ]
        kind = values.dtype.str[1:]
        if "_FillValue" not in self.attributes and kind in _FILLS:
            signs.append(_FILLS[kind])
        gone = np.zeros(values.shape, np.bool_)
        if values.dtype.kind == "f":
            gone |= np.isnan(values)
        with np.errstate(over="ignore"):
            for sign in signs:
                if values.dtype.kind == "f":
                    gone |= values == values.dtype.type(sign)
                else:
                    gone |= values == sign
        return gone


@dataclass(frozen=True)
class NetcdfFile:
    """A file's variables by name, and its own attributes."""

    attributes: Mapping[str, Any]
    variables: Mapping[str, Variable]
    left_out: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return an attribute of the file as text, its name in any letters."""
        return next(
            (
                attribute_text(value)
                for key, value in self.attributes.items()
                if key.lower() == name.lower()
            ),
            "",
        )


def attribute_text(value: Any) -> str:
    """Return an attribute as text; '' for None and for arrays of several numbers.

    Examples
    --------
    >>> attribute_text(np.array([4326])), attribute_text("m"), attribute_text(None)
    ('4326', 'm', '')
    """
    if isinstance(value, str):
        return value.strip("\0 ")
    if isinstance(value, np.ndarray) and value.size == 1:
        return _as_text(value.reshape(-1)[0])
    return ""


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return _decoded(value)
    return str(value).strip("\0 ")


def _decoded(text: bytes) -> str:
    text = text.split(b"\0")[0]
    try:
        return text.decode("utf-8").strip()
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace").strip()
