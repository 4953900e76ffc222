"""Linkage: what another track may block, at which stages only, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from waternet.workinggroup.charter import Charter, Linkage
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.project import Project
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Taken

__all__ = ["is_taken_back", "standing_blocks", "verify_linked", "verify_not_blocked"]


def verify_linked(
    charter: Charter, project: Project, member: str, role: str, track: str, stage: str
) -> None:
    """Refuse a block that no rule of the charter gives.

    Raises
    ------
    Refused
        'linkage', with what the charter allows.
    """
    rules = [one for one in charter.linkages if one.track == track]
    here = [one for one in rules if stage in one.stages]
    if not here:
        raise Refused("linkage", f"{track!r} cannot block {stage!r}: {_tell(rules)}")
    if not any(role in one.by for one in here):
        told = f"{member!r} is {role!r}, the charter gives it to {_by(here)}"
        raise Refused("linkage", told)
    if member not in project.taking_part:
        told = f"{member!r} takes no part in the project: {_part(project)}"
        raise Refused("linkage", told)


def verify_not_blocked(floor: Floor, project: Project, stage: str) -> None:
    """Refuse a move to a stage that a member blocked in time, by the charter's rule.

    A block ends with an unblock of the same member that the move names; it has no force
    any more where the charter in force, or the project, gives its member no such right.

    Raises
    ------
    Refused
        'blocked'.
    """
    members = floor.members()
    ended = list(floor.named("project.unblock"))
    for one in floor.beside("project.block"):
        act = one.act
        if act.body["stage"] != stage or is_taken_back(one, ended):
            continue
        if not floor.was_there(one):
            continue
        member = members.get(act.member)
        try:
            verify_linked(
                floor.charter,
                project,
                act.member,
                member.role if member else "",
                act.body["track"],
                stage,
            )
        except Refused:
            continue  # a rule that stood when it was said stands no more
        told = f"{act.member!r} blocks {stage!r} for {act.body['track']!r}"
        raise Refused("blocked", f"{told}: {act.body['reason']}")


def is_taken_back(one: Taken, by: Iterable[Taken]) -> bool:
    """Return whether an act of the same member names an act to take it back."""
    return any(
        one.act.id in other.act.on and one.act.member == other.act.member
        for other in by
    )


def standing_blocks(beside: Iterable[Taken]) -> Iterator[Taken]:
    """Yield the blocks that their members have not taken back."""
    acts = list(beside)
    ended = [one for one in acts if one.act.verb == "project.unblock"]
    for one in acts:
        if one.act.verb == "project.block" and not is_taken_back(one, ended):
            yield one


def _tell(rules: list[Linkage]) -> str:
    stages = sorted({stage for one in rules for stage in one.stages})
    return f"it may block {', '.join(stages)}" if stages else "it may block nothing"


def _by(rules: list[Linkage]) -> str:
    return ", ".join(sorted({role for one in rules for role in one.by}))


def _part(project: Project) -> str:
    return ", ".join(project.taking_part) or "nobody does yet"
