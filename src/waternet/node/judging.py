"""Judging an import as it comes in: the rules in force, against what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.seal import reading_bank
from waternet.bank.standing import standing_places
from waternet.bank.store import Bank
from waternet.formats.reading import Reading
from waternet.node.checking import judge
from waternet.node.context import places_with, standing_around, with_context
from waternet.node.folder import Node
from waternet.node.judgement import UNJUDGED, Judgement
from waternet.node.rule_sets import rules_in_force, to_lines
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA
from waternet.observation.vocabulary import Grade
from waternet.quality.rules import RuleSet
from waternet.record.findings import FINDINGS

__all__ = ["Counts", "count_findings", "judge_reading"]

_GRADE = SCHEMA.get_field_index("grade")


@dataclass(frozen=True, slots=True)
class Counts:
    """How figures came through the checks.

    Attributes
    ----------
    checked : int
        Figures that at least one check looked at.
    suspect, bad : int
    by_check : mapping of str to int
        Findings of each check; a figure may have several.
    """

    checked: int = 0
    suspect: int = 0
    bad: int = 0
    by_check: Mapping[str, int] | None = None


def judge_reading(node: Node, reading: Reading) -> tuple[Reading, Judgement]:
    """Grade what was read from a file.

    Figures that stand already are looked at too, so that a month is judged against
    the years before it; they are neither graded nor kept.

    Parameters
    ----------
    node : Node
    reading : Reading
        A grade that the file itself gives stays, unless the checks give a worse one.

    Returns
    -------
    reading : Reading
        With grades.
    judgement : Judgement
    """
    if not reading.observations.num_rows:
        return reading, UNJUDGED
    if not node.bank.exists():
        return _judged(node, reading, rules_in_force(node, None), None)
    with reading_bank(node.bank) as bank:
        return _judged(node, reading, rules_in_force(node, bank), bank)


def count_findings(reading: Reading, judgement: Judgement) -> Counts:
    """Count how a reading came through its checks."""
    grades = np.bincount(reading.observations["grade"].to_numpy(), minlength=len(Grade))
    counted = pc.value_counts(judgement.findings["check"].cast(pa.string())).to_pylist()
    return Counts(
        checked=int(grades.sum() - grades[Grade.UNCHECKED]),
        suspect=int(grades[Grade.SUSPECT]),
        bad=int(grades[Grade.BAD]),
        by_check={one["values"]: one["counts"] for one in counted},
    )


def _judged(
    node: Node, reading: Reading, rules: RuleSet, bank: Bank | None
) -> tuple[Reading, Judgement]:
    own = reading.observations
    table, rows, known = own, None, dict[str, Place]()
    if bank is not None:
        known = standing_places(bank, node.party)
        context = standing_around(bank, node.party, reading)
        if context.num_rows:
            table, rows = with_context(own, context)
    places = places_with(known, reading.places)
    grade, findings = judge(table, reading.datastreams, places, rules, node.party)
    if rows is not None and table is not own:
        grade, findings = grade[rows], _own_findings(findings, rows, table.num_rows)
    given = own["grade"].to_numpy()
    stated = bool(given.any())
    if stated:
        grade = np.maximum(grade, given)
    graded = own.set_column(_GRADE, SCHEMA.field(_GRADE), pa.array(grade))
    code = version("waternet")
    judgement = Judgement(
        rule_set=f"{rules.name}/{rules.version}",
        checks=tuple(sorted({f"{rule.check}/{code}" for rule in rules.rules})),
        rules=to_lines(rules),
        findings=findings.select(FINDINGS.names),
        stated=stated,
    )
    return replace(reading, observations=graded), judgement


def _own_findings(
    findings: pa.Table, rows: npt.NDArray[np.int64], count: int
) -> pa.Table:
    """Return the findings about rows of the import itself."""
    own = np.zeros(count, np.bool_)
    own[rows] = True
    return findings.filter(pa.array(own[findings["row"].to_numpy()]))
