"""Objections, each from open over met to lifted, or passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waternet.workinggroup.adopting import in_time
from waternet.workinggroup.citing import cite
from waternet.workinggroup.project import Project
from waternet.workinggroup.stages import STEPS, SUSPENDED
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["Objection", "adoption_of", "in_sequence", "track_objections"]


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection to a paragraph, and how far it is from its end.

    Attributes
    ----------
    made : Taken
    met_by : tuple of str
        Acts by which its condition was met: a feasibility record, the move of a
        project, or a word that a release is there. Only the objector says that this is
        enough.
    lifted_by : str
        The act by which the objector lifted it; ''.
    timing : str
        Of a text that was adopted: 'in time', 'passed over' where it was entered
        before the adoption, by which it was not seen, or 'late'; '' before that.
    """

    made: Taken
    met_by: tuple[str, ...] = ()
    lifted_by: str = ""
    timing: str = ""

    @property
    def member(self) -> str:
        """Who objects."""
        return self.made.act.member

    @property
    def paragraph(self) -> str:
        """To which paragraph."""
        return str(self.made.act.body["paragraph"])

    @property
    def condition(self) -> Mapping[str, Any]:
        """What would lift it; {} where it names nothing."""
        named: Mapping[str, Any] = self.made.act.body.get("condition", {})
        return named

    @property
    def status(self) -> str:
        """'open', 'met' or 'lifted'."""
        if self.lifted_by:
            return "lifted"
        return "met" if self.met_by else "open"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            **cite(self.made),
            "paragraph": self.paragraph,
            "words": dict(self.made.act.body["words"]),
            "condition": dict(self.condition),
            "status": self.status,
            "met_by": list(self.met_by),
            "lifted_by": self.lifted_by,
            "timing": self.timing,
        }


def in_sequence(one: Taken) -> tuple[str, str, int]:
    """Return by what acts are set in a row: when they were signed, then by entry."""
    return one.act.issued, one.act.party, one.index


def adoption_of(thing: Thing) -> Taken | None:
    """Return the act that adopted a text; None where it was not adopted."""
    for one in thing.standing():
        if one.act.verb == "text.adopt":
            return one
    return None


def track_objections(state: State, thing: Thing) -> tuple[Objection, ...]:
    """Return every objection to a text, in the order in which they were made.

    Parameters
    ----------
    state : State
    thing : Thing
        A text.
    """
    answers = _Answers.of(thing)
    adoption = adoption_of(thing)
    found = [
        Objection(
            made=one,
            met_by=(*_met_by(state, thing, one), *answers.met.get(one.act.id, ())),
            lifted_by=answers.lifted.get((one.act.member, one.act.id), ""),
            timing=_timing(one, adoption),
        )
        for one in thing.beside
        if one.act.verb == "text.object"
    ]
    return tuple(sorted(found, key=lambda one: in_sequence(one.made)))


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was answered: lifts by (member, objection), releases by objection."""

    lifted: dict[tuple[str, str], str] = field(default_factory=dict)
    met: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, thing: Thing) -> _Answers:
        made = cls()
        for one in sorted(thing.beside, key=lambda one: one.act.id):
            for name in one.act.on:
                if one.act.verb == "text.lift":
                    made.lifted.setdefault((one.act.member, name), one.act.id)
                elif one.act.verb == "text.meet":
                    made.met.setdefault(name, []).append(one.act.id)
        return made


def _met_by(state: State, text: Thing, objection: Taken) -> Iterator[str]:
    """Yield the acts by which the condition of an objection was met."""
    condition: Mapping[str, str] = objection.act.body.get("condition", {})
    kind, name = condition.get("kind", ""), condition.get("name", "")
    if kind not in ("feasibility", "project"):
        return
    for thing in state.of(kind):
        if thing.id != name:
            continue
        if kind == "project":
            yield from _reaching(thing, condition["stage"])
            continue
        for change in thing.standing():
            if _is_about(change.act.body, text, objection.act.body["paragraph"]):
                yield change.act.id


def _reaching(project: Thing, stage: str) -> Iterator[str]:
    """Yield the acts by which a project came to a stage, or past it at once."""
    was_there = False
    for change in project.standing():
        held: Project = change.value
        if stage == SUSPENDED:
            is_there = held.stage == SUSPENDED
        else:
            is_there = STEPS.index(held.step) >= STEPS.index(stage)
        if is_there and not was_there:
            yield change.act.id
        was_there = is_there


def _is_about(told: Mapping[str, Any], text: Thing, paragraph: str) -> bool:
    about: Mapping[str, str] = told.get("about", {})
    same_text = about.get("kind") == "text" and about.get("root") == text.root
    return same_text and about.get("paragraph", paragraph) == paragraph


def _timing(objection: Taken, adoption: Taken | None) -> str:
    if adoption is None:
        return ""
    deadline = adoption.value.deadline
    if deadline and not in_time(objection, deadline):
        return "late"
    if adoption.sight.covers(objection):
        return "in time"
    return "passed over" if objection.entered < adoption.entered else "late"
