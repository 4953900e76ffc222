"""AQUASTAT, FAO's water accounts: query exports, long form, bulk exports.

A query export is a text table in UTF-8 with a byte order mark and blank lines above
its headings (Area, Area Id, Variable Name, Variable Id, Year, Value, Symbol, Md), an
area written 'JOR|Jordan', and notes below. The long form has columns iso3, country,
variable_id, variable, year, value, symbol, md. A bulk export has m49, VariableGroup,
Subgroup, Variable, Area, Year, Value, Unit, Symbol, IsAggregate: variables have names
there, and areas numbers.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from waternet.errors import NotAcceptable
from waternet.formats.aquastat_labels import find_state, find_variable
from waternet.formats.cells import Cells
from waternet.formats.layout import read_cells
from waternet.formats.reading import Reading, Reject
from waternet.formats.recipe import Recipe, StationColumns, TimeColumns, ValueColumn
from waternet.formats.units import to_ucum
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import Term, find_by_code, get_terms
from waternet.quantity import is_same_unit

__all__ = ["is_aquastat", "read_aquastat"]

_COLUMNS = ("area", "name", "variable", "year", "value", "symbol", "note")
_QUERY = ("Area", "", "Variable Id", "Year", "Value", "Symbol", "Md")
_LONG = ("iso3", "country", "variable_id", "year", "value", "symbol", "md")
_BULK = ("m49", "Area", "Variable", "Year", "Value", "Symbol", "")
_FORMS = (_QUERY, _LONG, _BULK)


def is_aquastat(head: bytes, name: str) -> bool:
    """Return whether one of the first 20 lines has an export's headings."""
    del name
    lines = head.decode("utf-8-sig", errors="replace").splitlines()[:20]
    return any(
        _find_columns(row, form)
        for row in csv.reader(line for line in lines if line.isprintable())
        for form in _FORMS
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
        are AQUASTAT's own, from the vocabulary. In a bulk export a variable is known
        by its name; each that is not is refused once, with all its figures, and so is
        each area that is no state.

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
    top, form, places = _find_headings(path, rows)
    width = _width(path, rows[top:])
    body, ragged = _without_notes(rows[top + 1 :], width)
    read = _bulk_row if form is _BULK else _row
    cells = Cells.from_rows(
        path.name, "", _COLUMNS, ((number, read(row, places)) for number, row in body)
    )
    for number, row in ragged:
        reason, expected = (
            f"{len(row)} cells in this row",
            f"{width}, as in the headings",
        )
        line = ",".join(row)[:200]
        cells.rejects.append(Reject(path.name, "", number, "", line, reason, expected))
    known = {code: _find_term(code) for code in set(_texts(cells, "variable"))}
    _reject_unknown(cells, known)
    if form is _BULK:
        _reject_other_units(cells, known, _units(rows[top][1], body))
        _reject_groups(cells)
    return read_cells(cells, _as_layout(recipe, cells, known))


def _find_columns(row: Sequence[str], form: Sequence[str]) -> list[int]:
    """Return where the headings of a form are, -1 for those it lacks; [] if not all."""
    there = [_plain(name) for name in row]
    wanted = [_plain(name) for name in form]
    if not {name for name in wanted if name} <= set(there):
        return []
    return [there.index(name) if name else -1 for name in wanted]


def _plain(heading: str) -> str:
    """Return a heading without blanks and capitals, in which exports differ."""
    return "".join(heading.split()).replace("_", "").casefold()


def _find_headings(
    path: Path, rows: Sequence[tuple[int, list[str]]]
) -> tuple[int, tuple[str, ...], list[int]]:
    """Return the row of the headings, their form, and where `_COLUMNS` are in it."""
    for top, (_, row) in enumerate(rows[:20]):
        for form in _FORMS:
            places = _find_columns(row, form)
            if places:
                return top, form, places
    raise NotAcceptable(
        f"{path.name}: no headings of an AQUASTAT export in the first 20 lines",
        hint="they are " + "; or ".join(", ".join(filter(None, x)) for x in _FORMS),
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


def _bulk_row(row: list[str], places: list[int]) -> list[str]:
    cells = [row[place].strip() if place >= 0 else "" for place in places]
    cells[0] = find_state(cells[0]) or cells[0]
    return cells


def _texts(cells: Cells, column: str) -> list[str]:
    return [text or "" for text in cells.column(column).to_pylist()]


def _find_term(variable: str) -> Term | None:
    """Return what a variable is, by its id or else by its name."""
    by_id = find_by_code("observed_property", "aquastat", variable)
    return by_id or (None if variable.isdigit() else find_variable(variable))


def _reject_unknown(cells: Cells, known: Mapping[str, Term | None]) -> None:
    """Report each variable that the vocabulary does not have, with all its figures."""
    expected = "a variable of the vocabulary of observed properties"
    _reject_each(cells, "variable", lambda code: known[code] is None, expected)


def _units(
    headings: Sequence[str], body: Sequence[tuple[int, list[str]]]
) -> dict[str, str]:
    """Return the unit that stands beside each variable's first figure."""
    there = [_plain(name) for name in headings]
    if "unit" not in there:
        return {}
    variable, unit = there.index("variable"), there.index("unit")
    found: dict[str, str] = {}
    for _, row in body:
        found.setdefault(row[variable].strip(), row[unit].strip())
    return found


def _reject_other_units(
    cells: Cells, known: Mapping[str, Term | None], units: Mapping[str, str]
) -> None:
    """Report variables in a unit that is known and is not AQUASTAT's own of them."""
    others = set()
    for code, term in known.items():
        unit = to_ucum(units.get(code, ""))
        if term and unit and not is_same_unit(unit, term.unit):
            others.add(code)
    expected = "figures in the unit that the vocabulary has for this variable"
    _reject_each(cells, "variable", others.__contains__, expected)


def _reject_groups(cells: Cells) -> None:
    """Report each area that is no state, with all figures of known variables."""
    expected = "the UN M49 number of a state or area that has an ISO 3166 code"
    _reject_each(cells, "area", lambda area: area.isdigit(), expected)


def _reject_each(
    cells: Cells, column: str, is_bad: Callable[[str], bool], expected: str
) -> None:
    """Refuse what is bad in a column once each, and leave out its rows."""
    texts = _texts(cells, column)
    figures = [bool(text) for text in _texts(cells, "value")]
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        if is_bad(text):
            rows.setdefault(text, []).append(row)
    names = _texts(cells, "name")
    for text, bad in rows.items():
        lost = sum(figures[row] for row in bad)
        reason = f"no such {column}, in {len(bad)} rows"
        shown = text if column == "variable" else f"{text} {names[bad[0]]}"
        cells.reject(bad[0], column, shown, reason, expected, lost)
    left_out = {row for bad in rows.values() for row in bad}
    if left_out:
        keep = pa.array([row not in left_out for row in range(len(texts))])
        cells.columns = {
            name: values.filter(keep) for name, values in cells.columns.items()
        }
        cells.rows = cells.rows[keep.to_numpy(zero_copy_only=False)]


def _as_layout(
    recipe: Recipe, cells: Cells, known: Mapping[str, Term | None]
) -> Recipe:
    """Return the recipe of a long table: one kind of figure per variable."""
    every = recipe.every_value
    if every.interval == INSTANT:
        # Volumes are stated per year, populations and shares for one: means of it.
        every = replace(every, statistic="mean", interval="P1Y")
    if every.procedure == "unspecified":
        every = replace(every, procedure="account")
    values = []
    for code in sorted(set(_texts(cells, "variable"))):
        term = known[code]
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
    again = code.isdigit() and code != term.codes["aquastat"][0]
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
