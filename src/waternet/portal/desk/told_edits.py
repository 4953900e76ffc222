"""Edits of an import as its page tells them, by the clock of whose figures they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from waternet.node.pending import Pending
from waternet.quality.wording import by_clock

__all__ = ["plain_edits"]


def plain_edits(pending: Pending) -> list[dict[str, Any]]:
    """Return edits and reviews in order, numbered from 1."""
    undone = {one.number for one in pending.edits if one.operation == "undo"}
    zones = {one.name: one.zone for one in pending.datastreams}
    return [
        {
            "number": number,
            "operation": one.operation,
            "author": one.author,
            "made": one.made,
            "reason": one.reason,
            "datastream": one.datastream,
            "from": _local(one.start, zones.get(one.datastream, "UTC")),
            "to": _local(one.end, zones.get(one.datastream, "UTC")),
            "grade": one.grade,
            "value": one.value,
            "status": one.status,
            "undoes": one.number,
            "before": [list(row) for row in one.before[:3]],
            "is_undone": number in undone,
        }
        for number, one in enumerate(pending.edits, 1)
    ]


def _local(moment: str, zone: str) -> str:
    if not moment:
        return ""
    try:
        when = datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None)
        return by_clock(when, zone)
    except OverflowError:
        return moment  # the last day that a calendar has
