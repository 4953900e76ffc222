"""Units of measure: UCUM codes, converted once, at the boundary.

Inside, a value is a plain float in the unit that its datastream names. Conversion
happens where a reader asks for another unit, never on the way in: what a party
signed stays as it measured it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["convert", "verify_unit"]

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
    try:
        converted = _registry().Quantity(values, _parsed(unit)).to(_parsed(to))
    except _dimensionality_error() as error:
        raise NotAcceptable(
            f"{unit!r} cannot be expressed in {to!r}: they measure different things",
            hint="ask for a unit of the same dimension, for example 'm' or '[ft_i]'",
        ) from error
    result: Floats = converted.magnitude
    return result


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
def _parsed(code: str) -> Any:
    from lark.exceptions import LarkError
    from ucumvert.parser import InvalidUcumError

    try:
        return _registry().from_ucum(code).units * _registry().from_ucum(code).magnitude
    except (InvalidUcumError, LarkError) as error:
        raise NotAcceptable(
            f"{code!r} is not a UCUM unit",
            hint="UCUM writes cubic metres a year as 'm3/a', feet as '[ft_i]'",
        ) from error
