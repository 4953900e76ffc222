"""Checking figures: an import's, a file's, or whole published series."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.query import get_observations
from waternet.bank.standing import standing_datastreams, standing_places
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.formats.reading import Reading
from waternet.node.context import is_bare, places_with
from waternet.node.folder import Node
from waternet.node.pending import Pending
from waternet.node.reasons import read_reasons, read_released
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA
from waternet.observation.vocabulary import Grade
from waternet.quality.apply import apply_rules
from waternet.quality.coordinates import Misplaced
from waternet.quality.edits import Edit, effective
from waternet.quality.learn import learn_ranges
from waternet.quality.place_groups import misplaced_among
from waternet.quality.rules import Rule, RuleSet
from waternet.quality.series import SeriesTable
from waternet.record.findings import FINDINGS, sort_findings

__all__ = [
    "CheckedFigures",
    "check_pending",
    "check_published",
    "check_reading",
    "judge",
    "learn_rules",
]


@dataclass(frozen=True)
class CheckedFigures:
    """Figures with what the checks said of them.

    Attributes
    ----------
    name : str
        What was checked: an import, a file, a party.
    observations : pyarrow.Table in `observation.table.SCHEMA`
        In order, with grades.
    datastreams : tuple of Datastream
        Sorted by name.
    places : mapping of str to Place
        By id.
    findings : pyarrow.Table in `record.findings.FINDINGS`
    rules : str
        Name and version of the rule set; '' where none was applied.
    misplaced : tuple of Misplaced
        What is said of the places themselves.
    edits : int
        How many edits changed figures since they were read; findings that were kept
        are about the figures before.
    """

    name: str
    observations: pa.Table
    datastreams: tuple[Datastream, ...]
    places: Mapping[str, Place]
    findings: pa.Table
    rules: str
    misplaced: tuple[Misplaced, ...] = ()
    edits: int = 0

    @cached_property
    def grades(self) -> dict[str, int]:
        """How many figures have each grade, by its name."""
        column = self.observations["grade"].to_numpy()
        counts = np.bincount(column, minlength=len(Grade))
        return {grade.name.lower(): int(counts[grade]) for grade in Grade}


def judge(
    observations: pa.Table,
    datastreams: Sequence[Datastream],
    places: Mapping[str, Place],
    rules: RuleSet,
    party: str,
) -> tuple[np.ndarray, pa.Table]:
    """Apply rules to figures.

    Parameters
    ----------
    observations : pyarrow.Table, (n,)
        In order; at least datastream, time, value, censor and status.
    datastreams, places, rules, party
        As `quality` takes them.

    Returns
    -------
    grade : array of int8, (n,)
    findings : pyarrow.Table in `quality.findings.FINDINGS`
    """
    now = int(datetime.now(UTC).timestamp()) * 1_000_000
    series = SeriesTable.from_observations(observations, datastreams, places, now=now)
    checked = apply_rules(series, rules, party)
    return checked.grade, checked.findings


def check_reading(name: str, reading: Reading, rules: RuleSet) -> CheckedFigures:
    """Check what was read from a file."""
    places = {place.id: place for place in reading.places}
    figures, streams = reading.observations, reading.datastreams
    checked = _checked(name, figures, streams, places, rules)
    return _with_places(checked, places)


def check_pending(
    party: str, pending: Pending, rules: RuleSet | None, places: Mapping[str, Place]
) -> CheckedFigures:
    """Return what the checks said of an import; with rules, what these say of it now.

    Figures are as the edits leave them; findings that were kept are of the raw ones.
    """
    known = places_with(places, pending.places)
    name, streams = pending.folder.name, pending.datastreams
    observations = pending.observations
    told = {place.id for place in pending.places if not is_bare(place)}
    if rules is not None:
        checked = _checked(name, observations, streams, known, rules, party)
        return _with_places(checked, told)
    checked = CheckedFigures(
        name=name,
        observations=observations,
        datastreams=streams,
        places=known,
        findings=pending.judged.read_findings(),
        rules=pending.judged.rule_set,
        edits=_count_changes(pending.edits),
    )
    return _with_places(checked, told)


def check_published(
    bank: Bank, addresses: Sequence[str], rules: RuleSet
) -> list[CheckedFigures]:
    """Check whole published series, each party's by itself.

    Parameters
    ----------
    bank : Bank
    addresses : sequence of 'party:name'
    rules : RuleSet

    Raises
    ------
    NotFound
        An address names nothing in the bank, or nothing has figures.
    """
    parties = sorted({address.partition(":")[0] for address in addresses})
    found = []
    for party in parties:
        chosen = sorted({one for one in addresses if one.startswith(f"{party}:")})
        table = get_observations(bank, chosen).select(SCHEMA.names).cast(SCHEMA)
        names = set(pc.unique(table["datastream"].cast(pa.string())).to_pylist())
        known = standing_datastreams(bank, party)
        streams = [known[name] for name in sorted(names)]
        if streams:
            places = standing_places(bank, party)
            checked = _checked(party, table, streams, places, rules, party)
            found.append(_with_places(checked, {one.feature for one in streams}))
    if not found:
        raise NotFound(
            "there are no figures to check", hint="'waternet datastreams' lists them"
        )
    return found


def check_release(node: Node, party: str, release: int) -> CheckedFigures:
    """Return what a release says of how its own figures were judged.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        There is no such release here, or a file of it is missing or damaged.
    """
    reasons = read_reasons(node, party, release)
    released = read_released(node, party, release)
    return CheckedFigures(
        name=f"{party}:{release}",
        observations=released.observations,
        datastreams=released.datastreams,
        places={},
        findings=reasons.findings,
        rules=reasons.rules_sha256[:16],
        edits=_count_changes(reasons.edits),
    )


def learn_rules(checked: Sequence[CheckedFigures]) -> RuleSet:
    """Return the range of each station as rules to be looked through by people.

    What the checks or a person called bad is left out.
    """
    rules: tuple[Rule, ...] = ()
    for one in checked:
        usable = one.observations.filter(
            pc.less(one.observations["grade"], int(Grade.BAD))
        )
        series = SeriesTable.from_observations(usable, one.datastreams, one.places)
        rules += learn_ranges(series).rules
    return RuleSet("station-ranges", "1", rules)


def _count_changes(edits: Sequence[Edit]) -> int:
    passed_over = ("comment", "review")
    return sum(one.operation not in passed_over for one in effective(edits))


def _with_places(checked: CheckedFigures, named: Collection[str]) -> CheckedFigures:
    """Return what was checked with what is said of some of its places."""
    said = misplaced_among(checked.places.values(), named)
    return replace(checked, misplaced=said)


def _checked(
    name: str,
    observations: pa.Table,
    datastreams: Sequence[Datastream],
    places: Mapping[str, Place],
    rules: RuleSet,
    party: str = "",
) -> CheckedFigures:
    if not observations.num_rows:
        findings = FINDINGS.empty_table()
        return CheckedFigures(name, observations, (), places, findings, "")
    grade, findings = judge(observations, datastreams, places, rules, party)
    at = SCHEMA.get_field_index("grade")
    graded = observations.set_column(at, SCHEMA.field(at), pa.array(grade))
    return CheckedFigures(
        name=name,
        observations=graded,
        datastreams=tuple(sorted(datastreams, key=lambda one: one.name)),
        places=places,
        findings=sort_findings(findings),
        rules=f"{rules.name}/{rules.version}",
    )
