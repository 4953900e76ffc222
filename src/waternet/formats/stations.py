"""Places from the columns that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells, clean_text
from waternet.formats.firsts import find_firsts
from waternet.formats.identifiers import make_id, make_ids
from waternet.formats.positions import read_positions
from waternet.formats.recipe import Recipe, StationColumns
from waternet.observation.legible import without_marks
from waternet.observation.place import Place, Position, verify_id

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
    names: dict[str, str] = {}
    if station.id:
        codes = np.zeros(len(cells.rows), np.int32)
        ids: tuple[str, ...] = (station.id,)
        refused: dict[int, tuple[str, str, str, str]] = {}
    else:
        codes, ids, names, refused = _read_ids(cells, station)
    positions = read_positions(cells, recipe, codes, ids)
    details = _Details(cells, station, codes, len(ids))
    places = [
        details.place(code, name, names.get(name, name), positions[code])
        for code, name in enumerate(ids)
    ]
    return Stations(codes, ids, tuple(sorted(places, key=lambda p: p.id)), refused)


def _read_ids(
    cells: Cells, station: StationColumns
) -> tuple[
    Codes, tuple[str, ...], dict[str, str], dict[int, tuple[str, str, str, str]]
]:
    """Return each row's place in the ids, those, and what the file calls each."""
    written, texts = _written(cells, station)
    ids: dict[str, int] = {}
    names: dict[str, str] = {}
    place_of = np.full(len(texts) + 1, -1, np.int32)  # the last: blank cells
    cleaned = [clean_text(text) for text in texts]
    made = _made(cells, station, written, cleaned) if station.make_ids else {}
    for place, text in enumerate(cleaned):
        name = station.ids.get(text) or made.get(text, text)
        try:
            verify_id(name, "a place")
        except NotAcceptable:
            continue
        names.setdefault(name, without_marks(text))
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
    return codes, tuple(ids), names if station.make_ids else {}, refused


def _written(cells: Cells, station: StationColumns) -> tuple[Codes, list[str]]:
    """Return each row's place among the distinct texts that ids are made of."""
    written, texts = cells.encoded(station.column)
    for column in station.also_columns:
        more, others = cells.encoded(column)
        count = len(others) + 1
        pairs = (written.astype(np.int64) + 1) * count + more + 1
        distinct, codes = np.unique(pairs, return_inverse=True)
        first, second = ["", *texts], ["", *others]
        texts = [
            "-".join(filter(None, (first[pair // count], second[pair % count])))
            for pair in distinct.tolist()
        ]
        written = np.where(written < 0, np.int32(-1), codes.astype(np.int32))
    return written, texts


def _made(
    cells: Cells, station: StationColumns, written: Codes, texts: list[str]
) -> dict[str, str]:
    """Return made ids; point at texts that would have had the same."""
    made = make_ids(text for text in texts if text and text not in station.ids)
    for text, name in made.items():
        if name != make_id(text):
            rows = np.flatnonzero(written == texts.index(text))
            reason = f"another text gives {make_id(text)!r} too; this one is {name!r}"
            cells.notice(int(rows[0]), station.column, text, reason)
    return made


class _Details:
    """What the file's columns say of each place."""

    def __init__(
        self, cells: Cells, station: StationColumns, codes: Codes, count: int
    ) -> None:
        self.cells, self.station = cells, station
        self.codes, self.count = codes, count
        self.names = {
            language: self._texts(column, is_name=True)
            for language, column in station.name_columns.items()
        }
        self.attributes = {
            name: self._texts(column)
            for name, column in station.attribute_columns.items()
        }

    def place(
        self, code: int, name: str, written: str, position: Position | None
    ) -> Place:
        station = self.station
        names = dict(station.names)
        for language, texts in self.names.items():
            if texts[code]:
                names[language] = texts[code]
        shared = (station.same_as_id + name,) if station.same_as_id else ()
        return Place(
            id=name,
            kind=station.kinds.get(name, station.kind),
            # 'und' is BCP 47's tag for a language that is not determined.
            names=names or {"und": written},
            position=position,
            within=station.within,
            same_as=station.same_as + shared,
            attributes={
                key: texts[code]
                for key, texts in self.attributes.items()
                if texts[code]
            },
        )

    def _texts(self, column: str, *, is_name: bool = False) -> list[str]:
        """Return the first text that stands in `column` for each place."""
        found = [""] * self.count
        for code, row, written in find_firsts(self.cells, column, self.codes):
            text = clean_text(written)
            cleaned = without_marks(text)
            if is_name and cleaned != text:
                reason = "invisible marks of direction were taken out of the name"
                self.cells.notice(row, column, text, reason)
            found[code] = cleaned
        return found
