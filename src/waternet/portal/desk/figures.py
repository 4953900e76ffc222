"""The figures of one datastream of an import: as they are, as read, what is said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.node.pending import Pending
from waternet.observation.datastream import Datastream
from waternet.observation.vocabulary import Censor, Grade, Status
from waternet.quality.edits import effective, to_micros
from waternet.quality.replay import replay
from waternet.quality.wording import Words, by_clock
from waternet.record.fields import write_time

__all__ = ["PAGE", "Series", "count_grades", "plain_rows", "read_series", "rows_of"]

PAGE = 100  # rows of a table on one page
_SIGNS = {Censor.NONE: "", Censor.BELOW: "<", Censor.ABOVE: ">"}


@dataclass(frozen=True, slots=True)
class Series:
    """One datastream of an import.

    Attributes
    ----------
    stream : Datastream
    table, raw : pyarrow.Table in `observation.table.SCHEMA`, (n,)
        As the edits leave it, and as it was read: the same rows.
    findings : pyarrow.Table in `record.findings.FINDINGS`
    edited : dict of int to list of int
        The edits that stand and change the row of a time [us]: their numbers.
    """

    stream: Datastream
    table: pa.Table
    raw: pa.Table
    findings: pa.Table
    edited: dict[int, list[int]]


def rows_of(table: pa.Table, name: str) -> pa.Table:
    """Return the rows of one datastream of a table that is in order."""
    return table.filter(pc.equal(table["datastream"].cast(pa.string()), name))


def read_series(pending: Pending, stream: Datastream) -> Series:
    """Return one datastream's figures, with what is said of them."""
    whole = pending.raw
    raw = rows_of(whole, stream.name)
    table = rows_of(replay(whole, pending.edits), stream.name)
    times = raw["time"].cast(pa.int64()).to_numpy()
    standing = effective(pending.edits)
    edited: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(pending.edits, 1):
        if one in standing and one.datastream == stream.name:
            first = to_micros(one.start)
            last = to_micros(one.end) if one.end else first + 1
            low, high = np.searchsorted(times, [first, last])
            for time in times[low:high]:
                edited[int(time)].append(number)
    findings = rows_of(pending.judged.read_findings(), stream.name)
    return Series(stream, table, raw, findings, dict(edited))


def count_grades(table: pa.Table) -> dict[str, int]:
    """Return how many figures have each grade, by its name."""
    counts = np.bincount(table["grade"].to_numpy(), minlength=len(Grade))
    return {grade.name.lower(): int(counts[grade]) for grade in Grade}


def plain_rows(
    series: Series, words: Words, start: int, *, flagged: bool
) -> tuple[int, list[dict[str, Any]]]:
    """Return figures as rows of a page.

    Parameters
    ----------
    series : Series
    words : Words
        In which the checks' remarks are told.
    start : int
        The first row, from 0.
    flagged : bool
        Only those that are suspect or bad, have a finding or an edit.

    Returns
    -------
    count : int
        Of all such rows.
    rows : list of mapping
    """
    times = series.table["time"].cast(pa.int64()).to_numpy()
    chosen = np.arange(len(times))
    if flagged:
        chosen = chosen[_is_flagged(series, times)]
    shown = chosen[start : start + PAGE]
    told = _remarks(series, set(times[shown].tolist()), words)
    table, raw = (one.take(pa.array(shown)) for one in (series.table, series.raw))
    rows = zip(table.to_pylist(), raw.to_pylist(), strict=True)
    return len(chosen), [
        _row(series, now, before, told, int(time))
        for (now, before), time in zip(rows, times[shown], strict=True)
    ]


def _is_flagged(series: Series, times: np.ndarray) -> np.ndarray:
    grade = series.table["grade"].to_numpy()
    found = series.findings["time"].cast(pa.int64()).to_numpy()
    edited = np.fromiter(series.edited, np.int64, len(series.edited))
    flagged: np.ndarray = (
        (grade >= Grade.SUSPECT) | np.isin(times, found) | np.isin(times, edited)
    )
    return flagged


def _row(
    series: Series,
    now: dict[str, Any],
    before: dict[str, Any],
    told: dict[int, list[dict[str, Any]]],
    micros: int,
) -> dict[str, Any]:
    when = now["time"]
    row = {
        "time": write_time(when.replace(tzinfo=UTC)),
        "local": by_clock(when, series.stream.zone),
        **_figure(now),
        "qualifier": now["qualifier"] or "",
        "findings": told.get(micros, []),
        "edits": series.edited.get(micros, []),
    }
    was = _figure(before)
    return {**row, "was": was if was != _figure(now) else None}


def _figure(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "value": row["value"],
        "censor": _SIGNS[Censor(row["censor"])],
        "grade": Grade(row["grade"]).name.lower(),
        "status": Status(row["status"]).name.lower(),
    }


def _remarks(
    series: Series, times: set[int], words: Words
) -> dict[int, list[dict[str, Any]]]:
    """Return what the checks said of the figures of some times."""
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = series.findings
    chosen = pc.is_in(
        found["time"].cast(pa.int64()), value_set=pa.array(sorted(times), pa.int64())
    )
    here = found.filter(chosen)
    micros = here["time"].cast(pa.int64()).to_pylist()
    for time, one in zip(micros, here.to_pylist(), strict=True):
        told[time].append(
            {
                "check": one["check"],
                "name": words.name(one["check"]),
                "grade": Grade(one["grade"]).name.lower(),
                "expected": one["expected"],
                "note": words.note(one["note"]) if one["note"] else "",
            }
        )
    return told
