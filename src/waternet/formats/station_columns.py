"""Which place a row is about: the columns that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from waternet.errors import NotAcceptable
from waternet.observation.place import to_wgs84, verify_id
from waternet.observation.vocabulary import get_term

__all__ = ["StationColumns"]


@dataclass(frozen=True, slots=True)
class StationColumns:
    """The `[station]` part: which place a row is about.

    Attributes
    ----------
    id, column : str
        One of the two: the id of the only place, or the column that holds ids.
    ids : mapping
        Ids for what the file writes: {"Ein Feshkha" = "ein-feshkha"}.
    also_columns : tuple of str
        Columns that make the id together with `column`: a crop and its region. Their
        texts follow it after a hyphen.
    make_ids : bool
        Ids are made of what the column writes, as `waternet.formats.identifiers`
        does; the text itself becomes the name where no other is given.
    headings : tuple of str
        Instead of `column`: the headings that are stations, where dates go down and
        each column holds one station's figures.
    kind : str
        A term of the vocabulary 'place_kind'.
    kinds : mapping
        Kind by id, where it differs from `kind`.
    names, name_columns : mapping of language to str
        The name itself (one place), or the column that holds it.
    x, y, elevation : float or None
        Of one place; `x` is easting or longitude.
    x_column, y_column, elevation_column : str
    xy_column, xy_digits, xy_scale
        One column with easting and northing as one number: the last `xy_digits`
        digits are the northing; each is multiplied by `xy_scale`: 2040057100 with 5
        and 10 is 204000, 571000.
    other_x_column, other_y_column, other_crs, other_within
        A second pair of coordinates. The first counts; where the two are more than
        `other_within` metres apart, a notice names the place and the distance.
    crs : str
        For example 'EPSG:28192'; needed with coordinates, unless the format itself
        says in what system they are (shapefile, GeoJSON, GeoPackage).
    vertical_datum : str
    within, same_as : tuple of str
        Of one place, or of every place in the file.
    same_as_id : str
        Prefix that makes ids shared names: 'iso3166:' gives 'iso3166:JOR'.
    attribute_columns : mapping
        Columns to keep as they are written, by the name to keep them under.
    """

    id: str = ""
    column: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    also_columns: tuple[str, ...] = ()
    make_ids: bool = False
    headings: tuple[str, ...] = ()
    kind: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    name_columns: Mapping[str, str] = field(default_factory=dict)
    x: float | None = None
    y: float | None = None
    elevation: float | None = None
    x_column: str = ""
    y_column: str = ""
    elevation_column: str = ""
    xy_column: str = ""
    xy_digits: int = 5
    xy_scale: float = 10.0
    other_x_column: str = ""
    other_y_column: str = ""
    other_crs: str = ""
    other_within: float = 500.0
    crs: str = ""
    vertical_datum: str = ""
    within: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    same_as_id: str = ""
    attribute_columns: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in (self.kind, *self.kinds.values()):
            if kind:
                get_term("place_kind", kind)
        for place in (self.id, *self.ids.values(), *self.kinds):
            if place:
                verify_id(place, "a place")
        self._verify_coordinates()

    def _verify_coordinates(self) -> None:
        if (self.x is None) != (self.y is None) or bool(self.x_column) != bool(
            self.y_column
        ):
            raise NotAcceptable("coordinates need both x and y")
        if self.xy_column and (self.x is not None or self.x_column):
            raise NotAcceptable("give xy_column, or x and y; one of the two")
        if not 1 <= self.xy_digits <= 9:
            raise NotAcceptable(f"xy_digits {self.xy_digits} is not from 1 to 9")
        others = (self.other_x_column, self.other_y_column, self.other_crs)
        if any(others) and not all(others):
            raise NotAcceptable(
                "other coordinates need other_x_column, other_y_column and other_crs"
            )
        for crs in filter(None, (self.crs, self.other_crs)):
            to_wgs84(np.empty(0), np.empty(0), crs)

    @property
    def has_position(self) -> bool:
        """Whether coordinates are said, in any way."""
        return self.x is not None or bool(self.x_column or self.xy_column)
