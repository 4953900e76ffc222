"""Sessions and tasks: what is to come, what was held, who owes what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.telling import (
    act_data,
    asked_thing,
    cited,
    thing_data,
    thing_path,
)
from waternet.portal.page import View, Visit
from waternet.workinggroup.activity import session_end
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.session_record import (
    SessionRecord,
    list_sessions,
    session_days,
    session_record,
)
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.when import day_span

__all__ = ["brief_sessions", "show_session", "show_sessions", "show_task", "task_data"]


def brief_sessions(held: Held) -> list[dict[str, Any]]:
    """Return every session in short, the earliest first."""
    return [_brief(held, one) for one in list_sessions(held.state)]


def _brief(held: Held, record: SessionRecord) -> dict[str, Any]:
    session = record.session
    first, last = session_days(session)
    return {
        "id": record.thing.id,
        "path": thing_path(held, record.thing),
        "titles": dict(session.titles),
        "sort": session.sort,
        "body": session.body,
        "standing": session.standing,
        "begins": session.begins,
        "ends": session.ends,
        "zone": session.zone,
        "is_past": last < held.today.isoformat(),
        "first_day": first,
        "last_day": last,
        "place": dict(session.place),
        "host": session.host,
        "chair": session.chair,
        "present": held.in_order(record.present),
        "missing": held.in_order(record.missing),
        "ended": session_end(record.thing.last).isoformat()
        if record.thing.last and session.standing == "closed"
        else "",
        "papers": len(record.papers),
        "decisions": len(session.decisions),
        "called_by": act_data(held, record.thing.changes[0]),
    }


def show_sessions(visit: Visit) -> View:
    """Show all sessions, those to come first, and the tasks."""
    held = open_group(visit)
    sessions = brief_sessions(held)
    to_come = [one for one in sessions if one["standing"] in ("called", "open")]
    over = [one for one in sessions if one["standing"] not in ("called", "open")]
    data: dict[str, Any] = {
        "to_come": to_come,
        "over": over[::-1],
        "tasks": _tasks(held),
    }
    title = visit.language.gettext("Sessions and tasks")
    return group_view(held, "sessions.html", title, data)


def show_session(visit: Visit) -> View:
    """Show one session: agenda, who came, documents, minutes, decisions, tasks."""
    held = open_group(visit)
    thing = asked_thing(held, "session")
    data: dict[str, Any] = {**thing_data(held, thing), "session": None}
    if thing.value is not None:
        record = session_record(held.state, thing)
        told = cited(held, record.to_json())
        names = ("invited", "present", "missing", "chairs")
        data["session"] = {
            **_whole(told),
            **{name: held.in_order(told[name]) for name in names},
            "tasks": [task_data(held, one) for one in record.tasks],
            "decisions": [
                {**one, "acts": _known(held, one.get("acts", ()))}
                for one in told["decisions"]
            ],
        }
    title = visit.language.gettext("A session")
    return group_view(held, "session.html", title, data)


_TOLD: Mapping[str, Any] = {
    "place": {},
    "host": "",
    "zone": "",
    "chair": "",
    "minutes": {},
    "reason": "",
}


def _whole(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a session with what is empty, too."""
    return {**_TOLD, **told}


def _known(held: Held, acts: Any) -> list[dict[str, Any]]:
    taken = held.state.taken
    return [act_data(held, taken[one]) for one in acts if one in taken]


def task_data(held: Held, thing: Thing) -> dict[str, Any]:
    """Return a task, whether it is late, and the act that set it."""
    task = thing.value
    due = day_span(task.due)[1]
    return {
        "id": thing.id,
        "path": thing_path(held, thing),
        "titles": dict(task.titles),
        "body": task.body,
        "owner": task.owner,
        "due": task.due,
        "standing": task.standing,
        "ended": task.ended,
        "evidence": list(task.evidence),
        "reason": task.reason,
        "days_late": max(0, (held.today - due).days) if task.standing == "set" else 0,
        "set_by": act_data(held, thing.changes[0]),
    }


def _tasks(held: Held) -> list[dict[str, Any]]:
    found = [task_data(held, one) for one in held.state.of("task") if one.value]
    order = {"set": 0, "done": 1, "dropped": 2}
    return sorted(
        found, key=lambda one: (order[one["standing"]], one["due"], one["id"])
    )


def show_task(visit: Visit) -> View:
    """Show one task."""
    held = open_group(visit)
    thing = asked_thing(held, "task")
    session = held.state.things.get(thing.value.session) if thing.value else None
    data: dict[str, Any] = {
        **thing_data(held, thing),
        "task": task_data(held, thing) if thing.value else None,
        "session": {
            "id": session.id,
            "path": thing_path(held, session),
            "titles": to_plain(session.value.titles) if session.value else {},
        }
        if session
        else None,
    }
    return group_view(held, "task.html", visit.language.gettext("A task"), data)
