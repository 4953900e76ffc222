"""The receipt of what was signed: which entries, and who has cosigned them by now."""

from __future__ import annotations

import time
from typing import Final

from waternet.api.operation import Operation, Parameter
from waternet.bank.news import entries_between
from waternet.errors import NotFound
from waternet.node.cosigning import cosigners, witnesses_of
from waternet.node.log import read_head
from waternet.node.quorum import cosigned_sizes
from waternet.portal.desk.entrance import DESK, NO_STORE, TOOLS
from waternet.portal.desk.overview import plain_news
from waternet.portal.page import View, Visit, page

__all__ = ["receipt_page"]

_MOST = 200  # entries of one receipt
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 1 << 48}
_PARAMETERS: Final = (
    Parameter("first", _NUMBER, "The first entry that was signed."),
    Parameter("last", _NUMBER, "The last entry that was signed."),
    Parameter(
        "nothing",
        {"type": "string", "enum": ["new"]},
        "All that was to be signed stood already.",
    ),
)


def receipt_page() -> Operation:
    """Return the page that says what was signed."""
    return page(
        *("/desk/receipt", "desk-receipt"),
        "Which entries were signed, and who has cosigned them by now.",
        _show,
        parameters=_PARAMETERS,
        role=DESK,
    )


def _show(visit: Visit) -> View:
    visit.asked.now()  # no cache keeps it
    node, values = visit.node, visit.values
    entries = []
    if "nothing" not in values:
        first = values.get("first", 0)
        last = min(values.get("last", first), first + _MOST)
        entries = entries_between(visit.bank, node.party, first, last)
        if not entries:
            raise NotFound(f"{node.party!r} has signed no entry {first}")
    head = read_head(node, node.party)
    sizes = cosigned_sizes(node, int(time.time()))
    here = cosigners(node)
    data = {
        "party": node.party,
        "entries": [plain_news(one) for one in entries],
        "size": head.size,
        "root": head.root.hex(),
        "cosigned": sorted(here),
        "waiting": sorted({one.party for one in witnesses_of(node)} - here),
        "quorum_size": None if sizes is None else sizes[node.party],
    }
    title = visit.language.gettext("Receipt")
    return View("desk/receipt.html", title, data, TOOLS, headers=NO_STORE)
