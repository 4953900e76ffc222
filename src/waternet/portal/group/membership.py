"""Charter and members: who takes part, where, with which rights, and who changed it."""

from __future__ import annotations

from typing import Any

from waternet.node.charters import proposals, standing_consents
from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.overview import members_data
from waternet.portal.group.telling import act_data, by_day
from waternet.portal.page import View, Visit
from waternet.workinggroup.charter import Body, Charter, Consensus
from waternet.workinggroup.charters import proposed_charter
from waternet.workinggroup.verb import Taken

__all__ = ["proposal_data", "show_charter"]


def show_charter(visit: Visit) -> View:
    """Show the charter in force, its members and delegates, and those before it."""
    held = open_group(visit)
    state = held.state
    charter = state.charter
    data: dict[str, Any] = {
        "in_force": act_data(held, state.taken[state.charter_id])
        if state.charter_id
        else None,
        "charter": charter.to_json() if charter else None,
        "sha256": charter.sha256 if charter else "",
        "members": members_data(held),
        "delegates": _delegates(held),
        "bodies": [_body(held, one) for one in charter.bodies] if charter else [],
        "change": _consensus(held, charter, charter.change) if charter else None,
        "history": [
            act_data(held, one)
            for thing in state.of("charter")
            for one in sorted((*thing.changes, *thing.beside), key=by_day)
        ],
        "proposals": [proposal_data(held, one) for one in proposals(state)],
    }
    title = visit.language.gettext("Charter and members")
    return group_view(held, "charter.html", title, data)


def _body(held: Held, body: Body) -> dict[str, Any]:
    charter = held.state.charter
    assert charter is not None  # a body is read from it
    return {
        "body": body.id,
        "names": dict(body.names),
        "under": body.under,
        "level": body.level,
        "gavel": held.in_order(body.gavel),
        "rights": {right: list(roles) for right, roles in body.rights.items()},
        "consensus": _consensus(held, charter, body.consensus),
    }


def _consensus(held: Held, charter: Charter, consensus: Consensus) -> dict[str, Any]:
    roles = held.state.roles()
    return {
        "how": consensus.how,
        "of": list(consensus.of),
        "counted": held.in_order(
            one.id for one in charter.members if roles[one.id] in consensus.of
        ),
        "quorum": consensus.quorum,
        "days": consensus.days,
        "may_disagree": consensus.may_disagree,
    }


def _delegates(held: Held) -> list[dict[str, Any]]:
    """Return the credentials that hold, by member and delegate, as of the day."""
    members = (
        {one.id for one in held.state.charter.members} if held.state.charter else {}
    )
    newest = {
        (one.party, one.delegate): one
        for one in held.state.credentials.all()
        if one.party in members
    }
    told = [
        {
            "member": one.party,
            "delegate": one.delegate,
            "names": dict(one.names),
            "office": one.office,
            "level": one.level,
            "bodies": list(one.bodies),
            "until": one.until,
            "entry": one.index,
            "key": one.vkey,
        }
        for one in newest.values()
        if one.vkey
    ]
    order = held.in_order({str(one["member"]) for one in told})
    return sorted(
        told, key=lambda one: (order.index(str(one["member"])), one["delegate"])
    )


def proposal_data(held: Held, proposed: Taken) -> dict[str, Any]:
    """Return a charter that is proposed, with whose consent stands and whose lacks."""
    state = held.state
    charter = proposed_charter(proposed.act)
    rule, roles = state.charter or charter, state.roles()
    given = {
        one.act.member: act_data(held, one)
        for one in standing_consents(state, proposed, held.today.isoformat())
    }
    counted = {one.id for one in rule.members if roles.get(one.id) in rule.change.of}
    return {
        "proposed": act_data(held, proposed),
        "charter": charter.to_json(),
        "sha256": charter.sha256,
        "consents": given,
        "missing": held.in_order(counted - given.keys()),
    }
