"""The record of a session on paper, in one, two or three languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from waternet.errors import Conflict, NotAcceptable
from waternet.portal.language.language import Language
from waternet.portal.report.direction import foreign, left_to_right, name
from waternet.portal.report.group.ground import Carried, Step, newest_act, tell_ground
from waternet.portal.report.group.roster import (
    Reports,
    Roster,
    entry_of,
    is_of_nobody,
    told_day,
)
from waternet.portal.report.group.sitting import came, decisions, papers, tasks
from waternet.portal.report.group.versions import Versions
from waternet.portal.report.typesetting import set_report
from waternet.workinggroup.session_record import SessionRecord, session_record
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["MOST_LANGUAGES", "acts_of_session", "print_session"]

MOST_LANGUAGES: Final = 3


def print_session(
    state: State,
    thing: Thing,
    languages: Sequence[Language],
    carried: Carried | None = None,
) -> bytes:
    """Return the record of a session as PDF.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'session'.
    languages : one to three Languages
        Each has a part of its own, in this order; acts and hashes stand once, after
        them.
    carried : Carried or None
        Proofs that the file carries along.

    Returns
    -------
    bytes
        A function of the state, the languages and what is carried.

    Raises
    ------
    Conflict
        Delegates called it at once, so that nothing stands.
    NotAcceptable
        It is too long, or a letter is in none of the fonts; or so many languages.
    """
    if not 1 <= len(languages) <= MOST_LANGUAGES:
        raise NotAcceptable(
            f"{len(languages)} languages; a record has one to {MOST_LANGUAGES}"
        )
    if thing.value is None:
        raise Conflict(
            f"delegates called the session {thing.id!r} at once: nothing stands",
            hint="'waternet group conflicts' lists them",
        )
    roster, record = Roster(state), session_record(state, thing)
    parts = [_Part(roster, record, one, Reports(roster)).told() for one in languages]
    versions = Versions(tuple(languages))
    acts = acts_of_session(state, thing)
    told = {
        "title": " · ".join(one["plain_title"] for one in parts),
        "parts": parts,
        "ground": tell_ground(roster, versions, acts, _steps(versions), carried),
    }
    files = carried.files if carried else {}
    return set_report(told, files, newest_act(state), "session.typ")


def acts_of_session(state: State, thing: Thing) -> tuple[Taken, ...]:
    """Return the acts on which a record rests: changes, attendances, tasks, papers."""
    record = session_record(state, thing)
    found = [*thing.standing()]
    found += [one.taken for one in record.attendances]
    found += [one.taken for one in record.papers]
    for task in record.tasks:
        found += task.standing()
    named = [state.charter_id]
    named += [act for one in record.session.decisions for act in one.acts]
    found += [state.taken[one] for one in named if one in state.taken]
    return tuple({one.act.id: one for one in found}.values())


def _steps(versions: Versions) -> list[Step]:
    return [
        Step(
            versions.pgettext(
                "report",
                "A paper is the file whose SHA-256 is printed with it: compare it with "
                "that of the file that you have.",
            )
        )
    ]


@dataclass(frozen=True, slots=True)
class _Part:
    """One language's part of the record."""

    roster: Roster
    record: SessionRecord
    language: Language
    reports: Reports

    def told(self) -> dict[str, Any]:
        """Return plain values for the template."""
        language, record, reports = self.language, self.record, self.reports
        pgettext = language.pgettext
        title = language.best_of(record.session.titles)[1]
        part = {
            "lang": language.code,
            "dir": language.direction,
            "plain_title": title,
            "title": foreign(title, language),
            "subtitle": self._sort(),
            "foot": left_to_right(
                f"{self._group()} · {record.thing.id}",
            ),
            "banner": self._standing(),
            "is_over": record.session.standing == "closed",
            "facts": [*self._facts()],
            "notes": [*self._notes()],
            "agenda": {
                "title": pgettext("report", "Agenda"),
                "items": [
                    foreign(language.best_of(one.titles)[1], language)
                    for one in record.session.agenda
                ],
            },
            "came": came(record, reports, language),
            "minutes": self._minutes(),
            "decisions": decisions(record, reports, language),
            "tasks": tasks(record, self.roster, language),
            "papers": papers(record, reports, language),
        }
        # Told last: by then all that is only reported has its number.
        return {**part, "reports": reports.told(language)}

    def _group(self) -> str:
        charter = self.roster.state.charter
        return charter.name if charter else ""

    def _sort(self) -> str:
        pgettext = self.language.pgettext
        return {
            "session": pgettext("report", "Record of a session"),
            "seminar": pgettext("report", "Record of a seminar"),
            "training": pgettext("report", "Record of a training"),
            "consultation": pgettext("report", "Record of a consultation"),
        }[self.record.session.sort]

    def _standing(self) -> str:
        pgettext = self.language.pgettext
        return {
            "called": pgettext("report", "CALLED, NOT HELD YET"),
            "open": pgettext("report", "OPEN: NOT THE FINAL RECORD"),
            "closed": pgettext("report", "CLOSED"),
            "cancelled": pgettext("report", "CANCELLED"),
        }[self.record.session.standing]

    def _facts(self) -> Iterator[list[Any]]:
        language, session = self.language, self.record.session
        pgettext, roster = language.pgettext, self.roster
        charter = roster.state.charter
        if charter:
            group = language.best_of(charter.titles)[1]
            yield [pgettext("report", "Group"), name(group, language)]
            names = [one.names for one in charter.bodies if one.id == session.body]
            body = language.best_of(names[0])[1] if names else session.body
            yield [pgettext("report", "Body"), name(body, language)]
        yield [pgettext("report", "Days"), self._days()]
        if session.place:
            place = language.best_of(session.place)[1]
            yield [pgettext("report", "Place"), foreign(place, language)]
        for label, member in (
            (pgettext("report", "Host"), session.host),
            (pgettext("report", "Chair"), self._chair()),
        ):
            if member:
                yield [label, roster.member(member, language)]
        for label, one in self._changes():
            yield [
                label,
                f"{roster.who(one, language, self.reports)} ({entry_of(one)})",
            ]
        if session.reason:
            reason = foreign(session.reason, language)
            yield [pgettext("report", "Reason of the change"), reason]
        newest = newest_act(roster.state)
        yield [pgettext("report", "As of"), language.day(newest)]

    def _chair(self) -> str:
        """Return who chairs; '' where a report of the opening does not say."""
        openings = [
            one
            for one in self.record.thing.standing()
            if one.act.verb == "session.open"
        ]
        if any(is_of_nobody(one) for one in openings):
            return ""
        return self.record.session.chair

    def _days(self) -> str:
        session, language = self.record.session, self.language
        first, last = (
            told_day(one, language, session.zone)
            for one in (session.begins, session.ends)
        )
        return first if first == last else f"{first} – {last}"

    def _changes(self) -> Iterator[tuple[str, Taken]]:
        """Yield the acts that made the session what it is, with what each did."""
        pgettext = self.language.pgettext
        told = {
            "session.call": pgettext("report", "Called by"),
            "session.change": pgettext("report", "Changed by"),
            "session.cancel": pgettext("report", "Cancelled by"),
            "session.open": pgettext("report", "Opened by"),
            "session.close": pgettext("report", "Closed by"),
        }
        for one in self.record.thing.standing():
            if one.act.verb in told:
                yield told[one.act.verb], one

    def _notes(self) -> Iterator[str]:
        pgettext = self.language.pgettext
        if self.record.chairs:
            members = ", ".join(
                self.roster.member(one, self.language) for one in self.record.chairs
            )
            words = pgettext(
                "report", "Opened at once by: %(members)s. They agree who chairs."
            )
            yield words % {"members": members}
        elif self.record.thing.in_conflict:
            yield pgettext(
                "report",
                "Delegates changed this session at once, and nobody has resolved it "
                "yet: here it stands as it was before.",
            )

    def _minutes(self) -> dict[str, Any]:
        """Return the minutes in this language; else as they were written."""
        pgettext, minutes = self.language.pgettext, self.record.session.minutes
        code, note = self.language.code, ""
        if minutes and code not in minutes:
            note = pgettext(
                "report", "The minutes were not written in this language: as written."
            )
        codes = [code] if code in minutes else sorted(minutes)
        words = [
            foreign(paragraph, self.language)
            for one in codes
            for paragraph in minutes[one]
        ]
        return {"title": pgettext("report", "Minutes"), "note": note, "words": words}
