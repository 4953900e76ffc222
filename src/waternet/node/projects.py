"""What a delegate does about projects and pledges: which acts each of them names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node.acting import Doing
from waternet.workinggroup.pledge_standing import PledgeStanding, pledge_standing
from waternet.workinggroup.project import project_sha256
from waternet.workinggroup.project_standing import (
    ProjectStanding,
    named_for_move,
    project_standing,
)
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = [
    "consent_to_project",
    "correct_receipt",
    "dissent_from_project",
    "find_pledge",
    "find_project",
    "last_day",
    "list_projects",
    "make_pledge",
    "move_project",
    "receive_pledge",
    "record_feasibility",
    "unblock_project",
]


def last_day(state: State) -> str:
    """Return the day up to which a state is told: today, unless it is of the past."""
    if state.until:
        return day_span(state.until)[1].isoformat()
    return f"{datetime.now(UTC):%Y-%m-%d}"


def find_project(state: State, name: str) -> ProjectStanding:
    """Return where a project stands.

    Raises
    ------
    NotFound
        There is none of that id.
    Conflict
        Two were begun under it.
    """
    standing = project_standing(state, state.thing("project", name), last_day(state))
    if standing is None:
        raise Conflict(f"project {name!r} stands nowhere: delegates acted at once")
    return standing


def list_projects(state: State) -> list[dict[str, Any]]:
    """Return a row for each project: at which stage, since when, what it waits for."""
    rows = []
    for thing in state.of("project"):
        standing = project_standing(state, thing, last_day(state))
        if standing is None:
            continue
        stay = standing.history[-1]
        rows.append(
            {
                "project": standing.id,
                "body": standing.project.body,
                "stage": stay.stage,
                "since": stay.since,
                "days": stay.days,
                "reported_by": stay.to_json().get("reported_by", ""),
                "source": stay.to_json().get("source", ""),
                "missing": list(standing.missing),
                "blocked": sorted({one.act.body["stage"] for one in standing.blocks}),
                "root": standing.root,
            }
        )
    return rows


def move_project(
    state: State,
    name: str,
    stage: str,
    evidence: Sequence[str],
    reason: str = "",
    session: str = "",
) -> Doing:
    """Return the move of a project, naming the consents and lifts that it relies on.

    Parameters
    ----------
    state : State
    name, stage : str
    evidence : sequence of str
    reason : str
        For a move back, or to 'suspended'; '' else.
    session : str
        In which those present agree; '' elsewhere.
    """
    body: dict[str, Any] = {"stage": stage, "evidence": list(evidence)}
    if reason:
        body["reason"] = reason
    thing = state.thing("project", name)
    named = named_for_move(state, thing, stage, last_day(state))
    if session:
        held = state.thing("session", session)
        body["session"] = held.root
        told = (*held.changes, *held.beside)
        verbs = ("session.open", "session.attend")
        there = (one.act.id for one in told if one.act.verb in verbs)
        named = (held.root, *there, *named)
    return Doing("project.move", name, body, tuple(dict.fromkeys(named)))


def consent_to_project(state: State, name: str, days: int, to: str = "") -> Doing:
    """Return the consent to a project's definition as it stands, for so many days.

    Parameters
    ----------
    state : State
    name : str
    days : int
    to : str
        The beginning of the hash that was read; '' to consent to what stands.

    Raises
    ------
    Conflict
        Another definition stands by now.
    """
    digest = project_sha256(find_project(state, name).project)
    if not digest.startswith(to):
        raise Conflict(
            f"the definition is {digest[:16]} by now, not {to[:16]}",
            hint="read it anew: waternet project show",
        )
    last = datetime.now(UTC) + timedelta(days=days)
    told = {"to": digest, "expires": f"{last:%Y-%m-%d}"}
    # A dissent that it names is taken back by it.
    against = tuple(one.act.id for one in find_project(state, name).dissents)
    return Doing("project.consent", name, told, against)


def dissent_from_project(state: State, name: str, member: str, reason: str) -> Doing:
    """Return the act that takes a consent back, or speaks against silence.

    Raises
    ------
    Conflict
        Several members consented, and none is named.
    """
    consents = find_project(state, name).consents
    chosen = _only(consents, member, "consented to it") if consents else ()
    return Doing("project.dissent", name, {"reason": reason}, chosen)


def unblock_project(state: State, name: str, member: str, reason: str) -> Doing:
    """Return the act that lifts a member's blocks.

    Raises
    ------
    NotFound
        Nothing is blocked.
    Conflict
        Several members block it, and none is named.
    """
    blocks = find_project(state, name).blocks
    if not blocks:
        raise NotFound(f"nothing blocks project {name!r}")
    chosen = _only(blocks, member, "block it")
    return Doing("project.unblock", name, {"reason": reason}, chosen)


def _only(acts: Iterable[Taken], member: str, what: str) -> tuple[str, ...]:
    """Return the ids of the acts of one member: of the only one, if none is named."""
    found = [one for one in acts if member in ("", one.act.member)]
    members = sorted({one.act.member for one in found})
    if not members:
        raise NotFound(f"{member!r} is not among those who {what}")
    if len(members) > 1:
        told = f"{', '.join(members)} {what}"
        raise Conflict(told, hint="say which member: --member")
    return tuple(one.act.id for one in found)


def find_pledge(state: State, name: str) -> PledgeStanding:
    """Return a pledge with what came of it.

    Raises
    ------
    NotFound
        There is none of that id.
    Conflict
        Two were begun under it.
    """
    standing = pledge_standing(state, state.thing("pledge", name))
    if standing is None:
        raise Conflict(f"pledge {name!r} stands nowhere: delegates acted at once")
    return standing


def make_pledge(state: State, name: str, told: Mapping[str, Any]) -> Doing:
    """Return a pledge; 'project' of what is told is the id of a project."""
    body = dict(told)
    if "project" not in body:
        return Doing("pledge.make", name, body)
    root = state.thing("project", str(body["project"])).root
    return Doing("pledge.make", name, {**body, "project": root}, (root,))


def receive_pledge(state: State, name: str, told: Mapping[str, Any]) -> Doing:
    """Return the word that something of a pledge came, naming the project as it is."""
    project = state.things.get(find_pledge(state, name).pledge.project)
    last = project.last if project else None
    return Doing("pledge.receive", name, told, (last.act.id,) if last else ())


def correct_receipt(state: State, name: str, receipt: str, reason: str) -> Doing:
    """Return the act that takes a receipt back.

    Raises
    ------
    NotFound
        Not one receipt's id begins so.
    """
    ids = [one.taken.act.id for one in find_pledge(state, name).receipts]
    found = [one for one in ids if receipt and one.startswith(receipt)]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} receipts of {name!r} begin with {receipt!r}",
            hint="waternet pledge show lists them",
        )
    return Doing("pledge.correct", name, {"reason": reason}, (found[0],))


def record_feasibility(state: State, name: str, told: Mapping[str, Any]) -> Doing:
    """Return the record of a check; 'id' of its 'about' is the id of a text or project.

    Raises
    ------
    NotAcceptable
        It does not say what it is about.
    """
    about = told.get("about")
    if not isinstance(about, Mapping) or not {"kind", "id"} <= about.keys():
        raise NotAcceptable(
            "expected 'about' with 'kind' (text or project) and 'id'",
            hint="docs/how-to/check-feasibility.md shows one",
        )
    root = state.thing(str(about["kind"]), str(about["id"])).root
    named = {"kind": about["kind"], "root": root}
    if "paragraph" in about:
        named["paragraph"] = about["paragraph"]
    return Doing("feasibility.record", name, {**told, "about": named}, (root,))
