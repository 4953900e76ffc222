"""Who is named in a record: members and delegates, and when they did what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from waternet.portal.language.language import Language
from waternet.portal.report.direction import left_to_right, name
from waternet.portal.report.group.versions import Versions
from waternet.workinggroup.credential import Credential
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = ["Reports", "Roster", "entry_of", "is_of_nobody", "told_day"]

_MONTH, _YEAR = len("1992-01"), len("1992")


@dataclass(frozen=True, slots=True)
class Roster:
    """The names that members and delegates have in a group's charters."""

    state: State

    def names(self, member: str) -> Mapping[str, str]:
        """Return a member's names: of the charter in force, else of an earlier one."""
        charters = [self.state.charter, *self.state.charters.values()]
        for charter in charters:
            found = charter.member(member) if charter else None
            if found:
                return found.names
        return {}

    def member(self, member: str, language: Language) -> str:
        """Return a member's name within a sentence of a language."""
        found = language.best_of(self.names(member))[1]
        return name(found, language) if found else left_to_right(member)

    def credential(self, taken: Taken) -> Credential:
        """Return the one under which an act was signed."""
        act = taken.act
        return self.state.credentials.at(act.party, act.delegate, taken.index)

    def delegate(self, taken: Taken, language: Language) -> str:
        """Return the name of the one who signed, within a sentence of a language."""
        found = language.best_of(self.credential(taken).names)[1]
        return name(found, language) if found else left_to_right(taken.act.delegate)

    def who(self, taken: Taken, language: Language, reports: Reports) -> str:
        """Return whose act it is, by whom and when; and that it is only reported."""
        act = taken.act
        comma = language.pgettext("report", ", ")
        day = told_day(act.day, language)
        if not act.of:
            member = self.member(act.member, language)
            return f"{member} ({self.delegate(taken, language)}){comma}{day}"
        told = f"{self._reported_member(taken, language)}{comma}{day}"
        return f"{told} — {reports.mark(taken, language)}"

    def _reported_member(self, taken: Taken, language: Language) -> str:
        """Return whose act is reported; a keeper's own report names nobody."""
        if is_of_nobody(taken):
            return language.pgettext("report", "the source does not say who")
        return self.member(taken.act.member, language)

    def report(self, party: str, source: str, language: Language) -> str:
        """Return who reports an act, and from where."""
        return language.pgettext(
            "report", "reported by %(party)s, from: %(source)s"
        ) % {
            "party": self.member(party, language),
            "source": name(source, language),
        }

    def cells(self, taken: Taken, versions: Versions, reports: Reports) -> list[Any]:
        """Return a row of a table: member, delegate, day, entry."""
        act = taken.act
        delegate = self.credential(taken)
        mark = {}
        if act.of:
            mark = {"mark": versions.each(lambda one: reports.mark(taken, one))}
        return [
            {"label": versions.names(self.names(act.member), act.member), **mark},
            versions.names(delegate.names, act.delegate),
            left_to_right(act.day),
            entry_of(taken),
        ]


@dataclass(frozen=True, slots=True)
class Reports:
    """Who reported acts from where, numbered as they are first named on a page.

    Attributes
    ----------
    roster : Roster
    numbers : dict of (party, source) to int
    """

    roster: Roster
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def mark(self, taken: Taken, language: Language) -> str:
        """Return what stands beside an act that is only reported."""
        key = (taken.act.party, taken.act.source)
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        words = language.pgettext("report", "reported")
        return f"{words} {left_to_right(f'[{number}]')}"

    def told(self, language: Language) -> list[str]:
        """Return by whom and from where, for each number."""
        return [
            f"{left_to_right(f'[{number}]')} {self.roster.report(*key, language)}"
            for key, number in self.numbers.items()
        ]


def is_of_nobody(taken: Taken) -> bool:
    """Return whether it is reported without a word of whose act it was."""
    return taken.act.of != "" and taken.act.of == taken.act.party


def entry_of(taken: Taken) -> str:
    """Return where an act stands: 'jordan:7'."""
    return left_to_right(f"{taken.act.party}:{taken.index}")


def told_day(text: str, language: Language, zone: str = "") -> str:
    """Return a day, as far as it is known; or a moment, to the minute.

    Parameters
    ----------
    text : str
        '1992-01-28', '1992-01', '1992', or '2026-11-28T08:00:00Z'; '' is untold.
    language : Language
    zone : str
        IANA name of the zone in which a moment is told; '' or an unknown one is UTC.

    Examples
    --------
    >>> from waternet.portal.language.language import get_language
    >>> told_day("1992-01", get_language("en"))
    'January 1992'
    """
    if not text:
        return "—"
    if "T" in text:
        clock, named = _clock(zone)
        moment = datetime.fromisoformat(text).astimezone(clock)
        time = left_to_right(f"{language.clock(moment)} {named}")
        return f"{language.day(moment)}{language.pgettext('report', ', ')}{time}"
    first, _last = day_span(text)
    if len(text) == _YEAR:
        return left_to_right(language.digits(text))
    return language.month(first) if len(text) == _MONTH else language.day(first)


def _clock(zone: str) -> tuple[tzinfo, str]:
    try:
        return (ZoneInfo(zone), zone) if zone else (UTC, "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC, "UTC"
