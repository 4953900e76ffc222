"""From verified records into the bank: catching up, and building it anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from waternet.bank.arrival import Arrival
from waternet.bank.seal import SEAL, reading_bank, writing_bank
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.exchange.finding import Finding
from waternet.failpoint import failpoint
from waternet.node.arrivals import read_arrivals
from waternet.node.evidence import keep_evidence
from waternet.node.folder import Node
from waternet.node.log import seen_head
from waternet.node.recovery import recover_node
from waternet.node.report import Advance

__all__ = [
    "bring_up_to_date",
    "catch_up",
    "is_behind",
    "lags",
    "rebuild_bank",
    "seen_head",
]


def catch_up(node: Node, bank: Bank, advance: Advance) -> list[Finding]:
    """Bring the bank to where the records stand.

    Parameters
    ----------
    node : Node
        Held for writing.
    bank : Bank
        Open for writing.
    advance : function of (done, of)
        Told after each entry.

    Returns
    -------
    list of Finding
        Figures that are missing or corrupt: their entries are taken without rows,
        and the catalogue says why. Where only what tells how figures were judged is
        missing or corrupt, the figures are taken, and the catalogue says that too.
        Figures that are not for this party to read are no finding.

    Raises
    ------
    NotVerified
        An entry that this node holds is not the one it accepted.
    """
    findings: list[Finding] = []
    cards = node.cards()
    heads = [head for head in node.state.heads() if head.party in cards]
    total = sum(head.size - bank.position(head.party) for head in heads)
    done = 0
    for head in heads:
        start = bank.position(head.party)
        arrivals = read_arrivals(node, bank, cards[head.party], start)
        with bank.together():
            for arrival, found in arrivals:
                late = arrival.index < bank.position(head.party)
                take = bank.complete if late else bank.take
                if refused := _take(take, arrival):
                    take(_bare(arrival, refused))
                if finding := refused or found:
                    keep_evidence(node, finding)
                    findings.append(finding)
                done += not late
                advance(done, total)
    return findings


def bring_up_to_date(node: Node) -> None:
    """Let the bank take what the records already hold, if nobody is writing.

    A reader's first step: a node that was stopped between record and bank answers
    as if it had not been. Where another process is writing, or this one may not
    write, the bank is read as it is; whoever writes next brings it up to date.
    """
    if not lags(node) or not os.access(node.folder, os.W_OK):
        return
    try:
        with node.writing():
            recover_node(node)
            with writing_bank(node.bank) as bank:
                catch_up(node, bank, lambda _done, _of: None)
    except Conflict:
        return


def rebuild_bank(node: Node, advance: Advance) -> dict[str, Any]:
    """Build the bank anew beside the old one, then put it in its place.

    Returns
    -------
    dict
        'entries', 'figures' (every revision counted) and 'findings' (a sentence
        each).
    """
    building = node.folder / "bank.rebuilding"
    old = node.folder / "bank.old"
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    with writing_bank(building) as bank:
        findings = catch_up(node, bank, advance)
        entries = sum(bank.position(head.party) for head in node.state.heads())
        figures = sum(
            one.rows for files in bank.view().fragments.values() for one in files
        )
    failpoint("rebuild.before-swap")
    if node.bank.exists():
        node.bank.rename(old)
    failpoint("rebuild.moved-away")
    building.rename(node.bank)
    failpoint("rebuild.swapped")
    shutil.rmtree(old, ignore_errors=True)
    return {
        "entries": entries,
        "figures": figures,
        "findings": [str(finding) for finding in findings],
    }


def lags(node: Node) -> bool:
    """Return whether the bank has yet to take entries, or its writer was stopped."""
    if not (node.bank / SEAL).exists():
        return True
    with reading_bank(node.bank) as bank:
        return is_behind(node, bank)


def is_behind(node: Node, bank: Bank) -> bool:
    """Return whether the records hold entries that the bank has not taken yet."""
    followed = node.cards()
    return any(
        bank.position(head.party) < head.size
        for head in node.state.heads()
        if head.party in followed
    )


def _take(take: Callable[[Arrival], None], arrival: Arrival) -> Finding | None:
    """Let the bank take an entry; return why it would not."""
    try:
        take(arrival)
    except (NotAcceptable, NotFound) as error:
        # Signed as it is, so it stands in the log; only its rows are not to be had.
        return Finding(
            "unreadable-blob",
            f"entry {arrival.index} of {arrival.party!r}: {error}",
            party=arrival.party,
            index=arrival.index,
        )
    return None


def _bare(arrival: Arrival, finding: Finding) -> Arrival:
    """Return the entry without what its blobs hold."""
    return replace(
        arrival, places=(), datastreams=(), observations=None, finding=str(finding)
    )
