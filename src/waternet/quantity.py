"""Units of measure: UCUM codes, converted once, at the boundary.

Inside, a value is a plain float in the unit that its datastream names. Conversion
happens where a reader asks for another unit, never on the way in: what a party
signed stays as it measured it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["convert", "is_same_unit", "verify_unit"]

# Exponents that no unit has would be reckoned out, digit by digit.
_HUGE = re.compile(r"[^0-9./][0-9]{3}|^[^!-~]|^.{65}", re.ASCII | re.DOTALL)

Floats = npt.NDArray[np.float64]


def verify_unit(code: str) -> None:
    """Raise unless `code` is a unit in the Unified Code for Units of Measure.

    Raises
    ------
    NotAcceptable
        The code is not UCUM; the message names it.

    Examples
    --------
    >>> verify_unit("hm3/a")
    >>> verify_unit("MCM/yr")
    Traceback (most recent call last):
    waternet.errors.NotAcceptable: 'MCM/yr' is not a UCUM unit
    """
    _parsed(code)


def convert(values: Floats, unit: str, to: str) -> Floats:
    """Express `values`, given in UCUM `unit`, in UCUM unit `to`.

    Parameters
    ----------
    values : array of float, any shape [unit]
    unit, to : str
        UCUM codes of the same dimension.

    Returns
    -------
    array of float, the same shape [to]
        NaN stays NaN. The same array where the units are equal.

    Raises
    ------
    NotAcceptable
        A code is not UCUM, or the two measure different things.

    References
    ----------
    The Unified Code for Units of Measure, unitsofmeasure.org, version 2.2.

    Examples
    --------
    >>> convert(np.array([35.314666721]), "[ft_i]3/s", "m3/s").round(6)
    array([1.])
    """
    if unit == to:
        return values
    (factor, source), (divisor, target) = _parsed(unit), _parsed(to)
    try:
        converted = _registry().Quantity(values * factor, source).to(target)
    except _dimensionality_error() as error:
        raise NotAcceptable(
            f"{unit!r} cannot be expressed in {to!r}: they measure different things",
            hint="ask for one of the same dimension, by its UCUM code: "
            "'cm' or '[ft_i]' for 'm', 'ug/L' for 'mg/L'",
        ) from error
    except OverflowError as error:
        raise _no_unit(unit) from error
    result: Floats = converted.magnitude / divisor
    return result


def is_same_unit(unit: str, other: str) -> bool:
    """Return whether two codes mean one unit: figures in one are figures in the other.

    Raises
    ------
    NotAcceptable
        A code is not UCUM.

    Examples
    --------
    >>> is_same_unit("mg/l", "mg/L"), is_same_unit("mg/L", "ug/L")
    (True, False)
    """
    if unit == other:
        return True
    verify_unit(unit)
    verify_unit(other)
    try:
        zero, one = convert(np.array([0.0, 1.0]), unit, other).tolist()
    except NotAcceptable:  # they measure different things
        return False
    return bool(zero == 0 and abs(one - 1) < 1e-12)


@cache
def _registry() -> Any:
    # Loading the UCUM grammar takes about a second: only who converts pays for it.
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


@cache
def _dimensionality_error() -> type[Exception]:
    from pint import DimensionalityError

    error: type[Exception] = DimensionalityError
    return error


@cache
def _parsed(code: str) -> tuple[float, Any]:
    """Return the number in a code, 1000 in '1000.m3', and the unit beside it."""
    from lark.exceptions import LarkError
    from ucumvert.parser import InvalidUcumError

    if _HUGE.search(code):
        raise _no_unit(code)
    try:
        found = _registry().from_ucum(code)
        if isinstance(found, str):  # a bare annotation, '{samples}', counts as one
            found = _registry().Quantity(1)
        return float(found.magnitude), found.units
    except (InvalidUcumError, LarkError, OverflowError) as error:
        raise _no_unit(code) from error


def _no_unit(code: str) -> NotAcceptable:
    return NotAcceptable(
        f"{code[:80]!r} is not a UCUM unit",
        hint="UCUM writes cubic metres a year as 'm3/a', feet as '[ft_i]'",
    )
