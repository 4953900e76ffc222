"""One entry of a record: whether it holds, what it says, what it changed."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from waternet.bank.browsing import entry_of, neighbours
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.node.attesting import attest_entry, attest_listed
from waternet.observation.zone import find_zone
from waternet.portal.group.telling import act_page
from waternet.portal.page import View, Visit
from waternet.portal.parties import party_names
from waternet.portal.proof.changes import SHOWN, Changes, Kept, changes_of
from waternet.portal.proof.fields import fields_of
from waternet.portal.proof.named import cited, zones_of
from waternet.portal.proof.signed import signed_view
from waternet.portal.proof.told import advised, checks_of, doubts_of, plain
from waternet.portal.proof.words import change_words, check_words, kind_words

__all__ = ["show_entry"]


def show_entry(visit: Visit, party: str, number: int, kept: Kept) -> View:
    """Show one entry with its verdict.

    Raises
    ------
    NotFound
        This node has no such party, or no such entry of it.
    """
    visit.asked.now()  # what lies on the disk may change without the bank
    listed = _listed(visit, party, number)
    attest = attest_listed if listed else attest_entry
    one = attest(visit.node, party, number, kept)
    skip = visit.values.get("skip", 0)
    changes = changes_of(visit.node, visit.bank, one, kept, skip)
    withdrawn_by = listed.get("withdrawn_by")
    verdict = one.verdict
    if withdrawn_by is not None and verdict in ("holds", "not-yet-cosigned"):
        verdict = "withdrawn"
    ending = None
    if withdrawn_by is not None:
        ending = attest_listed(visit.node, party, withdrawn_by, kept)
    before, after = neighbours(visit.bank, party, number)
    data: dict[str, Any] = {
        **one.to_json(),
        "verdict": verdict,
        "checks": checks_of(one.checks),
        "findings": advised(one.findings, visit.language),
        **doubts_of(one),
        "taken_with": listed.get("finding", ""),
        "said": dict(one.entry.body) if one.entry else {},
        "withdrawn_by": withdrawn_by,
        "citation": cited(visit.bank, party, number) if one.entry and listed else {},
        "changes": _changes(changes),
        "before": before,
        "after": after,
        "skip": skip,
    }
    more = {
        **signed_view(visit, one),
        **_words(visit),
        "ending": ending,
        "act_page": act_page(one.entry.body if one.entry else {}),
        "fields": fields_of(one, visit.language, visit.node.party),
        "names": party_names(visit.node),
        "shown": SHOWN,
        "changed_rows": _rows(visit.bank, changes),
    }
    kinds = kind_words(visit.language)
    kind = one.entry.kind if one.entry else ""
    title = kinds.get(kind, visit.language.gettext("An entry of a record"))
    return View("proof/entry.html", title, data, more)


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "check_words": check_words(visit.language),
        "change_words": change_words(visit.language),
        "kind_words": kind_words(visit.language),
    }


def _listed(visit: Visit, party: str, number: int) -> dict[str, Any]:
    """Return an entry as the bank lists it; {} where it has not taken it yet."""
    try:
        return entry_of(visit.bank, party, number)
    except NotFound:
        return {}


def _rows(bank: Bank, found: Changes | None) -> list[dict[str, Any]]:
    """Return changes with their times, by their owner's clock, and signs."""
    signs = ("", "<", ">")
    rows = found.rows if found else []
    zones = zones_of(bank, {row["datastream"] for row in rows})
    return [
        {
            **row,
            "at": row["time"].replace(tzinfo=UTC),
            "zone": find_zone(zones.get(row["datastream"], "UTC")),
            "interval": row["datastream"].rsplit("/", 2)[-2],
            "time_text": row["time"].isoformat() + "Z",
            "sign": signs[row["censor"] or 0],
            "old_sign": signs[row["old_censor"] or 0],
        }
        for row in rows
    ]


def _changes(found: Changes | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "counts": found.counts,
        "count": found.count,
        "rows": plain(found.rows),
        "too_many": found.is_too_many,
    }
