"""Places that stand across a table: a column of figures for each station."""

from __future__ import annotations

import numpy as np

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells, clean_text
from waternet.formats.recipe import Recipe
from waternet.formats.stations import Stations
from waternet.observation.legible import without_marks
from waternet.observation.place import Place, verify_id

__all__ = ["read_heading_stations"]


def read_heading_stations(
    cells: Cells, recipe: Recipe
) -> tuple[Stations, dict[str, int]]:
    """Read places from the headings that `[station] headings` lists.

    Returns
    -------
    stations : Stations
        No row is about a place; `codes` are zeros.
    across : dict of heading to int
        Place in `stations.ids` of each column. A column that is listed and not there
        is told in `cells.notices`.

    Raises
    ------
    NotAcceptable
        No listed column is there, or a heading cannot be an id.
    """
    station = recipe.station
    wanted = [clean_text(heading) for heading in station.headings]
    there = [heading for heading in wanted if heading in cells.columns]
    for heading in wanted:
        if heading not in cells.columns:
            cells.notice(-1, heading, "", "no such column: this station is not read")
    if not there:
        raise NotAcceptable(
            f"{cells.where}: none of the {len(wanted)} stations' columns is there",
            hint="is header_row right?",
        )
    ids = _ids(there, recipe)
    across: dict[str, int] = {}
    names: dict[str, str] = {}
    for heading, name in zip(there, ids, strict=True):
        verify_id(name, f"the station in column {heading!r}")
        names.setdefault(name, heading)
        across[heading] = list(names).index(name)
    places = [
        Place(
            id=name,
            kind=station.kinds.get(name, station.kind),
            names={"und": without_marks(heading)},
            within=station.within,
            same_as=(
                *station.same_as,
                *((station.same_as_id + name,) if station.same_as_id else ()),
            ),
        )
        for name, heading in names.items()
    ]
    codes = np.zeros(len(cells.rows), np.int32)
    ordered = tuple(sorted(places, key=lambda place: place.id))
    return Stations(codes, tuple(names), ordered, {}), across


def _ids(headings: list[str], recipe: Recipe) -> list[str]:
    station = recipe.station
    if not station.make_ids:
        return [station.ids.get(heading, heading) for heading in headings]
    from waternet.formats.identifiers import make_ids

    made = make_ids(headings)
    return [station.ids.get(heading, made[heading]) for heading in headings]
