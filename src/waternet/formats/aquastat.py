"""AQUASTAT, FAO's water accounts: query exports, and the same in long form.

A query export is a text table in UTF-8 with a byte order mark and blank lines above
its headings (Area, Area Id, Variable Name, Variable Id, Year, Value, Symbol, Md), an
area written 'JOR|Jordan', and notes below. The long form has columns iso3, country,
variable_id, variable, year, value, symbol, md.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cells import Cells
from waternet.formats.layout import read_cells
from waternet.formats.reading import Reading, Reject
from waternet.formats.recipe import Recipe, StationColumns, TimeColumns, ValueColumn
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import Term, find_by_code, get_terms

__all__ = ["is_aquastat", "read_aquastat"]

_COLUMNS = ("area", "name", "variable", "year", "value", "symbol", "note")
_QUERY = ("Area", "", "Variable Id", "Year", "Value", "Symbol", "Md")
_LONG = ("iso3", "country", "variable_id", "year", "value", "symbol", "md")


def is_aquastat(head: bytes, name: str) -> bool:
    """Return whether one of the first 20 lines has an export's headings."""
    del name
    lines = head.decode("utf-8-sig", errors="replace").splitlines()[:20]
    return any(
        {heading for heading in form if heading} <= set(row)
        for row in csv.reader(line for line in lines if line.isprintable())
        for form in (_QUERY, _LONG)
    )


def read_aquastat(path: Path, recipe: Recipe) -> Reading:
    """Read an AQUASTAT export.

    Parameters
    ----------
    path : Path
    recipe : Recipe
        `[station]` may set kind ('state' if it does not) and kinds by ISO 3166 code;
        `[every_value]` may set procedure, statistic and interval ('account', 'mean'
        over 'P1Y' if it does not).

    Returns
    -------
    Reading
        Areas have their ISO 3166 code as id. A value's symbol E, I, X, P or L is its
        status, a blank one 'reported'; the footnote's number is its qualifier. Units
        are AQUASTAT's own, from the vocabulary.

    Raises
    ------
    NotAcceptable
        There are no such headings.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines)
        try:
            rows = [(reader.line_num, row) for row in reader]
        except csv.Error as error:
            raise NotAcceptable(
                f"{path.name}, line {reader.line_num}: {error}"
            ) from error
    top, places = _find_headings(path, rows)
    width = _width(path, rows[top:])
    body, ragged = _without_notes(rows[top + 1 :], width)
    cells = Cells.from_rows(
        path.name, "", _COLUMNS, ((number, _row(row, places)) for number, row in body)
    )
    for number, row in ragged:
        reason, expected = (
            f"{len(row)} cells in this row",
            f"{width}, as in the headings",
        )
        line = ",".join(row)[:200]
        cells.rejects.append(Reject(path.name, "", number, "", line, reason, expected))
    _reject_unknown(cells)
    return read_cells(cells, _as_layout(recipe, cells))


def _find_headings(
    path: Path, rows: Sequence[tuple[int, list[str]]]
) -> tuple[int, list[int]]:
    """Return the row of the headings, and where each of `_COLUMNS` is in it."""
    for top, (_, row) in enumerate(rows[:20]):
        for form in (_QUERY, _LONG):
            if {name for name in form if name} <= set(row):
                return top, [row.index(name) if name else -1 for name in form]
    raise NotAcceptable(
        f"{path.name}: no headings of an AQUASTAT export in the first 20 lines",
        hint=f"they are {', '.join(filter(None, _QUERY))}; or {', '.join(_LONG)}",
    )


def _width(path: Path, rows: Sequence[tuple[int, list[str]]]) -> int:
    """Return how many cells a row has: query exports have one more than headings."""
    headings = len(rows[0][1])
    lengths = Counter(len(row) for _, row in rows[1:] if len(row) >= headings)
    if not lengths:
        raise NotAcceptable(f"{path.name}: no row with {headings} cells or more")
    return lengths.most_common(1)[0][0]


def _without_notes(
    rows: Sequence[tuple[int, list[str]]], width: int
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, list[str]]]]:
    """Return full rows, and rows of another length above the last full one.

    What stands below the last full row are the export's notes.
    """
    full = [place for place, (_, row) in enumerate(rows) if len(row) == width]
    above = rows[: full[-1] + 1] if full else []
    ragged = [entry for entry in above if len(entry[1]) != width and any(entry[1])]
    return [rows[place] for place in full], ragged


def _row(row: list[str], places: list[int]) -> list[str]:
    cells = [row[place] if place >= 0 else "" for place in places]
    cells[-1] = row[-1]  # where a cell has no heading, it is the one before the last
    if places[1] < 0:
        cells[0], _, cells[1] = cells[0].partition("|")
    cells[1] = cells[1] or cells[0]
    if cells[-1] == "0":  # no footnote
        cells[-1] = ""
    return cells


def _reject_unknown(cells: Cells) -> None:
    """Report variables that the vocabulary does not have, one by one."""
    for row, code in enumerate(cells.column("variable").to_pylist()):
        if find_by_code("observed_property", "aquastat", code) is None:
            expected = "a variable id of the vocabulary of observed properties"
            lost = int(bool(cells.column("value")[row].as_py()))
            cells.reject(row, "variable", code, "no such variable", expected, lost)


def _as_layout(recipe: Recipe, cells: Cells) -> Recipe:
    """Return the recipe of a long table: one kind of figure per variable."""
    every = recipe.every_value
    if every.interval == INSTANT:
        # Volumes are stated per year, populations and shares for one: means of it.
        every = replace(every, statistic="mean", interval="P1Y")
    if every.procedure == "unspecified":
        every = replace(every, procedure="account")
    values = []
    for code in sorted(set(cells.column("variable").to_pylist())):
        term = find_by_code("observed_property", "aquastat", code)
        if term is not None:
            values.append(_value(every, code, term))
    given = recipe.station
    station = StationColumns(
        column="area",
        ids=given.ids,
        kind=given.kind or "state",
        kinds=given.kinds,
        name_columns={"en": "name"},
        same_as_id="iso3166:",
    )
    codes = {
        symbol: term.id
        for term in get_terms("status").values()
        for symbol in term.codes.get("aquastat", ())
    }
    return replace(
        recipe,
        station=station,
        time=TimeColumns(year_column="year", zone=recipe.time.zone),
        value=tuple(values),
        status_codes=codes | dict(recipe.status_codes),
    )


def _value(every: ValueColumn, code: str, term: Term) -> ValueColumn:
    # AQUASTAT publishes four quantities under two ids: both stand, told apart.
    again = code != term.codes["aquastat"][0]
    return replace(
        every,
        column="value",
        observed_property=term.id,
        unit=term.unit,
        procedure=f"{every.procedure}-{code}" if again else every.procedure,
        when={"variable": code},
        status="reported",
        status_column="symbol",
        qualifier_column="note",
    )
