"""What is told of a group at a glance."""

from __future__ import annotations

from collections import Counter
from typing import Any

from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing

__all__ = ["overview", "plain_acts", "plain_conflicts", "plain_thing"]


def overview(state: State) -> dict[str, Any]:
    """Return who takes part, what there is, and the state's hash."""
    charter = state.charter
    kinds = Counter(thing.kind for thing in state.things.values())
    return {
        "group": state.group,
        "name": charter.name if charter else "",
        "charter": state.charter_id,
        "members": [f"{one}: {role}" for one, role in state.roles().items()],
        "bodies": [one.id for one in charter.bodies] if charter else [],
        "things": [f"{kind}: {kinds[kind]}" for kind in sorted(kinds)],
        "acts": len(state.taken),
        "refusals": len(state.refusals),
        "conflicts": len(state.conflicts),
        "sha256": state.sha256,
    }


def plain_conflicts(state: State) -> list[dict[str, Any]]:
    """Return what delegates did at once."""
    return [
        {
            "conflict": one.name,
            "kind": one.kind,
            "id": one.id,
            "acts": list(one.acts),
        }
        for one in state.conflicts
    ]


def plain_thing(thing: Thing) -> dict[str, Any]:
    """Return what a thing is, by which acts."""
    return {
        "kind": thing.kind,
        "id": thing.id,
        "root": thing.root,
        "tips": list(thing.tips),
        "in_conflict": thing.in_conflict,
        "last": thing.last.act.id if thing.last else "",
        "value": to_plain(thing.value),
        "changes": len(thing.changes),
        "beside": len(thing.beside),
    }


def plain_acts(state: State) -> list[dict[str, Any]]:
    """Return every act that counts, the last one first, reported ones marked so."""
    found = [
        {
            "act": one.act.id,
            "verb": one.act.verb,
            "subject": one.act.subject,
            "member": one.act.member,
            "reported_by": one.act.party if one.act.of else "",
            "source": one.act.source,
            "delegate": one.act.delegate,
            "day": one.act.day,
            "issued": one.act.issued,
            "entered": one.entered,
            "party": one.act.party,
            "entry": one.index,
            "on": list(one.act.on),
            "body": dict(one.act.body),
        }
        for one in state.taken.values()
    ]
    found.sort(key=lambda one: (one["day"], one["issued"], one["act"]), reverse=True)
    return found
