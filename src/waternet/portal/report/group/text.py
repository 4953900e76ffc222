"""A text on paper: its language versions side by side, and who stands where on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from waternet.errors import Conflict
from waternet.portal.language.language import Language
from waternet.portal.report.direction import left_to_right, name
from waternet.portal.report.group.consensus import consensus_words
from waternet.portal.report.group.ground import Carried, Step, newest_act, tell_ground
from waternet.portal.report.group.positions import tell_paragraph
from waternet.portal.report.group.roster import Reports, Roster, told_day
from waternet.portal.report.group.versions import Versions, language_name, spoken
from waternet.portal.report.typesetting import set_report
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.state import State
from waternet.workinggroup.text_standing import TextStanding, text_standing
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["acts_of_text", "print_text"]


def print_text(state: State, thing: Thing, carried: Carried | None = None) -> bytes:
    """Return a text as PDF: all languages, positions, acts and hashes.

    Parameters
    ----------
    state : State
    thing : Thing
        Of kind 'text'.
    carried : Carried or None
        Proofs that the file carries along.

    Returns
    -------
    bytes
        A function of the state and what is carried: the same bytes each time.

    Raises
    ------
    Conflict
        Delegates began it at once, so that nothing stands.
    NotAcceptable
        It is too long, or a letter is in none of the fonts.
    """
    if thing.value is None:
        raise Conflict(
            f"delegates began the text {thing.id!r} at once: nothing stands",
            hint="'waternet group conflicts' lists them",
        )
    told = _Print(state, text_standing(state, thing)).told(carried)
    return set_report(
        told, carried.files if carried else {}, newest_act(state), "text.typ"
    )


def acts_of_text(state: State, thing: Thing) -> tuple[Taken, ...]:
    """Return the acts on which a print rests: the charter's, changes, positions."""
    standing = text_standing(state, thing)
    found = {one.act.id: one for one in thing.standing()}
    charter = standing.adoption.act.charter if standing.adoption else state.charter_id
    named = [charter, *_positions(standing)]
    found |= {one: state.taken[one] for one in named if one in state.taken}
    return tuple(found.values())


def _positions(standing: TextStanding) -> Iterator[str]:
    """Yield the ids of all that stands beside the paragraphs."""
    for paragraph in standing.paragraphs:
        for one in paragraph.positions:
            if one.consent:
                yield one.consent.act.id
            yield from (said.act.id for said in one.reservations)
    for objection in standing.objections:
        yield objection.made.act.id
        yield from objection.met_by
        if objection.lifted_by:
            yield objection.lifted_by
    if standing.adoption:
        yield from standing.adoption.act.on


@dataclass(frozen=True, slots=True)
class _Print:
    """What is told of one text."""

    state: State
    standing: TextStanding

    @property
    def codes(self) -> list[str]:
        """The languages of the text, by code."""
        return sorted(self.standing.text.titles)

    @property
    def versions(self) -> Versions:
        """The languages in which it is told what the text is."""
        return Versions.of(self.codes)

    def told(self, carried: Carried | None) -> dict[str, Any]:
        """Return plain values for the template."""
        text, versions = self.standing.text, self.versions
        roster = Roster(self.state)
        charter = self.state.charter
        acts = acts_of_text(self.state, self.standing.thing)
        reports = {one.code: Reports(roster) for one in versions.languages}
        return {
            "title": " · ".join(text.titles[one] for one in self.codes),
            "lang": self.codes[0],
            "dir": spoken(self.codes[0], "")["dir"],
            "banner": versions.each(self._stage),
            "is_draft": text.stage != "adopted",
            "foot": left_to_right(
                f"{charter.name if charter else ''} · {self.standing.thing.id}"
            ),
            "titles": [
                {**spoken(one, text.titles[one]), "name": language_name(one)}
                for one in self.codes
            ],
            "heads": [
                {
                    "lang": one.code,
                    "dir": one.direction,
                    "facts": self._facts(one, roster, reports[one.code]),
                    "reports": reports[one.code].told(one),
                    "notes": self._notes(one),
                }
                for one in versions.languages
            ],
            "heading": versions.pgettext("report", "The text"),
            "paragraphs": [
                tell_paragraph(number, one, self.standing, roster, versions)
                for number, one in enumerate(self.standing.paragraphs, 1)
            ],
            "hashes": self._hashes(),
            "ground": tell_ground(roster, versions, acts, self._steps(), carried),
        }

    def _stage(self, language: Language) -> str:
        pgettext = language.pgettext
        return {
            "draft": pgettext("report", "DRAFT"),
            "submitted": pgettext("report", "DRAFT, open to objections"),
            "shelved": pgettext("report", "DRAFT, off the agenda"),
            "withdrawn": pgettext("report", "DRAFT, withdrawn"),
            "adopted": pgettext("report", "ADOPTED"),
        }[self.standing.text.stage]

    def _facts(
        self, language: Language, roster: Roster, reports: Reports
    ) -> list[list[Any]]:
        pgettext, text = language.pgettext, self.standing.text
        charter = self._charter()
        facts: list[list[Any]] = []
        if charter:
            facts.append(
                [
                    pgettext("report", "Group"),
                    name(language.best_of(charter.titles)[1], language),
                ]
            )
            names = [one.names for one in charter.bodies if one.id == text.body]
            body = language.best_of(names[0])[1] if names else text.body
            facts.append([pgettext("report", "Body"), name(body, language)])
        began = self.standing.thing.standing()[0]
        facts.append(
            [pgettext("report", "Drafted by"), roster.who(began, language, reports)]
        )
        if self.standing.adoption:
            facts.append(
                [
                    pgettext("report", "Adopted by"),
                    roster.who(self.standing.adoption, language, reports),
                ]
            )
        facts += self._standing_facts(language)
        if text.session in self.state.things:
            session = self.state.things[text.session].value
            titles = session.titles if session else {}
            held = language.best_of(titles)[1]
            facts.append([pgettext("report", "Session"), name(held, language)])
        adopted = self.state.taken.get(self._charter_id())
        if adopted:
            day = told_day(adopted.act.day, language)
            facts.append([pgettext("report", "Under the charter of"), day])
        newest = newest_act(self.state)
        facts.append([pgettext("report", "As of"), language.day(newest)])
        return facts

    def _standing_facts(self, language: Language) -> Iterator[list[Any]]:
        """Yield what adoption takes, and where the text is on the way to it."""
        pgettext, text = language.pgettext, self.standing.text
        charter = self._charter()
        bodies = charter.bodies if charter else ()
        for body in bodies:
            if body.id == text.body:
                words = consensus_words(body.consensus, language)
                yield [pgettext("report", "Adoption takes"), words]
        if text.deadline:
            day = told_day(text.deadline, language)
            yield [pgettext("report", "Last day for objections"), day]
        if text.reason:
            yield [pgettext("report", "Reason"), name(text.reason, language)]

    def _charter_id(self) -> str:
        adoption = self.standing.adoption
        return adoption.act.charter if adoption else self.state.charter_id

    def _charter(self) -> Charter | None:
        return self.state.charters.get(self._charter_id(), self.state.charter)

    def _notes(self, language: Language) -> list[str]:
        pgettext = language.pgettext
        notes = [
            pgettext(
                "report",
                "Each language version is equally the text; they stand in the order of "
                "the codes of their languages. A consent names the hash of a paragraph "
                "in all its languages, so that it holds for no other words.",
            )
        ]
        if self.standing.thing.in_conflict:
            notes.append(
                pgettext(
                    "report",
                    "Delegates changed this text at once, and nobody has resolved it "
                    "yet: here it stands as it was before.",
                )
            )
        if self.standing.text.stage != "adopted":
            notes.append(
                pgettext("report", "This is a draft: nothing in it is adopted.")
            )
        return notes

    def _hashes(self) -> dict[str, Any]:
        pgettext = self.versions.pgettext
        return {
            "title": pgettext("report", "Paragraphs"),
            "head": [
                pgettext("report", "Paragraph"),
                pgettext("report", "SHA-256, as consents name it"),
            ],
            "widths": ["auto", "1fr"],
            "rows": [
                [left_to_right(one.paragraph.id), left_to_right(one.sha256)]
                for one in self.standing.paragraphs
            ],
        }

    def _steps(self) -> list[Step]:
        pgettext = self.versions.pgettext
        root = self.standing.thing.root
        form = f'{{"after":"...","paragraph":"...","text":"{root}","words":{{...}}}}'
        return [
            Step(
                pgettext(
                    "report",
                    "A paragraph's hash is the SHA-256 of this line of canonical JSON "
                    "(RFC 8785), with the paragraph before it, its id, the act that "
                    "drafted the text, and its words by language:",
                ),
                form,
            )
        ]
