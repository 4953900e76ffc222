"""Acts about projects: begun, defined, moved from stage to stage, blocked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from waternet.record.fields import (
    Check,
    verify_choice,
    verify_name,
    verify_sha256,
    verify_text,
)
from waternet.workinggroup.act import Act
from waternet.workinggroup.adopting import counted_there, in_time, verify_seen_whole
from waternet.workinggroup.charter import Consensus
from waternet.workinggroup.charters import SEEN
from waternet.workinggroup.consenting import (
    CONSENT,
    REASON,
    verify_consented_to,
    verify_consents,
    verify_own,
)
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import verify_listed
from waternet.workinggroup.linkage import (
    is_taken_back,
    verify_linked,
    verify_not_blocked,
)
from waternet.workinggroup.project import (
    DEFINITION,
    Project,
    change_definition,
    project_sha256,
)
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.stages import (
    STAGES,
    STEPS,
    SUSPENDED,
    is_forward,
    verify_step,
)
from waternet.workinggroup.verb import Taken, Verb

__all__ = ["EVIDENCE", "VERBS", "standing_dissents"]

EVIDENCE: Mapping[str, Check] = {
    "evidence": partial(verify_listed, each=verify_text),
}
"""What an act rests on: documents, letters, addresses; one at least."""

_AGREED = "agreed"


def _idea(_floor: Floor, act: Act) -> Project:
    begun = Project(
        root=act.id,
        body=act.body["body"],
        titles=act.body["titles"],
        reported=bool(act.of),
    )
    return change_definition(begun, act.body)


def _change(floor: Floor, act: Act) -> Project:
    project = _after(floor, act)
    if not DEFINITION & act.body.keys():
        raise Refused("unreadable-act", "it changes no field of the definition")
    agreed = STEPS.index(project.step) >= STEPS.index(_AGREED)
    if agreed and not project.reported:
        told = f"it stands at {project.step!r}: what was agreed is not changed below it"
        raise Refused("not-open", f"{told}; move it back to 'defined' first")
    return change_definition(project, act.body)


def _move(floor: Floor, act: Act) -> Project:
    project = _after(floor, act)
    stage = act.body["stage"]
    reasoned = "reason" in act.body
    if project.reported:
        _verify_other(project, stage)
    else:
        verify_step(project.stage, project.rests_at, stage, reasoned=reasoned)
    if stage == SUSPENDED:
        return replace(project, stage=stage, rests_at=project.stage)
    if is_forward(project.stage, stage):
        if not project.reported:
            _verify_forward(floor, project, stage)
        verify_not_blocked(floor, project, stage)
    return replace(project, stage=stage, rests_at="")


def _after(floor: Floor, act: Act) -> Project:
    """Return the project on which an act builds.

    Archives are incomplete: as long as all that is known of a project comes from
    reports, a report may tell of any stage, and nobody's consent is asked for. From the
    first act on that a member signs itself, no report does so any more.
    """
    project: Project = floor.base
    return replace(project, reported=project.reported and bool(act.of))


def _verify_other(project: Project, stage: str) -> None:
    if stage == project.stage:
        raise Refused("not-open", f"it stands at {stage!r} already")


def _verify_forward(floor: Floor, project: Project, stage: str) -> None:
    """Refuse a step that lacks what it takes."""
    verify_seen_whole(floor)
    if stage == "defined" and not project.taking_part:
        told = "nobody takes part: name lead, sponsors, beneficiaries or participants"
        raise Refused("unmet-condition", told)
    if stage == _AGREED and project.stage != SUSPENDED:
        _verify_agreed(floor, project)


def _verify_agreed(floor: Floor, project: Project) -> None:
    """Refuse the move unless the body's consensus is on the definition as it is."""
    consensus = floor.body(project.body).consensus
    counted = counted_there(floor, project.body, consensus)
    if consensus.how == "silence":
        _verify_silence(floor, consensus, counted)
        return
    consents = floor.named("project.consent")
    verify_consents(floor, counted, project_sha256(project), consents)


def _verify_silence(
    floor: Floor, consensus: Consensus, counted: Collection[str]
) -> None:
    """Refuse the move while one who counts speaks against it, or may still do so.

    What was entered in time counts, whether the one who moves claims to have seen it or
    not: nobody's closed eyes make silence.
    """
    since = floor.taken[floor.act.on[0]].act.last_day
    days = min(timedelta(days=consensus.days), date.max - since)
    ends = (since + days).isoformat()
    acts = floor.beside("project.consent", "project.dissent")
    for one in standing_dissents(
        one for one in acts if floor.was_there(one) or in_time(one, ends)
    ):
        if one.act.member in counted:
            told = f"{one.act.member!r}: {one.act.body['reason']}"
            raise Refused("standing-objection", told)
    today = min(floor.day(), floor.act.issued[:10])
    if today <= ends:
        told = f"it changed on {since}: silence counts after {ends}, this is {today}"
        raise Refused("before-deadline", told)


def standing_dissents(acts: Iterable[Taken]) -> list[Taken]:
    """Return the dissents that no later consent of the same member names."""
    given = list(acts)
    consents = [one for one in given if one.act.verb == "project.consent"]
    return [
        one
        for one in given
        if one.act.verb == "project.dissent" and not is_taken_back(one, consents)
    ]


def _consent(floor: Floor, act: Act) -> None:
    verify_consented_to(act, project_sha256(floor.base))


def _dissent(floor: Floor, act: Act) -> None:
    """Take a consent back, or speak against what silence would adopt."""
    if floor.body(floor.base.body).consensus.how != "silence" or len(act.on) > 1:
        verify_own(floor, "project.consent")


def _block(floor: Floor, act: Act) -> None:
    project: Project = floor.base
    track, stage = act.body["track"], act.body["stage"]
    verify_linked(floor.charter, project, act.member, floor.role, track, stage)
    if project.stage == STEPS[-1]:
        raise Refused("not-open", "the project is done")


def _unblock(floor: Floor, _act: Act) -> None:
    verify_own(floor, "project.block")


def _reach(floor: Floor, act: Act) -> None:
    known = [one.id for one in floor.base.milestones]
    if act.body["milestone"] not in known:
        told = f"no milestone {act.body['milestone']!r}: {', '.join(known) or 'none'}"
        raise Refused("unmet-condition", told)


def _begun_in(_floor: Floor, act: Act) -> str:
    return str(act.body["body"])


def _of_project(floor: Floor, _act: Act) -> str:
    project: Project = floor.base
    return project.body


_STAGE: Mapping[str, Check] = {"stage": partial(verify_choice, choices=STAGES)}

VERBS = (
    Verb(
        "project.idea",
        {"body": verify_name, "titles": DEFINITION["titles"]},
        "propose",
        True,
        _idea,
        _begun_in,
        {name: DEFINITION[name] for name in DEFINITION if name != "titles"},
        begins=True,
    ),
    Verb("project.change", REASON, "propose", True, _change, _of_project, DEFINITION),
    Verb(
        "project.move",
        {**_STAGE, **EVIDENCE, **SEEN},
        "propose",
        True,
        _move,
        _of_project,
        {**REASON, "session": verify_sha256},
    ),
    Verb("project.consent", CONSENT, "consent", False, _consent, _of_project, {}),
    Verb("project.dissent", REASON, "consent", False, _dissent, _of_project, {}),
    Verb(
        "project.block",
        {"track": verify_name, **_STAGE, **REASON},
        "attend",
        False,
        _block,
        _of_project,
        {},
    ),
    Verb("project.unblock", REASON, "attend", False, _unblock, _of_project, {}),
    Verb(
        "project.reach",
        {"milestone": verify_name, **EVIDENCE},
        "propose",
        False,
        _reach,
        _of_project,
        {},
    ),
)
