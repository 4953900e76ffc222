"""Places from the columns that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells, clean_text
from waternet.formats.figures import FigureText
from waternet.formats.recipe import Recipe, StationColumns
from waternet.observation.legible import without_marks
from waternet.observation.place import (
    Place,
    Position,
    is_far_from_use,
    to_wgs84,
    verify_id,
)

__all__ = ["Stations", "read_stations"]

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Stations:
    """Which place each row is about.

    Attributes
    ----------
    codes : array of int32, (n,)
        Place in `ids`; -1 where the row names none.
    ids : tuple of str
    places : tuple of Place
        Sorted by id.
    refused : mapping of row to (column, value, reason, expected)
        Rows whose cell cannot be an id.
    """

    codes: Codes
    ids: tuple[str, ...]
    places: tuple[Place, ...]
    refused: Mapping[int, tuple[str, str, str, str]]


def read_stations(cells: Cells, recipe: Recipe) -> Stations:
    """Read which place each row is about, and what the file says of each place.

    Returns
    -------
    Stations
        Of several rows about one place the first that says a thing counts; where a
        later one differs, `cells.notices` has it.
    """
    station = recipe.station
    if station.id:
        codes = np.zeros(len(cells.rows), np.int32)
        ids: tuple[str, ...] = (station.id,)
        refused: dict[int, tuple[str, str, str, str]] = {}
    else:
        codes, ids, refused = _read_ids(cells, station)
    details = _Details(cells, recipe, codes, len(ids))
    places = tuple(details.place(code, name) for code, name in enumerate(ids))
    return Stations(codes, ids, tuple(sorted(places, key=lambda p: p.id)), refused)


def _read_ids(
    cells: Cells, station: StationColumns
) -> tuple[Codes, tuple[str, ...], dict[int, tuple[str, str, str, str]]]:
    written, texts = cells.encoded(station.column)
    ids: dict[str, int] = {}
    place_of = np.full(len(texts) + 1, -1, np.int32)  # the last: blank cells
    for place, text in enumerate(map(clean_text, texts)):
        name = station.ids.get(text, text)
        try:
            verify_id(name, "a place")
        except NotAcceptable:
            continue
        place_of[place] = ids.setdefault(name, len(ids))
    # As a rule each text is one id: then the codes are the file's own.
    one_each = np.array_equal(place_of[:-1], np.arange(len(texts)))
    codes = written if one_each else place_of[written]
    refused = {}
    rows = np.flatnonzero(codes < 0)
    cells.verify_few(len(rows))
    for row in rows:
        text = texts[written[row]] if written[row] >= 0 else ""
        reason = "not an id" if text else "no station"
        expected = "ASCII letters, digits, '.', '_', '-'; else map it in [station.ids]"
        refused[int(row)] = (station.column, text, reason, expected)
    return codes, tuple(ids), refused


class _Details:
    """What the file's columns say of each place."""

    def __init__(self, cells: Cells, recipe: Recipe, codes: Codes, count: int) -> None:
        self.cells, self.station, self.codes = cells, recipe.station, codes
        self.count, self.figures = count, FigureText(recipe.table)
        station = recipe.station
        self.names = {
            language: self._texts(column, is_name=True)
            for language, column in station.name_columns.items()
        }
        self.attributes = {
            name: self._texts(column)
            for name, column in station.attribute_columns.items()
        }
        self.x = self._numbers(station.x_column, station.x)
        self.y = self._numbers(station.y_column, station.y)
        self.elevation = self._numbers(station.elevation_column, station.elevation)
        with_position = ~(np.isnan(self.x) | np.isnan(self.y))
        self.longitude, self.latitude = np.full((2, count), np.nan)
        if with_position.any():
            self.longitude[with_position], self.latitude[with_position] = to_wgs84(
                self.x[with_position], self.y[with_position], station.crs
            )
        self._notice_odd_positions(station.crs)

    def _notice_odd_positions(self, crs: str) -> None:
        """Point at coordinates that are nowhere, or not where their system is used."""
        column = self.station.x_column or "x"
        given = ~(np.isnan(self.x) & np.isnan(self.y))
        nowhere = given & np.isnan(self.longitude)
        odd = nowhere.copy()
        if given.any():
            odd |= is_far_from_use(self.longitude, self.latitude, crs)
        for code in np.flatnonzero(odd).tolist():
            (rows,) = np.nonzero(self.codes == code)
            written = f"{self.x[code]:.10g} {self.y[code]:.10g}"
            reason = f"no place on Earth has these coordinates in {crs}"
            if not nowhere[code]:
                point = f"{self.longitude[code]:.2f}, {self.latitude[code]:.2f}"
                reason = (
                    f"{written} is {point} in degrees, far from where {crs} is used"
                )
            row = int(rows[0]) if len(rows) else -1
            self.cells.notice(row, column, written, reason)

    def place(self, code: int, name: str) -> Place:
        station = self.station
        names = dict(station.names)
        for language, texts in self.names.items():
            if texts[code]:
                names[language] = texts[code]
        shared = (station.same_as_id + name,) if station.same_as_id else ()
        return Place(
            id=name,
            kind=station.kinds.get(name, station.kind),
            # 'und' is BCP 47's tag for a language that is not determined: an id.
            names=names or {"und": name},
            position=self._position(code),
            within=station.within,
            same_as=station.same_as + shared,
            attributes={
                key: texts[code]
                for key, texts in self.attributes.items()
                if texts[code]
            },
        )

    def _position(self, code: int) -> Position | None:
        if np.isnan(self.longitude[code]) or np.isnan(self.latitude[code]):
            return None
        elevation = self.elevation[code]
        return Position(
            longitude=float(self.longitude[code]),
            latitude=float(self.latitude[code]),
            crs=self.station.crs,
            x=float(self.x[code]),
            y=float(self.y[code]),
            elevation=None if np.isnan(elevation) else float(elevation),
            vertical_datum=self.station.vertical_datum,
        )

    def _texts(self, column: str, *, is_name: bool = False) -> list[str]:
        """Return the first text that stands in `column` for each place."""
        written, texts = self.cells.encoded(column)
        found = [""] * self.count
        for code, (row, text) in self._firsts(column, written, texts):
            text = clean_text(text)  # noqa: PLW2901
            cleaned = without_marks(text)
            if is_name and cleaned != text:
                reason = "invisible marks of direction were taken out of the name"
                self.cells.notice(row, column, text, reason)
            found[code] = cleaned
        return found

    def _numbers(self, column: str, constant: float | None) -> npt.NDArray[np.float64]:
        found = np.full(self.count, np.nan if constant is None else constant)
        if not column:
            return found
        written, texts = self.cells.encoded(column)
        for code, (row, text) in self._firsts(column, written, texts):
            if text in self.figures.gaps:
                continue
            try:
                found[code] = self.figures.number(clean_text(text))
            except ValueError as error:
                self.cells.reject(row, column, text, str(error), "a number", lost=0)
        return found

    def _firsts(
        self, column: str, written: Codes, texts: list[str]
    ) -> list[tuple[int, tuple[int, str]]]:
        """Return the first text of each place, as (place, (row, text))."""
        rows = np.flatnonzero((self.codes >= 0) & (written >= 0))
        pairs = self.codes[rows].astype(np.int64) << 32 | written[rows]
        _, first = np.unique(pairs, return_index=True)
        found: dict[int, tuple[int, str]] = {}
        for place in np.sort(first):
            row = int(rows[place])
            code, text = int(self.codes[row]), texts[written[row]]
            if found.setdefault(code, (row, text))[1] != text:
                reason = f"an earlier row says {found[code][1]!r} of the same place"
                self.cells.notice(row, column, text, reason)
        return sorted(found.items())
