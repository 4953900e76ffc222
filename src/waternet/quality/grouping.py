"""Findings told once each: what, where, how many, when, and what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

import numpy as np
import pyarrow as pa

from waternet.observation.vocabulary import Grade
from waternet.observation.zone import find_zone
from waternet.quality.checks import CHECKS

__all__ = [
    "Example",
    "Finding",
    "group_findings",
    "round_beside",
    "write_figure",
]

_EXAMPLES = 3
_NOTES = 2


@dataclass(frozen=True, slots=True)
class Example:
    """One figure that a check objects to.

    Attributes
    ----------
    time : datetime, UTC
    value : float or None
    expected : float or None
        No finer than the value that it stands beside (`round_beside`).
    note : str
        '' for none.
    """

    time: datetime
    value: float | None
    expected: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Finding:
    """All that one check objects to in one datastream.

    Attributes
    ----------
    check, datastream : str
    grade : Grade
        The worst given.
    count : int
    first, last : datetime, UTC
    examples : tuple of Example
        At most three, from the first on.
    sentence : str
        The finding in plain words, with an example.
    advice : str
        What to do.
    """

    check: str
    datastream: str
    grade: Grade
    count: int
    first: datetime
    last: datetime
    examples: tuple[Example, ...]
    sentence: str
    advice: str


def group_findings(
    findings: pa.Table, zones: Mapping[str, str] | None = None
) -> list[Finding]:
    """Gather findings by datastream and check.

    Parameters
    ----------
    findings : pyarrow.Table, (k,)
        With the columns datastream, time, check, grade, value, expected and note.
    zones : mapping of str to str, optional
        Of each datastream, the zone in whose dates its sentence speaks; UTC where
        none is given.

    Returns
    -------
    list of Finding
        The worst first, then those of most figures.
    """
    if not findings.num_rows:
        return []
    datastreams, named = _codes(findings["datastream"])
    checks, checked = _codes(findings["check"])
    time = findings["time"].cast(pa.int64()).to_numpy()
    order = np.lexsort((time, checks, datastreams))
    key = datastreams[order].astype(np.int64) * len(checked) + checks[order]
    groups = np.split(order, np.flatnonzero(np.diff(key)) + 1)
    gathered = []
    for rows in groups:
        name = named[datastreams[rows[0]]]
        zone = find_zone((zones or {}).get(name, "UTC"))
        gathered.append(_finding(findings.take(pa.array(rows)), zone))
    gathered.sort(key=lambda one: (-one.grade, -one.count, one.check, one.datastream))
    return gathered


def _finding(rows: pa.Table, zone: tzinfo) -> Finding:
    """Return the finding that all rows of one datastream and check make, by time."""
    some = rows.slice(0, _EXAMPLES).to_pylist()
    examples = tuple(
        Example(
            one["time"],
            one["value"],
            round_beside(one["expected"], one["value"]),
            one["note"] or "",
        )
        for one in some
    )
    name = some[0]["check"]
    check = CHECKS.get(name)  # findings of a later version may name others
    said = check.finding if check else name
    last = rows["time"][rows.num_rows - 1].as_py()
    days = _date(examples[0].time, zone), _date(last, zone)
    notes = _count_notes(*_codes(rows["note"]))
    return Finding(
        check=name,
        datastream=some[0]["datastream"],
        grade=Grade(int(rows["grade"].to_numpy().max())),
        count=rows.num_rows,
        first=examples[0].time,
        last=last,
        examples=examples,
        sentence=_sentence(said, rows.num_rows, examples[0], days, notes),
        advice=check.advice if check else "",
    )


def round_beside(expected: float | None, value: float | None) -> float | None:
    """Round what was expected to the decimals of the value beside it, and one more.

    What is small beside it keeps two digits: 12 in another unit may be 0.012.

    Examples
    --------
    >>> round_beside(69.09463415, 6.9), round_beside(2000.04, 2149.0)
    (69.09, 2000.0)
    >>> round_beside(0.0123, 12.0)
    0.012
    """
    if expected is None or value is None or not math.isfinite(expected + value):
        return expected
    decimals = -int(Decimal(f"{value:.10g}").normalize().as_tuple().exponent)
    finest = max(decimals, 0) + 1
    if expected:
        finest = max(finest, 1 - math.floor(math.log10(abs(expected))))
    return round(expected, finest)


def write_figure(value: float) -> str:
    """Write a figure as a person would: no more digits than it has.

    Examples
    --------
    >>> write_figure(-211.28999999999996), write_figure(1234567.0), write_figure(3e-7)
    ('-211.29', '1,234,567', '3e-07')
    """
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.6g}"
    digits = max(0, 6 - len(f"{abs(value):.0f}")) if abs(value) < 1e6 else 0
    written = f"{value:,.{max(digits, 2)}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _date(time: datetime, zone: tzinfo) -> str:
    return f"{time.replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d}"


def _sentence(
    finding: str,
    count: int,
    example: Example,
    days: tuple[str, str],
    notes: list[tuple[str, int]],
) -> str:
    """Return the sentence of a finding, with its first example."""
    first, last = days
    said = f"{count:,} value{'s' if count > 1 else ''} {finding}"
    if len(notes) == 1:
        said += f": {notes[0][0]}"
    elif notes:
        told = [f"{note} ({number:,})" for note, number in notes[:_NOTES]]
        said += ": " + ", ".join(told)
        said += " and others" if len(notes) > _NOTES else ""
    said += f"; on {first}" if first == last else f"; {first} to {last}"
    if example.value is not None:
        said += f", such as {write_figure(example.value)}"
        said += "" if first == last else f" on {first}"
        if example.expected is not None:
            said += f" where {example.expected:,.10g} would not surprise"
    return said


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Return a text column as codes, -1 for null, and its texts."""
    texts = column.cast(pa.string()).combine_chunks().dictionary_encode()
    codes = texts.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, texts.dictionary.to_pylist()


def _count_notes(codes: np.ndarray, names: list[str]) -> list[tuple[str, int]]:
    """Return the notes of a finding and how often each, the most frequent first."""
    which, counts = np.unique(codes[codes >= 0], return_counts=True)
    told = [(names[one], int(n)) for one, n in zip(which, counts, strict=True)]
    return sorted(told, key=lambda one: (-one[1], one[0]))
