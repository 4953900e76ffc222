"""What reports of checks say: findings by datastream, words in three languages."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

from waternet.observation.vocabulary import Grade, get_terms
from waternet.observation.zone import find_zone

if TYPE_CHECKING:
    import pyarrow as pa

    from waternet.observation.datastream import Datastream
    from waternet.quality.checks import Check
    from waternet.quality.grouping import Finding

__all__ = [
    "LANGUAGES",
    "Words",
    "by_clock",
    "grade_class",
    "group_by_series",
    "words_in",
]

Figure: TypeAlias = Callable[[str], str]

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
    places: Mapping[str, Mapping[str, str]]

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

    def note(
        self, note: str, dress: Callable[[str], str] = str, figure: Figure | None = None
    ) -> str:
        """Return a check's remark on a figure; as it is where nobody translated it.

        Parameters
        ----------
        note : str
        dress : function of str to str, optional
            Makes text fit for where it goes: escapes it.
        figure : function of str to str, optional
            The same for what differs from remark to remark: numbers, dates, names.
        """
        figure = figure or dress
        for pattern, words in _patterns(tuple(self.notes.items())):
            if found := pattern.fullmatch(note):
                dressed = {
                    name: figure(self._quantity(text) if name == "quantity" else text)
                    for name, text in found.groupdict().items()
                }
                return dress(words).format(**dressed)
        return dress(note)

    def _quantity(self, name: str) -> str:
        known = get_terms("observed_property")
        return known[name].labels[self.language] if name in known else name

    def place(self, finding: str, what: str) -> str:
        """Return the name, the finding or the advice of what is said of places."""
        from waternet.quality.coordinates import ADVICE, FOUND

        own = {"finding": FOUND, "advice": ADVICE}.get(what, {})
        return self.places.get(finding, {}).get(what, own.get(finding, finding))

    def grade(self, grade: Grade) -> str:
        """Return what a finding's grade is called: one that grades nothing, a note."""
        return self.headings[grade_class(grade)]

    def _said(self, check: str, what: str, otherwise: str) -> str:
        return self.checks.get(check, {}).get(what, otherwise)


def _known(name: str) -> Check | None:
    """Return a check, where this version has it: a release may name others."""
    from waternet.quality.checks import CHECKS  # numpy, which not every command needs

    return CHECKS.get(name)


@cache
def words_in(language: str) -> Words:
    """Return the words of a language; findings in English are the checks' own."""
    text = (files("waternet.quality") / "check_words.toml").read_text(encoding="utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    checks = {name: said.get(language, {}) for name, said in read["check"].items()}
    notes = {note: said.get(language, note) for note, said in read["note"].items()}
    places = {name: said.get(language, {}) for name, said in read["place"].items()}
    # What is said of one place is translated as a remark on a figure is.
    notes |= {
        said["en"]["sentence"]: places[name]["sentence"]
        for name, said in read["place"].items()
    }
    return Words(language, read["heading"][language], checks, notes, places)


@cache
def _patterns(notes: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
    """Return what finds each remark, and its words; those without a gap first."""
    found = []
    for note, words in sorted(notes, key=lambda one: "{" in one[0]):
        parts = re.split(r"\{(\w+)\}", note)
        for place in range(len(parts)):
            named = place % 2
            parts[place] = (
                f"(?P<{parts[place]}>.+)" if named else re.escape(parts[place])
            )
        found.append((re.compile("".join(parts)), words))
    return found


def grade_class(grade: Grade) -> str:
    """Return how a finding is marked: good holds nothing against its figure."""
    return "note" if grade is Grade.GOOD else grade.name.lower()


def group_by_series(
    findings: pa.Table, datastreams: Iterable[Datastream]
) -> dict[str, list[Finding]]:
    """Gather findings by datastream: the worst first, then those of most figures.

    Parameters
    ----------
    findings : pyarrow.Table in `record.findings.FINDINGS`
    datastreams : iterable of Datastream
        In whose owners' dates the findings speak.
    """
    from waternet.quality.grouping import group_findings

    by_series: dict[str, list[Finding]] = defaultdict(list)
    zones = {named.name: named.zone for named in datastreams}
    for one in group_findings(findings, zones):
        by_series[one.datastream].append(one)
    return dict(sorted(by_series.items()))
