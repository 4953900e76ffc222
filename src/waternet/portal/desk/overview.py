"""What lies on the Desk this morning, as data: due first, then what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from waternet.bank.news import News, list_news, news_positions
from waternet.bank.sharing import Request, list_requests
from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.errors import NotVerified
from waternet.exchange.changes import describe_expiry
from waternet.node.desk_release import left_on_desk
from waternet.node.embargo import due_openings
from waternet.node.folder import Node
from waternet.node.inbox import Arrived, list_arrived
from waternet.node.meeting import KeptSchedule, keep_schedule
from waternet.node.pending import list_pending
from waternet.node.registry import held_registry
from waternet.portal.desk.waiting import plain_import

__all__ = ["MOST_NEWS", "overview", "plain_arrived", "plain_news", "plain_request"]

MOST_NEWS = 50  # entries shown; the rest are counted
_MOST_DUE = 60


def overview(node: Node, bank: Bank, noticed: Mapping[str, int]) -> dict[str, Any]:
    """Return all that waits on the Desk.

    Parameters
    ----------
    node : Node
    bank : Bank
        All that the node holds.
    noticed : mapping of party to int
        How many entries of each party the reader has seen.
    """
    now = datetime.now(UTC)
    count, news = list_news(bank, node.party, noticed, MOST_NEWS)
    drafts, left = left_on_desk(node, bank)
    return {
        "party": node.party,
        "names": dict(node.profile.names),
        **_deliveries(keep_schedule(node, bank, now), node.party),
        "openings": [
            {"release": one.index, "dataset": one.body["dataset"]}
            for one in due_openings(bank, node.party)
        ],
        "registry": _registry(node, now),
        "files": [plain_arrived(one) for one in list_arrived(node)],
        **_imports(node),
        "drafts": {"count": drafts, "left": [one.sentence() for one in left]},
        "requests": [
            plain_request(one)
            for one in list_requests(bank, node.party)
            if one.owner == node.party and one.state == "open"
        ],
        "news": {
            "count": count,
            "entries": [plain_news(one) for one in news],
            "positions": news_positions(bank, node.party),
        },
        "findings": [one.text for one in list_findings(bank)],
    }


def plain_arrived(one: Arrived) -> dict[str, Any]:
    """Return a file that came as plain values of JSON; no path of this machine."""
    return {
        "number": one.number,
        "name": one.name,
        "sender": one.sender,
        "received": one.received,
        "size": one.size,
        "sha256": one.sha256,
        "dataset": one.dataset,
        "title": one.title,
        "source": one.source,
        "recipe": one.recipe,
        "answers": dict(one.answers),
        "state": _arrived_state(one),
        "open": _open(one),
        "error": str(one.state.get("error", "")),
        "hint": str(one.state.get("hint", "")),
        "imported": one.imported,
    }


def plain_request(one: Request) -> dict[str, Any]:
    """Return a request as plain values of JSON."""
    return {
        "name": f"{one.party}:{one.entry}",
        "party": one.party,
        "entry": one.entry,
        "issued": one.issued,
        "owner": one.owner,
        "dataset": one.dataset,
        "purpose": one.purpose,
        "state": one.state,
        "reason": one.reason,
        "answered_by": one.answered_by,
    }


def plain_news(one: News) -> dict[str, Any]:
    """Return an entry of another party as plain values of JSON."""
    return {
        "party": one.party,
        "number": one.number,
        "kind": one.kind,
        "dataset": one.dataset,
        "title": one.title,
        "reason": one.reason,
        "rows": one.rows,
        "finding": one.finding,
        "issued": one.issued,
        "is_restricted": "sealed" in one.body,
    }


def _arrived_state(one: Arrived) -> str:
    if one.imported:
        return "imported"
    if one.is_worked_on:
        return "working"
    if one.state.get("error"):
        return "failed"
    proposal = one.state.get("proposal")
    if proposal is None:
        return "recipe" if one.recipe else "new"
    return "asks" if _open(one) else "understood"


def _open(one: Arrived) -> list[str]:
    """Return what must still be said of a file before it can be imported."""
    proposal = one.state.get("proposal")
    asked = list(proposal["open"]) if proposal else []
    return asked if one.dataset or one.recipe else [*asked, "dataset"]


def _deliveries(kept: KeptSchedule, own: str) -> dict[str, Any]:
    """Return what is late, latest first, then what is due; one's own before others'."""
    told = kept.to_json()
    wanting = sorted(
        told["open"],
        key=lambda one: (
            one["custodian"] != own,
            -one["hours_late"],
            one["due"],
            one["custodian"],
            one["dataset"],
        ),
    )
    upcoming = [
        {**_line(one), "due": one["next_due"]}
        for one in told["lines"]
        if one["next_due"] and one["custodian"] == own
    ]
    return {
        "schedule": {"name": kept.name, "unreadable": kept.unreadable},
        "due": wanting[:_MOST_DUE],
        "upcoming": sorted(upcoming, key=lambda one: str(one["due"])),
    }


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("custodian", "dataset", "observed_properties")}


def _imports(node: Node) -> dict[str, Any]:
    """Return what waits to be published; a damaged import is named, not passed over."""
    try:
        imports = [plain_import(node, one) for one in list_pending(node)]
    except NotVerified as error:
        return {"imports": [], "damaged": {"message": str(error), "hint": error.hint}}
    return {"imports": imports, "damaged": None}


def _registry(node: Node, now: datetime) -> list[str]:
    held = held_registry(node)
    return list(describe_expiry(held, now)) if held else []
