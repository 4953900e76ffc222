"""Reminders: what is due, and of whom, within some days of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from waternet.workinggroup.pledge_standing import list_pledges
from waternet.workinggroup.project import Project
from waternet.workinggroup.session_record import list_sessions, session_days
from waternet.workinggroup.state import State
from waternet.workinggroup.when import day_span

__all__ = ["Reminder", "list_due"]


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that is due.

    Attributes
    ----------
    kind : str
        'session' that begins, 'task' to do, 'text' to which objections end, 'pledge'
        of which something is outstanding, 'project' with a milestone.
    id, root : str
        Of the thing.
    titles : mapping of language to str
        Of the thing; of a milestone, its own.
    day : str
        On which it is due.
    days : int
        Until then; less than 0 where it is overdue.
    members : tuple of str
        Whom it concerns, by id.
    """

    kind: str
    id: str
    root: str
    titles: Mapping[str, str]
    day: str
    days: int
    members: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "kind": self.kind,
            "id": self.id,
            "root": self.root,
            "titles": dict(self.titles),
            "day": self.day,
            "days": self.days,
            "members": list(self.members),
        }


def list_due(state: State, today: date, days: int) -> tuple[Reminder, ...]:
    """Return what is due within some days, and what is overdue, the earliest first.

    Parameters
    ----------
    state : State
    today : date
    days : int
        0 for what is due today.
    """
    found = [
        one
        for one in (
            *_sessions(state, today),
            *_tasks(state, today),
            *_deadlines(state, today),
            *_pledges(state, today),
            *_milestones(state, today),
        )
        if one.days <= days
    ]
    found.sort(key=lambda one: (one.day, one.kind, one.id, one.root))
    return tuple(found)


def _sessions(state: State, today: date) -> Iterator[Reminder]:
    for one in list_sessions(state):
        if one.session.standing == "called":
            first = session_days(one.session)[0]
            told = (one.thing.id, one.thing.root, one.session.titles, first)
            yield Reminder("session", *told, _days(today, first), one.invited)


def _tasks(state: State, today: date) -> Iterator[Reminder]:
    for thing in state.of("task"):
        task = thing.value
        if task and task.standing == "set":
            told = (thing.id, thing.root, task.titles, task.due)
            yield Reminder("task", *told, _days(today, task.due), (task.owner,))


def _deadlines(state: State, today: date) -> Iterator[Reminder]:
    """Yield texts under a silence procedure: each member may object until its end."""
    members = tuple(one.id for one in state.charter.members) if state.charter else ()
    for thing in state.of("text"):
        text = thing.value
        if text and text.stage == "submitted":
            told = (thing.id, thing.root, text.titles, text.deadline)
            yield Reminder("text", *told, _days(today, text.deadline), members)


def _pledges(state: State, today: date) -> Iterator[Reminder]:
    """Yield pledges with a day, of which not all has come: in kind, nothing yet."""
    for one in list_pledges(state):
        pledge = one.pledge
        is_open = not one.receipts if one.outstanding is None else one.outstanding > 0
        if pledge.due and is_open and not pledge.cancelled:
            told = (one.id, one.root, pledge.titles, pledge.due)
            days = _days(today, pledge.due)
            yield Reminder("pledge", *told, days, pledge.donors)


def _milestones(state: State, today: date) -> Iterator[Reminder]:
    """Yield the milestones of projects that are not done, which nobody said reached."""
    for thing in state.of("project"):
        project: Project | None = thing.value
        if project is None or project.stage in ("done", "suspended"):
            continue
        reached = {
            one.act.body["milestone"]
            for one in thing.beside
            if one.act.verb == "project.reach"
        }
        for step in project.milestones:
            if step.id not in reached:
                told = (thing.id, thing.root, step.titles, step.due)
                days = _days(today, step.due)
                yield Reminder("project", *told, days, project.taking_part)


def _days(today: date, day: str) -> int:
    return (day_span(day)[1] - today).days
