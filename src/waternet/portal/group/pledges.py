"""Pledges against receipts: by donor, by project, and each with what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.telling import asked_thing, cited, thing_data, thing_path
from waternet.portal.page import View, Visit
from waternet.workinggroup.pledge_standing import (
    PledgeStanding,
    Total,
    add_pledges,
    of_donor,
    of_project,
    pledge_standing,
)
from waternet.workinggroup.thing import Thing

__all__ = ["list_pledge_data", "pledge_data", "show_pledge", "show_pledges"]


def pledge_data(held: Held, thing: Thing, standing: PledgeStanding) -> dict[str, Any]:
    """Return a pledge with what came of it, and whether it is overdue."""
    told = cited(held, standing.to_json())
    pledge = standing.pledge
    rest = standing.outstanding
    lacks = not standing.receipts if rest is None else rest > 0
    over = bool(pledge.due) and pledge.due < held.today.isoformat()
    is_late = lacks and over and not pledge.cancelled
    sums = ("received", "outstanding", "exceeded")
    return {
        **{name: told.get(name) for name in sums},
        **told,
        "path": thing_path(held, thing),
        "titles": dict(pledge.titles),
        "donors": held.in_order(pledge.donors),
        "pledge_kind": pledge.kind,
        "worth": told["pledge"].get("worth"),
        "due": pledge.due,
        "rate": told["pledge"].get("rate"),
        "cancelled": pledge.cancelled,
        "is_late": is_late,
        "project_path": _project_path(held, pledge.project),
    }


def _project_path(held: Held, root: str) -> str:
    project = held.state.things.get(root)
    return thing_path(held, project) if project else ""


def _standings(held: Held) -> list[tuple[Thing, PledgeStanding]]:
    found = []
    for thing in held.state.of("pledge"):
        standing = pledge_standing(held.state, thing)
        if standing is not None:
            found.append((thing, standing))
    return found


def list_pledge_data(held: Held) -> list[dict[str, Any]]:
    """Return every pledge with what came of it, by donor in the reader's alphabet."""
    found = [pledge_data(held, *one) for one in _standings(held)]
    return sorted(
        found,
        key=lambda one: ([held.name_of(each) for each in one["donors"]], one["id"]),
    )


def show_pledges(visit: Visit) -> View:
    """Show what was pledged, what came, and what is outstanding."""
    held = open_group(visit)
    standings = [one for _, one in _standings(held)]
    data: dict[str, Any] = {
        "pledges": list_pledge_data(held),
        "by_donor": _totals(held, add_pledges(standings, of_donor)),
        "by_project": _totals(held, add_pledges(standings, of_project)),
    }
    title = visit.language.gettext("Pledges and receipts")
    return group_view(held, "pledges.html", title, data)


def _totals(held: Held, totals: Iterable[Total]) -> list[dict[str, Any]]:
    nothing = {"made": None, "received": None, "outstanding": None}
    found = [{**nothing, **one.to_json()} for one in totals]
    return sorted(
        found,
        key=lambda one: ([held.name_of(each) for each in one["of"]], one["currency"]),
    )


def show_pledge(visit: Visit) -> View:
    """Show one pledge with its receipts."""
    held = open_group(visit)
    thing = asked_thing(held, "pledge")
    standing = pledge_standing(held.state, thing)
    data: dict[str, Any] = {
        **thing_data(held, thing),
        "pledge": pledge_data(held, thing, standing) if standing else None,
    }
    return group_view(held, "pledge.html", visit.language.gettext("A pledge"), data)
