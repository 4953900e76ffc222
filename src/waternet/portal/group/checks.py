"""Feasibility checks: what was needed, what was found, from which entries."""

from __future__ import annotations

from typing import Any

from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.telling import (
    act_data,
    asked_thing,
    thing_data,
    thing_path,
    titles_of,
)
from waternet.portal.page import View, Visit
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.thing import Thing

__all__ = ["show_check", "show_checks"]


def _check(held: Held, thing: Thing) -> dict[str, Any]:
    made = thing.value
    about = held.state.things.get(made.about)
    return {
        "id": thing.id,
        "path": thing_path(held, thing),
        "question": dict(made.question),
        "verdict": made.verdict,
        "balance": made.balance,
        "paragraph": made.paragraph,
        "words": {code: list(many) for code, many in made.words.items()},
        "about": {
            "kind": made.kind,
            "id": about.id if about else "",
            "titles": dict(titles_of(about)) if about else {},
            "path": thing_path(held, about) if about else "",
        },
        "needs": [
            {
                **to_plain(one),
                "parties": held.in_order(one.parties),
                "where": one.station or one.area,
                "found": [
                    {
                        "party": each.party,
                        "share": each.share,
                        "grade": each.grade,
                        "access": each.access,
                        "entries": list(each.entries),
                    }
                    for each in made.found
                    if each.need == one.id
                ],
            }
            for one in made.needs
        ],
        "inputs": [to_plain(one) for one in made.inputs],
        "recorded": act_data(held, thing.changes[0]),
    }


def show_checks(visit: Visit) -> View:
    """Show all feasibility checks."""
    held = open_group(visit)
    found = [_check(held, one) for one in held.state.of("feasibility") if one.value]
    title = visit.language.gettext("Feasibility checks")
    return group_view(held, "checks.html", title, {"checks": found})


def show_check(visit: Visit) -> View:
    """Show one feasibility check, with the entries that it read."""
    held = open_group(visit)
    thing = asked_thing(held, "feasibility")
    data: dict[str, Any] = {
        **thing_data(held, thing),
        "check": _check(held, thing) if thing.value else None,
    }
    title = visit.language.gettext("A feasibility check")
    return group_view(held, "check.html", title, data)
