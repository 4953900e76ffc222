"""What an upload came to, as it may leave the node: no path of this machine in it."""

from __future__ import annotations

import csv
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from waternet.node.importing import Report
from waternet.node.pending import Pending

__all__ = ["address_of", "plain_pending", "plain_report"]

_SHOWN: Final = 100  # rejects that stand in the answer; all are in the file


def address_of(url: str, pending: str) -> str:
    """Return where a pending import is found."""
    return f"{url}/upload/{quote(pending, safe='')}"


def plain_report(url: str, report: Report) -> dict[str, Any]:
    """Return a report as plain values of JSON, with its first rejects."""
    told = asdict(report)
    file = told.pop("rejects_file")
    told["rejects"] = _first_rejects(Path(file)) if file else []
    if file:
        told["rejects_at"] = f"{address_of(url, report.pending)}/rejects"
    told["next"] = "waternet check, then waternet publish, at the node"
    return told


def plain_pending(pending: Pending) -> dict[str, Any]:
    """Return what waits to be published as plain values of JSON."""
    origin, (first, last) = pending.origin, pending.span
    return {
        "pending": pending.folder.name,
        "dataset": origin.dataset,
        "title": origin.title,
        "file": origin.input_name,
        "first": first,
        "last": last,
        "places": len(pending.places),
        "datastreams": len(pending.datastreams),
        "observations": pending.reference.count if pending.reference else 0,
        "rejected": origin.rejected,
    }


def _first_rejects(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(islice(csv.DictReader(lines), _SHOWN))
