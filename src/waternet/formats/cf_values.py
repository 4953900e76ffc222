"""Figures and flags of a NetCDF variable as text, unpacked and without fill values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.netcdf_file import NetcdfFile, Variable

__all__ = ["Flags", "as_texts", "is_data"]

_REFERENCES = ("ancillary_variables", "coordinates", "bounds", "grid_mapping")


def as_texts(variable: Variable) -> list[str]:
    """Return the figures of a variable laid out flat; '' where one is missing.

    Packed figures are rounded to the digits that packing kept: 1234 with a factor of
    0.01 is 12.34.
    """
    values = variable.values
    missing = variable.missing().reshape(-1)
    factor, offset = (_factor(variable, n) for n in ("scale_factor", "add_offset"))
    flat = values.reshape(-1)
    if factor is not None or offset is not None:
        scale, shift = factor or Decimal(1), offset or Decimal(0)
        digits = max(-int(each.as_tuple().exponent) for each in (scale, shift))
        with np.errstate(over="ignore", invalid="ignore"):
            flat = flat.astype(np.float64) * float(scale) + float(shift)
        if values.dtype.kind in "iu" and digits <= 12:
            flat = np.round(flat, max(digits, 0))
    texts = [_written(each) for each in _scalars(flat)]
    for place in np.flatnonzero(missing).tolist():
        texts[place] = ""
    return texts


def is_data(variable: Variable, file: NetcdfFile) -> bool:
    """Whether a variable holds figures, and is neither a coordinate nor about one."""
    if variable.text("cf_role") or variable.name in variable.dims:
        return False
    if any(variable.text(n) for n in ("sample_dimension", "instance_dimension")):
        return False
    if variable.text("flag_meanings") or variable.text("standard_name") in (
        *("time", "longitude", "latitude", "altitude"),
    ):
        return False
    others = (each for each in file.variables.values() if each is not variable)
    named = {
        name
        for each in others
        for attribute in _REFERENCES
        for name in each.text(attribute).split()
    }
    return variable.name not in named and variable.values.dtype.kind in "iuf"


@dataclass(frozen=True)
class Flags:
    """The flags that stand beside the figures of a variable."""

    parts: list[tuple[npt.NDArray[Any], dict[int, str], bool]]

    @classmethod
    def of(cls, variable: Variable, file: NetcdfFile) -> Flags | None:
        """Return those that a variable names as ancillary; None for none."""
        parts = []
        for name in variable.text("ancillary_variables").split():
            flag = file.variables.get(name)
            if flag is None or flag.values.dtype.kind not in "iu":
                continue
            if flag.shape != variable.shape:
                continue
            codes = np.where(flag.missing(), 0, flag.values).reshape(-1)
            masks = flag.attributes.get("flag_masks")
            values = flag.attributes.get("flag_values", masks)
            words = flag.text("flag_meanings").split()
            known = np.atleast_1d([] if values is None else values).tolist()
            is_masked = masks is not None and "flag_values" not in flag.attributes
            pairs = dict(zip(map(int, known), words, strict=False))
            parts.append((codes.astype(np.int64), pairs, is_masked))
        return cls(parts) if parts else None

    def texts(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Return the meanings at some places, joined by ' '; a code has its number."""
        joined: list[list[str]] = [[] for _ in range(len(rows))]
        for codes, words, is_masked in self.parts:
            for place, code in enumerate(codes[rows].tolist()):
                joined[place] += _meanings(code, words, is_masked=is_masked)
        return [" ".join(each) for each in joined]


def _meanings(code: int, words: dict[int, str], *, is_masked: bool) -> list[str]:
    if is_masked:
        return [word for mask, word in words.items() if code & mask]
    if code in words:
        return [words[code]]
    return [str(code)] if code else []


def _factor(variable: Variable, name: str) -> Decimal | None:
    given = variable.attributes.get(name)
    if given is None:
        return None
    try:
        made = Decimal(str(np.atleast_1d(given)[0]))
    except (ArithmeticError, IndexError) as error:
        raise NotAcceptable(f"{variable.name!r:.80}: {name} is no number") from error
    if not made.is_finite():
        raise NotAcceptable(f"{variable.name!r:.80}: {name} is {made}")
    return made


def _scalars(values: npt.NDArray[Any]) -> list[Any]:
    # Four-byte numbers are written as they print: 0.1, not 0.10000000149.
    return list(values) if values.dtype.itemsize == 4 else values.tolist()


def _written(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)
