"""The pages of working groups."""

from __future__ import annotations

from waternet.api.operation import Operation
from waternet.portal.group.acts import ACT, CHOICE, show_act, show_acts
from waternet.portal.group.held import AT, GROUP
from waternet.portal.group.membership import show_charter
from waternet.portal.group.overview import show_groups, show_overview
from waternet.portal.page import page

__all__ = ["operations"]


def operations() -> tuple[Operation, ...]:
    """Return the operations of this room."""
    return (
        page(
            "/group",
            "page-groups",
            "Every working group of whose business this node holds entries.",
            show_groups,
        ),
        page(
            "/group/{group}",
            "page-group",
            "A working group at a glance: who, what is open, what is in conflict.",
            show_overview,
            parameters=(GROUP, AT),
        ),
        page(
            "/group/{group}/charter",
            "page-charter",
            "The charter of a group, its members and delegates, and proposals.",
            show_charter,
            parameters=(GROUP, AT),
        ),
        page(
            "/group/{group}/acts",
            "page-acts",
            "Every act of a group, the newest first, with what does not count and why.",
            show_acts,
            parameters=(GROUP, AT, *CHOICE),
        ),
        page(
            "/group/{group}/acts/{act}",
            "page-act",
            "One act: what it says, who signed it, whether it counts.",
            show_act,
            parameters=(GROUP, ACT, AT),
        ),
    )
