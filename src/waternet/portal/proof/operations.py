"""What can be asked of the record: proofs, entries, findings, files."""

from __future__ import annotations

from functools import partial
from typing import Final

from waternet.api.operation import Operation, Parameter
from waternet.errors import NotAcceptable
from waternet.portal.page import View, Visit, page
from waternet.portal.proof.changes import Kept
from waternet.portal.proof.downloads import download_operations
from waternet.portal.proof.entries import ENTRY_PARAMETERS, show_entries
from waternet.portal.proof.entry import show_entry
from waternet.portal.proof.feed import feed_of
from waternet.portal.proof.figure import show_figure
from waternet.portal.proof.found import show_findings
from waternet.portal.proof.whole import show_record

__all__ = ["operations"]

_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
_PARTY: Final = {"type": "string", "maxLength": 64}
_SKIP: Final = Parameter(
    "skip",
    {"type": "integer", "minimum": 0, "maximum": 10_000_000},
    "So many changes of the entry are passed over.",
)
_ABOUT: Final = (
    Parameter(
        "datastream",
        {"type": "string", "maxLength": 400},
        "The datastream of a figure: PARTY:FEATURE/PROPERTY/...",
    ),
    Parameter(
        "time",
        {"type": "string", "maxLength": 40},
        "The figure's own time; without an offset by its owner's clock.",
    ),
    Parameter("party", _PARTY, "Whose record."),
    Parameter(
        "release",
        _NUMBER,
        "Of a party: the entry. Of a figure: as this release stated it.",
    ),
)
_ENTRY: Final = (
    Parameter("party", _PARTY, "Whose record.", "path", required=True),
    Parameter("number", _NUMBER, "Of the entry.", "path", required=True),
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this room; they share what need not be read again."""
    kept = Kept()
    return (
        page(
            "/proof",
            "page-proof",
            "Whether a figure, an entry or a record holds, checked at the request.",
            partial(_show_proof, kept),
            parameters=(*_ABOUT, _SKIP),
        ),
        page(
            "/entries",
            "page-entries",
            "Every entry of every record that this node holds, the newest first.",
            show_entries,
            parameters=ENTRY_PARAMETERS,
            formats={"atom": feed_of},
        ),
        page(
            "/entries/{party}/{number}",
            "page-entry",
            "One entry: whether it holds, what it says, what it changed.",
            partial(_show_entry, kept),
            parameters=(*_ENTRY, _SKIP),
        ),
        page(
            "/findings",
            "page-findings",
            "What this node found wrong with records, with the evidence.",
            show_findings,
        ),
        *download_operations(_ABOUT, _ENTRY, kept),
    )


def _show_proof(kept: Kept, visit: Visit) -> View:
    values = visit.values
    if "datastream" in values:
        if "time" not in values:
            raise NotAcceptable("no time given", hint="add time=2015-06-30")
        return show_figure(visit, kept)
    if "party" not in values:
        raise NotAcceptable(
            "nothing was named that could be proved",
            hint="say datastream and time, or party, or party and release",
        )
    if "release" in values:
        return show_entry(visit, values["party"], values["release"], kept)
    return show_record(visit, values["party"], kept)


def _show_entry(kept: Kept, visit: Visit) -> View:
    values = visit.values
    return show_entry(visit, values["party"], values["number"], kept)
