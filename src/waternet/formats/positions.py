"""Where places are, from the columns that hold their coordinates."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from waternet.formats.cells import Cells, clean_text
from waternet.formats.figures import FigureText
from waternet.formats.firsts import find_firsts
from waternet.formats.recipe import Recipe
from waternet.observation.place import Position, is_far_from_use, to_wgs84

__all__ = ["read_degrees", "read_positions"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
_SIDES = {"N": 1, "E": 1, "S": -1, "W": -1, "": 1}
_DEGREES = re.compile(
    r"([0-9.]+) ?[°º:d ] ?(?:([0-9.]+) ?['′’:m ] ?)?(?:([0-9.]+) ?(?:[\"″”s]|'')? ?)?"
    r"([NSEW]?)",
    re.IGNORECASE,
)


def read_positions(
    cells: Cells, recipe: Recipe, codes: Codes, ids: tuple[str, ...]
) -> list[Position | None]:
    """Read the position of each place.

    Parameters
    ----------
    cells : Cells
        Takes notices: coordinates that are nowhere, far from where their system is
        used, or more than `other_within` from the second pair.
    recipe : Recipe
    codes : array of int32, (n,)
        Place in `ids` of each row, or -1.
    ids : tuple of str, (places,)

    Returns
    -------
    list of Position or None, (places,)
        By the first pair of coordinates; by the other where the first is blank.
    """
    reader = _Coordinates(cells, recipe, codes, ids)
    station = recipe.station
    if station.xy_column:
        first = reader.packed()
    else:
        first = (
            reader.numbers(station.x_column, station.x),
            reader.numbers(station.y_column, station.y),
        )
    elevation = reader.numbers(station.elevation_column, station.elevation)
    column = station.x_column or station.xy_column or "x"
    pairs = [(reader.points(*first, station.crs, column), first, station.crs)]
    if station.other_crs:
        other = (
            reader.numbers(station.other_x_column, None),
            reader.numbers(station.other_y_column, None),
        )
        points = reader.points(*other, station.other_crs, station.other_x_column)
        pairs.append((points, other, station.other_crs))
        reader.notice_distances(pairs[0][0], points)
    found: list[Position | None] = [None] * len(ids)
    for (longitude, latitude), (x, y), crs in reversed(pairs):
        for code in np.flatnonzero(~np.isnan(longitude + latitude)).tolist():
            height = float(elevation[code])
            found[code] = Position(
                longitude=float(longitude[code]),
                latitude=float(latitude[code]),
                crs=crs,
                x=float(x[code]),
                y=float(y[code]),
                elevation=None if np.isnan(height) else height,
                vertical_datum=station.vertical_datum,
            )
    return found


def read_degrees(text: str) -> float:
    r"""Return degrees from degrees, minutes and seconds.

    Raises
    ------
    ValueError
        They are not written so.

    Examples
    --------
    >>> read_degrees("31°57'36\"N"), read_degrees("35 30 0 W")
    (31.96, -35.5)
    """
    degrees = _DEGREES.fullmatch(text)
    if degrees is None:
        raise ValueError("not degrees, minutes and seconds")
    whole, minutes, seconds, side = degrees.groups("")
    parts = [float(part or 0) for part in (whole, minutes, seconds)]
    if max(parts[1:]) >= 60:
        raise ValueError("not degrees, minutes and seconds")
    return _SIDES[side.upper()] * (parts[0] + parts[1] / 60 + parts[2] / 3600)


class _Coordinates:
    """The columns of coordinates of one table."""

    def __init__(
        self, cells: Cells, recipe: Recipe, codes: Codes, ids: tuple[str, ...]
    ) -> None:
        self.cells, self.station, self.codes = cells, recipe.station, codes
        self.ids, self.count = ids, len(ids)
        self.figures = FigureText(recipe.table)

    def numbers(self, column: str, constant: float | None) -> Floats:
        """Return the first number that a column has for each place."""
        found = np.full(self.count, np.nan if constant is None else constant)
        if not column:
            return found
        for code, row, text in find_firsts(self.cells, column, self.codes):
            if text in self.figures.gaps:
                continue
            try:
                found[code] = self._number(clean_text(text))
            except ValueError as error:
                self.cells.reject(row, column, text, str(error), "a number", lost=0)
        return found

    def _number(self, text: str) -> float:
        try:
            return self.figures.number(text)
        except ValueError:
            if _DEGREES.fullmatch(text) is None:
                raise
        return read_degrees(text)

    def packed(self) -> tuple[Floats, Floats]:
        """Return easting and northing out of one number."""
        station = self.station
        both = self.numbers(station.xy_column, None)
        both[both == 0] = np.nan
        split = 10.0**station.xy_digits
        x, y = np.divmod(both, split)
        return x * station.xy_scale, y * station.xy_scale

    def points(self, x: Floats, y: Floats, crs: str, column: str) -> tuple[Floats, ...]:
        """Return longitude and latitude; point at those that are nowhere or odd."""
        longitude, latitude = np.full((2, self.count), np.nan)
        whole = ~(np.isnan(x) | np.isnan(y))
        if whole.any():
            longitude[whole], latitude[whole] = to_wgs84(x[whole], y[whole], crs)
        given = ~(np.isnan(x) & np.isnan(y))
        nowhere = given & np.isnan(longitude)
        odd = nowhere.copy()
        if given.any():
            odd |= is_far_from_use(longitude, latitude, crs)
        for code in np.flatnonzero(odd).tolist():
            written = f"{x[code]:.10g} {y[code]:.10g}"
            reason = f"no place on Earth has these coordinates in {crs}"
            if not nowhere[code]:
                point = f"{longitude[code]:.2f}, {latitude[code]:.2f}"
                reason = (
                    f"{written} is {point} in degrees, far from where {crs} is used"
                )
            self.cells.notice(self._row(code), column, written, reason)
        return longitude, latitude

    def notice_distances(
        self, first: tuple[Floats, ...], other: tuple[Floats, ...]
    ) -> None:
        """Name the places whose two pairs of coordinates are far apart."""
        from pyproj import Geod

        both = np.flatnonzero(~np.isnan(first[0] + first[1] + other[0] + other[1]))
        (x, y), (other_x, other_y) = first, other
        globe = Geod(ellps="WGS84")
        distance = globe.inv(x[both], y[both], other_x[both], other_y[both])[2]
        for code, metres in zip(both.tolist(), distance, strict=True):
            if metres > self.station.other_within:
                reason = (
                    f"the two pairs of coordinates of {self.ids[code]!r} are "
                    f"{metres:,.0f} m apart; the first was taken"
                )
                column = self.station.x_column or self.station.xy_column
                self.cells.notice(self._row(code), column, self.ids[code], reason)

    def _row(self, code: int) -> int:
        rows = np.flatnonzero(self.codes == code)
        return int(rows[0]) if len(rows) else -1
