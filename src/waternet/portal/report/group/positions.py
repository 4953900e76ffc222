"""A paragraph with the positions on it: consents, reservations, objections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet.portal.language.language import Language
from waternet.portal.report.direction import left_to_right
from waternet.portal.report.group.roster import Reports, Roster, entry_of, told_day
from waternet.portal.report.group.versions import Label, Versions, spoken
from waternet.workinggroup.objections import Objection
from waternet.workinggroup.text_standing import (
    ParagraphStanding,
    Position,
    TextStanding,
)
from waternet.workinggroup.verb import Taken

__all__ = ["tell_paragraph"]


def tell_paragraph(
    number: int,
    one: ParagraphStanding,
    standing: TextStanding,
    roster: Roster,
    versions: Versions,
) -> dict[str, Any]:
    """Return a paragraph in all its languages, and who stands where on it."""
    codes = sorted(standing.text.titles)
    words = one.paragraph.words
    reports = Reports(roster)
    consents = _consents(
        one, roster, versions, reports, adopted=standing.adoption is not None
    )
    objections = [
        said for said in standing.objections if said.paragraph == one.paragraph.id
    ]
    return {
        "number": left_to_right(f"{number} · {one.paragraph.id}"),
        "words": [spoken(code, words[code]) for code in codes if code in words],
        "is_aside": one.set_aside,
        "marks": [*_marks(one, standing, versions)],
        "consents": consents,
        "remarks": [
            *(
                _reservation(said, codes, versions, reports)
                for position in one.positions
                for said in position.reservations
            ),
            *(_objection(said, codes, versions, reports) for said in objections),
        ],
        "reports": _abreast_each(reports, versions),
    }


def _abreast_each(reports: Reports, versions: Versions) -> list[Label]:
    """Return each report in every language."""

    def told(at: int) -> Label:
        return versions.each(lambda language: reports.told(language)[at])

    return [told(at) for at in range(len(reports.numbers))]


def _marks(
    one: ParagraphStanding, standing: TextStanding, versions: Versions
) -> list[Label]:
    """Return what must be known to read the paragraph rightly."""
    pgettext = versions.pgettext
    marks = []
    if one.paragraph.is_struck:
        marks.append(pgettext("report", "This paragraph was struck."))
    if one.set_aside:
        marks.append(
            pgettext(
                "report",
                "The members agreed to disagree on this paragraph: it is recorded, and "
                "no part of what was adopted.",
            )
        )
    elif standing.adoption and standing.text.deadline:
        marks.append(
            pgettext("report", "Adopted by silence: no objection stood in time.")
        )
    return marks


def _consents(
    one: ParagraphStanding,
    roster: Roster,
    versions: Versions,
    reports: Reports,
    *,
    adopted: bool,
) -> dict[str, Any]:
    """Return who consented; of a draft, who has not yet."""
    pgettext = versions.pgettext
    rows = []
    for position in one.positions:
        if position.consent:
            rows.append(roster.cells(position.consent, versions, reports))
        elif not adopted and (position.counts or position.lapsed):
            names = versions.names(roster.names(position.member), position.member)
            label: dict[str, Any] = {"label": names}
            rows.append([label, _why_not(position, versions), "", ""])
    return {
        "head": [
            pgettext("report", "Consent"),
            pgettext("report", "Delegate"),
            pgettext("report", "Day"),
            pgettext("report", "Entry"),
        ],
        "widths": ["1.3fr", "1fr", "auto", "auto"],
        "rows": rows,
    }


def _why_not(position: Position, versions: Versions) -> Label:
    pgettext = versions.pgettext
    if position.stand == "objects":
        return pgettext("report", "objects")
    if position.lapsed == "changed":
        return pgettext("report", "consented to other words")
    if position.lapsed == "expired":
        return pgettext("report", "consent ran out")
    if position.lapsed == "taken back":
        return pgettext("report", "consent taken back")
    return pgettext("report", "not yet")


def _reservation(
    said: Taken, codes: list[str], versions: Versions, reports: Reports
) -> dict[str, Any]:
    return {
        "title": versions.pgettext("report", "Reservation"),
        "cells": reports.roster.cells(said, versions, reports),
        "words": _abreast(said.act.body["words"], codes),
        "notes": [],
        "condition": None,
    }


def _objection(
    said: Objection, codes: list[str], versions: Versions, reports: Reports
) -> dict[str, Any]:
    condition = None
    if said.condition:
        condition = {
            "title": _condition_title(said.condition, versions),
            "words": _abreast(said.condition["words"], codes),
        }
    return {
        "title": versions.pgettext("report", "Objection"),
        "cells": reports.roster.cells(said.made, versions, reports),
        "words": _abreast(said.made.act.body["words"], codes),
        "condition": condition,
        "notes": [
            versions.each(lambda language: _status(said, language, reports.roster))
        ],
    }


def _condition_title(condition: Mapping[str, Any], versions: Versions) -> Label:
    """Return what the objection waits for, with its id."""
    named = left_to_right(condition["name"])
    stage = condition.get("stage", "")

    def told(language: Language) -> str:
        pgettext = language.pgettext
        words = {
            "feasibility": pgettext(
                "report", "Waits for the feasibility record %(name)s"
            ),
            "project": pgettext(
                "report", "Waits for the project %(name)s to reach: %(stage)s"
            ),
            "release": pgettext("report", "Waits for the data release %(name)s"),
        }[condition["kind"]]
        return words % {"name": named, "stage": left_to_right(stage)}

    return versions.each(told)


def _status(said: Objection, language: Language, roster: Roster) -> str:
    """Return how far an objection is from its end, and whether it was in time."""
    pgettext = language.pgettext
    taken = roster.state.taken
    words = [
        {
            "open": pgettext("report", "The objection stands."),
            "met": pgettext(
                "report", "Its condition was met; the member has not lifted it."
            ),
            "lifted": pgettext("report", "The member lifted it."),
        }[said.status]
    ]
    if said.lifted_by in taken:
        lift = taken[said.lifted_by]
        words = [
            pgettext("report", "The member lifted it on %(day)s (%(entry)s).")
            % {"day": told_day(lift.act.day, language), "entry": entry_of(lift)}
        ]
    met = [entry_of(taken[one]) for one in said.met_by if one in taken]
    if met:
        words.append(
            pgettext("report", "Its condition was met by: %(entries)s.")
            % {"entries": ", ".join(met)}
        )
    if said.timing == "passed over":
        words.append(
            pgettext(
                "report", "It was entered before the adoption, which did not see it."
            )
        )
    if said.timing == "late":
        words.append(pgettext("report", "It was entered after the adoption."))
    return " ".join(words)


def _abreast(words: Mapping[str, str], codes: list[str]) -> list[Any]:
    """Return labels in the columns of the text's languages; those of others after."""
    more = sorted(set(words) - set(codes))
    placed: list[Any] = [
        spoken(one, words[one]) if one in words else None for one in codes
    ]
    return placed + [spoken(one, words[one]) for one in more]
