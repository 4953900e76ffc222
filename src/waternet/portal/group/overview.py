"""The working group at a glance: who, what is open, what is in conflict."""

from __future__ import annotations

from typing import Any

from waternet.node.groups import group_names
from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, handle_of, open_group
from waternet.portal.group.telling import act_data, by_day, thing_path, titles_of
from waternet.portal.page import View, Visit
from waternet.workinggroup.state import Conflict

__all__ = ["show_groups", "show_overview"]

_NEWEST = 8  # acts that are shown


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
