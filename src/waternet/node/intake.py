"""From verified records into the bank: catching up, and building it anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from waternet.bank.arrival import Arrival
from waternet.bank.seal import reading_bank, writing_bank
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import SeenHead, SignedEntry, read_entries
from waternet.failpoint import failpoint
from waternet.node.folder import Node
from waternet.node.log import read_head
from waternet.node.probing import PROBED, Probe, probe_blobs
from waternet.node.recovery import recover_node
from waternet.node.report import Advance
from waternet.record.blob import (
    blob_path,
    read_datastreams,
    read_observations,
    read_places,
    verify_blob,
)
from waternet.record.entry import ASIDE
from waternet.record.fields import Reference
from waternet.record.findings import read_findings
from waternet.record.listing import read_lines

__all__ = ["bring_up_to_date", "catch_up", "rebuild_bank", "seen_head"]


def seen_head(node: Node, party: str) -> SeenHead:
    """Return the head that this node stands by, read from the files it holds."""
    return SeenHead(
        checkpoint=read_head(node, party),
        signed=node.state.head(party).checkpoint,
        source=FolderSource(node.records(party)),
    )


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
        card = cards[head.party]
        start = bank.position(head.party)
        for arrival, found in _arrivals(node, card, start):
            if refused := _take(bank, arrival):
                bank.take(_bare(arrival, refused))
            if finding := refused or found:
                findings.append(finding)
            done += 1
            advance(done, total)
    return findings


def bring_up_to_date(node: Node) -> None:
    """Let the bank take what the records already hold, if nobody is writing.

    A reader's first step: a node that was stopped between record and bank answers
    as if it had not been. Where another process is writing, or this one may not
    write, the bank is read as it is; whoever writes next brings it up to date.
    """
    if not _lags(node) or not os.access(node.folder, os.W_OK):
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


def _lags(node: Node) -> bool:
    if not node.bank.exists():
        return True
    followed = node.cards()
    with reading_bank(node.bank) as bank:
        return any(
            bank.position(head.party) < head.size
            for head in node.state.heads()
            if head.party in followed
        )


def _take(bank: Bank, arrival: Arrival) -> Finding | None:
    """Let the bank take an entry; return why it would not."""
    try:
        bank.take(arrival)
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


def _arrivals(
    node: Node, card: Card, start: int
) -> Iterator[tuple[Arrival, Finding | None]]:
    head = seen_head(node, card.party)
    if start >= head.checkpoint.size:
        return
    withdrawn = {
        one.entry.body["release"]
        for one in read_entries(card, head, start)
        if one.entry.kind == "withdraw"
    }
    harmful = _probe(node, card, head, start)
    for one in read_entries(card, head, start):
        gone = one.index in withdrawn
        try:
            held = _figures(node, card, one, harmful)
        except (NotFound, NotVerified, NotAcceptable) as error:
            finding = _finding(card, one, error, withdrawn=gone)
            yield _arrival(card, one, {}, finding), finding
            continue
        aside = _verify_aside(node, card, one, harmful, withdrawn=gone)
        yield _arrival(card, one, held, aside), aside


def _arrival(
    card: Card, one: SignedEntry, held: Mapping[str, Any], finding: Finding | None
) -> Arrival:
    return Arrival(
        party=card.party,
        index=one.index,
        issued=datetime.fromisoformat(one.entry.issued),
        kind=one.entry.kind,
        body=one.entry.body,
        finding=str(finding or ""),
        **held,
    )


_Harmful: TypeAlias = Mapping[str, NotAcceptable]


def _probe(node: Node, card: Card, head: SeenHead, start: int) -> _Harmful:
    """Try other parties' Parquet blobs in a process of its own; return the harmful."""
    if card.party == node.party:
        return {}
    return probe_blobs(
        [
            Probe(node.records(card.party) / blob_path(found.sha256), found, name)
            for one in read_entries(card, head, start)
            for name, found in one.entry.references().items()
            if name in PROBED
        ]
    )


def _figures(
    node: Node, card: Card, one: SignedEntry, harmful: _Harmful
) -> dict[str, Any]:
    """Return what its blobs hold: places, datastreams, observations."""
    names = [name for name in one.entry.references() if name not in ASIDE]
    return {name: _read_blob(node, card, one, name, harmful) for name in names}


def _verify_aside(
    node: Node, card: Card, one: SignedEntry, harmful: _Harmful, *, withdrawn: bool
) -> Finding | None:
    """Return what is wrong with the blobs that tell how figures were judged.

    Figures stand without them: whoever signed them signed their grades, too.
    """
    for name in [name for name in one.entry.references() if name in ASIDE]:
        try:
            _read_blob(node, card, one, name, harmful)
        except (NotFound, NotVerified, NotAcceptable) as error:
            return _finding(card, one, error, withdrawn=withdrawn, aside=name)
    return None


_READERS: Mapping[str, Callable[[Path, Reference], Any]] = {
    "places": read_places,
    "datastreams": read_datastreams,
    "observations": read_observations,
    "findings": read_findings,
    "edits": read_lines,
    "rules": read_lines,
    "deliveries": read_lines,
}


def _read_blob(
    node: Node, card: Card, one: SignedEntry, name: str, harmful: _Harmful
) -> Any:
    reference = one.entry.references()[name]
    path = node.records(card.party) / blob_path(reference.sha256)
    verify_blob(path, reference)
    try:
        if reference.sha256 in harmful:
            raise harmful[reference.sha256]
        return _READERS[name](path, reference)
    except (NotAcceptable, NotFound) as error:
        raise Finding(
            "unreadable-blob",
            f"the {name} of entry {one.index} of {card.party!r}: {error}",
            party=card.party,
            index=one.index,
        ) from error


def _finding(
    card: Card,
    one: SignedEntry,
    error: Exception,
    *,
    withdrawn: bool,
    aside: str = "",
) -> Finding:
    if isinstance(error, Finding):
        return error
    name = "missing-blob" if isinstance(error, NotFound) else "corrupt-blob"
    if withdrawn and name == "missing-blob":
        name = "withdrawn-blob"
    which = f"its {aside}, not its figures: " if aside else ""
    return Finding(
        name,
        f"entry {one.index} of {card.party!r}: {which}{error}",
        party=card.party,
        index=one.index,
    )
