"""What Waternet is, for who meets it for the first time."""

from __future__ import annotations

from waternet.api.operation import Operation
from waternet.portal.page import View, Visit, page

__all__ = ["operations"]


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    return (
        page(
            "/about",
            "page-about",
            "What Waternet is, whose node this is, and how figures are proved.",
            _about,
            reads_bank=False,
        ),
    )


def _about(visit: Visit) -> View:
    node = visit.node
    data = {"party": node.party, "names": dict(node.profile.names)}
    return View("about.html", visit.language.gettext("About Waternet"), data)
