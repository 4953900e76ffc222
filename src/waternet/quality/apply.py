"""A rule set applied to a table of series: a grade for each value, and the findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.observation.datastream import Datastream
from waternet.observation.vocabulary import Censor, Grade
from waternet.quality.checks import CHECKS
from waternet.quality.findings import FINDINGS, Hits
from waternet.quality.rules import Rule, RuleSet
from waternet.quality.series import Rows, SeriesTable

__all__ = ["Checked", "apply_rules"]

Integers = npt.NDArray[np.int64]
# Rows of a block: the columns that the checks pass over again and again stay in cache.
_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Checked:
    """What the rules say of a table.

    Attributes
    ----------
    grade : array of int8, (n,)
        `Grade`: the worst that a check gave; GOOD where one looked and none objected;
        UNCHECKED where none looked, and where a figure was taken back.
    findings : pyarrow.Table, (k,) in `findings.FINDINGS`
        In the order of the rows, then of the checks in `CHECKS`.
    """

    grade: npt.NDArray[np.int8]
    findings: pa.Table


@dataclass(frozen=True, eq=False)
class _Found:
    """The hits of one rule, by rows of the whole table."""

    rule: Rule
    grade: Grade
    rows: Integers
    hits: Hits


def apply_rules(series: SeriesTable, rules: RuleSet, party: str = "") -> Checked:
    """Make the checks that the rules ask for.

    Parameters
    ----------
    series : SeriesTable, n rows
    rules : RuleSet
    party : str
        Whose data it is: rules of other parties do not count.

    Returns
    -------
    Checked
    """
    choice = _Choice(rules, party)
    chosen = [
        choice.of(datastream, kind)
        for datastream, kind in zip(series.datastreams, series.kinds, strict=True)
    ]
    grade = np.zeros(series.count, np.int8)
    found: list[_Found] = []
    for scope in ("series", "table"):
        for which, made in _groups(chosen, scope):
            for part in _blocks(series, which) if scope == "series" else [which]:
                found += _make(series, part, made, grade)
    for one in found:
        if one.grade > Grade.GOOD:
            # Hits name each row once.
            grade[one.rows] = np.maximum(grade[one.rows], one.grade)
    return Checked(grade, _findings(series, found))


class _Choice:
    """Which rules count for a datastream, of many thousands for single stations."""

    def __init__(self, rules: RuleSet, party: str) -> None:
        self._party = party
        self._everywhere: list[tuple[int, Rule]] = []
        self._by_feature: dict[str, list[tuple[int, Rule]]] = {}
        for place, rule in enumerate(rules.rules):
            if not rule.features:
                self._everywhere.append((place, rule))
            for feature in set(rule.features):
                self._by_feature.setdefault(feature, []).append((place, rule))

    def of(self, datastream: Datastream, kind: str) -> dict[str, Rule]:
        """Return the rule that counts, by check: the last one that selects it."""
        own = self._by_feature.get(datastream.feature, [])
        chosen = {
            rule.check: rule
            for _place, rule in sorted([*self._everywhere, *own], key=itemgetter(0))
            if rule.selects(datastream, kind, self._party)
        }
        return {
            name: rule for name, rule in chosen.items() if rule.grade != Grade.UNCHECKED
        }


def _groups(
    chosen: list[dict[str, Rule]], scope: str
) -> Iterator[tuple[Integers, tuple[Rule, ...]]]:
    """Yield the numbers of the series that go together, and the rules to apply.

    Checks of each series alone go together where the rules are the same, so that what
    they all ask of the series is reckoned once; of the table as a whole, rule by rule.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    known: dict[int, Rule] = {}
    for number, by_check in enumerate(chosen):
        ours = [rule for name, rule in by_check.items() if CHECKS[name].scope == scope]
        known |= {id(rule): rule for rule in ours}
        keys = tuple(id(rule) for rule in ours)
        for key in [keys] if scope == "series" else [(one,) for one in keys]:
            groups.setdefault(key, []).append(number)
    for keys, which in groups.items():
        if keys:
            yield np.array(which, np.int64), tuple(known[key] for key in keys)


def _blocks(series: SeriesTable, which: Integers) -> Iterator[Integers]:
    ends = np.cumsum(np.diff(series.starts)[which])
    cuts = np.flatnonzero(np.diff(ends // _BLOCK)) + 1
    yield from np.split(which, cuts)


def _make(
    series: SeriesTable,
    which: Integers,
    rules: tuple[Rule, ...],
    grade: npt.NDArray[np.int8],
) -> list[_Found]:
    """Make checks on some series; mark in `grade` what was looked at as GOOD."""
    part, rows = series.take(which), series.rows_of(which)
    found = []
    looked = np.zeros(part.count, np.bool_)
    for rule in rules:
        check = CHECKS[rule.check]
        hits = check.find(part, rule.parameters)
        given = check.grade if rule.grade is None else rule.grade
        if check.judges:
            looked |= _looked(part, hits, limits=check.limits)
        if len(hits.rows):
            found.append(_Found(rule, given, _within(rows, hits.rows), hits))
    if isinstance(rows, slice):
        grade[rows] |= looked
    else:
        grade[rows] |= looked.astype(np.int8)
    return found


def _looked(part: SeriesTable, hits: Hits, *, limits: bool) -> npt.NDArray[np.bool_]:
    looked = np.isfinite(part.value)
    if not limits and part.censor.any():
        looked &= part.censor == Censor.NONE
    for number in hits.unjudged:
        looked[part.starts[number] : part.starts[number + 1]] = False
    return looked


def _within(rows: Rows, places: Integers) -> Integers:
    return places + rows.start if isinstance(rows, slice) else rows[places]


def _findings(series: SeriesTable, found: list[_Found]) -> pa.Table:
    """Return all hits as one table, in order of row and check."""
    if not found:
        return FINDINGS.empty_table()
    rows = np.concatenate([one.rows for one in found])
    checks = list(CHECKS)
    lengths = [len(one.rows) for one in found]
    check = np.repeat([checks.index(one.rule.check) for one in found], lengths)
    notes: dict[str, int] = {}
    codes = []
    for one in found:
        places = [notes.setdefault(note, len(notes)) for note in one.hits.notes]
        codes.append(np.array([*places, -1], np.int32)[one.hits.note])
    note = np.concatenate(codes)
    grade = np.repeat([int(one.grade) for one in found], lengths).astype(np.int8)
    expected = np.concatenate([one.hits.expected for one in found])
    order = np.lexsort((check, rows))
    rows, expected, note = rows[order], expected[order], note[order]
    owner = np.searchsorted(series.starts, rows, side="right") - 1
    value = series.value[rows]
    names = pa.array([one.name for one in series.datastreams], pa.string())
    columns = [
        pa.array(rows),
        pa.DictionaryArray.from_arrays(pa.array(owner.astype(np.int32)), names),
        pa.array(series.time[rows]).cast(pa.timestamp("us")),
        pa.DictionaryArray.from_arrays(
            pa.array(check[order].astype(np.int32)), pa.array(checks)
        ),
        pa.array(grade[order]),
        pa.array(value, mask=~np.isfinite(value)),
        pa.array(expected, mask=~np.isfinite(expected)),
        pa.DictionaryArray.from_arrays(
            pa.array(note, mask=note < 0), pa.array(list(notes), pa.string())
        ),
    ]
    return pa.table(columns, schema=FINDINGS)
