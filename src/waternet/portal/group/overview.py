"""The working group at a glance: who, what is open, what is in conflict."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final

from waternet.node.groups import group_names
from waternet.portal.group.activity import dormant_data
from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, handle_of, open_group
from waternet.portal.group.projects import brief_projects
from waternet.portal.group.sessions import brief_sessions
from waternet.portal.group.telling import act_data, by_day, thing_path, titles_of
from waternet.portal.group.texts import brief_texts
from waternet.portal.page import View, Visit
from waternet.workinggroup.activity import activity
from waternet.workinggroup.pledge_standing import add_pledges, list_pledges
from waternet.workinggroup.reminders import Reminder, list_due
from waternet.workinggroup.stages import STAGES
from waternet.workinggroup.state import Conflict

__all__ = ["show_groups", "show_overview"]

_NEWEST: Final = 8  # acts that are shown
_SOON: Final = 60  # days before what is due is told
_OPEN: Final = ("draft", "submitted", "shelved")


def show_groups(visit: Visit) -> View:
    """Show every group of which this node holds acts."""
    groups = [
        {"group": group, "name": name, "handle": handle_of(group, name)}
        for group, name in group_names(visit.node, visit.bank).items()
    ]
    title = visit.language.gettext("Working groups")
    return View("group/groups.html", title, {"groups": groups})


def show_overview(visit: Visit) -> View:
    """Show a group at a glance."""
    held = open_group(visit)
    state = held.state
    taken = sorted(state.taken.values(), key=by_day)
    data: dict[str, Any] = {
        "charter": act_data(held, state.taken[state.charter_id])
        if state.charter_id
        else None,
        "members": members_data(held),
        **_sessions(held),
        "due": [_due(held, one) for one in list_due(state, held.today, _SOON)],
        "dormant": dormant_data(held, activity(state, held.today.isoformat())),
        "texts": [one for one in brief_texts(held) if one["stage"] in _OPEN],
        "stages": _stages(held),
        "pledges": _pledges(held),
        "counts": _counts(held),
        "conflicts": [_conflict_data(held, one) for one in state.conflicts],
        "refusals": len(state.refusals),
        "acts": len(taken),
        "newest": [act_data(held, one) for one in reversed(taken[-_NEWEST:])],
        "days_since_last": (held.today - taken[-1].act.last_day).days
        if taken
        else None,
    }
    title = visit.language.gettext("Working group")
    return group_view(held, "overview.html", title, data)


def members_data(held: Held) -> list[dict[str, Any]]:
    """Return each member with its role by now, in the reader's alphabet."""
    charter = held.state.charter
    if charter is None:
        return []
    roles, joins = held.state.roles(), held.state.joins
    by_id = {one.id: one for one in charter.members}
    told = []
    for member in held.in_order(by_id):
        one, joined = by_id[member], joins.get(member)
        told.append(
            {
                "member": member,
                "names": dict(one.names),
                "role": roles[member],
                "seat": one.seat,
                "joined": act_data(held, joined) if joined else None,
                "is_keeper": charter.keeper == member,
            }
        )
    return told


def _sessions(held: Held) -> dict[str, Any]:
    """Return the next session and the last one, with the days since."""
    sessions = brief_sessions(held)
    today = held.today.isoformat()
    to_come = [
        one
        for one in sessions
        if one["standing"] == "open"
        or (one["standing"] == "called" and one["last_day"] >= today)
    ]
    closed = [one for one in sessions if one["standing"] == "closed"]
    last = closed[-1] if closed else None
    days = (held.today - date.fromisoformat(last["ended"])).days if last else None
    return {
        "next_session": to_come[0] if to_come else None,
        "last_session": last,
        "days_since_session": days,
    }


def _due(held: Held, one: Reminder) -> dict[str, Any]:
    thing = held.state.things[one.root]
    return {
        **one.to_json(),
        "members": held.in_order(one.members),
        "path": thing_path(held, thing),
    }


def _stages(held: Held) -> dict[str, int]:
    """Return how many projects stand at each stage."""
    counts = Counter(one["stage"] for one in brief_projects(held))
    return {stage: counts[stage] for stage in STAGES if counts[stage]}


def _pledges(held: Held) -> list[dict[str, Any]]:
    """Return what is pledged, received and outstanding in each currency."""
    totals = add_pledges(list_pledges(held.state), lambda _one: ())
    nothing = {"made": None, "received": None, "outstanding": None}
    return [{**nothing, **one.to_json()} for one in totals]


def _counts(held: Held) -> dict[str, int]:
    counts: dict[str, int] = {}
    for thing in held.state.things.values():
        counts[thing.kind] = counts.get(thing.kind, 0) + 1
    return dict(sorted(counts.items()))


def _conflict_data(held: Held, conflict: Conflict) -> dict[str, Any]:
    acts = [held.state.taken[one] for one in conflict.acts]
    thing = held.thing_of(conflict.acts[0])
    return {
        "conflict": conflict.name,
        "kind": conflict.kind,
        "subject": conflict.id,
        "titles": dict(titles_of(thing)) if thing else {},
        "path": thing_path(held, thing) if thing else "",
        "acts": [act_data(held, one) for one in acts],
    }
