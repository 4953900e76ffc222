"""How large a download becomes: told before it starts, refused where too large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa

from waternet.api.downloads.forms import FORMS, Form
from waternet.api.problem import Problem
from waternet.bank.amount import count_by_release, most_figures
from waternet.bank.catalogue import Series
from waternet.bank.extent import extents
from waternet.bank.question import Question
from waternet.bank.store import Bank

__all__ = ["Amount", "amount_of", "estimate", "verify_amount"]

_DAYS: Final = {  # of the shortest of each
    "hour": 1 / 24,
    "day": 23 / 24,
    "month": 28.0,
    "season": 90.0,
    "hydrological-year": 365.0,
    "year": 365.0,
}
_SHARED = 0.05  # s, which every answer takes
_SCANNED = 20_000_000  # figures a second that are gathered


@dataclass(frozen=True, slots=True)
class Amount:
    """How much a question is about.

    Attributes
    ----------
    figures : int
        As published, in the time asked for.
    rows : int
        Of the answer; where figures are gathered, at most so many.
    releases : pyarrow.Table
        party, release, figures.
    span : (datetime or None, datetime or None)
        Of what is asked for, as far as there are figures.
    """

    figures: int
    rows: int
    releases: pa.Table
    span: tuple[datetime | None, datetime | None]


def amount_of(bank: Bank, series: Sequence[Series], question: Question) -> Amount:
    """Return how much a question is about, counted."""
    releases = count_by_release(bank, series, question)
    figures = sum(releases["figures"].to_pylist())
    span = _span(bank, series, question)
    rows = figures
    if question.aggregate and figures:
        rows = min(figures, most_periods(bank, series, question))
    return Amount(figures, rows, releases, span)


def most_periods(bank: Bank, series: Sequence[Series], question: Question) -> int:
    """Return how many rows a question that gathers figures has at most."""
    held = most_figures(bank, series, question)
    start, end = _span(bank, series, question)
    if not held or start is None or end is None:
        return 0
    if question.aggregate not in _DAYS:
        return len(held)
    days = max(0.0, (end - start).total_seconds() / 86_400)
    return len(held) * (int(days / _DAYS[question.aggregate]) + 2)


def verify_amount(form: Form, amount: Amount) -> None:
    """Raise unless one answer of that form holds it.

    Raises
    ------
    Problem
        TooLarge (413); it tells the estimate, and how to divide the question.
    """
    if amount.rows <= form.most_rows:
        return
    parts = -(-amount.rows // form.most_rows)
    size = amount.rows * form.bytes_each / 1e6
    hint = f"ask {parts} times or more"
    start, end = amount.span
    if start and end and end.year > start.year:
        years = max(1, int((end.year - start.year + 1) / parts))
        hint += f", for example {years} year{'s' * (years > 1)} at a time (start, end)"
    larger = [one.name for one in FORMS.values() if one.most_rows >= amount.rows]
    if larger:
        hint += f"; or ask for format={larger[0]}"
    raise Problem(
        "TooLarge",
        f"this is {amount.rows:,} rows, about {size:,.0f} MB as {form.name}; one "
        f"answer holds at most {form.most_rows:,}",
        hint,
    )


def estimate(amount: Amount, forms: Sequence[str]) -> dict[str, Any]:
    """Return what each form of an answer would be: rows, bytes, seconds, roughly."""
    gathered = amount.figures / _SCANNED if amount.rows < amount.figures else 0.0
    told = {}
    for name in forms:
        form = FORMS[name]
        seconds = _SHARED + amount.rows / form.rows_a_second + gathered
        told[name] = {
            "bytes": amount.rows * form.bytes_each + 2_000,
            "seconds": round(seconds, 2),
            "most_rows": form.most_rows,
            "parts": max(1, -(-amount.rows // form.most_rows)),
        }
    return {
        "figures": amount.figures,
        "rows": amount.rows,
        "releases": amount.releases.num_rows,
        "forms": told,
    }


def _span(
    bank: Bank, series: Sequence[Series], question: Question
) -> tuple[datetime | None, datetime | None]:
    table = extents(bank, series, question.as_of).table
    if not table.num_rows:
        return None, None
    first = min(table["first"].to_pylist()).replace(tzinfo=UTC)
    last = max(table["last"].to_pylist()).replace(tzinfo=UTC)
    return (
        max(first, question.start) if question.start else first,
        min(last, question.end) if question.end else last,
    )
