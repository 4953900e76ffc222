"""Imports that wait to be published: how each stands, as data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from waternet.errors import NotAllowed
from waternet.node.folder import Dataset, Node
from waternet.node.pending import Pending
from waternet.node.reviewing import is_sent_back, list_sent_back, verify_review
from waternet.observation.zone import find_zone

__all__ = ["WAITS_FOR", "dataset_of", "import_state", "plain_import"]

WAITS_FOR = {
    "ready": "steward",
    "reviewed": "steward",
    "to-review": "reviewer",
    "sent-back": "steward",
    "no-terms": "operator",
    "closed": "operator",
}
"""How an import stands, and whose turn it is."""


def dataset_of(node: Node, pending: Pending) -> Dataset | None:
    """Return the dataset that an import belongs to; None where it has no terms."""
    found = (one for one in node.profile.datasets if one.id == pending.origin.dataset)
    return next(found, None)


def import_state(node: Node, pending: Pending) -> str:
    """Return how an import stands: a key of `WAITS_FOR`."""
    if pending.reference is None:
        return "ready"  # places alone belong to no dataset
    dataset = dataset_of(node, pending)
    if dataset is None:
        return "no-terms"
    if dataset.access == "closed":
        return "closed"
    if not dataset.review:
        return "ready"
    if is_sent_back(pending):
        return "sent-back"
    try:
        verify_review(pending)
    except NotAllowed:
        return "to-review"
    return "reviewed"


def plain_import(node: Node, pending: Pending) -> dict[str, Any]:
    """Return an import as plain values of JSON; reads no figures."""
    origin, (first, last) = pending.origin, pending.span
    state = import_state(node, pending)
    zone = pending.datastreams[0].zone if pending.datastreams else "UTC"
    sent_back = list_sent_back(pending)[-1:] if state == "sent-back" else []
    reviews = [one for one in pending.edits if one.operation == "review"]
    return {
        "name": pending.folder.name,
        "dataset": origin.dataset,
        "title": origin.title,
        "source": origin.source,
        "file": origin.input_name,
        "sha256": origin.input_sha256,
        "hands": list(origin.hands),
        "first": first,
        "last": last,
        "first_day": _day(first, zone),
        "last_day": _day(last, zone),
        "places": len(pending.places),
        "datastreams": len(pending.datastreams),
        "observations": pending.reference.count if pending.reference else 0,
        "rejected": origin.rejected,
        "findings": pending.judged.findings.count if pending.judged.findings else 0,
        "rules": pending.judged.rule_set,
        "edits": sum(one.operation != "review" for one in pending.edits),
        "state": state,
        "waits_for": WAITS_FOR[state],
        "reviewed_by": reviews[-1].author if reviews and state == "reviewed" else "",
        "sent_back": [
            {"by": one.reviewer, "at": one.made, "note": one.note} for one in sent_back
        ],
    }


def _day(moment: str, zone: str) -> str:
    """Return the day of a moment by the clock of the first datastream's owner."""
    if not moment:
        return ""
    when = datetime.fromisoformat(moment)
    try:
        return f"{when.astimezone(find_zone(zone)):%Y-%m-%d}"
    except OverflowError:
        return moment[:10]  # the last day that a calendar has
