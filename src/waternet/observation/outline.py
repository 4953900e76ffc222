"""Outlines: what a layer of a map shows, as lines in longitude and latitude."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Line", "Outline"]

Line = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """One thing on a layer: a lake, a river, a basin, a stretch of a boundary.

    Attributes
    ----------
    id : str
        By the layer's owner, often that of a place of its own; '' where it has none.
    names : mapping of language to str
        May be empty.
    form : str
        'point', 'line' or 'area'.
    lines : tuple of array, (n, 2) [deg, WGS 84]
        Longitude and latitude. One array of points; the lines; the rings of areas,
        closed, outer ones and holes alike: what lies inside an odd number of them is
        inside.
    """

    id: str
    names: Mapping[str, str]
    form: str
    lines: tuple[Line, ...]
