"""The command `round`: what laboratories found in one sample, side by side."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waternet.cli.options import JsonFlag, chosen_form
from waternet.cli.show import Form, form_of, isolated, say, show_rows, show_table
from waternet.errors import NotAcceptable, NotFound

if TYPE_CHECKING:
    from waternet.quality.interlaboratory import Round

__all__ = ["round_"]

_NEEDED = ("laboratory", "parameter", "value")
_NUMBERS = ("uncertainty", "reference", "reference_uncertainty", "deviation")
_SIGNED = ("value", "reference")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LARGEST = 50_000_000  # bytes
_COLUMNS = (
    *("parameter", "laboratory", "reported", "value", "uncertainty", "assigned"),
    *("assigned_uncertainty", "consensus", "deviation", "z", "z_prime", "zeta", "en"),
    *("score", "verdict"),
)
_SHOWN = (
    *("parameter", "laboratory", "reported", "assigned", "z", "z_prime", "zeta", "en"),
    *("score", "verdict"),
)


def round_(
    file: Annotated[
        Path,
        typer.Argument(help="CSV with laboratory, parameter, value; a result a row."),
    ],
    json: JsonFlag = False,
    csv_: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to a file; its ending is the form."),
    ] = None,
) -> None:
    """Score the laboratories of a round by ISO 13528 (z, z', zeta, En)."""
    form = chosen_form(json=json, csv=csv_)
    if output is not None and form is Form.TEXT:
        form = form_of(output)
    table, remarks = _scored(_read_results(file))
    if form is not Form.TEXT:
        show_table(table, form, output)
        return
    for remark in remarks:
        say(remark)
    show_rows(_as_people_read(table), of=table.num_rows)


def _read_results(path: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the file by parameter, each with its line's number.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is too large, not UTF-8, lacks a column, or a row is not whole.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}", hint="give the CSV file of the round")
    if path.stat().st_size > _LARGEST:
        raise NotAcceptable(f"{path}: more than {_LARGEST // 10**6} MB are no round")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"{path} is not UTF-8: {error}") from error
    reader = csv.DictReader(io.StringIO(text), restkey="", restval="")
    rounds: dict[str, list[dict[str, str]]] = {}
    try:
        headings = reader.fieldnames = _headings(path, reader.fieldnames or ())
        for row in reader:
            plain = {name: (row[name] or "").strip() for name in headings if name}
            plain["line"] = f"{path}, line {reader.line_num}"
            _verify_names(plain)
            rounds.setdefault(plain["parameter"], []).append(plain)
    except csv.Error as error:
        raise NotAcceptable(f"{path}, line {reader.line_num + 1}: {error}") from error
    return rounds


def _headings(path: Path, written: Sequence[str]) -> list[str]:
    headings = [name.strip().lower() for name in written]
    missing = [name for name in _NEEDED if name not in headings]
    if missing:
        raise NotAcceptable(
            f"{path}: no column {', '.join(missing)}; there are "
            f"{', '.join(headings)!r:.200}",
            hint=f"needed: {', '.join(_NEEDED)}; possible: {', '.join(_NUMBERS)}",
        )
    return headings


def _verify_names(row: Mapping[str, str]) -> None:
    from waternet.observation.legible import verify_legible

    for name in ("laboratory", "parameter"):
        if not row[name]:
            raise NotAcceptable(f"{row['line']}: no {name}")
        verify_legible(row[name], f"{row['line']}: {name}")


def _scored(rounds: Mapping[str, list[dict[str, str]]]) -> tuple[Any, list[str]]:
    """Return the scores as a table, and what is to be said of each parameter."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    remarks = []
    for parameter, results in rounds.items():
        _verify_once(results)
        values = [_result(row) for row in results]
        found, remark = _assess(parameter, values, results)
        remarks.append(remark)
        for place, row in enumerate(results):
            rows.append(_row(row, values[place], found, place))
    text = {"parameter", "laboratory", "reported", "score", "verdict"}
    kinds = {name: pa.string() if name in text else pa.float64() for name in _COLUMNS}
    kinds["consensus"] = pa.bool_()
    return pa.Table.from_pylist(rows, pa.schema(list(kinds.items()))), remarks


def _assess(
    parameter: str, values: list[float], results: list[dict[str, str]]
) -> tuple[Round | None, str]:
    """Return the scores of one parameter, or None, and what is to be said of it."""
    import numpy as np

    from waternet.quality.interlaboratory import assess

    reference, uncertainty, deviation = (
        _shared(results, name) for name in _NUMBERS[1:]
    )
    uncertainties = np.array([_number(row, "uncertainty") for row in results])
    try:
        found = assess(
            np.array(values),
            uncertainties,
            reference,
            0.0 if math.isnan(uncertainty) else uncertainty,
            deviation,
        )
    except NotAcceptable as error:  # too few, or all one: the others are scored
        return None, f"{isolated(parameter)}: not scored: {error}"
    return found, _told(parameter, found)


def _row(
    row: Mapping[str, str], value: float, found: Round | None, place: int
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "parameter": row["parameter"],
        "laboratory": row["laboratory"],
        "reported": row["value"],
        "value": value,
        "uncertainty": _number(row, "uncertainty"),
        "verdict": "",
    }
    if found is not None:
        scores = found.scores
        told |= {
            "assigned": found.assigned.value,
            "assigned_uncertainty": found.assigned.uncertainty,
            "consensus": found.assigned.consensus,
            "deviation": found.assigned.deviation,
            "z": float(scores.z[place]),
            "z_prime": float(scores.z_prime[place]),
            "zeta": float(scores.zeta[place]),
            "en": float(scores.en[place]),
            "score": "z_prime" if found.prime else "z",
            "verdict": found.verdict[place],
        }
    return {
        name: None if isinstance(cell, float) and math.isnan(cell) else cell
        for name, cell in told.items()
    }


def _verify_once(results: list[dict[str, str]]) -> None:
    seen: dict[str, str] = {}
    for row in results:
        if row["laboratory"] in seen:
            raise NotAcceptable(
                f"{row['line']}: {row['laboratory']!r} has a result of "
                f"{row['parameter']!r} already, at {seen[row['laboratory']]}",
                hint="give one result, the mean of replicates",
            )
        seen[row["laboratory"]] = row["line"]


def _shared(results: list[dict[str, str]], name: str) -> float:
    """Return what all rows of a parameter say, or none of them (NaN)."""
    said = {row[name]: row for row in results if row.get(name)}
    if len(said) > 1:
        raise NotAcceptable(
            f"{results[0]['line']}: {results[0]['parameter']!r} has more than one "
            f"{name}: {', '.join(said)}",
            hint="a parameter has one for all laboratories",
        )
    return next((_number(row, name) for row in said.values()), math.nan)


def _result(row: Mapping[str, str]) -> float:
    """Return a result; NaN for none, or for a limit, which has no score."""
    if row["value"][:1] in ("<", ">"):
        _parsed(row, "value", row["value"][1:].strip())
        return math.nan
    return _number(row, "value")


def _number(row: Mapping[str, str], name: str) -> float:
    text = row.get(name, "")
    return _parsed(row, name, text) if text else math.nan


def _parsed(row: Mapping[str, str], name: str, text: str) -> float:
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number) or (number < 0 and name not in _SIGNED):
        raise NotAcceptable(
            f"{row['line']}: {name} is {text!r:.40}, not a number",
            hint="write 12.5 with a point; a limit as <0.05; nothing for no result",
        )
    return number


def _told(parameter: str, found: Round) -> str:
    assigned = found.assigned
    known = sum(bool(one) for one in found.verdict)
    how = f"consensus of {known}" if assigned.consensus else "reference"
    return (
        f"{isolated(parameter)}: assigned {assigned.value:.4g}, standard uncertainty "
        f"{assigned.uncertainty:.2g} ({how}), deviation {assigned.deviation:.3g}"
    )


def _as_people_read(table: Any) -> Any:
    import pyarrow as pa

    from waternet.cli.show import ROWS_SHOWN

    rows = table.slice(0, ROWS_SHOWN).select(_SHOWN).to_pylist()
    columns: dict[str, list[Any]] = {}
    for name in _SHOWN:
        cells = [row[name] for row in rows]
        if name in ("parameter", "laboratory"):
            cells = [isolated(cell) for cell in cells]
        elif name not in ("reported", "score", "verdict"):
            cells = [None if one is None else float(f"{one:.3g}") for one in cells]
        if any(cell not in (None, "") for cell in cells):
            columns[name] = cells
    return pa.table(columns)
