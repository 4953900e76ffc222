"""What a session's record lists in one language: who came, papers, decisions, tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waternet.portal.language.language import Language
from waternet.portal.report.direction import foreign, left_to_right, name
from waternet.portal.report.group.roster import Reports, Roster, entry_of, told_day
from waternet.workinggroup.session_record import Attendance, SessionRecord
from waternet.workinggroup.verb import Taken

__all__ = ["came", "decisions", "papers", "tasks"]


def came(record: SessionRecord, reports: Reports, language: Language) -> dict[str, Any]:
    """Return who took part with whom, and who else was invited."""
    pgettext, roster = language.pgettext, reports.roster
    rows: list[list[Any]] = [
        [*_attendance(one, reports, language)] for one in record.attendances
    ]
    spoke = {one.member for one in record.attendances}
    with_them = [one for one in record.present if one not in spoke]
    rows += [
        [
            roster.member(one, language),
            pgettext("report", "in a joint delegation"),
            "",
            "",
        ]
        for one in with_them
    ]
    there = {*spoke, *record.present, record.session.chair}
    others = [one for one in record.invited if one not in there]
    return {
        "title": pgettext("report", "Who took part"),
        "head": [
            pgettext("report", "Member"),
            pgettext("report", "Delegates"),
            pgettext("report", "Day"),
            pgettext("report", "Entry"),
        ],
        "widths": ["1fr", "1.6fr", "auto", "auto"],
        "rows": rows,
        "unknown": ""
        if rows or record.session.standing != "closed"
        else pgettext("report", "Who took part is not on record."),
        "invited": pgettext("report", "Invited as well:")
        if rows
        else pgettext("report", "Invited:"),
        "others": [roster.member(one, language) for one in others],
        "note": pgettext(
            "report",
            "Every member is invited to every session, and every paper is open to it.",
        ),
    }


def _attendance(one: Attendance, reports: Reports, language: Language) -> Iterator[Any]:
    pgettext = language.pgettext
    notes = []
    if one.taken.act.of:
        notes.append(reports.mark(one.taken, language))
    if not one.in_time:
        notes.append(pgettext("report", "told after the session was closed"))
    yield {
        "label": [_spoken(reports.roster.member(one.member, language), language)],
        "mark": [_spoken(note, language) for note in notes],
    }
    told = []
    for delegate in one.delegates:
        names = name(language.best_of(delegate["names"])[1], language)
        office = delegate.get("office", "")
        told.append(f"{names} ({name(office, language)})" if office else names)
    yield pgettext("report", "; ").join(told) or "—"
    yield left_to_right(one.taken.act.day)
    yield entry_of(one.taken)


def _spoken(text: str, language: Language) -> dict[str, str]:
    return {"text": text, "lang": language.code, "dir": language.direction}


def papers(
    record: SessionRecord, reports: Reports, language: Language
) -> dict[str, Any]:
    """Return the papers, with the hash by which each is known."""
    pgettext = language.pgettext
    entries = []
    for one in record.papers:
        facts: list[list[Any]] = [
            [
                pgettext("report", "Given by"),
                reports.roster.who(one.taken, language, reports),
            ],
            [pgettext("report", "Entry"), entry_of(one.taken)],
            [pgettext("report", "File"), left_to_right(one.name)],
            [
                pgettext("report", "Bytes"),
                left_to_right(language.number(one.size, 0)),
            ],
            [pgettext("report", "SHA-256"), left_to_right(one.sha256)],
        ]
        if one.language:
            facts.insert(
                3, [pgettext("report", "Language"), left_to_right(one.language)]
            )
        title = foreign(language.best_of(one.titles)[1], language)
        entries.append({"title": title, "facts": facts})
    return {
        "title": pgettext("report", "Papers"),
        "entries": entries,
    }


def decisions(
    record: SessionRecord, reports: Reports, language: Language
) -> dict[str, Any]:
    """Return the decisions, each with the acts by which it was taken."""
    taken = reports.roster.state.taken
    return {
        "title": language.pgettext("report", "Decisions"),
        "entries": [
            {
                "words": foreign(language.best_of(one.words)[1], language),
                "acts": [
                    _act(taken[act], reports, language)
                    for act in one.acts
                    if act in taken
                ],
            }
            for one in record.session.decisions
        ],
    }


def _act(one: Taken, reports: Reports, language: Language) -> str:
    """Return what an act is: its verb, of what, whose, in which entry."""
    what = left_to_right(f"{one.act.verb} {one.act.subject}")
    return f"{what} — {reports.roster.who(one, language, reports)} ({entry_of(one)})"


def tasks(record: SessionRecord, roster: Roster, language: Language) -> dict[str, Any]:
    """Return the tasks that were set, and where each is by now."""
    pgettext = language.pgettext
    words = {
        "set": pgettext("report", "to be done"),
        "done": pgettext("report", "done on %(day)s"),
        "dropped": pgettext("report", "dropped on %(day)s"),
    }
    rows = []
    for thing in record.tasks:
        task = thing.value
        standing = words[task.standing] % {"day": told_day(task.ended, language)}
        rows.append(
            [
                foreign(language.best_of(task.titles)[1], language),
                roster.member(task.owner, language),
                told_day(task.due, language),
                standing,
                entry_of(thing.standing()[-1]),
            ]
        )
    return {
        "title": pgettext("report", "Tasks"),
        "head": [
            pgettext("report", "Task"),
            pgettext("report", "Owner"),
            pgettext("report", "Due"),
            pgettext("report", "Where it is"),
            pgettext("report", "Entry"),
        ],
        "widths": ["2fr", "1fr", "auto", "1fr", "auto"],
        "rows": rows,
    }
