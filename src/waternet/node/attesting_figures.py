"""Checking one figure: its release, its place in the signed file, what was said since.

The bank says which releases stated the figure, as far as the reader may know. That they
did, and that no other did since, is looked up in the log and in the signed files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from waternet.bank.history import get_history
from waternet.bank.standing import list_findings
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.finding import Finding
from waternet.node.attested import AttestedEntry, AttestedFigure, Check
from waternet.node.attesting import Remembered, attest_listed
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.node.signed_rows import SignedRows
from waternet.observation.vocabulary import Grade, Status
from waternet.record.fields import write_time

__all__ = ["attest_figure"]

_COMPARED = ("value", "censor", "grade", "status")


def attest_figure(
    node: Node,
    bank: Bank,
    datastream: str,
    when: datetime,
    remembered: Remembered,
    release: int | None = None,
) -> AttestedFigure:
    """Check one figure, and say what became of it.

    Parameters
    ----------
    node : Node
    bank : Bank
        As the reader may see it.
    datastream : str
        Address, 'party:name'.
    when : datetime
        The figure's own time, with time zone.
    remembered : Remembered
    release : int or None
        As this release stated it; None for the last one that did.

    Raises
    ------
    NotFound
        The reader's bank has no such figure, or none by that release.
    """
    party, _colon, name = datastream.partition(":")
    history = get_history(bank, datastream, when).to_pylist()
    at = _place(history, datastream, release)
    stated = history[at]
    after = history[at + 1] if at + 1 < len(history) else None
    entry = attest_listed(node, party, stated["release"], remembered)
    figure, checks, findings = _figure(node, entry, name, stated, remembered.rows)
    known = {one["release"] for one in history}
    told = stated["time"].replace(tzinfo=UTC)
    since = _since(node, bank, entry, (name, told), known, remembered)
    return AttestedFigure(
        datastream=datastream,
        time=told,
        release=entry,
        figure=figure,
        history=history,
        followed_by=attest_listed(node, party, after["release"], remembered)
        if after
        else None,
        change=after["change"] if after else "",
        checks=(*checks, since[0]),
        findings=(*findings, *since[1]),
    )


def _figure(
    node: Node,
    entry: AttestedEntry,
    name: str,
    stated: Mapping[str, Any],
    rows: SignedRows,
) -> tuple[dict[str, Any] | None, tuple[Check, ...], tuple[Finding, ...]]:
    """Return a figure as the release's file has it, and whether the bank agrees."""
    unknown = (Check("figure", None),)
    if entry.entry is None or stated["change"] == "withdrawn" or entry.is_restricted:
        return None, unknown, ()
    references = entry.entry.references()
    if not {"observations", "datastreams"} <= set(references):
        return None, unknown, ()
    party, index = entry.party, entry.index
    folder = node.records(party)
    when = stated["time"].replace(tzinfo=UTC)
    try:
        row = rows.find(folder, references, name, when)
    except (NotFound, NotVerified):
        return None, unknown, ()  # named by the entry's own check
    except NotAcceptable as error:
        found = Finding("unreadable-blob", f"{error}", party=party, index=index)
        return None, (Check("figure", False),), (found,)
    if row is None:
        told = "the signed file has no such figure, though this node's bank has one"
        return None, (Check("figure", False),), (_bank_differs(party, index, told),)
    if any(row[one] != stated[one] for one in _COMPARED):
        told = (
            f"the signed file says {row['value']}, this node's bank {stated['value']}: "
            "the file counts"
        )
        found = _bank_differs(party, index, told)
        return _in_words(row), (Check("figure", False),), (found,)
    return _in_words(row), (Check("figure", True),), ()


def _since(
    node: Node,
    bank: Bank,
    entry: AttestedEntry,
    figure: tuple[str, datetime],
    known: Collection[int],
    remembered: Remembered,
) -> tuple[Check, tuple[Finding, ...]]:
    """Return whether the bank knows every later entry that speaks of a figure.

    Of a restricted figure that is not known: what speaks of it is encrypted, too.
    """
    party, unknown = entry.party, Check("since", None)
    if entry.entry is None:
        return unknown, ()
    try:
        later = remembered.later.find(
            node.cards()[party],
            seen_head(node, party),
            entry.index,
            figure,
            remembered.rows,
            node.records(party),
        )
    except (NotFound, NotVerified, NotAcceptable):
        return unknown, ()  # of later entries, which their own checks name
    amiss = {one.index for one in list_findings(bank) if one.party == party}
    missed = [one for one in later.entries if one not in known and one not in amiss]
    if missed:
        told = (
            f"entry {missed[0]} says something else of this figure, which this node's "
            "bank has not taken"
        )
        return Check("since", False), (_bank_differs(party, missed[0], told),)
    is_all = later.is_all and not entry.is_restricted
    return (Check("since", True) if is_all else unknown), ()


def _bank_differs(party: str, index: int, told: str) -> Finding:
    found = Finding("damaged-mirror", told, party=party, index=index)
    found.hint = "the node's operator makes the bank anew: 'waternet rebuild'"
    return found


def _in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "value": row["value"],
        "unit": row["unit"],
        "zone": row["zone"],
        "censor": ("", "<", ">")[row["censor"]],
        "grade": Grade(row["grade"]).name.lower(),
        "status": Status(row["status"]).name.lower(),
        "qualifier": row["qualifier"] or "",
        "end": write_time(row["end"]),
    }


def _place(history: list[dict[str, Any]], datastream: str, release: int | None) -> int:
    """Return the place in a figure's history of the statement that is asked for."""
    stated = [
        place for place, one in enumerate(history) if one["change"] != "withdrawn"
    ]
    if release is None:
        return stated[-1]
    for place in stated:
        if history[place]["release"] == release:
            return place
    said = ", ".join(str(history[place]["release"]) for place in stated)
    raise NotFound(
        f"release {release} states no figure of {datastream!r} at that time",
        hint=f"these do: {said}",
    )
