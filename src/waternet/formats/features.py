"""Rows with a position: what maps, shapefiles and geopackages hold.

A position is a cell like any other: the columns of coordinates stand behind those of
the attributes, and a recipe names them as it names any column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_CELL, Cells, unique_headings
from waternet.formats.layout import read_cells
from waternet.formats.mojibake import repair_mojibake
from waternet.formats.preview import MAX_PREVIEW_ROWS, Sheet
from waternet.formats.reading import Reading, Reject
from waternet.formats.recipe import Recipe

__all__ = [
    "NUMBER",
    "Features",
    "Point",
    "has_own_ids",
    "number_features",
    "preview_features",
    "read_features",
    "repair_texts",
]

NUMBER = "geometry.number"

Point = tuple[str, str, str]  # easting or longitude, northing or latitude, height
Row = tuple[int, Sequence[str | None]]


@dataclass
class Features:
    """A table of attributes and the position of each row.

    Attributes
    ----------
    file, sheet : str
    headings : list of str, (columns,)
        Of the attributes.
    rows : list of (number, cells)
    points : list of (x, y, z) or None, one for each row
        None for the whole table where it has no positions.
    crs : str
        What the file itself says: 'EPSG:28191'; '' where it says nothing certain.
    prefix : str
        Before the names of the columns of coordinates.
    outlines : list of int
        Numbers of the rows whose position stands for a line or an area.
    notices : list of Reject
    """

    file: str
    sheet: str
    headings: list[str]
    rows: list[Row]
    points: list[Point] | None = None
    crs: str = ""
    prefix: str = ""
    outlines: list[int] = field(default_factory=list)
    notices: list[Reject] = field(default_factory=list)

    @property
    def axes(self) -> tuple[str, ...]:
        """Headings of the columns of coordinates: 'x', 'y' and, if any has one, 'z'."""
        if self.points is None:
            return ()
        names = (
            ("x", "y", "z") if any(point[2] for point in self.points) else ("x", "y")
        )
        taken = {heading.casefold() for heading in self.headings}
        prefix = self.prefix or ("geometry." if taken & set(names) else "")
        return tuple(prefix + name for name in names)

    @property
    def table(self) -> tuple[list[str], list[Row]]:
        """Headings and rows, positions behind the attributes."""
        width, axes = len(self.headings), self.axes
        if not axes:
            return self.headings, self.rows
        rows: list[Row] = []
        for (number, cells), point in zip(self.rows, self.points or (), strict=True):
            blank = [None] * (width - len(cells))
            rows.append((number, [*cells, *blank, *point[: len(axes)]]))
        return [*self.headings, *axes], rows

    def notice(self, row: int, column: str, value: str, reason: str) -> None:
        """Point at something that was taken, yet should be looked at."""
        self.notices.append(
            Reject(self.file, self.sheet, row, column, value[:200], reason, lost=0)
        )


def repair_texts(features: Features, code_page: str) -> None:
    """Repair headings and cells that were read in a wrong code page."""
    if not code_page:
        return
    features.headings = [repair_mojibake(text, code_page) for text in features.headings]
    features.rows = [
        (number, [cell and repair_mojibake(cell, code_page) for cell in cells])
        for number, cells in features.rows
    ]


def has_own_ids(features: Features) -> bool:
    """Return whether some attribute is another text in every row."""
    for place in range(len(features.headings)):
        texts = {cells[place] or "" for _, cells in features.rows if place < len(cells)}
        if "" not in texts and len(texts) == len(features.rows):
            return True
    return False


def number_features(features: Features) -> None:
    """Add each row's number as its last attribute, and say so."""
    width = len(features.headings)
    features.headings = [*features.headings, NUMBER]
    features.rows = [
        (number, [*cells, *[None] * (width - len(cells)), str(number)])
        for number, cells in features.rows
    ]
    reason = "nothing in the file tells features apart: each is called by its place in "
    reason += "it, and a file in another order calls them otherwise"
    features.notice(0, NUMBER, "", reason)


def read_features(features: Features, recipe: Recipe) -> Reading:
    """Read rows with positions through a recipe.

    Returns
    -------
    Reading
        Positions are in the recipe's crs, else in the one that the file states. A
        notice says which rows lost an outline, and where the two systems differ.

    Raises
    ------
    NotAcceptable
        Neither the recipe nor the file says in what system the coordinates are.
    """
    headings, rows = features.table
    for number, row in rows:
        long = max((len(cell) for cell in row if cell), default=0)
        if long > MAX_CELL:
            raise NotAcceptable(
                f"{features.file}, row {number}: a cell of {long} signs"
            )
    cells = Cells.from_rows(features.file, features.sheet, headings, rows)
    recipe = _with_system(features, recipe)
    cells.notices += features.notices
    if features.outlines:
        first, count = features.outlines[0], len(features.outlines)
        reason = (
            f"{count} lines or areas from here on: a point on or inside each stands "
            "for it, the outline is not kept"
        )
        cells.notices.append(
            Reject(features.file, features.sheet, first, "geometry", "", reason, lost=0)
        )
    return read_cells(cells, recipe)


def preview_features(features: Features) -> Sheet:
    """Return the first rows and a sample of the others, with the file's own crs."""
    headings, rows = features.table
    # As the columns will be called, so that a recipe can name them.
    step = max(1, -(-len(rows) // MAX_PREVIEW_ROWS))
    head = rows[: MAX_PREVIEW_ROWS // 2]
    shown = rows if step == 1 else [*head, *rows[len(head) :: 2 * step]]
    return Sheet(
        features.sheet,
        tuple((number, tuple(cell or "" for cell in row)) for number, row in shown),
        tuple(unique_headings(headings)),
        len(rows),
        crs=features.crs,
    )


def _with_system(features: Features, recipe: Recipe) -> Recipe:
    station = recipe.station
    if station.x_column not in features.axes[:1]:
        if station.x_column and not station.crs:
            raise NotAcceptable(
                f"{features.file}: no crs for coordinates in {station.x_column!r}",
                hint="[station] crs = 'EPSG:4326' for degrees, or the grid's EPSG code",
            )
        return recipe
    if not station.crs and not features.crs:
        raise NotAcceptable(
            f"{features.file} does not say, or not for certain, in what reference "
            "system its coordinates are",
            hint="ask for it and write [station] crs: 'EPSG:28191' is the Palestine "
            "Grid, 'EPSG:28192' the Belt, 1,000 km apart",
        )
    if station.crs and features.crs and station.crs != features.crs:
        features.notice(
            0,
            station.x_column,
            features.crs,
            f"the file says {features.crs}; the recipe's {station.crs} was taken",
        )
    return replace(recipe, station=replace(station, crs=station.crs or features.crs))
