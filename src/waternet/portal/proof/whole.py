"""A party's record as a whole: its head, its newest entries, who saw the same."""

from __future__ import annotations

from typing import Any

from waternet.bank.browsing import EntryChoice, find_entries
from waternet.bank.standing import list_findings
from waternet.exchange.changes import spelt_keys
from waternet.node.attested import AttestedEntry
from waternet.node.attesting import Remembered, attest_record
from waternet.portal.page import View, Visit
from waternet.portal.parties import party_names
from waternet.portal.proof.signed import signed_view
from waternet.portal.proof.told import advised, checks_of, doubts_of
from waternet.portal.proof.words import check_words, kind_words

__all__ = ["show_record"]

_NEWEST = 10  # entries that are listed


def show_record(visit: Visit, party: str, remembered: Remembered) -> View:
    """Show whether a party's record holds.

    Raises
    ------
    NotFound
        This node knows no such party.
    """
    visit.asked.now()  # what lies on the disk may change without the bank
    told = attest_record(visit.node, party, remembered)
    card = visit.node.cards()[party]
    newest = told.newest or AttestedEntry(party, 0, card.origin)
    found = find_entries(visit.bank, EntryChoice(party=party), _NEWEST)
    amiss = [one for one in list_findings(visit.bank) if one.party == party]
    names = party_names(visit.node)
    data: dict[str, Any] = {
        "party": party,
        "party_names": names[party],
        "verdict": told.verdict,
        "checked": told.checked,
        "log": card.origin,
        "entries": newest.size,
        "root": newest.root,
        "record": newest.to_json() if told.newest else None,
        "checks": checks_of(newest.checks),
        "findings": advised(told.findings, visit.language),
        **doubts_of(newest),
        "keys": {
            "log": card.log_key,
            "steward": card.steward_key,
            "witness": card.witness_key,
            "fingerprint": spelt_keys(card),
        },
        "earlier_keys": [
            {"role": one.role, "key": one.vkey, "until": one.until}
            for one in card.earlier_keys
        ],
        "counts": found.counts["kind"],
        "taken_with": [
            {"entry": one.index, "finding": one.text} for one in amiss[:100]
        ],
    }
    more = {
        **signed_view(visit, newest),
        "newest": found.entries,
        "names": names,
        "check_words": check_words(visit.language),
        "kind_words": kind_words(visit.language),
    }
    title = visit.language.gettext("Proof of a record")
    return View("proof/record.html", title, data, more)
