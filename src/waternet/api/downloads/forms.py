"""In which form a file is asked for: a parameter, or the header Accept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from waternet.api.asked import Asked
from waternet.api.operation import Parameter
from waternet.errors import NotAcceptable

__all__ = ["FORMS", "Form", "form_of", "form_parameters"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which tables are given out.

    Attributes
    ----------
    name : str
        As `format` has it.
    media_type : str
    ending : str
        Of a file's name.
    most_rows : int
        That one answer holds: what a workbook can, or what its reader waits for.
    bytes_each, rows_a_second : int
        Of figures, roughly, as measured on two cores.
    """

    name: str
    media_type: str
    ending: str
    most_rows: int
    bytes_each: int
    rows_a_second: int


FORMS: Final = {
    one.name: one
    for one in (
        Form("json", "application/json", "json", 2_000_000, 240, 400_000),
        Form("csv", "text/csv; charset=utf-8", "csv", 20_000_000, 135, 700_000),
        Form(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            *("xlsx", 1_048_575, 45, 60_000),
        ),
        Form(
            "parquet",
            "application/vnd.apache.parquet",
            *("parquet", 50_000_000, 6, 1_600_000),
        ),
        Form(
            "arrow",
            "application/vnd.apache.arrow.stream",
            *("arrows", 20_000_000, 60, 3_000_000),
        ),
        Form("zip", "application/zip", "zip", 20_000_000, 12, 400_000),
        Form("waterml2", "application/xml", "xml", 2_000_000, 160, 300_000),
        Form("waterml1", "text/xml; charset=utf-8", "xml", 2_000_000, 200, 350_000),
    )
}


def form_parameters(names: Iterable[str]) -> tuple[Parameter, ...]:
    """Return the parameters by which a form is asked for."""
    schema = {"type": "string", "enum": list(names)}
    return (
        Parameter(
            "format", schema, "The form of the answer; else Accept says, or JSON."
        ),
        Parameter("f", schema, "The same as format."),
    )


def form_of(asked: Asked, names: Sequence[str]) -> Form:
    """Return the form that a request wants, the first of `names` if it says none.

    Raises
    ------
    NotAcceptable
        Two are asked for.
    """
    given = {asked.values[one] for one in ("format", "f") if one in asked.values}
    if len(given) > 1:
        raise NotAcceptable(
            f"two forms are asked for: {' and '.join(sorted(given))}",
            hint="format and f are the same; give one",
        )
    if given:
        return FORMS[given.pop()]
    return _accepted(asked.headers.get("accept", ""), names) or FORMS[names[0]]


def _accepted(written: str, names: Sequence[str]) -> Form | None:
    """Return the form that an Accept header names with the greatest weight."""
    kinds = {FORMS[one].media_type.partition(";")[0]: FORMS[one] for one in names}
    best: tuple[float, Form] | None = None
    for part in written[:2_000].split(","):
        name, *more = part.strip().lower().split(";")
        weight = _weight(more)
        found = kinds.get(name.strip())
        if found and weight > 0 and (best is None or weight > best[0]):
            best = weight, found
    return best[1] if best else None


def _weight(parameters: Sequence[str]) -> float:
    for one in parameters:
        name, _, text = one.strip().partition("=")
        if name == "q":
            try:
                return float(text)
            except ValueError:
                return 0.0
    return 1.0
