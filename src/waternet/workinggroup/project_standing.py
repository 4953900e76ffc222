"""Where a project stands: its way from stage to stage, and what the next step lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from waternet.workinggroup.citing import cite
from waternet.workinggroup.linkage import standing_blocks
from waternet.workinggroup.needed import counted_members, needed_members
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.project import Project, project_sha256
from waternet.workinggroup.projects import standing_dissents
from waternet.workinggroup.stages import STEPS, SUSPENDED
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = [
    "ProjectStanding",
    "Stay",
    "named_for_move",
    "project_standing",
    "stage_history",
]


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a project was at a stage.

    Attributes
    ----------
    stage : str
    since, until : str
        Days as far as they are known; `until` is '' where it is still there.
    days : int
        From the last day that `since` may mean to the last one of `until`, or to the
        day of the account.
    moved : Taken
        The act that brought it there.
    not_told : tuple of str
        Steps between this and the one before of which no report tells.
    """

    stage: str
    since: str
    until: str
    days: int
    moved: Taken
    not_told: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        body = self.moved.act.body
        told = {
            "stage": self.stage,
            "since": self.since,
            "until": self.until,
            "days": self.days,
            "not_told": list(self.not_told),
            "evidence": list(body.get("evidence", ())),
            "reason": body.get("reason", ""),
        }
        return {**cite(self.moved), **told}


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    """Where a project stands on a day.

    Attributes
    ----------
    id, root : str
    project : Project
    sha256 : str
        Of its definition: what a consent is to.
    history : tuple of Stay
        The first stage first.
    consents : tuple of Taken
        To the definition as it is, of members whose consent counts, that have neither
        run out nor been taken back.
    missing : tuple of str
        Members whose consent is needed, and is not there: by silence nobody's is, and
        where those present decide, that of those who attend. () from 'agreed' on.
    dissents : tuple of Taken
        That stand.
    blocks : tuple of Taken
        That stand, whatever stage they are for.
    reached : tuple of Taken
        Words that a milestone was reached.
    pledges, checks : tuple of str
        Ids of the pledges for it, and of the feasibility records about it.
    """

    id: str
    root: str
    project: Project
    sha256: str
    history: tuple[Stay, ...]
    consents: tuple[Taken, ...]
    missing: tuple[str, ...]
    dissents: tuple[Taken, ...]
    blocks: tuple[Taken, ...]
    reached: tuple[Taken, ...]
    pledges: tuple[str, ...]
    checks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "id": self.id,
            "root": self.root,
            "sha256": self.sha256,
            "project": to_plain(self.project),
            "taking_part": list(self.project.taking_part),
            "history": [one.to_json() for one in self.history],
            "consents": [_told(one, "expires") for one in self.consents],
            "missing": list(self.missing),
            "dissents": [_told(one, "reason") for one in self.dissents],
            "blocks": [_told(one, "track", "stage", "reason") for one in self.blocks],
            "reached": [_told(one, "milestone", "evidence") for one in self.reached],
            "pledges": list(self.pledges),
            "checks": list(self.checks),
        }


def _told(one: Taken, *names: str) -> dict[str, Any]:
    return {**cite(one), **{name: one.act.body[name] for name in names}}


def stage_history(thing: Thing, day: str) -> tuple[Stay, ...]:
    """Return the stages that a project went through, with the time in each.

    Parameters
    ----------
    thing : Thing
        A project.
    day : str
        As 2026-11-28: to which the last stay is counted.
    """
    moves = [
        one
        for one in thing.standing()
        if one.act.verb in ("project.idea", "project.move")
    ]
    ends = [one.act.last_day for one in moves[1:]] + [date.fromisoformat(day)]
    found = []
    for at, (one, end) in enumerate(zip(moves, ends, strict=True)):
        after = moves[at + 1].act.day if at + 1 < len(moves) else ""
        before = moves[at - 1].value.step if at else ""
        found.append(
            Stay(
                stage=one.value.stage,
                since=one.act.day,
                until=after,
                days=(end - one.act.last_day).days,
                moved=one,
                not_told=_between(before, one.value.stage),
            )
        )
    return tuple(found)


def _between(before: str, stage: str) -> tuple[str, ...]:
    if not before or stage == SUSPENDED:
        return ()
    return STEPS[STEPS.index(before) + 1 : STEPS.index(stage)]


def project_standing(state: State, thing: Thing, day: str) -> ProjectStanding | None:
    """Return where a project stands; None where it was begun twice at once.

    Parameters
    ----------
    state : State
        As it stood on that day: `fold(..., until=day)`.
    thing : Thing
        A project of it.
    day : str
        As 2026-11-28.
    """
    project: Project | None = thing.value
    if project is None:
        return None
    consents = tuple(_consents(thing, project_sha256(project), day))
    counted = counted_members(state, project.body)
    needed = needed_members(state, project.body)
    given = {one.act.member for one in consents}
    agreed = STEPS.index(project.step) >= STEPS.index("agreed")
    return ProjectStanding(
        id=thing.id,
        root=thing.root,
        project=project,
        sha256=project_sha256(project),
        history=stage_history(thing, day),
        consents=tuple(one for one in consents if one.act.member in counted),
        missing=() if agreed else tuple(one for one in needed if one not in given),
        dissents=tuple(standing_dissents(_beside(thing, "consent", "dissent"))),
        blocks=tuple(standing_blocks(thing.beside)),
        reached=tuple(_beside(thing, "reach")),
        pledges=_about(state, "pledge", "project", thing.root),
        checks=_about(state, "feasibility", "about", thing.root),
    )


def named_for_move(state: State, thing: Thing, stage: str, day: str) -> tuple[str, ...]:
    """Return the ids of the acts that a move to a stage names, of those that are there.

    To 'agreed', the consents; to any, what lifts a block of that stage.
    """
    standing = project_standing(state, thing, day)
    if standing is None:
        return ()
    found = list(standing.consents) if stage == "agreed" else []
    blocks = {
        one.act.id for one in _beside(thing, "block") if one.act.body["stage"] == stage
    }
    found += [
        one for one in _beside(thing, "unblock") if blocks.intersection(one.act.on)
    ]
    return tuple(one.act.id for one in found)


def _beside(thing: Thing, *verbs: str) -> list[Taken]:
    names = {f"project.{one}" for one in verbs}
    found = [one for one in thing.beside if one.act.verb in names]
    return sorted(found, key=lambda one: (one.act.issued, one.act.id))


def _consents(thing: Thing, sha256: str, day: str) -> Iterator[Taken]:
    """Yield the last consent of each member to these bytes that stands."""
    acts = _beside(thing, "consent", "dissent")
    against = [one for one in acts if one.act.verb == "project.dissent"]
    found = {}
    for one in acts:
        if one.act.verb != "project.consent" or one.act.body["to"] != sha256:
            continue
        taken_back = any(
            one.act.id in other.act.on and one.act.member == other.act.member
            for other in against
        )
        if not taken_back and one.act.body["expires"] >= day:
            found[one.act.member] = one
    for member in sorted(found):
        yield found[member]


def _about(state: State, kind: str, name: str, root: str) -> tuple[str, ...]:
    return tuple(
        one.id
        for one in state.of(kind)
        if one.value is not None and getattr(one.value, name) == root
    )
