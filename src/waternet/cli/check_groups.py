"""What reports of checks share: findings by datastream, words in three languages."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from waternet.quality.checks import Check
    from waternet.quality.grouping import Finding

__all__ = [
    "LANGUAGES",
    "Words",
    "by_clock",
    "group_by_series",
    "words_in",
]

LANGUAGES = ("ar", "he", "en")


def by_clock(time: datetime, zone: str) -> str:
    """Write a time of UTC by its owner's clock; a midnight as the day alone.

    Examples
    --------
    >>> by_clock(datetime(2015, 2, 28, 22), "+02:00")
    '2015-03-01'
    >>> by_clock(datetime(2015, 3, 1, 8, 30), "UTC")
    '2015-03-01 08:30Z'
    """
    from waternet.formats.zones import find_zone

    local = time.replace(tzinfo=UTC).astimezone(find_zone(zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local:%Y-%m-%d}"
    return local.isoformat(" ", "minutes").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a report in one language."""

    language: str
    headings: Mapping[str, str]
    checks: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, str]

    def name(self, check: str) -> str:
        """Return what a check is called."""
        return self._said(check, "name", check)

    def finding(self, check: str) -> str:
        """Return what was found, to stand beside a number."""
        known = _known(check)
        return self._said(check, "finding", known.finding if known else "")

    def advice(self, check: str) -> str:
        """Return what to do about it."""
        known = _known(check)
        return self._said(check, "advice", known.advice if known else "")

    def note(self, note: str) -> str:
        """Return a check's remark on a figure; as it is where nobody translated it."""
        return self.notes.get(note, note)

    def _said(self, check: str, what: str, otherwise: str) -> str:
        return self.checks.get(check, {}).get(what, otherwise)


def _known(name: str) -> Check | None:
    """Return a check, where this version has it: a release may name others."""
    from waternet.quality.checks import CHECKS  # numpy, which not every command needs

    return CHECKS.get(name)


@cache
def words_in(language: str) -> Words:
    """Return the words of a language; findings in English are the checks' own."""
    text = (files("waternet.cli") / "check_words.toml").read_text(encoding="utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    checks = {name: said.get(language, {}) for name, said in read["check"].items()}
    notes = {note: said.get(language, note) for note, said in read["note"].items()}
    return Words(language, read["heading"][language], checks, notes)


def group_by_series(findings: pa.Table) -> dict[str, list[Finding]]:
    """Gather findings by datastream: the worst first, then those of most figures.

    Parameters
    ----------
    findings : pyarrow.Table in `record.findings.FINDINGS`
    """
    from waternet.quality.grouping import group_findings

    by_series: dict[str, list[Finding]] = defaultdict(list)
    for one in group_findings(findings):
        by_series[one.datastream].append(one)
    return dict(sorted(by_series.items()))
