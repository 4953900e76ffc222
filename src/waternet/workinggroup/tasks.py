"""Tasks: set with an owner and a day, done by the owner with evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from waternet.record.fields import Check, verify_name, verify_sha256, verify_text
from waternet.workinggroup.act import Act
from waternet.workinggroup.consenting import REASON, verify_day
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import verify_listed, verify_titles
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Verb

__all__ = ["VERBS", "Task", "list_tasks"]


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands.

    Attributes
    ----------
    body : str
        The committee or group that set it.
    titles : mapping of language to str
    owner : str
        The member that is to do it.
    due : str
        The last day for it.
    session : str
        Id of the act that called the session which set it; '' for none.
    standing : str
        'set', 'done' or 'dropped'.
    evidence : tuple of str
        Where it can be seen that it was done.
    ended : str
        The day on which it was done or dropped; '' before that.
    reason : str
        Why it was dropped.
    """

    body: str
    titles: Mapping[str, str]
    owner: str
    due: str
    session: str = ""
    standing: str = "set"
    evidence: tuple[str, ...] = ()
    ended: str = ""
    reason: str = ""


def list_tasks(state: State) -> list[tuple[Thing, Task]]:
    """Return every task, the earliest due first."""
    found = [(one, one.value) for one in state.of("task") if one.value]
    found.sort(key=lambda one: (one[1].due, one[0].id, one[0].root))
    return found


def _set(floor: Floor, act: Act) -> Task:
    owner, session = act.body["owner"], act.body.get("session", "")
    if floor.charter.member(owner) is None:
        raise Refused("not-a-member", f"the owner {owner!r} is no member")
    called = {one.act.id for one in floor.named("session.call")}
    if session and session not in called:
        told = f"it names no session.call {session[:16]}"
        raise Refused("unmet-condition", told)
    return Task(
        body=act.body["body"],
        titles=dict(act.body["titles"]),
        owner=owner,
        due=act.body["due"],
        session=session,
    )


def _done(floor: Floor, act: Act) -> Task:
    task = _verify_to_do(floor)
    if act.member != task.owner:
        told = f"{task.owner!r} is to do it, not {act.member!r}"
        raise Refused("not-entitled", told)
    evidence = tuple(act.body["evidence"])
    return replace(task, standing="done", evidence=evidence, ended=act.day)


def _drop(floor: Floor, act: Act) -> Task:
    task = _verify_to_do(floor)
    return replace(task, standing="dropped", reason=act.body["reason"], ended=act.day)


def _verify_to_do(floor: Floor) -> Task:
    task: Task = floor.base
    if task.standing != "set":
        raise Refused("not-open", f"the task is {task.standing} already")
    return task


def _body(floor: Floor, act: Act) -> str:
    return str(act.body["body"] if floor.base is None else floor.base.body)


_SET: Mapping[str, Check] = {
    "body": verify_name,
    "titles": verify_titles,
    "owner": verify_name,
    "due": verify_day,
}
_DONE: Mapping[str, Check] = {"evidence": partial(verify_listed, each=verify_text)}

VERBS = (
    Verb(
        "task.set",
        _SET,
        "propose",
        True,
        _set,
        _body,
        {"session": verify_sha256},
        begins=True,
    ),
    Verb("task.done", _DONE, "attend", True, _done, _body, {}),
    Verb("task.drop", REASON, "propose", True, _drop, _body, {}),
)
